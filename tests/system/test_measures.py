#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Breakdown and frequency over five nodes: every cell within the law of its noise, tables that add up.

Promises: every cell of a table and of listed changes lies within the law of its noise around what
the region counts itself, in its place; all parts of the declared domain are there; printed parts and
what the hidden ones hold are the printed sum, in every region and in all; AC, AN and AF come from
those cells and their intervals hold the truth; a table costs one count and three changes three, a
repeat nothing; in mode sum the same figures come without any region's; a role without the measure is
refused; what is asked and what it costs is told before; what cannot be printed has its receipt.
"""
import csv
import io
import json
import math
import os
import re
import subprocess

from network import Analyst, Network, Report, load_region, program, run, wait_until
from test_country import spread_limits

REGIONS = ("01", "03", "12", "14", "25")
PERSONS = 6000
SIGMA = 5
PRICE = 20000000  # nano-rho of one count at sigma 5
ALPHA = 1e-7
COHORT = "age >= 18"
SEXES = ("unknown", "female", "male", "other")
AGES = tuple("%d-%d" % (a, a + 9) for a in range(0, 90, 10)) + ("90+", "unknown")
STRETCHES = ("GRCh38:17:43044295-43125482", "GRCh38:13:32315086-32400268", "GRCh38:X:1-156000000")
CELLS = ("ref", "het", "hom", "hemi", "ref_haploid", "not_assessed")


def bound(cells, variance):
    """P(|discrete Gaussian| >= t) <= 2 exp(-t^2 / 2 variance), for all cells together."""
    return math.sqrt(variance * 2 * math.log(2 * cells / ALPHA))


def build(network):
    country = os.path.join(network.folder, "country")
    run("synth", "--seed", 43, "--persons", PERSONS, "--regions", 21, "--out", country)
    for node in network.nodes.values():
        load_region(node, country)


# ---- truth -----------------------------------------------------------------------------------------


def ages_of(band):
    low = int(band.split("-")[0].rstrip("+"))
    return "age >= 90" if band == "90+" else "age between %d and %d" % (low, low + 9)


def true_table(node):
    """matched by (sex, age band): those of known sex and age by asking, the others as what is left."""
    cells, questions, keys = {}, [], []
    for sex in SEXES[1:]:
        for band in AGES[:-1]:
            keys.append((sex, band))
            questions.append("%s and sex = %s and %s" % (COHORT, sex, ages_of(band)))
    for key, answer in zip(keys, node.count(questions)):
        cells[key] = answer["matched"]
    whole = node.count([COHORT])[0]
    return cells, whole["matched"], whole["undetermined"]


def pick_changes(network):
    """Three changes that many carry, of which one is on X when there is any."""
    seen = {}
    for node in network.nodes.values():
        for stretch in STRETCHES:
            for line in node.run("count --frequency", stretch, "--json").out.splitlines():
                row = json.loads(line)
                seen[row["change"]] = seen.get(row["change"], 0) + row["ac"]
    by_use = sorted(seen, key=lambda c: (-seen[c], c))
    on_x = [c for c in by_use if ":X-" in c][:1]
    return (on_x + [c for c in by_use if c not in on_x])[:3]


def true_genotypes(node, changes):
    lines = node.run("count", COHORT, "--changes", ",".join(changes), "--json").out.splitlines()
    return [json.loads(line) for line in lines]


# ---- breakdown -------------------------------------------------------------------------------------


def table_law(report, network, asked, promise):
    """Every cell of every region against that region's own count."""
    offs, sums, totals = [], [0, 0], []
    limit = bound(len(REGIONS) * 46, SIGMA**2)
    for region, node in network.nodes.items():
        cells = asked.answers[region].cells
        truth, matched, undetermined = true_table(node)
        parts, told = cells[:-2], cells[-2:]  # the total is a figure of its own, behind the parts
        totals.append(told[0] - matched)
        at = {(SEXES[i // 11], AGES[i % 11]): cells[2 * i] for i in range(44)}
        offs += [at[key] - truth[key] for key in truth]
        sums = [max(sums[0], abs(sum(parts[0::2]) - matched)), max(sums[1], abs(sum(parts[1::2]) - undetermined))]
    report.row(max(map(abs, offs)) <= limit, promise + ": every cell within the law",
               "largest of %d off by %d of %.0f" % (len(offs), max(map(abs, offs)), limit))
    limits = [bound(2 * len(REGIONS), 44 * sigma**2) for sigma in (SIGMA, 200)]
    report.row(sums[0] <= limits[0] and sums[1] <= limits[1], promise + ": and so are the sums, matched and undetermined",
               "off by %d of %.0f and %d of %.0f at most" % (sums[0], limits[0], sums[1], limits[1]))
    limit = bound(len(totals), (2 * SIGMA)**2)
    report.row(max(map(abs, totals)) <= limit, promise + ": and so is the total, at sigma %d" % (2 * SIGMA),
               "off by %d of %.0f at most" % (max(map(abs, totals)), limit))
    report.equal([asked.report[name] for name in ("sigma", "sigma_undetermined", "sigma_total")], [SIGMA, 200, 2 * SIGMA],
                 promise + ": the answer says the sigma of each cell")
    total = asked.report["regions"][0]["matched"]
    report.row(total["high95"] - total["low95"] <= 2 * (1.96 * 2 * SIGMA + 1 + 5), promise + ": and the total's interval is that of its own",
               "%d to %d" % (total["low95"], total["high95"]))
    spread = sum(o * o for o in offs) / len(offs) / SIGMA**2
    low, high = spread_limits(len(offs))
    report.row(low < spread < high, promise + ": there is noise, of sigma's size",
               "variance %.2f times sigma^2, between %.2f and %.2f" % (spread, low, high))


def adds_up(figures):
    """Printed parts and the hidden rest are the printed sum."""
    for name in ("matched", "undetermined"):
        shown = [p[name]["value"] for p in figures["parts"] if p[name]["state"] == "value"]
        hidden = figures[name + "_hidden"]
        if len(shown) + hidden["parts"] != len(figures["parts"]) or min(shown + [0]) < 0:
            return False
        if figures[name]["state"] == "value" and sum(shown) + hidden["together"] != figures[name]["value"]:
            return False
    return True


def shape(report, asked):
    parts = asked.report["total"]["parts"]
    report.equal([(p["sex"], p["age_band"]) for p in parts], [(s, a) for s in SEXES for a in AGES],
                 "all 44 parts of the domain are there, in order")
    tables = [asked.report["total"]] + [r for r in asked.report["regions"]]
    report.row(all(map(adds_up, tables)), "printed parts add up to the printed sum, in %d tables" % len(tables))
    low = [p for p in parts if p["matched"]["state"] == "value" and p["matched"]["value"] < asked.report["display"]["below"]]
    report.equal(low, [], "and none is printed below the threshold")


def spread_sheet(lines, report):
    """Of each region and the total: the parts that are shown, the rest, and the sum, each in its own column."""
    for node in {line["node"] for line in lines}:
        mine = [line for line in lines if line["node"] == node]
        if mine[-1]["sum_matched_state"] != "value":
            continue
        shown = sum(int(line["matched"] or 0) for line in mine)
        hidden = sum(int(line["matched_hidden_together"] or 0) for line in mine)
        report.equal(shown + hidden, sum(int(line["sum_matched"] or 0) for line in mine), "columns of CSV add up: " + node)


def forms(report, analyst, words, rows):
    """The same in CSV and for people; both are repeats."""
    text = analyst.run("ask", COHORT, "--csv", *words).out
    lines = list(csv.DictReader(io.StringIO(text)))
    report.equal(len(lines), (len(REGIONS) + 1) * rows, "CSV has a line for each part of each region and of the total")
    report.row(all(None not in line and None not in line.values() for line in lines), "of one width")
    if "sum_matched" in lines[0]:
        spread_sheet(lines, report)
    return analyst.run("ask", COHORT, "--table", *words).out


def check_breakdown(report, network, analyst):
    words = ("--measure", "breakdown", "--by", "sex,age_band", "--sigma", str(SIGMA))
    before = {r: n.ledger().node_spent for r, n in network.nodes.items()}
    asked = analyst.ask(COHORT, *words)
    table_law(report, network, asked, "sex and age band")
    shape(report, asked)
    spent = {r: n.ledger().node_spent - before[r] for r, n in network.nodes.items()}
    report.equal(set(spent.values()), {PRICE + PRICE // 4}, "44 parts cost as much as one count, and their total a quarter more")
    check_api(report, network, asked)
    page = forms(report, analyst, words, 44 + 1)  # and their sum
    report.row("female" in page and "40-49" in page and "Total" in page, "and a table for people")
    after = {r: n.ledger().node_spent - before[r] for r, n in network.nodes.items()}
    report.equal(after, spent, "repeats cost nothing")
    verified = analyst.run("verify", asked.receipt, "--json")
    report.equal(json.loads(verified.out)["total"], asked.report["total"], "the receipt gives the same table offline")
    largest = analyst.ask("", "--measure", "breakdown", "--by", "sex,age_band,birth_decade,assay", "--sigma", "20")
    report.row(largest.code == 0 and len(largest.report["total"]["parts"]) == 2640 and
               all(map(adds_up, [largest.report["total"]] + largest.report["regions"])),
               "the largest table, 2,640 parts, comes whole and adds up")


def check_api(report, network, asked):
    """The coordinator's own document, from memory and, after a restart, from its store."""
    def told():
        document = network.get("/api/v1/questions/" + asked.report["id"])[1]
        return document["total"], [r.get("parts") for r in document["regions"]]
    expected = asked.report["total"], [r["parts"] for r in asked.report["regions"]]
    report.equal(told(), expected, "the coordinator's document has the same tables")
    network.process.stop()
    network.start_coordinator()
    network.wait_connected()
    report.equal(told(), expected, "and after a restart, from its store")


# ---- frequency -------------------------------------------------------------------------------------


def check_frequency(report, network, analyst):
    changes = pick_changes(network)
    words = ("--measure", "frequency", "--changes", ",".join(changes), "--sigma", str(SIGMA))
    before = {r: n.ledger().node_spent for r, n in network.nodes.items()}
    asked = analyst.ask(COHORT, *words)
    truth = {r: true_genotypes(n, changes) for r, n in network.nodes.items()}
    offs = [asked.answers[r].cells[6 * i + c] - truth[r][i][name]
            for r in network.nodes for i in range(len(changes)) for c, name in enumerate(CELLS)]
    limit = bound(len(offs), SIGMA**2)
    report.row(len(changes) == 3 and max(map(abs, offs)) <= limit, "genotypes of %s within the law" % ", ".join(changes),
               "largest of %d off by %d of %.0f" % (len(offs), max(map(abs, offs)), limit))
    spent = {n.ledger().node_spent - before[r] for r, n in network.nodes.items()}
    report.equal(spent, {3 * PRICE}, "three changes cost as much as three counts")
    alleles(report, changes, asked, truth)
    forms(report, analyst, words, 3)


def alleles(report, changes, asked, truth):
    told = []
    for i, change in enumerate(changes):
        part, sums = asked.report["total"]["parts"][i], {n: sum(truth[r][i][n] for r in truth) for n in CELLS}
        ac = sums["het"] + 2 * sums["hom"] + sums["hemi"]
        an = 2 * (sums["ref"] + sums["het"] + sums["hom"]) + sums["hemi"] + sums["ref_haploid"]
        # six deviations of AN, the wider of the two; of AF as far, where its interval has two
        slack = 6 * math.sqrt(14 * len(truth)) * SIGMA + 5
        good = part["change"] == change and (part["ac"]["state"] == "suppressed" or abs(part["ac"]["value"] - ac) <= slack) and \
            abs((part["an"]["value"] or 0) - an) <= slack
        if part["af"]:
            width = part["af"]["high95"] - part["af"]["low95"]
            good = good and part["af"]["low95"] - width <= ac / an <= part["af"]["high95"] + width
        told.append((good, "AC %s of %d, AN %s of %d" % (part["ac"]["value"], ac, part["an"]["value"], an)))
    report.row(all(good for good, _ in told), "AC, AN and AF are those of the truth within their intervals",
               "; ".join(text for _, text in told))


# ---- mode sum, roles, what is told before ---------------------------------------------------------------


def check_sum(report, network, analyst):
    asked, _ = analyst.ask_all(COHORT, "--measure", "breakdown", "--by", "sex,age_band", "--sigma", str(SIGMA), "--mode", "sum")
    total, n = asked.report["total"], len(REGIONS)
    truth = {}
    for node in network.nodes.values():
        for key, value in true_table(node)[0].items():
            truth[key] = truth.get(key, 0) + value
    limit = bound(44, SIGMA**2 * n / (n - (n - 1) // 3)) + 5 + 10  # rounded; sunk by the empty parts
    offs = [abs(p["matched"]["value"] - truth[p["sex"], p["age_band"]]) for p in total["parts"]
            if p["matched"]["state"] == "value" and (p["sex"], p["age_band"]) in truth]
    report.row(offs and max(offs) <= limit and adds_up(total), "mode sum: the table of all regions, adding up",
               "%d parts shown, off by at most %d of %.0f" % (len(offs), max(offs), limit))
    report.row(not any("matched" in r or "parts" in r for r in asked.report["regions"]), "and none of any region")


def signed(number):
    """Of 64 bits, as masks and their sums are."""
    return (number + 2**63) % 2**64 - 2**63


def check_sum_frequency(report, network, analyst):
    changes = pick_changes(network)
    asked, _ = analyst.ask_all(COHORT, "--measure", "frequency", "--changes", ",".join(changes), "--sigma", str(SIGMA), "--mode", "sum")
    truth, n = {r: true_genotypes(node, changes) for r, node in network.nodes.items()}, len(REGIONS)
    real = [sum(truth[r][i][name] for r in truth) for i in range(len(changes)) for name in CELLS]
    masked = [a.cells for a in asked.answers.values()]
    sums = [signed(sum(cells)) for cells in zip(*masked)]
    offs = [s - t for s, t in zip(sums, real)]
    variance = SIGMA**2 * n / (n - (n - 1) // 3)
    limit = bound(len(offs), variance)
    report.row(len(masked) == n and len(offs) == 18 and max(map(abs, offs)) <= limit,
               "mode sum: the masked genotypes of all regions add up to the truth within the law",
               "largest of %d off by %d of %.0f" % (len(offs), max(map(abs, offs)), limit))
    report.row(0.05 < sum(o * o for o in offs) / len(offs) / variance < 4, "with noise of one sum's size",
               "variance %.2f times that of the sum" % (sum(o * o for o in offs) / len(offs) / variance))
    report.row(min(abs(c) for cells in masked for c in cells) > 10**9, "what a region sends is nothing but mask")
    persons = {sum(real[6 * i:6 * i + 6]) for i in range(len(changes))}
    report.row(len(persons) == 1 and all(abs(sum(sums[6 * i:6 * i + 6]) - max(persons)) <= bound(3, 6 * variance)
                                         for i in range(len(changes))),
               "the genotypes of every change add up to the cohort", "%d persons" % max(persons))
    alleles(report, changes, asked, truth)
    for i, part in enumerate(asked.report["total"]["parts"]):
        cells = dict(zip(CELLS, real[6 * i:6 * i + 6]))
        an = 2 * (cells["ref"] + cells["het"] + cells["hom"]) + cells["hemi"] + cells["ref_haploid"]
        ac = cells["het"] + 2 * cells["hom"] + cells["hemi"]
        limit = bound(6, 14 * variance) + 5  # 2 x three genotypes and two; what is printed is rounded
        report.row(abs(part["an"]["value"] - an) <= limit and abs(part["ac"]["value"] - ac) <= limit,
                   "AN and AC of %s come from the samples that were looked at there" % part["change"],
                   "AN %d of %d, AC %d of %d" % (part["an"]["value"], an, part["ac"]["value"], ac))
    report.row(not any(set(CELLS) & set(r) or "parts" in r for r in asked.report["regions"]), "and no genotype of any region is shown")


def check_refusals(report, analyst, public):
    public.purpose = "statistics"
    words = ("--measure", "breakdown", "--by", "sex", "--sigma", "20", "--mode", "sum", "--purpose", "statistics")
    report.equal(public.ask(COHORT, *words, codes=None).code, 4, "a role without the measure is refused by every region")
    for words, said in ((("--measure", "breakdown"), "--by"), (("--measure", "breakdown", "--by", "sex,shoe"), "number 2"),
                        (("--measure", "frequency"), "--changes"), (("--by", "sex"), "dimensions are a breakdown's"),
                        (("--measure", "frequency", "--changes", "GRCh38:1-5-A-A"), "number 1")):
        done = analyst.run("ask", COHORT, *words, codes=None)
        report.row(done.code == 2 and said in done.err, "refused with its reason: ask " + " ".join(words), done.err.strip())


def check_lost(report, analyst):
    receipt = os.path.join(analyst.folder, "lost.json")
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([program("analyst"), "ask", COHORT, "--sigma", "50", "--receipt", receipt, "--config", analyst.config],
                              stdout=full, stderr=subprocess.PIPE, timeout=300, check=False)
    report.equal(done.returncode, 1, "an answer that cannot be printed is a failure")
    report.equal(analyst.run("verify", receipt, codes=None).code, 0, "and its receipt was kept before")


def check_told(report, network, analyst):
    dry = analyst.run("ask", COHORT, "--measure", "breakdown", "--by", "sex,age_band", "--sigma", "5", "--dry-run").out
    report.row("44 parts" in dry and "25.00 points" in dry, "a dry run tells parts and price")
    report.row("%d regions would answer by the policy" % len(network.nodes) in dry, "and what the policies will say", dry)
    told = json.loads(analyst.run("ask", COHORT, "--purpose", "curiosity", "--dry-run", "--json").out)["policy"]
    report.row(told["answer"] == 0 and [len(one["regions"]) for one in told["decline"]] == [len(network.nodes)] and
               "curiosity" in told["decline"][0]["why"], "and why they would decline", told)
    price = run("analyst", "price", "--measure", "frequency", "--changes", "GRCh38:1-5-A-C,GRCh38:1-6-A-C").out
    report.row("40.00" in price, "rikstal price tells that of two changes")
    node = network.nodes["12"]
    seen = node.run("policy preview", COHORT, "--role", "national-analyst", "--by", "sex,age_band").out
    report.row("90 figures, for each of 44 parts and for all together" in seen and "25.000 points" in seen, "the region's preview tells the table and its price")
    seen = node.run("policy preview", " or ".join("age >= %d" % n for n in range(33)), "--role", "national-analyst").out
    report.row("criteria   33: refused before it is paid, one question may have 32" in seen, "and a question that has too many criteria")
    report.row(re.search(r"^time       the answer leaves after 3000 ms, .*; its work is \d+ ms at most$", seen, re.M)
               and re.search(r"^sizes      at most, public: persons \d+, sites \d+", seen, re.M),
               "and when the answer leaves, and the public sizes from which that follows")
    seen = node.run("policy preview", COHORT, "--role", "national-analyst", "--changes",
                    "GRCh38:1-5-A-C,GRCh38:1-6-A-C").out
    report.row("12 figures" in seen and "40.000 points" in seen and "\n  GRCh38:1-5-A-C\n" in seen,
               "and of frequencies theirs, each change by its name")
    for words, said in ((("--by", "sex,age"), "none of sex, age_band"), (("--changes", "GRCh38:1-5-A-A"), "number 1"),
                        (("--by", "sex", "--changes", "GRCh38:1-5-A-C"), "are"), (("--disease", "atc:L01"), "a disease is")):
        done = node.run("policy preview", COHORT, "--role", "national-analyst", *words, codes=None)
        report.row(done.code == 2 and said in done.err, "refused with its reason: preview " + " ".join(words), done.err.strip())
    dimensions = [w for w in node.run("policy --help", codes=None).out.split("(sex,", 1)[-1].split(")")[0].replace(",", " ").split()]
    report.equal(dimensions, ["age_band", "birth_decade", "assay"], "the help names the dimensions that there are")
    done = node.run("policy preview", COHORT, "--role", "sponsor", "--purpose", "trial-feasibility", "--sigma", "10", "--mode", "sum",
                    "--changes", "GRCh38:1-5-A-C", codes=None)
    report.equal(done.code, 4, "a measure that the role may not ask is denied in the preview")


def persons_pay(policy):
    """A person may pay for two counts at sigma 5 of this organisation in a year."""
    policy["individual"] = {"person_year_nrho": 50_000_000, "person_lifetime_nrho": 200_000_000, "all_year_nrho": 5_000_000_000,
                            "all_lifetime_nrho": 5_000_000_000, "organisations": ["west"]}


def check_accounts(report, network, north):
    """Whoever is counted pays: the same persons twice and not a third time, others as before."""
    west = Analyst(network, "eva", "west").enrol()
    wait_until("west in the roster", lambda: west.run("budget", codes=None).code == 0)
    women, men = [sum(node.count(["sex = " + sex])[0]["matched"] for node in network.nodes.values()) for sex in ("female", "male")]
    limits = {"regions": bound(5, len(REGIONS) * 25) + 5, "sum": bound(5, 25 * 2.5) + 5}
    for node in network.nodes.values():
        node.policy(persons_pay)

    def asked(question, mode, truth, promise):
        total = west.ask(question, "--sigma", "5", "--mode", mode).report["total"]["matched"]
        at_most = truth + limits[mode]  # what is not told from zero is shown as its interval
        near = total["high95"] <= at_most + limits[mode] and total["low95"] >= truth - 2 * limits[mode]
        report.row(near and min(women, men) > 4 * limits["regions"], promise, "%d..%d for %d" % (total["low95"], total["high95"], truth))

    def told(question, everybody, promise):
        regions = west.ask(question, "--sigma", "5", "--mode", "regions").report["regions"]
        words = west.run("ask", question, "--sigma", "5", "--mode", "regions", "--table").out
        said = "leaves nobody out" if everybody else "FIGURES CAN BE TOO LOW in %d of them" % len(REGIONS)
        report.row({r["budget"]["everybody_could_pay"] for r in regions} == {everybody} and said in words, promise)
        more = {n["sigma"]: n["counts"] for n in regions[0]["budget"]["counts_for_all"]}
        shown = [line.split("\t")[-3:] for line in west.run("budget").out.splitlines()[1:]]
        report.equal((more[5], more[10], more[20], {tuple(of) for of in shown}),
                     (1, 6, 24, {("1", "6", "24")}) if everybody else (0, 0, 0, {("0", "0", "0")}),
                     "and how many more counts leave nobody out, in the answer and in `rikstal budget`")

    asked("sex = female or age >= 120", "regions", women, "persons with accounts are counted, and pay")
    told("sex = female or age >= 120", True, "and the answer says that what was asked leaves nobody out")
    asked("sex = female or age >= 121", "sum", women, "in a sum too")
    asked("sex = female or age >= 122", "regions", 0, "a third time they are left out, and the question is answered")
    asked("sex = male or age >= 123", "regions", men, "others are counted as before")
    told("sex = male or age >= 123", False, "and the answer says that somebody may have been left out")
    refused = north.ask("sex = female", "--sigma", "5", "--mode", "regions", codes=None)
    report.equal({r["code"] for r in refused.report["regions"]}, {"policy"}, "an organisation without a book is declined")


def main():
    report = Report(__doc__.splitlines()[0])
    with Network("measures", REGIONS) as network:
        analyst = Analyst(network, "anna", "north").enrol()
        public = Analyst(network, "paul", "south", role="public").enrol()
        build(network)
        network.start()
        report.note("%d persons in 21 regions, %d nodes connected" % (PERSONS, len(REGIONS)))
        check_told(report, network, analyst)
        check_breakdown(report, network, analyst)
        check_frequency(report, network, analyst)
        check_sum(report, network, analyst)
        check_sum_frequency(report, network, analyst)
        check_lost(report, analyst)
        check_refusals(report, analyst, public)
        check_accounts(report, network, analyst)
    report.close()


if __name__ == "__main__":
    main()
