#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tests/tidy must be able to fail: plants one violation of each rule in a small tree and requires
exactly that complaint; requires silence over a clean tree; and requires that the run over the real
tree reads every C file that git lists."""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TIDY = os.path.join(HERE, "tidy")

LICENCE = "SPDX-License-Identifier: Apache-2.0"
HEADER = "#pragma once\n/* What it is. */\n"
CALLED = "static inline bool noun_ready(struct err *err)\n{\n    return noun_open(err);\n}\n"
TEST = "tests/unit/%s/test_noun.c"


def lines(n):
    return "\n".join("/* %d */" % i for i in range(n)) + "\n"


LONG_FUNCTION = "int noun(void)\n{\n" + "    ;\n" * 69 + "}\n"

PLANTED = [  # rule, path, text
    ("function-length", "proto/base/noun.c", LONG_FUNCTION),
    ("file-length", "proto/base/noun.c", lines(601)),
    ("line-length", "proto/base/noun.c", "/* " + "x" * 98 + " */\n"),
    ("white-space", "proto/base/noun.c", "int x; \n"),
    ("banned-call", "proto/base/noun.c", "void f(char *a)\n{\n    strcpy(a, \"\");\n}\n"),
    ("banned-call", "node/store/noun.c", "int f(void)\n{\n    return (int)time(0);\n}\n"),
    ("banned-call", "tests/synth/noun.c",
     "int f(int n, char **v)\n{\n    return getopt_long(n, v, \"\", 0, 0);\n}\n"),
    ("banned-call", "node/store/noun.c", "int f(void)\n{\n    return fork();\n}\n"),
    ("banned-call", "node/store/noun.c", "int f(void)\n{\n    return flock(0, 2);\n}\n"),
    ("banned-call", "node/store/noun.c",
     "int f(void *db)\n{\n    return sqlite3_exec(db, 0, 0, 0, 0);\n}\n"),
    ("banned-call", "node/store/noun.c",
     "void f(void *t)\n{\n    clock_gettime(0, t);\n}\n"),
    ("allocation", "node/store/noun.c",
     "char *f(void)\n{\n    char *a = malloc(3);\n    a[0] = 0;\n    return 0;\n}\n"),
    ("memory-word", "node/store/noun.c",
     'bool f(struct err *e)\n{\n    return err_set(e, ERR_INTERNAL, "no memory for a noun");\n}\n'),
    ("output", "node/store/noun.c", "void f(void)\n{\n    printf(\"x\");\n}\n"),
    ("include-direction", "node/store/noun.c", '#include "node/snapshot/snapshot.h"\n'),
    ("include-direction", "proto/base/noun.c", '#include "proto/query/ast.h"\n'),
    ("include-direction", "node/keeper/noun.c", '#include "proto/rpc/server.h"\n'),
    ("include-grpc", "node/link/noun.c", "#include <grpc/grpc.h>\n"),
    ("include-relative", "node/store/noun.c", '#include "noun.h"\n'),
    ("include-guarded", "node/keeper/noun.c", '#include "node/privacy/cells_inside.h"\n'),
    ("include-guarded", "node/keeper/noun.c", '#include "node/evaluate/truth.h"\n'),
    ("header", "proto/base/noun.h", "/* no pragma */\n"),
    ("header", "proto/base/noun.h", "#pragma once\nint x;\n"),
    ("must-check", "proto/base/noun.h", HEADER + "bool noun_open(struct err *err);\n" + CALLED),
    ("macro", "proto/base/noun.c", "#define TRY(x) if (!(x)) return false\n"),
    ("unfinished", "proto/base/noun.c", "/* TO" "DO: later */\n"),
    ("unit-test", "coordinator/report/noun.c", "int x;\n"),
    ("licence", "proto/base/noun.py", "x = 1\n"),
    ("licence", "coordinator/web/src/noun.ts", "export {};\n"),
    ("markup", "coordinator/web/src/noun.ts", "// %s\ndocument.body.innerHTML = name;\n" % LICENCE),
    ("outside", "coordinator/web/src/noun.ts", "// %s\nfetch(\"https://elsewhere.example\");\n" % LICENCE),
    ("file-length", "coordinator/web/src/noun.ts", "// %s\n" % LICENCE + lines(601)),
    ("line-length", "coordinator/web/src/noun.ts", "// %s\n// %s\n" % (LICENCE, "x" * 180)),
    ("white-space", "coordinator/web/src/noun.css", "/* %s */\na { } \n" % LICENCE),
    ("unfinished", "coordinator/web/src/noun.ts", "// %s\n// TO" "DO: later\n" % LICENCE),
    ("lock", "coordinator/web/package-lock.json", '{\n"resolved": "somewhere"\n}\n'),
    ("limit", "node/store/noun.h", HEADER + "#define NOUN_MAX 3\n"),
    ("limit", "tests/limits.txt", "node/store/noun.h NOUN_MAX | nobody gives so many\n"),
    ("parameters", "node/store/noun.c",
     "static int f(int a, int b, int c, int d, int e,\n             int (*f)(int, int), int g)\n{\n}\n"),
    ("tag", "node/store/noun.c", "struct region {\n    int x;\n};\nstruct noun {\n    int x;\n};\n"),
    ("prefix", "node/store/noun.h", HEADER + "int region_count(void);\n"
     "static inline int noun_twice(void)\n{\n    return 2 * region_count();\n}\n"),
    ("unused-export", "node/store/noun.h", HEADER + "int noun_count(void);\n"),
    ("bare-refusal", "tests/unit/store/test_noun.c",
     "void f(void)\n{\n    assert_false(noun_open(\n        path(1), &b.err));\n}\n"),
    ("bare-refusal", "tests/unit/store/test_noun.c",
     "void f(void)\n{\n    if (noun_open(&err))\n        fail_msg(\"taken\");\n}\n"),
    ("bare-refusal", "tests/unit/store/test_noun.c",
     "void f(void)\n{\n    assert_true(!noun_open(&err));\n}\n"),
    ("bare-refusal", "tests/unit/store/test_noun.c",
     "static bool opens(void)\n{\n    bool ok = noun_open(&b.err);\n\n    noun_free();\n    return ok;\n}\n\n"
     "void f(void)\n{\n    assert_false(opens());\n}\n"),
    ("page", "CONTRIBUTING.md", "Look into `node/nothing.c`.\n"),
]

CLEAN = {
    # refusals with their code: by the macro, in the helper, and in the line after; and calls that must not fail
    "tests/unit/base/test_noun.c": "static bool opens(void)\n{\n    return noun_open(&err);\n}\n\n"
                                   "static bool says(void)\n{\n    bool ok = noun_open(&err);\n\n"
                                   "    assert_true(ok || err.code == ERR_INVALID);\n    return ok;\n}\n\n"
                                   "void f(void)\n{\n    assert_refused(opens(), &err, ERR_INVALID);\n"
                                   "    assert_false(says());\n    assert_false(opens());\n"
                                   "    assert_int_equal(err.code, ERR_INVALID);\n"
                                   "    if (!noun_open(&err))\n        fail_msg(\"refused\");\n"
                                   "    assert_true(noun_open(&err));\n}\n",
    "proto/base/noun.h": HEADER + "bool noun_open(struct err *err) MUST_CHECK;\n" + CALLED,
    "proto/base/noun.c": '/* strcpy() in a comment, "printf(" in a string: not calls. */\n'
                         '#include "proto/base/noun.h"\n\n'
                         'static const char text[] = "strcpy(a, b); fork()";\n\n'
                         "char *noun_text(void)\n{\n    char *copy = strdup(text);\n\n"
                         "    if (!copy)\n        return 0;\n    return copy;\n}\n",
    "node/store/noun.c": '#include "proto/base/noun.h"\n',
}


def tidy(root):
    done = subprocess.run([sys.executable, TIDY, root], capture_output=True, text=True)
    return done.returncode, done.stdout


def licensed(path, text):
    """The text as a source file begins."""
    if text.startswith("#pragma once\n"):
        return text.replace("#pragma once\n", "#pragma once\n/* %s */\n" % LICENCE)
    return "/* %s */\n" % LICENCE + text if path.endswith((".c", ".h")) else text


def write(root, path, text):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as file:
        file.write(text)


def in_tree(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            write(root, path, licensed(path, text))
        return tidy(root)


def planted(rule, path, text):
    files = {path: text, "node/store/clean.h": HEADER}
    if rule == "tag":
        files["node/store/other.h"] = HEADER + "struct region;\nenum region {\n    NORTH,\n};\n"
    if path.endswith(".c") and rule != "unit-test":
        files.setdefault(TEST % path.split("/")[-2], "/* its test */\n")
    code, out = in_tree(files)
    complaints = set(re.findall(r"^\S+:\d+: ([\w-]+):", out, re.M))
    return code == 1 and complaints == {rule}, out


def limits():
    """A limit that is listed with its test is silent; one whose test lacks it is named."""
    told = []
    for body in ("f(NOUN_MAX)", "f(3)"):
        files = {"node/store/noun.h": HEADER + "#define NOUN_MAX 3\n",
                 "tests/limits.txt":
                 "node/store/noun.h NOUN_MAX | tests/unit/store/test_noun.c:test_noun\n",
                 "tests/unit/store/test_noun.c":
                 "static void test_noun(void **state)\n{\n    %s;\n}\n" % body}
        out = in_tree(files)[1]
        told.append(("does not name NOUN_MAX" in out, "name the test" in out))
    return told == [(False, False), (True, False)]


def exported(*names):
    """A header that exports these functions and calls each."""
    return HEADER + "".join(
        "int %s(void);\nstatic inline int %s_twice(void)\n{\n    return 2 * %s();\n}\n" %
        (name, name, name) for name in names)


def prefixes():
    """Of two headers with one noun both are named. The longest noun that fits decides; a tag is a
    noun of the header that defines it; an inside header has the nouns of its header; a command of a
    program needs none."""
    one, both = exported("table_new"), "%s: prefix: table_new: table is a noun of %s as well"
    paths = ["node/store/table.h", "node/terms/table.h"]
    told = [(line, path) for line, path in zip(paths, paths[::-1])]
    out = in_tree(dict.fromkeys(paths, one))[1]
    if any(both % (line + ":4", path) not in out for line, path in told):
        return False
    row = exported("table_row_new")
    if "table_row_new: begin it with a noun of this header, for table_row is of" not in in_tree(
            {"node/store/table.h": row, "node/terms/table_row.h": row})[1]:
        return False
    return in_tree({
        "node/store/table.h": one + "struct cell {\n    int x;\n};\nint cell_one(struct cell *cell);\n",
        "node/store/table.c": "int f(void)\n{\n    return cell_one(0) + table_open();\n}\n",
        "node/store/table_inside.h": exported("table_open"),
        "node/store/table_row.h": row,
        "node/command/commands.h": HEADER + "int table_command(int argc, char **argv);\n",
        "node/main.c": "int g(void)\n{\n    return table_command(0, 0);\n}\n",
        "tests/unit/store/test_table.c": "/* its test */\n"})[0] == 0


def stale():
    """Every file that is excused from a rule exists: without one of them tidy names it."""
    missing = "node/import/run.c"
    out = in_tree({"tests/tidy_tree.py": "", "node/store/noun.h": HEADER})[1]
    return "MAY_FORK: there is no " + missing in out and "SEAMS: " in out


def main():
    failed = 0
    if not stale():
        failed += 1
        print("an exception that excuses nothing: tidy was silent")
    for rule, path, text in PLANTED:
        ok, out = planted(rule, path, text)
        if not ok:
            failed += 1
            print("planted %s in %s: tidy said\n%s" % (rule, path, out))
    if not prefixes():
        failed += 1
        print("a prefix of two headers, or of one: tidy told the wrong one")
    if not limits():
        failed += 1
        print("a limit and its test: tidy told the wrong one")
    clean = dict(CLEAN)
    clean[TEST % "store"] = "/* its test */\n"
    code, out = in_tree(clean)
    if code != 0:
        failed += 1
        print("a clean tree: tidy said\n%s" % out)
    if in_tree({"README.md": "nothing\n"})[0] == 0:
        failed += 1
        print("a tree without C files must not pass")
    root = os.path.dirname(HERE)
    listed = subprocess.run(["git", "-C", root, "ls-files", "*.c", "*.h"], capture_output=True,
                            text=True)
    if listed.returncode == 0:
        wanted = len(listed.stdout.split())
        read = int(re.search(r"tidy: (\d+) files", tidy(root)[1]).group(1))
        if read < wanted:
            failed += 1
            print("tidy read %d of %d files" % (read, wanted))
    print("tidy_test: %d planted violations, %d failures" % (len(PLANTED), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
