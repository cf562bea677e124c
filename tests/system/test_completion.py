#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Completion in the user's shell, by the scripts that are installed.

Promises: bash and zsh complete commands, verbs, options, the words that an option takes and, within an open quote, the
question itself; what is completed for a command is what its help page lists.
"""
import os
import re
import shlex
import shutil
import subprocess

from network import Report, program, run

FOLDER = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "coordinator", "analyst"))
BASH = os.path.join(FOLDER, "rikstal.bash")
ZSH = os.path.join(FOLDER, "rikstal.zsh")
PROGRAMS = ["analyst", "coordinator", "node"]
CASES = [(["ver"], "verify"), (["ask", "'sex = female'", "--sig"], "--sigma"), (["ask", "'diagn"], "diagnosis"),
         (["ask", '"sex = fem'], "sex = female"), (["ask", "'variant(ge"], "variant(gene"), (["explain", "'diagn"], "diagnosis"),
         (["ask", "--measure", "fre"], "frequency"), (["ask", "--json", "'diagn"], "diagnosis"), (["keys", "sh"], "show"),
         (["ask", "--mode", ""], "sum")]
# compadd prints what it would offer for the word that is begun.
ZSH_LINE = """
compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -rl -- "$@"; }
_files() { :; }
typeset -A compstate
words=(%s); CURRENT=%d; PREFIX=%s
source %s
"""


def completed(name, words):
    """What bash offers for the last of these words, as typed."""
    script = "source %s; COMP_WORDS=(%s); COMP_CWORD=%d; _rikstal; printf '%%s\\n' \"${COMPREPLY[@]}\"" % (
        shlex.quote(BASH), " ".join(shlex.quote(word) for word in [program(name), *words]), len(words))
    done = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.split("\n")[:-1]


def completed_zsh(name, words):
    """What zsh is offered; an open quote is not part of its PREFIX."""
    script = ZSH_LINE % (" ".join(shlex.quote(word) for word in [program(name), *words]), len(words) + 1,
                         shlex.quote(words[-1].lstrip("'\"")), shlex.quote(ZSH))
    done = subprocess.run(["zsh", "-f", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.split("\n")[:-1]


def check_command(report, name, command):
    page = run(name, command, "--help").out
    offered = {word for word in completed(name, [command, "--"]) if word.startswith("--")}
    told = set(re.findall(r"^  (--[a-z0-9-]+)", page, re.MULTILINE))
    report.row(told == offered and told, "the options of " + command, sorted(told ^ offered) if told != offered else "")


def main():
    report = Report(__doc__.splitlines()[0])
    for words, wanted in CASES:
        got = completed("analyst", words)
        report.row(wanted in got, "bash: rikstal " + " ".join(words), got)
    if shutil.which("zsh"):
        for words, wanted in CASES:
            got = completed_zsh("analyst", words)
            report.row(wanted in got, "zsh: rikstal " + " ".join(words), got)
    else:
        print("skipped: no zsh on this machine, so its script was not tried")
    for name in PROGRAMS:
        commands = [word for word in completed(name, [""]) if word]
        listed = re.findall(r"^  (\w+) {2,}", run(name, "--help").out, re.MULTILINE)
        report.equal(sorted(commands), sorted(listed), "the commands of %s are those of the help page" % name)
        for command in commands:
            check_command(report, name, command)
    report.close()


main()
