#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tested means judged: what a file could not say of a sample is "cannot tell", in every spelling of it.

Each case is a small VCF in a node of its own, imported with --whole-genome, and its questions with the
matched and undetermined persons that are right. V is the variant chr1:1000 A>C; persons are the samples
S1, S2, ... of the file. None in place of counts: the file is refused, and says the word beside it.
"""
import os
import subprocess
import tempfile

from oracle import Node, Report

V = "variant(change = GRCh38:1-1000-A-C)"
AT = "variant(locus = GRCh38:1:1000)"
NEAR = "variant(change = GRCh38:1-1500-A-C)"
FAR = "variant(change = GRCh38:2-1000-A-C)"
NOT = "not " + V
DEL, DEL3 = "variant(change = GRCh38:1-1000-AC-A)", "variant(change = GRCh38:1-1000-ACG-A)"
G = "variant(change = GRCh38:1-1000-A-G)"
X = "variant(change = GRCh38:X-50000000-A-C)"
MT = "variant(change = GRCh38:MT-3243-A-G)"
CONTIGS = "".join("##contig=<ID=%s,length=%d>\n" % c for c in (
    ("chr1", 248956422), ("chr2", 242193529), ("chr22", 50818468), ("chrX", 156040895), ("chrY", 57227415),
    ("chrM", 16569)))


def line(genotypes, keys="GT", place="chr1\t1000", ref="A", alt="C", status="PASS", info="."):
    return "%s\t.\t%s\t%s\t.\t%s\t%s\t%s\t%s\n" % (place, ref, alt, status, info, keys, "\t".join(genotypes.split()))


def block(columns, keys="GT:DP:GQ", start=1, end=248956422, alt="<NON_REF>", status=".", chromosome="chr1", info=""):
    return line(columns, keys, "%s\t%d" % (chromosome, start), "A", alt, status, "END=%d%s" % (end, info))


def others(n=2):
    """Records that are taken, so that a file is not one of which nothing was."""
    return "".join(line(" ".join(["0/1"] * n), place="chr22\t%d" % (20000000 + i), ref="G", alt="T") for i in range(12))


# what, samples, body, {question: (matched, undetermined)}, further options, header
CASES = [
    # refused and filtered records
    ("FILTER failed", 3, line("0/1 0/0 ./.", status="LowQual"), {V: (0, 2), NOT: (1, 2), NEAR: (0, 0)}),
    ("FILTER of two words", 2, line("1|1 0|0", status="q10;s50"), {V: (0, 1), AT: (0, 1)}),
    ("FILTER that is kept", 2, line("0/1 0/0", status="q10"), {V: (1, 0)}, ["--keep-filter", "q10"]),
    ("FILTER failed, reference for all", 2, line("0/0 0|0", status="LowQual"), {V: (0, 0), NOT: (2, 0)}),
    ("REF is no bases", 2, others() + line("0/1 0/0", ref="R", place="chrX\t1000"), {"variant(change = GRCh38:X-1000-A-C)": (0, 1)}),
    ("ALT is no bases", 2, line("0/1 0/0", alt="C,Z"), {V: (1, 0)}),
    ("ALT is no bases, for its carrier", 2, line("0/2 0/0", alt="C,Z"), {V: (0, 1)}),
    ("ALT is REF", 2, line("0/1 0/0", alt="A"), {V: (0, 1)}),
    ("a column too few", 2, line("0/1"), {V: (0, 2)}),
    ("POS is no number", 2, line("0/1 0/0", place="chr1\tx"), {V: (0, 1), NEAR: (0, 1), FAR: (0, 0)}),
    ("FORMAT without GT among others", 2, others() + line("9 9", keys="DP", place="chrX\t50000000"), {X: (0, 2)}),
    ("an indel that failed, by another spelling", 2, line("0/1 0/0", place="chr1\t1010", ref="AA", alt="A", status="q"), {"variant(change = GRCh38:1-1000-CA-C)": (0, 1)}),
    # FT
    ("FT failed", 4, line("0/1:PASS 0/1:LowGQ 1/1:LowDP;LowGQ 0/0:PASS", "GT:FT"), {V: (1, 2)}),
    ("FT of a reference", 2, line("0/0:bad 0/0:.", "GT:FT"), {V: (0, 1), NOT: (1, 1)}),
    ("FT before GT", 2, line("bad:0/1 PASS:0/1", "FT:GT"), {V: (1, 1)}),
    ("FT of a half call", 2, line("./1:bad 0/0:PASS", "GT:FT"), {V: (0, 1)}),
    ("FT that is kept", 2, line("0/1:q10 0/1:q11", "GT:FT"), {V: (1, 1)}, ["--keep-filter", "q10"]),
    # depth and quality of the reference
    ("DP 0", 2, line("0/0:0 0/0:9", "GT:DP"), {V: (0, 1)}),
    ("GQ 0", 2, line("0/0:9:0 0/1:9:0", "GT:DP:GQ"), {V: (1, 1)}),
    ("DP not given", 2, line("0/0:. 0/0", "GT:DP"), {V: (0, 0)}),
    ("--min-depth", 3, line("0/0:5 0/0:4 0/1:1", "GT:DP"), {V: (1, 1)}, ["--min-depth", "5"]),
    ("--min-quality", 2, line("0/0:20 0/0:19.9", "GT:GQ"), {V: (0, 1)}, ["--min-quality", "20"]),
    ("--min-depth 0", 2, line("0/0:0 0/0:0", "GT:DP"), {V: (0, 0)}, ["--min-depth", "0"]),
    # missing and half-missing
    ("./.", 2, line("./. 0/1"), {V: (1, 1)}),
    (".", 2, line(". 0/0"), {V: (0, 1)}),
    ("0/.", 2, line("0/. ./0"), {V: (0, 2)}),
    ("./1", 2, line("./1 1/."), {V: (2, 0), "variant(change = GRCh38:1-1000-A-C and zygosity = het)": (0, 2)}),
    (".|.", 3, line(".|. 0|0 1|."), {V: (1, 1)}),
    ("trailing fields dropped", 2, line("9 9:0/1", "DP:GT"), {V: (1, 1)}),
    ("missing in a gene's stretch", 2, line("./. 0/0"), {"variant(locus = GRCh38:1:900-1100)": (0, 1)}),
    ("missing, any zygosity", 2, line("./. 0/0"), {"variant(zygosity = hom)": (0, 1)}),
    # a place that was not judged, whatever change is asked for there
    ("./., another ALT asked", 2, others() + line("./. 0/1"), {V: (1, 1), G: (0, 1)}),
    ("FT failed, another ALT asked", 2, others() + line("0/0:bad 0/1:PASS", "GT:FT"), {V: (1, 1), G: (0, 1)}),
    ("DP 0, another ALT asked", 2, others() + line("0/0:0 0/1:9", "GT:DP"), {V: (1, 1), G: (0, 1)}),
    ("unreadable, another ALT asked", 2, others() + line("x 0/1"), {V: (1, 1), G: (0, 1)}),
    ("./1, another ALT asked", 2, others() + line("./1 0/1"), {V: (2, 0), G: (0, 1)}),
    ("./. at a deletion over it", 2, others() + line("./. 0/1", place="chr1\t998", ref="ACGTA", alt="A"), {V: (0, 1), NEAR: (0, 0)}),
    ("./. where there is no ALT", 2, others() + line("./. 0/0", alt="."), {V: (0, 1)}),
    ("./. beside a star", 2, others() + line("./. 0/1", alt="*"), {V: (0, 1)}),
    ("0/1 where there is no ALT", 2, others() + line("0/1 0/0", alt="."), {V: (0, 1)}),
    ("DP 0 where there is no ALT", 2, others() + line("0/0:0 0/0:9", "GT:DP", alt="."), {V: (0, 1)}),
    ("DP that is no number", 2, others() + line("0/0:x 0/0:9", "GT:DP"), {V: (0, 1)}),
    ("DP below 0", 2, others() + line("0/0:-1 0/0:9", "GT:DP"), {V: (0, 1)}),
    ("AD of no reads, without DP", 3, line("0/0:0,0 0/0:3,0 0/1:0,9", "GT:AD"), {V: (1, 1)}),
    ("AD in another order", 3, line("0,0:0/0 3,0:0/0 0,9:0/1", "AD:GT"), {V: (1, 1)}),
    ("AD of no reads, and DP missing", 3, line("0/0:0,0:. 0/0:9,0:. 0/1:0,9:9", "GT:AD:DP"), {V: (1, 1)}),
    ("AD of no reads, and DP of some", 2, others() + line("0/0:0,0:9 0/0:9,0:9", "GT:AD:DP"), {V: (0, 0)}),
    ("AD not given", 2, others() + line("0/0:. 0/0:.,.", "GT:AD"), {V: (0, 0)}),
    ("AD that is no number", 2, others() + line("0/0:x,0 0/0:9,0", "GT:AD"), {V: (0, 1)}),
    ("GQ that is no number", 2, others() + line("0/0:9:nan 0/0:9:9", "GT:DP:GQ"), {V: (0, 1)}),
    ("GT twice in FORMAT", 2, others() + line("0/0:0/1 0/0:0/0", "GT:GT"), {V: (0, 2)}),
    ("DP twice in FORMAT", 2, others() + line("0/0:9:0 0/0:9:9", "GT:DP:DP"), {V: (0, 2)}),
    ("ALT N", 2, others() + line("0/1 0/0", alt="N"), {V: (0, 1)}),
    ("ALT with an N in it", 2, others() + line("0/1 0/0", alt="AN"), {V: (0, 1)}),
    ("<NON_REF> carried in a gVCF", 1, block("0/0:30:60", end=999) + line("0/2:30:60", "GT:DP:GQ", alt="C,<NON_REF>") + block("0/0:30:60", start=1001), {G: (0, 1), NEAR: (0, 0)}),
    ("a block's GQ that is no number", 1, block("0/0:30:x", end=1200) + block("0/0:30:60", start=1201), {V: (0, 1), NEAR: (0, 0)}),
    # one change in parts, several in one
    ("an exchange of two bases, asked for one", 2, others() + line("0/1 0/0", ref="AC", alt="GT"), {G: (0, 1), "variant(change = GRCh38:1-1001-C-T)": (0, 1), "variant(change = GRCh38:1-1000-A-T)": (0, 0), "variant(change = GRCh38:1-1000-AC-GT)": (1, 0)}),
    ("two changes, asked for as one", 2, others() + line("0/1 0/1") + line("0/1 0/0", place="chr1\t1001", ref="G", alt="T"), {"variant(change = GRCh38:1-1000-AG-CT)": (0, 1), "variant(change = GRCh38:1-1000-AG-CC)": (0, 0)}),
    ("an exchange of three, one base of it the same", 2, others() + line("0/1 0/0", place="chr1\t999", ref="TAG", alt="CAC"), {"variant(change = GRCh38:1-999-T-C)": (0, 1), V: (0, 0), "variant(change = GRCh38:1-1001-G-C)": (0, 1)}),
    ("an insertion with its base behind it", 2, others() + line("0/1 0/0", ref="A", alt="TA"), {"variant(change = GRCh38:1-999-G-GT)": (0, 1), "variant(change = GRCh38:1-999-G-GC)": (0, 0)}),
    # unequal exchanges and their parts
    ("AC>G, asked for its parts", 2, others() + line("0/1 0/0", ref="AC", alt="G"), {"variant(change = GRCh38:1-1000-AC-G)": (1, 0), G: (0, 1), V: (0, 0), "variant(change = GRCh38:1-1001-C-G)": (0, 1), "variant(change = GRCh38:1-1000-AC-A)": (0, 1), "variant(change = GRCh38:1-999-TA-T)": (0, 1), "variant(change = GRCh38:1-1001-C-T)": (0, 0), "variant(change = GRCh38:1-1000-AC-T)": (0, 0)}),
    ("AC>G in parts: A>G and C removed", 2, others() + line("0/1 0/1", alt="G") + line("0/1 0/0", ref="AC", alt="A"), {"variant(change = GRCh38:1-1000-AC-G)": (0, 1), "variant(change = GRCh38:1-1000-AC-A)": (1, 0), G: (2, 0)}),
    ("AC>G in parts: A removed and C>G", 2, others() + line("0/1 0/1", place="chr1\t999", ref="TA", alt="T") + line("0|1 0|0", place="chr1\t1001", ref="C", alt="G"), {"variant(change = GRCh38:1-1000-AC-G)": (0, 1), "variant(change = GRCh38:1-1000-AC-T)": (0, 1), "variant(change = GRCh38:1-1000-A-G)": (0, 0)}),
    ("AC>G in parts: both removed, G added", 2, others() + line("0/1 0/0", place="chr1\t999", ref="TAC", alt="T") + line("0/1 0/1", place="chr1\t999", ref="T", alt="TG"), {"variant(change = GRCh38:1-1000-AC-G)": (0, 1)}),
    ("A>GT, asked for its parts", 2, others() + line("0/1 0/0", alt="GT"), {G: (0, 1), "variant(change = GRCh38:1-1000-A-T)": (0, 1), "variant(change = GRCh38:1-1000-A-AT)": (0, 1), "variant(change = GRCh38:1-999-C-CG)": (0, 1), "variant(change = GRCh38:1-1000-A-AC)": (0, 0), V: (0, 0)}),
    ("A>GT in parts", 2, others() + line("0/1 0/1", alt="G") + line("0/1 0/0", alt="AT"), {"variant(change = GRCh38:1-1000-A-GT)": (0, 1), "variant(change = GRCh38:1-1000-A-GC)": (0, 0)}),
    ("parts of a repeat, left-aligned alone", 2, others() + line("0/1 0/0", place="chr1\t996", ref="GA", alt="G") + line("0/1 0/1", place="chr1\t1001", ref="C", alt="T"), {"variant(change = GRCh38:1-1000-AC-T)": (0, 1)}),
    ("in one, asked for the left-aligned part", 2, others() + line("0/1 0/0", ref="AC", alt="T"), {"variant(change = GRCh38:1-996-GA-G)": (0, 1), "variant(change = GRCh38:1-996-GC-G)": (0, 1), "variant(change = GRCh38:1-996-GT-G)": (0, 0)}),
    ("two removed one by one", 2, others() + line("0/1 0/1", place="chr1\t999", ref="TA", alt="T") + line("0/1 0/0", ref="AC", alt="A"), {"variant(change = GRCh38:1-999-TAC-T)": (0, 1), "variant(change = GRCh38:1-999-TACG-T)": (0, 0)}),
    ("two added one by one", 2, others() + line("1/1 0/0", alt="AG") + line("0/1 0/1", alt="AT"), {"variant(change = GRCh38:1-1000-A-AGT)": (0, 1), "variant(change = GRCh38:1-1000-A-AGC)": (0, 0)}),
    ("a base exchanged by a deletion and an insertion", 2, others() + line("0/1 0/1", place="chr1\t999", ref="TA", alt="T") + line("0/1 0/0", alt="AG"), {G: (0, 1), V: (0, 0)}),
    ("two bases exchanged so", 2, others() + line("0/1 0/1", place="chr1\t999", ref="TA", alt="T") + line("0/1 0/0", place="chr1\t1001", ref="C", alt="CA"), {"variant(change = GRCh38:1-1000-AC-CA)": (0, 1), "variant(change = GRCh38:1-1000-AC-CT)": (0, 0)}),
    ("two bases in one, asked for what is removed and added", 2, others() + line("0/1 0/0", ref="AC", alt="CA"), {"variant(change = GRCh38:1-999-TA-T)": (0, 1), "variant(change = GRCh38:1-1001-C-CA)": (0, 1), "variant(change = GRCh38:1-1001-C-CG)": (0, 0)}),
    ("a larger exchange holds a smaller one", 2, others() + line("0/1 0/0", ref="ACT", alt="GA"), {"variant(change = GRCh38:1-1000-AC-G)": (0, 1), "variant(change = GRCh38:1-1002-T-A)": (0, 1)}),
    ("a part that was not called", 2, others() + line("./. 0/0", ref="AC", alt="A") + line("0/1 0/1", alt="G"), {"variant(change = GRCh38:1-1000-AC-G)": (0, 1)}),
    ("a part that failed its filter", 2, others() + line("0/1 0/0", ref="AC", alt="A", status="q") + line("0/1 0/1", alt="G"), {"variant(change = GRCh38:1-1000-AC-G)": (0, 1)}),
    ("an exchange not called, its base asked for at a site of its own", 2, others() + line("0/0 0/1", alt="G") + line("./. 0/0", ref="AC", alt="GT"), {G: (1, 1)}),
    # callers of their own kind
    ("Mutect2's three alleles of a tumour", 2, others() + line("0/1/2 0/0", alt="C,G"), {V: (0, 1), G: (0, 1)}),
    ("ExpansionHunter's repeat", 2, others() + line("0/1 0/0", place="chr1\t990", alt="<STR27>", info="END=1030;RU=CAG"), {V: (0, 1), NEAR: (0, 0)}),
    ("DeepVariant's RefCall, not called", 1, others(1) + line("./.", status="RefCall"), {V: (0, 1)}),
    ("Strelka's tumour without GT", 2, others() + line("30:1,2 30:3,4", "DP:AU"), {V: (0, 2)}),
    ("DRAGEN's reference that fails its filter", 1, block("0/0:30:60", end=999) + line("0/0:30:60", "GT:DP:GQ", alt="C,<NON_REF>", status="DRAGENSnpHardQUAL") + block("0/0:30:60", start=1001), {V: (0, 1), NEAR: (0, 0)}),
    ("a carrier of low quality in a gVCF", 1, block("0/0:30:60", end=999) + line("0/1:3:3", "GT:DP:GQ", alt="C,<NON_REF>") + block("0/0:30:60", start=1001), {V: (1, 0), NEAR: (0, 0)}),
    ("not called in a gVCF's line", 1, block("0/0:30:60", end=999) + line("./.:0:0", "GT:DP:GQ", alt="C,<NON_REF>") + block("0/0:30:60", start=1001), {V: (0, 1), NEAR: (0, 0)}),
    ("a gVCF of single bases", 1, "".join(line("0/0:30:60", "GT:DP:GQ", place="chr1\t%d" % p, alt="<NON_REF>") for p in range(990, 1011)), {V: (0, 0), NEAR: (0, 1)}),
    ("a man's haploid block", 1, block("0:30:60", end=156040895, chromosome="chrX"), {X: (0, 0)}),
    ("GATK's RGQ", 1, block("0/0:5", "GT:RGQ", alt=".", end=1200) + block("0/0:60", "GT:RGQ", alt=".", start=1201), {V: (0, 1), NEAR: (0, 0)}),
    ("<CN0> and <CN2>", 2, others() + line("0/1 0/2", place="chr1\t900", alt="<CN0>,<CN2>", info="END=1600"), {V: (0, 2)}),
    ("a breakend without a mate", 2, others() + line("0/1 0/0", alt="A."), {V: (0, 1)}),
    ("the tenth ALT", 2, others() + line("0/10 0/0", alt="AC,AG,AT,ACC,ACG,ACT,AGC,AGG,AGT,C"), {V: (1, 0)}),
    ("bases in small letters", 2, line("0/1 0/0", ref="a", alt="c"), {V: (1, 0)}),
    ("FILTER is a dot", 2, line("0/1 0/0", status="."), {V: (1, 0)}),
    ("an HLA contig", 2, others() + line("0/1 0/0", place="HLA-A*01:01:01:01\t100"), {V: (0, 0)}),
    ("a decoy of b37", 2, line("0/1 0/0", place="1\t1000") + line("0/1 0/0", place="hs37d5\t1000"), {"variant(change = GRCh37:1-2000-A-C)": (0, 0)}, [], "##contig=<ID=1,length=249250621>\n##contig=<ID=hs37d5,length=35477943>\n"),
    # unreadable
    ("an allele that there is not", 6, line("0/1 1/1 0/1 0/0 0/1 6/6"), {V: (4, 1)}),
    ("a letter", 3, line("0/x 0/1 0/0"), {V: (1, 1)}),
    ("a negative number", 2, line("0/-1 0/1"), {V: (1, 1)}),
    ("three copies", 2, line("0/0/1 0/1"), {V: (1, 1)}),
    ("one copy of an autosome", 3, line("1 0 0/0"), {V: (1, 1), "variant(change = GRCh38:1-1000-A-C and zygosity = hemi)": (0, 2)}),
    ("an empty genotype", 2, line("0/1", "GT").replace("\n", "\t\n"), {V: (1, 1)}),
    # phasing of VCF 4.4, local alleles
    ("/0/1 and |0|1", 3, line("/0/1 |0|1 /0/0"), {V: (2, 0)}),
    ("|1 on X", 2, line("|1 /0", place="chrX\t50000000"), {X: (1, 0)}),
    ("LGT and LAA", 3, line("0/1:1 0/1:2 0/0:.", "LGT:LAA", alt="C,G"), {V: (1, 0), "variant(change = GRCh38:1-1000-A-G)": (1, 0)}),
    ("LGT beyond LAA", 2, line("0/2:1 0/1:1", "LGT:LAA", alt="C,G"), {V: (1, 1)}),
    ("LAA that is not given", 2, line("0/1:. 0/1:1", "LGT:LAA", alt="C,G"), {V: (1, 1), G: (0, 1)}),
    ("LAA beyond the line's alleles", 2, line("0/1:5 0/1:1", "LGT:LAA", alt="C,G"), {V: (1, 1), G: (0, 1)}),
    ("LAA with LAD", 2, line("0/1:1:3,4 0/0:.:9", "LGT:LAA:LAD", alt="C,G"), {V: (1, 0), G: (0, 0)}),
    ("GT beside an LGT that says the same", 3, line("0/1:0/1:1 0/2:0/1:2 1|2:2/1:1,2", "GT:LGT:LAA", alt="C,G"), {V: (2, 0), G: (2, 0)}),
    ("GT beside an LGT of other alleles", 3, line("0/1:0/1:2 0/0:0/1:1 0/1:.:.", "GT:LGT:LAA", alt="C,G"), {V: (1, 2), G: (0, 2)}),
    ("GT beside an LGT that cannot be read", 2, line("0/0:0/3:1 0/1:0/1:1", "GT:LGT:LAA", alt="C,G"), {V: (1, 1), G: (0, 1)}),
    ("a block that LEN ends", 1, line("0/0:30:60:201", "GT:DP:GQ:LEN", place="chr1\t900", alt="<*>") + block("0/0:30:60", alt="<*>", start=1201), {V: (0, 0), NEAR: (0, 0)}),
    ("a LEN within the block's END", 1, line("0/0:30:60:50", "GT:DP:GQ:LEN", place="chr1\t900", alt="<*>", info="END=1400") + block("0/0:30:60", alt="<*>", start=1401), {V: (0, 1), NEAR: (0, 0)}),
    ("a LEN of no number", 1, line("0/0:30:60:x", "GT:DP:GQ:LEN", place="chr1\t900", alt="<*>", info="END=1400") + block("0/0:30:60", alt="<*>", start=1401), {V: (0, 1), NEAR: (0, 0)}),
    ("a LEN that is not given", 1, line("0/0:30:60:.", "GT:DP:GQ:LEN", place="chr1\t900", alt="<*>", info="END=1400") + block("0/0:30:60", alt="<*>", start=1401), {V: (0, 0), NEAR: (0, 0)}),
    ("LGT without LAA", 2, line("0/1 0/1", "LGT"), None, "no genotypes"),
    # structural alleles
    ("<DEL> over it", 2, line("0/1 0/0", place="chr1\t900", alt="<DEL>", info="END=1600"), {V: (0, 1), NEAR: (0, 1), "variant(change = GRCh38:1-1700-A-C)": (0, 0)}),
    ("<DEL> by SVLEN", 2, line("0/1 0/0", place="chr1\t900", alt="<DEL>", info="SVLEN=-700"), {V: (0, 1), "variant(change = GRCh38:1-1700-A-C)": (0, 0)}),
    ("<CNV> without an end", 2, line("0/1 0/0", place="chr1\t900", alt="<CNV>"), {V: (0, 1), "variant(change = GRCh38:1-200000000-A-C)": (0, 1), FAR: (0, 0)}),
    ("<DUP> widened", 2, line("0/1 0/0", place="chr1\t1100", alt="<DUP>", info="END=1400;CIPOS=-150,150;CIEND=-100,100"), {V: (0, 1), NEAR: (0, 1)}),
    ("<INV> of a gene's stretch", 2, line("0/0 1/1", place="chr1\t5000", alt="<INV>", info="END=9000"), {"variant(locus = GRCh38:1:8500-9500)": (0, 1)}),
    ("a breakend and its mate", 2, line("0/1 0/0", alt="A[chr2:1000["), {V: (0, 1), FAR: (0, 1), NEAR: (0, 0)}),
    ("a breakend to a name with a colon", 2, line("0/1 0/0", alt="A[HLA-A*01:01:9["), {V: (0, 1), FAR: (0, 0)}),
    ("<TRA> with CHR2", 2, line("0/1 0/0", alt="<TRA>", info="CHR2=chr2;END=1000"), {V: (0, 1), FAR: (0, 1), NEAR: (0, 0)}),
    ("bases beside <DEL>", 3, line("0/1 0/2 0/0", alt="C,<DEL>", info="END=1600"), {V: (1, 1), NEAR: (0, 1)}),
    ("<DEL> missing in one", 2, line("./. 0/0", place="chr1\t900", alt="<DEL>", info="END=1600"), {V: (0, 1)}),
    ("a star allele is none", 3, line("1/2 0/1 0/2", alt="*,C"), {V: (2, 0)}),
    ("<INS> that may begin behind its place", 2, others() + line("0/1 0/0", alt="<INS>", info="END=1000;SVTYPE=INS;CIPOS=0,5"), {V: (0, 1), "variant(change = GRCh38:1-1004-A-C)": (0, 1), NEAR: (0, 0)}),
    # what was lost beside a change that it may have been in other words
    ("no bases beside a deletion", 2, others() + line("0/1 0/0", place="chr1\t1100", alt="AZ"), {DEL: (0, 1), V: (0, 1), DEL3: (0, 1)}),
    ("a base that failed beside a deletion", 2, others() + line("0/1 0/0", place="chr1\t1100", status="q"), {DEL: (0, 0)}),
    ("a deletion that failed, behind and before", 3, others(3) + line("0/0 0/1 0/0", place="chr1\t900", ref="AC", alt="A", status="q") + line("0/1 0/0 0/0", place="chr1\t1100", ref="AC", alt="A", status="q"), {DEL: (0, 1), DEL3: (0, 2), V: (0, 0)}),
    ("an exchange that failed beside a deletion", 3, others(3) + line("0/1:bad 0/0:PASS ./.:PASS", "GT:FT", place="chr1\t1100", ref="AC", alt="GT"), {DEL: (0, 2), V: (0, 0)}),
    ("a deletion beyond the reach", 2, others() + line("0/1 0/0", place="chr1\t2001", ref="AC", alt="A", status="q"), {DEL: (0, 0)}),
    ("one joint file, two spellings", 2, others() + line("0/1 0/0", ref="CA", alt="C") + line("0/0 0/1", place="chr1\t1004", ref="AA", alt="A"), {"variant(change = GRCh38:1-1000-CA-C)": (1, 1), "variant(change = GRCh38:1-1004-AA-A)": (1, 1)}),
    # callers' own ways of saying that a call is none
    ("GLnexus: half calls with RNC", 3, line("./.:0:0:MM ./1:3:9:.M 0/0:30:50:..", "GT:DP:GQ:RNC"), {V: (1, 1)}),
    ("GLnexus: one allele alone", 2, others() + line("0/1 0/0", status="MONOALLELIC"), {V: (0, 1)}),
    ("FT of two words, one of them PASS", 2, line("0/1:PASS;x 0/0:PASS", "GT:FT"), {V: (0, 1)}),
    ("FILTER in small letters", 2, others() + line("0/1 0/0", status="pass"), {V: (0, 1)}),
    ("FILTER is 0", 2, others() + line("0/1 0/0", status="0"), {V: (0, 1)}),
    ("vt's two lines of 1/2", 2, line("./1 0/0") + line("1/. 0/0", alt="G"), {V: (1, 0), G: (1, 0), "variant(change = GRCh38:1-1000-A-C and zygosity = hom)": (0, 1)}),
    ("<*:DEL> of GATK", 2, others() + line("0/1 0/0", alt="<*:DEL>"), {V: (0, 1)}),
    ("letters for alleles", 2, line("A/C A/A"), {V: (0, 2)}),
    ("blanks for tabs", 2, others() + line("0/1 0/0").replace("\t", " "), {V: (0, 2)}),
    ("POS with a comma in it", 2, others() + line("0/1 0/0", place="chr1\t1,000"), {V: (0, 1)}),
    ("a contig of another case", 2, line("0/1 0/0", place="CHR1\t1000"), {V: (1, 0)}, [], "##contig=<ID=CHR1,length=248956422>\n"),
    # contigs
    ("NC_ accessions", 2, line("0/1 0/0", place="NC_000001.11\t1000"), {V: (1, 0)}, [], "##contig=<ID=NC_000001.11,length=248956422>\n"),
    ("CM accessions", 2, line("0/1 0/0", place="CM000663.2\t1000"), {V: (1, 0)}, [], "##contig=<ID=CM000663.2>\n"),
    ("an accession of GRCh37", 2, line("0/1 0/0", place="NC_000001.10\t1000"), None, "another assembly"),
    ("an accession of CHM13", 2, line("0/1 0/0", place="NC_060925.1\t1000"), None, "another assembly"),
    ("23, 24 and 26", 2, line("0/1 1", place="23\t50000000") + line("1 1", place="26\t3243", ref="A", alt="G"), {X: (2, 0), MT: (2, 0)}, [], "##contig=<ID=1,length=248956422>\n"),
    ("called in the part of Y that pairs with X", 2, others() + line("0/1 0/0", place="chrY\t20000"), {"variant(change = GRCh38:X-20000-A-C)": (0, 1), "variant(change = GRCh38:X-20001-A-C)": (0, 0), "variant(change = GRCh38:Y-20000-A-C)": (1, 0)}, [], ""),
    ("called in the part of Y that pairs with X, far end", 2, others() + line("0/1 0/0", place="chrY\t56887903"), {"variant(change = GRCh38:X-155701383-A-C)": (0, 1), "variant(change = GRCh38:X-56887903-A-C)": (0, 0)}, [], ""),
    ("a deletion in the part of Y that pairs with X", 2, others() + line("0/1 0/0", place="chrY\t20000", alt="<DEL>", info="END=20500;SVTYPE=DEL"), {"variant(change = GRCh38:X-20300-A-C)": (0, 1), "variant(change = GRCh38:X-20600-A-C)": (0, 0)}, [], ""),
    ("25 is left out", 2, others() .replace("chr22", "22") + line("0/1 0/0", place="25\t20000"), {"variant(change = GRCh38:X-20000-A-C)": (0, 1), X: (0, 0)}, [], "##contig=<ID=22,length=50818468>\n"),
    ("a contig that nobody knows", 2, others() + line("0/1 0/0", place="mystery\t1000"), {V: (0, 1), FAR: (0, 1)}),
    ("a decoy", 2, others() + line("0/1 0/1", place="chrUn_KI270302v1\t1000"), {V: (0, 0)}),
    ("chr1 and 1", 2, line("0/1 0/0") + line("0/1 0/0", place="1\t5000"), None, "named in two ways"),
    ("hg19's chrM", 2, line("1 0", place="chrM\t3244"), {"variant(change = GRCh37:MT-3243-A-C)": (0, 2)}, [], "##contig=<ID=chr1,length=249250621>\n##contig=<ID=chrM,length=16571>\n"),
    ("hg19's chrM without its length", 2, line("1 0", place="chrM\t3244"), {"variant(change = GRCh37:MT-3244-A-C)": (0, 2)}, [], "##reference=hg19.fa\n"),
    ("b37's MT without its length", 2, line("1 0", place="MT\t3244"), {"variant(change = GRCh37:MT-3244-A-C)": (1, 0)}, ["--assembly", "GRCh37"], "##reference=human_g1k_v37.fasta\n"),
    ("a file's name is none", 2, line("0/1 0/0"), None, "--assembly", "##reference=file:///data/hg38.fa\n"),
    ("a file's name without a folder is none", 2, line("0/1 0/0"), None, "--assembly", "##reference=GRCh38.fasta.gz\n"),
    ("nor does it contradict", 2, line("0/1 0/0"), {V: (1, 0)}, [], "##reference=file:///data/hg19.fa\n" + CONTIGS),
    ("a name in ##reference", 2, line("0/1 0/0"), {V: (1, 0)}, [], "##reference=GRCh38\n"),
    ("a contig's assembly", 2, line("0/1 0/0"), {V: (1, 0)}, [], "##contig=<ID=chr1,assembly=hg38>\n"),
    ("a contig's assembly that is a path", 2, line("0/1 0/0"), None, "--assembly", "##contig=<ID=chr1,assembly=/x/hg38.fa>\n"),
    ("past the end", 2, line("0/1 0/0", place="chr22\t50818470"), None, "past the end"),
    ("length 2^31-1", 2, line("0/1 0/0"), {V: (1, 0)}, ["--assembly", "GRCh38"], "##contig=<ID=chr1,length=2147483647>\n"),
    ("a folder's name is none", 2, line("0/1 0/0"), None, "--assembly", "##reference=file:///data/hg38/genome.fa\n"),
    # whole files
    ("nothing was taken, one sample", 1, line("0/1", status="q"), {V: (0, 1), FAR: (0, 1)}),
    ("nothing but structural, one sample", 1, line("0/1", alt="<DEL>", info="END=2000"), {FAR: (0, 1)}),
    ("several samples and no genotypes", 2, line("9 9", "DP"), None, "no genotypes"),
    ("FORMAT is a dot", 2, line(". .", "."), None, "no genotypes"),
    ("a combined gVCF", 2, block("./.:30:9 ./.:30:9"), None, "not genotyped"),
    ("no last line feed", 2, line("0/1 0/0").rstrip("\n"), {V: (1, 0)}),
    ("cut off in the last line", 2, line("0/1"). rstrip("\n"), None, "cut off"),
    ("a second header", 2, line("0/1 0/0") + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\tS2\n", None, "header inside"),
    # gVCF
    ("GATK's blocks", 1, block("0/0:30:60", end=1200) + block("0/0:0:0", start=1201, end=2000) + block("0/0:30:60", start=2001), {V: (0, 0), NEAR: (0, 1), FAR: (0, 1)}),
    ("MIN_DP counts, and not DP", 1, block("0/0:30:60:9", "GT:DP:GQ:MIN_DP", end=1200) + block("0/0:30:60:10", "GT:DP:GQ:MIN_DP", start=1201), {V: (0, 1), NEAR: (0, 0)}),
    ("DeepVariant's GQ 0", 1, block("0/0:0:30", "GT:GQ:MIN_DP", end=1200, alt="<*>") + block("0/0:50:30", "GT:GQ:MIN_DP", start=1201, alt="<*>"), {V: (0, 1), NEAR: (0, 0)}),
    ("bcftools: depth alone", 1, block("0/0:19", "GT:DP", end=1200, alt=".", info=";MinDP=19") + block("0/0:25", "GT:DP", start=1201, alt=".", info=";MinDP=20"), {V: (0, 1), NEAR: (0, 0)}),
    ("DRAGEN's FILTER", 1, block("0/0:30:60", end=1200, status="weak_evidence") + block("0/0:30:60", start=1201, status="PASS"), {V: (0, 1), NEAR: (0, 0)}),
    ("a hole between blocks", 1, block("0/0:30:60", end=1200) + block("0/0:30:60", start=1600), {V: (0, 0), NEAR: (0, 1)}),
    ("a variant between blocks", 1, block("0/0:30:60", end=999) + line("0/1:30:60", "GT:DP:GQ", alt="C,<NON_REF>") + block("0/0:30:60", start=1001), {V: (1, 0), "variant(change = GRCh38:1-1000-A-G)": (0, 0), NEAR: (0, 0)}),
    ("a filtered variant between blocks", 1, block("0/0:30:60", end=999) + line("0/1:30:60", "GT:DP:GQ", alt="C,<NON_REF>", status="q") + block("0/0:30:60", start=1001), {V: (0, 1), NEAR: (0, 0)}),
    ("a reference that is too weak on a variant's line", 1, block("0/0:30:60", end=999) + line("0/0:3:3", "GT:DP:GQ", alt="C,<NON_REF>") + block("0/0:30:60", start=1001), {V: (0, 1), G: (0, 1), NEAR: (0, 0)}),
    ("a reference that is as good as a block on a variant's line", 1, block("0/0:30:60", end=999) + line("0/0:10:20", "GT:DP:GQ", alt="C,<NON_REF>") + block("0/0:30:60", start=1001), {V: (0, 0), NEAR: (0, 0)}),
    ("END twice in a block", 1, block("0/0:30:60", end=900, info=";END=5000"), {V: (0, 1)}),
    ("END before POS in a block", 1, block("0/0:30:60", start=900, end=5) + block("0/0:30:60", start=1400, end=1600), {V: (0, 1), NEAR: (0, 0)}),
    ("a block that ends past the chromosome", 1, block("0/0:30:60", end=248956424), None, "POS or END lies past the end"),
    ("a block without reads, told by the line's depth", 1, block("0/0:60", "GT:GQ", end=1499, info=";DP=0") + block("0/0:60", "GT:GQ", start=1500, end=1600, info=";DP=30"), {V: (0, 1), NEAR: (0, 0)}),
    ("END that is no whole number", 1, line("0/0:30:60", "GT:DP:GQ", "chr1\t1", "A", "<NON_REF>", ".", "END=1e6") + block("0/0:30:60", start=1400, end=1600), {V: (0, 1), NEAR: (0, 0)}),
    ("a block that is no reference", 1, block("0/1:30:60", start=900, end=1100) + block("0/0:30:60", start=1101, end=2000), {V: (0, 1), NEAR: (0, 0)}),
    ("the block's own limits", 1, block("0/0:9:60"), {V: (0, 0)}, ["--min-block-depth", "9"]),
    ("a lower block within another", 1, block("0/0:30:60") + block("0/0:30:60", start=900, end=950) + block("0/0:2:3", start=990, end=1010), {V: (0, 1), NEAR: (0, 0)}),
    ("a good block within a lower one", 1, block("0/0:2:3", end=1200) + block("0/0:30:60", start=900, end=1100) + block("0/0:30:60", start=1201), {V: (0, 1), NEAR: (0, 0)}),
    ("a block of one copy on an autosome", 1, block("0:30:60", end=1200) + block("0/0:30:60", start=1201), {V: (0, 1), NEAR: (0, 0)}),
    ("a block of three copies", 1, block("0/0/0:30:60", end=1200) + block("0|0:30:60", start=1201), {V: (0, 1), NEAR: (0, 0)}),
    # copies
    ("a man's 1/1 on X", 2, line("0/0 1/1", place="chrX\t50000000"), {"variant(zygosity = hemi)": (1, 0), "variant(zygosity = hom)": (0, 0)}),
    ("a man's 0/1 on X", 2, line("0/0 0/1", place="chrX\t50000000"), {"variant(zygosity = het)": (0, 1), X: (1, 0)}),
    ("a woman's 0/1 on X", 2, line("0/1 0/0", place="chrX\t50000000"), {"variant(zygosity = het)": (1, 0)}),
    ("a woman on Y", 2, line("1 0", place="chrY\t20000000"), {"variant(zygosity = hemi)": (0, 1)}),
    ("heteroplasmy", 2, line("0/1 0/0", place="chrM\t3243", ref="A", alt="G"), {MT: (1, 0), "variant(zygosity = hemi)": (1, 0)}),
    ("in the pseudo-autosomal region", 2, line("0/0 1/1", place="chrX\t2781479"), {"variant(zygosity = hom)": (1, 0)}),
    ("two het lines of one allele", 2, line("0/1 0/0") * 2, {V: (1, 0), "variant(zygosity = het)": (0, 1), "variant(zygosity = hom)": (0, 1)}),
    ("reference and missing on two lines", 2, line("0/0 0/1") + line("./. 0/1"), {V: (1, 1)}),
    # places
    ("a deletion that begins before", 2, line("0/1 0/0", place="chr1\t980", ref="A" + "CATG" * 10, alt="A"), {"variant(locus = GRCh38:1:1000-1100)": (1, 0)}),
    ("a deletion that ends before", 2, line("0/1 0/0", place="chr1\t940", ref="A" + "CATG" * 10, alt="A"), {"variant(locus = GRCh38:1:1000-1100)": (0, 0)}),
    ("a short deletion that reaches in", 2, line("0/1 0/0", place="chr1\t999", ref="AT", alt="A"), {AT: (1, 0)}),
    ("an indel as the file spells it", 2, line("0/1 0/0", ref="CA", alt="C"), {"variant(change = GRCh38:1-1000-CA-C)": (1, 0)}),
    ("an indel that another spells otherwise", 2, line("0/1 0/0", place="chr1\t1007", ref="AA", alt="A"), {"variant(change = GRCh38:1-1000-CA-C)": (0, 1), "variant(change = GRCh38:1-1000-CT-C)": (0, 0)}),
    ("an indel asked for unaligned", 2, line("0/1 0/0", ref="CA", alt="C"), {"variant(change = GRCh38:1-1004-AA-A)": (0, 2)}),
]

# what, samples, body, exit code, a word of what is said
SAID = [
    ("a byte order mark", 2, line("0/1 0/0"), 0, "byte_order_mark", "\ufeff"),
    ("shares in the closing lines", 2, others() + line("0/1 0/0", status="q"), 0, "1 of 13", ""),
    ("nothing taken", 1, line("0/1", status="q"), 6, "1 of 1", ""),
    ("indels that were not aligned", 2, others() + line("0/1 0/0", place="chr22\t30000000", ref="AA", alt="A"), 0, "--fasta", ""),
]


# what, samples, body, question, {reason: persons}
WHY = [
    ("filtered, missing, failed", 4, line("0/1:. ./.:. 0/1:bad 0/0:PASS", "GT:FT", status="q"), V, {"filtered": 1, "not called": 1, "failed": 1}),
    ("structural and low", 3, line("0/1:9 0/0:9 0/0:9", "GT:DP", place="chr1\t900", alt="<DEL>", info="END=1600") + line("0/0:9 0/0:0 0/0:9", "GT:DP"), V, {"structural call": 1, "not called": 1}),
    ("a block that is low, and none", 1, block("0/0:30:60", end=900) + block("0/0:30:1", start=901), V, {"low depth or quality": 1}),
    ("another chromosome than the gVCF's", 1, block("0/0:30:60"), FAR, {"not covered": 1}),
    ("hg19's mitochondrion", 2, line("1 0", place="chrM\t3244"), "variant(change = GRCh37:MT-100-A-C)", {"contig left out": 2}),
]


def write(folder, name, samples, body, header=None, mark=""):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(mark + "##fileformat=VCFv4.4\n" + (header or CONTIGS))
        file.write("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t")
        file.write("\t".join("S%d" % (i + 1) for i in range(samples)) + "\n" + body)
    return path


def node_of(folder):
    node = Node(os.path.join(folder, "node"))
    persons = os.path.join(folder, "persons.csv")
    with open(persons, "w") as file:
        file.write("person,sex\nS1,female\nS2,male\nS3,female\nS4,male\nS5,female\nS6,male\n")
    return node, persons


def load(node, path, *options):
    return node.run("import vcf", path, "--assay", "wgs", "--whole-genome", "--quiet", *options, codes=(0, 2, 6))


def check(report, folder, what, samples, body, wanted, *more):
    node, persons = node_of(folder)
    word = more[0] if wanted is None else None
    options = [] if wanted is None or not more else more[0]
    header = more[1] if len(more) > 1 else None
    done = load(node, write(folder, "case.vcf", samples, body, header), *options)
    if wanted is None:
        report.row(done.returncode == 2 and word in done.stderr, what, *([] if word in done.stderr else [done.stderr]))
        return
    if "zygosity" in str(wanted):
        node.run("import persons", persons)
    node.run("publish")
    got = [(a["matched"], a["undetermined"]) for a in node.count(list(wanted))]
    if "zygosity" in str(wanted):  # persons of the table who have no sample: never looked at
        got = [(matched, unknown - (6 - samples)) for matched, unknown in got]
    report.row(got == list(wanted.values()), what, *[] if got == list(wanted.values()) else zip(wanted, got, wanted.values()))


def piped(report):
    """Standard input and a pipe say what the file says."""
    for what, words in (("standard input", "cat %s | %s import vcf - --dir %s --quiet"),
                        ("a pipe", "%s import vcf <(cat %s) --dir %s --quiet")):
        with tempfile.TemporaryDirectory(prefix="rikstal-case-") as folder:
            node, _ = node_of(folder)
            path = write(folder, "case.vcf", 2, line("0/1 0/0"))
            places = (path, node.program) if "|" in words else (node.program, path)
            done = subprocess.run(["bash", "-c", words % (*places, node.folder)], capture_output=True, text=True)
            node.run("publish")
            answer = node.count([V])[0]
            report.row(done.returncode == 0 and (answer["matched"], answer["undetermined"]) == (1, 0), what,
                       *([] if done.returncode == 0 else [done.stderr]))


def main():
    report = Report(__doc__.splitlines()[0])
    for case in CASES:
        with tempfile.TemporaryDirectory(prefix="rikstal-case-") as folder:
            check(report, folder, *case)
    for what, samples, body, question, reasons in WHY:
        with tempfile.TemporaryDirectory(prefix="rikstal-case-") as folder:
            node, _ = node_of(folder)
            header = "##contig=<ID=chr1,length=249250621>\n##contig=<ID=chrM,length=16571>\n" if "GRCh37" in question else None
            load(node, write(folder, "case.vcf", samples, body, header))
            node.run("publish")
            got = node.count([question], "--why")[0]["why"]
            report.row(got == reasons, "why: " + what, *[] if got == reasons else [got, reasons])
    piped(report)
    for what, samples, body, code, word, mark in SAID:
        with tempfile.TemporaryDirectory(prefix="rikstal-case-") as folder:
            node, _ = node_of(folder)
            done = load(node, write(folder, "case.vcf", samples, body, None, mark))
            rejects = os.path.join(node.folder, "rejects")
            said = done.stdout + done.stderr + "".join(
                open(os.path.join(rejects, n)).read() for n in (os.listdir(rejects) if os.path.isdir(rejects) else []))
            report.row(done.returncode == code and word in said, what)
    report.close()


if __name__ == "__main__":
    main()
