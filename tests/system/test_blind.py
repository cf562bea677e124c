#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A blind sum over five real nodes: the total is its asker's, exact, and nobody else has a number.

Promises: the vectors, without what the asker alone can take off, add up to the shares in the nodes'
ledgers to the last unit, and the figure is within the law of its noise of the truth; the coordinator's
documents, files, logs and metrics hold no such number, say that the sum is blind, and it takes the
vectors' sum, which is chance, for none; it says the same after a restart; the same question asked
openly has the same total for nothing, and the other way round; a receipt opens and verifies again, is
its owner's alone, and altered or with another's secret does not; without its secret it has no number; a
node killed between the rounds is left out and the total of the others is exact; a table is blind like
a count; a blind question of another mode, or with a key that hides nothing, is refused, uncharged.
"""
import base64
import contextlib
import json
import os
import re
import signal
import stat
import struct
import time

import test_sum as sums
import veil
import wire
from network import Analyst, Network, Report, took_part

REGIONS = ["01", "03", "12", "14", "25"]
SIGMA = 5
QUESTION = "sex = female"
BLIND = ("--mode", "sum", "--blind", "--sigma", SIGMA)
OPEN = ("--mode", "sum", "--sigma", SIGMA)


TIME = re.compile(r"\d+-\d+-\d+T[\d:.]+Z|pid=\d+")
WOMEN = 20011  # a total of six digits, so that no port or process id is one by chance


def build(network):
    """Every region another number of women; the true counts."""
    truth = {region: WOMEN + 37 * i for i, region in enumerate(network.nodes)}
    for region, node in network.nodes.items():
        node.import_csv(sums.people(truth[region]))
        node.publish()
    return truth


def signed(number):
    return number - 2**64 if number >= 2**63 else number


def opened(asked, n_cells=2):
    """The totals, from the signed vectors and the secret of the receipt, by the test's own arithmetic."""
    over = veil.of_receipt(asked.receipt, n_cells)
    return [signed((sums.vectors_sum(asked.answers, c) - over[c]) % 2**64) for c in range(n_cells)]


def recorded(network, asked, n_cells=2):
    found = sums.shares(network, asked.answers, sums.identity_of(asked.answers), n_cells)
    return [sum(s[c] for s in found.values()) for c in range(n_cells)]


