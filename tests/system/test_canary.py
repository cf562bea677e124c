#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Nothing of the data but noised answers gets out: canaries are planted, and looked for everywhere.

Persons, samples, a variant, a code, free texts and true counts that occur nowhere else go through
import, publishing, true counts, questions, refusals, broken files and kills. Then every byte that
the programs wrote beside the data themselves is searched: logs, standard error, reject reports,
ledger, audit exports, metrics, the coordinator's folder, HTTP answers. Clear person ids are looked
for in the data too: they are never stored.
"""
import base64
import contextlib
import json
import os
import re
import signal
import sqlite3
import time

import wire
from network import Analyst, Network, Report, run

MATCHED, OTHERS = 7373, 1319  # persons with the code, and without
CODE = "local:QXCANARYCODE"
CHANGE = "GRCh38:22-50771377-GATTACAGG-T"
# In any place but the data; the last two are what a question about the canaries would hold.
DATA = ["QXCANARYPERSON", "QXCANARYSAMPLE", "QXCANARYTEXT", "QXCANARYCODE", "GATTACAGG", "50771377", "QXCANARYGENE",
        "HP:0999371", "0999371", "19121212-1212", "191212121212", "2011-07-13"]
# Nowhere, not even in the data.
NEVER = ["QXCANARYPERSON", "QXCANARYSAMPLE", "QXCANARYTEXT", "19121212-1212", "191212121212"]
QUESTIONS = ["code = %s" % CODE, "code = %s and sex = female" % CODE, "not code = %s" % CODE,
             "variant(change = %s)" % CHANGE, "phenotype = HP:0999371", "gene = QXCANARYGENE and code = %s" % CODE]
COUNTS = {MATCHED, MATCHED + OTHERS}


HASH = re.compile(rb"(?<![0-9a-z])[0-9a-f]{16,}(?![0-9a-z])")  # any digits are in it by chance


class Haystack:
    """What is searched: names and bytes."""

    def __init__(self):
        self.parts = {}

    def add(self, name, data):
        self.parts[name] = self.parts.get(name, b"") + (data.encode() if isinstance(data, str) else data)

    def add_file(self, path):
        with open(path, "rb") as file:
            self.add(path, file.read())

    def add_folder(self, path, leave_out=()):
        for place, folders, files in os.walk(path):
            folders[:] = [f for f in folders if f not in leave_out]
            for name in files:
                if not name.startswith(tuple(leave_out) or ("\0",)):
                    self.add_file(os.path.join(place, name))

    def size(self):
        return sum(map(len, self.parts.values()))

    def hits(self, words):
        """In either case, as text and as UTF-16, whole and in base64 of any alignment."""
        found = []
        lowered = {name: HASH.sub(b" ", data.lower()) for name, data in self.parts.items()}
        for word in words:
            forms = {word.lower().encode()} | ({word.lower().encode("utf-16-le")} if len(word) > 5 else set())
            coded = [base64.b64encode(b"\0" * shift + word.encode())[4 if shift else 0:-4] for shift in range(3)] if len(word) > 9 else []
            for name, data in self.parts.items():
                found += [(word, name) for form in forms if form in lowered[name]]
                found += [(word, name) for form in coded if form in data]
        return found

    def numbers(self, numbers):
        """A true count as a number of its own, in a text; within a hash, a time, a port or a key it means nothing."""
        found = []
        for number in numbers:
            text = re.compile(rb"(?<![0-9a-zA-Z.:])(?<![^\t-\r -~])%d(?![0-9a-zA-Z])(?![^\t-\r -~])" % number)
            cell = number.to_bytes(8, "little")
            found += [(number, name) for name, data in self.parts.items() if text.search(data) or cell in data]
        return found


# ---- planting ------------------------------------------------------------------------------------


def persons_csv():
    lines = ["person,sex,birth_date,kind,code"]
    for i in range(MATCHED):
        lines.append("QXCANARYPERSON%d,%s,2011-07-13,other,%s" % (i, ("female", "male")[i % 2], CODE))
    for i in range(OTHERS):
        lines.append("QXCANARYPERSON-o%d,female,1980-01-02,diagnosis,icd10:E11" % i)
    lines.append("19121212-1212,male,1912-12-12,other,%s" % CODE.replace("CODE", "CODE2"))
    lines += ["QXCANARYPERSONbad1,QXCANARYTEXT,1980-01-01,other,%s" % CODE, "QXCANARYPERSONbad2,male,QXCANARYTEXT,other,%s" % CODE,
              "QXCANARYPERSONbad3,male,1980-01-01,QXCANARYTEXT,%s" % CODE, "QXCANARYPERSONbad4,male,1980-01-01,other,QXCANARYTEXT",
              "QXCANARYPERSONbad5,male"]
    return "\n".join(lines) + "\n"


def vcf(samples, genotypes, extra=""):
    return ("##fileformat=VCFv4.2\n##contig=<ID=chr22,length=50818468,assembly=GRCh38>\n"
            '##FORMAT=<ID=GT,Number=1,Type=String,Description="QXCANARYTEXT">\n'
            "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t" + "\t".join(samples) + "\n"
            "chr22\t50771377\tQXCANARYTEXT\tGATTACAGG\tT\t.\tPASS\t.\tGT\t" + "\t".join(genotypes) + "\n" + extra)


def packet():
    return json.dumps({
        "id": "QXCANARYPERSONpacket", "subject": {"id": "QXCANARYPERSONpacket", "sex": "FEMALE"},
        "phenotypicFeatures": [{"type": {"id": "HP:0999371", "label": "QXCANARYTEXT"}}],
        "interpretations": [{"id": "QXCANARYTEXT", "progressStatus": "SOLVED", "diagnosis": {
            "disease": {"id": "OMIM:999371", "label": "QXCANARYTEXT"},
            "genomicInterpretations": [{"subjectOrBiosampleId": "QXCANARYPERSONpacket", "variantInterpretation": {
                "variationDescriptor": {"id": "QXCANARYTEXT", "geneContext": {"valueId": "HGNC:1", "symbol": "QXCANARYGENE"},
                                        "vcfRecord": {"genomeAssembly": "GRCh38", "chrom": "chr22", "pos": "50771377",
                                                      "ref": "GATTACAGG", "alt": "T"}}}}]}}],
        "metaData": {"created": "2024-01-01T00:00:00Z", "createdBy": "QXCANARYTEXT", "phenopacketSchemaVersion": "2.0"}})


def plant(network, hay):
    """Good and broken files; what the commands say goes on the heap."""
    node = network.nodes["01"]
    folder = os.path.join(network.folder, "in")
    os.makedirs(folder)

    def write(name, text):
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def do(command, *words):
        done = node.run(command, *words, codes=None)
        hay.add("standard error of " + command, done.err)
        hay.add("standard output of " + command, done.out)
        return done.code
    good = [do("import persons", write("a.csv", persons_csv())),
            do("import vcf", write("a.vcf", vcf(["QXCANARYSAMPLE1", "QXCANARYSAMPLE2"], ["0/1", "1/1"]))),
            do("import phenopackets", write("a.json", packet()))]
    broken = [do("import vcf", write("b.vcf", vcf(["QXCANARYSAMPLE1"], ["0/1"], "chr22\tQXCANARYTEXT\t.\tGATTACAGG\tT\n"))),
              do("import vcf", write("c.vcf", vcf(["QXCANARYSAMPLE1"], ["0/QXCANARYTEXT"]))),
              do("import vcf", write("d.vcf", vcf(["QXCANARYSAMPLE1"] * 2, ["0/1", "0/1"]))),
              do("import vcf", write("e.vcf", vcf(["QXCANARYSAMPLE9"], ["0/1"])), "--persons",
                 write("map.csv", "sample,person\nQXCANARYSAMPLE1,QXCANARYPERSON1\n")),
              do("import vcf", write("f.vcf", "QXCANARYTEXT\n" * 100)),
              do("import phenopackets", write("b.json", packet().replace('"sex": "FEMALE"', '"19121212-1212": 1, "sex": "QXCANARYTEXT"'))),
              do("import phenopackets", write("c.json", packet()[:-40])),
              do("import phenopackets", write("d.json", packet().replace("HP:0999371", "QXCANARYTEXT"))),
              do("import persons", write("b.csv", "QXCANARYTEXT,person\n1,2\n")),
              do("terms load hpo", write("hpo.obo", "QXCANARYTEXT\n")),
              do("terms load icd10", write("icd.csv", "QXCANARYTEXT\n"))]
    do("publish")
    do("import list")
    do("terms status")
    odd = do("import phenopackets", write("odd.json", packet().replace('"metaData"', '"19121212-1212": "QXCANARYTEXT", "metaData"')))
    return good + [odd], broken


# ---- asking ---------------------------------------------------------------------------------------


def ask_all(network, analyst, refused, hay):
    """Questions that are answered, refused, cut off and wrong; the figures that were released."""
    released = set()
    for question in QUESTIONS:
        asked = analyst.ask(question, "--sigma", "50", codes=None)
        hay.add("standard error of ask", asked.err)
        for answer in asked.answers.values():
            released.update(answer.cells)
        hay.add("standard error of a refused ask", refused.run("ask", question, "--json", codes=None).err)
    hay.add("standard error of count", "".join(network.nodes["01"].run("count", q, codes=None).err for q in QUESTIONS))
    node = network.nodes["01"]
    finish = analyst.ask_while(QUESTIONS[0] + " and age >= 1", "--sigma", "50", "--wait", "2")
    time.sleep(0.02)
    os.kill(node.keeper(), signal.SIGKILL)
    node.process.wait()
    finish()
    node.start()
    network.wait_connected()
    for answer in analyst.ask(QUESTIONS[0] + " and age >= 1", "--sigma", "50").answers.values():
        released.update(answer.cells)  # what was recorded before the kill, or is now
    hay.add("HTTP answers to wrong questions", wrong_questions(network, analyst, released))
    for path in ("/metrics", "/api/v1/nodes", "/api/v1/roster", "/readyz", "/livez", "/api/v1/budget"):
        hay.add("HTTP " + path, json.dumps(network.get(path)[1]))
    return released


def wrong_questions(network, analyst, released):
    """Signed questions that are wrong in a place where a canary stands; those that are not were answered."""
    key, said = wire.Key.read(analyst.key), []

    def hand_in(fields):
        reply = network.post(wire.seal(key, wire.pack(fields)))[1]
        for region in reply.get("regions", []):
            if "answer" in region:
                released.update(wire.Answer(base64.b64decode(region["answer"])).cells)
        said.append(json.dumps(reply))
    asked = analyst.ask(QUESTIONS[0], "--sigma", "50", codes=None)
    with open(asked.receipt, encoding="utf-8") as file:
        good = wire.unpack(wire.payload_of(base64.b64decode(json.load(file)["envelope"])))
    for number, kind, value in ((12, 0, 7), (7, 2, "QXASKERTEXT"), (9, 2, "QXASKERTEXT"), (6, 2, "QXASKERTEXT"),
                                (5, 2, "QXASKERTEXT"), (8, 2, "QXASKERTEXT"), (1, 0, 9), (11, 0, 2)):
        hand_in(wire.put(wire.put(good, 3, 2, os.urandom(16)), number, kind, value))
    broken = [[f[0], f[1], f[2].replace(b"\x22", b"\x23") if f[0] == 17 else f[2]] for f in wire.put(good, 3, 2, os.urandom(16))]
    hand_in(broken)
    return "\n".join(re.sub(r'"answer": "[^"]*"', "", s) for s in said)


# ---- looking ---------------------------------------------------------------------------------------


def database_numbers(path, numbers):
    """A true count as a value of any column."""
    found = []
    with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % path, uri=True)) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            for row in db.execute('SELECT * FROM "%s"' % table):
                found += [(path, table, value) for value in row if value in numbers or value in {str(n) for n in numbers}]
    return found


def main():
    report = Report(__doc__.splitlines()[0])
    with Network("canary", ["01", "03"]) as network:
        analyst = Analyst(network, "anna", "north").enrol()
        refused = Analyst(network, "rolf", "west", role="public").enrol()
        hay = Haystack()
        good, broken = plant(network, hay)
        report.row(all(c in (0, 6) for c in good) and all(c != 0 for c in broken), "files with canaries: %d good, %d broken" % (len(good), len(broken)),
                   "" if all(c in (0, 6) for c in good) and all(c != 0 for c in broken) else (good, broken))
        network.nodes["03"].import_csv("person,sex,birth_year\nx1,female,1980\n")
        network.nodes["03"].publish()
        truth = network.nodes["01"].count([QUESTIONS[0]])[0]
        report.equal(truth["matched"], MATCHED, "the canaries are in the data")
        network.start()
        released = ask_all(network, analyst, refused, hay)
        network.stop()
        look(report, network, hay, released)
    report.close()


def look(report, network, hay, released):
    folder = network.nodes["01"].folder
    for log in ("ledger", "count"):
        for verb in ("export", "verify", "tail"):
            done = run("node", "audit", verb, "--dir", folder, "--log", log, codes=None)
            hay.add("audit %s of %s" % (verb, log), done.out + done.err)
    hay.add_folder(os.path.join(network.folder, "log"))
    hay.add_folder(folder, leave_out=("store.db", "snapshot", "keys"))
    outside = Haystack()
    outside.add_folder(network.home, leave_out=("tls",))
    everywhere = Haystack()
    everywhere.add_folder(folder)
    report.row(everywhere.hits(["QXCANARYCODE", "HP:0999371"]), "a search of the data themselves finds the code (so it would be found elsewhere)")
    planted = Haystack()
    planted.add("a line", "ts=1 persons=%d\n" % MATCHED)
    planted.add("a cell", b"\x51" + MATCHED.to_bytes(8, "little"))
    planted.add("an envelope", base64.b64encode(b"ab QXCANARYPERSON7"))
    report.equal((len(planted.numbers([MATCHED])), len(planted.hits(NEVER))), (2, 1), "a planted leak is seen: in text, in a cell, in base64")
    hits = hay.hits(DATA)
    report.row(not hits, "%d canaries in %d bytes of logs, reports, ledger, audit and HTTP" % (len(DATA), hay.size()), hits[:5] or "0 hits")
    hits = everywhere.hits(NEVER) + outside.hits(NEVER)
    report.row(not hits, "clear ids and free texts in %d bytes of the node's and coordinator's folders" % (everywhere.size() + outside.size()), hits[:5] or "0 hits")
    counts = COUNTS - released  # noise is zero now and then
    hits = hay.numbers(counts) + outside.numbers(counts)
    hits = [h for h in hits if not h[1].startswith("standard output of")]  # what the operator is told
    for path in (os.path.join(folder, "ledger.db"), os.path.join(folder, "count.db"), os.path.join(network.home, "state.db")):
        hits += database_numbers(path, counts)
    report.row(not hits, "true counts, as text, as figures of an answer and as values of a database", hits[:5] or "0 hits")
    texts = [q for q in QUESTIONS] + ["code =", "diagnosis under", "phenotype ="]
    hits = [h for h in hay.hits(texts) if "count" not in h[1] or not h[1].startswith("standard")]
    report.row(not hits, "texts of questions", hits[:5] or "0 hits")


if __name__ == "__main__":
    main()
