#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real files under --whole-genome: who may carry what was not taken is never a certain no.

Every record of every VCF of the shared data is read here, by its text and by nothing of the node's
code. Of each sample whose own genotype at a record is other than a plain reference call (it has the
allele, is missing, unreadable, failed its own FT, or has any allele of a record that failed FILTER),
the change that the record names must be yes or cannot tell, whatever was made of the record. Where
every genotype is a plain reference call, nobody may carry it. Symbolic and breakend alleles are asked for by their place. Each file has a node of its
own, or is refused; why a file is refused is said.
"""
import gzip
import os
import re
import tempfile

from oracle import Node, Report, SHARED, skip

FOLDERS = ("germline", "gvcf", "multisample", "somatic", "sv", "vep")
BASES = re.compile("[ACGTNacgtn]+$")
RECORDS_MAX = 1000  # of a file of many samples; of a larger one every n-th, unless RIKSTAL_ALL is set
ACCESSION = re.compile(r"NC_0*(\d+)\.\d+$")
LENGTHS = {"249250621": "GRCh37", "48129895": "GRCh37", "51304566": "GRCh37", "63025520": "GRCh37",
           "248956422": "GRCh38", "46709983": "GRCh38", "50818468": "GRCh38", "64444167": "GRCh38"}
NUMBERED = {"23": "X", "24": "Y", "26": "MT", "M": "MT"}


def lines_of(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", errors="replace") as file:
        yield from (line.rstrip("\r\n") for line in file)


def chromosome_of(name):
    name = ACCESSION.sub(r"\1", re.sub("^chr", "", name))
    name = NUMBERED.get(name, name)
    return name if name in {str(n) for n in range(1, 23)} | {"X", "Y", "MT"} else None


def alleles_of(column, keys):
    """The alleles of a genotype that is said and did not fail; None where it is not, or not believed."""
    if column in ("0|0", "0/0"):
        return {"0"}
    values = dict(zip(keys, column.split(":")))
    alleles = re.split("[/|]", values.get("GT", ".").lstrip("/|"))
    said = set(alleles)
    if len(alleles) > 2 or not all(a.isdigit() for a in alleles) or values.get("FT", "PASS") not in ("PASS", ".", ""):
        return None
    if said == {"0"} and any(values.get(key, ".") == "0" for key in ("DP", "GQ")):
        return None
    return said


def trimmed(position, ref, alt):
    """As the question's language writes a change."""
    while len(ref) > 1 and len(alt) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
        position, ref, alt = position + 1, ref[1:], alt[1:]
    return position, ref, alt


def asked_of(fields):
    """The questions that a record stands for: its alleles' numbers, a change each, or its place."""
    position, ref = int(fields[1]), fields[3].upper()
    for number, alt in enumerate(fields[4].upper().split(","), 1):
        if alt in (".", "*", "<NON_REF>", "<*>"):
            continue
        change = (fields[0],) + trimmed(position, ref, alt)
        if BASES.match(alt) and BASES.match(ref) and alt != ref and "N" not in ref + alt and len(ref + alt) < 200:
            yield str(number), "change = %%s:%s-%d-%s-%s" % change
        else:
            yield str(number), "locus = %%s:%s:%d" % (fields[0], change[1] if BASES.match(alt) else position)


def records_of(path):
    """Samples; questions, each with the samples that may not be a certain no."""
    samples, doubtful = [], {}
    many = not os.environ.get("RIKSTAL_ALL") and any(
        line.startswith("#CHROM") and line.count("\t") > 100 for line in lines_of(path))
    records = sum(not line.startswith("#") for line in lines_of(path)) if many else 0
    for number, line in enumerate(lines_of(path)):
        if not line.startswith("#") and number % (1 + records // RECORDS_MAX):
            continue
        fields = line.split("\t")
        if line.startswith("#CHROM"):
            samples = fields[9:]
        if line.startswith("#") or len(fields) < 10 or not fields[1].isdigit():
            continue
        fields[0] = chromosome_of(fields[0])
        if not fields[0]:
            continue
        keys, passed = fields[8].split(":"), fields[6] in ("PASS", ".")
        said = {s: alleles_of(column, keys) for s, column in zip(samples, fields[9:])}
        other = {s: alleles for s, alleles in said.items() if alleles != {"0"}}
        for number, question in asked_of(fields):
            doubt = {s for s, alleles in other.items() if alleles is None or number in alleles or not passed}
            doubtful.setdefault(question, set()).update(doubt)
    return samples, doubtful


def assembly_of(path):
    """By the lengths of its contigs, or else what its name says."""
    for line in lines_of(path):
        length = re.search(r"##contig=.*length=(\d+)", line)
        if length and length.group(1) in LENGTHS:
            return LENGTHS[length.group(1)]
        if not line.startswith("##"):
            break
    return "GRCh38" if "38" in os.path.basename(path) else "GRCh37"


def load(node, path, folder, samples, assembly):
    """The file, each sample its own person; what it was refused for, or None."""
    persons = os.path.join(folder, "persons.csv")
    with open(persons, "w") as file:
        file.write("sample,person\n" + "".join('"%s",person-%d\n' % (s, i) for i, s in enumerate(samples)))
    words = ["import vcf", path, "--persons", persons, "--assay", "wgs", "--whole-genome", "--accept-loss",
             "--quiet"]
    done = node.run(*words, codes=(0, 1, 2, 6))
    if done.returncode == 2 and "--assembly" in done.stderr:
        done = node.run(*words, "--assembly", assembly, codes=(0, 1, 2, 6))
    return None if done.returncode in (0, 6) else done.stderr.strip().splitlines()[-1][:140]


def check(node, report, name, samples, doubtful, assembly):
    asked = sorted(doubtful)
    questions = ["variant(%s)" % (q % assembly) for q in asked]
    wrong = []
    for question, text, answer in zip(asked, questions, node.count(questions) if asked else []):
        certain = len(samples) - answer["matched"] - answer["undetermined"]
        if certain > len(samples) - len(doubtful[question]) or not doubtful[question] and answer["matched"]:
            wrong.append("%s: %d %d of %d, %d doubtful" % (text, answer["matched"], answer["undetermined"],
                                                           len(samples), len(doubtful[question])))
    report.row(not wrong, name, "%d questions" % len(asked), *wrong[:4])


def main():
    root = os.path.join(SHARED, "data")
    if not os.path.isdir(root):
        skip("there is no %s" % root)
    report = Report(__doc__.splitlines()[0])
    for name in sorted(os.path.join(f, n) for f in FOLDERS if os.path.isdir(os.path.join(root, f))
                       for n in os.listdir(os.path.join(root, f)) if n.endswith((".vcf", ".vcf.gz"))):
        path = os.path.join(root, name)
        samples, doubtful = records_of(path)
        with tempfile.TemporaryDirectory(prefix="rikstal-losses-") as folder:
            node = Node(os.path.join(folder, "node"))
            assembly = assembly_of(path)
            refused = load(node, path, folder, samples, assembly)
            if refused:
                report.note("%s: refused: %s" % (name, refused))
                continue
            node.run("publish")
            check(node, report, name, samples, doubtful, assembly)
    report.close()


if __name__ == "__main__":
    main()
