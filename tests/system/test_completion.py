#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Completion in the analyst's shell, by the script that is installed.

Promises: bash completes commands, options and, within an open quote, the question itself; what is
completed for a command is what its help page lists.
"""
import os
import re
import shlex
import subprocess

from network import Report, program, run

SCRIPT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "coordinator", "analyst", "rikstal.bash"))
CASES = [(["ver"], "verify"), (["ask", "'sex = female'", "--sig"], "--sigma"), (["ask", "'diagn"], "diagnosis"),
         (["ask", '"sex = fem'], "sex = female"), (["ask", "'variant(ge"], "variant(gene"), (["explain", "'diagn"], "diagnosis")]


def completed(words):
    """What bash offers for the last of these words, as typed."""
    script = "source %s; COMP_WORDS=(%s); COMP_CWORD=%d; _rikstal; printf '%%s\\n' \"${COMPREPLY[@]}\"" % (
        shlex.quote(SCRIPT), " ".join(shlex.quote(word) for word in [program("analyst"), *words]), len(words))
    done = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.split("\n")[:-1]


def main():
    report = Report(__doc__.splitlines()[0])
    for words, wanted in CASES:
        got = completed(words)
        report.row(wanted in got, "rikstal " + " ".join(words), got)
    commands = [word for word in completed([""]) if word]
    listed = re.findall(r"^  (\w+) {2,}", run("analyst", "--help").out, re.MULTILINE)
    report.equal(sorted(commands), sorted(listed), "the commands are those of the help page")
    for command in commands:
        page = run("analyst", command, "--help").out
        offered = {word for word in completed([command, "--"]) if word.startswith("--")} - {"--help"}
        lines = [line for line in page.splitlines() if re.match(r"  --", line)]
        told = set(re.findall(r"--[a-z-]+", " ".join(line.split("   ")[0] for line in lines))) - {"--help"}
        report.row(told <= offered and all(word in page for word in offered), "the options of " + command,
                   sorted(told ^ offered) if told != offered else "")
    report.close()


main()
