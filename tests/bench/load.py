#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Loading: the real 1000 Genomes slice against htslib's floor, its size, and single samples."""
import os
import random
import shutil
import subprocess
import sys
import time

import rows


def folder_bytes(folder):
    return sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder))


def load(vcf, template, where):
    """import and publish into a fresh copy of an initialised node; (wall, peak RSS)."""
    shutil.rmtree(where, ignore_errors=True)
    shutil.copytree(template, where)
    start = time.monotonic()
    _, _, import_rss = rows.timed([rows.NODE, "import", "vcf", vcf, "--assembly", "GRCh38", "--dir", where])
    _, _, rss = rows.timed([rows.NODE, "publish", "--dir", where])
    return time.monotonic() - start, max(import_rss, rss)


def slice_rows(scratch):
    vcf = rows.shared(rows.SLICE)
    template, where = os.path.join(scratch, "empty"), os.path.join(scratch, "slice")
    peaks = []
    rows.node("init", "--region", "12", folder=template)

    def ours():
        wall, peak = load(vcf, template, where)
        peaks.append(peak)
        return wall

    medians = rows.interleaved({
        "floor": ["bcftools", "view", "-Ou", "-o", "/dev/null", vcf],
        "ours": ours,
    }, 5)
    bcf = os.path.join(scratch, "slice.bcf")
    subprocess.run(["bcftools", "annotate", "-x", "^FORMAT/GT,INFO", "-Ob", "-o", bcf, vcf], check=True,
                   stderr=subprocess.DEVNULL)
    bcf_rows(bcf, vcf, template)
    carriers = carriers_of(vcf)
    snapshot = folder_bytes(os.path.join(where, "snapshot"))
    rows.row("bcftools view -Ou, 2,548 x 25,078", medians["floor"] * 1000, "ms")
    rows.row("import + store + publish of the same file", medians["ours"] * 1000, "ms")
    rows.at_most("load / floor (one core)", medians["ours"] / medians["floor"], "x", 1.5)
    rows.row("peak memory of import and publish", max(peaks), "MB")
    rows.row("snapshot", snapshot / 1e6, "MB")
    rows.at_most("snapshot / BCF of the same genotypes", snapshot / os.path.getsize(bcf), "x", 0.9)
    rows.row("carriers (person, variant)", carriers, "")
    rows.at_most("bytes a carrier, the whole snapshot included", snapshot / carriers, "B", 0.6)


def dry(path, template, *options):
    return [rows.NODE, "import", "vcf", path, "--assembly", "GRCh38", "--dry-run", *options, "--dir", template]


def floor(path):
    return ["bcftools", "view", "-Ou", "-o", "/dev/null", path]


def bcf_rows(bcf, vcf, template):
    """The reader alone (a dry run) on the same genotypes as BCF and as VCF.gz, beside htslib's reader of each."""
    tails = rows.tails({"bcf floor": floor(bcf), "bcf": dry(bcf, template), "vcf floor": floor(vcf),
                        "vcf": dry(vcf, template)}, 7)
    for name, what in (("bcf", "read the slice as BCF, a dry run"), ("bcf floor", "bcftools view -Ou of it")):
        rows.row(what, tails[name][0], "ms", note="p99 %.0f ms" % tails[name][1])
    rows.at_most("read BCF / bcftools view -Ou (one core)", tails["bcf"][0] / tails["bcf floor"][0], "x", 1.3)
    rows.row("read VCF.gz / bcftools view -Ou (one core)", tails["vcf"][0] / tails["vcf floor"][0], "x")
    rows.at_most("read BCF / read VCF.gz", tails["bcf"][0] / tails["vcf"][0], "x", 1.0)


def big_bcf_rows(bcf, template):
    medians = rows.interleaved({"floor": floor(bcf), "ours": dry(bcf, template, "--max-samples", "50000", "--max-inflation",
                                                                 "100000")}, 3)
    rows.row("read 50,000 genomes, 17,748 sites as BCF, a dry run", medians["ours"] * 1000, "ms")
    rows.at_most("the same / bcftools view -Ou (one core)", medians["ours"] / medians["floor"], "x", 1.3)


