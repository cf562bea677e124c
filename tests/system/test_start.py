#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a command of rikstal-node loads and reads before it works.

No command but import and terms loads the libraries of foreign formats, none but the link that of the
network; without its neighbour rikstal-node says which file is missing. count hashes a snapshot's files
once, and again when one of them is another file or was written to.
"""
import os
import shutil
import subprocess
import tempfile
import time

from oracle import Node, Report, binary

LARGE = ("libgrpc", "libhts", "libarchive", "libxml2", "libicu", "libstdc++", "libcurl")
LIBRARIES_MAX = 14
PERSONS = "person,sex\n" + "".join("P%05d,%s\n" % (i, "fm"[i % 2]) for i in range(5000))


def libraries(name):
    """What the dynamic loader would load (ld.so(8): LD_TRACE_LOADED_OBJECTS)."""
    done = subprocess.run([binary(name)], env={"LD_TRACE_LOADED_OBJECTS": "1"}, capture_output=True, text=True)
    return [line.split()[0] for line in done.stdout.splitlines() if line.strip()]


def check_libraries(report):
    node, importer = libraries("rikstal-node"), libraries("rikstal-import")
    sanitized = any("asan" in name for name in node)  # brings its own
    large = [name for name in node if name.startswith(LARGE) and not (sanitized and "stdc++" in name)]
    report.row(not large, "rikstal-node loads no large library:", " ".join(large) or "none")
    report.row(len(node) <= LIBRARIES_MAX + 4 * sanitized, "and few of them:", len(node))
    report.row(not any(name.startswith("libgrpc") for name in importer), "rikstal-import has no network library")
    report.row(any(name.startswith("libhts") for name in importer), "and has that of genomes")


def check_neighbour(report, folder):
    alone = shutil.copy(binary("rikstal-node"), os.path.join(folder, "rikstal-node"))
    done = subprocess.run([alone, "import", "list", "--dir", folder], capture_output=True, text=True)
    report.row(done.returncode == 1 and os.path.join(folder, "rikstal-import") in done.stderr and
               done.stdout == "", "alone it says what is missing:", done.stderr.strip())
    helped = subprocess.run([binary("rikstal-node"), "import", "--help"], capture_output=True, text=True)
    report.row(helped.returncode == 0 and helped.stdout.startswith("Usage: rikstal-node import"),
               "beside it the command is rikstal-node's")
    wrong = subprocess.run([binary("rikstal-node"), "import", "persons"], capture_output=True, text=True)
    report.row(wrong.returncode == 2 and "rikstal-node import" in wrong.stderr, "and so are its errors")


def segment(node):
    folder = os.path.join(node.folder, "snapshot")
    return os.path.join(folder, next(f for f in sorted(os.listdir(folder)) if f.endswith(".segment")))


def count(node, codes=(0,)):
    return node.run("count", "sex = female", "--json", codes=codes)


def check_memory(report, folder):
    node = Node(os.path.join(folder, "node"))
    persons = os.path.join(folder, "persons.csv")
    with open(persons, "w", encoding="utf-8") as out:
        out.write(PERSONS)
    node.run("import persons", persons)
    node.run("publish")
    time.sleep(2.1)  # a file changed just now is not remembered
    first = count(node).stdout
    report.row("verified" in os.listdir(os.path.join(node.folder, "snapshot")), "count remembers what it hashed")
    report.row(count(node).stdout == first, "the next one says the same")
    path, kept = segment(node), os.path.join(folder, "kept")
    shutil.copy(path, kept)
    os.chmod(path, 0o600)
    with open(path, "r+b") as file:
        file.seek(os.path.getsize(path) - 100)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    done = count(node, codes=(1,))
    report.row(done.stdout == "" and "content that its name says" in done.stderr, "one bit changed:",
               done.stderr.strip()[-60:])
    os.utime(path, ns=(os.stat(kept).st_mtime_ns, os.stat(kept).st_mtime_ns))
    report.row(count(node, codes=(1,)).stdout == "", "with its old time put back: no")
    shutil.copy(kept, path)
    report.row(count(node).stdout == first, "the right bytes again: the same answer")


def main():
    report = Report(__doc__.splitlines()[0])
    with tempfile.TemporaryDirectory(prefix="rikstal-start-") as folder:
        check_libraries(report)
        check_neighbour(report, folder)
        check_memory(report, folder)
    report.close()


if __name__ == "__main__":
    main()
