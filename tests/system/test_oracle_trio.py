#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A clinical trio: questions on genes and consequences equal an oracle over the text of the VCF.

The oracle splits the CSQ field by its header's own order and applies the documented rule, per gene:
MANE Select, else MANE Plus Clinical, else canonical, else the most severe transcript, of genes that a
transcript of theirs overlaps. An entry without its header's number of columns is not read: then only
MANE Select's consequences of a gene are certain. A record that gives no frequency has none that is
known. Records that did not pass their filters do not count. No assay is declared, so of who does not carry it cannot be
told; sex comes from the pedigree. Every gene of the file is asked for, in several ways.
"""
import csv
import gzip
import os
import re
import tempfile
from decimal import Decimal

from oracle import Node, Report, data

# Ensembl's order of severity (release 113).
SEVERITY = """transcript_ablation splice_acceptor_variant splice_donor_variant stop_gained
frameshift_variant stop_lost start_lost transcript_amplification feature_elongation
feature_truncation inframe_insertion inframe_deletion missense_variant protein_altering_variant
splice_donor_5th_base_variant splice_region_variant splice_donor_region_variant
splice_polypyrimidine_tract_variant incomplete_terminal_codon_variant start_retained_variant
stop_retained_variant synonymous_variant coding_sequence_variant mature_miRNA_variant
5_prime_UTR_variant 3_prime_UTR_variant non_coding_transcript_exon_variant intron_variant
NMD_transcript_variant non_coding_transcript_variant coding_transcript_variant upstream_gene_variant
downstream_gene_variant TFBS_ablation TFBS_amplification TF_binding_site_variant
regulatory_region_ablation regulatory_region_amplification regulatory_region_variant
intergenic_variant sequence_variant""".split()
CLASSES = {"lof": set(SEVERITY[:5]), "missense_or_worse": set(SEVERITY[:14])}
# The file's INFO fields that give a frequency in a population; AF, MLEAF and SAF are its own samples'.
FREQUENCIES = ["1000GAF", "1000G_MAX_AF", "EXACAF", "EXACMAXAF", "EXACMAX_AF", "MTAF", "SWEGENAF", "SWEREFAF"]
# CLNSIG before 2017 is numbers.
CLINVAR = {"2": "benign", "3": "likely_benign", "4": "likely_pathogenic", "5": "pathogenic"}
OUTSIDE = {t for t in SEVERITY if re.match("upstream|downstream|TF|regulatory|intergenic", t)}
STATES = {"0/1": "het", "1/0": "het", "1/1": "hom", "./1": "carrier", "1/.": "carrier", "1": "hemi"}


def columns(header_line):
    return re.search(r"Format: ([^\"]+)", header_line).group(1).split("|")


def chosen(text, order):
    """Gene -> consequences of its chosen transcript, none where a lost entry may have decided."""
    best, inside, lost = {}, set(), False
    for entry in text.split(","):
        if len(entry.split("|")) != len(order):
            lost = True
            continue
        row = dict(zip(order, entry.split("|")))
        gene = row.get("SYMBOL") or row.get("Gene")
        terms = row["Consequence"].split("&")
        level = (0 if row.get("MANE_SELECT") else 1 if row.get("MANE_PLUS_CLINICAL") else
                 2 if row.get("CANONICAL") == "YES" else 3)
        rank = (level, min(SEVERITY.index(t) for t in terms))
        inside |= {gene} if set(terms) - OUTSIDE else set()
        if gene and (gene not in best or rank < best[gene][0]):
            best[gene] = (rank, set(terms))
    return {gene: set() if lost and rank[0] else terms for gene, (rank, terms) in best.items() if gene in inside}


def copies(state, sex, chromosome, position):
    """The one rule of copies: what a call means in who has one copy of the place, or none."""
    if chromosome in ("M", "MT"):
        return "hemi"
    pseudo_autosomal = {"X": ((60001, 2699520), (154931044, 155260560)),
                        "Y": ((10001, 2649520), (59034050, 59363566))}.get(chromosome)
    if not pseudo_autosomal or any(a <= position <= b for a, b in pseudo_autosomal):
        return state
    if sex == "male":
        return "hemi" if state in ("hom", "hemi") else "carrier"
    return state if chromosome == "X" else "carrier"


def read_vcf(path, sexes):
    """Samples, and per passed record: genes with their consequences, carriers by state, the highest
    population frequency (2, which none can be, where none is given), ClinVar's words."""
    order, samples, records, filtered = None, None, [], 0
    with gzip.open(path, "rt") as file:
        for line in file:
            if line.startswith("##INFO=<ID=CSQ,"):
                order = columns(line)
            elif line.startswith("#CHROM"):
                samples = line.rstrip("\n").split("\t")[9:]
            elif not line.startswith("#"):
                fields = line.rstrip("\n").split("\t")
                assert "," not in fields[4], "this file is split already"
                if fields[6] not in ("PASS", "."):
                    filtered += 1
                    continue
                info = dict(pair.partition("=")[::2] for pair in fields[7].split(";"))
                genotypes = [g.split(":")[0].replace("|", "/") for g in fields[9:]]
                carriers = {s: STATES[g] for s, g in zip(samples, genotypes) if g in STATES}
                values = [v for key in FREQUENCIES for v in info.get(key, "").split(",") if v not in ("", ".")]
                words = {CLINVAR.get(w) for w in re.split(r"[,|]", info.get("CLNSIG", ""))}
                carriers = {s: copies(state, sexes[s], fields[0], int(fields[1])) for s, state in carriers.items()}
                records.append((chosen(info["CSQ"], order) if "CSQ" in info else {}, carriers,
                                max(map(Decimal, values), default=Decimal(2)), words))
    return samples, records, filtered


