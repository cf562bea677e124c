#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real data through coordinator, 21 nodes and noise: published patients, 2,548 genomes, a clinical trio.

The patients are dealt over 21 nodes, the genomes lie at node 12, the trio at node 01; the truth of
each region is taken from the files by the oracles' own readers. Promises: every figure lies within
the law of its noise, a repeat gives the same figures and costs nothing, a rewording that is
canonically equal too.
"""
import collections
import csv
import gzip
import os

import test_oracle_phenopackets as packets
import test_oracle_trio as trio
from network import REGIONS, SMALL, Analyst, Network, Report
from oracle import data
from test_country import bound
from test_oracle_1000g import SLICE

SIGMA = 10
LOOKED_AT = 500  # variants of the genomes among which one is chosen
GENOMES, TRIO = "12", "01"
EPILEPSY = "phenotype under HP:0001250 and not phenotype excluded HP:0001263"


def genomes(path, table):
    """Samples, sex and population of each, and of the first variants the one with the most het carriers."""
    best, samples, left = None, None, LOOKED_AT
    with gzip.open(path, "rt", encoding="ascii") as file:
        for line in file:
            if line.startswith("#CHROM"):
                samples = line.rstrip("\n").split("\t")[9:]
            if line.startswith("#"):
                continue
            fields = line.rstrip("\n").split("\t")
            if len(fields[3]) != 1 or len(fields[4]) != 1 or fields[6] not in ("PASS", "."):
                continue
            left -= 1
            if left == 0:
                break
            states = [g[:3].replace("|", "/") for g in fields[9:]]
            het = sum(g in ("0/1", "1/0") for g in states)
            if not best or het > best[0]:
                best = het, "GRCh38:22-%s-%s-%s" % (fields[1], fields[3], fields[4]), states
    with open(table, newline="", encoding="utf-8") as file:
        rows = {r["Sample name"]: (r["Sex"], r["Population code"].split(",")[0]) for r in csv.DictReader(file, delimiter="\t")}
    return samples, rows, best[1], dict(zip(samples, best[2]))


def build(network, report):
    """Import everything; per node its persons of each source, as the oracles read them."""
    archive, ontology = data("phenopackets", "phenopacket-store.tar.xz"), data("ontology", "hp.v2024-04-26.json.gz")
    vcf, table = data("multisample", "kg_grch38_chr22_50.0-50.8M_2548s.vcf.gz"), data("multisample", "igsr_samples.tsv")
    clinical, pedigree = data("vep", "scout_643594.clinical.vcf.gz"), data("vep", "scout_643594.ped")
    packets.hpo = packets.Ontology(ontology)
    dealt = dict(zip(packets.NODES, packets.deal(packets.read_packets(archive), network.folder)))
    persons = {region: people for region, people in dealt.items() if region in network.nodes}
    samples, rows, change, states = genomes(vcf, table)
    sexes = trio.read_pedigree(pedigree)
    family, records, _ = trio.read_vcf(clinical, sexes)
    report.note("oracles have read %d patients, %d genomes, %d of a family" % (sum(map(len, persons.values())), len(samples), len(family)))
    network.nodes[GENOMES].import_csv([("person", "sex", "kind", "code")] + [(s, rows[s][0], "other", "igsr:" + rows[s][1]) for s in samples])
    bed = os.path.join(network.folder, "slice.bed")
    with open(bed, "w", encoding="ascii") as file:
        file.write("chr22\t%d\t%d\n" % (SLICE[0] - 1, SLICE[1]))
    network.nodes[GENOMES].run("import vcf", vcf, "--assembly", "GRCh38", "--assay", "slice", "--bed", bed)
    network.nodes[TRIO].import_csv([("person", "sex")] + [(s, sexes[s]) for s in family])
    network.nodes[TRIO].run("import vcf", clinical, codes=(0, 6))
    for region, node in network.nodes.items():
        node.run("terms load hpo", ontology)
        node.run("import phenopackets", os.path.join(network.folder, "in-" + region), codes=(0, 6))
        node.publish()
    report.note("imported and published at %d nodes" % len(network.nodes))
    gene = common_gene(records, persons)
    return [epilepsy(persons, samples, family), het_change(persons, samples, rows, change, states, family),
            in_gene(persons, samples, records, family, gene)]


def common_gene(records, persons):
    """A gene in which the whole family and the most patients carry something."""
    seen = collections.Counter(symbol for people in persons.values() for p in people for symbol in {c[1] for c in p.calls} if symbol)
    shared = [g for g in {g for record in records for g in record[0]} if g.isalnum() and g.isupper()]
    return max(shared, key=lambda g: (len(trio.meaning(records, g)), seen[g], g))


def tally(persons, meaning):
    """Matched and undetermined of each region's patients."""
    found = {}
    for region, people in persons.items():
        values = [meaning(p) for p in people]
        found[region] = [values.count(packets.YES), values.count(packets.UNKNOWN)]
    return found


