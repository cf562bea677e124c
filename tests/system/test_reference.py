#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A loaded reference: one spelling for data and questions, and REF decides the assembly.

The reference is chromosome 21 of GRCh38 in its right length, N but for 100,000 bases that are made up here, with
two repeats in them. Files of variants spell deletions and insertions in these repeats in several ways.
"""
import gzip
import json
import os
import random
import tempfile

from oracle import Node, Report

LENGTH = {"GRCh38": 46709983}
FROM = 10_000_000  # bases before the first that is no N
HEAD = "##fileformat=VCFv4.2\n%s#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\tS2\n"
CONTIG = "##contig=<ID=chr21,length=%d>\n" % LENGTH["GRCh38"]
WHOLE = ("--assay", "wgs", "--whole-genome", "--quiet")
# spellings of the same change, the left-aligned one first
DELETION = ["102-CA-C", "103-AA-A", "105-AA-A", "101-GCAA-GCA", "107-AAT-AT"]
REPEAT = ["201-GAC-G", "203-CAC-C", "204-ACA-A", "202-ACACAC-ACAC"]
DUPLICATION = ["102-C-CAAA", "107-A-AAAA", "104-A-AAAA", "101-GC-GCAAA"]


def bases():
    made = random.Random(7)
    middle = bytearray(made.choice(b"ACGT") for _ in range(100_000))
    middle[100:109] = b"GCAAAAAAT"
    middle[200:210] = b"GACACACACG"
    return bytes(middle)


def place(change):
    """102-CA-C within the made-up bases, which begin at FROM + 1, as columns of a VCF."""
    position, ref, alt = change.split("-")
    return FROM + int(position), ref, alt


def line(change, genotypes):
    return "chr21\t%d\t.\t%s\t%s\t.\tPASS\t.\tGT\t%s\n" % (*place(change), "\t".join(genotypes.split()))


def asked(change):
    return "variant(change = GRCh38:21-%d-%s-%s)" % place(change)


def snvs(middle, n, wrong=0):
    """n changes of one base, of which the first have another REF than the reference."""
    rows = []
    for i in range(n):
        ref = chr(middle[1000 + i * 7])
        if i < wrong:
            ref = "ACGT"["ACGT".index(ref) - 1]
        rows.append(line("%d-%s-%s" % (1001 + i * 7, ref, "ACGT"["ACGT".index(ref) - 2]), "0/1 0/0"))
    return "".join(rows)


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    return path


def write_fasta(path, middle, length):
    whole = b"N" * FROM + middle + b"N" * (length - FROM - len(middle))
    with open(path, "wb") as file:
        file.write(b">chr21 made up\n")
        file.write(b"\n".join(whole[i:i + 100_000] for i in range(0, length, 100_000)) + b"\n")
    return path


def loading(report, node, folder, middle):
    fasta = write_fasta(os.path.join(folder, "a.fa"), middle, LENGTH["GRCh38"])
    short = write_fasta(os.path.join(folder, "short.fa"), middle, LENGTH["GRCh38"] - 1)
    done = node.run("terms load fasta", short, codes=(2,))
    report.row("46709982 bases" in done.stderr, "a length that fits no assembly is refused")
    done = node.run("terms load fasta", fasta, "--assembly", "GRCh37", codes=(2,))
    report.row("--assembly says GRCh37" in done.stderr, "and one that is not the assembly said")
    first = json.loads(node.run("terms load fasta", fasta, "--json").stdout)
    again = json.loads(node.run("terms load fasta", fasta, "--json").stdout)
    report.row(first["system"] == "fasta:GRCh38" and not first["nothing_to_do"] and again["nothing_to_do"],
               "loaded once")
    packed = os.path.join(folder, "a.fa.gz")
    with open(fasta, "rb") as plain, gzip.open(packed, "wb", compresslevel=1) as file:
        file.write(plain.read())
    node.run("terms load fasta", packed)
    files = os.listdir(os.path.join(node.folder, "reference"))
    report.row(len(files) == 2, "the same bases, packed, are not copied again", *files)
    report.row("fasta:GRCh38" in node.run("terms status").stdout, "and told by status")


def counts(node, changes):
    return [(a["matched"], a["undetermined"]) for a in node.count([asked(c) for c in changes])]


def spellings(report, node, folder):
    for i, ways in enumerate((DELETION, REPEAT, DUPLICATION)):
        for way in ways:
            node.run("import vcf", write(os.path.join(folder, "s.vcf"), HEAD % CONTIG + line(way, "0/1 0/0")), *WHOLE)
            node.run("publish")
            got = counts(node, ways)
            report.row(got == [(1, 0)] * len(ways), "stored as %s, asked in every way" % way, *got)
        others = counts(node, (DELETION, REPEAT, DUPLICATION)[(i + 1) % 3])
        report.row(set(others) == {(0, 0)}, "and no other change")
    got = counts(node, ["102-CAA-GTA", "1-%s-%s" % (chr(bases()[0]), "A" if bases()[0] != 65 else "C")])
    report.row(got == [(0, 0)] * 2, "several bases for as many, and none before")
    said = [node.run("count", asked(way)).stdout for way in ("105-AA-A", "102-CA-C")]
    mended = "GRCh38:21-%d-AA-A \u2192 GRCh38:21-%d-CA-C" % (FROM + 105, FROM + 102)
    report.row(mended in said[0] and "\u2192" not in said[1], "the page says how the reference spells a change", *said)
    report.row(node.count([asked("105-AA-A")])[0].get("changes") == [dict(zip(("asked", "spelled"), mended.split(" \u2192 ")))]
               and "changes" not in node.count([asked("102-CA-C")])[0], "and so does the JSON")
    done = node.run("count", asked("103-AG-A"), codes=(1, 2))
    report.row("GRCh38:21:%d is A there" % (FROM + 104) in done.stderr, "another REF is refused with the right base",
               done.stderr.strip())


def unaligned(report, folder, middle):
    """Imported before there was a reference."""
    node = Node(os.path.join(folder, "unaligned"))
    path = write(os.path.join(folder, "u.vcf"), HEAD % CONTIG + line("105-AA-A", "0/1 0/0"))
    done = node.run("import vcf", path, *WHOLE)
    report.row((done.stdout + done.stderr).count("stored unaligned") == 1 and "1 insertions" in done.stdout + done.stderr,
               "the number of unaligned indels is told once")
    node.run("publish")
    report.row(counts(node, ["105-AA-A", "102-CA-C", "103-AA-A"]) == [(1, 0), (0, 1), (0, 2)],
               "without a reference another spelling cannot be told", counts(node, ["105-AA-A", "102-CA-C", "103-AA-A"]))
    node.run("terms load fasta", os.path.join(folder, "a.fa"))
    node.run("publish")
    report.row(counts(node, ["105-AA-A", "102-CA-C", "103-AA-A"]) == [(1, 0), (0, 1), (0, 1)],
               "with one, of its carrier alone", counts(node, ["105-AA-A", "102-CA-C", "103-AA-A"]))
    done = node.run("import vcf", path, *WHOLE)
    node.run("publish")
    report.row("unaligned" not in done.stdout + done.stderr and counts(node, DELETION) == [(1, 0)] * len(DELETION),
               "imported again, every spelling is one", counts(node, DELETION))


def assemblies(report, node, folder, middle):
    def load(text, *options, codes):
        return node.run("import vcf", write(os.path.join(folder, "a.vcf"), text), *WHOLE, *options, codes=codes)

    bare = HEAD % "##reference=file:///data/hg19.fa\n"
    done = load(bare + snvs(middle, 40), codes=(0,))
    report.row(done.returncode == 0, "REF decides where the header says nothing, and a path never")
    done = load(bare + snvs(middle, 40, 30), codes=(2,))
    report.row("GRCh38 in 30 of 40 records" in done.stderr, "a file of no loaded reference is refused", done.stderr.strip())
    done = load(bare + snvs(middle, 10), codes=(2,))
    report.row("--assembly GRCh37 or" in done.stderr, "ten records are too few to decide")
    done = load(HEAD % CONTIG + snvs(middle, 400, 5), codes=(2,))
    report.row("GRCh38 in 5 of 400 records" in done.stderr, "more than one in a hundred refuse the file")
    done = load(HEAD % CONTIG + snvs(middle, 400, 4), codes=(6,))
    report.row("rejected 4" in done.stdout, "four are rejected", done.stdout.strip())
    node.run("publish")
    report.row(node.count(["variant(locus = GRCh38:21:%d)" % (FROM + 1001)])[0]["undetermined"] == 1,
               "and cannot be told of whom they concern")


def main():
    report = Report(__doc__.splitlines()[0])
    with tempfile.TemporaryDirectory(prefix="rikstal-reference-") as folder:
        node, middle = Node(os.path.join(folder, "node")), bases()
        loading(report, node, folder, middle)
        spellings(report, node, folder)
        unaligned(report, folder, middle)
        assemblies(report, node, folder, middle)
    report.close()


if __name__ == "__main__":
    main()
