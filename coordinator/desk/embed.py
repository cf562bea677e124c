#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""embed.py OUTPUT.c [DIST | --stamp FILE]: the built page as C, `const struct asset assets_embedded[]`.

Each file plain, gzipped and, where this Python has brotli, in brotli; a coding that saves less than
a tenth is left out. index.html is plain alone, because a nonce is written into each response. Paths
are what a browser asks for. FILE names the folder in its first line (build_web.py). Without DIST the
list is empty. The output follows from the files alone.
"""
import gzip
import hashlib
import os
import sys

try:
    import brotli
except ImportError:
    brotli = None

TYPES = {"html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
         "css": "text/css; charset=utf-8", "svg": "image/svg+xml", "json": "application/json",
         "woff2": "font/woff2", "png": "image/png", "txt": "text/plain; charset=utf-8"}
PLACE = b"__CSP_NONCE_OF_RESPONSE__"


def codings(path, data):
    if path != "/index.html":
        if brotli:
            yield "br", brotli.compress(data, quality=11)
        yield "gzip", gzip.compress(data, 9, mtime=0)
    yield "identity", data


def assets(dist):
    """[(path, type, coding, data)] of a folder, sorted, the smallest coding of a path first."""
    found = []
    for place, folders, names in os.walk(dist):
        folders.sort()
        for name in sorted(names):
            whole = os.path.join(place, name)
            path = "/" + os.path.relpath(whole, dist).replace(os.sep, "/")
            kind = TYPES.get(name.rsplit(".", 1)[-1])
            if kind is None:
                raise SystemExit(f"embed.py: {path}: no content type is known for it")
            with open(whole, "rb") as file:
                data = file.read()
            if path == "/index.html" and PLACE not in data:
                raise SystemExit(f"embed.py: {path} has no {PLACE.decode()} for the nonce")
            found += [(path, kind, coding, coded) for coding, coded in codings(path, data)
                      if coding == "identity" or len(coded) < 0.9 * len(data)]
    return found


def main(output, dist=None, stamp=None):
    if dist == "--stamp":
        with open(stamp, encoding="utf-8") as file:
            dist = file.readline().rstrip("\n")
    listed = assets(dist) if dist else []
    if dist and not any(path == "/index.html" for path, _, _, _ in listed):
        raise SystemExit(f"embed.py: {dist} has no index.html")
    with open(output, "w", encoding="ascii") as out:
        out.write("/* Made of the built page by coordinator/desk/embed.py. */\n"
                  '#include "coordinator/desk/assets.h"\n\n')
        for i, (_, _, _, data) in enumerate(listed):
            out.write(f"static const uint8_t data_{i}[] = {{\n")
            for at in range(0, len(data), 20):
                out.write("    " + "".join(f"{byte}," for byte in data[at:at + 20]) + "\n")
            out.write("};\n" if data else "    0,\n};\n")
        out.write("extern const struct asset assets_embedded[];\n"
                  "const struct asset assets_embedded[] = {\n")
        for i, (path, kind, coding, data) in enumerate(listed):
            out.write(f'    {{"{path}", "{kind}", "{coding}",\n     "{hashlib.sha256(data).hexdigest()}",'
                      f" data_{i}, {len(data)}}},\n")
        out.write("    {0},\n};\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
