#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Mode sum over 21 real nodes: the total is right, and no region's figure is seen by anybody.

Promises: the total is the sum of the noised shares in the nodes' ledgers, to the last unit, and
within the law of its noise of the truth; no output, log, answer or receipt holds a region's figure,
true or noised; a repeat has the same total for nothing, under other masks; another organisation pays
for itself; a node that is killed between the rounds is left out and the sum of the others is right;
one that hangs is left out too; a receipt verifies offline, and none with one bit altered does; fewer
nodes than the roster wants are refused; the roles that may have a sum only get one.
"""
import base64
import contextlib
import json
import math
import os
import re
import signal
import sqlite3
import time

import wire
from network import SMALL, Analyst, Network, Report, took_part, wait_until
from rosters import node_version

SIGMA = 5
ALPHA = 1e-8
WOMEN, MEN = 1009, 60  # a region's figures are of four digits, so that they stand out
QUESTION = "sex = female"
OPAQUE = ("answer", "mask_list", "envelope", "roster", "snapshot", "id")
DOCUMENT = "/api/v1/questions/%s"


def people(count):
    rows = "person,sex,birth_year\n" + "".join("w%d,female,%d\n" % (i, 1930 + i % 80) for i in range(count))
    return rows + "".join("m%d,male,1970\n" % i for i in range(MEN))


def build(network):
    """Every region another number of women; the true counts."""
    truth = {}
    for i, (region, node) in enumerate(network.nodes.items()):
        truth[region] = WOMEN + 37 * i
        node.import_csv(people(truth[region]))
        node.publish()
    return truth


def shares(network, regions, question=None, n_cells=2):
    """What the nodes have recorded last in mode sum: figures that never leave them."""
    found = {}
    for region in regions:
        path = os.path.join(network.nodes[region].folder, "ledger.db")
        with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % path, uri=True, timeout=20)) as db:
            rows = [wire.unpack(row[0]) for row in db.execute(
                "SELECT answer FROM release WHERE state = 1 AND mode = 2 ORDER BY id")]
        rows = [r for r in rows if question in (None, wire.get(r, 4))]
        cells = wire.get(rows[-1], 10)
        found[region] = [int.from_bytes(cells[i:i + 8], "little", signed=True) for i in range(0, 8 * n_cells, 8)]
    return found


def charges(network):
    return {region: node.ledger().charges for region, node in network.nodes.items()}


def vectors_sum(answers, cell):
    """Modulo 2^64, as a signed number."""
    total = sum(a.cells[cell] for a in answers.values()) % 2**64
    return total - 2**64 if total >= 2**63 else total


def identity_of(answers):
    return wire.get(wire.unpack(next(iter(answers.values())).payload), 4)


def attempt_of(receipt):
    with open(receipt, encoding="utf-8") as file:
        return wire.get(wire.unpack(base64.b64decode(json.load(file)["mask_list"])), 2)


def right(report, network, truth, asked, regions, what):
    """The total of these regions: exact against the ledgers, within the law against the truth."""
    regions = set(regions)
    taken = took_part(asked)
    report.equal(taken, regions, what + ": who took part")
    if taken != regions or set(asked.answers) < regions:
        return None
    answers = {r: asked.answers[r] for r in regions}
    recorded = shares(network, regions, identity_of(answers))
    totals = [vectors_sum(answers, c) for c in (0, 1)]
    report.equal(totals, [sum(s[c] for s in recorded.values()) for c in (0, 1)],
                 what + ": the vectors add up to the recorded shares")
    m, sigmas = len(regions), [asked.report["sigma"], asked.report["sigma_undetermined"]]
    deviation = math.sqrt(m / (m - (m - 1) // 3))
    limits = [s * deviation * math.sqrt(2 * math.log(2 * 2 / ALPHA)) for s in sigmas]
    off = [totals[0] - sum(truth[r] for r in regions), totals[1]]
    report.row(all(abs(o) <= limit for o, limit in zip(off, limits)), what + ": within the law of the noise",
               "off by %d of %.0f and %d of %.0f" % (off[0], limits[0], off[1], limits[1]))
    shown = asked.report["total"]["matched"]
    report.row(shown["state"] == "value" and abs(shown["value"] - totals[0]) <= 5 and shown["low95"] <= totals[0] <= shown["high95"],
               what + ": the total is shown with its interval", "" if shown["state"] == "value" else shown)
    return totals


HASH = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{16,}(?![0-9A-Za-z])")  # in a text: any digits are in it by chance


def numbers(thing):
    """Every whole number in a text, or in a JSON tree outside of signed envelopes and hashes, where any is by chance."""
    if isinstance(thing, dict):
        return set().union(*(numbers(v) for k, v in thing.items() if k not in OPAQUE), set())
    if isinstance(thing, list):
        return set().union(*map(numbers, thing), set())
    text = HASH.sub(" ", str(thing))
    return {int(n) for n in re.findall(r"\d+", text.replace("\u00a0", "").replace(" ", "")) + re.findall(r"\d+", text)}


def secrecy(report, network, analyst, truth, asked, status):
    figures = set(truth.values())
    figures |= {f for share in shares(network, network.nodes).values() for f in share[:1]}
    total = asked.report["total"]["matched"]
    allowed = {total["value"], total["low95"], total["high95"]}
    outputs = {"JSON": asked.report, "HTTP": status}
    for form in ("--csv", "--tsv", "--table"):
        outputs[form] = analyst.run("ask", QUESTION, "--mode", "sum", "--sigma", SIGMA, form, codes=(0, 3)).out
    outputs["verify"] = analyst.run("verify", asked.receipt, "--json").out
    outputs["verify --table"] = analyst.run("verify", asked.receipt, "--table").out
    with open(asked.receipt, encoding="utf-8") as file:
        outputs["receipt"] = json.load(file)
    for name in sorted(os.listdir(os.path.join(network.folder, "log"))):
        with open(os.path.join(network.folder, "log", name), encoding="utf-8", errors="replace") as file:
            outputs["log of " + name] = file.read()
    outputs["metrics"] = network.get("/metrics")[1]
    found = {name: sorted((numbers(text) & figures) - allowed) for name, text in outputs.items()}
    found = {name: bad for name, bad in found.items() if bad}
    report.row(not found, "no region's figure, true or noised, in %d outputs" % len(outputs), found if found else "")
    cells = [r for r in asked.report["regions"] if set(r) & {"matched", "undetermined", "cells", "value"}]
    report.row(not cells, "no region has a cell in the report", cells[:1] if cells else "")
    masked = [c for a in asked.answers.values() for c in a.cells]
    report.row(all(abs(c) > 10**9 for c in masked), "every figure that left a node is masked", "%d numbers" % len(masked))


def repeats(report, network, analyst, other, asked, totals):
    again, before = analyst.ask_all("not not sex = female", "--mode", "sum", "--sigma", SIGMA)
    report.equal([vectors_sum(again.answers, c) for c in (0, 1)], totals, "a repeat has the same total, to the last unit")
    report.equal(again.report["total"], asked.report["total"], "and shows the same")
    report.row(all(again.answers[r].cells != asked.answers[r].cells for r in network.nodes), "under other masks")
    report.row(charges(network) == before and again.report["charged"] is False, "for nothing")
    paid, before = other.ask_all(QUESTION, "--mode", "sum", "--sigma", SIGMA)
    report.row([vectors_sum(paid.answers, c) for c in (0, 1)] == totals and
               all(after == before[r] + 1 for r, after in charges(network).items()),
               "another organisation gets the same total and pays for it, once in each region")


def altered_bit(text):
    raw = bytearray(base64.b64decode(text))
    raw[len(raw) // 2] ^= 1
    return base64.b64encode(bytes(raw)).decode()


def receipts(report, analyst, asked):
    report.equal(analyst.run("verify", asked.receipt, codes=None).code, 0, "a receipt verifies without the coordinator")
    with open(asked.receipt, encoding="utf-8") as file:
        whole = json.load(file)
    codes = {}

    def attempt(name, change):
        changed = json.loads(json.dumps(whole))
        change(changed)
        path = asked.receipt + ".altered"
        with open(path, "w", encoding="utf-8") as file:
            json.dump(changed, file)
        codes[name] = analyst.run("verify", path, codes=None).code
    attempt("a vector", lambda r: r["regions"][3].update(answer=altered_bit(r["regions"][3]["answer"])))
    attempt("the list", lambda r: r.update(mask_list=altered_bit(r["mask_list"])))
    attempt("no list", lambda r: r.pop("mask_list"))
    attempt("question", lambda r: r.update(envelope=altered_bit(r["envelope"])))
    attempt("a region less", lambda r: r["regions"].pop(5))
    attempt("two vectors exchanged", lambda r: r["regions"][0].update(answer=r["regions"][1]["answer"]))
    report.row(all(codes.values()), "altered, it does not", codes)


def killed(report, network, analyst, truth):
    """One keeper is held until the others have attested; then another node dies in its slot's wait."""
    held, victim = network.nodes["25"], network.nodes["12"]
    keepers = held.keeper(), victim.keeper()
    question = "sex = female and age >= 1"
    os.kill(keepers[0], signal.SIGSTOP)
    with Background(analyst, question) as running:
        time.sleep(0.6)
        os.kill(keepers[0], signal.SIGCONT)
        time.sleep(0.03)
        victim.process.kill()
        with contextlib.suppress(ProcessLookupError):
            os.kill(keepers[1], signal.SIGKILL)
        asked = running.result()
    took = took_part(asked)  # on a busy machine fewer attest, or the kill comes late
    if asked.report["total"] is None:
        report.row(all("matched" not in r for r in asked.report["regions"]), "killed between the rounds: an abort, and no figure")
    elif "12" in took:
        right(report, network, truth, asked, took, "killed too late to be left out")
    else:
        right(report, network, truth, asked, took, "one node killed between the rounds, attempt %d, %d took part" %
              (attempt_of(asked.receipt), len(took)))
        state = next(r["state"] for r in asked.report["regions"] if r["node"] == "12")
        report.row(state in ("offline", "timed-out"), "it is shown as it was", state)
        report.equal(asked.code, 3, "exit code 3: partial")
    victim.start()
    network.wait_connected()


