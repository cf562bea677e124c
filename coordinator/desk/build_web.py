#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""build_web.py NPM WEB PRIVATE STAMP DEPFILE: builds the page with npm and writes where it is.

It is built in WEB, by `npm run build`, which writes WEB/dist. STAMP gets the folder's path and a
hash of its files, so that what follows is done again only when they have changed; DEPFILE names
the sources for ninja.
"""
import hashlib
import os
import subprocess
import sys

LEFT_OUT = {"node_modules", "dist", "coverage"}


def files(folder, left_out=()):
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if f not in left_out)
        for name in sorted(names):
            yield os.path.join(place, name)


def main(npm, web, private, stamp, depfile):
    os.makedirs(private, exist_ok=True)
    log = os.path.join(private, "npm.log")
    with open(log, "wb") as out:
        built = subprocess.run([npm, "run", "build"], cwd=web, stdout=out, stderr=subprocess.STDOUT)
    if built.returncode:
        with open(log, encoding="utf-8", errors="replace") as out:
            sys.stderr.write(out.read()[-4000:])
        raise SystemExit("build_web.py: `npm run build` failed")
    dist = os.path.join(web, "dist")
    whole = hashlib.sha256()
    for path in files(dist):
        with open(path, "rb") as file:
            whole.update(path.encode() + b"\0" + hashlib.sha256(file.read()).digest())
    with open(stamp, "w", encoding="utf-8") as out:
        out.write(f"{dist}\n{whole.hexdigest()}\n")
    with open(depfile, "w", encoding="utf-8") as out:
        out.write(f"{stamp}: " + " ".join(p.replace(" ", "\\ ") for p in files(web, LEFT_OUT)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
