#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Receipts: every field changed, and what `rikstal verify` makes of it, in all three forms of an answer.

What is signed stands in a receipt in parts, and what is around the parts is anybody's to write. Promises: each change is
refused, or alters nothing of what is printed, or takes a region's answer away and is shown as that: the region without
a figure, fewer regions than were asked, exit code 3. The question that is printed is the one that was signed. No
control character of a receipt reaches the terminal.
"""
import base64
import copy
import json
import os

from network import SMALL, Analyst, Network, Report

REGIONS = ("01", "03", "12", "14", "25")
CHANGED = 2  # regions of the receipt whose fields are changed; the others are alike
QUESTION = "sex = female"
ERASING = "x\x1b[1A\x1b[2K99 persons"
OTHERS = {  # what else the fields that no signature covers may claim
    "format": ["rikstal-receipt-v2", "", 1],
    "question": ["sex = male", "sex = female and age >= 18", "sex = female # and age >= 18", "", ERASING, 7],
    "node": ["99", "", "01\n", 1],
    "state": ["value", "offline", "took-part", "suppressed", "stale", "nonsense", ERASING, 1],
    "code": ["", "budget", "not-verified", ERASING, "a\nTotal 5 of 5 99", 1],
}
SIGNED = ("envelope", "roster", "answer", "mask_list", "blind_secret")
SHOWN = ("value", "suppressed", "took-part")


def bits(text):
    """The same length, one bit changed: at both ends and in between."""
    raw = base64.b64decode(text)
    for k in range(6):
        other = bytearray(raw)
        other[k * (len(raw) - 1) // 5] ^= 1 << k
        yield base64.b64encode(bytes(other)).decode()


def values(name, value):
    if name in SIGNED:
        yield from bits(value)
        yield from ("", value[:-4], value + "AAAA", "*" + value[1:], 7)
    elif isinstance(value, int):
        yield from (value - 1, value + 1, value - 10**6, value + 10**6, 0, -1, 2**60, str(value), None)
    else:
        yield from (other for other in OTHERS[name] if other != value)


def places(receipt):
    """(what, the path to it) of every field."""
    for name in receipt:
        if name != "regions":
            yield name, (name,)
    for i, region in list(enumerate(receipt["regions"]))[:CHANGED]:
        for name in region:
            yield "%s of region %s" % (name, region["node"]), ("regions", i, name)


def at(tree, path):
    for step in path[:-1]:
        tree = tree[step]
    return tree


def withheld(regions):
    del regions[0]["answer"]
    regions[0].update(state="offline", code=ERASING)


REGION_CHANGES = {
    "a region less": lambda r: r.pop(1),
    "a region twice": lambda r: r.append(r[0]),
    "two regions exchanged": lambda r: r.insert(0, r.pop(1)),
    "no regions": lambda r: r.clear(),
    "two answers exchanged": lambda r: r[0].update(answer=r[1]["answer"]),
    "a code beside an answer": lambda r: r[0].update(code=ERASING),
    "an answer withheld": withheld,
}


def changed(receipt, foreign):
    """(what was done, the changed receipt); foreign is another question's receipt, of the same form."""
    for what, path in places(receipt):
        name = path[-1]
        others = list(values(name, at(receipt, path)[name]))
        if name in SIGNED and name != "roster":
            others.append(at(foreign, path)[name])
        for other in others:
            tree = copy.deepcopy(receipt)
            at(tree, path)[name] = other
            yield "%s: %.40r" % (what, other), tree
        tree = copy.deepcopy(receipt)
        del at(tree, path)[name]
        yield what + ": taken out", tree
    for what, act in REGION_CHANGES.items():
        tree = copy.deepcopy(receipt)
        act(tree["regions"])
        yield what, tree


def has_figure(region):
    return any(isinstance(value, dict) and "value" in value for value in region.values())


def verdict(analyst, path, whole):
    """Why the change is bad, or None."""
    done = analyst.run("verify", path, "--json", codes=None)
    if done.code == 0 and json.loads(done.out) != whole:
        return "it verifies, and says something else"
    if done.code == 3:
        told = json.loads(done.out)
        if told["total"] is not None and told["regions_answered"] >= whole["regions_answered"]:
            return "exit code 3, and nobody is missing"
        if any(has_figure(r) for r in told["regions"] if r["state"] not in SHOWN):
            return "a region without an answer has a figure"
    printed = analyst.run("verify", path, "--table", codes=None)
    if any((ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 for c in printed.out + printed.err):
        return "control characters are printed"
    if "99 persons" in printed.out.replace(" ", " ") and done.code == 0:
        return "a sentence of the receipt is printed as verified"
    return None


def check(report, analyst, words, name):
    asked, other = analyst.ask(QUESTION, *words), analyst.ask("sex = male", *words)
    whole = json.loads(analyst.run("verify", asked.receipt, "--json").out)
    report.row(whole["total"] == asked.report["total"] and whole["regions_answered"] == len(REGIONS) and
               whole["question"] == QUESTION, name + ": the receipt verifies")
    with open(asked.receipt, encoding="utf-8") as file:
        receipt = json.load(file)
    with open(other.receipt, encoding="utf-8") as file:
        foreign = json.load(file)
    bad, n = {}, 0
    path = os.path.join(os.path.dirname(asked.receipt), "changed.json")
    for i, (what, tree) in enumerate(changed(receipt, foreign)):
        if SMALL and i % 3:
            continue
        with open(path, "w", encoding="utf-8") as file:
            json.dump(tree, file)
        why = verdict(analyst, path, whole)
        n += 1
        if why:
            bad[what] = why
    report.equal(bad, {}, "%s: %d changes are refused, or change nothing, or are shown" % (name, n))


def build(network):
    rows = "person,sex,birth_year\n" + "".join("p%d,%s,1970\n" % (i, "male" if i % 3 else "female") for i in range(900))
    for node in network.nodes.values():
        node.import_csv(rows)
        node.publish()


def precise(report, analyst):
    """--precision asks coarsely and then as finely as its figure needs, at most at --sigma; the receipt is of the last."""
    coarse = analyst.ask("sex = female and age >= 1", "--sigma", "50").report["total"]["matched"]
    for part, finest in (("100%", 10), ("5%", 10), ("1%", 20)):
        asked = analyst.ask("sex = female and age >= 1", "--precision", part, *(() if finest == 10 else ("--sigma", str(finest))))
        wide = [s for s in (50, 20, 10) if s > finest and coarse["state"] == "value"
                and (coarse["high95"] - coarse["value"]) * s / 50 <= coarse["value"] * float(part[:-1]) / 100]
        report.equal(asked.report["sigma"], max(wide + [finest]), "--precision %s of %s, at the finest %d" % (part, coarse, finest))
        report.equal(analyst.run("verify", asked.receipt).code, 0, "its receipt verifies")
    refused = analyst.run("ask", "sex = female", "--precision", "5%", "--dry-run", codes=None)
    report.equal((refused.code, "--precision is for a count" in refused.err), (2, True), "with --dry-run it is refused")


def main():
    report = Report(__doc__.splitlines()[0])
    with Network("receipts", REGIONS) as network:
        analyst = Analyst(network, "anna", "north").enrol()
        build(network)
        network.start()
        check(report, analyst, (), "regions")
        check(report, analyst, ("--mode", "sum"), "sum")
        check(report, analyst, ("--mode", "sum", "--blind"), "a blind sum")
        precise(report, analyst)
    report.close()


if __name__ == "__main__":
    main()
