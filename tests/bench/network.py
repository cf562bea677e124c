#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""21 nodes on loopback: a repeated question beside a bare round trip, new questions in both modes, idle memory."""
import json
import os
import statistics
import subprocess
import sys
import time

import rows

DEMO = os.path.join(rows.ROOT, "deploy/demo")
QUESTION = "diagnosis under icd10:E11 and age between 40 and 60"
NEW_QUESTIONS = 25  # in each mode; the demo lets one person ask sixty a minute


def resident_mb(pid):
    """Resident memory of a process, without pages of mapped snapshot files."""
    total = 0
    with open("/proc/%s/smaps_rollup" % pid, encoding="ascii") as rollup:
        for line in rollup:
            if line.startswith("Rss:"):
                total = int(line.split()[1]) / 1024
    return total


def node_processes(demo):
    """For each node the pids of link (ours by its pid file) and of keeper (its child)."""
    found = []
    run = os.path.join(demo, "run")
    for name in sorted(os.listdir(run)):
        if not name.startswith("node-"):
            continue
        with open(os.path.join(run, name), encoding="ascii") as file:
            link = file.read().split()[0]
        with open("/proc/%s/task/%s/children" % (link, link), encoding="ascii") as file:
            found.append([link] + file.read().split())
    return found


def main():
    with rows.scratch() as scratch:
        demo = os.path.join(scratch, "demo")
        environment = dict(os.environ, RIKSTAL_DEMO_DIR=demo, RIKSTAL_DEMO_BUILD=rows.BUILD,
                           RIKSTAL_DEMO_PERSONS="20000")
        up = subprocess.run([DEMO], env=environment, capture_output=True, text=True)
        try:
            if up.returncode:
                sys.exit("the demo did not start: %s" % up.stderr[-400:])
            measure(demo)
        finally:
            subprocess.run([DEMO, "down"], env=environment, stderr=subprocess.DEVNULL)
    return rows.finish()


def measure(demo):
    processes = node_processes(demo)
    sums = sorted(sum(resident_mb(pid) for pid in pids) for pids in processes)
    rows.at_most("idle node, resident, link and keeper, the largest of %d" % len(sums), sums[-1], "MB", 40)
    environment = dict(os.environ, RIKSTAL_CONFIG=os.path.join(demo, "analyst/rikstal.conf"))
    out = subprocess.run([os.path.join(rows.BUILD, "tests/bench/bench_fanout"), "300", QUESTION],
                         env=environment, capture_output=True, text=True)
    if out.returncode:
        sys.exit("bench_fanout: %s" % out.stderr[-400:])
    found = json.loads(out.stdout)
    print("fan-out:", json.dumps(found))
    rows.at_most("repeated question over 21 nodes at the HTTP port / bare round trip, p50",
                 found["ratio_p50"], "x", 3)
    modes(environment)


def modes(environment):
    """New questions in turns, each answered at its slot: one round trip and the masks are the difference."""
    seconds = {"regions": [], "sum": []}
    for i in range(NEW_QUESTIONS):
        for mode, taken in seconds.items():
            start = time.monotonic()
            done = subprocess.run([os.path.join(rows.BUILD, "coordinator/analyst/rikstal"), "ask", "age >= %d" % (i + 1),
                                   "--mode", mode, "--sigma", "50", "--json"], env=environment, capture_output=True, text=True)
            taken.append(time.monotonic() - start)
            if done.returncode or json.loads(done.stdout)["regions_answered"] != 21:
                sys.exit("a question of mode %s: %s" % (mode, done.stderr[-400:]))
    for mode, taken in seconds.items():
        taken.sort()
        rows.row("a new question over 21 nodes, mode %s, p50" % mode, 1000 * statistics.median(taken), "ms",
                 note="p99 %.0f ms, %d questions" % (1000 * taken[-1], len(taken)))
    rows.row("mode sum over mode regions, p50", 1000 * (statistics.median(seconds["sum"]) - statistics.median(seconds["regions"])), "ms")


if __name__ == "__main__":
    sys.exit(main())
