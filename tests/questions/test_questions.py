#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Questions that people ask, each on the persons of its file: exactly those who are written down as yes or cannot tell.

A carrier has the site of their class in the gene: the pathogenic one stops it, the benign one is a missense variant; or one of the file's `alleles`,
each a change, a consequence, a gene and perhaps ClinVar's word.
One copy, or by "hom" two; "lost": it could not be called there. Who has a `tumour` has a sample of one, with the sites and the `changes` of the
file that are listed; "lost " before one: it could not be called there. `samples` are several of tumours, each a day ("" where it is not
known) and what it has. `terms` of HPO stand with the one above them; "no phenotype" was looked for.
`structures` of the file are structural variants, `judged` whose germline Manta looked at for them and what it found there (a name, "hom NAME", "lost NAME"),
`judged_tumour` the same of the tumour.
A percentage, in place of copies or behind a change of a tumour, is the share of the reads; "?" is one that is not said.
"""
import datetime
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "system"))
from oracle import Node, Report  # noqa: E402

CLASSES = {"pathogenic": ("stop_gained", "Pathogenic"), "likely_pathogenic": ("stop_gained", "Likely_pathogenic"),
           "benign": ("missense_variant", "Benign"), "uncertain": ("missense_variant", "Uncertain_significance")}
LENGTHS = {"6": 170805979, "7": 159345973, "9": 138394717, "12": 133275309, "M": 16569}
HEAD = """##fileformat=VCFv4.2
##contig=<ID=chr1,length=248956422>
##INFO=<ID=CSQ,Number=.,Type=String,Description="made here Format: Allele|Consequence|SYMBOL">
##INFO=<ID=CLNSIG,Number=.,Type=String,Description="made here">
##FORMAT=<ID=GT,Number=1,Type=String,Description="g">
##FORMAT=<ID=AF,Number=A,Type=Float,Description="a">
"""


RIKSTAL = os.path.join(os.environ.get("RIKSTAL_BUILD", ""), "coordinator/analyst/rikstal")
SPONSOR = ("--role", "sponsor", "--purpose", "trial-feasibility", "--mode", "sum", "--sigma", "10")


def ago(found):
    """The day so many years or days before today."""
    today, n = datetime.datetime.now(datetime.timezone.utc).date(), int(found[1])
    if found[2] == "day":
        return str(today - datetime.timedelta(days=n))
    return str(today.replace(year=today.year - n, day=min(today.day, 28)))


def start_of(gene):
    return 1000000 + 10000 * gene


def with_share(share):
    return "0/1:" + ("." if share == "?" else "%.6f" % (float(share.rstrip("%")) / 100))


def write_persons(path, persons):
    with open(path, "w", encoding="utf-8") as file:
        file.write("person,sex,birth_date,kind,system,code,date,excluded\n")
        for number, person in enumerate(persons):
            file.write("p%d,%s,%s,,,,,\n" % (number, person["sex"], person["birth_date"]))
            for event in person["events"]:
                if len(event) == 4:
                    file.write("p%d,,,%s,%s\n" % (number, ",".join(event).removeprefix("no "), "yes" if event[0].startswith("no ") else ""))


def write_values(path, persons):
    """Events of more than four parts: value, unit and answer too. How many they are."""
    rows = ["p%d,%s\n" % (number, ",".join((event + ["", "", ""])[:7]))
            for number, person in enumerate(persons) for event in person["events"] if len(event) > 4]
    with open(path, "w", encoding="utf-8") as file:
        file.write("person,kind,system,code,start,value,unit,answer\n" + "".join(rows))
    return len(rows)


def call(carried, site, here):
    """The genotype of who carries the site, or the class of it in a gene (here: which gene, which class)."""
    word = carried.get(site, "")
    if here and here[0] in carried:
        word = carried[here[0]].replace(here[1], "het", 1)
    if word.endswith("%") or word == "?":
        return with_share(word)
    return {"het": "0/1", "het hom": "1/1", "hom": "1/1", "lost": "./.", "het lost": "./."}.get(word, "0/0")


def write_genomes(path, case):
    sampled = [(n, p["carries"]) for n, p in enumerate(case["persons"]) if "carries" in p]
    sites = [("%s %s" % (gene, name), (gene, name), "1-%d-A-C" % (start_of(g) + 10 * c), term, gene, word)
             for g, gene in enumerate(case["genes"]) for c, (name, (term, word)) in enumerate(CLASSES.items())]
    sites += [(name, None, change, term, gene, "".join(word)) for name, (change, term, gene, *word) in case.get("alleles", {}).items()]
    sites.sort(key=lambda site: (["1", *LENGTHS].index(site[2].split("-")[0]), int(site[2].split("-")[1])))
    with open(path, "w", encoding="ascii") as file:
        file.write(HEAD + "".join("##contig=<ID=chr%s,length=%d>\n" % item for item in LENGTHS.items()) +
                   "\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"] + ["p%d" % n for n, _ in sampled]) + "\n")
        for site, here, change, term, gene, word in sites:
            chromosome, position, ref, alt = change.split("-")
            file.write("\t".join(["chr" + chromosome, position, ".", ref, alt, ".", "PASS", "CSQ=%s|%s|%s%s" % (
                alt, term, gene, ";CLNSIG=" + word if word else ""), "GT:AF"] + [call(carried, site, here) for _, carried in sampled]) + "\n")


def write_terms(path, terms):
    with open(path, "w", encoding="ascii") as file:
        file.write("format-version: 1.2\ndata-version: made-here\nontology: hp\n")
        for term, above in terms:
            file.write("\n[Term]\nid: %s\nname: %s\n%s" % (term, term, "is_a: %s\n" % above if above else ""))


def write_tumours(folder, case):
    """A somatic VCF of the tumours of those who have one, and whose they are; None where nobody has."""
    sampled = [(n, "t%d" % n, "", p["tumour"]) for n, p in enumerate(case["persons"]) if "tumour" in p]
    sampled += [(n, "t%d_%d" % (n, at), day, has) for n, p in enumerate(case["persons"]) for at, (day, has) in enumerate(p.get("samples", []))]
    sites = dict(case.get("changes", {}))
    for g, gene in enumerate(case["genes"]):
        for c, (name, (term, word)) in enumerate(CLASSES.items()):
            sites["%s %s" % (gene, name)] = ["1-%d-A-C" % (start_of(g) + 10 * c), term, gene, word]
    vcf, table = os.path.join(folder, "t.vcf"), os.path.join(folder, "t.csv")
    if not sampled:
        return None
    with open(table, "w", encoding="ascii") as file:
        file.write("sample,person,type,tissue,taken\n" + "".join("%s,p%d,tumour,,%s\n" % (name, n, day) for n, name, day, _ in sampled))
    with open(vcf, "w", encoding="ascii") as file:
        file.write(HEAD + "".join("##contig=<ID=chr%s,length=%d>\n" % item for item in LENGTHS.items()) +
                   "##INFO=<ID=SOMATIC,Number=0,Type=Flag,Description=\"made here\">\n" +
                   "\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"] +
                             [name for _, name, _, _ in sampled]) + "\n")
        for site in sorted(sites, key=lambda s: [int(n) for n in sites[s][0].split("-")[:2]]):
            change, term, gene, *word = sites[site]
            chromosome, position, ref, alt = change.split("-")
            calls = ["0/1" if site in tumour else "./." if "lost " + site in tumour else
                     ([with_share(has.rsplit(" ", 1)[1]) for has in tumour if has.rsplit(" ", 1)[0] == site] or ["0/0"])[0]
                     for _, _, _, tumour in sampled]
            file.write("\t".join(["chr" + chromosome, position, ".", ref, alt, ".", "PASS", "SOMATIC;CSQ=%s|%s|%s%s" % (
                alt[1:] or "-" if len(ref) != len(alt) else alt, term, gene, ";CLNSIG=" + word[0] if word else ""),
                "GT:AF"] + calls) + "\n")
    return vcf, table


def write_structures(folder, case, of, prefix):
    """What Manta found in the samples of those who have such a member; None where nobody has."""
    sampled = [(n, p[of]) for n, p in enumerate(case["persons"]) if of in p]
    path = os.path.join(folder, of + ".vcf")
    if not sampled:
        return None
    with open(path, "w", encoding="ascii") as file:
        file.write("##fileformat=VCFv4.2\n##source=GenerateSVCandidates 1.6.0\n##contig=<ID=chr1,length=248956422>\n" +
                   "".join("##ALT=<ID=%s,Description=\"made here\">\n" % name for name in ("DEL", "DUP:TANDEM", "INS", "INV")) +
                   "\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"] +
                             ["%s%d" % (prefix, n) for n, _ in sampled]) + "\n")
        for name, (kind, start, end, copies) in sorted(case["structures"].items(), key=lambda item: item[1][1]):
            calls = ["%s:%s" % ("1/1" if "hom " + name in found else "./." if "lost " + name in found else
                                "0/1" if name in found else "0/0", copies if name in found or "hom " + name in found else "2")
                     for _, found in sampled]
            file.write("\t".join(["chr1", str(start - 1), ".", "A", "<%s>" % kind, ".", "PASS", "SVTYPE=%s;END=%d;SVLEN=%d" % (
                kind[:3], end, -(end - start + 1) if kind == "DEL" else end - start + 1), "GT:CN"] + calls) + "\n")
    return path


def take_structures(folder, node, case):
    for of, prefix, kind in (("judged", "p", ""), ("judged_tumour", "t", "tumour")):
        path, table = write_structures(folder, case, of, prefix), os.path.join(folder, of + ".csv")
        if not path:
            continue
        with open(table, "w", encoding="ascii") as file:
            file.write("sample,person,type\n" + "".join("%s%d,p%d,%s\n" % (prefix, n, n, kind)
                                                       for n, person in enumerate(case["persons"]) if of in person))
        node.run("import vcf", path, "--persons", table, "--assembly", "GRCh38", "--assay", "wgs", "--whole-genome", "--quiet",
                 codes=(0, 6))


def ask(folder, case):
    node = Node(os.path.join(folder, "node"))
    persons, values, genomes, genes, terms = (os.path.join(folder, name) for name in ("p.csv", "v.csv", "g.vcf", "genes.tsv", "hp.obo"))
    with open(genes, "w", encoding="ascii") as file:
        file.write("symbol\tchromosome\tstart\tend\n")
        for g, gene in enumerate(case["genes"]):
            file.write("%s\t1\t%d\t%d\n" % (gene, start_of(g) - 100, start_of(g) + 100))
    write_persons(persons, case["persons"])
    write_genomes(genomes, case)
    if "terms" in case:
        write_terms(terms, case["terms"])
        node.run("terms load hpo", terms)
    node.run("import persons", persons, "--feed", "f", "--delivers", case["delivers"])
    if write_values(values, case["persons"]):
        node.run("import events", values, "--feed", "v", "--delivers", case["delivers_values"], codes=(0, 6))
    if case["genes"]:
        node.run("terms load genes", genes, "--assembly", "GRCh38")
    if any("carries" in person for person in case["persons"]):
        node.run("import vcf", genomes, "--assay", "wgs", "--whole-genome", "--quiet", codes=(0, 6))
    tumours = write_tumours(folder, case)
    if tumours:
        node.run("import vcf", tumours[0], "--persons", tumours[1], "--assay", "wgs", "--whole-genome", "--quiet",
                 codes=(0, 6))
    take_structures(folder, node, case)
    node.run("publish")
    if "protocol" in case:
        as_a_sponsor(folder, node, case)
    return node.count([question_of(case)])[0]


def question_of(case):
    """All criteria of a protocol together; one whose name begins with E excludes."""
    if "question" in case:
        return case["question"]
    return " and ".join(("not (%s)" if name[0] == "E" else "(%s)") % text for name, text in case["protocol"])


def as_a_sponsor(folder, node, case):
    """The protocol is a funnel, and the default policy admits it for a sponsor: both end the test where it is not so."""
    path = os.path.join(folder, "trial.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join("%s: %s\n" % line for line in map(tuple, case["protocol"])))
    subprocess.run([RIKSTAL, "price", "--measure", "funnel", "--protocol", path], check=True, capture_output=True, timeout=60)
    node.run("policy preview", question_of(case), *SPONSOR)


def main():
    report = Report("questions as they were asked")
    here = os.path.dirname(os.path.abspath(__file__))
    for path in sorted(glob.glob(os.path.join(here, "*.json"))):
        with open(path, encoding="utf-8") as file:
            case = json.loads(re.sub(r"\{(\d+) (day|year)s? ago\}", ago, file.read()))
        words = [person["is"] for person in case["persons"]]
        right = [words.count("yes"), words.count("cannot tell")]
        with tempfile.TemporaryDirectory() as folder:
            answer = ask(folder, case)
        found = [answer["matched"], answer["undetermined"]]
        report.row(found == right, os.path.basename(path), "%d %d" % tuple(found),
                   case["asked"] if found == right else "not %d %d" % tuple(right))
    report.close()


if __name__ == "__main__":
    sys.exit(main())