def exact(report, network, truth, asked, regions, what):
    regions = set(regions)
    took = took_part(asked)
    report.equal(took, regions, what + ": who took part")
    if took != regions or asked.report["total"] is None:
        return report.row(False, what + ": there is a total", asked.err.strip()[-200:])
    totals = opened(asked)
    report.equal(totals, recorded(network, asked), what + ": taken off, the vectors add up to the recorded shares")
    m = len(regions)
    sigmas = asked.report["sigma"], asked.report["sigma_undetermined"]
    limits = [sigma * (m / (m - (m - 1) // 3)) ** 0.5 * 6.5 for sigma in sigmas]  # 1.6e-10 for both cells
    off = [totals[0] - sum(truth[r] for r in regions), totals[1]]
    report.row(all(abs(o) <= limit for o, limit in zip(off, limits)), what + ": within the law of the noise",
               "off by %d of %.0f and %d of %.0f" % (off[0], limits[0], off[1], limits[1]))
    shown = asked.report["total"]["matched"]
    report.row(shown["state"] == "value" and abs(shown["value"] - totals[0]) <= 5 and shown["low95"] <= totals[0] <= shown["high95"],
               what + ": the asker sees the total with its interval", "" if shown["state"] == "value" else shown)
    report.row(asked.report["blind"] is True, what + ": and that it is blind")
    return totals


def files_of(folder):
    for place, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(place, name), "rb") as file:
                yield os.path.relpath(os.path.join(place, name), folder), file.read()


def without_number(report, network, document, figures, what):
    """The document of the coordinator: blind, complete, without a figure, whatever else it says."""
    states = {r["state"] for r in document["regions"]}
    report.row(document["total"] is None and document["blind"] is True and document["state"] == "complete" and
               states == {"took-part"}, what + ": blind, complete, no total", document["total"] or states)
    report.row(all("matched" not in r for r in document["regions"]), what + ": no region's figure")
    report.equal(sorted(sums.numbers(document) & figures), [], what + ": none of the numbers that it might be")


def secrecy(report, network, analyst, truth, asked, totals):
    shown = asked.report["total"]["matched"]
    figures = {totals[0], sum(truth.values()), shown["value"], shown["low95"], shown["high95"]}
    document = network.get(sums.DOCUMENT % asked.report["id"])[1]
    without_number(report, network, document, figures, "the coordinator's document")
    chance = [sums.vectors_sum(asked.answers, c) for c in (0, 1)]
    report.row(all(abs(c - t) > 10**9 for c, t in zip(chance, totals)), "what the coordinator could add up is chance", chance)
    forms = [form for f in figures for form in (b" %d " % f, b":%d," % f, b"=%d" % f, struct.pack("<q", f), struct.pack(">q", f))]
    found = sorted({name for name, data in files_of(network.home) if any(form in data for form in forms)})
    report.equal(found, [], "no file of the coordinator has the total")
    logs = {name: sorted(sums.numbers(TIME.sub("", data.decode("utf-8", "replace"))) & figures)
            for name, data in files_of(os.path.join(network.folder, "log"))}
    report.equal({n: bad for n, bad in logs.items() if bad}, {}, "no log has it")
    report.equal(sorted(sums.numbers(network.get("/metrics")[1]) & figures), [], "no metric has it")
    return document, figures


def restarted(report, network, document, asked, figures):
    network.process.kill()
    network.start_coordinator()
    network.wait_connected()
    again = network.get(sums.DOCUMENT % asked.report["id"])[1]
    without_number(report, network, again, figures, "after kill -9 of the coordinator")
    report.equal([r["answer"] for r in again["regions"]], [r["answer"] for r in document["regions"]],
                 "it has the same vectors")


def repeats(report, network, analyst, asked, totals):
    openly, before = analyst.ask_all("not not sex = female", *OPEN)
    free = sums.charges(network) == before
    report.equal([sums.vectors_sum(openly.answers, c) for c in (0, 1)], totals, "asked openly: the same total, to the last unit")
    report.row(openly.report["blind"] is False and openly.report["total"] == asked.report["total"], "which anybody may see, and is not blind")
    again, before = analyst.ask_all(QUESTION, *BLIND)
    report.equal(opened(again), totals, "blind again: the same")
    report.row(all(again.answers[r].cells != asked.answers[r].cells for r in REGIONS), "under other streams")
    report.row(free and sums.charges(network) == before and again.report["charged"] is False, "all of it for nothing")


def receipts(report, analyst, asked, other):
    def verified(path):
        return analyst.run("verify", path, "--json", codes=None)

    def changed(change):
        with open(asked.receipt, encoding="utf-8") as file:
            receipt = json.load(file)
        change(receipt)
        path = asked.receipt + ".changed"
        with open(path, "w", encoding="utf-8") as file:
            json.dump(receipt, file)
        return verified(path)
    report.equal(stat.S_IMODE(os.stat(asked.receipt).st_mode), 0o600, "the receipt is its owner's alone")
    report.row("holds the secret" in asked.err, "and that is said", asked.err.strip()[-90:])
    done = verified(asked.receipt)
    report.row(done.code == 0 and json.loads(done.out)["total"] == asked.report["total"], "it verifies and opens again", done.err.strip())
    stripped = changed(lambda r: r.pop("blind_secret"))
    told = json.loads(stripped.out)
    report.row(stripped.code == 3 and told["total"] is None and told["blind"] is True and "secret" in stripped.err,
               "without its secret: signatures hold, no number, exit code 3", stripped.err.strip()[-110:])
    with open(other.receipt, encoding="utf-8") as file:
        foreign = json.load(file)["blind_secret"]
    codes = {"another's secret": changed(lambda r: r.update(blind_secret=foreign)),
             "a vector": changed(lambda r: r["regions"][2].update(answer=sums.altered_bit(r["regions"][2]["answer"]))),
             "the list": changed(lambda r: r.update(mask_list=sums.altered_bit(r["mask_list"]))),
             "a region less": changed(lambda r: r["regions"].pop(1)),
             "the question": changed(lambda r: r.update(envelope=sums.altered_bit(r["envelope"])))}
    bad = {name: done.code for name, done in codes.items() if done.code in (0, 3) or '"value":' in done.out}
    report.equal(bad, {}, "altered, it does not, and shows no number")


def killed(report, network, analyst, truth):
    """One keeper is held until the others have attested; then another node dies in its slot's wait."""
    held, victim = network.nodes["25"], network.nodes["12"]
    keepers = held.keeper(), victim.keeper()
    os.kill(keepers[0], signal.SIGSTOP)
    finish = analyst.ask_while("sex = female and age >= 1", *map(str, BLIND))
    time.sleep(0.6)
    os.kill(keepers[0], signal.SIGCONT)
    time.sleep(0.03)
    victim.process.kill()
    with contextlib.suppress(ProcessLookupError):
        os.kill(keepers[1], signal.SIGKILL)
    asked = finish()
    took = took_part(asked)  # on a busy machine fewer attest, or the kill comes late
    if asked.report["total"] is None:
        report.row(not any("matched" in r for r in asked.report["regions"]), "a node killed between the rounds: an abort, and no figure")
    elif "12" in took:
        exact(report, network, truth, asked, took, "killed too late to be left out")
    else:
        what = "a node killed between the rounds, attempt %d, %d took part" % (sums.attempt_of(asked.receipt), len(took))
        exact(report, network, truth, asked, took, what)
        report.equal(asked.code, 3, "exit code 3: partial")
    victim.start()
    network.wait_connected()


def hung(report, network, analyst, truth):
    with network.nodes["03"].hanging():
        others = set(REGIONS) - {"03"}
        asked, _ = analyst.ask_all("sex = female and age >= 2", *BLIND, regions=others)
    exact(report, network, truth, asked, others, "one node hangs")
    report.equal(asked.code, 3, "exit code 3: partial")


def tables(report, network, analyst, truth):
    asked, _ = analyst.ask_all("age >= 3", "--measure", "breakdown", "--by", "sex", *BLIND)
    n = len(next(iter(asked.answers.values())).cells)
    cells = opened(asked, n)
    report.equal(cells, recorded(network, asked, n), "a table: %d totals, exact" % n)
    document = network.get(sums.DOCUMENT % asked.report["id"])[1]
    without_number(report, network, document, {c for c in cells if c > 1000} | {sum(truth.values())}, "a table's document")


def refusals(report, network, analyst, asked):
    before = sums.charges(network)
    done = analyst.run("ask", QUESTION, "--blind", "--mode", "regions", codes=None)
    report.equal((done.code, done.err.strip()), (2, "rikstal ask: --blind is for mode sum: in mode regions the regions' own "
                                                    "figures are the answer"), "--blind with mode regions")
    dry = analyst.run("ask", QUESTION, *BLIND, "--dry-run")
    report.row("mode sum, blind, sigma 5" in dry.out, "--dry-run says that it is blind")
    with open(asked.receipt, encoding="utf-8") as file:
        question = wire.unpack(wire.payload_of(base64.b64decode(json.load(file)["envelope"])))
    now, key, answers = int(time.time()), wire.Key.read(analyst.key), {}
    point = wire.get(question, 22)
    for name, mode, blind in (("a key of zero", 2, bytes(32)), ("a key of order 1", 2, bytes([1]) + bytes(31)), ("31 bytes", 2, point[:31]),
                              ("33 bytes", 2, point + b"\0"), ("mode regions", 1, point)):
        fields = wire.put(wire.put(wire.put(question, 3, wire.BYTES, os.urandom(16)), 15, wire.FIXED64, now - 5), 16, wire.FIXED64, now + 60)
        fields = wire.put(wire.put(fields, 11, wire.VARINT, mode), 22, wire.BYTES, blind)
        status, problem = network.post(wire.seal(key, wire.pack(fields)))
        answers[name] = (status, problem.get("code"))
    report.equal({n: a for n, a in answers.items() if a != (400, "malformed")}, {}, "hand-made: a key that hides nothing, of another length or mode")
    report.equal(sums.charges(network), before, "uncharged")


def main():
    report = Report(__doc__.splitlines()[0])
    with Network("blind", REGIONS) as network:
        analyst = Analyst(network, "anna", "north").enrol()
        truth = build(network)
        network.start()
        asked, before = analyst.ask_all(QUESTION, *BLIND)
        totals = exact(report, network, truth, asked, REGIONS, "five nodes")
        report.row(all(c == before[r] + 1 for r, c in sums.charges(network).items()), "one charge in every ledger")
        document, figures = secrecy(report, network, analyst, truth, asked, totals)
        repeats(report, network, analyst, asked, totals)
        receipts(report, analyst, asked, analyst.ask_all(QUESTION, *BLIND)[0])
        tables(report, network, analyst, truth)
        refusals(report, network, analyst, asked)
        killed(report, network, analyst, truth)
        hung(report, network, analyst, truth)
        restarted(report, network, document, asked, figures)
    report.close()


if __name__ == "__main__":
    main()
