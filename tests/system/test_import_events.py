#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Events with values from a laboratory's own CSV: what is read, what is rejected, what a delivery means.

Promises: columns are read as they were declared; each bad row is named by line and field and costs itself (exit 6),
again when the file comes again; a delivery is the whole feed, so that what it no longer says is removed, and undo
brings it back; a header that was not declared refuses the file.
"""
import json
import os
import tempfile

from oracle import Node, Report

HEAD = "PATNR;NPU;DAG;SVAR;ENHET;REMISS\n"
COLUMNS = ["--column", "person=PATNR", "--column", "code=NPU", "--column", "start=DAG", "--column", "value=SVAR",
           "--column", "unit=ENHET", "--set", "kind=lab", "--set", "system=npu", "--other-columns", "--decimal-comma"]


def compare(report, title, expected, got):
    report.row(expected == got, title, "" if expected == got else "expected %s, got %s" % (expected, got))


class Lab:
    """A node and the folder of a laboratory's deliveries."""

    def __init__(self, folder):
        self.folder = folder
        self.node = Node(os.path.join(folder, "node"))

    def deliver(self, rows, *words, head=HEAD, columns=COLUMNS, codes=(0,)):
        path = os.path.join(self.folder, "lab.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write(head + "".join(rows))
        done = self.node.run("import events", path, "--feed", "lab", "--json", "--quiet", *columns, *words, codes=codes)
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return (lines[-1] if lines else {}), done

    def rejected(self, number):
        path = os.path.join(self.node.folder, "rejects", "import-%d.jsonl" % number)
        with open(path, encoding="utf-8") as file:
            found = [json.loads(line) for line in file]
        return [(one["line"], one["field"], one["code"]) for one in found if "line" in one]


def row(person, value, unit="mmol/l", day="2024-03-01", code="NPU19651"):
    return "%s;%s;%s;%s;%s;x\n" % (person, code, day, value, unit)


def test_rows(report, lab):
    rows = [row("a", "4,9"), row("a", "5,1"), row("b", "<1"), row("b", "1", day="1 mars"), row("c", "2", "furlong"),
            row("c", "3", code="B12"), row("d", "")]
    said, _ = lab.deliver(rows, "--delivers", "lab:npu", codes=(6,))
    compare(report, "rows", {"read": 7, "stored": 4, "rejected": 3}, {key: said.get(key) for key in
                                                                   ("read", "stored", "rejected")})
    compare(report, "bad rows by line and field",
                   [(4, "value", "value_form"), (5, "start", "event_date"), (6, "unit", "unit_unknown"),
                    (7, "code", "event_code")], lab.rejected(said["import"]))
    _, done = lab.deliver(rows, codes=(6,))
    compare(report, "the same file again", 6, done.returncode)


def test_feed(report, lab):
    first, _ = lab.deliver([row("a", "4,9"), row("b", "5")], "--delivers", "nothing")
    second, _ = lab.deliver([row("a", "4,9")])
    compare(report, "removed", (1, 1), (second["removed"], second["unchanged"]))
    lab.node.run("import undo", str(second["import"]))
    again, _ = lab.deliver([row("a", "4,9"), row("b", "5")], "--expect-rows", "2")
    compare(report, "undone", True, again.get("stored", 0) == 0)
    compare(report, "imports differ", True, first["import"] != second["import"])


LOST = [
    # kind,system,code,start,end,value,unit,answer,excluded; the question; 1: yes, 0: no, None: cannot tell
    (",,,,,9,mmol/L,,", "lab", None), (",,,,,,mmol/L,,", "lab", None), (",,,,,,,LA9622-7,", "answer", None),
    (",,,,2024-03-01,,,,", "lab", None), (",npu,NPU19651,2024-03-01,,9,mmol/L,,", "lab", None),
    ("lab,loinc,NPU19651,2024-03-01,,9,mmol/L,,", "lab", None), ("lab,loinc,npu:NPU19651,2024-03-01,,9,mmol/L,,", "lab", None),
    ("laboratory,npu,NPU19651,2024-03-01,,9,mmol/L,,", "lab", None), ("lab,npu,NPU19651,2024-03-01,,\"9\"9,mmol/L,,", "lab", None),
    ("lab,npu,NPU19651,2024-03-01,,9", "lab", None), ("lab,npu,NPU19651,2024-03-01,2023-01-01,9,mmol/L,,", "lab", None),
    ("lab,npu,NPU19651,2024-03-01,,9,mmol/L,,yes", "lab", None), ("lab,npu,NPU19651,2024-03-01,,\"9,5\",mmol/L,,", "lab", None),
    ("lab,npu,NPU19651,2024-03-01,,1e3,mmol/L,,", "lab", None), ("lab,npu,NPU19651,2024-03-01,,>100,mmol/L,,", "lab", None),
    ("lab,npu,NPU19651,2024-03-01,,.5,mmol/L,,", "lab", None), ("lab,npu,NPU19651,2024-03-01,,9,MMOL/L,,", "lab", None),
    ("lab,npu,NPU19651,2024-03-01,,9,mM,,", "lab", None), ("lab,npu,NPU19651,2024-03-01,,9,mmol/l,,", "lab", 1),
    ("lab,npu,npu19651,2024-03-01,,9000,µmol/L,,", "lab", 1), ("lab,npu,NPU19651,2024-03-01,,4,mmol/L,,", "lab", 0),
    ("observation,loinc,89247-1,2024-03-01,,,,la9622-7,", "answer", None),
    ("observation,loinc,89247-1,2024-03-01,,,,loinc:LA9622-7,", "answer", None),
    ("observation,loinc,89247-1,2024-03-01,,,,LA9623-5,", "answer", 0),
    ("observation,loinc,89247-1,2024-03-01,,2,,,", "answer", None),
]
ASKED = {"lab": "lab npu:NPU19651 >= 5 mmol/L", "answer": "observation loinc:89247-1 in (LA9622-7)"}


def test_lost(report, lab):
    """What a row lost is "cannot tell" of its person, told apart here by the year of birth."""
    path = os.path.join(lab.folder, "persons.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("person,birth_year\n" + "".join("p%d,%d\n" % (i, 1900 + i) for i in range(len(LOST))))
    lab.node.run("import persons", path, "--feed", "persons", "--delivers", "nothing")
    lab.deliver(["p%d,%s\n" % (i, cells) for i, (cells, _, _) in enumerate(LOST)], "--delivers", "lab:npu", "--delivers",
                "observation:loinc", head="person,kind,system,code,start,end,value,unit,answer,excluded\n", columns=[],
                codes=(6,))
    lab.node.run("publish")
    answers = lab.node.count(["%s and birth_year = %d" % (ASKED[which], 1900 + i) for i, (_, which, _) in enumerate(LOST)])
    for (cells, _, right), got in zip(LOST, answers):
        compare(report, cells, (int(right == 1), int(right is None)), (got["matched"], got["undetermined"]))


def test_header(report, lab):
    lab.deliver([row("a", "1")], "--delivers", "nothing")
    _, done = lab.deliver([], head="PATNR;DAG;SVAR;ENHET\n", codes=(2,))
    compare(report, "a column that is not there", True, '"code"' in done.stderr)
    _, done = lab.deliver([row("a", "1")], columns=[one for one in COLUMNS if one != "--other-columns"], codes=(2,))
    compare(report, "a column that nobody named", True, "column 6" in done.stderr and "REMISS" not in done.stderr)
    _, done = lab.deliver([row("a", "1")], columns=["--column", "sex=KON"], codes=(2,))
    compare(report, "no column of events", True, "--column takes one of" in done.stderr)


def main():
    report = Report("events with values, from a laboratory's own file")
    for test in (test_rows, test_feed, test_lost, test_header):
        with tempfile.TemporaryDirectory() as folder:
            test(report, Lab(folder))
    report.close()


if __name__ == "__main__":
    main()
