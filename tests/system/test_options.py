#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every option of every command, by the table that the program has of it.

Promises: the help page lists each option once; each is taken with a valid argument and refused, by its name, with a wrong
one or none; an unknown option, and a command that is misspelt, get the nearest right word; the man page of
each command, and of each program, has nothing that `mandoc -T lint` complains of, and is one of those that are installed.
A letter too many is tried with every third option, and with all under RIKSTAL_ALL=1.
"""
import os
import re
import shutil
import subprocess
import tempfile

from network import Report, program, run

TREE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
PROGRAMS = {"analyst": "coordinator/analyst", "coordinator": "coordinator/command", "node": "node/command"}
FIELDS = ("command", "name", "type", "argument", "least", "most", "words", "example", "verbs")
DAYS = (1795996800, 1788393600)  # 30 November and 3 September 2026: a date of one digit has no zero before it
ALL = bool(os.environ.get("RIKSTAL_ALL"))
WRONG = {"word": "xyzzy", "read": "\x01\n"}


def rows_of(name, command):
    lines = run(name, "__options", *command).out.splitlines()
    rows = [dict(zip(FIELDS, line.split("\t"))) for line in lines]
    numbers = [row["name"] for row in rows if row["type"] == "number"]
    for at, row in enumerate(rows):
        row.update(first=row["name"] in numbers[:1], tried=at % 3 == 0)
    return rows


def valid(row):
    """Arguments that the table says are taken."""
    if row["type"] == "number":
        return [row["least"], row["most"]]
    if row["words"]:
        return row["words"].split(",")
    return [row["example"]] if row["type"] == "read" else ["some"]


def wrong(row):
    """Arguments that are refused; what one parser refuses of all numbers is tried of a command's first alone."""
    if row["type"] == "number":
        return [str(int(row["least"]) - 1), str(int(row["most"]) + 1)] + (["x", ""] if row["first"] or ALL else [])
    return [WRONG[row["type"]]] if row["type"] in WRONG else []


def spellings(row):
    """The ways in which an option is given, each of which is taken."""
    option = "--" + row["name"]
    if row["type"] in ("flag", "set"):
        return [[option]]
    ways = [["%s=%s" % (option, valid(row)[0])]] + [[option, text] for text in valid(row)]
    return ways + ([int(row["most"]) * [option + "=a"]] if row["type"] in ("texts", "paths") else [])


def check_taken(name, command, rows):
    """One call has the first spelling of every option, the next the second, until all were had."""
    ways, faults = [spellings(row) for row in rows], []
    for at in range(max(map(len, ways), default=0)):
        words = [word for way in ways for word in way[min(at, len(way) - 1)]]
        done = run(name, *command, *words, "--help", codes=None)
        if done.code != 0 or not done.out.startswith("Usage: "):
            faults.append("%s is refused: %s" % (words, done.err.strip()))
    return faults


def check_refused(name, command, row):
    """What of this option is taken and should not be."""
    option, faults = "--" + row["name"], []
    flag = row["type"] in ("flag", "set")
    refused = [[option + "=1"]] if flag else [[option]] + [["%s=%s" % (option, text)] for text in wrong(row)]
    if row["type"] in ("texts", "paths"):
        refused.append((int(row["most"]) + 1) * [option + "=a"])
    for words in refused:
        done = run(name, *command, *words, codes=None) if words == [option] else run(name, *command, *words, "--help", codes=None)
        if done.code != 2 or option not in done.err or done.err.count("\n") != 1:
            faults.append("%s ends with %d: %s" % (words, done.code, done.err.strip()))
    return faults


def check_unknown(name, command, row):
    """A letter more: the right one is named."""
    done = run(name, *command, "--%sq" % row["name"], codes=None)
    wanted = r'^%s: unknown option "--%sq"; did you mean --%s\?$' % (row["command"], row["name"], row["name"])
    return [] if done.code == 2 and re.match(wanted, done.err.strip()) else ["--%sq: %s" % (row["name"], done.err.strip())]


def check_command(report, name, command):
    rows = rows_of(name, command)
    page = run(name, *command, "--help").out
    faults = []
    for row in rows:
        listed = re.findall(r"^  --%s(?= |$)" % row["name"], page, re.MULTILINE)
        faults += [] if len(listed) == 1 else ["--%s stands %d times in --help" % (row["name"], len(listed))]
        faults += check_refused(name, command, row)
        faults += check_unknown(name, command, row) if ALL or row["tried"] else []
    faults += check_taken(name, command, rows)
    faults += ["a line of --help is wider than 100"] if max(map(len, page.splitlines())) > 100 else []
    report.row(rows and not faults, "%s, %d options" % (" ".join([name] + command), len(rows)), "; ".join(faults))


def lint(report, name, words, day):
    page = run(name, "__man", *words, env={"SOURCE_DATE_EPOCH": str(day)}).out
    with tempfile.NamedTemporaryFile("w", suffix=".1") as file:
        file.write(page)
        file.flush()
        done = subprocess.run(["mandoc", "-T", "lint", file.name], capture_output=True, text=True, check=False)
    report.row(done.returncode == 0 and not done.stdout + done.stderr and len(page) > 300,
               "man page of %s %s" % (name, " ".join(words)), (done.stdout + done.stderr)[:300])


def check_installed(report, name, commands):
    """The list of pages in the build file is that of the commands."""
    with open(os.path.join(TREE, PROGRAMS[name], "meson.build"), encoding="utf-8") as file:
        listed = re.search(r"foreach command : \[([^]]*)\]", file.read()).group(1)
    report.equal(sorted(re.findall(r"'([a-z]*)'", listed)), sorted([""] + commands), "pages that %s installs" % name)


def check_program(report, name):
    commands = re.findall(r"^  (\w+) {2,}", run(name, "--help").out, re.MULTILINE)
    for command in commands:
        check_command(report, name, [command])
        done = run(name, command[:-1] + "qq" if len(command) > 5 else command + "q", codes=None)
        report.row(done.code == 2 and 'did you mean %s?' % command in done.err, "%s misspelt" % command, done.err.strip())
    check_installed(report, name, commands)
    if shutil.which("mandoc"):
        for words in [[]] + [[command] for command in commands]:
            for day in DAYS[bool(words):]:
                lint(report, name, words, day)
    else:
        print("skipped: no mandoc on this machine, so the man pages of %s were not tried" % name)


def check_excel(report):
    """The mark is refused where it would be silently left out, before the configuration is read."""
    for words in (["--json"], ["--table"], ["--csv", "--dry-run"]):
        done = run("analyst", "ask", "age > 3", "--config", "/nowhere", "--excel", *words, codes=None)
        report.row(done.code == 2 and "give it with --csv or --tsv" in done.err, "ask --excel %s is refused" % " ".join(words), done.err.strip())
    for words in (["--csv"], ["--tsv"], []):
        done = run("analyst", "ask", "age > 3", "--config", "/nowhere", "--excel", *words, codes=None)
        report.row(done.code != 0 and "--excel" not in done.err, "ask --excel %s is not" % " ".join(words), done.err.strip())


def main():
    report = Report(__doc__.splitlines()[0])
    for name in PROGRAMS:
        program(name)
        check_program(report, name)
    check_excel(report)
    check_command(report, "node", ["keeper"])
    check_command(report, "link", [])
    report.close()


main()
