#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Phenopackets, persons and terms through the real programs, good and bad.

Promises: a packet or a row is stored whole or rejected with its place, and the others are stored; the
closing arithmetic comes out; the same delivery again is nothing to do, a changed one replaces, an undo
takes back; what leads out of an archive refuses it; no clear id is left anywhere in the node's folder
or in any output. With the shared data beside the tree, all published packets load without a reject.
"""
import io
import json
import os
import re
import subprocess
import tarfile
import tempfile
import time

from oracle import SHARED, Node, Report

CANARY = "Canary-Person-4711"
NUMBER = "121212-1212"  # made up
OBO = """format-version: 1.2
data-version: hp/releases/2024-04-26

[Term]
id: HP:0000001
name: All

[Term]
id: HP:0000707
name: Abnormality of the nervous system
is_a: HP:0000001

[Term]
id: HP:0001250
name: Seizure
is_a: HP:0000707
"""


def packet(name, *codes, **members):
    return {"id": name, "subject": {"id": "x", "sex": "FEMALE"},
            "phenotypicFeatures": [{"type": {"id": code}} for code in codes], **members}


class Bench:
    """A node, a folder for files, and everything that was printed."""

    def __init__(self, folder):
        self.folder = folder
        self.node = Node(os.path.join(folder, "node"))
        self.printed = ""

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        data = content if isinstance(content, (bytes, str)) else json.dumps(content)
        with open(path, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        return path

    def run(self, command, *arguments):
        words = [self.node.program, *command.split(), *arguments, "--dir", self.node.folder]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120)
        self.printed += done.stdout + done.stderr
        return done

    def outcome(self, kind, *paths):
        """(exit code, the outcome as an object, or what was said)."""
        done = self.run("import " + kind, *paths, "--json", "--quiet")
        return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr

    def rejects(self, outcome):
        with open(outcome["report"], encoding="utf-8") as file:
            text = file.read()
        self.printed += text
        return [line for line in map(json.loads, text.splitlines()) if "file" in line]

    def count(self, question):
        self.node.run("publish")
        return self.node.count([question])[0]

    def everybody(self):
        return self.count("sex = female")["persons"]


def balanced(outcome):
    filtered = outcome["filtered"]
    filtered = sum(filtered.values()) if isinstance(filtered, dict) else filtered
    return outcome["read"] == (outcome["stored"] + outcome["unchanged"] + filtered +
                               outcome["rejected"])


def terms(bench, report):
    good = bench.write("hp.obo", OBO)
    done = bench.run("terms load hpo", good, "--json")
    release = json.loads(done.stdout)
    report.row(done.returncode == 0 and release["release"] == "2024-04-26" and release["terms"] == 3,
               "a term file loads with the release that it names")
    done = bench.run("terms load hpo", good, "--json")
    report.row(json.loads(done.stdout)["nothing_to_do"], "the same term file again is nothing to do")
    bad = bench.write("cut.obo", OBO[:-30] + "\nnonsense\n")
    done = bench.run("terms load hpo", bad)
    status = json.loads(bench.run("terms status", "--json").stdout)
    report.row(done.returncode == 2 and "line " in done.stderr and status[0]["terms"] == 3,
               "a broken term file names its line and leaves the loaded release")


def bad_packets(bench, report):
    folder = os.path.join(bench.folder, "packets")
    bench.write("packets/a.json", packet(CANARY, "HP:0001250"))
    bench.write("packets/b.json", packet("B", "HP:9999999", measurements=[], extra={"deep": [1]}))
    bench.write("packets/c.json", '{"id": "C",\n "subject": nonsense}')
    bench.write("packets/d.json", '{"id": "D", "id": "E"}')
    bench.write("packets/e.json", '{"id": "E", "metaData": ' + "[" * 500 + "]" * 500 + "}")
    bench.write("packets/f.json", packet("F", "HP:12"))
    bench.write("packets/g.json", packet(NUMBER, "HP:0000707"))
    bench.write("packets/README.txt", "not a packet")
    code, outcome = bench.outcome("phenopackets", folder)
    rejects = bench.rejects(outcome)
    found = {(r["file"], r["code"]) for r in rejects}
    report.row(code == 6 and outcome["read"] == 7 and outcome["stored"] == 4 and
               outcome["rejected"] == 3 and outcome["items"] == 1 and balanced(outcome),
               "seven packets: four stored, one of them without an item, three rejected, exit code 6")
    report.row({("c.json", "json_broken"), ("d.json", "json_broken"), ("e.json", "json_broken"),
                ("f.json", "event_code")} <= found,
               "broken JSON, a key twice, a depth bomb and a bad code are named by file and code")
    report.row(any(r["file"] == "c.json" and r["line"] == 2 for r in rejects) and
               all(r["hint"] for r in rejects), "broken JSON has its line; every reject has a hint")
    report.row({("b.json", "term_unknown"), ("b.json", "field_unknown")} <= found,
               "an unknown term and unknown members are told, and stored or passed over")
    code, outcome = bench.outcome("phenopackets", folder)
    report.row(code == 6 and outcome["known"] and outcome["rejected"] == 3 and outcome["items"] == 1,
               "the same folder again is nothing to do, and its rejects are still rejects")
    report.row(bench.count("phenotype under HP:0000707")["matched"] == 2 and
               bench.count("phenotype = HP:9999999")["matched"] == 1,
               "closure finds what the release has, = finds the term that it lacks")


def replaced_and_undone(bench, report):
    path = bench.write("one/p.json", packet("Changing", "HP:0001250"))
    bench.outcome("phenopackets", path)
    before = bench.count("phenotype = HP:0001250")["matched"]
    bench.write("one/p.json", packet("Changing", "HP:0000707"))
    code, outcome = bench.outcome("phenopackets", path)
    after = bench.count("phenotype = HP:0001250")["matched"]
    report.row(code == 0 and outcome["stored"] == 1 and after == before - 1,
               "a packet delivered again with another content replaces the older one")
    done = bench.run("import undo", str(outcome["import"] if "import" in outcome
                                        else outcome["import_id"]))
    again = bench.count("phenotype = HP:0001250")["matched"]
    report.row(done.returncode == 0 and again == before, "an undo takes it back")


def archive(bench, name, entries, mode="w:xz"):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as tar:
        for entry, content in entries:
            info = tarfile.TarInfo(entry)
            if content is None:
                info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
                tar.addfile(info)
                continue
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return bench.write(name, data.getvalue())


def archives(bench, report):
    one, two = (json.dumps(packet(i, "HP:0001250")).encode() for i in ("T1", "T2"))
    good = archive(bench, "good.tar.gz", [("a/1.json", one), ("a/2.json", two), ("a/x", b"?"),
                                          ("a/bad.json", b"{")], "w:gz")
    code, outcome = bench.outcome("phenopackets", good)
    rejects = bench.rejects(outcome)
    report.row(code == 6 and outcome["stored"] == 2 and rejects[0]["field"] == "" and rejects[0]["record"] == 4 and
               rejects[0]["record"] == 4, "an archive: a broken entry is named, the others stored")
    whole = open(archive(bench, "whole.tar.xz", [("1.json", one)]), "rb").read()
    hostile = {
        "a path traversal": archive(bench, "up.tar.xz", [("1.json", one), ("../../up.json", two)]),
        "an absolute name": archive(bench, "root.tar.xz", [("/etc/cron.d/x.json", two)]),
        "a link": archive(bench, "link.tar.xz", [("1.json", one), ("l.json", None)]),
        "no file in it that could be a packet": archive(bench, "none.tar.xz", [("1.txt", one), ("a/2.xml", two)]),
        "an archive of nothing": archive(bench, "nothing.tar.gz", [], "w:gz"),
        "a truncated archive": bench.write("cut.tar.xz", whole[:len(whole) // 2]),
    }
    for what, path in hostile.items():
        persons = bench.everybody()
        code, said = bench.outcome("phenopackets", path)
        report.row(code == 2 and isinstance(said, str) and os.path.basename(path) in said and
                   bench.everybody() == persons,
                   "%s refuses the archive, and nothing is stored" % what)
    twice = archive(bench, "twice.tar.xz", [("1.json", json.dumps(packet("W", "HP:0001250")).encode()),
                                            ("2.json", json.dumps(packet("W", "HP:0000707")).encode()),
                                            ("3.json", json.dumps(packet("W", "HP:0001250")).encode())])
    code, outcome = bench.outcome("phenopackets", twice)
    report.row(code == 6 and outcome["stored"] == 1 and outcome["rejected"] == 1 and
               balanced(outcome) and bench.rejects(outcome)[0]["code"] == "id_twice",
               "an id that comes twice is one packet, or rejected where it says something else")


def persons(bench, report):
    before = bench.everybody()
    path = bench.write("p.csv", ("person;sex;birth_year;kind;code;date\r\n"
                                 "%s;f;2012;;;\r\n"
                                 "201212121212;;;diagnosis;icd10:C50.1;2020-01-31\r\n"
                                 "%s;m;;;;\r\n"
                                 "Sk\u00e5ne-1;kvinna;1790;;;\r\n"
                                 "Sk\u00e5ne-2;kvinna;1970;diagnosis;icd10:50;\r\n"
                                 "\"open;f;;;;\r\n"
                                 "x;f\r\n" % (NUMBER, NUMBER)).encode("cp1252"))
    code, outcome = bench.outcome("persons", path)
    found = [(r["line"], r["field"], r["code"]) for r in bench.rejects(outcome)]
    report.row(code == 6 and outcome["read"] == 7 and outcome["stored"] == 2 and balanced(outcome),
               "seven rows: two stored, five rejected")
    report.row(found == [(4, "sex", "person_contradicts"), (5, "birth_year", "person_field"),
                         (6, "code", "event_code"), (7, "", "csv_quoting"), (8, "", "csv_columns")],
               "each by its physical line, field and code")
    report.row(bench.count("diagnosis under C50 and sex = female")["matched"] == 1 and
               bench.everybody() == before + 1,
               "a number in two notations is the person whom a packet brought in a third, and who "
               "has an ill-formed code alone is a person")
    code, outcome = bench.outcome("persons", path)
    report.row(code == 6 and outcome["known"] and outcome["rejected"] == 5,
               "the same table again is nothing to do, and its rejects are still rejects")
    code, said = bench.outcome("persons", bench.write("q.csv", "person,gender\nA,f\n"))
    report.row(code == 2 and "column 2" in said, "a column that is not known refuses the table")


def guarded(bench, report):
    name = NUMBER.replace("-", "") + ".json"
    code, said = bench.outcome("phenopackets", bench.write("in/" + name, packet("G", "HP:0001250")))
    report.row(code == 4 and "personal identity number" in said,
               "a file named by a personal number is refused")
    named = packet("H", "HP:0001250", interpretations=[{"diagnosis": {"genomicInterpretations": [
        {"variantInterpretation": {"variationDescriptor": {"label": "seen in " + NUMBER}}}]}}])
    code, outcome = bench.outcome("phenopackets", bench.write("in/h.json", named))
    report.row(code == 6 and bench.rejects(outcome)[0]["code"] == "personal_number",
               "a personal number in a description costs the variant, not the patient")


def no_clear_id(bench, report):
    # The report and the store; not the enrolment keys, which are no text.
    digits = NUMBER.replace("-", "")
    words = [w.encode() for w in (CANARY, NUMBER, digits, "20" + digits, "Changing", "Sk\u00e5ne-1")]
    leaks = []
    for folder, _, names in os.walk(bench.node.folder):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                content = file.read()
            leaks += [name for word in words if word in content]
    # paths that the operator typed are repeated to the operator
    printed = re.sub(r"/tmp/[^ :\"]*", "", bench.printed)
    leaks += ["output" for word in words if word in printed.encode()]
    report.row(not leaks, "no clear id in the node's folder nor in any output", *leaks)


def real_packets(report):
    path = os.path.join(SHARED, "data", "phenopackets", "phenopacket-store.tar.xz")
    if not os.path.exists(path):
        print("skipped: there is no", path)
        return
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        bench.run("terms load hpo", os.path.join(SHARED, "data", "ontology",
                                                 "hp.v2024-04-26.json.gz"))
        started = time.monotonic()
        code, outcome = bench.outcome("phenopackets", path)
        seconds = time.monotonic() - started
        unknown = sum(r["code"] == "term_unknown" for r in bench.rejects(outcome))
        report.row(code == 0 and outcome["stored"] == 10580 and outcome["rejected"] == 0,
                   "10,580 published packets load, 0 rejects", "%.1f s" % seconds)
        report.row(unknown == 339, "339 mentions of the 75 terms that the release lacks are told")


def main():
    report = Report("Phenopackets, persons and terms through the real programs.")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        for part in (terms, bad_packets, replaced_and_undone, archives, persons, guarded,
                     no_clear_id):
            part(bench, report)
    real_packets(report)
    report.close()


if __name__ == "__main__":
    main()
