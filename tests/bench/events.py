#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Questions about dated events, 200,000 persons with 50 events each: the keeper's own functions, SQLite beside them."""
import os
import subprocess
import sys

import rows

PERSONS, EVENTS = 200000, 50


def limit_of(question):
    if question.startswith("sequence("):
        return 50.0
    return 15.0 if " event(" in question or " before " in question else 2.0


def main():
    with rows.scratch() as scratch:
        done = subprocess.run(rows.pinned([os.path.join(rows.BUILD, "tests/bench/bench_events"), scratch,
                                           str(PERSONS), str(EVENTS)]), capture_output=True, text=True)
        if done.returncode:
            sys.exit("bench_events: %s" % done.stderr[-400:])
        print(done.stdout)
        for line in done.stdout.split("\n"):
            words = line.split(None, 4)
            if len(words) < 5 or not words[0][0].isdigit():
                continue
            rows.at_most("%s, p50" % words[4], float(words[0]), "ms", limit_of(words[4]),
                         note="SQLite with an index %s ms" % words[2])
        folder = os.path.join(scratch, "snapshot")
        size = sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))
        rows.at_most("snapshot, a dated event, persons included", size / (PERSONS * EVENTS), "bytes", 6.0)
    return rows.finish()


if __name__ == "__main__":
    sys.exit(main())
