# SPDX-License-Identifier: Apache-2.0
"""Rules of tests/tidy that hold over the tree as a whole, and what is excused from them.

Each list only shrinks: an entry that excuses nothing any more is a finding ("exception").
"""
import os
import re

PRODUCT = ("proto/", "node/", "coordinator/")

# A tag of a struct, union or enum stands in one product file; but in */command/*.c these two, which
# are what a command's own line gave.
TAGS_OF_COMMANDS = {"options", "request"}

# A function in a product header that no other product file calls: a seam that tests need.
SEAMS = {
    # read by tests to see what happened
    "arena_used": "what was allocated", "id_map_count": "what is held", "links_count": "who is linked",
    "cells_put": "a cell of a known truth", "ledger_spent": "what was charged",
    "server_links": "who is linked",
    "output_colour": "one cell's colour", "padding_size": "a size",
    "spread_probability": "against a naive sum",
    "epsilon_at": "another delta", "quantum_tick_us": "one tick", "quantum_end_us": "one end", "suggest_distance": "one distance",
    "diagnostic_print": "one text", "sandbox_has_landlock": "whether the kernel has it", "reject_hint": "each code has one",
    "parse": "a question without named sets", "print_same": "a question read back is the question",
    # the seams of proto/base: time, files, randomness, the log
    "clock_set": "time", "clock_release": "time", "file_fault": "files", "log_level_set": "log",
    "random_seed": "randomness", "random_unseed": "randomness",
    # the other half of what products do: made by tests, read by products, or let go
    "answer_new": "an answer of no envelope", "attendance_new": "an attendance of no envelope",
    "identity_from_key": "a key of no file",
    "population_drop": "one cached population goes", "stream_writer_close": "a stream that ends",
    "policy_signatures_parse": "a text of no file",
    # one word of a list that products go through as a whole
    "dimension_by_name": "one of the list", "refusal_word": "one of the list",
    "region_state_word": "one of the list", "consequence_bit": "one of the list",
}

# Tests that assert a refusal without its code, by how many.
REFUSALS_BARE = {"tests/unit/base/test_err.c": 1}  # err_memory itself is what is tried

# Functions of more than PARAMETERS: the file and the function, and why. It only shrinks.
PARAMETERS_MANY = {
    "coordinator/http/listener.c on_request": "libmicrohttpd prescribes a callback's parameters",
}

# Limits of tests/limits.txt that foreign bytes reach and that no test tries yet. It only falls.
LIMITS_MISSING = 0


def tags(files):
    """files: {path: code without comments}."""
    where = {}
    for path, code in files.items():
        if not path.startswith(PRODUCT):
            continue
        for found in re.finditer(r"\b(?:struct|union|enum)\s+(\w+)\s*\{", code):
            if found.group(1) in TAGS_OF_COMMANDS and "/command/" in path and path.endswith(".c"):
                continue
            where.setdefault(found.group(1), {}).setdefault(
                path, code[:found.start()].count("\n") + 1)
    for tag, places in sorted(where.items()):
        if len(places) > 1:
            for path in sorted(places):
                yield path, places[path], "tag", "%s stands in %s as well" % (
                    tag, ", ".join(sorted(set(places) - {path})))


def nouns(files):
    """{noun: headers that own it}. A header owns its own name, and the tags that it defines, or
    declares for a file of its folder to define. noun_inside.h is one header with noun.h."""
    defined = {}
    for path, code in files.items():
        for found in re.finditer(r"^(?:struct|enum|union) (\w+)\s*\{", code, re.M):
            defined.setdefault(found.group(1), set()).add(path)
    owners = {}
    for path, code in files.items():
        if not path.endswith(".h"):
            continue
        header = re.sub(r"_inside\.h$", ".h", path)
        names = {os.path.basename(header)[:-2]}
        names.update(re.findall(r"^(?:struct|enum|union) (\w+)\s*\{", code, re.M))
        for name in re.findall(r"^struct (\w+);", code, re.M):
            inside = defined.get(name, set())
            if re.search(r"\b%s_\w+\(" % name, code) and inside and all(
                    p.endswith(".c") and os.path.dirname(p) == os.path.dirname(path)
                    for p in inside):
                names.add(name)
        for name in names:
            owners.setdefault(name, set()).add(header)
    return owners


