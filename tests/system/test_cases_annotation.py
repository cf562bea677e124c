#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Annotation that is missing, ambiguous or spoilt is "cannot tell", never "no": small files, one a kind and spelling.

Each case is a VCF of its own with two persons, A and B, at a stretch of genome of its own, where two genes lie, {G} and
{H}, over the same bases. All cases of a node are imported, published once and asked together; expected are matched and
undetermined of the two persons.
"""
import os
import sys
import tempfile

from oracle import Node, Report

VEP = "Allele|Consequence|SYMBOL|Gene|Feature|CANONICAL|MANE_SELECT"
YES, NO, UNKNOWN = (1, 0), (0, 0), (0, 1)


def info(name, columns=None, number=".", kind="String", words="made here"):
    text = "%s Format: %s" % (words, columns) if columns else words
    return '##INFO=<ID=%s,Number=%s,Type=%s,Description="%s">\n' % (name, number, kind, text)


def csq(*entries):
    """Entries of VEP's columns; what is left out is empty."""
    return ",".join("|".join(list(e) + [""] * (VEP.count("|") + 1 - len(e))) for e in entries)


CSQ = info("CSQ", VEP)
STOP = csq(("C", "stop_gained", "{G}", "", "T1"))
GENE, OTHER = "variant(gene = {G} and locus = {L})", "variant(gene = {H} and locus = {L})"
LOF = "variant(locus = {L} and consequence in (lof))"
STOP_Q = "variant(locus = {L} and consequence = stop_gained)"
PATH, BENIGN = "variant(locus = {L} and clinvar = pathogenic)", "variant(locus = {L} and clinvar = benign)"
RARE, COMMON = "variant(locus = {L} and af <= 1%)", "variant(locus = {L} and af >= 5%)"