def meaning(records, gene, terms=None, zygosity=None):
    """Who carries a variant that has one of the terms in this gene."""
    found = set()
    for genes, carriers, _, _ in records:
        if gene in genes and (terms is None or genes[gene] & terms):
            found |= {s for s, state in carriers.items() if zygosity is None or state == zygosity}
    return found


def carriers_if(records, condition):
    """Who carries a record that the condition holds for; and, as nobody was tested, nobody is no."""
    return set().union(*(set(carriers) for genes, carriers, af, words in records if condition(genes, af, words)))


def by_frequency_and_clinvar(records, genes):
    for text, most in (("0.1%", "0.001"), ("1%", "0.01"), ("5%", "0.05")):
        rare = lambda genes, af, words: af <= Decimal(most)
        yield "variant(af <= %s)" % text, carriers_if(records, rare), None
        for gene in genes:
            here = lambda found, af, words: gene in found and af <= Decimal(most)
            yield 'variant(gene = "%s" and af <= %s)' % (gene, text), carriers_if(records, here), None
            lof = lambda found, af, words: here(found, af, words) and found[gene] & CLASSES["missense_or_worse"]
            yield ('variant(gene = "%s" and af <= %s and consequence in (missense_or_worse))' % (gene, text),
                   carriers_if(records, lof), None)
    for word in CLINVAR.values():
        said = lambda found, af, words: word in words
        yield "variant(clinvar = %s)" % word, carriers_if(records, said), None


def questions(records, women):
    genes = sorted({gene for record in records for gene in record[0]})
    terms = sorted({term for record in records for each in record[0].values() for term in each})
    yield from by_frequency_and_clinvar(records, genes)
    word = lambda gene: gene if re.fullmatch(r"[A-Z][A-Z0-9-]*", gene) else '"%s"' % gene
    for gene in genes:
        yield "gene = %s" % word(gene), meaning(records, gene), None
        for name, members in CLASSES.items():
            text = "gene = %s and consequence in (%s)" % (word(gene), name)
            yield text, meaning(records, gene, members), None
        for term in ("missense_variant", "splice_region_variant", "intron_variant"):
            text = "variant(gene = %s and consequence = %s)" % (word(gene), term)
            yield text, meaning(records, gene, {term}), None
        for state in ("het", "hom"):
            text = "variant(gene = %s and zygosity = %s)" % (word(gene), state)
            yield text, meaning(records, gene, None, state), None
        yield "gene = %s and sex = female" % word(gene), meaning(records, gene) & women, women
    for term in terms:
        found = set().union(*(meaning(records, gene, {term}) for gene in genes))
        yield "variant(consequence = \"%s\")" % term, found, None


def read_pedigree(path):
    with open(path) as file:
        rows = [line.split() for line in file if not line.startswith("#")]
    return {row[1]: {"1": "male", "2": "female"}[row[4]] for row in rows}


def main():
    path, pedigree = data("vep", "scout_643594.clinical.vcf.gz"), data("vep", "scout_643594.ped")
    report = Report(__doc__.splitlines()[0])
    sexes = read_pedigree(pedigree)
    samples, records, filtered = read_vcf(path, sexes)
    women = {s for s in samples if sexes[s] == "female"}
    asked = list(questions(records, women))
    report.note("%d records passed, %d did not, %d questions" % (len(records), filtered, len(asked)))
    with tempfile.TemporaryDirectory(prefix="rikstal-oracle-") as folder:
        persons = os.path.join(folder, "persons.csv")
        with open(persons, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["person", "sex"])
            writer.writerows([s, sexes[s]] for s in samples)
        node = Node(os.path.join(folder, "node"))
        node.run("import persons", persons, "--delivers", "nothing")
        node.run("import vcf", path, codes=(0, 6))
        node.run("publish")
        answers = node.count([text for text, _, _ in asked])
    kinds = {}
    for (text, found, among), answer in zip(asked, answers):
        unknown = len((among or set(samples)) - found)
        good = (answer["matched"], answer["undetermined"]) == (len(found), unknown)
        kind = re.sub(r"gene = (\"[^\"]*\"|[A-Z0-9-]+)", "gene = G", text)
        if "gene =" not in text and "consequence" in text:
            kind = "variant(consequence = T)"
        kinds.setdefault(kind, []).append(good)
        if not good:
            report.row(False, text, answer["matched"], answer["undetermined"],
                       "expected %d %d" % (len(found), unknown))
    for kind, results in kinds.items():
        report.row(all(results), "%4d of %4d" % (sum(results), len(results)), kind)
    report.close()


if __name__ == "__main__":
    main()
