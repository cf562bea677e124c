# SPDX-License-Identifier: Apache-2.0
"""D1 and T2: is what leaves a real keeper as private as its price says, and of one size?

Three nodes hold D, and its neighbours with one person more and, as a control, with three. The same signed question
goes to each, and each draws its own noise. For an event S fixed beforehand, (epsilon, delta)-DP
demands P(S) - e^epsilon Q(S) <= delta; from N releases of each side, Clopper-Pearson ends give a
lower bound of the left side, and the exact curve of a discrete Gaussian of sensitivity 1 bounds it
from above. Events: half lines of each cell at 8 epsilons, both ways round; alpha is shared.
"""
import concurrent.futures
import math

from processes_games import HEADER, PARTS, TABLE, part_cell, person
from processes_stats import ALPHA, hockey_stick, share_at_least, share_at_most
from processes_world import (BREAKDOWN, FREQUENCY, NODE_YEARS, VALUE, Change, both, code, either, everybody, negated, sex, wording)

import wire

EPSILONS = (0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1)
NODES = {"01": 0, "03": 1, "04": 3}  # persons more than D
BASE, SIGMA, A_YEAR = 40, 5, 250  # releases at sigma 5 that a node's year holds
CONTROL = 3000  # releases of the control
MANY = 20000  # persons, of the data set that has many


def people(more, base=BASE):
    """`d`: women; `u`: of unknown sex; and one person a part of the table."""
    lines = [HEADER]
    for i in range(base + more):
        lines.append(person("d%d" % i, (0, 3, 4), ["d"]))
        lines.append(person("u%d" % i, (0, 3, 4), ["u"]).replace(",female,", ",unknown,"))
    for p, part in enumerate(PARTS):
        for j in range(1 + more):
            lines.append(person("t%d-%d" % (p, j), part, ["t"]))
    return "".join(lines)


def tally(values):
    """Hits of each event, both ways: values are relative to D. The edges are the strongest for a true Gaussian."""
    low = [sum(x < 0.5 - e * SIGMA**2 for x in values) for e in EPSILONS]
    high = [sum(x > 0.5 + e * SIGMA**2 for x in values) for e in EPSILONS]
    return low, high


def overrun(d, other):
    """Largest lower bound minus the curve of sensitivity 1: above 0, less private than sold."""
    alpha, worst = ALPHA / len(EPSILONS) / 4, -1.0
    hits = tally(d), tally(other)
    for e, epsilon in enumerate(EPSILONS):
        curve = hockey_stick(SIGMA, 1, epsilon)
        for p, n_p, q, n_q in ((hits[0][0][e], len(d), hits[1][0][e], len(other)), (hits[1][1][e], len(other), hits[0][1][e], len(d))):
            bound = share_at_least(p, n_p, alpha) - math.exp(epsilon) * share_at_most(q, n_q, alpha)
            worst = max(worst, bound - curve)
    return worst


class Audit:
    def __init__(self, report):
        self.report = report
        self.counts = A_YEAR * report.sized(12, 40, 400)
        self.tables = A_YEAR * report.sized(1, 1, 14)
        self.years_needed = 1 + 2 * self.counts // A_YEAR + self.tables // A_YEAR

    def play(self, world, pipes):
        self.world, self.pipes = world, pipes
        with concurrent.futures.ThreadPoolExecutor(len(pipes)) as self.pool:
            matched = self.releases(self.counts, lambda i: both(code("d"), *wording(i)), lambda a: [a.cells[0] - BASE])
            undetermined = self.releases(self.counts, lambda i: both(code("u"), sex("female"), *wording(i)),
                                         lambda a: [a.cells[1] - BASE])
            parts = self.releases(self.tables, lambda i: both(code("t"), *wording(i)),
                                  lambda a: [a.cells[part_cell(p)] - 1 for p in PARTS], measure=BREAKDOWN, by=TABLE)
        for what, found in (("matched cell of a count", matched), ("undetermined cell of a count", undetermined),
                            ("parts of tables", parts)):
            worst, caught = overrun(found["01"], found["03"]), overrun(found["01"], found["04"])
            self.report.row("D1", worst <= 0, "%+.4f" % worst, "<= 0", "DP audit, %s, sigma 5, 2 x %d releases: lower bound - curve"
                            % (what, len(found["01"])))
            self.report.row("D1+", caught > 0, "%+.4f" % caught, "> 0", "control: three persons more, judged by the curve of one; %s" % what)

    def releases(self, n, criterion, cells, **more):
        """What each node said to the same n questions, year after year; by node."""
        found = {r: [] for r in NODES}
        for start in range(0, n, A_YEAR):
            askers = [self.world.years[r].next() for r in NODES][0]  # the same ones
            sealed = [askers[i % NODE_YEARS].seal(self.world, sorted(NODES), criterion(start + i), SIGMA, **more)
                      for i in range(A_YEAR)]
            asked = [r for r in NODES if NODES[r] < 3 or start < CONTROL]
            for r, answers in zip(asked, self.pool.map(lambda r, s=sealed: self.pipes[r].ask_all(s), asked)):
                if any(a.state != VALUE or not a.charged for a in answers):
                    raise SystemExit("a release was refused: %s" % next(a.reason for a in answers if a.state != VALUE))
                found[r] += [x for a in answers for x in cells(a)]
        return found


# ---- T2 ------------------------------------------------------------------------------------------


def sizes(report, world, pipes):
    """The same questions where nobody matches and where all do: every answer of the same bytes, in one frame."""
    asker = world.askers[0]
    other = Change(20000000, "A", "G")
    kinds = {"count": (code("m"), {}), "long expression": (either(*[both(code("m"), everybody(i)) for i in range(12)]), {}),
             "undetermined": (negated(both(code("m"), sex("female"))), {}),
             "table": (code("m"), {"measure": BREAKDOWN, "by": TABLE}),
             "frequency": (code("m"), {"measure": FREQUENCY, "changes": [other]})}
    varints = {r: set() for r in pipes}
    for name, (criterion, more) in kinds.items():
        found = set()
        sealed = [asker.seal(world, sorted(pipes), both(criterion, everybody(i // 2)), 50, **more)
                  for i in range(2 * report.sized(3, 20, 20))]  # each twice
        for r, pipe in pipes.items():
            answers = pipe.ask_all(sealed)
            found |= {(a.answer_bytes, pipe.frames / len(sealed), a.state) for a in answers}
            if name == "count":
                varints[r] = {len(wire.varint(abs(a.cells[0]) << 1)) for a in answers}
        report.row("T2", len(found) == 1 and next(iter(found))[2] == VALUE, " ".join("%d B in %g frame" % f[:2] for f in sorted(found)),
                   "one size", "wire, %s: nobody and %d persons match, each asked twice; %d answers" % (name, MANY, 2 * len(sealed)))
    report.row("T2+", varints["01"] != varints["03"], "%s and %s B" % tuple("/".join(map(str, sorted(v))) for v in varints.values()),
               "not one size", "control: the first cell of the same answers as a varint")


def crowd():
    return HEADER + "".join(person("m%d" % i, PARTS[i % 300], ["m"]) for i in range(MANY))
