#!/usr/bin/env python3
"""embed.py OUTPUT.c NAME STEP.sql...: schema steps as C, `const char *const NAME[]`, NULL last."""
import sys

output, name, *steps = sys.argv[1:]
with open(output, "w", encoding="utf-8") as out:
    out.write("/* Made from schema steps by schemas/embed.py. */\n")
    out.write(f"extern const char *const {name}[];\n\nconst char *const {name}[] = {{\n")
    for path in steps:
        with open(path, encoding="utf-8") as step:
            for line in step.read().splitlines():
                text = line.replace("\\", "\\\\").replace('"', '\\"')
                out.write(f'    "{text}\\n"\n')
        out.write("    ,\n")
    out.write("    0,\n};\n")
