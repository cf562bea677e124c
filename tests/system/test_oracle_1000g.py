#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""2,548 genomes: every variant's genotype counts are those of bcftools, and carriers in stretches too.

The truth is the text of `bcftools norm -m- | bcftools query`, counted here with string functions.
Sex and population come from igsr_samples.tsv. One node gets the file with an assay that covers the
slice, another the bare file: there a change is judged by the file, and a stretch cannot be told.
"""
import collections
import csv
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

from oracle import Node, Report, data, skip

VCF = "kg_grch38_chr22_50.0-50.8M_2548s.vcf.gz"
SLICE = (50000001, 50810000)
SHANK3 = (50674415, 50733212)


def bcftools_text(path):
    """(position, ref, alt) and the genotypes' text of every variant, and the samples' names."""
    if not shutil.which("bcftools"):
        skip("bcftools is not installed")
    samples = subprocess.run(["bcftools", "query", "-l", path], capture_output=True, text=True, check=True)
    norm = subprocess.Popen(["bcftools", "norm", "-m-", "-Ou", path], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL)
    query = subprocess.Popen(["bcftools", "query", "-f", "%POS\\t%REF\\t%ALT[\\t%GT]\\n"], stdin=norm.stdout,
                             stdout=subprocess.PIPE, text=True)
    rows = []
    for line in query.stdout:
        position, ref, alt, genotypes = line.rstrip("\n").split("\t", 3)
        rows.append(((int(position), ref, alt), genotypes.replace("|", "/")))
    if query.wait() or norm.wait():
        sys.exit("bcftools failed")
    return rows, samples.stdout.split()


class Truth:
    """Het and hom carriers of each variant as sets of sample numbers."""

    def __init__(self, rows, samples, table):
        self.counts = {}
        self.rows = rows
        self.samples = samples
        self.sex = [table[s][0] for s in samples]
        self.population = [table[s][1] for s in samples]
        for key, genotypes in rows:
            het = genotypes.count("0/1") + genotypes.count("1/0")
            hom = genotypes.count("1/1")
            ref = genotypes.count("0/0")
            self.counts[key] = (ref, het, hom, 0, len(samples) - ref - het - hom)

    def carriers(self, start, end, states=("0/1", "1/0", "1/1")):
        found = set()
        for (position, _, _), genotypes in self.rows:
            if start <= position <= end and any(s in genotypes for s in states):
                found.update(i for i, g in enumerate(genotypes.split("\t")) if g in states)
        return found

    def who(self, sex=None, populations=None):
        return {i for i in range(len(self.samples))
                if (not sex or self.sex[i] == sex) and (not populations or self.population[i] in populations)}


def read_table(path):
    """Sex and first population code of each sample."""
    with open(path, newline="") as file:
        return {row["Sample name"]: (row["Sex"], row["Population code"].split(",")[0])
                for row in csv.DictReader(file, delimiter="\t")}


def write_persons(path, truth):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["person", "sex", "kind", "code"])
        for sample, sex, population in zip(truth.samples, truth.sex, truth.population):
            writer.writerow([sample, sex, "other", "igsr:" + population])


def locus(start, end):
    return "locus = GRCh38:22:%d-%d" % (start, end)


def frequencies(node, *options):
    """Of every variant of the slice: ref, het, hom, hemi, not assessed."""
    lines = node.run("count", *options, "--frequency", "GRCh38:22:%d-%d" % SLICE, "--json").stdout
    found = {}
    for line in lines.splitlines():
        row = json.loads(line)
        _, position, ref, alt = row["change"].split(":", 1)[1].split("-")
        found[int(position), ref, alt] = tuple(row[k] for k in ("ref", "het", "hom", "hemi", "not_assessed"))
    return found


def compare_all(report, truth, node):
    found = frequencies(node)
    wrong = [key for key in truth.counts if found.get(key) != truth.counts[key]]
    report.row(not wrong and len(found) == len(truth.counts),
               "%d variants of %d equal in ref, het, hom, hemi, not assessed" %
               (len(truth.counts) - len(wrong), len(truth.counts)),
               "first that differs: %s %s %s" % (wrong[0], found.get(wrong[0]), truth.counts[wrong[0]])
               if wrong else "")


def compare_cohort(report, truth, node, sex, population):
    """The same within a cohort, small enough to count by position."""
    members = sorted(truth.who(sex, {population}))
    found = frequencies(node, "sex = %s and code = igsr:%s" % (sex, population))
    wrong = 0
    for key, genotypes in truth.rows:
        states = collections.Counter(map(genotypes.split("\t").__getitem__, members))
        het = states["0/1"] + states["1/0"]
        expected = (states["0/0"], het, states["1/1"], 0, len(members) - states["0/0"] - het - states["1/1"])
        wrong += found.get(key) != expected
    report.row(not wrong, "%d variants in the cohort of %d (%s, %s)" % (len(found), len(members), sex, population))


def compare_changes(report, truth, node):
    """Some changes one by one, through the language: het, hom, and nobody undetermined."""
    chosen = random.Random(22).sample(sorted(truth.counts), 300)
    asked = []
    for position, ref, alt in chosen:
        for state in ("het", "hom"):
            asked.append("variant(change = GRCh38:22-%d-%s-%s and zygosity = %s)" % (position, ref, alt, state))
    wrong = 0
    for i, answer in enumerate(node.count(asked)):
        expected = truth.counts[chosen[i // 2]][1 + i % 2]
        wrong += (answer["matched"], answer["undetermined"]) != (expected, 0)
    report.row(not wrong, "%d questions on changes by zygosity" % len(asked))


def stretches(truth):
    """Questions on carriers in a stretch, crossed with sex and population."""
    gbr, afr = {"GBR"}, {"YRI", "LWK"}
    small, tiny = (50674415, 50676415), (50700000, 50700100)
    some, few = truth.carriers(*small), truth.carriers(*tiny)
    hom = truth.carriers(*small, states=("1/1",))
    all_of = truth.who()
    return [
        (small, "variant(%s)" % locus(*small), some),
        (small, "variant(%s) and sex = female" % locus(*small), some & truth.who("female")),
        (small, "variant(%s) and code = igsr:GBR" % locus(*small), some & truth.who(None, gbr)),
        (small, "variant(%s) and sex = male and code = igsr:GBR" % locus(*small), some & truth.who("male", gbr)),
        (small, "variant(%s) and code in (igsr:YRI, igsr:LWK)" % locus(*small), some & truth.who(None, afr)),
        (tiny, "variant(%s) and code = igsr:FIN" % locus(*tiny), few & truth.who(None, {"FIN"})),
        (tiny, "not variant(%s)" % locus(*tiny), all_of - few),
        (tiny, "not variant(%s) and sex = female and code = igsr:CHB" % locus(*tiny),
         (all_of - few) & truth.who("female", {"CHB"})),
        (small, "variant(%s and zygosity = hom)" % locus(*small), hom),
        (small, "variant(%s and zygosity = hom) and code = igsr:GBR" % locus(*small), hom & truth.who(None, gbr)),
        (small, "variant(%s and not zygosity = het)" % locus(*small), hom),
        (SHANK3, "variant(%s)" % locus(*SHANK3), truth.carriers(*SHANK3)),
        (tiny, "variant(%s or %s)" % (locus(*tiny), locus(*small)), some | few),
        (tiny, "at least 2 of (variant(%s), sex = female, code = igsr:GBR)" % locus(*tiny),
         (few & truth.who("female")) | (few & truth.who(None, gbr)) | truth.who("female", gbr)),
    ]


def compare_stretches(report, truth, covered, bare):
    asked = stretches(truth)
    texts = [text for _, text, _ in asked]
    for (_, text, expected), answer in zip(asked, covered.count(texts)):
        got = (answer["matched"], answer["undetermined"])
        report.row(got == (len(expected), 0), "%5d %5d" % got,
                   "" if got == (len(expected), 0) else "expected %d and 0" % len(expected), text)
    # Without an assay nobody was tested over a stretch: who is no carrier cannot be told.
    small = (50674415, 50676415)
    some = truth.carriers(*small)
    beyond = "variant(%s)" % locus(SLICE[0] - 200000, SLICE[0] - 100000)
    expected = [(len(some), len(truth.samples) - len(some)), (0, len(truth.samples) - len(some)),
                (0, len(truth.samples))]
    asked = ["variant(%s)" % locus(*small), "not variant(%s)" % locus(*small), beyond]
    for text, answer, want in zip(asked, bare.count(asked), expected):
        got = (answer["matched"], answer["undetermined"])
        report.row(got == want, "%5d %5d" % got, "no assay:" if got == want else "no assay, expected %s:" % (want,), text)
    answer = covered.count([beyond])[0]
    report.row((answer["matched"], answer["undetermined"]) == (0, len(truth.samples)),
               "%5d %5d" % (answer["matched"], answer["undetermined"]), "not covered:", beyond)


def genes_of_slice(path):
    """Symbol -> span, of the genes that lie in the slice with one span."""
    spans = collections.defaultdict(set)
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["symbol"] and row["symbol"] != "NA":
                spans[row["symbol"]].add((row["chr"], int(row["start"]), int(row["end"])))
    return {symbol: (found[0][1], found[0][2]) for symbol, found in ((s, list(f)) for s, f in spans.items())
            if len(found) == 1 and found[0][0] == "22" and SLICE[0] <= found[0][1] and found[0][2] <= SLICE[1]}


def compare_genes(report, truth, covered, bare, table):
    """The file names no genes: a variant lies in a gene when it lies in its span."""
    genes = genes_of_slice(table)
    asked, expected = [], []
    for symbol, span in sorted(genes.items()):
        asked.append("variant(gene = \"%s\" and zygosity = hom)" % symbol)
        expected.append(len(truth.carriers(*span, states=("1/1",))))
    for node, name, rest in ((covered, "covered", 0), (bare, "no assay", None)):
        wrong = 0
        for answer, want in zip(node.count(asked), expected):
            unknown = len(truth.samples) - want if rest is None else rest
            wrong += (answer["matched"], answer["undetermined"]) != (want, unknown)
        report.row(not wrong, "%d of %d genes by their span (%s)" % (len(asked) - wrong, len(asked), name))
    # Carriers of anything there, with a consequence that this file cannot tell.
    some = truth.carriers(*genes["SHANK3"])
    for node, unknown in ((covered, len(some)), (bare, len(truth.samples))):
        answer = node.count(["gene = SHANK3 and consequence in (lof)"])[0]
        got = (answer["matched"], answer["undetermined"])
        report.row(got == (0, unknown), "%5d %5d" % got, "gene = SHANK3 and consequence in (lof)")


def main():
    path, table = data("multisample", VCF), data("multisample", "igsr_samples.tsv")
    genes = data("genes", "ensembl_genes_grch38.tsv.gz")
    report = Report(__doc__.splitlines()[0])
    rows, samples = bcftools_text(path)
    truth = Truth(rows, samples, read_table(table))
    report.note("bcftools: %d variants of %d samples" % (len(rows), len(samples)))
    with tempfile.TemporaryDirectory(prefix="rikstal-oracle-") as folder:
        persons, bed = os.path.join(folder, "persons.csv"), os.path.join(folder, "slice.bed")
        write_persons(persons, truth)
        with open(bed, "w") as file:
            file.write("chr22\t%d\t%d\n" % (SLICE[0] - 1, SLICE[1]))
        covered = Node(os.path.join(folder, "covered"))
        bare = Node(os.path.join(folder, "bare"))
        for node, options in ((covered, ["--assay", "slice", "--bed", bed]), (bare, [])):
            node.run("terms load genes", genes, "--assembly", "GRCh38")
            node.run("import persons", persons, "--delivers", "other:igsr")
            node.run("import vcf", path, "--assembly", "GRCh38", *options)
            node.run("publish")
        report.note("two nodes imported and published")
        compare_all(report, truth, bare)
        report.note("every variant compared")
        compare_cohort(report, truth, bare, "female", "GBR")
        compare_changes(report, truth, bare)
        compare_stretches(report, truth, covered, bare)
        compare_genes(report, truth, covered, bare, genes)
    report.close()


if __name__ == "__main__":
    main()
