#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""rikstal-node count: true figures on the region's own machine, each call with its leaf.

Asked, answered and checked: the page, the JSON, many questions in one call, frequencies; a question
with a mistake (caret, exit 2, no leaf, nothing counted); no log, no figures; no snapshot, a clear error.
"""
import csv
import json
import os
import shutil
import tempfile

from oracle import Node, Report

PERSONS = [("person", "sex", "birth_year", "kind", "code"),
           ("anna", "female", "1950", "diagnosis", "icd10:C50.1"),
           ("bo", "male", "2015", "diagnosis", "icd10:C34"),
           ("cy", "", "1980", "", ""),
           ("dora", "female", "2016", "diagnosis", "icd10:C50")]
VCF = """##fileformat=VCFv4.2
##contig=<ID=chr1,length=248956422>
#CHROM	POS	ID	REF	ALT	QUAL	FILTER	INFO	FORMAT	anna	bo	cy
chr1	1000	.	A	C	50	PASS	.	GT	0/1	1/1	0/0
chr1	2000	.	G	GT	50	PASS	.	GT	0/0	./.	0/1
"""


def leaves(node):
    lines = node.run("audit tail", "--log", "count", "--json", "--lines", "1000").stdout.splitlines()
    return [json.loads(line) for line in lines]


def build(folder):
    node = Node(os.path.join(folder, "node"), "12")
    persons, vcf = os.path.join(folder, "persons.csv"), os.path.join(folder, "calls.vcf")
    with open(persons, "w", newline="") as file:
        csv.writer(file).writerows(PERSONS)
    with open(vcf, "w") as file:
        file.write(VCF)
    refused = node.run("count", "sex = female", codes=(1, 2, 7))
    node.run("import persons", persons, "--delivers", "diagnosis:icd10")
    node.run("import vcf", vcf)
    node.run("publish")
    return node, refused


def figures(node, question, *options):
    answer = json.loads(node.run("count", question, "--json", *options).stdout)
    return answer["matched"], answer["undetermined"], answer["persons"]


def check_answers(report, node):
    for question, expected in (
            ("diagnosis under C50", (2, 0, 4)),
            ("sex = female", (2, 1, 4)),
            ("not sex = female", (1, 1, 4)),
            ("region = 12", (4, 0, 4)),
            ("region = Stockholm", (0, 0, 4)),
            ("change = GRCh38:1-1000-A-C", (2, 1, 4)),
            ("change = GRCh38:1-2000-G-GT", (1, 2, 4)),
            ("variant(change = GRCh38:1-1000-A-C and zygosity = hom) and sex = male", (1, 0, 4)),
            ("", None)):
        if expected:
            got = figures(node, question)
            report.row(got == expected, got, question)
    page = node.run("count", "diagnosis under C50").stdout
    report.row("matched" in page and " 2 persons" in page and "question  diagnosis under icd10:C50" in page,
               "the page names figures and question")
    answer = json.loads(node.run("count", "diagnosis under C50", "--json").stdout)
    report.row(sorted(answer) == ["codes", "excluded", "explain", "matched", "persons", "question", "snapshot", "terms",
                                  "tested_share", "undetermined"] and answer["tested_share"] == 0.95,
               "the JSON has its members")


def check_file(report, node, folder):
    path = os.path.join(folder, "questions.txt")
    with open(path, "w") as file:
        file.write("# two questions\nsex = female\n\n  \nsex = male # the other\n")
    lines = node.run("count", "--file", path).stdout.splitlines()
    report.row([json.loads(l)["matched"] for l in lines] == [2, 1], "a file of questions, a line each")
    with open(path, "w") as file:
        file.write("sex = female\nsex = femal\n")
    before = len(leaves(node))
    done = node.run("count", "--file", path, codes=(2,))
    report.row(done.stdout == "" and "line 2" in done.stderr and "^" in done.stderr and "female" in done.stderr,
               "a mistake in line 2: nothing is counted, the place is shown")
    report.row(len(leaves(node)) == before, "and no leaf is written")


def check_frequencies(report, node):
    lines = node.run("count", "--frequency", "GRCh38:1:1-5000", "--json").stdout.splitlines()
    found = {row["change"]: [row[k] for k in ("ref", "het", "hom", "hemi", "not_assessed", "ac")]
             for row in map(json.loads, lines)}
    report.row(found == {"GRCh38:1-1000-A-C": [1, 1, 1, 0, 1, 3], "GRCh38:1-2000-G-GT": [1, 1, 0, 0, 2, 1]},
               "frequencies over a stretch", found)
    text = node.run("count", "sex = male", "--changes", "GRCh38:1-1000-A-C,GRCh38:1-3000-A-C").stdout
    rows = [line.split("\t")[1:] for line in text.splitlines()[1:]]
    # of the two who are or may be male, one is known to be: the other is not assessed
    report.row(rows == [["0", "0", "1", "0", "0", "1", "2"], ["0", "0", "0", "0", "0", "2", "0"]],
               "frequencies of listed changes in a cohort", rows)


def check_mistakes(report, node):
    for words, expected in (
            (["count", "genee = BRCA1"], "did you mean"),
            (["count", "sex = female AND age > 1"], "and"),
            (["count"], "a question is missing"),
            (["count", "sex = female", "extra"], "one question at a time"),
            (["count", "--frequency", "GRCh38:1:5-1"], "--frequency"),
            (["count", "--changes", "GRCh38:1-5-A-A"], "number 1"),
            (["count", "sex = female", "--file", "x"], "--file goes without")):
        done = node.run(words[0], *words[1:], codes=(2,))
        report.row(expected in done.stderr and done.stdout == "", "refused:", " ".join(words))


def check_leaves(report, node):
    before = leaves(node)
    figures(node, "sex = female")
    figures(node, "sex = female")
    figures(node, "sex = male")
    after = leaves(node)
    hashes = [leaf["question"] for leaf in after[-3:]]
    report.row(len(after) == len(before) + 3, "a leaf a call")
    report.row(hashes[0] == hashes[1] != hashes[2], "with the hash of what was asked")
    report.row("sex" not in json.dumps(after), "and not its text")
    node.run("audit verify", "--log", "count")
    path = os.path.join(node.folder, "count.db")
    shutil.move(path, path + ".kept")
    os.mkdir(path)
    done = node.run("count", "sex = female", codes=(1, 7))
    report.row(done.stdout == "" and "could not be written" in done.stderr, "no log, no figures")
    os.rmdir(path)
    shutil.move(path + ".kept", path)


def main():
    report = Report(__doc__.splitlines()[0])
    with tempfile.TemporaryDirectory(prefix="rikstal-count-") as folder:
        node, refused = build(folder)
        report.row(refused.stdout == "" and "publish" in refused.stderr, "before the first publish:",
                   refused.stderr.strip())
        check_answers(report, node)
        check_file(report, node, folder)
        check_frequencies(report, node)
        check_mistakes(report, node)
        check_leaves(report, node)
    report.close()


if __name__ == "__main__":
    main()
