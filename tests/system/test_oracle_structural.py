#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real files of structural variants against a reading of their text: every allele is accounted for, and every person is told.

Each file of the shared data has a node of its own, with an assay of the whole genome. Of each record the columns say who carries the variant; its
type, stretch and length are read from SVTYPE, POS, END, SVLEN and CIPOS here, without the node's code. A question at its first base, by type, length and
zygosity, is yes for its carriers; it is no for others where the file names a caller that is known (Manta), and cannot be told where it names none, or
where a genotype of the person did not pass. A file without genotypes is refused.
"""
import csv
import gzip
import json
import os
import re
import tempfile

from oracle import Node, Report, data

ASKED_MAX = 30  # records of a file
RECORDS_MAX = 20000  # of a large file its first ones are taken
# file, does it name a caller that is known
FILES = [
    ("scout_643594.clinical.SV.vcf.gz", "GRCh37", True),
    ("scout_643594.research.SV.vcf.gz", "GRCh37", True),
    ("loqusdb_643594.clinical.SV.vcf", "GRCh37", True),
    ("truvari_hg002_comp.vcf.gz", "GRCh38", False),
]
NEAR = 5000  # bases around a genotype that did not pass, where nothing is asked


class Variant:
    """A record: what it is, and of each column whether it carries it (None: not called)."""

    def __init__(self, row):
        keys = dict(p.split("=", 1) for p in row[7].split(";") if "=" in p)
        ref, alt, position = row[3], row[4], int(row[1])
        more = len(alt) - len(ref)
        self.symbolic = alt.startswith("<")
        self.type = keys.get("SVTYPE") or ("DEL" if more < 0 else "INS")
        self.is_structural = "SVTYPE" in keys or abs(more) >= 50
        refused = not self.symbolic and not re.fullmatch("[ACGT]+", ref + alt)
        self.chromosome = re.sub("^chr", "", row[0])
        same = 0
        while not self.symbolic and same < min(len(ref), len(alt)) and ref[same] == alt[same]:
            same += 1
        if self.type == "INS":
            self.start = self.end = max(1, position if self.symbolic else position + same - 1)
        else:
            self.start = position + (1 if self.symbolic else same)
            self.end = int(keys["END"]) if self.symbolic else position + len(ref) - 1
        around = [int(n) for n in keys.get("CIPOS", "0,0").split(",")] if self.symbolic else [0, 0]
        self.sure = self.start + around[1]  # it has begun there, wherever it begins
        self.least, self.most = self.start + around[0], self.end + (around[1] if self.symbolic else 0)
        self.length = abs(int(keys["SVLEN"])) if "SVLEN" in keys else None if self.symbolic else abs(more)
        names = row[8].split(":")
        self.calls = []
        for column in row[9:]:
            values = dict(zip(names, column.split(":")))
            alleles = re.split("[/|]", values["GT"])
            failed = values.get("FT", "PASS") != "PASS"
            self.calls.append(None if refused or failed or "." in alleles else alleles.count("1"))


def read(path, copy):
    """The names of the columns, the records, and how many alleles there are; the records that count are copied."""
    opener = gzip.open if path.endswith(".gz") else open
    names, variants, alleles = [], [], 0
    with opener(path, "rt", encoding="utf-8") as file, open(copy, "w", encoding="utf-8") as out:
        for text in file:
            if alleles >= RECORDS_MAX:
                break
            out.write(text)
            row = text.rstrip("\n").split("\t")
            if text.startswith("#CHROM"):
                names = row[9:]
            elif not text.startswith("#"):
                alleles += row[4].count(",") + 1
                variant = Variant(row) if "," not in row[4] else None
                if variant:
                    variants.append(variant)
    return names, variants, alleles


def take(folder, path, assembly, names, codes, types=()):
    node, table = Node(os.path.join(folder, "node")), os.path.join(folder, "map.csv")
    with open(table, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["sample", "person", "type"])
        rows.writerows([name, "person%d" % (0 if types else i), types[i] if types else ""] for i, name in enumerate(names))
    done = node.run("import vcf", path, "--persons", table, "--assembly", assembly, "--assay", "wgs", "--whole-genome",
                    "--json", "--quiet", codes=codes)
    return node, done


def sums(told):
    filtered = told["filtered"]
    return told["stored"] + told["rejected"] + (sum(filtered.values()) if isinstance(filtered, dict) else filtered)


def doubted(variants, column):
    return [v for v in variants if v.calls[column] is None]


def near(variants, at):
    """Is a genotype that did not pass near the place?"""
    return any(v.chromosome == at.chromosome and v.least - NEAR <= at.sure <= v.most + NEAR
               for v in variants if None in v.calls)


def expect(structural, columns, judged, place, holds):
    """matched and undetermined of a question at a place (or anywhere: None) that holds(variant, copies) tells."""
    yes = unknown = 0
    for column in columns:
        mine = [(v, v.calls[column]) for v in structural if v.calls[column] and (place is None or (
            v.chromosome == place.chromosome and v.least <= place.sure <= v.most))]
        sure = [holds(v, n) for v, n in mine
                if place is None or (v.start <= place.sure <= v.end and v.sure <= place.sure)]
        if True in sure:
            yes += 1
        elif not judged or None in [holds(v, n) for v, n in mine] or (
                any(holds(v, n) for v, n in mine)) or (place is None and doubted(structural, column)):
            unknown += 1
    return yes, unknown


def compare(report, name, assembly, judged, names, variants, node):
    structural = [v for v in variants if v.is_structural]
    chosen = [v for v in structural if not near(structural, v)]
    chosen = chosen[::max(1, len(chosen) // ASKED_MAX)]
    columns = range(len(names))
    wanted, questions = [], []

    def ask(inside, place, holds):
        where = " and locus = %s:%s:%d-%d" % (assembly, place.chromosome, place.sure, place.sure) if place else ""
        questions.append("variant(%s%s)" % (inside, where))
        wanted.append(expect(structural, columns, judged, place, holds))

    def long(bases):
        return lambda v, n: None if v.length is None else v.length >= bases

    for at in chosen:
        ask("svtype = %s" % at.type, at, lambda v, n: v.type == at.type)
        ask("svtype = INV", at, lambda v, n: v.type == "INV")
        ask("svtype = %s and zygosity = hom" % at.type, at, lambda v, n: v.type == at.type and n == 2)
        if at.length:
            ask("length >= %d" % at.length, at, long(at.length))
            ask("length > %d" % at.length, at, long(at.length + 1))
    for kind in ("DEL", "DUP", "INS", "INV"):
        ask("svtype = %s" % kind, None, lambda v, n: v.type == kind)
    ask("svtype = CNV and length >= 1000", None, lambda v, n: v.type in ("DEL", "DUP") and v.length >= 1000)
    answers = [(a["matched"], a["undetermined"]) for a in node.count(questions)]
    for question, answer, want in zip(questions, answers, wanted):
        if answer != want:
            report.row(False, name, question, "%s, not %s" % (answer, want))
    right = sum(answer == want for answer, want in zip(answers, wanted))
    report.row(right == len(questions), name, "%d of %d questions" % (right, len(questions)),
               "%d with a yes, %d with cannot tell" % (sum(a[0] > 0 for a in answers), sum(a[1] > 0 for a in answers)))


def main():
    report = Report("files of structural variants of the shared data")
    for name, assembly, judged in FILES:
        path = data("sv", name)
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, name.replace(".gz", ""))
            names, variants, alleles = read(path, copy)
            node, done = take(folder, copy, assembly, names, (0, 6))
            told = json.loads(done.stdout.splitlines()[0])
            carried = sum(bool(call) for v in variants if v.is_structural for call in v.calls)
            report.row(sums(told) == alleles, name, "%d alleles" % alleles, json.dumps(told)[:140])
            report.row(told["structural"] == carried, name, "%d calls of structural variants" % carried, told["structural"])
            node.run("publish")
            compare(report, name, assembly, judged, names, variants, node)
    with tempfile.TemporaryDirectory() as folder:
        path = data("sv", "scout_manta_vep94_sv_cancer.vcf.gz")
        _, done = take(folder, path, "GRCh37", ["998-99", "999-99"], (2,), ("normal", "tumour"))
        report.row("no genotypes" in done.stderr, os.path.basename(path), "without genotypes: refused")
    report.close()


if __name__ == "__main__":
    main()
