#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same questions to rikstal, bcftools and plink2 on 50,000 synthetic genomes made of real ones.

W2: distinct carriers in a stretch of 58.8 kb among a cohort. W3: the allele count of every variant
among a cohort. W4: one variant. A row is void unless the answers are equal. `inside` is the very
function that the keeper calls, in steady state; `process` is `rikstal-node count` from exec to
exit, opening and checking the snapshot and writing its audit leaf included. All on one core.
"""
import json
import os
import subprocess
import sys
import time

import rows

PERSONS, SITES = 50000, 4437
STRETCH = (50050000, 50108800)
SMALL = "phenotype = HP:0001250 and age > 50"
LARGE = "age > 50"


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit("%s: %s" % (" ".join(command)[:200], done.stderr[-300:]))
    return done.stdout


class Field:
    """The data in everybody's own form."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.bcf = os.path.join(scratch, "all.bcf")
        self.csv = os.path.join(scratch, "persons.csv")
        run([os.path.join(rows.BUILD, "tests/bench/bench-genomes"), rows.shared(rows.SLICE), str(SITES),
             str(PERSONS), "1", self.bcf, self.csv])
        run(["bcftools", "index", self.bcf])
        self.pgen = os.path.join(scratch, "plink")
        run(["plink2", "--threads", "1", "--bcf", self.bcf, "--make-pgen", "--out", self.pgen])
        self.positions = [int(p) for p in run(["bcftools", "query", "-f", "%POS\\n", self.bcf]).split()]
        self.make_node()
        self.make_cohorts()

    def make_node(self):
        self.node = os.path.join(self.scratch, "node")
        bed = os.path.join(self.scratch, "all.bed")
        with open(bed, "w", encoding="utf-8") as out:
            out.write("chr22\t49000000\t50818468\n")
        rows.node("init", "--region", "12", folder=self.node)
        rows.node("import", "persons", self.csv, folder=self.node)
        rows.node("import", "vcf", self.bcf, "--assay", "wgs", "--bed", bed, "--max-samples", "50000",
                  "--max-inflation", "100000", folder=self.node)
        rows.node("publish", folder=self.node)
        # A file that is younger than two seconds is hashed at every start (node/snapshot/verified.h).
        time.sleep(2.5)
        rows.node("count", "sex = female", folder=self.node)

    def make_cohorts(self):
        age, seizures = {}, set()
        with open(self.csv, encoding="utf-8") as table:
            next(table)
            for line in table:
                person, _, years, _, _, code = line.rstrip("\n").split(",")
                if years:
                    age[person] = int(years)
                if code:
                    seizures.add(person)
        old = [p for p in age if age[p] > 50]
        self.cohorts = {SMALL: self.cohort("small", [p for p in old if p in seizures]),
                        LARGE: self.cohort("large", old)}

    def cohort(self, name, persons):
        for suffix, text in (("txt", "\n".join(persons)),
                             ("keep", "#IID\n" + "\n".join(persons))):
            with open(os.path.join(self.scratch, name + "." + suffix), "w", encoding="utf-8") as out:
                out.write(text + "\n")
        return os.path.join(self.scratch, name), len(persons)


def inside(field, flag, question):
    """p50 in ms of the keeper's own function."""
    text = run([os.path.join(rows.BUILD, "tests/bench/bench_evaluate"), field.node, flag, question])
    return float(text.strip().split("\n")[-1].split()[0]) / 1000


def processes(field, arguments, view, plink):
    """What rikstal-node printed, and {name: (p50, p99)} in ms: ours beside plink2 in turns, then bcftools."""
    ours = [rows.NODE, "count", *arguments, "--dir", field.node]
    out = run(ours)
    times = rows.tails({"rikstal": ours, "plink2": plink})
    times.update(rows.tails({"bcftools": ["sh", "-c", view]}, 3))
    return out, times


