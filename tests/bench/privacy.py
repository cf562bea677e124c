#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What privacy costs: a noise sample, a durable charge, a durable answer, a repeat, persons' accounts."""
import os
import re
import subprocess
import sys

import rows


PASS_MS = {"200000": 0.3, "800000": 1.4, "2400000": 3}


def accounts(scratch):
    """Of persons' accounts: a pass over everybody, and the file of ten books."""
    done = subprocess.run(rows.pinned([os.path.join(rows.BUILD, "tests/bench/bench_books"), scratch]),
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit("bench_books: %s" % done.stderr[-400:])
    print(done.stdout)
    passes = re.findall(r"^pass, (\w+) in the cell +(\d+) persons +([\d.]+) ms", done.stdout, re.M)
    written = re.search(r"^books written +200000 persons +([\d.]+) ms", done.stdout, re.M)
    size = re.search(r"^their file +200000 persons +([\d.]+) MB", done.stdout, re.M)
    if len(passes) != 3 * len(PASS_MS) or not written or not size:
        sys.exit("bench_books printed another table than expected")
    for who, persons, ms in passes:
        rows.at_most("accounts of %s persons, %s in the cell" % (persons, who), float(ms), "ms", PASS_MS[persons])
    rows.at_most("10 books of 200,000 persons written", float(written.group(1)), "ms", 200)
    rows.at_most("their file", float(size.group(1)), "MB", 20)


def main():
    with rows.scratch() as scratch:
        accounts(scratch)
        done = subprocess.run(rows.pinned([os.path.join(rows.BUILD, "tests/bench/bench_privacy"), scratch]),
                              capture_output=True, text=True)
        if done.returncode:
            sys.exit("bench_privacy: %s" % done.stderr[-400:])
        print(done.stdout)
        sample = re.search(r"sigma\^2 = +25/1 +(\d+) ns", done.stdout)
        charge = re.search(r"charge.*?p50 +([\d.]+)", done.stdout)
        if not sample or not charge:
            sys.exit("bench_privacy printed another table than expected")
        rows.at_most("a noise sample at sigma 5", float(sample.group(1)), "ns", 500)
        rows.at_most("a durable charge with its leaf, p50", float(charge.group(1)), "ms", 15)
    return rows.finish()


if __name__ == "__main__":
    sys.exit(main())
