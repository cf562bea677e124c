#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rows of persons: `rikstal-node import persons` beside SQLite's own import of the same file.

SQLite's command line reads the CSV into one table of text, with its journal on. Ours checks every
field, hashes the id, stores who said it, and can undo it.
"""
import math
import os
import random
import shutil
import subprocess
import sys
import time

import rows

CODES = ("C50.1", "I10.9", "E11.9", "G40.3", "J45.0", "F32.1", "M54.5", "N18.3")


def write_persons(path, n):
    """One row a person: who, two facts, one dated diagnosis."""
    chance = random.Random(7)
    with open(path, "w", encoding="utf-8") as out:
        out.write("person,sex,birth_date,kind,system,code,date\n")
        for i in range(n):
            out.write("P%07d,%s,%d-%02d-%02d,diagnosis,icd10,%s,20%02d-%02d-%02d\n" % (
                i, chance.choice("fm"), chance.randrange(1920, 2020), chance.randrange(1, 13),
                chance.randrange(1, 29), chance.choice(CODES), chance.randrange(10, 26),
                chance.randrange(1, 13), chance.randrange(1, 29)))


def next_extract(path, changed):
    """The same persons a day later: of 1 % the diagnosis is another, 1 % are gone."""
    with open(path, encoding="utf-8") as before, open(changed, "w", encoding="utf-8") as out:
        for i, line in enumerate(before):
            if i % 100 == 50:
                line = line[:line.rindex(",20")] + ",2009-09-09\n"
            if i == 0 or i % 100 != 1:
                out.write(line)


def both(scratch, n, rounds):
    """Medians of wall and CPU seconds of SQLite's import, of ours, and of ours of the next extract."""
    csv = os.path.join(scratch, "persons-%d.csv" % n)
    write_persons(csv, n)
    os.makedirs(os.path.join(scratch, "next"), exist_ok=True)
    next_csv = os.path.join(scratch, "next", os.path.basename(csv))  # of the same name: the same feed
    next_extract(csv, next_csv)
    template, where = os.path.join(scratch, "empty"), os.path.join(scratch, "node")
    if not os.path.isdir(template):
        rows.node("init", "--region", "12", folder=template)
    database = os.path.join(scratch, "peer.db")
    figures = {"sqlite": [], "ours": [], "next": []}
    for _ in range(rounds):
        if os.path.exists(database):
            os.unlink(database)
        figures["sqlite"].append(rows.timed(["sqlite3", database, ".mode csv", ".import %s persons" % csv])[:2])
        shutil.rmtree(where, ignore_errors=True)
        shutil.copytree(template, where)
        for name, file in (("ours", csv), ("next", next_csv)):
            figures[name].append(rows.timed([rows.NODE, "import", "persons", file, "--dir", where])[:2])
    return {name: tuple(sorted(f[i] for f in figures[name])[rounds // 2] for i in (0, 1)) for name in figures}


def exponent(small, large):
    """Of both sizes, the second of four times as many rows."""
    return math.log(large["ours"][1] / small["ours"][1], 4)


def main():
    with rows.scratch() as scratch:
        sizes = {n: both(scratch, n, 3) for n in (50000, 200000, 800000)}
    for n, figures in sizes.items():
        ratio = figures["ours"][1] / figures["sqlite"][1]
        rows.row("sqlite3 .import, %d persons" % n, figures["sqlite"][0], "s", note="CPU %.2f s" % figures["sqlite"][1])
        rows.row("import persons, %d persons" % n, figures["ours"][0], "s", note="CPU %.2f s" % figures["ours"][1])
        rows.row("the next extract of them, 2 % changed", figures["next"][0], "s",
                 note="CPU %.2f s" % figures["next"][1])
        if n == 50000:
            rows.row("import persons / sqlite3 .import, CPU", ratio, "x")
        else:
            rows.at_most("import persons / sqlite3 .import, CPU", ratio, "x", 3)
    rows.row("exponent of CPU, 50,000 to 200,000", exponent(sizes[50000], sizes[200000]), "")
    rows.at_most("exponent of CPU, 200,000 to 800,000", exponent(sizes[200000], sizes[800000]), "", 1.02)
    return rows.finish()


if __name__ == "__main__":
    sys.exit(main())
