#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Somatic VCFs through the real rikstal-node: a tumour is never of the germline, and no second person.

Files made here, one a caller: what their header tells is read, what it does not tell is refused with
the option that tells it, and the closing sums come out. No name of a sample shows in what is printed.
"""
import os
import tempfile

from oracle import Node, Report

HEAD = "##fileformat=VCFv4.2\n##contig=<ID=22,length=50818468>\n"
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t"
SOMATIC = "##INFO=<ID=SOMATIC,Number=0,Type=Flag,Description=\"x\">\n"
MUTECT = "##source=FilterMutectCalls\n##source=Mutect2\n##tumor_sample=%s\n##normal_sample=%s\n"
STRELKA = "##source=strelka\n##content=strelka somatic snv calls\n"
VARDICT = "##source=VarDict_v1.8.2\n##INFO=<ID=STATUS,Number=1,Type=String,Description=\"x\">\n"


def line(position, columns, form="GT:AD:AF", info="SOMATIC", ref="A", alt="C", status="PASS"):
    return "22\t%d\t.\t%s\t%s\t.\t%s\t%s\t%s\t%s\n" % (position, ref, alt, status, info, form, "\t".join(columns))


TUMOUR, NORMAL = "0/1:30,10:0.25", "0/0:40,0:0"
PAIRED = HEAD + MUTECT % ("TUMOR", "NORMAL") + COLUMNS + "NORMAL\tTUMOR\n" + line(100, [NORMAL, TUMOUR])
TIERS = "DP:FDP:AU:CU:GU:TU"
LINES = HEAD + STRELKA + COLUMNS + "x1\tx2\n" + \
    line(100, ["40:0:40,40:0,0:0,0:0,0", "40:0:30,30:10,10:0,0:0,0"], TIERS, "SOMATIC;NT=ref") + \
    line(200, ["40:0:40,40:0,0:0,0:0,0", "40:0:30,30:10,10:0,0:0,0"], TIERS, "SOMATIC;NT=het")
STATUS = HEAD + VARDICT + COLUMNS + "c1_T\tc1_N\n" + "".join(
    line(100 * (i + 1), [TUMOUR, NORMAL], info="STATUS=" + word)
    for i, word in enumerate(["StrongSomatic", "Germline", "StrongLOH", "LikelySomatic"]))
PLAIN = HEAD + COLUMNS + "anna\n" + line(100, [TUMOUR], info=".")
MAP = "sample,person,type,tissue,taken\n"

# name, content, table of persons, options, words that the message must have
REFUSED = [
    ("a pair without a table of persons", PAIRED, None, [], "sample_unmapped"),
    ("a pair of two persons", PAIRED, "TUMOR,p1,,,\nNORMAL,p2,,,\n", [], "to two persons"),
    ("a pair that the table exchanges", PAIRED, "TUMOR,p1,normal,,\nNORMAL,p1,tumour,,\n", [], "exchanged"),
    ("a somatic file as germline", HEAD + SOMATIC + COLUMNS + "anna\n" + line(100, [TUMOUR]), None,
     ["--origin", "germline"], "origin_germline"),
    ("columns whose roles nothing tells", HEAD + SOMATIC + COLUMNS + "a\tb\n" + line(100, [TUMOUR, NORMAL]),
     "a,p1,,,\nb,p1,,,\n", [], "origin_untold"),
    ("a caller of both origins", HEAD + VARDICT + COLUMNS + "anna\n" + line(100, [TUMOUR]), None, [], "--origin"),
    ("a pair whose header is exchanged", HEAD + MUTECT % ("a", "b") + COLUMNS + "a\tb\n" + "".join(
        line(100 * (i + 1), [NORMAL, TUMOUR], status="PASS" if i % 2 else "weak_evidence") for i in range(6)),
     "a,p1,,,\nb,p1,,,\n", [], "role_contradiction"),
    ("Mutect2 that nobody filtered", PAIRED.replace("##source=FilterMutectCalls\n", ""),
     "TUMOR,p1,,,\nNORMAL,p1,,,\n", [], "filter_not_applied"),
    ("a column that is called by its role", HEAD + COLUMNS + "TUMOR\n" + line(100, [TUMOUR], info="."), None, [],
     "sample_unmapped"),
    ("a type that there is not", PLAIN, "anna,p1,blood,,\n", [], "line 2"),
    ("a tissue that is no code", PLAIN, "anna,p1,,lung,\n", [], "line 2"),
    ("a day that there is not", PLAIN, "anna,p1,,,2023-02-29\n", [], "line 2"),
    ("an origin that there is not", PLAIN, None, ["--origin", "blood"], "tumour"),
]

# name, content, table of persons, options, what the closing line must say
TAKEN = [
    ("a pair of Mutect2", PAIRED, "TUMOR,p1,,icdo3:C34.9,2024-02-29\nNORMAL,p1,,,\n", [], "stored 1 "),
    ("a pair of Strelka, without GT", LINES, "x2,p1,,,\nx1,p1,,,\n", [], "stored 1 "),
    ("what a caller does not call somatic", STATUS, "c1_T,p1,,,\nc1_N,p1,,,\n", [], "not somatic 2"),
    ("a tumour alone, told", HEAD + VARDICT + COLUMNS + "anna\n" + line(100, [TUMOUR]), "anna,p1,,,\n",
     ["--origin", "tumour"], "stored 1 "),
    ("cell-free DNA, by the table", PLAIN, "anna,p1,cfdna,,\n", [], "stored 1 "),
    ("a normal's own calls", PLAIN, "anna,p1,normal,,\n", [], "stored 1 "),
]


class World:
    def __init__(self, folder):
        self.folder = folder
        self.node = Node(os.path.join(folder, "node"))

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def take(self, content, table, options, codes):
        words = [self.write("file.vcf", content), *options]
        if table:
            words += ["--persons", self.write("map.csv", MAP + table)]
        done = self.node.run("import vcf", *words, codes=codes)
        return done.stdout + done.stderr


ASSAY = ["--assay", "panel", "--bed"]
BED = "22\t0\t1000\n"
TUMOUR_LINES = HEAD + MUTECT % ("TUMOR", "NORMAL") + COLUMNS + "NORMAL\tTUMOR\n" + line(100, [NORMAL, TUMOUR]) + \
    line(300, [NORMAL, TUMOUR], status="weak_evidence")
GERMLINE_LINES = HEAD + COLUMNS + "anna\tbo\n" + line(200, ["0/1:9,9:0.5", "0/0:9,0:0"], info=".") + \
    line(900, ["0/0:9,0:0", "0/1:9,9:0.5"], info=".")

# question, matched and undetermined: p1 has a tumour and a germline sample, bo the latter alone
ASKED = [
    ("somatic variant(change = GRCh38:22-100-A-C)", 1, 1),
    ("germline variant(change = GRCh38:22-100-A-C)", 0, 0),
    ("variant(change = GRCh38:22-100-A-C)", 1, 0),
    ("variant(change = GRCh38:22-200-A-C)", 1, 0),
    ("somatic variant(change = GRCh38:22-200-A-C)", 0, 1),
    ("not somatic variant(change = GRCh38:22-200-A-C)", 1, 1),
    ("not germline variant(change = GRCh38:22-100-A-C)", 2, 0),
    ("germline variant(change = GRCh38:22-300-A-C)", 0, 0),
    ("somatic variant(change = GRCh38:22-300-A-C)", 0, 2),
    ("variant(change = GRCh38:22-300-A-C)", 0, 1),
    ("tested(somatic variant(change = GRCh38:22-200-A-C))", 1, 0),
    ("tested(somatic variant(change = GRCh38:22-300-A-C))", 0, 1),
    ("tested(germline variant(change = GRCh38:22-300-A-C))", 2, 0),
    ("somatic variant(change = GRCh38:22-2000-A-C)", 0, 2),
    ("somatic variant(change = GRCh38:22-100-A-C) and germline variant(change = GRCh38:22-200-A-C)", 1, 0),
    ("somatic variant(zygosity = het)", 0, 2),
    ("somatic variant(locus = GRCh38:22:50-150)", 1, 1),
    ("somatic variant(locus = GRCh38:22:150-250)", 0, 1),
]


def ask(report):
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        bed = world.write("panel.bed", BED)
        world.take(GERMLINE_LINES, "anna,p1,,,\nbo,p2,,,\n", ASSAY + [bed], (0,))
        world.take(TUMOUR_LINES, "TUMOR,p1,,icdo3:C34.9,2024-02-29\nNORMAL,p1,,,\n", ASSAY + [bed], (0,))
        world.node.run("publish")
        for (question, matched, undetermined), answer in zip(ASKED, world.node.count([row[0] for row in ASKED])):
            report.row((answer["matched"], answer["undetermined"]) == (matched, undetermined), question,
                       answer["matched"], answer["undetermined"])
        world.node.run("import undo", "2")
        world.node.run("publish")
        answer = world.node.count(["somatic variant(change = GRCh38:22-100-A-C)"])[0]
        report.row((answer["matched"], answer["undetermined"]) == (0, 2), "the import undone", answer["matched"])


def main():
    report = Report("somatic files")
    for name, content, table, options, words in REFUSED:
        with tempfile.TemporaryDirectory() as folder:
            world = World(folder)
            said = world.take(content, table, options, (2,))
            listed = world.node.run("import list").stdout
            report.row(words in said and "anna" not in said and "file.vcf" not in listed, name, said.strip()[-160:])
    for name, content, table, options, words in TAKEN:
        with tempfile.TemporaryDirectory() as folder:
            world = World(folder)
            said = world.take(content, table, options, (0,))
            report.row(words in said, name, said.strip()[:160])
    ask(report)
    report.close()


if __name__ == "__main__":
    main()
