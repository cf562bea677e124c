#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The keeper's own functions on 200,000 synthetic persons, noise and ledger apart, one core."""
import os
import subprocess
import sys

import rows

GENE = "gene = GENE0"
NARROW = "gene = GENE0 and consequence in (lof) and phenotype under HP:0000003 and age >= 50"


def main():
    with rows.scratch() as scratch:
        done = subprocess.run(rows.pinned([os.path.join(rows.BUILD, "tests/bench/bench_evaluate"), scratch]),
                              capture_output=True, text=True)
        if done.returncode:
            sys.exit("bench_evaluate: %s" % done.stderr[-400:])
        print(done.stdout)
        frequencies = False
        for line in done.stdout.split("\n"):
            words = line.split(None, 6)
            if line.startswith("genotypes of"):
                frequencies = True
            if len(words) < 7 or not words[0][0].isdigit():
                continue
            question = words[6]
            if frequencies:
                rows.row("all genotypes in the cohort `%s`, a variant, p50" % question, float(words[3]), "us",
                         note="reference, hemizygous and not covered included")
            elif question == GENE:
                rows.at_most("any variant of a gene with 6,000 variants, p50", float(words[0]) / 1000, "ms", 4.0)
            elif question == NARROW:
                rows.at_most("gene, class, HPO closure and age, p50", float(words[0]) / 1000, "ms", 1.0)
    return rows.finish()


if __name__ == "__main__":
    sys.exit(main())
