#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What mode sum costs one node of 21, beside the answer itself: time and bytes."""
import os
import subprocess
import sys

import rows

SIZES = ("1", "1000", "65536")


def main():
    done = subprocess.run(rows.pinned([os.path.join(rows.BUILD, "tests/bench/bench_sum")]), capture_output=True, text=True)
    if done.returncode:
        sys.exit("bench_sum: %s" % done.stderr[-400:])
    print(done.stdout)
    table = {words[0]: words for words in map(str.split, done.stdout.splitlines()[1:])}
    if sorted(table) != sorted(SIZES) or any(len(words) != 7 for words in table.values()):
        sys.exit("bench_sum printed another table than expected")
    for cells in SIZES:
        attest, check, masks, up = (float(table[cells][i]) for i in (1, 2, 3, 5))
        target = rows.at_most if cells == "1000" else lambda *words: rows.row(*words[:3])
        target("a node's work for a sum of %s cells, signatures of 21 included" % cells, attest + check + masks, "ms", 2)
        target("bytes up, attestation and vector, of %s cells" % cells, up, "B", 9000)
    return rows.finish()


if __name__ == "__main__":
    sys.exit(main())
