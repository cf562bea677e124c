#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Oracle of events in time: random records over three nodes, every question against a reading of the CSV files.

Promises: matched and undetermined of event( ), relations, sequences and repeats are exactly those of the rows that
were delivered, summed over three nodes of which one does not declare its treatments; dates and ages are the event's;
a row without a day is "cannot tell".
"""
import datetime
import os
import random
import sys
import tempfile

from oracle import Node, Report

DAY = datetime.timedelta(days=1)
START = datetime.date(2018, 1, 1)
DIAGNOSES = ["C50.1", "C50.9", "C34.1", "I10.9", "E11.9"]
TREATMENTS = ["L01EB02", "L01EB04", "L01XK01", "L02BG03"]
PROCEDURES = ["HAC20", "JKB00"]
KINDS = (("diagnosis", "icd10", DIAGNOSES), ("treatment", "atc", TREATMENTS), ("procedure", "kva", PROCEDURES))
PERSONS, NODES = 400, 3
DELIVERS = ["diagnosis:icd10,treatment:atc,procedure:kva"] * 2 + ["diagnosis:icd10,procedure:kva"]
NO, MAYBE, YES = 0, 1, 2


# ---- records ----------------------------------------------------------------------------------

def invent(dice):
    """A person: the day of birth, and records (kind, code, day or None)."""
    born = datetime.date(1940, 1, 1) + dice.randrange(25000) * DAY
    rows = set()
    for kind, _, codes in KINDS:
        for _ in range(dice.choice((0, 0, 1, 2, 4))):
            day = None if dice.random() < 0.1 else START + dice.randrange(900) * DAY
            rows.add((kind, dice.choice(codes), day))
    return born, sorted(rows, key=str)


def write(path, persons):
    system = {kind: name for kind, name, _ in KINDS}
    with open(path, "w", encoding="ascii") as file:
        file.write("person,birth_date,kind,system,code,date\n")
        for number, (born, rows) in enumerate(persons):
            file.write("p%d,%s,,,,\n" % (number, born))
            for kind, code, day in rows:
                file.write("p%d,,%s,%s,%s,%s\n" % (number, kind, system[kind], code, day or ""))


# ---- what a question means --------------------------------------------------------------------

def months(first, last):
    return 12 * (last.year - first.year) + last.month - first.month - (last.day < first.day)


def in_unit(first, last, unit):
    return {"days": (last - first).days, "months": months(first, last), "years": months(first, last) // 12}[unit]


def reaches(first, last, n, unit):
    """Is the last day at most n whole units after the first, that day included?"""
    return in_unit(first, last, unit) < n or (in_unit(first, last, unit) == n and
                                              (last == first or in_unit(first, last - DAY, unit) < n))


def apart(gap, first, last, same=False):
    if gap is None:
        return last > first or (same and last == first)
    form, low, high, unit = gap
    if form == "within":
        return (last > first or (same and last == first)) and reaches(first, last, high, unit)
    if last < first or in_unit(first, last, unit) < low:
        return False
    return form == "least" or reaches(first, last, high, unit)


class Event:
    def __init__(self, kind, prefix, since=None, before=None, young=None):
        self.kind, self.prefix, self.since, self.before, self.young = kind, prefix, since, before, young

    def text(self):
        system = {kind: name for kind, name, _ in KINDS}[self.kind]
        text = "%s under %s:%s" % (self.kind, system, self.prefix)
        text += " and date >= %s" % self.since if self.since else ""
        text += " and date < %s" % self.before if self.before else ""
        return text + (" and age < %d" % self.young if self.young else "")

    def days(self, person, told):
        """The days of its events, and whether there may be more."""
        born, rows = person
        mine = [day for kind, code, day in rows
                if kind == self.kind and code.replace(".", "").startswith(self.prefix.replace(".", ""))]
        days = sorted({day for day in mine if day and (not self.since or day >= self.since) and
                       (not self.before or day < self.before) and
                       (not self.young or in_unit(born, day, "years") < self.young)})
        return days, None in mine or self.kind not in told


def chain(steps, gaps, same=False):
    """steps: (days, open). What is open may be on any day that its gaps leave; tried day by day, from the ends."""
    def walk(i, reach):
        if i == len(steps):
            return YES
        days, open_ = steps[i]
        best = NO
        for day in days:
            if reach is None or reach(day):
                best = max(best, walk(i + 1, lambda d, day=day, i=i: i + 1 == len(steps) or
                                      apart(gaps[i], day, d, same)))
        if best == NO and open_:
            if reach is None:  # any day at all, so any next one
                return MAYBE if walk(i + 1, None) != NO else NO
            if i + 1 == len(steps):
                return MAYBE
            hidden = [START + n * DAY for n in range(2200) if reach(START + n * DAY)]
            ends = (hidden[0], hidden[-1]) if hidden else ()
            if ends and walk(i + 1, lambda d: any(apart(gaps[i], h, d, same) for h in hidden)) != NO:
                return MAYBE
        return best
    return walk(0, None)


class Question:
    def __init__(self, text, meaning):
        self.text, self.meaning = text, meaning


def said(gap):
    if gap is None:
        return ""
    form, low, high, unit = gap
    return {"within": " within %d %s" % (high, unit), "least": " at least %d %s" % (low, unit),
            "between": " %d to %d %s" % (low, high, unit)}[form]


def alone(event):
    return Question("event(%s)" % event.text(), lambda p, told: chain([event.days(p, told)], []))


def relation(a, gap, side, b):
    def meaning(p, told):
        forward, backward = [a.days(p, told), b.days(p, told)], [b.days(p, told), a.days(p, told)]
        found = []
        if side != "after":
            found.append(chain(forward, [gap], side == "of"))
        if side != "before":
            found.append(chain(backward, [gap], side == "of"))
        return max(found)
    return Question("event(%s)%s %s event(%s)" % (a.text(), said(gap), side, b.text()), meaning)


def sequence(first, *rest):
    text = "sequence(%s%s)" % (first.text(), "".join(" then%s %s" % (said(g), e.text()) for g, e in rest))
    return Question(text, lambda p, told: chain([e.days(p, told) for e in (first, *(e for _, e in rest))],
                                                [g for g, _ in rest]))


def repeated(n, event, span):
    def meaning(p, told):
        days, open_ = event.days(p, told)
        for i, day in enumerate(days):
            if sum(span is None or reaches(day, d, span[2], span[3]) for d in days[i:]) >= n:
                return YES
        return MAYBE if open_ else NO
    return Question("at least %d times (%s)%s" % (n, event.text(), said(span)), meaning)


def negated(question):
    return Question("not " + question.text, lambda p, told: YES - question.meaning(p, told))


def both(a, b):
    return Question("%s and %s" % (a.text, b.text), lambda p, told: min(a.meaning(p, told), b.meaning(p, told)))


def questions(dice):
    gaps = [None, ("within", 0, 90, "days"), ("within", 0, 6, "months"), ("within", 0, 1, "years"),
            ("least", 90, 0, "days"), ("least", 3, 0, "months"), ("between", 0, 30, "days"),
            ("between", 1, 3, "months"), ("between", 0, 1, "years")]
    events = [Event("diagnosis", "C50"), Event("diagnosis", "C"), Event("treatment", "L01EB"),
              Event("treatment", "L01XK01"), Event("procedure", "JKB00"),
              Event("diagnosis", "C50", young=50), Event("treatment", "L01", since=datetime.date(2019, 1, 1)),
              Event("procedure", "HAC20", before=datetime.date(2019, 6, 1)),
              Event("diagnosis", "C34.1", since=datetime.date(2018, 6, 1), young=65)]
    made = [alone(e) for e in events]
    for side in ("before", "after", "of"):
        made += [relation(dice.choice(events), gap, side, dice.choice(events)) for gap in gaps]
    for _ in range(12):
        made.append(sequence(dice.choice(events), *((dice.choice(gaps), dice.choice(events))
                                                    for _ in range(dice.choice((1, 2, 2))))))
    for n in (1, 2, 3):
        for span in (None, ("within", 0, 60, "days"), ("within", 0, 1, "years")):
            made.append(repeated(n, dice.choice(events[:3]), span))
    made += [negated(dice.choice(made)) for _ in range(6)]
    return made + [both(dice.choice(made), dice.choice(made)) for _ in range(6)]


# ---- the comparison ---------------------------------------------------------------------------

def main():
    dice = random.Random(int(os.environ.get("RIKSTAL_SEED", "11")))
    report = Report("events in time, %d nodes of %d persons" % (NODES, PERSONS))
    asked = questions(dice)
    with tempfile.TemporaryDirectory() as folder:
        wanted = [[0, 0] for _ in asked]
        got = [[0, 0] for _ in asked]
        for n in range(NODES):
            persons = [invent(dice) for _ in range(PERSONS)]
            told = {word.split(":")[0] for word in DELIVERS[n].split(",")}
            path = os.path.join(folder, "p%d.csv" % n)
            write(path, persons)
            node = Node(os.path.join(folder, "node%d" % n), region="%02d" % (12 + n))
            node.run("import persons", path, "--feed", "f", "--delivers", DELIVERS[n])
            node.run("publish")
            for i, answer in enumerate(node.count([q.text for q in asked])):
                got[i][0] += answer["matched"]
                got[i][1] += answer["undetermined"]
            for i, question in enumerate(asked):
                values = [question.meaning(p, told) for p in persons]
                wanted[i][0] += values.count(YES)
                wanted[i][1] += values.count(MAYBE)
        for question, right, is_ in zip(asked, wanted, got):
            report.row(right == is_, "%4d %4d" % tuple(is_), "" if right == is_ else "not %s" % right, question.text)
    report.row(sum(r[0] > 0 for r in wanted) > len(asked) / 2 and sum(r[1] > 0 for r in wanted) > len(asked) / 2,
               "most questions have somebody who is in, and somebody of whom it cannot be told")
    report.close()


if __name__ == "__main__":
    sys.exit(main())