def prefixes(files):
    """A prefix belongs to one header: an exported function begins with a noun of its own header, and
    no other header has that noun. Where a noun contains another (table_row, table), the longest
    that fits decides. A program's commands have the name of the command and _command."""
    product = {path: code for path, code in files.items() if path.startswith(PRODUCT)}
    owners = nouns(product)
    for path, code in sorted(product.items()):
        if not path.endswith(".h"):
            continue
        header = re.sub(r"_inside\.h$", ".h", path)
        for found in re.finditer(
                r"^(?!static|typedef|#|\s)[\w *]*?\b(?!__)(\w+)\([^;{}]*\)[^;{}]*;", code, re.M):
            words, line = found.group(1).split("_"), code[:found.start()].count("\n") + 1
            if words[-1] == "command" and re.match(r"int \w+\(int argc, char \*\*argv\);",
                                                   found.group(0)):
                continue
            fits = ["_".join(words[:n]) for n in range(len(words), 0, -1)]
            noun = next((fit for fit in fits if fit in owners), None)
            if noun is None or header not in owners[noun]:
                yield path, line, "prefix", "%s: begin it with a noun of this header%s" % (
                    found.group(1), ", for %s is of %s" % (noun, ", ".join(sorted(owners[noun])))
                    if noun else "")
            elif len(owners[noun]) > 1:
                yield path, line, "prefix", "%s: %s is a noun of %s as well" % (
                    found.group(1), noun, ", ".join(sorted(owners[noun] - {header})))


def paths_stale(root, lists):
    """lists: {name of a list in tidy: paths that it excuses}."""
    for name, paths in sorted(lists.items()):
        for path in sorted(paths):
            if not os.path.exists(os.path.join(root, path)):
                yield "tests/tidy", 1, "exception", "%s: there is no %s" % (name, path)


def balanced(text, start):
    """The index behind the bracket that closes the one at start; strings are blanked already."""
    depth = 0
    for i in range(start, len(text)):
        depth += (text[i] in "([{") - (text[i] in ")]}")
        if depth == 0:
            return i + 1
    return len(text)


ERR_LAST = r"[(,]\s*&?[\w.>\[\]-]*\berr\)"


def is_call(text, pattern):
    """The whole text is one call that the pattern begins."""
    return bool(re.match(pattern, text)) and balanced(text, text.index("(")) == len(text)


def fallible(code, found):
    """Functions of a test that return what a fallible call returned, and leave its code to the caller."""
    lines, names = code.split("\n"), set()
    for first, last, signature in found:
        body = "\n".join(lines[first - 1:last])
        if not re.search(r"\bbool\b", signature.split("(")[0]) or re.search(r"\bcode\b", body):
            continue
        told = re.findall(r"\breturn (\w[^;]*);", body)
        kept = {match.group(0) for text in told for match in [re.match(r"\w+", text)]}
        for name in kept:
            told += re.findall(r"\b%s = (\w[^;]*);" % name, body)
        if any(re.search(ERR_LAST, text) for text in told):
            names.add(name_of(signature))
    return names


def refusals_bare(path, code, found):
    """A refusal that is not asserted with its code: the call may have failed for another reason than
    is meant. The call has an err, or is a function of the test that returns what such a call did."""
    helpers, lines = fallible(code, found), []
    for match in re.finditer(r"\b(assert_false|assert_true|if ?)\((!?)", code):
        form, start = match.group(1).strip(), match.end()
        if (form == "assert_true") != bool(match.group(2)):
            continue  # assert_true(call) takes, and so does if (!call) fail()
        end = balanced(code, code.index("(", match.start())) - 1
        inside, after = code[start:end].strip(), code[end + 1:]
        direct = is_call(inside, r"\w+\(") and re.search(ERR_LAST + "$", inside)
        helper = is_call(inside, r"\w+\(") and inside[:inside.index("(")] in helpers
        if form == "if" and not re.match(r"\s*\{?\s*_?fail(_msg)?\(", after):
            continue
        looked = re.search(r"\bcode\b", "\n".join(after.split("\n")[1:3]))
        if direct and (form != "if" or not looked) or helper and not looked:
            lines.append(code[:match.start()].count("\n") + 1)
    allowed = REFUSALS_BARE.get(path, 0)
    if len(lines) > allowed:
        for line in lines:
            yield path, line, "bare-refusal", "assert_refused(call, &err, ERR_...) of " \
                "tests/unit/refused.h"
    elif len(lines) < allowed:
        yield "tests/tidy_tree.py", 1, "exception", "REFUSALS_BARE: %s has %d" % (
            path, len(lines))


def parameters(signature):
    """How many a signature has: commas at the first depth of its brackets."""
    start = signature.index("(")
    end = balanced(signature, start)
    count, depth = 1, 0
    for character in signature[start:end]:
        depth += (character in "([{") - (character in ")]}")
        count += character == "," and depth == 1
    return count


def name_of(signature):
    return re.search(r"(\w+)\s*\($", signature[:signature.index("(") + 1]).group(1)


def parameters_many(path, found, most):
    """found: the functions of a file as tidy finds them."""
    for first, _, signature in found:
        if parameters(signature) > most and "%s %s" % (path, name_of(signature)) not in \
                PARAMETERS_MANY:
            yield path, first, "parameters", "%s has %d: a struct of those that belong " \
                "together" % (name_of(signature), parameters(signature))


