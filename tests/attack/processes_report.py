# SPDX-License-Identifier: Apache-2.0
"""Rows as the C programs print them (report.h): id, verdict, figure, bound, what; and the size of a run."""
import os
import random
import sys

SIZES = {"small": 0, "ordinary": 1, "long": 2}
FIXED_SEED = 20261121


class Report:
    """Rows to standard output, with tabs between."""

    def __init__(self):
        self.size = SIZES.get(os.environ.get("RIKSTAL_ATTACK", "ordinary"), 1)
        self.seed = int(os.environ.get("RIKSTAL_ATTACK_SEED", FIXED_SEED))
        self.rows = self.failures = 0

    def sized(self, small, ordinary, much):
        return (small, ordinary, much)[self.size]

    def chance(self, purpose):
        """What is random on the attacker's side; noise keys are the nodes' own, new in every run."""
        return random.Random("%d %s" % (self.seed, purpose))

    def row(self, test, passed, figure, bound, what):
        self.rows += 1
        self.failures += not passed
        print("\t".join((test, "PASS" if passed else "FAIL", figure, bound, "processes: " + what)), flush=True)

    def figure(self, test, figure, target, what):
        print("\t".join((test, "-", figure, target, "processes: " + what)), flush=True)

    def end(self):
        sys.exit(0 if self.rows and not self.failures else 1)
