#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Oracle of values: random laboratory results and observations over two nodes, every question against a reading of the
CSV rows in fractions.

Promises: matched and undetermined of numbers with units, of answers, and of both inside events are exactly those of the
rows; a unit of another dimension, none, an unknown one, no value and a rejected row are "cannot tell"; a node that does
not deliver laboratory results can only say yes.
"""
import datetime
import fractions
import operator
import os
import random
import sys
import tempfile

from oracle import Node, Report

LDL, PLT, ECOG, STATIN = "npu:NPU19651", "loinc:777-3", "loinc:89247-1", "atc:C10AA05"
UNITS = {"mmol/L": ("substance", "0.001"), "umol/L": ("substance", "0.000001"), "g/L": ("mass", "1"),
         "mg/dL": ("mass", "0.01"), "10*9/L": ("cells", "1000"), "/uL": ("cells", "1"), "furlong": (None, "1"),
         "": (None, "1")}
CHOICES = {LDL: ["mmol/L", "mmol/L", "umol/L", "g/L", "", "furlong"], PLT: ["10*9/L", "/uL", "10*9/L"], ECOG: [""]}
KINDS = {LDL: "lab", PLT: "lab", ECOG: "observation", STATIN: "treatment"}
NO, MAYBE, YES = 0, 1, 2
SIGNS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq}
PERSONS = 300
START = datetime.date(2020, 1, 1)


# ---- records ----------------------------------------------------------------------------------

def number(dice, unit):
    if unit == "umol/L":
        return str(dice.randrange(1, 9000))
    if unit == "/uL":
        return str(dice.randrange(20000, 400000))
    return "%d.%d" % (dice.randrange(0, 400 if unit == "10*9/L" else 9), dice.randrange(10))


def invent(dice):
    """Rows (code, day or None, value, unit, answer) of one person; the value "<1" is one that is rejected."""
    rows = []
    for code in (LDL, LDL, PLT, ECOG, STATIN):
        for _ in range(dice.choice((0, 0, 1, 2))):
            day = None if dice.random() < 0.1 else START + datetime.timedelta(days=dice.randrange(900))
            value = unit = answer = ""
            if code == ECOG and dice.random() < 0.5:
                answer = dice.choice(("LA9622-7", "LA9623-5", "in part"))
            elif code != STATIN and dice.random() < 0.9:
                unit = dice.choice(CHOICES[code])
                value = str(dice.randrange(5)) if code == ECOG else number(dice, unit)
                value = "<1" if dice.random() < 0.05 else value
            rows.append((code, day, value, unit, answer))
    return rows


def write(folder, persons):
    people, events = os.path.join(folder, "p.csv"), os.path.join(folder, "e.csv")
    with open(people, "w", encoding="ascii") as file:
        file.write("person,birth_date\n" + "".join("p%d,1970-01-01\n" % n for n in range(len(persons))))
    with open(events, "w", encoding="ascii") as file:
        file.write("person,kind,code,start,value,unit,answer\n")
        for n, rows in enumerate(persons):
            for code, day, value, unit, answer in rows:
                file.write("p%d,%s,%s,%s,%s,%s,%s\n" % (n, KINDS[code], code, day or "", value, unit, answer))
    return people, events


# ---- what a question means --------------------------------------------------------------------

def meets(row, sign, asked, unit):
    """Of one row that was taken: does its number meet the test?"""
    if not row[2] or row[4]:
        return MAYBE
    dimension, factor = UNITS[row[3]]
    wanted, times = UNITS[unit]
    if bool(row[3]) != bool(unit) or (unit and dimension != wanted):
        return MAYBE
    left = fractions.Fraction(row[2]) * (fractions.Fraction(factor) if unit else 1)
    right = fractions.Fraction(asked) * (fractions.Fraction(times) if unit else 1)
    return YES if SIGNS[sign](left, right) else NO


def answers(row, words):
    return MAYBE if not row[4] else YES if row[4] in words else NO


def found(rows, code, test, delivered):
    """Events as (day or None, how sure); None in the list: there may be others, on any day."""
    events = [] if delivered else [None]
    for row in rows:
        if row[0] == code:
            events += [None] if row[2] == "<1" else [(row[1], test(row))]
    return events


def anybody(events):
    return max([MAYBE if one is None else one[1] for one in events] + [NO])


def on_days(events):
    """The sure and the possible days, and whether there may be one on any day."""
    sure = {one[0] for one in events if one and one[0] and one[1] == YES}
    may = {one[0] for one in events if one and one[0] and one[1] != NO}
    return sure, may, any(one is None or (one[0] is None and one[1] != NO) for one in events)


def before(first, second):
    (sure, may, open_), (sure2, may2, open2) = on_days(first), on_days(second)
    if any(a < b for a in sure for b in sure2):
        return YES
    if any(a < b for a in may for b in may2) or (open_ and (may2 or open2)) or (open2 and may):
        return MAYBE
    return NO


QUESTIONS = [
    ("lab %s >= 4.9 mmol/L" % LDL, lambda of: anybody(of(LDL, lambda r: meets(r, ">=", "4.9", "mmol/L")))),
    ("lab.NPU19651 < 2500 umol/L", lambda of: anybody(of(LDL, lambda r: meets(r, "<", "2500", "umol/L")))),
    ("lab %s > 4.9" % LDL, lambda of: anybody(of(LDL, lambda r: meets(r, ">", "4.9", "")))),
    ("lab %s <= 150 mg/dL" % LDL, lambda of: anybody(of(LDL, lambda r: meets(r, "<=", "150", "mg/dL")))),
    ("not lab.777-3 < 100 \"10*9/L\"", lambda of: 2 - anybody(of(PLT, lambda r: meets(r, "<", "100", "10*9/L")))),
    ("lab = %s" % PLT, lambda of: anybody(of(PLT, lambda r: YES))),
    ("observation %s <= 1" % ECOG, lambda of: anybody(of(ECOG, lambda r: meets(r, "<=", "1", "")))),
    ("observation %s = LA9622-7" % ECOG, lambda of: anybody(of(ECOG, lambda r: answers(r, ("LA9622-7",))))),
    ("observation.89247-1 in (LA9623-5, \"in part\")",
     lambda of: anybody(of(ECOG, lambda r: answers(r, ("LA9623-5", "in part"))))),
    ("event(lab %s >= 4.9 mmol/L) before event(treatment under atc:C10AA)" % LDL,
     lambda of: before(of(LDL, lambda r: meets(r, ">=", "4.9", "mmol/L")), of(STATIN, lambda r: YES))),
    ("sequence(treatment under atc:C10AA then lab %s < 2.5 mmol/L)" % LDL,
     lambda of: before(of(STATIN, lambda r: YES), of(LDL, lambda r: meets(r, "<", "2.5", "mmol/L")))),
    ("event(observation %s <= 1) before event(lab %s >= 150000 \"/uL\")" % (ECOG, PLT),
     lambda of: before(of(ECOG, lambda r: meets(r, "<=", "1", "")), of(PLT, lambda r: meets(r, ">=", "150000", "/uL")))),
]


def count(persons, delivered, reading):
    levels = []
    for rows in persons:
        levels.append(reading(lambda code, test: found(rows, code, test, KINDS[code] in delivered)))
    return levels.count(YES), levels.count(MAYBE)


def main():
    report = Report("values, read again in fractions")
    dice = random.Random(20261)
    right = {question: [0, 0] for question, _ in QUESTIONS}
    got = {question: [0, 0] for question, _ in QUESTIONS}
    for words in ("lab:npu,lab:loinc,observation:loinc,treatment:atc", "observation:loinc,treatment:atc"):
        persons = [invent(dice) for _ in range(PERSONS)]
        with tempfile.TemporaryDirectory() as folder:
            node = Node(os.path.join(folder, "node"))
            people, events = write(folder, persons)
            node.run("import persons", people, "--delivers", "nothing")
            node.run("import events", events, "--feed", "lab", "--delivers", words, "--quiet", codes=(0, 6))
            node.run("publish")
            for (question, reading), answer in zip(QUESTIONS, node.count([one for one, _ in QUESTIONS])):
                yes, may = count(persons, {word.split(":")[0] for word in words.split(",")}, reading)
                right[question][0] += yes
                right[question][1] += may
                got[question][0] += answer["matched"]
                got[question][1] += answer["undetermined"]
    for question, _ in QUESTIONS:
        report.row(right[question] == got[question], question, "%d %d" % tuple(got[question]),
                   "" if right[question] == got[question] else "not %d %d" % tuple(right[question]))
    report.close()


if __name__ == "__main__":
    sys.exit(main())