def hung(report, network, analyst, truth):
    with network.nodes["03"].hanging():
        others = set(network.nodes) - {"03"}
        asked, _ = analyst.ask_all("sex = female and age >= 2", "--mode", "sum", "--sigma", SIGMA, regions=others)
    right(report, network, truth, asked, others, "one node hangs")
    report.equal(asked.code, 3, "exit code 3: partial")


class Background:
    """One `rikstal ask` beside the test."""

    def __init__(self, analyst, question):
        import concurrent.futures
        self.pool = concurrent.futures.ThreadPoolExecutor(1)
        self.future = self.pool.submit(analyst.ask, question, "--mode", "sum", "--sigma", SIGMA, codes=(0, 3, 7))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.pool.shutdown()

    def result(self):
        return self.future.result(120)


def tables(report, network, analyst, truth):
    """A breakdown under masks: every cell of the table is a total."""
    asked, _ = analyst.ask_all("age >= 3", "--measure", "breakdown", "--by", "sex", "--mode", "sum", "--sigma", SIGMA)
    wanted = {"female": sum(truth.values()), "male": MEN * len(truth)}
    cells = [vectors_sum(asked.answers, c) for c in range(len(next(iter(asked.answers.values())).cells))]
    recorded = [sum(s) for s in zip(*shares(network, network.nodes, identity_of(asked.answers), len(cells)).values())]
    report.equal(cells, recorded, "a table: %d sums of the recorded shares" % len(cells))
    limit = SIGMA * math.sqrt(21 / 15) * math.sqrt(2 * math.log(2 * len(cells) / ALPHA))
    near = {name: any(abs(c - w) <= limit for c in cells) for name, w in wanted.items()}
    figures = set(truth.values()) | {c for s in shares(network, network.nodes, identity_of(asked.answers), len(cells)).values()
                                     for c in s if c >= WOMEN // 2}  # smaller ones are in every text by chance
    report.row(all(near.values()), "a table: the totals of women and men are in it", near)
    found = {r["node"]: bad for r in asked.report["regions"] if (bad := numbers(r) & figures)}
    report.row(not found, "a table: no region's figure", found if found else "")


def modes(report, network, analyst):
    few = analyst.run("ask", QUESTION, "--mode", "sum", "--nodes", "01,03,12", codes=None)
    report.row(few.code == 2 and "14" in few.err, "a sum of three of 21 nodes is refused by name", few.err.strip()[-90:])
    distinct = analyst.run("ask", QUESTION, "--mode", "distinct", codes=None)
    report.row(distinct.code == 2 and "mode distinct is not offered" in distinct.err and "mode sum" in distinct.err,
               "mode distinct is refused by name, with its reason", distinct.err.strip()[-90:])
    public = Analyst(network, "palle", "street", role="public", purpose="statistics").enrol()
    version = network.roster()["version"]
    wait_until("roster %d at every region" % version, lambda: all(node_version(node) == version for node in network.nodes.values()))
    asked, _ = public.ask_all("sex = female", "--sigma", 20, "--purpose", "statistics")
    report.row(asked.code == 0 and asked.report["mode"] == "sum", "the role public asks for sums without saying so",
               asked.err.strip()[-120:] if asked.code else "")


def seal_like(key, receipt, fields):
    """The question of a receipt once more, with a new id and other fields."""
    with open(receipt, encoding="utf-8") as file:
        question = wire.unpack(wire.payload_of(base64.b64decode(json.load(file)["envelope"])))
    now = int(time.time())
    question = wire.put(wire.put(wire.put(question, 3, wire.BYTES, os.urandom(16)), 15, wire.FIXED64, now - 5), 16, wire.FIXED64, now + 120)
    for number, value in fields.items():
        question = wire.put(question, number, wire.VARINT, value)
    return wire.seal(key, wire.pack(question))


def cost(report, network, analyst, receipt):
    """What a sum costs more than regions at the HTTP port: repeats, so that nothing is computed."""
    key, times = wire.Key.read(analyst.key), {}
    for mode in (1, 2, 1, 2):
        for _ in range(3 if SMALL else 12):
            sealed = seal_like(key, receipt, {11: mode, 12: 50})
            begin = time.monotonic()
            status, document = network.post(sealed)
            times.setdefault(mode, []).append((time.monotonic() - begin) * 1e3)
            if status != 200 or document["total"] is None:
                report.row(False, "a repeat in mode %d is answered" % mode, (status, document))
                return
    half = {mode: sorted(t)[len(t) // 2] for mode, t in times.items()}
    first = {mode: t[0] for mode, t in times.items()}
    report.note("HTTP, 21 nodes: regions %.1f ms, sum %.1f ms, overhead %.1f ms at the median of repeats; first answers %.0f and %.0f ms"
                % (half[1], half[2], half[2] - half[1], first[1], first[2]))


def main():
    report = Report(__doc__.splitlines()[0])
    with Network("sum") as network:
        analyst = Analyst(network, "anna", "north").enrol()
        other = Analyst(network, "sven", "south").enrol()
        truth = build(network)
        report.note("%d women in 21 nodes" % sum(truth.values()))
        network.start()
        report.note("21 nodes connected")
        asked, before = analyst.ask_all(QUESTION, "--mode", "sum", "--sigma", SIGMA)
        totals = right(report, network, truth, asked, network.nodes, "21 nodes")
        report.row(all(c == before[r] + 1 for r, c in charges(network).items()), "one charge in every ledger")
        status = network.get(DOCUMENT % asked.report["id"])[1]
        secrecy(report, network, analyst, truth, asked, status)
        repeats(report, network, analyst, other, asked, totals)
        receipts(report, analyst, asked)
        cost(report, network, analyst, asked.receipt)
        killed(report, network, analyst, truth)
        hung(report, network, analyst, truth)
        tables(report, network, analyst, truth)
        modes(report, network, analyst)
        for region in ("01", "12"):
            report.equal(network.nodes[region].run("audit verify", codes=None).code, 0, "the audit log of %s verifies" % region)
    report.close()


if __name__ == "__main__":
    main()
