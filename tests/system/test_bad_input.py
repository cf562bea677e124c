#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files that are cut, altered or no files at all: nothing is imported by halves and nothing crashes.

What the other import dialogues do not try: a good VCF, phenopacket, table, archive and terminology
cut off after every few bytes and altered in every few bytes; named pipes, devices, links, folders,
addresses and foreign formats where a file is expected; a file that inflates a thousandfold; side
files (map, panel, reference) that are wrong. Promises: a documented exit code with a reason, the
store as before or with all of what the outcome says, a folder that goes on working.
"""
import gzip
import io
import json
import os
import random
import sqlite3
import tarfile
import tempfile
import zlib

from network import SMALL, Report, run

PEOPLE = "person,sex,birth_year,kind,code\na,female,1980,diagnosis,icd10:E11\nb,male,1970,diagnosis,icd10:C50.1\nc,female,,,\n"
VCF = ("##fileformat=VCFv4.2\n##contig=<ID=22,length=51304566>\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"G\">\n"
       "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\tB\n"
       + "".join("22\t%d\t.\tA\tC,G\t.\tPASS\t.\tGT\t0/1\t1|2\n" % (100 + 7 * i) for i in range(12)))
PACKET = json.dumps({"id": "P", "subject": {"id": "P", "sex": "FEMALE", "timeAtLastEncounter": {"age": {"iso8601duration": "P30Y"}}},
                     "phenotypicFeatures": [{"type": {"id": "HP:0001250"}}, {"type": {"id": "HP:0000252"}, "excluded": True}],
                     "metaData": {"created": "2024-01-01T00:00:00Z", "phenopacketSchemaVersion": "2.0"}})
OBO = ("format-version: 1.2\ndata-version: hp/releases/2024-04-26\n\n[Term]\nid: HP:0000001\nname: All\n\n"
       "[Term]\nid: HP:0001250\nname: Seizure\nis_a: HP:0000001 ! All\n")
CODES = {0, 1, 2, 4, 6}  # done, failure, usage or a wrong file, refused, done with rejects


def bgzf(data):
    """Blocked gzip, as bgzip writes it, with its end marker."""
    def block(part):
        body = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = body.compress(part) + body.flush()
        size = len(packed) + 25
        return (b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0" + size.to_bytes(2, "little") + packed
                + zlib.crc32(part).to_bytes(4, "little") + len(part).to_bytes(4, "little"))
    return b"".join(block(data[i:i + 60000]) for i in range(0, len(data), 60000)) + block(b"")


def archive(entries, mode="w:gz"):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as tar:
        for name, content in entries:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return data.getvalue()


class Bench:
    """A node in a folder, and what its store holds."""

    def __init__(self, folder):
        self.folder = folder
        self.dir = os.path.join(folder, "node")
        run("node", "init", "--dir", self.dir, "--region", "12")
        self.load("persons", self.write("first.csv", PEOPLE.replace("a,", "z,").replace("b,", "y,").replace("c,", "x,")))

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        return path

    def load(self, kind, path, *options, timeout=60):
        words = kind.split() if kind.startswith("terms") else ["import", kind]
        return run("node", *words, path, "--dir", self.dir, *options, codes=None, timeout=timeout)

    def held(self):
        """Rows of the store that stand for data, whatever their table."""
        with sqlite3.connect("file:%s?mode=ro" % os.path.join(self.dir, "store.db"), uri=True) as db:
            names = [n for n, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
            sound = db.execute("PRAGMA quick_check").fetchone()[0] == "ok"
            found = {n: db.execute('SELECT count(*) FROM "%s"' % n).fetchone()[0] for n in names}
        db.close()
        return found if sound else "damaged"

    def refused(self, kind, path, timeout):
        """Was it refused: nothing stored, and a reason given? The last words, "" when it was."""
        before = self.held()
        done = self.load(kind, path, "--json", timeout=timeout)
        outcome = json.loads(done.out) if done.out.strip() else {}
        told = done.err.strip() if done.code in (1, 2, 4) else done.code == 6 and outcome.get("rejected")
        if told and not outcome.get("stored") and (done.code == 6 or self.held() == before):
            return ""
        return "exit %d, %s%s" % (done.code, done.out[-200:], done.err.strip()[-200:])

    def undo(self, outcome):
        number = outcome.get("import") or outcome.get("import_id")
        run("node", "import", "undo", str(number), "--dir", self.dir)


def mutilations(data, chance, n):
    """Cut off and altered at n places each."""
    for at in sorted(chance.sample(range(len(data)), min(n, len(data)))):
        yield "cut at %d" % at, data[:at]
        yield "bit altered at %d" % at, data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1:]


def mutilated(report, bench, kind, name, data, chance, options=()):
    """No crash, no half import: what is refused leaves the store as it was."""
    bad, refused, whole = [], 0, 0
    n = 6 if SMALL else 40
    for what, mutant in mutilations(data if isinstance(data, bytes) else data.encode(), chance, n):
        before = bench.held()
        done = bench.load(kind, bench.write(name, mutant), *options, *([] if kind.startswith("terms") else ["--json", "--quiet"]))
        after = bench.held()
        if done.code not in CODES or after == "damaged":
            bad.append((what, done.code, done.err[-200:]))
        elif done.code in (0, 6):
            whole += 1
            if not kind.startswith("terms"):
                outcome = json.loads(done.out)
                if not outcome.get("known"):
                    bench.undo(outcome)
        else:
            refused += 1
            if after != before or not done.err.strip():
                bad.append((what, "changed or silent", done.err[-200:]))
    report.row(not bad, "%s, cut and altered in %d places: %d refused, %d imported" % (name, n, refused, whole), bad[:2] or "")


def no_files(report, bench):
    """Where a file is expected: what is none, or of another kind. None may hang."""
    pipe, link = os.path.join(bench.folder, "pipe.vcf"), os.path.join(bench.folder, "link.vcf")
    os.mkfifo(pipe)
    os.symlink("/etc/passwd", link)
    cases = [("a named pipe", "vcf", pipe), ("a link to another file", "vcf", link), ("a folder", "vcf", bench.folder),
             ("a device", "vcf", "/dev/zero"), ("an address", "vcf", "http://127.0.0.1:9/x.vcf.gz"),
             ("an address of a cloud", "vcf", "s3://bucket/x.vcf.gz"), ("no file", "vcf", os.path.join(bench.folder, "none.vcf")),
             ("a CRAM", "vcf", bench.write("x.cram", b"CRAM\3\0" + bytes(200))), ("a SAM", "vcf", bench.write("x.sam", "@HD\tVN:1.6\n")),
             ("a BAM in BGZF", "vcf", bench.write("x.bam", bgzf(b"BAM\1" + bytes(100)))),
             ("an index", "vcf", bench.write("x.tbi", bgzf(b"TBI\1" + bytes(100)))),
             ("a picture", "phenopackets", bench.write("x.json", b"\x89PNG\r\n\x1a\n" + bytes(100))),
             ("a zip", "phenopackets", bench.write("x.zip", b"PK\3\4" + bytes(100))),
             ("a named pipe as a table", "persons", pipe), ("a device as a table", "persons", "/dev/zero"),
             ("UTF-16", "persons", bench.write("u.csv", PEOPLE.encode("utf-16")))]
    bad = [(name, said) for name, kind, path in cases for said in [bench.refused(kind, path, 20)] if said]
    report.row(not bad, "%d things that are no such file are refused with a reason, and none hangs" % len(cases), bad[:3] or "")


def bombs(report, bench):
    """A little that becomes much."""
    line = b"22\t%d\t.\tA\tC\t.\tPASS\tX=" + b"y" * 60000 + b"\tGT\t0/1\t0/0\n"
    head = VCF.split("22\t100")[0].encode()
    size = 20 if SMALL else 100
    cases = [("a VCF of zeros", "vcf", "z.vcf.gz", gzip.compress(head + bytes(size << 20), 9)),
             ("a VCF that inflates a thousandfold", "vcf", "i.vcf.gz", bgzf(head + b"".join(line % (100 + i) for i in range(4000)))),
             ("an archive of one large packet", "phenopackets", "l.tar.gz", archive([("a.json", b" " * (size << 20))])),
             ("a packet nested 100,000 deep", "phenopackets", "d.json", '{"id":' + "[" * 100000),
             ("a number of a million digits", "phenopackets", "n.json", '{"id": %s}' % ("9" * 10**6)),
             ("a table of one line of 30 MB", "persons", "w.csv", "person,sex\n" + "x" * (30 << 20))]
    for name, kind, file, data in cases:
        said = bench.refused(kind, bench.write(file, data), 60)
        report.row(not said, name + " is refused", said)


def working(report, bench):
    """After all that, a good file of each kind."""
    good = [bench.load("persons", bench.write("g.csv", PEOPLE)), bench.load("vcf", bench.write("g.vcf", VCF)),
            bench.load("phenopackets", bench.write("g.json", PACKET)), bench.load("terms load hpo", bench.write("g.obo", OBO)),
            run("node", "publish", "--dir", bench.dir, codes=None)]
    report.row(all(d.code == 0 for d in good), "and then good files are imported and published", [d.err[-200:] for d in good if d.code])
    asked = json.loads(run("node", "count", "phenotype under HP:0001250", "--dir", bench.dir, "--json").out)
    report.equal((asked["matched"], asked["persons"]), (1, 9), "and counted")


def main():
    report = Report(__doc__.splitlines()[0])
    chance = random.Random(11)
    with tempfile.TemporaryDirectory(prefix="rikstal-input-") as folder:
        bench = Bench(folder)
        mutilated(report, bench, "vcf", "m.vcf", VCF, chance)
        mutilated(report, bench, "vcf", "m.vcf.gz", bgzf(VCF.encode()), chance)
        mutilated(report, bench, "phenopackets", "m.json", PACKET, chance)
        mutilated(report, bench, "phenopackets", "m.tar.gz", archive([("a.json", PACKET.encode())]), chance)
        mutilated(report, bench, "persons", "m.csv", PEOPLE, chance)
        mutilated(report, bench, "terms load hpo", "m.obo", OBO, chance)
        report.note("mutilated")
        no_files(report, bench)
        bombs(report, bench)
        working(report, bench)
    report.close()


if __name__ == "__main__":
    main()
