# SPDX-License-Identifier: Apache-2.0
"""What the oracles share: real nodes through the real binary, the shared data, tables.

Nothing here knows what an answer should be, and nothing of the node's code is used: a node is a
folder and a command line. Environment:
    RIKSTAL_BIN     folder with rikstal-node (meson sets it)
    RIKSTAL_SHARED  folder with data/ (default: ../shared beside the source tree)
A test whose data are absent prints that it is skipped and ends with 77.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = os.environ.get("RIKSTAL_SHARED") or os.path.join(os.path.dirname(SOURCE), "shared")


def skip(why):
    print("skipped:", why)
    sys.exit(77)


def data(*parts):
    """The path of a file of the shared data, or the end of the test."""
    path = os.path.join(SHARED, "data", *parts)
    if not os.path.exists(path):
        skip("there is no %s" % path)
    return path


def binary(name):
    folder = os.environ.get("RIKSTAL_BIN")
    if not folder:
        skip("RIKSTAL_BIN does not name the folder of the binaries")
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        skip("there is no %s" % path)
    return path


class Node:
    """One node's folder and what an operator does with it."""

    def __init__(self, folder, region="12"):
        self.folder = folder
        self.program = binary("rikstal-node")
        self.run("init", "--region", region)

    def run(self, command, *arguments, codes=(0,)):
        words = [self.program, *command.split(), *arguments, "--dir", self.folder]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode not in codes:
            sys.exit("%s\nended with %d\n%s%s" % (" ".join(words), done.returncode, done.stdout, done.stderr))
        return done

    def count(self, questions, *options):
        """The counts of many questions, one call: a list of objects in their order."""
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("".join(q + "\n" for q in questions))
            file.flush()
            lines = self.run("count", "--file", file.name, *options).stdout.splitlines()
        if len(lines) != len(questions):
            sys.exit("%d questions, %d answers" % (len(questions), len(lines)))
        return [json.loads(line) for line in lines]


class Report:
    """A row for each comparison, and the closing line."""

    def __init__(self, title):
        self.started = time.monotonic()
        self.passed = self.failed = 0
        print(title)

    def row(self, good, *columns):
        self.passed += good
        self.failed += not good
        print("%-6s %s" % ("ok" if good else "WRONG", "  ".join(str(c) for c in columns)))

    def note(self, text):
        print("%6.1f s  %s" % (time.monotonic() - self.started, text), flush=True)

    def close(self):
        print("%d passed, %d failed, %.1f s" % (self.passed, self.failed, time.monotonic() - self.started))
        sys.exit(1 if self.failed or not self.passed else 0)
