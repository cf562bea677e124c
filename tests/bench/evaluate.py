#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The keeper's own functions on 200,000 synthetic persons, noise and ledger apart, one core.

RIKSTAL_BENCH_RARE: how many rare sites 500 genomes have besides; the targets are about 20000000."""
import os
import subprocess
import sys

import rows

GENE = "gene = GENE0"
HOM = "variant(zygosity = hom and af >= 60%)"
HITS = "two hits(gene = GENE0 and consequence in (lof))"
NARROW = "gene = GENE0 and consequence in (lof) and phenotype under HP:0000003 and age >= 50"


def main():
    rare = os.environ.get("RIKSTAL_BENCH_RARE", "1000000")
    with rows.scratch() as scratch:
        done = subprocess.run(rows.pinned([os.path.join(rows.BUILD, "tests/bench/bench_evaluate"), scratch, "200000", "50000", rare]),
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
                rows.at_most("gene, class, HPO closure and age, p50", float(words[0]) / 1000, "ms", 3.0)
            elif question == HITS:
                rows.at_most("two hits of a gene, of one class, p50", float(words[0]) / 1000, "ms", 5.0)
            elif question == HOM:
                rows.at_most("hom in at least 60 %%, over all and %s rare sites, p50" % rare, float(words[0]) / 1000, "ms", 250.0)
            elif question.count("variant(") == 32:
                rows.at_most("32 criteria without gene or place, slowest", float(words[2]) / 1000, "ms", 15000.0,
                             "half of the longest slot")
            elif "61%" in question:
                rows.row("the same at a frequency that is no bound of a band: a walk, p50", float(words[0]) / 1000, "ms")
    return rows.finish()


if __name__ == "__main__":
    sys.exit(main())
