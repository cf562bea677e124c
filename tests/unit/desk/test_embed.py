#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is built is what is embedded: every file of a folder, in every coding, byte for byte, with its hash, and in the
same order whenever it is made; a page without the nonce's place, and a file of an unknown kind, are refused."""
import gzip
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import unittest

EMBED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../coordinator/desk/embed.py")
INDEX = b'<!doctype html><html lang="sv"><meta name="n" content="__CSP_NONCE_OF_RESPONSE__"></html>\n'


def embedded(text):
    """[(path, type, coding, hash, bytes)] of a file that embed.py made."""
    data = {number: bytes(int(n) for n in found.replace("\n", "").replace(" ", "").strip(",").split(",") if n)
            for number, found in re.findall(r"data_(\d+)\[\] = \{\n(.*?)\};", text, re.S)}
    return [(path, kind, coding, digest, data[number][:int(size)]) for path, kind, coding, digest, number, size in
            re.findall(r'\{"([^"]*)", "([^"]*)", "([^"]*)",\s*"([0-9a-f]*)",\s*data_(\d+), (\d+)\}', text)]


class Embed(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.dist = os.path.join(self.scratch.name, "dist")
        os.makedirs(os.path.join(self.dist, "assets"))
        self.files = {"index.html": INDEX, "assets/a-1.js": b"let a = 1;\n" * 500, "assets/b-2.css": b"p{}"}
        for name, data in self.files.items():
            self.put(name, data)

    def tearDown(self):
        self.scratch.cleanup()

    def put(self, name, data):
        with open(os.path.join(self.dist, name), "wb") as file:
            file.write(data)

    def embed(self, *words, code=0):
        out = os.path.join(self.scratch.name, "out.c")
        done = subprocess.run([sys.executable, EMBED, out, *words], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        with open(out, encoding="ascii") as file:
            return file.read()

    def test_all_of_it(self):
        text = self.embed(self.dist)
        plain = {}
        for path, kind, coding, digest, data in embedded(text):
            self.assertEqual(digest, hashlib.sha256(data).hexdigest())
            if coding == "identity":
                plain[path.lstrip("/")] = data
            elif coding == "gzip":
                self.assertEqual(gzip.decompress(data), self.files[path.lstrip("/")])
        self.assertEqual(plain, self.files)
        self.assertEqual([c for p, _, c, _, _ in embedded(text) if p == "/index.html"], ["identity"])
        self.assertIn("gzip", [c for p, _, c, _, _ in embedded(text) if p == "/assets/a-1.js"])
        self.assertEqual(text, self.embed(self.dist))

    def test_nothing(self):
        self.assertEqual(embedded(self.embed()), [])

    def test_by_a_stamp(self):
        stamp = os.path.join(self.scratch.name, "stamp")
        with open(stamp, "w", encoding="utf-8") as file:
            file.write(self.dist + "\nhash\n")
        self.assertEqual(self.embed("--stamp", stamp), self.embed(self.dist))

    def test_refused(self):
        self.put("assets/c.exe", b"MZ")
        self.embed(code=0)
        self.embed(self.dist, code=1)
        os.remove(os.path.join(self.dist, "assets/c.exe"))
        self.put("index.html", b"<html></html>")
        self.embed(self.dist, code=1)
        os.remove(os.path.join(self.dist, "index.html"))
        self.embed(self.dist, code=1)


unittest.main()
