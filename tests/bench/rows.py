# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks share: where the programs are, how a command is timed, and how rows print.

Performance is a measured ratio on the same data in one run. A row has a name, the figure, what it is
compared with and the target of the issue; nothing here fails because a machine is busy.
"""
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("RIKSTAL_BUILD", os.path.join(ROOT, "build-release"))
SHARED = os.environ.get("RIKSTAL_SHARED", os.path.join(os.path.dirname(ROOT), "shared"))
NODE = os.path.join(BUILD, "node/command/rikstal-node")
SLICE = "multisample/kg_grch38_chr22_50.0-50.8M_2548s.vcf.gz"

rows = []


def row(name, figure, unit, target=None, met=None, note=""):
    """A figure beside its target; met is None where there is no target."""
    rows.append({"name": name, "figure": figure, "unit": unit, "target": target, "met": met,
                 "note": note})
    mark = "" if met is None else ("ok" if met else "MISSED")
    print("%-58s %12s %-9s %-14s %-7s %s" % (name, "%.4g" % figure, unit, target or "", mark, note),
          flush=True)


def at_most(name, figure, unit, limit, note=""):
    row(name, figure, unit, "<= %g" % limit, figure <= limit, note)


def at_least(name, figure, unit, limit, note=""):
    row(name, figure, unit, ">= %g" % limit, figure >= limit, note)


def shared(path):
    full = os.path.join(SHARED, "data", path)
    if not os.path.exists(full):
        print("skipped: %s is not here" % full)
        sys.exit(77)
    return full


def pinned(command):
    """On one core, so that two processes of one pipeline are not counted as one thread's work."""
    return ["taskset", "-c", "1"] + command


def timed(command, **options):
    """(seconds of wall, seconds of CPU, peak RSS in MB) of a command on one core."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run(pinned(command), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 6):
        sys.exit("%s failed: %s" % (" ".join(command), done.stderr.decode()[-400:]))
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, after.ru_maxrss / 1024


def interleaved(commands, rounds=5):
    """The median wall time of each command, run in turns so that noise hits all alike."""
    walls = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            if callable(command):
                walls[name].append(command())
            else:
                walls[name].append(timed(command)[0])
    return {name: statistics.median(w) for name, w in walls.items()}


def tails(commands, rounds=21):
    """{name: (p50, p99)} of the wall time in ms, the commands run in turns."""
    walls = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            walls[name].append(timed(command)[0] * 1000)
    return {name: (statistics.median(w), sorted(w)[min(len(w) - 1, int(len(w) * 0.99))])
            for name, w in walls.items()}


def node(*arguments, folder):
    done = subprocess.run([NODE, *arguments, "--dir", folder], capture_output=True, text=True)
    if done.returncode not in (0, 6):
        sys.exit("rikstal-node %s: %s" % (" ".join(arguments), done.stderr[-400:]))
    return done.stdout


def scratch():
    return tempfile.TemporaryDirectory(prefix="rikstal-bench-", dir=os.environ.get("TMPDIR"))


def finish():
    if "--json" in sys.argv:
        print(json.dumps(rows))
    missed = sum(1 for r in rows if r["met"] is False)
    with_target = sum(1 for r in rows if r["met"] is not None)
    print("%d passed, %d failed" % (with_target - missed, missed))
    return 1 if missed else 0
