#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What privacy costs: a noise sample, a durable charge, a durable answer, a repeat."""
import os
import re
import subprocess
import sys

import rows


def main():
    with rows.scratch() as scratch:
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