def carriers_of(vcf):
    text = subprocess.run(["bcftools", "query", "-f", "[%GT\\n]", "-i", 'GT="alt"', vcf], capture_output=True)
    return text.stdout.count(b"\n")


def single_rows(scratch):
    """Single samples appended to a store of 50,000: whole genomes, and many small files."""
    maker = os.path.join(rows.BUILD, "tests/bench/bench-genomes")
    big, persons = os.path.join(scratch, "big.bcf"), os.path.join(scratch, "big.csv")
    subprocess.run([maker, rows.shared(rows.SLICE), "4437", "50000", "1", big, persons], check=True,
                   stderr=subprocess.DEVNULL)
    where = os.path.join(scratch, "big")
    rows.node("init", "--region", "12", folder=where)
    big_bcf_rows(big, where)
    rows.node("import", "vcf", big, "--max-samples", "50000", "--max-inflation", "100000",
              folder=where)
    rows.node("publish", folder=where)
    genomes = [genome(scratch, n, 1500000) for n in range(2)]
    append("2 genomes of 1.5 M calls", where, genomes, 3000000, 1.0)
    files, calls = singles(scratch, 200)
    append("200 annotated files of a gene panel's size", where, files, calls, None)


def append(what, where, files, calls, target):
    start = time.monotonic()
    subprocess.run(rows.pinned([rows.NODE, "import", "vcf", *files, "--assembly", "GRCh38", "--dir", where]), check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    appended = time.monotonic() - start
    subprocess.run(rows.pinned([rows.NODE, "publish", "--dir", where]), check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    both = time.monotonic() - start
    rows.row(what + ", calls", calls, "")
    rows.row(what + ", append alone", calls / appended / 1e6, "M calls/s")
    if target:
        rows.at_least(what + ", append and publish", calls / both / 1e6, "M calls/s", target)
    else:
        rows.row(what + ", append and publish", calls / both / 1e6, "M calls/s")


def genome(scratch, seed, calls):
    """A sorted, unannotated single-sample VCF over chromosome 1 to 22, het calls at random places."""
    chance = random.Random(seed)
    path = os.path.join(scratch, "genome-%d.vcf" % seed)
    per = calls // 22
    with open(path, "w", encoding="utf-8") as out:
        out.write("##fileformat=VCFv4.2\n##reference=GRCh38\n")
        out.write("".join("##contig=<ID=chr%d>\n" % c for c in range(1, 23)))
        out.write('##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n')
        out.write("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tgenome-%d\n" % seed)
        for c in range(1, 23):
            n = per + (calls - 22 * per if c == 22 else 0)
            head = "chr%d\t" % c
            places = sorted(chance.sample(range(10000, 46000000), n))
            out.write("".join("%s%d\t.\tA\tG\t.\tPASS\t.\tGT\t0/1\n" % (head, p) for p in places))
    return path


def singles(scratch, n):
    """n single-sample VCFs cut out of the slice, with other names; and how many calls they hold."""
    vcf = rows.shared(rows.SLICE)
    names = subprocess.run(["bcftools", "query", "-l", vcf], capture_output=True, text=True).stdout.split()[:n]
    text = subprocess.run(["bcftools", "view", "-s", ",".join(names), vcf], capture_output=True, text=True,
                          check=True).stdout.split("\n")
    head = [line for line in text if line.startswith("##")]
    body = [line.split("\t") for line in text if line and not line.startswith("#")]
    files, calls = [], 0
    for i, name in enumerate(names):
        lines = ["\t".join(f[:9] + [f[9 + i]]) for f in body if "1" in f[9 + i]]
        calls += len(lines)
        files.append(os.path.join(scratch, "single-%s.vcf" % name))
        with open(files[-1], "w", encoding="utf-8") as out:
            out.write("\n".join(head) + "\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tsingle-%s\n"
                      % name)
            out.write("\n".join(lines) + "\n")
    return files, calls


def main():
    with rows.scratch() as scratch:
        slice_rows(scratch)
        single_rows(scratch)
    return rows.finish()


if __name__ == "__main__":
    sys.exit(main())
