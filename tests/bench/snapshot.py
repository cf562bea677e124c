#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Carriers and allele counts straight from the snapshot's reader: 200,000 persons, one core."""
import os
import re
import subprocess
import sys

import rows


def main():
    with rows.scratch() as scratch:
        done = subprocess.run(rows.pinned([os.path.join(rows.BUILD, "tests/bench/bench_snapshot"), scratch]),
                              capture_output=True, text=True)
        if done.returncode:
            sys.exit("bench_snapshot: %s" % done.stderr[-400:])
        print(done.stdout)
        gene = re.search(r"whole gene.*?p50 +([\d.]+)", done.stdout)
        counts = re.findall(r"p50 ([\d.]+) us each", done.stdout)
        appended = re.search(r"with publishing .*?([\d.]+) M", done.stdout)
        if not gene or len(counts) != 2 or not appended:
            sys.exit("bench_snapshot printed another table than expected")
        rows.at_most("carriers of any variant of a gene with 6,000, p50", float(gene.group(1)) / 1000, "ms", 4)
        rows.at_most("allele counts, a variant, cohort of 2 %, p50", float(counts[0]), "us", 1)
        rows.at_most("allele counts, a variant, cohort of 40 %, p50", float(counts[1]), "us", 1)
        rows.at_least("2,000 single samples of 237 calls, publish included", float(appended.group(1)),
                      "M calls/s", 1)
    return rows.finish()


if __name__ == "__main__":
    sys.exit(main())