def epilepsy(persons, samples, family):
    """Who has no phenotypes on record has no seizure on record: neither genomes nor family count."""
    assert samples and family
    meaning = packets.both(packets.under("HP:0001250"), packets.negated(packets.excluded("HP:0001263")))
    return EPILEPSY, "not not (not phenotype excluded HP:0001263 and phenotype under HP:0001250)", tally(persons, meaning)


def het_change(persons, samples, rows, change, states, family):
    """One change, crossed with sex: of patients and family nobody was looked at there."""
    known = [s for s in samples if states[s] in ("0/1", "1/0") and rows[s][0] == "female"]
    unknown = [s for s in samples if "." in states[s] and rows[s][0] == "female"]
    found = tally(persons, lambda p: packets.NO if p.sex not in (None, "female") else packets.UNKNOWN)
    found[GENOMES][0] += len(known)
    found[GENOMES][1] += len(unknown)
    found[TRIO][1] += sum(trio.read_pedigree(data("vep", "scout_643594.ped"))[s] == "female" for s in family)
    return ("variant(change = %s and zygosity = het) and sex = female" % change,
            "sex = female and (variant(zygosity = het and change = %s))" % change, found)


def in_gene(persons, samples, records, family, gene):
    """A gene by its name: who carries nothing in it was not looked at as a whole."""
    found = tally(persons, packets.gene(gene))
    found[GENOMES][1] += len(samples)
    carriers = len(trio.meaning(records, gene))
    found[TRIO][0] += carriers
    found[TRIO][1] += len(family) - carriers
    return "gene = %s" % gene, "variant((gene in (%s)))" % gene, found


def law(report, network, question, truth, asked):
    off = [[asked.answers[r].cells[i] - truth[r][i] for r in network.nodes] for i in (0, 1)]
    cells = 2 * len(network.nodes) + 2
    for of, sigma, figure, i in zip(off, (SIGMA, asked.report["sigma_undetermined"]), ("matched", "undetermined"), (0, 1)):
        limit, total = bound(cells, sigma), bound(cells, sigma, len(network.nodes))
        report.row(max(map(abs, of)) <= limit and abs(sum(of)) <= total, "%s within the noise law: %s" % (figure, question),
                   "true %d, total off by %d of %.0f, largest of a region %d of %.0f" %
                   (sum(t[i] for t in truth.values()), sum(of), total, max(map(abs, of)), limit))


def main():
    report = Report(__doc__.splitlines()[0])
    data("phenopackets", "phenopacket-store.tar.xz")
    with Network("real", ["01", "03", "12"] if SMALL else REGIONS) as network:
        analyst = Analyst(network, "anna", "north").enrol()
        asked = build(network, report)
        for question, _, truth in asked:
            counted = {r: [n.count([question])[0][k] for k in ("matched", "undetermined")] for r, n in network.nodes.items()}
            wrong = {r: (counted[r], truth[r]) for r in truth if counted[r] != truth[r]}
            report.row(not wrong, "the true counts of %d regions are the oracles': %s" % (len(truth), question), dict(list(wrong.items())[:2]) or "")
        network.start()
        for question, reworded, truth in asked:
            first = analyst.ask(question)
            law(report, network, question, truth, first)
            before = {r: n.ledger() for r, n in network.nodes.items()}
            again = [analyst.ask(q) for q in (question, reworded)]
            same = all({r: a.cells for r, a in g.answers.items()} == {r: a.cells for r, a in first.answers.items()} for g in again)
            report.row(same and {r: n.ledger() for r, n in network.nodes.items()} == before,
                       "a repeat and a rewording give the same figures for nothing")
    report.close()


if __name__ == "__main__":
    main()
