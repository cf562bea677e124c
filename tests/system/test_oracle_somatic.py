#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real somatic files against a reading of their text: every allele is accounted for, and counts for its origin alone.

Each file of the shared data has a node of its own, a table of persons that makes tumour and normal one person, and an assay of the whole genome.
Stored, filtered and rejected must add up to the alternative alleles of the file. Of each record (of a large file every n-th) the tumour's own column
says whether the change is there: by GT, or by the reads of Strelka's first tier. There the somatic question is yes, where the record did not pass it
cannot be told, else it is no; the germline is not tested, whatever the tumour has. Of who has it, the share of the reads is that of the column's AF,
FREQ or AD, or of the first tier, as an exact fraction: at least 10 %, less, or not said.
"""
import collections
import csv
import fractions
import gzip
import json
import os
import re
import tempfile

from oracle import Node, Report, data

ASKED_MAX = 300  # records of a file
# file, assembly as the operator says it, columns of tumour and normal (the second may lack), types that no header tells
FILES = [
    ("happy_strelka_grch38_admix_pass_snvs.vcf.gz", "GRCh38", 1, 0, {}),
    ("happy_strelka_grch38_admix_pass_indels.vcf.gz", "GRCh38", 1, 0, {}),
    ("pcgr_T001-BRCA.grch38.vcf.gz", "GRCh38", 0, None, {0: "tumour"}),
    ("scout_cancer_test.vcf.gz", "GRCh37", 0, 1, {0: "tumour", 1: "normal"}),
]
Record = collections.namedtuple("Record", "chromosome position ref alts passed keys columns")


def read(path):
    with gzip.open(path, "rt") as file:
        for text in file:
            if text.startswith("#CHROM"):
                names = text.rstrip("\n").split("\t")[9:]
            elif not text.startswith("#"):
                row = text.rstrip("\n").split("\t")
                yield names, Record(re.sub("^chr", "", row[0]), int(row[1]), row[3], row[4].split(","),
                                    row[6] in ("PASS", "."), row[8].split(":"), row[9:])


def carried(record, column):
    """Does this column have the first ALT? None: it cannot be told."""
    values = dict(zip(record.keys, record.columns[column].split(":")))
    if "GT" in values:
        alleles = re.split("[/|]", values["GT"])
        return None if "." in alleles else "1" in alleles
    if len(record.alts) != 1:
        return None
    names = ("TAR", "TIR") if "TIR" in values else (record.ref + "U", record.alts[0] + "U")
    ref, alt = (int(values[name].split(",")[0]) for name in names)
    return None if ref + alt == 0 else alt > 0


def share(record, column):
    """Of the reads of this column that have the first ALT; None: the column does not say."""
    values = dict(zip(record.keys, record.columns[column].split(":")))
    if "AF" in values:
        return fractions.Fraction(values["AF"].split(",")[0])
    if "FREQ" in values:
        return fractions.Fraction(values["FREQ"].rstrip("%")) / 100
    if "TIR" in values or "AU" in values:
        names = ("TAR", "TIR") if "TIR" in values else (record.ref + "U", record.alts[0] + "U")
        reads = [int(values[name].split(",")[0]) for name in names]
    elif "AD" in values and values["AD"].count(",") == len(record.alts):
        reads = [int(number) for number in values["AD"].split(",")]
    else:
        return None
    return fractions.Fraction(reads[1], sum(reads)) if sum(reads) else None


def trimmed(record):
    position, ref, alt = record.position, record.ref, record.alts[0]
    while len(ref) > 1 and len(alt) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
        position, ref, alt = position + 1, ref[1:], alt[1:]
    return position, ref, alt


def shifts(ref, alt):
    """An indel whose alleles end alike may have another spelling: who lacks it cannot be told."""
    return len(ref) != len(alt) and ref[-1] == alt[-1]


def take(folder, path, assembly, names, types):
    node, table = Node(os.path.join(folder, "node")), os.path.join(folder, "map.csv")
    with open(table, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["sample", "person", "type"])
        rows.writerows([name, "patient", types.get(i, "")] for i, name in enumerate(names))
    done = node.run("import vcf", path, "--persons", table, "--assembly", assembly, "--assay", "wgs", "--whole-genome",
                    "--json", "--quiet", codes=(0, 6))
    node.run("publish")
    return node, json.loads(done.stdout.splitlines()[0])


def sums(told):
    filtered = told["filtered"]
    return told["stored"] + told["rejected"] + (sum(filtered.values()) if isinstance(filtered, dict) else filtered)


def compare(report, name, assembly, tumour, records, node):
    chosen = [r for r in records if re.fullmatch("[ACGT]+", r.ref) and re.fullmatch("[ACGT]+", r.alts[0])]
    chosen = chosen[::max(1, len(chosen) // ASKED_MAX)]
    wanted, questions = [], []
    for record in chosen:
        position, ref, alt = trimmed(record)
        has = carried(record, tumour)
        if not record.passed or has is None or (not has and shifts(ref, alt)):
            wanted.append({(0, 1)})
        else:
            wanted.append({(1, 0)} if has else {(0, 0), (0, 1)})
        questions.append("somatic variant(change = %s:%s-%d-%s-%s)" % (assembly, record.chromosome, position, ref, alt))
    answers = [(a["matched"], a["undetermined"]) for a in node.count(questions)]
    right = sum(answer in want for answer, want in zip(answers, wanted))
    report.row(right == len(wanted), name, "%d of %d changes" % (right, len(wanted)),
               "%d yes, %d cannot tell" % (answers.count((1, 0)), answers.count((0, 1))))
    germline = node.count([q.replace("somatic", "germline") for q in questions])
    report.row(all((a["matched"], a["undetermined"]) == (0, 1) for a in germline), name, "nobody's germline has them")
    compare_shares(report, name, tumour, chosen, wanted, questions, node)
    first = next(i for i, want in enumerate(wanted) if want == {(1, 0)})
    place = "%s:%s:%d-%d" % (assembly, chosen[first].chromosome, chosen[first].position, chosen[first].position)
    for question, right in [("somatic variant(locus = %s)" % place, (1, 0)),
                            ("tested(%s)" % questions[first], (1, 0)),
                            ("tested(germline variant(locus = %s))" % place, (0, 0)),
                            ("not somatic variant(locus = %s)" % place, (0, 0)),
                            (questions[first].replace("somatic ", ""), (1, 0))]:
        answer = node.count([question])[0]
        report.row((answer["matched"], answer["undetermined"]) == right, name, question)


def compare_shares(report, name, tumour, chosen, wanted, questions, node):
    carriers = [(record, question) for record, want, question in zip(chosen, wanted, questions) if want == {(1, 0)}]
    for sign, holds in ((">=", lambda is_: is_ >= fractions.Fraction(1, 10)), ("<", lambda is_: is_ < fractions.Fraction(1, 10))):
        answers = node.count([question[:-1] + " and vaf %s 10%%)" % sign for _, question in carriers])
        found = [(a["matched"], a["undetermined"]) for a in answers]
        right = [(0, 1) if share(record, tumour) is None else (1, 0) if holds(share(record, tumour)) else (0, 0)
                 for record, _ in carriers]
        report.row(found == right, name, "%d changes with vaf %s 10 %%" % (len(right), sign),
                   "%d yes, %d no, %d cannot tell" % tuple(right.count(is_) for is_ in ((1, 0), (0, 0), (0, 1))))


def main():
    report = Report("somatic files of the shared data")
    for name, assembly, tumour, _, types in FILES:
        path = data("somatic", name)
        rows = list(read(path))
        records = [record for _, record in rows]
        with tempfile.TemporaryDirectory() as folder:
            node, told = take(folder, path, assembly, rows[0][0], types)
            alleles = sum(len(record.alts) for record in records)
            report.row(sums(told) == alleles, name, "%d alleles" % alleles, json.dumps(told)[:140])
            compare(report, name, assembly, tumour, records, node)
    report.close()


if __name__ == "__main__":
    main()