def report(what, answers, ours_inside, times, limit):
    if len(set(answers)) != 1:
        sys.exit("%s: the answers differ: %s" % (what, answers))
    ours = times.pop("rikstal")
    rows.row(what + ": answer", answers[0], "")
    rows.row(what + ": rikstal inside", ours_inside, "ms")
    rows.row(what + ": rikstal process", ours[0], "ms", note="p99 %.4g" % ours[1])
    for name, (middle, tail) in times.items():
        rows.row("%s: %s process" % (what, name), middle, "ms",
                 note="p99 %.4g, %.1f x rikstal's process, %.0f x inside" % (
                     tail, middle / ours[0], middle / ours_inside))
    rows.at_most(what + ": rikstal process / plink2", ours[0] / times["plink2"][0], "x", limit)


def carriers(field, cohort):
    base, _ = field.cohorts[cohort]
    question = "locus = GRCh38:22:%d-%d and %s" % (*STRETCH, cohort)
    region = "chr22:%d-%d" % STRETCH
    view = "bcftools view -r %s -S %s.txt -Ou %s | bcftools query -i 'GT=\"alt\"' -f '[%%SAMPLE\\n]'" \
        " | sort -u | wc -l" % (region, base, field.bcf)
    counts = os.path.join(field.scratch, "w2")
    plink = ["plink2", "--threads", "1", "--pfile", field.pgen, "--keep", base + ".keep", "--chr", "22",
             "--from-bp", str(STRETCH[0]), "--to-bp", str(STRETCH[1]), "--sample-counts", "cols=homaltsnp,hetsnp",
             "--out", counts]
    out, times = processes(field, [question, "--json"], view, plink)
    with open(counts + ".scount", encoding="utf-8") as table:
        next(table)
        plink_answer = sum(1 for line in table if any(int(n) for n in line.split()[1:]))
    answers = [json.loads(out)["matched"], int(run(["sh", "-c", view])), plink_answer]
    return answers, inside(field, "--ask", question), times


def frequencies(field, cohort):
    base, _ = field.cohorts[cohort]
    low, high = min(field.positions), max(field.positions)
    view = "bcftools view -S %s.txt -Ou %s | bcftools query -f '%%AC\\n'" % (base, field.bcf)
    counts = os.path.join(field.scratch, "w3")
    plink = ["plink2", "--threads", "1", "--pfile", field.pgen, "--keep", base + ".keep", "--geno-counts",
             "--out", counts]
    out, times = processes(field, [cohort, "--frequency", "GRCh38:22:%d-%d" % (low, high), "--json"],
                           view + " >/dev/null", plink)
    with open(counts + ".gcount", encoding="utf-8") as table:
        names = next(table).lstrip("#").split()
        het, hom = names.index("HET_REF_ALT_CTS"), names.index("TWO_ALT_GENO_CTS")
        plink_answer = sum(int(f[het]) + 2 * int(f[hom]) for f in (line.split() for line in table))
    answers = [allele_count(out), sum(int(n) for n in run(["sh", "-c", view]).split()), plink_answer]
    return answers, inside(field, "--frequencies", cohort), times


def allele_count(out):
    return sum(json.loads(line)["ac"] for line in out.splitlines())


def start_rows(field):
    """From exec to exit: a command that reads nothing, and the least that can be counted."""
    nobody = "locus = GRCh38:22:%d-%d and age > 120" % (STRETCH[0], STRETCH[0])
    times = rows.tails({"start": [rows.NODE, "count", "--help"],
                        "count": [rows.NODE, "count", nobody, "--dir", field.node]})
    rows.row("start of rikstal-node, nothing opened", times["start"][0], "ms", note="p99 %.4g" % times["start"][1])
    rows.at_most("start of rikstal-node count, one site", times["count"][0], "ms", 12, "p99 %.4g" % times["count"][1])


def main():
    with rows.scratch() as scratch:
        field = Field(scratch)
        for cohort, size in ((SMALL, "small"), (LARGE, "large")):
            name = "cohort of %d" % field.cohorts[cohort][1]
            report("W2 carriers in 58.8 kb, " + name, *carriers(field, cohort), limit=0.7)
            answers, within, times = frequencies(field, cohort)
            report("W3 allele counts of %d variants, %s" % (len(field.positions), name), answers, within,
                   times, limit=1.0)
            rows.at_most("W3 inside, a variant, %s cohort" % size, within * 1000 / len(field.positions),
                         "us", 1.0)
        start_rows(field)
    return rows.finish()


if __name__ == "__main__":
    sys.exit(main())
