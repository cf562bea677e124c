#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A trial's protocol over four nodes: who is left after each criterion, for the price of one count.

Promises: every cell of a funnel lies within the law of its noise around what the region counts itself,
step by step; the printed survivors never rise and the undetermined never fall; a funnel costs one count,
and the same steps under other names nothing; JSON has name, text and figures of each step in the order of
the protocol, in the receipt too; a sponsor gets it in mode sum by the default policy; a mistake in the file
is told by line and column and nothing is asked; 32 criteria are asked and 33 are not.
"""
import csv
import io
import json
import math
import os

from network import Analyst, Network, Report, small_country

REGIONS = ("01", "03", "12", "14")
PERSONS = 4000
SIGMA = 5
PRICE = 20000000  # nano-rho of one count at sigma 5
ALPHA = 1e-7
STEPS = (("I1 adult", "age >= 18", False), ("I2 women", "sex = female and age <= 75", False),
         ("I3 with a disease", "diagnosis under icd10:C50 or diagnosis under icd10:C34 or diagnosis under icd10:I10", False),
         ("I4 BRCA1", "gene = BRCA1", True), ("E1 old record", "diagnosis under icd10:C34 and age >= 60", False))


def written(analyst, name, steps, comment="# a trial\n"):
    path = os.path.join(analyst.folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(comment + "".join("%s: %s\n" % (step[0], step[1]) for step in steps))
    return path


def criterion(step):
    return ("not (%s)" if step[0].startswith("E") else "(%s)") % step[1]


def true_steps(node, steps):
    """(matched, undetermined) of the first k criteria, for every k."""
    answers = node.count([" and ".join(map(criterion, steps[:k + 1])) for k in range(len(steps))])
    return [(a["matched"], a["undetermined"]) for a in answers]


def check_law(report, network, asked, steps):
    offs, alike, n = [], [], len(steps)
    for region, node in network.nodes.items():
        cells, truth = asked.answers[region].cells, true_steps(node, steps)
        possible = [sum(pair) for pair in truth]
        last = [possible[k] - possible[k + 1] for k in range(n - 1)] + [truth[-1][0]]
        offs += [cells[2 * k] - last[k] for k in range(n)]
        alike.append(sum(cells[1::2]) - truth[-1][1])
    limit = math.sqrt(SIGMA**2 * 2 * math.log(2 * len(offs) / ALPHA))
    report.row(len(cells) == 2 * n and max(map(abs, offs)) <= limit, "who is ruled out by each step, within the law",
               "largest of %d off by %d of %.0f" % (len(offs), max(map(abs, offs)), limit))
    report.row(any(offs), "with noise")
    limit = math.sqrt(n * SIGMA**2 * 2 * math.log(2 * len(alike) / ALPHA))
    report.row(max(map(abs, alike)) <= limit, "all undecided together are the undetermined of the whole protocol",
               "off by %d of %.0f" % (max(map(abs, alike)), limit))


def check_form(report, document, steps, promise):
    told = document["total"]["steps"]
    report.equal([s["name"] for s in told], [s[0] for s in steps], promise + ": the steps in their order, by their names")
    report.row(told[1]["text"] == "sex = female and age <= 75" and told[-1]["text"].startswith("not (diagnosis under icd10:C34"),
               promise + ": each with its criterion, an exclusion negated", told[-1]["text"])
    for name, sign in (("survivors", -1), ("undetermined", 1)):
        values = [s[name]["value"] or 0 for s in told]
        report.row(all(sign * (b - a) >= 0 for a, b in zip(values, values[1:])), promise + ": %s never %s" %
                   (name, "rise" if sign < 0 else "fall"), " ".join(map(str, values)))
        report.row(all(s[name]["value"] is None or s[name]["low95"] <= s[name]["value"] <= s[name]["high95"] for s in told),
                   promise + ": each in its interval")


def check_money(report, network, analyst, asked, path):
    spent = {r: n.ledger().node_spent for r, n in network.nodes.items()}
    report.equal(set(spent.values()), {PRICE}, "a funnel of five criteria costs as much as one count")
    renamed = [("I%d other name" % (10 + i) if s[0][0] == "I" else "E7", s[1]) for i, s in enumerate(STEPS)]
    again = analyst.ask_protocol(written(analyst, "renamed.txt", renamed, comment=""))
    report.row(not again.report["charged"] and [s["survivors"] for s in again.report["total"]["steps"]] ==
               [s["survivors"] for s in asked.report["total"]["steps"]], "other names: the same figures, for nothing")
    report.equal({r: n.ledger().node_spent for r, n in network.nodes.items()}, spent, "nothing was charged")
    turned = analyst.ask_protocol(written(analyst, "turned.txt", (STEPS[1], STEPS[0]) + STEPS[2:]))
    report.row(turned.report["charged"], "another order is another question")
    verified = analyst.run("verify", asked.receipt, "--json")
    report.equal(json.loads(verified.out)["total"], asked.report["total"], "the receipt gives the same steps offline")
    dry = analyst.run("ask", "--measure", "funnel", "--protocol", path, "--sigma", "5", "--dry-run").out
    report.row("5 parts" in dry and "20.00 points" in dry, "a dry run tells steps and price")
    wide = "figures are sums of up to 9 cells, 3.0 times as wide"
    report.row(wide in dry, "and how much wider than a cell its figures may be")
    price = analyst.run("price", "--measure", "funnel", "--protocol", path).out
    report.row("10 figures" in price and "square root of 1" in price and "20.00" in price, "rikstal price tells the price of one count")
    report.row("# a width is that of one cell; " + wide in price, "and that figures are wider")
    whole = analyst.ask_protocol(path, measure="count")
    report.row(whole.code == 0 and "matched" in whole.report["total"], "a count of all criteria together has one figure")


def check_left_out(report, network, analyst, path):
    before = {r: n.ledger().node_spent for r, n in network.nodes.items()}
    asked = analyst.ask_protocol(path, measure="leave_one_out")
    spent = {n.ledger().node_spent - before[r] for r, n in network.nodes.items()}
    report.equal(spent, {PRICE}, "what each criterion costs the trial is told for the price of one count")
    offs = []
    for region, node in network.nodes.items():
        whole = " and ".join(map(criterion, STEPS))
        others = [" and ".join(criterion(s) for s in STEPS if s is not step) for step in STEPS]
        answers = [a["matched"] for a in node.count(others + [whole])]
        offs += [cell - (without - answers[-1]) for cell, without in zip(asked.answers[region].cells, answers)]
    limit = math.sqrt(SIGMA**2 * 2 * math.log(2 * len(offs) / ALPHA))
    report.row(len(offs) == len(STEPS) * len(REGIONS) and max(map(abs, offs)) <= limit, "and is within the law",
               "largest off by %d of %.0f" % (max(map(abs, offs)), limit))
    report.equal([s["name"] for s in asked.report["total"]["steps"]], [s[0] for s in STEPS], "by the names of the steps")


def check_share(report, network, analyst):
    question, before = "gene = BRCA1 and sex = female", {r: n.ledger().node_spent for r, n in network.nodes.items()}
    asked = analyst.ask(question, "--measure", "share", "--sigma", str(SIGMA))
    report.equal({n.ledger().node_spent - before[r] for r, n in network.nodes.items()}, {PRICE}, "a share costs one count")
    truth = [node.count([question])[0] for node in network.nodes.values()]
    matched, undetermined, persons = (sum(t[name] for t in truth) for name in ("matched", "undetermined", "persons"))
    total, limit = asked.report["total"], 6 * SIGMA * math.sqrt(3 * len(REGIONS)) + 5
    report.row(abs(total["told"]["value"] - (persons - undetermined)) <= limit and abs(total["persons"]["value"] - persons) <= limit,
               "its denominators are of whom it can be told, and everybody", "%d of %d, %d of %d" %
               (total["told"]["value"], persons - undetermined, total["persons"]["value"], persons))
    share = total["share"]
    report.row(share is None or share["low95"] - 0.02 <= matched / (persons - undetermined) <= share["high95"] + 0.02, "and the share",
               "%s of %.4f" % (share, matched / (persons - undetermined)))
    page = analyst.run("ask", question, "--measure", "share", "--sigma", str(SIGMA), "--table").out
    report.row(" of whom it can be told, of " in page and "persons in all" in page, "a page tells both")
    line = list(csv.DictReader(io.StringIO(analyst.run("ask", question, "--measure", "share", "--sigma", str(SIGMA), "--csv").out)))[-1]
    report.equal((int(line["told"]), int(line["persons"])), (total["told"]["value"], total["persons"]["value"]), "so does CSV")


def check_pages(report, analyst, path):
    page = analyst.run("ask", "--measure", "funnel", "--protocol", path, "--sigma", str(SIGMA), "--table").out
    report.row(all(s[0] in page for s in STEPS) and "Survivors" in page and "could not be determined" in page, "a table for people")
    text = analyst.run("ask", "--measure", "funnel", "--protocol", path, "--sigma", str(SIGMA), "--csv").out
    lines = list(csv.DictReader(io.StringIO(text)))
    report.equal([line["step"] for line in lines if line["node"] == "total"], [s[0] for s in STEPS], "CSV has a line for each step")
    report.equal(len(lines), (len(REGIONS) + 1) * len(STEPS), "of each region and the total")
    report.row({"survivors", "survivors_low95", "undetermined_state"} <= set(lines[0]), "with figures and intervals")


def check_sponsor(report, network, sponsor, path):
    for _ in range(5):
        asked = sponsor.ask_protocol(path, "--sigma", "10", "--purpose", "trial-feasibility", codes=(0, 3, 7))
        if asked.report["regions_answered"] == len(REGIONS):
            break
    truth = [true_steps(node, STEPS) for node in network.nodes.values()]
    report.equal(asked.report["mode"], "sum", "a sponsor's funnel is a sum")
    check_form(report, asked.report, STEPS, "sum")
    variance, n = 100 * len(REGIONS) / (len(REGIONS) - 1), len(STEPS)
    left = [sum(t[k][0] + t[k][1] for t in truth) for k in range(n)]  # not ruled out
    for k, step in enumerate(asked.report["total"]["steps"]):
        shown = step["survivors"]["value"]
        slack = math.sqrt((2 * n + 1) * variance * 2 * math.log(4 * n / ALPHA)) + 10
        report.row(shown is None or (sum(t[k][0] for t in truth) - slack - left[-1] <= shown <= left[k] + slack),
                   "sum: survivors of %s" % step["name"], "%s; %d not ruled out" % (shown, left[k]))
    report.row(not any("steps" in r for r in asked.report["regions"]), "and none of any region")


def check_refusals(report, network, analyst):
    before = {r: n.ledger().charges for r, n in network.nodes.items()}
    for steps, said in (((("I1 a", "age >= 18"), ("I2 b", "agee > 3")), "at 3:7"), ((("I1", "age > 3"), ("I1 b", "sex = male")), "given twice"),
                        ((("I1 a", "age >= 18"), ("I2 b", "region = 01")), "region is no criterion"),
                        ((("adult", "age > 3"),), "begins with I or E"), ((), "no criterion"),
                        ([("I%d" % i, "age > %d" % i) for i in range(1, 34)], "at most 32 criteria")):
        done = analyst.run("ask", "--measure", "funnel", "--protocol", written(analyst, "wrong.txt", steps), codes=None)
        report.row(done.code == 2 and said in done.err, "refused with its place: " + said, done.err.strip()[-200:])
    for words, said in ((("age > 3", "--measure", "funnel"), "--protocol"), (("age > 3", "--protocol", "x"), "not both"),
                        (("--protocol", "/nowhere"), "/nowhere")):
        done = analyst.run("ask", *words, codes=None)
        report.row(done.code != 0 and said in done.err, "refused: ask " + " ".join(words), done.err.strip())
    report.equal({r: n.ledger().charges for r, n in network.nodes.items()}, before, "and nothing of it was charged")
    most = analyst.ask_protocol(written(analyst, "most.txt", [("I%d" % i, "age > %d" % i) for i in range(1, 33)]), sigma=50)
    report.row(most.code == 0 and len(most.report["total"]["steps"]) == 32, "32 criteria are answered")


class Asker(Analyst):
    def ask_protocol(self, path, *words, measure="funnel", sigma=SIGMA, codes=(0,)):
        receipt = path + ".%s.json" % measure
        words = words if "--sigma" in words else (*words, "--sigma", str(sigma))
        done = self.run("ask", "--measure", measure, "--protocol", path, "--json", "--receipt", receipt, *words, codes=codes)
        return self.read(done, receipt)


def main():
    report = Report(__doc__.splitlines()[0])
    with Network("funnel", REGIONS) as network:
        analyst = Asker(network, "anna", "north").enrol()
        sponsor = Asker(network, "sven", "pharma", role="sponsor").enrol()
        small_country(network, persons=PERSONS)
        network.start()
        path = written(analyst, "trial.txt", STEPS)
        asked = analyst.ask_protocol(path)
        check_law(report, network, asked, STEPS)
        check_form(report, asked.report, STEPS, "regions")
        check_money(report, network, analyst, asked, path)
        check_pages(report, analyst, path)
        check_left_out(report, network, analyst, path)
        check_share(report, network, analyst)
        check_sponsor(report, network, sponsor, path)
        check_refusals(report, network, analyst)
    report.close()


if __name__ == "__main__":
    main()