# what, header, (REF, ALT, INFO, genotype of A, of B), ..., {question: matched and undetermined}
CASES = [
    # a line that says nothing: the span, and no consequence
    ("no CSQ on the line", CSQ, ("T", "C", ".", "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: UNKNOWN, "variant(locus = {L} and not consequence = stop_gained)": UNKNOWN}),
    ("no CSQ: in each of two genes, and in both at once never", CSQ, ("T", "C", ".", "0/1", "0/0"),
     {"variant(gene = {G} and gene = {H})": NO, "variant(gene = {G} and not gene = {H})": YES, "variant(locus = {L} and not gene = {G} and not gene = {H})": UNKNOWN,
      "variant(gene = {G} and (gene = {H} or locus = {L}))": YES}),
    ("CSQ of two genes: the same", CSQ, ("T", "C", "CSQ=" + csq(("C", "stop_gained", "{G}"), ("C", "stop_gained", "{H}")), "0/1", "0/0"),
     {"variant(gene = {G} and gene = {H})": NO, "variant(gene = {G} and not gene = {H})": YES}),
    ("CSQ=.", CSQ, ("T", "C", "CSQ=.", "0/1", "0/0"), {GENE: YES, LOF: UNKNOWN}),
    ("CSQ without a value", CSQ, ("T", "C", "CSQ", "0/1", "0/0"), {GENE: YES, LOF: UNKNOWN}),
    ("CSQ not declared", "", ("T", "C", "CSQ=" + STOP, "0/1", "0/0"), {OTHER: YES, LOF: UNKNOWN}),
    ("CSQ declared without its columns", info("CSQ"), ("T", "C", "CSQ=" + STOP, "0/1", "0/0"), {OTHER: YES, LOF: UNKNOWN}),
    ("the control: all is there", CSQ, ("T", "C", "CSQ=" + STOP, "0/1", "0/0"), {GENE: YES, OTHER: NO, LOF: YES, "variant(locus = {L} and consequence = missense_variant)": NO}),
    # which allele
    ("minimal, SNV and insertion", CSQ, ("G", "C,GC", "CSQ=" + csq(("C", "stop_gained", "{G}"), ("C", "missense_variant", "{G}")), "0/1", "0/2"), {GENE: (2, 0), LOF: (0, 2)}),
    ("minimal, two deletions", CSQ, ("CA", "TA,T", "CSQ=" + csq(("T", "stop_gained", "{G}")), "0/1", "0/2"), {LOF: (0, 2)}),
    ("minimal, other lengths", CSQ, ("GA", "TA,GAT", "CSQ=" + csq(("T", "stop_gained", "{G}"), ("T", "intron_variant", "{G}")), "0/1", "0/2"), {GENE: (2, 0), STOP_Q: (0, 2)}),
    ("minimal is plain where all alleles say so", CSQ, ("G", "C,GC", "CSQ=" + csq(("C", "stop_gained", "{G}"), ("GC", "intron_variant", "{G}")), "0/1", "0/2"), {LOF: YES}),
    ("a word on a line of two", CSQ, ("TGG", "T,TG", "CSQ=" + csq(("deletion", "frameshift_variant", "{G}")), "0/1", "0/2"), {GENE: (2, 0), LOF: (0, 2)}),
    ("no allele named on a line of two", info("CSQ", "Consequence|SYMBOL"), ("T", "C,G", "CSQ=stop_gained|{G}", "0/1", "0/2"), {LOF: (0, 2), OTHER: (2, 0)}),
    ("another allele named", CSQ, ("T", "C", "CSQ=" + csq(("G", "stop_gained", "{G}")), "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: UNKNOWN}),
    ("another allele named beside its own", CSQ, ("T", "C", "CSQ=" + csq(("C", "intron_variant", "{G}", "", "T1"), ("G", "stop_gained", "{H}", "", "T2")), "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: UNKNOWN}),
    ("entries of a split line's neighbour", CSQ, ("T", "C", "CSQ=" + csq(("C", "intron_variant", "{G}", "", "T1"), ("G", "stop_gained", "{G}", "", "T1")), "0/1", "0/0"), {OTHER: NO, LOF: NO}),
    ("ALLELE_NUM decides", info("CSQ", "Allele|Consequence|SYMBOL|ALLELE_NUM"), ("G", "C,GC", "CSQ=C|stop_gained|{G}|2,C|intron_variant|{G}|1", "0/1", "0/2"), {LOF: YES}),
    ("ALLELE_NUM of the unsplit line", info("CSQ", "Allele|Consequence|SYMBOL|ALLELE_NUM"), ("T", "C", "CSQ=C|stop_gained|{G}|2", "0/1", "0/0"), {LOF: UNKNOWN}),
    ("one of two alleles has no entry", CSQ, ("T", "C,G", "CSQ=" + STOP, "0/1", "0/2"), {LOF: (1, 1), OTHER: YES}),
    # entries that cannot be read
    ("CSQ twice in a line", CSQ, ("T", "C", "CSQ=" + STOP + ";CSQ=" + STOP, "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: UNKNOWN}),
    ("a column too few", CSQ, ("T", "C", "CSQ=C|stop_gained|{G}||T1|", "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: UNKNOWN}),
    ("a column too many", CSQ, ("T", "C", "CSQ=" + STOP + "|", "0/1", "0/0"), {OTHER: YES, LOF: UNKNOWN}),
    ("cut off", CSQ, ("T", "C", "CSQ=C|sto", "0/1", "0/0"), {GENE: YES, LOF: UNKNOWN}),
    ("a term that nobody knows", CSQ, ("T", "C", "CSQ=" + csq(("C", "st0p_gained", "{G}")), "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: UNKNOWN}),
    ("a term that nobody knows beside one", CSQ, ("T", "C", "CSQ=" + csq(("C", "intron_variant&new_variant", "{G}")), "0/1", "0/0"), {GENE: YES, LOF: UNKNOWN, "variant(locus = {L} and consequence = intron_variant)": YES}),
    ("a term that says only that there is a change", CSQ, ("T", "C", "CSQ=" + csq(("C", "sequence_variant", "{G}")), "0/1", "0/0"), {GENE: YES, OTHER: NO, LOF: UNKNOWN, "variant(locus = {L} and consequence = sequence_variant)": YES}),
    ("a term that says only that coding sequence is changed", CSQ, ("T", "C", "CSQ=" + csq(("C", "coding_sequence_variant", "{G}")), "0/1", "0/0"), {GENE: YES, LOF: UNKNOWN, STOP_Q: UNKNOWN}),
    ("the same beside one that says more", CSQ, ("T", "C", "CSQ=" + csq(("C", "stop_gained&coding_sequence_variant", "{G}", "", "T1", "YES")), "0/1", "0/0"), {STOP_Q: YES, "variant(locus = {L} and consequence = frameshift_variant)": UNKNOWN}),
    ("the same in bcftools' words", info("BCSQ", "'[*]consequence|gene|transcript|biotype'"), ("T", "C", "BCSQ=coding_sequence|{G}|T1|protein_coding", "0/1", "0/0"), {GENE: YES, LOF: UNKNOWN}),
    ("the same in SnpEff's", info("EFF", "'Effect ( Impact | Class | Gene_Name [ | ERRORS ] )'"), ("T", "C", "EFF=CDS(HIGH|NONE|{G})", "0/1", "0/0"), {GENE: YES, LOF: UNKNOWN}),
    ("a word that two annotators use otherwise", CSQ, ("T", "C", "CSQ=" + csq(("C", "initiator_codon_variant", "{G}")), "0/1", "0/0"), {GENE: YES, "variant(locus = {L} and consequence = start_lost)": UNKNOWN, "variant(locus = {L} and consequence = start_retained_variant)": UNKNOWN}),
    ("an empty place among joined terms", CSQ, ("T", "C", "CSQ=" + csq(("C", "&intron_variant", "{G}")), "0/1", "0/0"), {GENE: YES, LOF: UNKNOWN}),
    ("a term with blanks around its &", CSQ, ("T", "C", "CSQ=" + csq(("C", "stop_gained & intron_variant", "{G}")), "0/1", "0/0"), {GENE: YES, LOF: YES}),
    ("three joined terms, all known", CSQ, ("T", "C", "CSQ=" + csq(("C", "intron_variant&splice_region_variant&non_coding_transcript_variant", "{G}")), "0/1", "0/0"), {GENE: YES, LOF: NO}),
    ("bars that were encoded", CSQ, ("T", "C", "CSQ=C%7Cstop_gained%7C{G}%7C%7CT1%7C%7C", "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: UNKNOWN}),
    ("a column of the header twice", info("CSQ", "Allele|Consequence|SYMBOL|SYMBOL"), ("T", "C", "CSQ=C|stop_gained|{G}|{H}", "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: UNKNOWN}),
    ("the column of terms twice", info("CSQ", "Allele|Consequence|SYMBOL|CONSEQUENCE"), ("T", "C", "CSQ=C|intron_variant|{G}|stop_gained", "0/1", "0/0"), {GENE: YES, LOF: UNKNOWN, STOP_Q: UNKNOWN}),
    ("two genes in one place", CSQ, ("T", "C", "CSQ=" + csq(("C", "stop_gained", "{G}&{H}")), "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: YES}),
    ("HGNC_ID of nobody beside a symbol", info("CSQ", "Allele|Consequence|SYMBOL|HGNC_ID"), ("T", "C", "CSQ=C|stop_gained|{G}|HGNC:999999", "0/1", "0/0"), {GENE: YES, LOF: YES}),
    ("HGNC_ID alone, without HGNC's table", info("CSQ", "Allele|Consequence|SYMBOL|HGNC_ID"), ("T", "C", "CSQ=C|stop_gained||HGNC:7526", "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: YES}),
    ("no term", CSQ, ("T", "C", "CSQ=" + csq(("C", "", "{G}")), "0/1", "0/0"), {GENE: YES, LOF: UNKNOWN}),
    ("a gene without a name", CSQ, ("T", "C", "CSQ=" + csq(("C", "stop_gained", "")), "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: YES}),
    ("a gene's name of 70 bytes", CSQ, ("T", "C", "CSQ=" + csq(("C", "stop_gained", "G" * 70)), "0/1", "0/0"), {GENE: YES, LOF: YES}),
    ("a former symbol that no table has", CSQ, ("T", "C", "CSQ=" + csq(("C", "stop_gained", "OLDNAME{N}")), "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: YES, "variant(gene = OLDNAME{N})": (1, 1)}),
    ("in lower case", CSQ, ("T", "C", "CSQ=" + csq(("C", "stop_gained", "{g}")), "0/1", "0/0"), {GENE: YES, OTHER: NO, LOF: YES}),
    # two lines of one variant
    ("two lines, a gene each", CSQ, ("T", "C", "CSQ=" + STOP, "0/1", "0/0"), ("T", "C", "CSQ=" + csq(("C", "missense_variant", "{H}")), "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: YES}),
    ("two lines, one without", CSQ, ("T", "C", "CSQ=" + STOP, "0/1", "0/0"), ("T", "C", ".", "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: UNKNOWN}),
    ("two lines that differ", CSQ, ("T", "C", "CSQ=" + STOP, "0/1", "0/0"), ("T", "C", "CSQ=" + csq(("C", "missense_variant", "{G}")), "0/1", "0/0"), {GENE: YES, OTHER: NO, LOF: UNKNOWN}),
    # in the gene: transcripts that overlap
    ("upstream", CSQ, ("T", "C", "CSQ=" + csq(("C", "upstream_gene_variant", "{G}")), "0/1", "0/0"), {GENE: NO, OTHER: NO, LOF: NO}),
    ("downstream", CSQ, ("T", "C", "CSQ=" + csq(("C", "downstream_gene_variant", "{G}", "", "", "YES")), "0/1", "0/0"), {GENE: NO}),
    ("intergenic", CSQ, ("T", "C", "CSQ=" + csq(("C", "intergenic_variant", "")), "0/1", "0/0"), {GENE: NO, OTHER: NO}),
    ("regulatory", CSQ, ("T", "C", "CSQ=" + csq(("C", "regulatory_region_variant", "{G}")), "0/1", "0/0"), {GENE: NO}),
    ("upstream of one transcript, in another", CSQ, ("T", "C", "CSQ=" + csq(("C", "upstream_gene_variant", "{G}", "", "", "YES"), ("C", "intron_variant", "{G}")), "0/1", "0/0"), {GENE: YES}),
    ("SnpEff, between two genes", info("ANN", words="Functional annotations: 'Allele | Annotation | I | Gene_Name'"), ("T", "C", "ANN=C|intergenic_region|M|{G}-{H}", "0/1", "0/0"), {GENE: NO, OTHER: NO}),
    # transcripts
    ("MANE behind MANE_SELECT", info("CSQ", "Allele|Consequence|SYMBOL|MANE_SELECT|MANE_PLUS_CLINICAL|MANE"), ("T", "C", "CSQ=C|intron_variant|{G}|N1||MANE_Select,C|stop_gained|{G}||N2|MANE_Plus_Clinical", "0/1", "0/0"), {LOF: NO}),
    ("MANE before MANE_SELECT", info("CSQ", "MANE|Allele|Consequence|SYMBOL|MANE_PLUS_CLINICAL|MANE_SELECT"), ("T", "C", "CSQ=MANE_Plus_Clinical|C|stop_gained|{G}|N2|,MANE_Select|C|intron_variant|{G}||N1", "0/1", "0/0"), {LOF: NO}),
    ("MANE alone", info("CSQ", "Allele|Consequence|SYMBOL|MANE"), ("T", "C", "CSQ=C|stop_gained|{G}|,C|intron_variant|{G}|NM_1.2", "0/1", "0/0"), {LOF: NO}),
    ("MANE alone, by its words", info("CSQ", "Allele|Consequence|SYMBOL|MANE"), ("T", "C", "CSQ=C|stop_gained|{G}|MANE_Plus_Clinical,C|intron_variant|{G}|MANE_Select", "0/1", "0/0"), {LOF: NO}),
    ("a lost entry beside MANE Select", CSQ, ("T", "C", "CSQ=" + csq(("C", "intron_variant", "{G}", "", "T1", "", "N1")) + ",C|stop_gained|{G}", "0/1", "0/0"), {"variant(gene = {G} and locus = {L} and consequence = stop_gained)": NO}),
    # other annotators
    ("INFO/vep", info("vep", VEP), ("T", "C", "vep=" + STOP, "0/1", "0/0"), {GENE: YES, OTHER: NO, LOF: YES}),
    ("ANN", info("ANN", words="Functional annotations: 'Allele | Annotation | I | Gene_Name'"), ("T", "C", "ANN=C|stop_gained|H|{G}", "0/1", "0/0"), {GENE: YES, OTHER: NO, LOF: YES}),
    ("ANN of an allele beside another change", info("ANN", words="Functional annotations: 'Allele | Annotation | I | Gene_Name'"), ("T", "C", "ANN=C-chr1:99_T>A|stop_gained|H|{G}", "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: UNKNOWN}),
    ("ANN of two genes in one place", info("ANN", words="Functional annotations: 'Allele | Annotation | I | Gene_Name'"), ("T", "C", "ANN=C|stop_gained|H|{G}&{H}", "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: YES}),
    ("BCSQ of joined terms", info("BCSQ", "'[*]consequence|gene|transcript|biotype'"), ("T", "C", "BCSQ=missense&inframe_altering|{G}|T1|protein_coding", "0/1", "0/0"), {GENE: YES, "variant(locus = {L} and consequence = missense_variant)": YES}),
    ("EFF", info("EFF", "'Effect ( Impact | Class | Gene_Name [ | ERRORS ] )'"), ("T", "C", "EFF=STOP_GAINED(HIGH|NONSENSE|{G})", "0/1", "0/0"), {GENE: YES, OTHER: NO, LOF: YES}),
    ("BCSQ", info("BCSQ", "'[*]consequence|gene|transcript|biotype[|strand|amino_acid_change|dna_change]'"), ("T", "C", "BCSQ=stop_gained|{G}|T1|protein_coding", "0/1", "0/0"), {GENE: YES, OTHER: NO, LOF: YES}),
    ("BCSQ that points to another record", info("BCSQ", "'[*]consequence|gene|transcript|biotype'"), ("T", "C", "BCSQ=@123", "0/1", "0/0"), {GENE: YES, OTHER: YES, LOF: UNKNOWN}),
    ("BCSQ on a line of two", info("BCSQ", "'[*]consequence|gene|transcript|biotype'"), ("T", "C,G", "BCSQ=stop_gained|{G}|T1|x", "0/1", "0/2"), {LOF: (0, 2)}),
    ("ANN beside CSQ is not read", CSQ + info("ANN", words="Functional annotations: 'Allele | Annotation | I | Gene_Name'"), ("T", "C", "ANN=C|stop_gained|H|{G}", "0/1", "0/0"), {OTHER: YES, LOF: UNKNOWN}),
    ("percent-encoded", CSQ, ("T", "C", "CSQ=" + csq(("C", "stop_gained%26splice_region_variant", "{G}")), "0/1", "0/0"), {GENE: YES, LOF: YES}),
    # ClinVar
    ("CLNSIG, Number=A", info("CLNSIG", number="A"), ("T", "C,G", "CLNSIG=Pathogenic,Benign", "0/1", "0/2"), {PATH: YES, BENIGN: YES}),
    ("CLNSIG, Number=R", info("CLNSIG", number="R"), ("T", "C,G", "CLNSIG=Benign,Pathogenic,Benign", "0/1", "0/2"), {PATH: YES, BENIGN: YES}),
    ("CLNSIG, Number=G", info("CLNSIG", number="G"), ("T", "C,G", "CLNSIG=Pathogenic,Benign", "0/1", "0/2"), {PATH: (0, 2)}),
    ("CLNSIG, Number=., one an allele", info("CLNSIG"), ("T", "C,G", "CLNSIG=Benign,Pathogenic", "0/1", "0/2"), {PATH: YES, BENIGN: YES}),
    ("CLNSIG, one for two", info("CLNSIG", number="1"), ("T", "C,G", "CLNSIG=Pathogenic", "0/1", "0/2"), {PATH: (0, 2)}),
    ("CLNSIG, three for two", info("CLNSIG", number="A"), ("T", "C,G", "CLNSIG=Pathogenic,Benign,Benign", "0/1", "0/2"), {PATH: (0, 2)}),
    ("CLNSIG missing", info("CLNSIG"), ("T", "C", ".", "0/1", "0/0"), {PATH: UNKNOWN}),
    ("CLNSIG twice, in two words", info("CLNSIG"), ("T", "C", "CLNSIG=Benign;CLNSIG=Pathogenic", "0/1", "0/0"), {PATH: UNKNOWN, BENIGN: UNKNOWN}),
    ("CLNSIG twice, the second one empty", info("CLNSIG"), ("T", "C", "CLNSIG=Benign;CLNSIG=.", "0/1", "0/0"), {PATH: UNKNOWN, BENIGN: UNKNOWN}),
    ("CLNSIG=.", info("CLNSIG"), ("T", "C", "CLNSIG=.", "0/1", "0/0"), {PATH: NO}),
    ("CLNSIG of no word", info("CLNSIG"), ("T", "C", "CLNSIG=Path0genic", "0/1", "0/0"), {PATH: UNKNOWN, BENIGN: UNKNOWN}),
    ("CLNSIG is a dash", info("CLNSIG"), ("T", "C", "CLNSIG=-", "0/1", "0/0"), {PATH: UNKNOWN, BENIGN: UNKNOWN}),
    ("CLNSIG with a comma in it", info("CLNSIG"), ("T", "C", "CLNSIG=Pathogenic%2C_low_penetrance", "0/1", "0/0"), {PATH: YES, BENIGN: NO}),
    ("CLNSIG with a slash, encoded", info("CLNSIG"), ("T", "C", "CLNSIG=Benign%2FLikely_benign", "0/1", "0/0"), {PATH: NO, BENIGN: YES}),
    ("CLNSIG with an empty place", info("CLNSIG"), ("T", "C", "CLNSIG=Benign|", "0/1", "0/0"), {PATH: UNKNOWN, BENIGN: YES}),
    ("CLNSIG with stars of submitters", info("CLNSIG"), ("T", "C", "CLNSIG=Pathogenic(1)|Benign(2)", "0/1", "0/0"), {PATH: UNKNOWN}),
    ("CLNSIG of an uncertain risk allele", info("CLNSIG"), ("T", "C", "CLNSIG=Uncertain_significance/Uncertain_risk_allele", "0/1", "0/0"), {PATH: NO, BENIGN: NO}),
    ("CLIN_SIG of VEP, empty", info("CSQ", "Allele|Consequence|SYMBOL|CLIN_SIG"), ("T", "C", "CSQ=C|stop_gained|{G}|", "0/1", "0/0"), {PATH: NO}),
    ("CLIN_SIG of VEP, another allele's", info("CSQ", "Allele|Consequence|SYMBOL|CLIN_SIG"), ("T", "C", "CSQ=G|stop_gained|{G}|pathogenic", "0/1", "0/0"), {PATH: UNKNOWN}),
    # frequency
    ("frequency missing", info("GNOMADAF", kind="Float"), ("T", "C", ".", "0/1", "0/0"), {RARE: UNKNOWN, COMMON: UNKNOWN}),
    ("frequency -1", info("gnomad_popmax_af", kind="Float"), ("T", "C", "gnomad_popmax_af=-1", "0/1", "0/0"), {RARE: UNKNOWN, COMMON: UNKNOWN}),
    ("frequency 1.1", info("SWEGENAF", number="A", kind="Float"), ("T", "C", "SWEGENAF=1.1", "0/1", "0/0"), {RARE: UNKNOWN}),
    ("frequency nan", info("SWEGENAF", number="A", kind="Float"), ("T", "C", "SWEGENAF=nan", "0/1", "0/0"), {RARE: UNKNOWN}),
    ("frequency .", info("SWEGENAF", number="A", kind="Float"), ("T", "C", "SWEGENAF=.", "0/1", "0/0"), {RARE: YES, COMMON: NO}),
    ("frequency one an allele", info("SWEGENAF", number="A", kind="Float"), ("T", "C,G", "SWEGENAF=0.2,0.001", "0/1", "0/2"), {RARE: YES, COMMON: YES}),
    ("frequency with the reference's", info("SWEGENAF", number="R", kind="Float"), ("T", "C,G", "SWEGENAF=0.7,0.2,0.001", "0/1", "0/2"), {RARE: YES, COMMON: YES}),
    ("frequency one for two", info("SWEGENAF", number="1", kind="Float"), ("T", "C,G", "SWEGENAF=0.2", "0/1", "0/2"), {RARE: (0, 2)}),
    ("frequency of VEP, empty", info("CSQ", "Allele|Consequence|SYMBOL|gnomAD_AF"), ("T", "C", "CSQ=C|intron_variant|{G}|", "0/1", "0/0"), {RARE: YES}),
    ("frequency of VEP, spoilt", info("CSQ", "Allele|Consequence|SYMBOL|gnomAD_AF"), ("T", "C", "CSQ=C|intron_variant|{G}|0.0x1", "0/1", "0/0"), {RARE: UNKNOWN}),
    ("frequency with a decimal comma", info("CSQ", "Allele|Consequence|SYMBOL|gnomAD_AF"), ("T", "C", "CSQ=C|intron_variant|{G}|0,2", "0/1", "0/0"), {RARE: UNKNOWN}),
    ("frequency below a bound", info("CSQ", "Allele|Consequence|SYMBOL|gnomAD_AF"), ("T", "C", "CSQ=C|intron_variant|{G}|<0.001", "0/1", "0/0"), {RARE: UNKNOWN, COMMON: UNKNOWN}),
    ("frequency with its allele before it", info("CSQ", "Allele|Consequence|SYMBOL|gnomAD_AF"), ("T", "C", "CSQ=C|intron_variant|{G}|C:0.2", "0/1", "0/0"), {RARE: UNKNOWN}),
    ("frequency in percent", info("SWEGENAF", number="A", kind="Float"), ("T", "C", "SWEGENAF=0.2%", "0/1", "0/0"), {RARE: UNKNOWN}),
    ("frequency of VEP, its entry lost", info("CSQ", "Allele|Consequence|SYMBOL|gnomAD_AF"), ("T", "C", "CSQ=C|intron_variant|{G}|,C|intron_variant|0.3", "0/1", "0/0"), {RARE: UNKNOWN}),
]

HGNC = ("hgnc_id\tsymbol\tstatus\talias_symbol\tprev_symbol\tensembl_gene_id\trefseq_accession\n"
        "HGNC:7526\tMMUT\tApproved\tMCM|CAP9\tMUT\tENSG00000146085\tNM_000255\n"
        'HGNC:3430\tERBB2\tApproved\t"NEU|HER-2|CD340|HER2"\tNGL\tENSG00000141736\tNM_004448\n'
        "HGNC:1337\tC9orf72\tApproved\tMGC23980|CAP9\t\tENSG00000147894\tNM_018325\n"
        "HGNC:9999\tGONE~withdrawn\tEntry Withdrawn\tHER2\t\t\t\n"
        "HGNC:20012\tCAP1\tApproved\tCAP\tMMUT\tENSG00000131236\t\n")
# the symbol and the id that a file has, a name that is asked, matched and undetermined
NAMES = [
    ("MUT", "", "MMUT", YES), ("MMUT", "", "MUT", YES), ("mut", "", "MMUT", YES), ("MCM", "", "MMUT", YES),
    ("", "ENSG00000146085.7", "MMUT", YES), ("", "NM_000255.4", "MUT", YES), ("MMUT", "", "ENSG00000146085", YES),
    ("MMUT", "", "HGNC:7526", YES), ("HGNC:7526", "", "MMUT", YES), ("HER2", "", "ERBB2", YES), ("NEU", "", "HER2", YES),
    ("ERBB2", "", "MMUT", NO), ("MUT", "", "ERBB2", NO), ("C9ORF72", "", "C9orf72", YES), ("C9orf72", "", "C9ORF72", YES),
    ("CAP9", "", "MMUT", YES), ("CAP9", "", "C9orf72", YES), ("CAP1", "", "MMUT", NO), ("NEVERHEARD1", "", "MMUT", YES),
    # MMUT is a former symbol of CAP1 here, and CAP9 an alias of two genes: the id beside it decides
    ("MMUT", "ENSG00000131236.3", "CAP1", YES), ("MMUT", "ENSG00000131236.3", "MMUT", NO), ("MMUT", "ENSG00000131236.3_PAR_Y", "CAP1", YES),
    ("CAP9", "ENSG00000146085", "MMUT", YES), ("CAP9", "ENSG00000146085", "C9orf72", NO), ("CAP9", "ENSG00000147894", "MMUT", NO),
    # an id of another gene than the symbol's: the span, as of a name of several genes
    ("ERBB2", "ENSG00000146085", "ERBB2", YES), ("ERBB2", "ENSG00000146085", "MMUT", YES),
    # a symbol that nobody has leaves the id, and an id that nobody has the symbol
    ("NOVEL7", "ENSG00000146085", "MMUT", YES), ("NOVEL7", "ENSG00000146085", "ERBB2", NO), ("MMUT", "ENSG00000099999", "CAP1", NO),
    ("MMUT", "4594", "MMUT", YES), ("CAP9", "ENSG00000146085&ENSG00000147894", "C9orf72", YES),
]
WITH_HGNC = info("CSQ", "Allele|Consequence|SYMBOL|Gene|HGNC_ID")
ANN = info("ANN", words="Functional annotations: 'Allele | Annotation | I | Gene_Name | Gene_ID'")
# header, INFO, a name that is asked, matched and undetermined
IDS = [
    (WITH_HGNC, "CSQ=C|stop_gained|MMUT||HGNC:20012", "CAP1", YES), (WITH_HGNC, "CSQ=C|stop_gained|MMUT||HGNC:20012", "MMUT", NO),
    (WITH_HGNC, "CSQ=C|stop_gained|MMUT|ENSG00000146085|HGNC:20012", "MMUT", NO), (WITH_HGNC, "CSQ=C|stop_gained|MMUT|ENSG00000146085|HGNC:HGNC:20012", "MMUT", NO),
    (WITH_HGNC, "CSQ=C|stop_gained|MMUT||HGNC:20012,C|stop_gained|MMUT||HGNC:7526", "CAP1", YES),
    (WITH_HGNC, "CSQ=C|stop_gained|MMUT||HGNC:20012,C|stop_gained|MMUT||HGNC:7526", "MMUT", YES),
    (WITH_HGNC, "CSQ=C|stop_gained|MMUT|100|HGNC:20012,C|stop_gained|MMUT|200|", "MMUT", NO),
    (ANN, "ANN=C|stop_gained|H|MMUT|ENSG00000131236", "CAP1", YES), (ANN, "ANN=C|stop_gained|H|MMUT|ENSG00000131236", "MMUT", NO),
    (ANN, "ANN=C|stop_gained|H|MMUT|MMUT", "CAP1", NO),
]


def write(path, header, lines, start, names, words):
    with open(path, "w") as file:
        file.write("##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422>\n" + header)
        file.write('##FORMAT=<ID=GT,Number=1,Type=String,Description="g">\n')
        file.write("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA%d\tB%d\n" % (names, names))
        for ref, alt, said, a, b in lines:
            for key, word in words.items():
                said = said.replace(key, word)
            file.write("chr1\t%d\t.\t%s\t%s\t.\tPASS\t%s\tGT\t%s\t%s\n" % (start, ref, alt, said, a, b))


def start_node(folder, genes, hgnc=None):
    node = Node(os.path.join(folder, "node"))
    table = os.path.join(folder, "genes.tsv")
    with open(table, "w") as file:
        file.write("symbol\tchromosome\tstart\tend\n" + "".join("%s\t1\t%d\t%d\n" % row for row in genes))
    node.run("terms load genes", table, "--assembly", "GRCh38")
    if hgnc:
        path = os.path.join(folder, "hgnc.tsv")
        with open(path, "w") as file:
            file.write(hgnc)
        node.run("terms load hgnc", path, "--release", "2026-11-01")
    return node


def load(node, folder, number, header, lines, start, words):
    path = os.path.join(folder, "case%d.vcf" % number)
    write(path, header, lines, start, number, words)
    node.run("import vcf", path, "--assay", "wgs", "--whole-genome", "--quiet", codes=(0, 6))


def cases(report, folder):
    starts = [100000 + 10000 * i for i in range(len(CASES))]
    genes = [("%s%dA" % (letter, i), s - 500, s + 500) for i, s in enumerate(starts) for letter in "GH"]
    node, asked = start_node(folder, genes), []
    for i, (what, header, *lines, questions) in enumerate(CASES):
        words = {"{G}": "G%dA" % i, "{g}": "g%da" % i, "{H}": "H%dA" % i, "{N}": str(i),
                 "{L}": "GRCh38:1:%d-%d" % (starts[i] - 5, starts[i] + 5)}
        load(node, folder, i, header, lines, starts[i], words)
        for question, want in questions.items():
            for key, word in words.items():
                question = question.replace(key, word)
            asked.append((what, question, want))
    node.run("publish")
    judge(report, node, asked, 2 * len(CASES))


def judge(report, node, asked, persons):
    for (what, question, want), answer in zip(asked, node.count([q for _, q, _ in asked])):
        got = (answer["matched"], answer["undetermined"])
        # of a gene that no table has, everybody else cannot be told either
        if "OLDNAME" in question:
            want = (1, persons - 1)
        report.row(got == want, what, question, "%s, right: %s" % (got, want) if got != want else "")


def names(report, folder):
    spans = [("MUT", 100000, 400000), ("ERBB2", 100000, 400000), ("C9orf72", 100000, 400000), ("CAP1", 100000, 400000)]
    node, asked = start_node(folder, spans, HGNC), []
    for symbol, gene_id, name, want in NAMES:
        asked.append((CSQ, "CSQ=" + csq(("C", "stop_gained", symbol, gene_id)), name, want))
    rows = [(said, 'variant(gene = "%s" and locus = GRCh38:1:%d-%d)' % (name, 150000 + 100 * i, 150000 + 100 * i), want)
            for i, (_, said, name, want) in enumerate(asked + IDS)]
    for i, (header, said, _, _) in enumerate(asked + IDS):
        load(node, folder, i, header, [("T", "C", said, "0/1", "0/0")], 150000 + 100 * i, {})
    node.run("publish")
    judge(report, node, rows, 0)
    page = node.run("count", "variant(gene = HER2)").stdout
    report.row("HER2 \u2192 ERBB2" in page, "the echo says what HER2 means")
    refused = node.run("count", "variant(gene = CAP9)", codes=(1, 2)).stderr
    report.row("C9orf72, MMUT" in refused, "an alias of two genes is asked back", refused.strip()[:80])
    report.row("hgnc" in node.run("terms status").stdout, "terms status shows HGNC's release")


def refusals(report, folder):
    node = start_node(folder, [("GA", 1, 9)])
    twice = CSQ + info("CSQ", "Consequence|Allele")
    path = os.path.join(folder, "twice.vcf")
    write(path, twice, [("T", "C", "CSQ=" + STOP, "0/1", "0/0")], 1000, 0, {})
    said = node.run("import vcf", path, "--assay", "wgs", "--whole-genome", codes=(2,)).stderr
    report.row("bcftools annotate -x INFO/CSQ" in said, "two headers of CSQ: refused with the fix", said.strip()[:80])
    path = os.path.join(folder, "both.vcf")
    write(path, CSQ + info("ANN", words="Functional annotations: 'Allele | Annotation'"),
          [("T", "C", "CSQ=" + STOP + ";ANN=C|intron_variant;EFF=x", "0/1", "0/0")], 1000, 1, {})
    done = node.run("import vcf", path, "--assay", "wgs", "--whole-genome", codes=(0, 6))
    report.row("not read: INFO/ANN, INFO/EFF" in done.stdout + done.stderr, "the closing line names what is not read",
               (done.stdout + done.stderr).strip()[-120:])


def main():
    report = Report(__doc__.splitlines()[0])
    for part in (cases, names, refusals):
        with tempfile.TemporaryDirectory(prefix="rikstal-cases-") as folder:
            part(report, folder)
    report.close()


if __name__ == "__main__":
    sys.exit(main())