def parameters_stale(bodies, most):
    there = {"%s %s" % (path, name_of(signature)) for path, found in bodies.items()
             for _, _, signature in found if parameters(signature) > most}
    for name in sorted(set(PARAMETERS_MANY) - there):
        yield "tests/tidy_tree.py", 1, "exception", "PARAMETERS_MANY: take out " + name


def exports(files):
    """A function that a product header declares and no other product file than its own names."""
    product = {path: code for path, code in files.items() if path.startswith(PRODUCT)}
    named = r"(?<![\w.>])(?!(?:struct|enum|union)\b)(?<!struct )(?<!enum )(\w+)"  # not a member, nor a tag
    names = {path: set(re.findall(named, code)) for path, code in product.items()}
    tests = {name for path, code in files.items() if path.startswith("tests/")
             for name in re.findall(r"\w+", code)}
    unused = {}
    for path, code in product.items():
        if not path.endswith(".h"):
            continue
        for found in re.finditer(
                r"^(?!static|typedef|#|\s)[\w *]*?\b(\w+)\([^;{}]*\)[^;{}]*;", code, re.M):
            name = found.group(1)
            users = [p for p in product if p != path and name in names[p] and not re.search(
                r"^[\w *]*\b%s\([^;]*?\)\n\{" % name, product[p], re.M)]
            if not users and len(re.findall(r"\b%s\b" % name, code)) < 2:
                unused[name] = (path, code[:found.start()].count("\n") + 1)
    for name, (path, line) in sorted(unused.items()):
        if name not in SEAMS or name not in tests:
            yield path, line, "unused-export", "no product file calls %s%s: make it static, or " \
                "name it in SEAMS" % (name, "" if name in tests else ", nor does a test")
    return unused


LIMITS = "tests/limits.txt"


def limit_told(root, right, name):
    """Why the right side of a line of tests/limits.txt is wrong, or None."""
    if right.startswith("missing:"):
        return None
    if not right.startswith("tests/"):
        return None if len(right.split()) >= 3 or right == "gRPC holds it" else "a reason in words"
    path, _, function = right.partition(":")
    try:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            text = file.read()
    except OSError:
        return "there is no " + path
    if not re.search(r"^static void %s\(void \*\*state\)\n\{" % re.escape(function), text, re.M):
        return "%s has no %s" % (path, function)
    return None if re.search(r"\b%s\b" % name, text) else "%s does not name %s" % (path, name)


def limits(root, files):
    """Every #define of a product file that ends in _MAX stands in tests/limits.txt."""
    there = {}
    for path, code in files.items():
        if path.startswith(PRODUCT):
            for found in re.finditer(r"^#define (\w+_MAX)\b", code, re.M):
                there["%s %s" % (path, found.group(1))] = code[:found.start()].count("\n") + 1
    listed, missing = {}, 0
    if os.path.exists(os.path.join(root, LIMITS)):
        with open(os.path.join(root, LIMITS), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                left, bar, right = (part.strip() for part in line.partition("|"))
                if not bar:
                    continue
                if left in listed or left not in there:
                    yield LIMITS, number, "limit", "take out %s: it stands twice, or is not there" % left
                listed[left] = right
                missing += right.startswith("missing:")
                wrong = limit_told(root, right, left.split()[-1])
                if wrong:
                    yield LIMITS, number, "limit", "%s: %s" % (left, wrong)
    for left in sorted(set(there) - set(listed)):
        yield left.split()[0], there[left], "limit", "name the test of %s in %s, at the limit and " \
            "one past, or why there is none" % (left.split()[1], LIMITS)
    if missing != LIMITS_MISSING and os.path.exists(os.path.join(root, LIMITS)):
        yield LIMITS, 1, "limit", "%d limits are missing a test, LIMITS_MISSING says %d" % (
            missing, LIMITS_MISSING)


def check(root, files, bodies, most, lists):
    """files: {path: code without comments}; bodies: {path: its functions as tidy finds them};
    most: parameters; lists: what tidy excuses, by the list's name."""
    for path, found in bodies.items():
        yield from parameters_many(path, found, most)
    yield from tags(files)
    yield from prefixes(files)
    yield from limits(root, files)
    unused = yield from exports(files)
    for path, code in files.items():
        if path.startswith("tests/unit/"):
            yield from refusals_bare(path, code, bodies[path])
    if not os.path.exists(os.path.join(root, "tests/tidy_tree.py")):
        return  # a small tree of tidy_test.py, which has none of the excused files
    lists = dict(lists, REFUSALS_BARE=REFUSALS_BARE)
    yield from paths_stale(root, lists)
    yield from parameters_stale(bodies, most)
    for name in sorted(set(SEAMS) - set(unused)):
        yield "tests/tidy_tree.py", 1, "exception", "SEAMS: take out %s: it is called, or is not there" % name
