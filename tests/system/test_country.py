#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A synthetic country of 21 nodes: true counts equal the generator's, answers keep the noise law.

Promises: every region's `count` of fifteen questions is the generator's own tally, and so are the steps of a trial; an
answer through coordinator and noise lies within the law of its noise, so do the trial's funnel, a curve of survival and
frequencies, which are shown to people as the demo shows them; a repeat, and a rewording that is canonically
equal, gives the same figures and costs nothing; another organisation pays for itself; an exhausted
budget is told with its public number; a receipt verifies offline, and an altered one does not.
"""
import base64
import json
import math
import os
import sys
import time

from network import Analyst, Network, Report, load_region, run

PERSONS = 6000
SIGMA = 10
ALPHA = 1e-8
SUM_SIGMA = 6  # at least, of a sum of 21 regions at sigma 5
PRICE = 5000000  # nano-rho of sigma 10: 1 / (2 sigma^2)
# The first question of the generator's, as another analyst might write it.
REWORDED = ("(age >= 18 and (diagnosis under icd10:C50)) and "
            "not not variant(consequence in (lof) and gene in (BRCA2, BRCA1))")
BUDGET = "diagnosis under icd10:E11 and age >= %d"


def bound(cells, sigma, parts=1):
    """P(|discrete Gaussian| >= t) <= 2 exp(-t^2 / 2 sigma^2), for all cells together, and each sum of parts."""
    return sigma * math.sqrt(parts) * math.sqrt(2 * math.log(2 * cells / ALPHA))


def spread_limits(n):
    """Of the mean square of n draws of variance 1, missed once in 1e9: chi-square as Wilson and Hilferty have it."""
    return [(1 - 2 / (9 * n) + z * math.sqrt(2 / (9 * n)))**3 for z in (-6, 6)]


def not_at_new_year():
    """The generator takes ages of the year, the snapshot of the day: they must be of one year."""
    if time.gmtime().tm_year != time.gmtime(time.time() + 900).tm_year:
        print("skipped: a quarter of an hour before the new year in UTC")
        sys.exit(77)


def build(network):
    country = os.path.join(network.folder, "country")
    run("synth", "--seed", 41, "--persons", PERSONS, "--regions", 21, "--out", country)
    for node in network.nodes.values():
        load_region(node, country)
    with open(os.path.join(country, "truth.json"), encoding="utf-8") as file:
        return json.load(file), country


def compare_counts(report, network, truth):
    asked = [q["question"] for q in truth]
    wrong = []
    for region, node in network.nodes.items():
        for question, answer in zip(truth, node.count(asked)):
            expected = question["regions"][region]
            if (answer["matched"], answer["undetermined"]) != (expected["matched"], expected["undetermined"]):
                wrong.append((region, question["question"], answer["matched"], answer["undetermined"], expected))
    report.row(not wrong, "%d true counts of %d regions equal the generator's" % (len(asked) * len(network.nodes), len(network.nodes)),
               wrong[:2] if wrong else "")


def spent(network):
    return {region: node.ledger() for region, node in network.nodes.items()}


def noise_law(report, network, question, asked, seen):
    """Every cell, and the national sum of each, against the truth."""
    cells, sums = [], [0, 0]
    for region in network.nodes:
        expected = question["regions"][region]
        for i, name in enumerate(("matched", "undetermined")):
            off = asked.answers[region].cells[i] - expected[name]
            off *= SIGMA / asked.report["sigma_undetermined" if i else "sigma"]  # in units of one sigma
            cells.append(off)
            sums[i] += off
    seen.extend(cells)
    limit, total = bound(len(cells) + 2, SIGMA), bound(len(cells) + 2, SIGMA, len(network.nodes))
    report.row(max(map(abs, cells)) <= limit and max(map(abs, sums)) <= total,
               "within the noise law: " + question["question"][:60],
               "largest %d of %.0f, totals off by %d and %d of %.0f" % (max(map(abs, cells)), limit, *sums, total))
    shown = [asked.report["total"][name] for name in ("matched", "undetermined")]
    told = [sum(a.cells[i] for a in asked.answers.values()) for i in (0, 1)]
    good = all(s["state"] == "suppressed" or abs(s["value"] - t) <= 5 for s, t in zip(shown, told))
    report.row(good, "the total is the sum of the answers, rounded", "" if good else (shown, told))


def spread(report, seen):
    """That there is noise at all."""
    n, ratio = len(seen), sum(x * x for x in seen) / SIGMA**2 / len(seen)
    limits = spread_limits(n)
    report.row(limits[0] < ratio < limits[1], "the spread of %d cells is sigma's" % n,
               "variance %.2f times sigma^2, between %.2f and %.2f" % (ratio, *limits))


def figures(asked):
    return {region: answer.cells for region, answer in asked.answers.items()}


def repeats(report, network, analyst, other, question, first):
    before = spent(network)
    again = analyst.ask(question)
    report.equal(figures(again), figures(first), "a repeat has the same figures in every region")
    report.row(not any(a.charged for a in again.answers.values()) and again.report["charged"] is False,
               "a repeat says that it is not charged")
    report.row(spent(network) == before, "a repeat leaves every ledger as it was")
    again = analyst.ask(REWORDED)
    report.row(figures(again) == figures(first) and spent(network) == before,
               "a rewording has the same figures and is free")
    paid = other.ask(question)
    report.equal(figures(paid), figures(first), "another organisation gets the same figures")
    after = spent(network)
    report.row(all(a.charged for a in paid.answers.values()) and
               all(after[r].spent.get("south", 0) == PRICE for r in after) and
               all(after[r].charges == before[r].charges + 1 for r in after), "and pays for them, once in each region")


def receipts(report, analyst, receipt, node):
    report.equal(analyst.run("verify", receipt, codes=None).code, 0, "a receipt verifies without the coordinator")
    with open(receipt, encoding="utf-8") as file:
        whole = json.load(file)
    refused = []
    for part in ("answer", "envelope", "roster"):
        altered = json.loads(json.dumps(whole))
        place = next(r for r in altered["regions"] if r["node"] == node) if part == "answer" else altered
        raw = bytearray(base64.b64decode(place[part]))
        raw[len(raw) // 2] ^= 1
        place[part] = base64.b64encode(bytes(raw)).decode()
        path = receipt + "." + part
        with open(path, "w", encoding="utf-8") as file:
            json.dump(altered, file)
        done = analyst.run("verify", path, codes=None)
        refused.append(done.code != 0 and "Traceback" not in done.err)
    report.row(all(refused), "a receipt with one bit altered in answer, question or roster does not", refused)


def exhaust(report, network, analyst):
    """A small budget at every node: what it covers is answered, the next question is not."""
    for node in network.nodes.values():
        node.policy(lambda p: p["roles"]["care-quality"].update(organisation_year_nrho=2 * PRICE))
    paid = [analyst.ask(BUDGET % age).code for age in (30, 31)]
    report.equal(paid, [0, 0], "two questions are within a budget of two")
    before = spent(network)
    refused = analyst.ask(BUDGET % 32, codes=None)
    reasons = {a.reason for a in refused.answers.values()}
    report.row(refused.code == 5 and {a.code for a in refused.answers.values()} == {"budget"}, "the third ends with exit code 5",
               "exit %d" % refused.code)
    report.row(len(reasons) == 1 and "5.000" in next(iter(reasons)) and " 0.000 " in next(iter(reasons)),
               "and says what it costs and what is left", reasons)
    after = spent(network)
    report.row(all(after[r].spent == before[r].spent and after[r].charges == before[r].charges for r in after),
               "a refused question is not charged")
    report.equal(analyst.ask(BUDGET % 30).code, 0, "what was paid for can be repeated with no budget left")


def main():
    not_at_new_year()
    report = Report(__doc__.splitlines()[0])
    with Network("country") as network:
        analyst = Analyst(network, "anna", "north").enrol()
        other = Analyst(network, "sven", "south").enrol()
        poor = Analyst(network, "poul", "east", role="care-quality").enrol()
        whole, country = build(network)
        truth = whole["questions"]
        report.note("%d persons in %d nodes" % (PERSONS, len(network.nodes)))
        compare_counts(report, network, truth)
        network.start()
        report.note("21 nodes connected")
        shows_data(report, analyst)
        seen, first = [], None
        for question in (truth[3], truth[1], truth[0]):
            first = analyst.ask(question["question"])
            noise_law(report, network, question, first, seen)
        spread(report, seen)
        charged = spent(network)
        report.row(all(c.charges == 3 and c.spent == {"north": 3 * PRICE} and c.node_spent == 3 * PRICE for c in charged.values()),
                   "three questions cost three prices in every ledger")
        repeats(report, network, analyst, other, truth[0]["question"], first)
        receipts(report, analyst, first.receipt, "12")
        poor.purpose = "care-quality"
        shown_by_the_demo(report, network, analyst, whole, country)
        exhaust(report, network, CareQuality(poor))
        for region in ("01", "12"):
            report.equal(network.nodes[region].run("audit verify", codes=None).code, 0, "the audit log of %s verifies" % region)
    report.close()


def shows_data(report, analyst):
    """What every region declares, as declared at import, in three forms; and no count."""
    nodes = json.loads(analyst.run("nodes", "--data", "--json").out)["nodes"]
    declared = [(d["kind"], d["system"], d["since"]) for d in nodes[0]["delivers"]]
    assays = sorted((a["name"], a["assembly"], a["whole_genome"]) for a in nodes[0]["assays"])
    report.row(all(n["delivers"] == nodes[0]["delivers"] for n in nodes) and ("diagnosis", "icd10", "2015-01-01") in declared
               and len(declared) == 7 and assays == [(name, "GRCh38", False) for name in ("panel", "tumours", "wgs")],
               "every region shows what it declares to deliver, and its assays")
    sizes = [n["sizes"] for n in nodes]
    report.row(all(s["persons"] >= 600 // len(nodes) and s["persons"] & (s["persons"] - 1) == 0 and s["kinds"] for s in sizes),
               "and how large it is at most, as powers of four", sizes[0])
    lines = analyst.run("nodes", "--data", "--tsv").out.splitlines()
    table = analyst.run("nodes", "--data", "--table").out
    report.row(len(lines) == 1 + len(nodes) and "diagnosis:icd10 since 2015-01-01" in lines[1] and "hp " in lines[1]
               and "panel GRCh38, tumours GRCh38, wgs GRCh38" in lines[1] and table.count("diagnosis:icd10 since 2015-01-01") == len(nodes),
               "as lines and as a table too")


def signed(number):
    """Of 64 bits, as masks and their sums are."""
    return (number + 2**63) % 2**64 - 2**63


def masked_sums(asked):
    return [signed(sum(cells)) for cells in zip(*(a.cells for a in asked.answers.values()))]


def summed(by_region):
    return [sum(cells) for cells in zip(*by_region.values())]


def shown_by_the_demo(report, network, analyst, truth, country):
    """The three measures of deploy/demo, in mode sum, with its words."""
    sums = ("--mode", "sum", "--sigma", "5")
    protocol = os.path.join(country, "trial.txt")
    wrong = []
    with open(protocol, encoding="utf-8") as file:
        lines = [line.strip().split(": ", 1) for line in file if not line.startswith("#")]
    criteria = [("not (%s)" if name[0] == "E" else "(%s)") % text for name, text in lines]
    for region, node in network.nodes.items():
        answers = node.count([" and ".join(criteria[:k + 1]) for k in range(len(criteria))])
        wrong += [(region, s["name"]) for s, a in zip(truth["steps"], answers)
                  if s["regions"][region] != {"matched": a["matched"], "undetermined": a["undetermined"]}]
    report.row(not wrong, "the steps of the trial are the generator's in every region", wrong[:3] if wrong else "")
    asked, _ = analyst.ask_all(None, "--measure", "funnel", "--protocol", protocol, *sums)
    told = asked.report["total"]["steps"]
    report.equal([s["name"] for s in told], [s["name"] for s in truth["steps"]], "a national funnel of the trial, by its names")
    possible = [sum(r["matched"] + r["undetermined"] for r in s["regions"].values()) for s in truth["steps"]]
    last = truth["steps"][-1]["regions"].values()
    true = [a - b for a, b in zip(possible, possible[1:])] + [sum(r["matched"] for r in last)]
    masked = masked_sums(asked)
    report.row(len(masked) == 2 * len(true) and max(abs(m - t) for m, t in zip(masked[::2], true)) <= bound(len(true), SUM_SIGMA) and
               abs(sum(masked[1::2]) - sum(r["undetermined"] for r in last)) <= bound(1, SUM_SIGMA, len(true)),
               "whom each criterion rules out, and who is undetermined, within the law", "%d of %d left" % (true[-1], possible[0]))
    values = [s["survivors"]["value"] or 0 for s in told]
    report.row(values == sorted(values, reverse=True), "survivors never rise", " ".join(map(str, values)))
    curve = truth["curve"]
    words = ("--measure", "survival", "--from", curve["from"], "--to", curve["to"], "--bins",
             "0..%d/%d" % (curve["days"] * (curve["bins"] - 1), curve["days"]), *sums)
    asked, _ = analyst.ask_all("", *words)
    masked = masked_sums(asked)
    true = summed(curve["regions"])
    report.row(len(masked) == len(true) and max(abs(m - t) for m, t in zip(masked, true)) <= bound(len(true), SUM_SIGMA),
               "a national curve of survival: every cell within the law", "%d deaths in all" % sum(true[:-2:2]))
    page = analyst.run("verify", asked.receipt, "--table").out
    ends = ["%d-%d" % (i * curve["days"], (i + 1) * curve["days"] - 1) for i in range(curve["bins"] - 1)]
    report.row("At risk" in page and all("\n%s " % end in page for end in ends),
               "a line for each bin; so few deaths leave no share to draw", " ".join(ends))
    changes = ",".join(f["change"] for f in truth["frequencies"])
    with open(os.path.join(country, "changes.txt"), encoding="utf-8") as file:
        report.equal(file.read(), changes, "the changes that the demo asks for are those of the truth")
    asked, _ = analyst.ask_all("", "--measure", "frequency", "--changes", changes, *sums)
    masked = masked_sums(asked)
    true = [n for f in truth["frequencies"] for n in summed(f["regions"])]
    report.row(len(masked) == len(true) and max(abs(m - t) for m, t in zip(masked, true)) <= bound(len(true), SUM_SIGMA),
               "national frequencies: every genotype within the law", "%d carriers" % sum(true[i] for i in (1, 2, 7, 8, 13, 14)))
    parts = asked.report["total"]["parts"]
    report.equal([p["change"] for p in parts], changes.split(","), "a line for each change")


class CareQuality:
    """An analyst who asks for the purpose of care quality."""

    def __init__(self, analyst):
        self.analyst = analyst

    def ask(self, question, **options):
        return self.analyst.ask(question, "--purpose", "care-quality", **options)


if __name__ == "__main__":
    main()
