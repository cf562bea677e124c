#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""40,000 persons in several segments, changed and published again: every count stays right.

Persons and genotypes are drawn from a seed; after a first publish a source corrects the sex of some,
others get more calls or a first sample, and a second publish moves them out of the segments that stay.
Counts and genotypes are compared with lists that are kept here, after each publish.
"""
import collections
import csv
import json
import os
import random
import tempfile

from oracle import Node, Report

N = 40000
SAMPLES = 400
VARIANTS = 60
GENOTYPES = ["0/0", "0/1", "1/1", "./."]


class Country:
    def __init__(self, dice):
        self.sex = [dice.choice(["female", "male"]) for _ in range(N)]
        self.born = [dice.randint(1930, 2020) for _ in range(N)]
        self.code = [dice.choice(["C50", "C501", "E119", None]) for _ in range(N)]
        self.calls = {}  # person -> genotype of each variant

    def sample(self, dice, persons):
        for p in persons:
            self.calls[p] = dice.choices(GENOTYPES, weights=(80, 12, 4, 4), k=VARIANTS)


def write_persons(path, country, persons, silent=()):
    """silent: of whom the file says no sex."""
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["person", "sex", "birth_year", "kind", "code"])
        for p in persons:
            code = country.code[p]
            writer.writerow(["p%d" % p, "" if p in silent else country.sex[p], country.born[p], "diagnosis" if code else "",
                             "icd10:" + code if code else ""])


def write_vcf(path, country, persons):
    with open(path, "w") as file:
        file.write("##fileformat=VCFv4.2\n##contig=<ID=chr2,length=242193529>\n")
        file.write("\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"] +
                             ["p%d" % p for p in persons]) + "\n")
        for v in range(VARIANTS):
            file.write("\t".join(["chr2", str(1000 + 10 * v), ".", "A", "G", ".", "PASS", ".", "GT"] +
                                 [country.calls[p][v] for p in persons]) + "\n")


def check(report, node, country, when):
    women = {p for p in range(N) if country.sex[p] == "female"}
    breast = {p for p in range(N) if country.code[p] in ("C50", "C501")}
    old = {p for p in range(N) if country.born[p] < 1960}
    carriers = {p for p, calls in country.calls.items() if calls[7] in ("0/1", "1/1")}
    tested = {p for p, calls in country.calls.items() if calls[7] != "./."}
    everybody = set(range(N))
    change = "variant(change = GRCh38:2-1070-A-G)"
    asked = [
        ("sex = female", women, set()),
        ("diagnosis under C50", breast, set()),
        ("diagnosis = icd10:C50 and sex = male", {p for p in breast if country.code[p] == "C50"} - women, set()),
        ("not (diagnosis under C50 or birth_year < 1960)", everybody - breast - old, set()),
        ("at least 2 of (sex = female, diagnosis under C50, birth_year < 1960)",
         (women & breast) | (women & old) | (breast & old), set()),
        (change, carriers, everybody - tested),
        ("not " + change + " and sex = female", women & (tested - carriers), women - tested),
        (change + " or sex = female", carriers | women, everybody - tested - women),
    ]
    for (text, yes, unknown), answer in zip(asked, node.count([a[0] for a in asked])):
        got = (answer["matched"], answer["undetermined"], answer["persons"])
        want = (len(yes), len(unknown), N)
        report.row(got == want, when, got, "" if got == want else "expected %s" % (want,), text)
    lines = node.run("count", "sex = female", "--frequency", "GRCh38:2:1-100000", "--json").stdout.splitlines()
    right = 0
    for v, row in enumerate(map(json.loads, lines)):
        seen = collections.Counter(calls[v] for p, calls in country.calls.items() if p in women)
        want = [seen["0/0"], seen["0/1"], seen["1/1"], 0, len(women) - seen["0/0"] - seen["0/1"] - seen["1/1"]]
        right += want == [row[k] for k in ("ref", "het", "hom", "hemi", "not_assessed")]
    report.row(right == VARIANTS == len(lines), when, "%d of %d variants by genotype" % (right, VARIANTS))


def main():
    dice = random.Random(16384)
    report = Report(__doc__.splitlines()[0])
    with tempfile.TemporaryDirectory(prefix="rikstal-segments-") as folder:
        node = Node(os.path.join(folder, "node"))
        path = lambda name: os.path.join(folder, name)
        country = Country(dice)
        sampled = sorted(dice.sample(range(N), SAMPLES))
        country.sample(dice, sampled)
        changed = sorted(dice.sample(range(N), 700))
        write_persons(path("persons.csv"), country, range(N), silent=set(changed))
        write_persons(path("changed.csv"), country, changed)
        write_vcf(path("calls.vcf"), country, sampled)
        node.run("import persons", path("persons.csv"), "--delivers", "diagnosis:icd10")
        node.run("import persons", path("changed.csv"), "--delivers", "diagnosis:icd10")
        node.run("import vcf", path("calls.vcf"))
        node.run("publish")
        check(report, node, country, "first: ")
        for p in changed:
            country.sex[p] = "male" if country.sex[p] == "female" else "female"
        late = sorted(set(dice.sample(range(N), 100)) - set(sampled))
        country.sample(dice, late)
        write_persons(path("changed.csv"), country, changed)
        write_vcf(path("late.vcf"), country, late)
        node.run("import persons", path("changed.csv"), "--delivers", "diagnosis:icd10")
        node.run("import vcf", path("late.vcf"))
        node.run("publish")
        check(report, node, country, "second:")
    report.close()


if __name__ == "__main__":
    main()
