#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Structural variants through the real rikstal-node, on files made here: who carries one, who was judged for none, and who cannot be told.

A file of Manta with five persons, one of CNVnator, one of a caller that nobody knows, a tumour's, and small variants beside them. Every answer was written
down by hand from the files. Small variants are as they were: whoever has a structural call at a place cannot be told there.
"""
import os
import tempfile

from oracle import Node, Report

HEAD = "##fileformat=VCFv4.2\n##contig=<ID=22,length=50818468>\n##contig=<ID=X,length=156040895>\n"
ALTS = "".join("##ALT=<ID=%s,Description=\"x\">\n" % name for name in ("DEL", "DUP:TANDEM", "INS", "CNV", "BND"))
MANTA = HEAD + "##source=GenerateSVCandidates 1.6.0\n" + ALTS
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t"


def line(position, alt, info, *columns, chromosome="22", form="GT", status="PASS", ref="N"):
    return "\t".join([chromosome, str(position), ".", ref, alt, ".", status, info, form, *columns]) + "\n"


# a b c d are women, m is a man
GERMLINE = MANTA + COLUMNS + "a\tb\tc\td\tm\n" + \
    line(1000, "<DEL>", "SVTYPE=DEL;END=3000;SVLEN=-2000", "0/1", "1/1", "0/0", "0/0", "0/0", ref="A") + \
    line(9000, "<DEL>", "SVTYPE=DEL;END=9500;SVLEN=-500;CIPOS=-50,50;CIEND=-50,50;IMPRECISE", "0/0", "0/0", "0/1", "0/0", "0/0",
         ref="A") + \
    line(20000, "<DUP:TANDEM>", "SVTYPE=DUP;END=40000;SVLEN=20000", "0/0:2", "0/0:2", "0/1:3", "0/1:5", "0/0:2", form="GT:CN", ref="A") + \
    line(50000, "<CNV>", "SVTYPE=CNV;END=60000", "0/1:1", "0/1:.", "0/1:2", "0/1:4", "0/0:2", form="GT:CN", ref="A") + \
    line(70000, "A" + "CG" * 30, "SVTYPE=INS;SVLEN=60", "0/0", "0/0", "0/0", "0/1", "0/0", ref="A") + \
    line(80000, "<DEL>", "SVTYPE=DEL;END=81000", "0/0", "0/0", "0/1", "0/0", "0/0", ref="A", status="MinGQ") + \
    line(90000, "<DEL>", "SVTYPE=DEL;END=91000", "0/0", "0/0", "0/0", "./.", "0/0", ref="A") + \
    line(95000, "N[22:99000[", "SVTYPE=BND", "0/0", "0/1", "0/0", "0/0", "0/0", ref="N".replace("N", "A")) + \
    line(5000000, "<DEL>", "SVTYPE=DEL;END=5001000", "0/0", "0/0", "0/0", "0/0", "0/1", chromosome="X", ref="A")
UNKNOWN = HEAD + "##source=someCaller\n" + ALTS + COLUMNS + "u\n" + \
    line(1000, "<DEL>", "SVTYPE=DEL;END=3000", "0/1", ref="A")
TUMOUR = MANTA + COLUMNS + "t\n" + line(1500, "<DEL>", "SVTYPE=DEL;END=2500", "0/1", ref="A")
SMALL = HEAD + COLUMNS + "a\tb\tc\td\tm\n" + line(1500, "C", ".", "0/0", "0/0", "0/1", "0/0", "0/0", ref="A")
AT = "locus = GRCh38:22:%d-%d"

# question, persons who are yes, persons who cannot be told; of a b c d m, u (an unknown caller), t (a tumour), n (nothing)
ANSWERS = [
    ("variant(svtype = DEL and %s)" % AT % (2000, 2000), "abut", "n"),
    ("germline variant(svtype = DEL and %s)" % AT % (2000, 2000), "abu", "tn"),
    ("somatic variant(svtype = DEL and %s)" % AT % (2000, 2000), "t", "abcdmun"),
    ("germline variant(svtype = DEL and zygosity = hom and %s)" % AT % (2000, 2000), "b", "utn"),
    ("germline variant(svtype = DEL and zygosity = het and %s)" % AT % (2000, 2000), "au", "tn"),
    ("germline variant(svtype = DEL and length >= 2000 and %s)" % AT % (2000, 2000), "abu", "tn"),
    ("germline variant(svtype = DEL and length > 2000 and %s)" % AT % (2000, 2000), "", "utn"),
    ("germline variant(svtype = DUP and %s)" % AT % (2000, 2000), "", "utn"),
    # Manta declares no INV here, and nobody was judged for one
    ("germline variant(svtype = INV and %s)" % AT % (2000, 2000), "", "abcdmutn"),
    ("germline variant(svtype = DEL and %s)" % AT % (1000, 1000), "", "utn"),  # POS is the base before
    ("germline variant(svtype = DEL and %s)" % AT % (1001, 1001), "abu", "tn"),
    ("germline variant(svtype = DEL and %s)" % AT % (3001, 3001), "", "utn"),
    # in the interval of confidence, within both ends, and behind them
    ("germline variant(svtype = DEL and %s)" % AT % (9000, 9000), "", "cutn"),
    ("germline variant(svtype = DEL and %s)" % AT % (9200, 9200), "c", "utn"),
    ("germline variant(svtype = DEL and %s)" % AT % (9551, 9551), "", "utn"),
    ("germline variant(svtype = DEL and length >= 450 and %s)" % AT % (9200, 9200), "", "cutn"),
    ("germline variant(svtype = DEL and length >= 400 and %s)" % AT % (9200, 9200), "c", "utn"),
    # copies
    ("germline variant(svtype = DUP and %s)" % AT % (30000, 30000), "cd", "utn"),
    ("germline variant(svtype = DUP and copies >= 4 and %s)" % AT % (30000, 30000), "d", "utn"),
    ("germline variant(svtype = CNV and %s)" % AT % (30000, 30000), "cd", "utn"),
    # one copy is a deletion, four are a duplication, two are none, and without a number it may be either
    ("germline variant(svtype = CNV and %s)" % AT % (55000, 55000), "abd", "utn"),
    ("germline variant(svtype = DEL and %s)" % AT % (55000, 55000), "a", "butn"),
    ("germline variant(svtype = DUP and %s)" % AT % (55000, 55000), "d", "butn"),
    ("germline variant(svtype in (DEL, DUP) and %s)" % AT % (55000, 55000), "abd", "utn"),
    ("germline variant(svtype = INS and %s)" % AT % (70000, 70000), "d", "utn"),
    # what did not pass, was not called, or is a breakend
    ("germline variant(svtype = DEL and %s)" % AT % (80500, 80500), "", "cutn"),
    ("germline variant(svtype = DUP and %s)" % AT % (80500, 80500), "", "cutn"),
    ("germline variant(svtype = DEL and %s)" % AT % (90500, 90500), "", "dutn"),
    ("germline variant(svtype = DEL and %s)" % AT % (99000, 99000), "", "butn"),
    # a man has one X
    ("germline variant(svtype = DEL and zygosity = hemi and locus = GRCh38:X:5000500-5000500)", "", "mutn"),
    ("germline variant(svtype = DEL and locus = GRCh38:X:5000500-5000500)", "m", "utn"),
    ("germline variant(svtype = DEL and locus = GRCh37:22:2000-2000)", "", "abcdmutn"),
    # anywhere: whoever has lost something anywhere cannot be told
    ("germline variant(svtype = DUP)", "cd", "butn"),
    ("germline variant(length >= 20000)", "cd", "abmutn"),
    ("not germline variant(svtype = DUP and %s)" % AT % (30000, 30000), "abm", "utn"),
    ("tested(germline variant(svtype = DUP and %s))" % AT % (30000, 30000), "abcdm", ""),
    # small variants: who has a structural call there cannot be told, whatever it is
    ("germline variant(%s)" % AT % (1500, 1500), "c", "abutn"),
    ("germline variant(%s)" % AT % (30000, 30000), "", "cdutn"),
    ("tested(germline variant(%s))" % AT % (1500, 1500), "cdm", "abu"),
]


def take(node, folder, name, content, persons, *options):
    path, table = os.path.join(folder, name + ".vcf"), os.path.join(folder, name + ".csv")
    for file, text in ((path, content), (table, "sample,person,type\n" + persons)):
        with open(file, "w", encoding="utf-8") as out:
            out.write(text)
    return node.run("import vcf", path, "--persons", table, "--assembly", "GRCh38", "--assay", "wgs", "--whole-genome", *options,
                    codes=(0, 6))


def fill(node, folder):
    with open(os.path.join(folder, "persons.csv"), "w", encoding="utf-8") as out:
        out.write("person,sex\n" + "".join("%s,%s\n" % (name, "male" if name == "m" else "female") for name in "abcdmutn"))
    node.run("import persons", os.path.join(folder, "persons.csv"))
    five = "".join("%s,%s,\n" % (name, name) for name in "abcdm")
    take(node, folder, "germline", GERMLINE, five)
    take(node, folder, "unknown", UNKNOWN, "u,u,\n")
    take(node, folder, "tumour", TUMOUR, "t,t,tumour\n")
    take(node, folder, "small", SMALL, five)


def compare(report, node, title):
    questions = [question for question, _, _ in ANSWERS]
    found = [(a["matched"], a["undetermined"]) for a in node.count(questions)]
    for (question, yes, unknown), answer in zip(ANSWERS, found):
        if answer != (len(yes), len(unknown)):
            report.row(False, title, question, answer, "not", (len(yes), len(unknown)))
    right = sum(answer == (len(yes), len(unknown)) for (_, yes, unknown), answer in zip(ANSWERS, found))
    report.row(right == len(ANSWERS), title, "%d of %d answers" % (right, len(ANSWERS)))


def main():
    report = Report("structural variants, from file to answer")
    with tempfile.TemporaryDirectory() as folder:
        node = Node(os.path.join(folder, "node"))
        fill(node, folder)
        node.run("publish")
        compare(report, node, "published")
        again = take(node, folder, "germline", GERMLINE, "".join("%s,%s,\n" % (name, name) for name in "abcdm"))
        report.row("nothing to do" in again.stdout, "the same file again is nothing to do")
        node.run("publish", "--rebuild")
        compare(report, node, "rebuilt")
        listed = node.run("import list").stdout.splitlines()
        undone = next(row.split()[0] for row in listed if "germline.vcf" in row)
        node.run("import undo", undone)
        node.run("publish")
        answer = node.count(["germline variant(svtype = DEL and %s)" % AT % (2000, 2000)])[0]
        report.row((answer["matched"], answer["undetermined"]) == (1, 7), "undone: the unknown caller's person is left")
    report.close()


if __name__ == "__main__":
    main()
