#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bad and odd VCF files through the real rikstal-node: a clear error that names its fix, nothing lost.

Each case is a file made here. A refused file must end with its exit code and words, and leave no
import behind; a taken one must print sums that come out. No name or number of a file may show up in
what the node prints or writes.
"""
import glob
import gzip
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from oracle import Node, Report

CONTIGS = "##contig=<ID=21,length=48129895>\n##contig=<ID=22,length=51304566>\n"
START = "##fileformat=VCFv4.2\n" + CONTIGS
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
HEAD = START + COLUMNS + "\tFORMAT\tANNA\tBERTIL\n"
NUMBER = "811228-9874"  # a made-up personal number with a right check digit


def record(position, ref="A", alt="C", gt="0/1\t1/1", chromosome="22", status="PASS", info="."):
    return "%s\t%d\t.\t%s\t%s\t.\t%s\t%s\tGT\t%s\n" % (chromosome, position, ref, alt, status, info, gt)


GOOD = HEAD + record(100) + record(200, "CAG", "C,CAGAG,<DEL>,*", "1/2\t./1") + record(300, status="LowQual")
MANY = HEAD + "".join(record(1000 + i) for i in range(20000))

# name, content, options, exit code, words that the message must have
REFUSED = [
    ("truncated gzip", gzip.compress(MANY.encode())[:20000], [], "cut off"),
    ("gzip without its trailer", gzip.compress(MANY.encode())[:-4], [], "cut off"),
    ("truncated text", GOOD[:-6], [], "cut off"),
    ("binary garbage", bytes(range(256)) * 40, [], "##fileformat"),
    ("garbage in gzip's clothes", b"\x1f\x8b\x08" + bytes(range(1, 255)) * 40, [], "damaged"),
    ("an empty file", b"", [], "##fileformat"),
    ("no header", record(100), [], "bcftools reheader"),
    ("no column line", START + record(100), [], "no #CHROM line"),
    ("no samples", START + COLUMNS + "\n", [], "no samples"),
    ("a BAM", b"BAM\1" + b"\0" * 60, [], "a BAM file"),
    ("duplicate samples", HEAD.replace("BERTIL", "ANNA") + record(100), [], "twice"),
    ("a sample named by a personal number", HEAD.replace("BERTIL", NUMBER) + record(100), [],
     "personal identity number"),
    ("unsorted records", GOOD + record(150), [], "bcftools sort"),
    ("a chromosome that comes back", HEAD + record(9) + record(9, chromosome="21") + record(10), [],
     "bcftools sort"),
    ("header and contigs disagree", GOOD.replace(CONTIGS, "##reference=GRCh38\n" + CONTIGS), [],
     "contradicts itself"),
    ("assembly not told", GOOD.replace(",length=48129895", "").replace(",length=51304566", ""), [],
     "--assembly"),
    ("another assembly asked for", GOOD, ["--assembly", "GRCh38"], "--assembly says GRCh38"),
    ("a third assembly", GOOD.replace("51304566", "51324926"), [], "neither GRCh37's"),
    ("too many header lines", GOOD.replace(START, START + "##a=b\n" * 100000), [], "100000 lines"),
    ("too many samples", GOOD, ["--max-samples", "1"], "--max-samples"),
    ("a line beyond the limit", HEAD + record(9, info="X=" + "y" * (64 << 20)), [], "64 MiB"),
    ("too many rejects", GOOD + record(400, "R"), ["--max-rejects", "0"], "--max-rejects"),
    ("more rejects than there can be", GOOD, ["--max-rejects", "100.5%"], "0% to 100%"),
    ("an assay that is not declared", GOOD, ["--assay", "panel"], "--bed"),
]


class World:
    """A node, a folder of files, and all that was printed, for the search for names at the end."""

    def __init__(self, folder):
        self.folder = folder
        self.node = Node(os.path.join(folder, "node"))
        self.printed = ""

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def load(self, path, *options, kind="vcf", codes=range(-64, 64)):
        done = self.node.run("import " + kind, path, *options, "--quiet", codes=codes)
        self.printed += done.stdout + done.stderr
        return done

    def outcome(self, path, *options):
        done = self.load(path, "--json", *options)
        return done.returncode, json.loads(done.stdout) if done.stdout else {"error": done.stderr}

    def imports(self):
        return [json.loads(line) for line in self.node.run("import list", "--json").stdout.splitlines()]


def check_sums(result):
    return result["read"] == (result["stored"] + result["unchanged"] + result["rejected"] +
                              sum(result["filtered"].values()))


def refused(world, report):
    for name, content, options, words in REFUSED:
        path = world.write("case.vcf" + (".gz" if isinstance(content, bytes) else ""), content)
        done = world.load(path, *options)
        good = done.returncode in (1, 2, 4) and words in done.stderr and not world.imports()
        report.row(good, name, "" if good else "%d %s" % (done.returncode, done.stderr))


def side_files(world, report):
    path = world.write("side.vcf", GOOD)
    part = world.write("part.csv", "sample,person\nANNA,p1\n")
    whole = world.write("whole.csv", "person;sample\np1;ANNA\np2;BERTIL\n")
    bed = world.write("panel.bed", "22\t0\t1000\n")
    wrong = world.write("wrong.fa", ">22\n" + "T" * 400 + "\n")
    world.write("wrong.fa.fai", "22\t400\t4\t400\t401\n")
    right = world.write("right.fa", ">22\n" + "".join(
        "CAG"[i - 200] if 200 <= i <= 202 else "A" for i in range(1, 401)) + "\n")
    world.write("right.fa.fai", "22\t400\t4\t400\t401\n")
    done = world.load(path, "--persons", part)
    report.row(done.returncode == 2 and "sample 2 of 2" in done.stderr and not world.imports(),
               "a sample that is missing from the map")
    done = world.load(path, "--fasta", wrong)
    report.row(done.returncode == 2 and "another assembly" in done.stderr and not world.imports(),
               "a reference of another assembly")
    done = world.load(path, "--fasta", os.path.join(world.folder, "side.vcf"))
    report.row(done.returncode != 0 and "samtools faidx" in done.stderr, "a reference without an index")
    code, result = world.outcome(path, "--persons", whole, "--assay", "panel", "--bed", bed, "--fasta",
                                 right, "--dry-run")
    report.row(code == 0 and result["stored"] == 3 and not world.imports(), "map, panel and reference, dry")
    code, result = world.outcome(path, "--persons", whole, "--assay", "panel", "--bed", bed)
    report.row(code == 0 and result["stored"] == 3 and check_sums(result), "map and panel")
    code, result = world.outcome(world.write("later.vcf", GOOD), "--assay", "panel")
    report.row(code == 0 and result["samples"] == 2, "a declared panel is known the next time")


def taken(world, report):
    before = len(world.imports())
    path = world.write("good.vcf", GOOD)
    code, result = world.outcome(path)
    report.row(code == 0 and check_sums(result) and
               (result["read"], result["stored"]) == (6, 3) and
               result["filtered"] == {"FILTER": 1, "symbolic": 1, "star allele": 1}, "a good file")
    code, again = world.outcome(path)
    report.row(code == 0 and again["known"] and again["import"] == result["import"], "the same file again")
    code, packed = world.outcome(world.write("good.vcf.gz", gzip.compress(GOOD.encode())))
    report.row(code == 0 and packed["stored"] == 3, "the same file packed is another")
    code, changed = world.outcome(world.write("good.vcf", GOOD + record(400)))
    report.row(code == 0 and changed["stored"] == 4 and changed["entries"] == 2, "a changed file replaces")
    world.node.run("import undo", str(changed["import"]))
    states = {row["import"]: row["state"] for row in world.imports()}
    report.row(states[changed["import"]] == "undone" and len(states) == before + 3, "undo by number")
    code, again = world.outcome(world.write("good.vcf", GOOD + record(400)))
    report.row(code == 0 and not again["known"], "an undone file may come again")
    code, result = world.outcome(world.write("long.vcf", HEAD + record(9, info="X=" + "y" * (10 << 20))))
    report.row(code == 0 and result["stored"] == 1, "a line of 10 MB")
    code, result = world.outcome(world.write("keep.vcf", GOOD), "--keep-filter", "LowQual")
    report.row(code == 0 and result["stored"] == 4, "a FILTER that is kept")
    code, result = world.outcome(os.path.join(world.folder, "keep.vcf"))
    report.row(code == 0 and result["stored"] == 3 and result["entries"] == 2,
               "the same file with other options replaces")
    bad = record(400, "R") + record(401, gt="0/1") + record(402, gt="0/9\t0/0") + record(403) + record(403)
    code, result = world.outcome(world.write("rejects.vcf", GOOD + bad))
    report.row(code == 6 and result["rejected"] == 2 and result["filtered"]["duplicate"] == 1 and
               check_sums(result), "rejects and duplicates")
    with open(result["report"]) as file:
        lines = [json.loads(line) for line in file]
    report.row([line["line"] for line in lines[:2]] == [8, 9] and
               all(line["hint"] and line["field"] for line in lines[:2]), "the report names line and field")


def killed(world, report, rounds=25):
    """kill -9 of the parent at any moment: the store is in order, and no reader is left."""
    path = world.write("killed.vcf.gz", gzip.compress(MANY.encode()))
    before = len(world.imports())
    random.seed(1)
    whole = 0
    for _ in range(rounds):
        process = subprocess.Popen([world.node.program, "import", "vcf", path, "--dir", world.node.folder],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0, 0.08))
        process.kill()
        whole += process.wait() == 0
        left = len(world.imports()) - before
        if left not in (0, 1):
            report.row(False, "%d imports after a kill" % left)
        if left:
            break
    code, result = world.outcome(path)
    report.row(code == 0 and (result["known"] or result["stored"] == 20000),
               "kill -9 at %d moments, then the import itself" % rounds)
    report.row(len(world.imports()) == before + 1, "imported once")
    report.row(readers_end(path), "no reader is left")


def readers_of(path):
    found = []
    for fd in glob.glob("/proc/[0-9]*/fd/*"):
        try:
            if os.readlink(fd) == path:
                found.append(fd)
        except OSError:
            continue
    return found


def readers_end(path):
    """They are killed with their parent; a busy machine takes its time to let them go."""
    for _ in range(400):
        if not readers_of(path):
            return True
        time.sleep(0.1)
    return False


def full_disk(world, report):
    """A file size limit stands for the full disk: the import fails, and what was there is whole."""
    path = world.write("full.vcf", HEAD + "".join(
        record(1000 + i, gt="%d/1\t1/%d" % (i % 2, i * 7 % 2)) for i in range(200000)))
    before = world.imports()

    def limit():
        size = os.path.getsize(os.path.join(world.node.folder, "store.db"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (size // 4, size // 4))

    done = subprocess.run([world.node.program, "import", "vcf", path, "--dir", world.node.folder],
                          capture_output=True, text=True, preexec_fn=limit, restore_signals=False)
    world.printed += done.stdout + done.stderr
    report.row(done.returncode not in (0, 6) and done.stderr and world.imports() == before,
               "a full disk", "" if done.returncode else "it went through")
    code, result = world.outcome(path)
    report.row(code == 0 and result["stored"] == 200000, "and once there is room")


def nothing_shown(world, report):
    texts = world.printed.replace(world.folder, "")  # its letters are random
    for path in glob.glob(os.path.join(world.node.folder, "rejects", "*")):
        with open(path) as file:
            texts += file.read()
    with open(os.path.join(world.node.folder, "store.db"), "rb") as file:
        stored = file.read()
    for word in ("ANNA", "BERTIL", NUMBER, "p1"):
        report.row(word not in texts and (len(word) < 4 or word.encode() not in stored),
                   "nothing shows or stores a name (%d bytes)" % len(word))


def main():
    report = Report(__doc__.splitlines()[0])
    folder = tempfile.mkdtemp(prefix="rikstal-import-")
    try:
        world = World(folder)
        for part in (refused, side_files, taken, killed, full_disk, nothing_shown):
            part(world, report)
            report.note(part.__name__)
    finally:
        shutil.rmtree(folder)
    report.close()


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
