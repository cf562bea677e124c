#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""embed.py OUTPUT.c NAME STEP.sql...: schema steps as C, `const char *const NAME[]`, NULL last.

As numbers, because C compilers need not take a string literal of more than 4,095 bytes.
"""
import sys

output, name, *steps = sys.argv[1:]
with open(output, "w", encoding="ascii") as out:
    out.write("/* Made from schema steps by schemas/embed.py. */\n")
    for i, path in enumerate(steps):
        with open(path, "rb") as step:
            text = step.read() + b"\0"
        out.write(f"static const char step_{i}[] = {{\n")
        for at in range(0, len(text), 16):
            out.write("    " + " ".join(f"{byte if byte < 128 else byte - 256}," for byte in
                                        text[at:at + 16]) + "\n")
        out.write("};\n")
    out.write(f"\nextern const char *const {name}[];\nconst char *const {name}[] = {{\n")
    out.write("".join(f"    step_{i},\n" for i in range(len(steps))) + "    0,\n};\n")
