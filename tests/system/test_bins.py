#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures by bins over three nodes: timelines, histograms and curves within the law of their noise, adding up.

Promises: every cell of a timeline by month, quarter and year, of a histogram of ages and of one of the days between
two events lies within the law of its noise around what the delivered rows say; a row without a day, and whatever a
region does not declare to deliver, is undetermined; parts add up to the total; so of a curve does who had the event
in each bin, or was last heard of in it, and what is drawn is Kaplan and Meier's product; each costs one count, a repeat
nothing; mode sum gives the same of all regions together; CSV has a line for each bin; what cannot be asked is
refused with what to type instead; a policy that names neither measure refuses both.
"""
import csv
import datetime
import io
import json
import math
import os
import random

from network import Analyst, Network, Report

REGIONS = ("01", "12", "14")
PERSONS = 900
SIGMA = 5
EVEN = ("--sigma", str(SIGMA), "--sigma-undetermined", str(SIGMA))  # every cell at one sigma
PRICE = 20000000  # nano-rho of one count at sigma 5
ALPHA = 1e-7
DAY = datetime.timedelta(days=1)
START = datetime.date(2019, 1, 1)
FROM, TO = "diagnosis under icd10:C50", "treatment under atc:L01"
UNKNOWN = "unknown"


def invent(seed):
    """Persons: born, sex, days of diagnoses and of treatments (None: a row without a day)."""
    dice, persons = random.Random(seed), []
    for _ in range(PERSONS):
        born = datetime.date(1935, 1, 1) + dice.randrange(27000) * DAY
        ill = [None if dice.random() < 0.05 else START + dice.randrange(1000) * DAY for _ in range(dice.choice((0, 1, 1, 2)))]
        first = min((d for d in ill if d), default=START)
        treated = [None if dice.random() < 0.03 else first + dice.randrange(-20, 400) * DAY for _ in range(dice.choice((0, 1, 2)))]
        persons.append((born, dice.choice(("female", "male")), ill, treated))
    return persons


def load(node, persons, delivers):
    path = os.path.join(node.folder, "persons.csv")
    with open(path, "w", encoding="ascii") as file:
        file.write("person,sex,birth_date,kind,system,code,date\n")
        for number, (born, sex, ill, treated) in enumerate(persons):
            file.write("p%d,%s,%s,,,,\n" % (number, sex, born))
            for kind, system, code, days in (("diagnosis", "icd10", "C50.9", ill), ("treatment", "atc", "L01EB02", treated)):
                for day in days:
                    file.write("p%d,,,%s,%s,%s,%s\n" % (number, kind, system, code, day or ""))
    node.run("import persons", path, "--delivers", delivers)
    node.publish()


# ---- what the rows say -------------------------------------------------------------------------


def first(days, told, since=datetime.date.min):
    """(least, most) day of the first event from a day on; None: there is none; most None: it may be none."""
    known = sorted(d for d in days if d and d >= since)
    if None in days or not told:
        return since, known[0] if known else None
    return (known[0], known[0]) if known else None


def month_class(edges, day):
    month = "%04d-%02d" % (day.year, day.month)
    return max((i + 1 for i, edge in enumerate(edges) if month >= edge), default=0)


def timeline(persons, edges):
    """(class, undetermined) of each person who is in a cell; edges are the first months of the bins."""
    for _, _, ill, _ in persons:
        days = first(ill, True)
        if days:
            classes = {d and month_class(edges, d) for d in days}
            yield (len(edges) + 1, 1) if len(classes) > 1 else (classes.pop(), 0)


def waiting(persons, told, edges):
    for _, _, ill, treated in persons:
        start = first(ill, True)
        if not start or first(treated, told) is None:
            continue
        if start[0] != start[1]:
            yield len(edges), 1
            continue
        days = first(treated, told, start[0])
        if days:
            classes = {d and max(i for i, edge in enumerate(edges) if (d - start[0]).days >= edge) for d in days}
            yield (len(edges), 1) if len(classes) > 1 else (classes.pop(), 0)


def ages(persons, edges, today):
    for born, sex, _, _ in persons:
        if sex == "female":
            age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
            yield max(i for i, edge in enumerate(edges) if age >= edge), 0


def cells_of(pairs, n):
    cells = [0] * (2 * n)
    for part, undetermined in pairs:
        cells[2 * part + undetermined] += 1
    return cells


# ---- the comparison ----------------------------------------------------------------------------


def bound(cells, variance):
    return math.sqrt(variance * 2 * math.log(2 * cells / ALPHA))


def adds_up(figures):
    for name in ("matched", "undetermined"):
        shown = [p[name]["value"] for p in figures["parts"] if p[name]["state"] == "value"]
        if figures[name]["state"] == "value" and sum(shown) + figures[name + "_hidden"]["together"] != figures[name]["value"]:
            return False
    return True


def check(report, network, asked, truth, what, names):
    """Every cell of every region, and the names of the parts."""
    n = len(names)
    offs = [cell - true for r in REGIONS for cell, true in zip(asked.answers[r].cells, cells_of(truth(r), n))]
    limit = bound(len(offs), SIGMA**2)
    report.row(len(offs) == 2 * n * len(REGIONS) and max(map(abs, offs)) <= limit and any(offs),
               what + ": every cell within the law", "largest of %d off by %d of %.0f" % (len(offs), max(map(abs, offs)), limit))
    key = {"timeline": "period"}.get(asked.report["measure"]) or ("days" if "days" in asked.report["total"]["parts"][0] else "age")
    report.equal([p[key] for p in asked.report["total"]["parts"]], names, what + ": the bins by their names")
    report.row(all(map(adds_up, [asked.report["total"]] + asked.report["regions"])), what + ": parts add up")


def asked_for(report, network, analyst, words, question=""):
    before = {r: n.ledger().node_spent for r, n in network.nodes.items()}
    asked = analyst.ask(question, *words, *(("--sigma", str(SIGMA)) if "survival" in words else EVEN))
    spent = {n.ledger().node_spent - before[r] for r, n in network.nodes.items()}
    report.equal(spent, {PRICE}, "%s costs as much as one count" % words[1])
    return asked


def check_timelines(report, network, analyst, people):
    for period, edges, names in (
            ("2019-03..2019-05", ["2019-03", "2019-04", "2019-05", "2019-06"], ["2019-03", "2019-04", "2019-05"]),
            ("2019Q2..2020Q1", ["2019-04", "2019-07", "2019-10", "2020-01", "2020-04"], ["2019Q2", "2019Q3", "2019Q4", "2020Q1"]),
            ("2019..2020", ["2019-01", "2020-01", "2021-01"], ["2019", "2020"])):
        words = ("--measure", "timeline", "--from", FROM, "--period", period)
        asked = asked_for(report, network, analyst, words)
        last = {"2019-03..2019-05": "2019-06", "2019Q2..2020Q1": "2020Q2", "2019..2020": "2021"}[period]
        check(report, network, asked, lambda r, edges=edges: timeline(people[r][0], edges), period,
              ["before " + names[0]] + names + [last + " and later", UNKNOWN])
    again = analyst.ask("", *words, *EVEN)
    report.row(not again.report["charged"] and again.report["total"] == asked.report["total"], "a repeat costs nothing")
    verified = analyst.run("verify", asked.receipt, "--json")
    report.equal(json.loads(verified.out)["total"], asked.report["total"], "the receipt gives the same offline")
    women = asked_for(report, network, analyst, words, "sex = female")
    check(report, network, women, lambda r: timeline([p for p in people[r][0] if p[1] == "female"], edges),
          "among women", ["before 2019"] + names + ["2021 and later", UNKNOWN])
    text = analyst.run("ask", *words, *EVEN, "--csv").out
    lines = [line for line in csv.DictReader(io.StringIO(text)) if line["node"] == "total"]
    report.equal([line["period"] for line in lines], ["before 2019", "2019", "2020", "2021 and later", UNKNOWN, ""],
                 "CSV has a line for each bin, and their sum")
    page = analyst.run("ask", *words, *EVEN, "--table").out
    report.row("2021 and later" in page and "first event" in page, "a table for people")


def check_histograms(report, network, analyst, people):
    edges = [0, 30, 90, 365]
    words = ("--measure", "histogram", "--from", FROM, "--to", TO, "--bins", "0,30,90,365")
    asked = asked_for(report, network, analyst, words)
    check(report, network, asked, lambda r: waiting(people[r][0], people[r][1], edges), "days to treatment",
          ["0-29", "30-89", "90-364", "365 and more", UNKNOWN])
    told = {q["share"]: q for q in asked.report["total"]["quartiles"]}
    waits = sorted(part for r in REGIONS for part, untold in waiting(people[r][0], people[r][1], edges) if not untold)
    half, names = waits[(len(waits) - 1) // 2], ["0-29", "30-89", "90-364", "365 and more"]
    report.row(set(told) == {0.25, 0.5, 0.75} and all(names.index(q["low95"]) <= names.index(q["bin"]) <= names.index(q["high95"])
                                                       for q in told.values()) and
               names.index(told[0.5]["low95"]) - 1 <= half <= names.index(told[0.5]["high95"]) + 1,
               "and its median is the truth's", "%s (%s to %s) of %s" % (told[0.5]["bin"], told[0.5]["low95"], told[0.5]["high95"], names[half]))
    page = analyst.run("ask", *words, *EVEN, "--table").out
    report.row("half of them: up to %s (95 %%: " % told[0.5]["bin"] in page, "which a page tells")
    text = analyst.run("ask", *words, *EVEN, "--csv").out
    line = [line for line in csv.DictReader(io.StringIO(text)) if line["node"] == "total"][-1]
    report.equal([line["half"], line["half_low95"], line["half_high95"]], [told[0.5][name] for name in ("bin", "low95", "high95")], "and CSV")
    words = ("--measure", "histogram", "--bins", "0..80/20")
    asked = asked_for(report, network, analyst, words, "sex = female")
    today = datetime.date.fromisoformat(asked.report["regions"][0]["snapshot_date"])
    check(report, network, asked, lambda r: ages(people[r][0], [0, 20, 40, 60, 80], today), "ages of women",
          ["0-19", "20-39", "40-59", "60-79", "80 and more", UNKNOWN])


# ---- curves ------------------------------------------------------------------------------------


def fates(persons, told, edges):
    """(class, 1 where censored) of each person of a curve; the last class has whose time cannot be told."""
    for _, _, ill, treated in persons:
        start = first(ill, True)
        if not start:
            continue
        end = first(treated, told, start[0]) if start[0] == start[1] else (None, None)
        if end:
            classes = {d and max(i for i, edge in enumerate(edges) if (d - start[0]).days >= edge) for d in end}
            yield (len(edges), 0) if len(classes) > 1 or None in classes else (classes.pop(), 0)
        else:
            last = max(d for d in ill + treated if d)
            yield max(i for i, edge in enumerate(edges) if (last - start[0]).days >= edge), 1


def product(cells, n):
    """S at the end of each of n bins."""
    left, points = 1.0, []
    for i in range(n):
        reached = sum(cells[2 * i:2 * n])
        left *= 1 - cells[2 * i] / (reached - cells[2 * i + 1] / 2)
        points.append(left)
    return points


def check_curve(report, network, analyst, people):
    edges, names = [0, 30, 60, 120, 240], ["0-29", "30-59", "60-119", "120-239", "240 and more"]
    words = ("--measure", "survival", "--from", FROM, "--to", TO, "--bins", "0,30,60,120,240")
    asked = asked_for(report, network, analyst, words)
    truth = {r: cells_of(fates(people[r][0], people[r][1], edges), 6) for r in REGIONS}
    offs = [cell - true for r in REGIONS for cell, true in zip(asked.answers[r].cells, truth[r])]
    limit = bound(len(offs), SIGMA**2)
    report.row(len(offs) == 36 and max(map(abs, offs)) <= limit, "a curve: every cell within the law",
               "largest of %d off by %d of %.0f" % (len(offs), max(map(abs, offs)), limit))
    total, sums = asked.report["total"], [sum(c) for c in zip(*truth.values())]
    report.equal([p["days"] for p in total["parts"]], names, "the bins by their names, of those whose time is known")
    told = [(p["left"], s) for p, s in zip(total["parts"], product(sums, 5)) if p["left"]]
    report.row(len(told) == 4 and all(p["low95"] - 0.02 <= s <= p["high95"] + 0.02 for p, s in told), "what is left is Kaplan and Meier's",
               " ".join("%.3f of %.3f" % (p["value"], s) for p, s in told))
    report.row(abs(total["undetermined"]["value"] - sums[10]) <= 6 * SIGMA * 2 + 5, "of how many it cannot be told",
               "%d of %d" % (total["undetermined"]["value"], sums[10]))
    page = analyst.run("ask", *words, "--sigma", str(SIGMA), "--table").out
    report.row("At risk" in page and "█" in page and "half had the event" in page or "fewer than half" in page, "is drawn for people")
    text = analyst.run("ask", *words, "--sigma", str(SIGMA), "--csv").out
    lines = [line for line in csv.DictReader(io.StringIO(text)) if line["node"] == "total"]
    report.row([line["days"] for line in lines] == names + [UNKNOWN] and lines[0]["left"] and lines[5]["undetermined"], "and in CSV")
    dead = analyst.ask("", "--measure", "survival", "--from", FROM, "--to", "deceased = yes", "--bins", "0..720/90", "--sigma", "5")
    report.row(dead.code == 0 and len(dead.report["total"]["parts"]) == 9, "until death too")


# ---- an association ----------------------------------------------------------------------------


def check_association(report, network, analyst, people):
    """A diagnosis without a day counts too: no criterion asks for its day."""
    words = ("--measure", "association", "--exposure", "sex = female", "--outcome", FROM)
    asked = asked_for(report, network, analyst, words)
    truth = {}
    for r in REGIONS:
        cells = truth[r] = [0] * 5
        for _, sex, ill, _ in people[r][0]:
            cells[2 * (sex != "female") + (not ill)] += 1
    offs = [cell - true for r in REGIONS for cell, true in zip(asked.answers[r].cells, truth[r])]
    limit = bound(len(offs), SIGMA**2)
    report.row(len(offs) == 15 and max(map(abs, offs)) <= limit, "an association: every cell within the law",
               "largest off by %d of %.0f" % (max(map(abs, offs)), limit))
    a, b, c, d, _ = (sum(cells) for cells in zip(*truth.values()))
    odds = asked.report["total"]["odds_ratio"]
    report.row(odds["low95"] <= odds["value"] <= odds["high95"] and odds["low95"] * 0.95 <= a * d / (b * c) <= odds["high95"] * 1.05,
               "with its odds ratio", "%.3f (%.3f-%.3f) of %.3f" % (odds["value"], odds["low95"], odds["high95"], a * d / (b * c)))
    page = analyst.run("ask", *words, *EVEN, "--table").out
    report.row("odds ratio" in page and "Not exposed" in page, "for people")
    text = analyst.run("ask", *words, *EVEN, "--csv").out
    line = [line for line in csv.DictReader(io.StringIO(text)) if line["node"] == "total"][0]
    report.row(abs(float(line["odds_ratio"]) - odds["value"]) < 1e-3 and line["exposed_with"], "and in CSV")
    done = analyst.run("ask", "--measure", "association", "--exposure", "sex = female", codes=None)
    report.row(done.code == 2 and "--outcome" in done.err, "not without an outcome", done.err.strip())


def check_sum(report, network, analyst, people):
    words = ("--measure", "timeline", "--from", FROM, "--period", "2019..2020", "--mode", "sum", *EVEN)
    asked, _ = analyst.ask_all("", *words)
    edges = ["2019-01", "2020-01", "2021-01"]
    truth = [sum(c) for c in zip(*(cells_of(timeline(people[r][0], edges), 5) for r in REGIONS))]
    parts = asked.report["total"]["parts"]
    limit = bound(10, SIGMA**2 * 3) + 15
    offs = [abs((p[name]["value"] or 0) - truth[2 * i + k]) for i, p in enumerate(parts)
            for k, name in enumerate(("matched", "undetermined")) if p[name]["state"] == "value"]
    report.row(len(offs) >= 3 and max(offs) <= limit, "mode sum: the timeline of all regions", "off by at most %d of %.0f" % (max(offs), limit))


def check_refusals(report, network, analyst):
    for words, said in ((("--measure", "timeline", "--from", FROM), "--period"),
                        (("--measure", "timeline", "--period", "2019..2020"), "--from"),
                        (("--measure", "timeline", "--from", FROM, "--period", "2019"), "2019Q1..2023Q4"),
                        (("--measure", "histogram"), "--bins"),
                        (("--measure", "histogram", "--bins", "0,40", "--from", FROM), "--to"),
                        (("--measure", "histogram", "--bins", "40,0"), "edges rise"),
                        (("--measure", "breakdown", "--by", "sex", "--from", FROM), "--from and --to are for"),
                        (("--measure", "breakdown", "--by", "sex", "--bins", "0,18"), "--bins and --period are for")):
        done = analyst.run("ask", *words, codes=None)
        report.row(done.code == 2 and said in done.err, "refused with its reason: ask " + " ".join(words), done.err.strip())
    dry = analyst.run("ask", "--measure", "timeline", "--from", FROM, "--period", "2019..2020", "--sigma", "5", "--dry-run").out
    report.row("5 parts" in dry and "20.00 points" in dry, "a dry run tells bins and price")
    price = analyst.run("price", "--measure", "histogram", "--bins", "0,18,40,65").out
    report.row("10 figures" in price and "square root of 1" in price and "20.00" in price, "so does rikstal price")
    for node in network.nodes.values():
        node.policy(lambda policy: [rule["measures"].remove(m) for role in policy["roles"].values()
                                    for rule in role["rules"] for m in ("timeline", "histogram") if m in rule["measures"]])
    done = analyst.ask("", "--measure", "histogram", "--bins", "0,41", "--sigma", "5", codes=None)
    report.equal(done.code, 4, "a policy without the measure refuses it")


def main():
    report = Report(__doc__.splitlines()[0])
    with Network("bins", REGIONS) as network:
        analyst = Analyst(network, "anna", "north").enrol()
        people = {}
        for i, (region, node) in enumerate(network.nodes.items()):
            told = i != 2  # the last does not declare its treatments
            people[region] = (invent(70 + i), told)
            load(node, people[region][0], "diagnosis:icd10,treatment:atc" if told else "diagnosis:icd10")
        network.start()
        check_timelines(report, network, analyst, people)
        check_histograms(report, network, analyst, people)
        check_curve(report, network, analyst, people)
        check_association(report, network, analyst, people)
        check_sum(report, network, analyst, people)
        check_refusals(report, network, analyst)
    report.close()


if __name__ == "__main__":
    main()
