#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Witnesses, through the real programs: a ledger that goes back is noticed.

Promises: from the sixth node on every node's checkpoint is cosigned by the coordinator and four
others, and it answers; with one of the five away it does too, with two it does not; a person's
choice against that is remembered. A node whose folder was put back to an older state gives not one
answer, says so and how to resolve it; a ledger.db alone that was put back is noticed without any
witness, by the checkpoint beside it; one that no checkpoint of its own tells of is, by the answer
that the node itself has signed. A coordinator that forgot what it had seen, saw another
history or has lost its key is one witness less, and stops nobody. A verifier that shares no code
with the node finds log, checkpoint and cosignatures in order, and every changed entry.
"""
import itertools
import json
import os
import shutil
import subprocess
import sys
import time

from network import Analyst, Network, Node, Report, run, wait_until

VERIFIER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "deploy", "verify-log")
REGIONS = "01 03 04 05 06 07".split()
PEOPLE = "person,sex,birth_year\n" + "".join("p%d,%s,%d\n" % (i, ("female", "male")[i % 2], 1950 + i % 60)
                                             for i in range(200))
AGES = itertools.count(61)
LEDGER = ("ledger.db", "ledger.db-wal", "ledger.db-shm")


def cosigned(node):
    """Cosignatures under the newest checkpoint."""
    try:
        with open(os.path.join(node.folder, "checkpoint"), encoding="utf-8") as file:
            return file.read().split("\n\n", 1)[1].count("\u2014") - 1
    except OSError:
        return 0


def cosigned_by_coordinator(node):
    with open(os.path.join(node.folder, "checkpoint"), encoding="utf-8") as file:
        return "/coordinator/" in file.read()


def answers(anna, question, regions):
    asked = anna.ask(question, "--nodes", ",".join(regions), codes=(0, 3, 4))
    return {region: answer.code for region, answer in asked.answers.items()}


def keep(node, names, folder):
    os.makedirs(folder, exist_ok=True)
    for name in names:
        if os.path.exists(os.path.join(node.folder, name)):
            shutil.copy2(os.path.join(node.folder, name), os.path.join(folder, name))


def put_back(node, names, folder):
    for name in names:
        path = os.path.join(node.folder, name)
        if os.path.exists(path):
            os.remove(path)
        if os.path.exists(os.path.join(folder, name)):
            shutil.copy2(os.path.join(folder, name), path)


def verifier(*words):
    done = subprocess.run([sys.executable, VERIFIER, *words], capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout


def verify_apart(network, report):
    """deploy/verify-log, which shares no code with the node, on a node's export and checkpoint."""
    node = network.nodes[REGIONS[1]]
    leaves, bent = (os.path.join(network.folder, name) for name in ("leaves.jsonl", "bent.jsonl"))
    checkpoint = os.path.join(node.folder, "checkpoint")
    with open(leaves, "w", encoding="utf-8") as file:
        file.write(node.run("audit export").out)
    key, coordinator = ["--key", node.public_key().hex()], ["--witness", network.roster()["coordinator_key"]]
    witnesses = sum((["--witness", other.public_key().hex()] for other in network.nodes.values() if other is not node), [])
    code, out = verifier(leaves, checkpoint, *key, *coordinator, *witnesses, "--quorum", "4")
    report.row(code == 0 and "WRONG" not in out, "the independent verifier finds log, root and cosignatures in order",
               out if code else "")
    code, _ = verifier(leaves, checkpoint, *key, *coordinator, "--quorum", "1")
    report.equal(code, 0, "with the coordinator's among them")
    code, _ = verifier(leaves, checkpoint, *key, *coordinator, "--quorum", "2")
    report.equal(code, 1, "which counts once")
    code, _ = verifier(leaves, checkpoint, "--key", network.nodes[REGIONS[2]].public_key().hex())
    report.equal(code, 1, "and refuses the checkpoint under another node's key")
    with open(leaves, encoding="utf-8") as file:
        lines = file.readlines()
    caught = 0
    for i, line in enumerate(lines):
        entry = json.loads(line)
        entry["note"] += "x"
        with open(bent, "w", encoding="utf-8") as file:
            file.writelines(lines[:i] + [json.dumps(entry) + "\n"] + lines[i + 1:])
        caught += verifier(bent)[0] == 1
    report.equal(caught, len(lines), "and one changed word in any of %d entries" % len(lines))


def restarted(network, node, witnessed=True):
    node.stop()
    node.start()
    network.wait_connected([node.region], witnessed)
    return node


def enrolment(network, report):
    roster = network.roster()
    report.equal((roster["witness_quorum"], {len(names) for names in roster["witnesses"].values()},
                  sum("coordinator" in names for names in roster["witnesses"].values())), (4, {5}, len(REGIONS)),
                 "with the sixth node witnesses are on: 4 of 5, the coordinator among them")
    run("coordinator", "roster", "witnesses", "off", "--dir", network.home)
    run("coordinator", "roster", "revoke", "node", REGIONS[-1], "--dir", network.home)
    del network.nodes[REGIONS[-1]]
    network.nodes["08"] = Node(network, "08").join()
    report.equal(network.roster()["witness_quorum"], 0, "switched off they stay off, whoever comes and goes")
    run("coordinator", "roster", "witnesses", "on", "--dir", network.home)
    report.equal(network.roster()["witness_quorum"], 4, "until they are switched on")
    request = os.path.join(network.folder, "named.request")
    with open(os.path.join(network.folder, "08.request"), encoding="utf-8") as file:
        text = file.read()
    with open(request, "w", encoding="utf-8") as file:
        file.write(text.replace('"08"', '"coordinator"'))
    done = run("coordinator", "enrol", "--dir", network.home, request, codes=None)
    report.row(done.code != 0 and not done.out, "no node enrols under the coordinator's name")


def put_back_ledgers(network, report, anna):
    first = network.nodes[REGIONS[0]]

    # a ledger alone, put back
    kept, newest = os.path.join(network.folder, "kept"), os.path.join(network.folder, "newest")
    first.stop()
    keep(first, LEDGER + ("checkpoint",), kept)
    first.start()
    network.wait_connected([first.region])
    for i in range(4):
        answers(anna, "sex = male and age >= %d" % (30 + i), [first.region])
    restarted(network, first)  # its start makes and writes a checkpoint that covers them
    wait_until("its checkpoint", lambda: cosigned(first) == 5)
    first.stop()
    keep(first, LEDGER + ("checkpoint",), newest)
    put_back(first, LEDGER, kept)
    started = time.monotonic()
    first.start()
    network.wait_connected([first.region], witnessed=False)
    code = answers(anna, "sex = female and age >= 41", [first.region])[first.region]
    report.equal(code, "witnesses", "a ledger that was put back answers nothing")
    report.row(time.monotonic() - started < 60 and "log_went_back" in first.log()
               and "Restore a backup" in first.log(), "its log says so, and how to resolve it")

    # the whole folder, put back: only the witnesses know
    first.stop()
    put_back(first, LEDGER + ("checkpoint",), kept)
    started = time.monotonic()
    first.start()
    network.wait_connected([first.region], witnessed=False)
    wait_until("the witnesses to say so", lambda: "log_went_back" in first.log(), 60)
    report.row(time.monotonic() - started < 60, "a folder that was put back whole is noticed by its witnesses",
               "%.1f s after the start" % (time.monotonic() - started))
    codes = {answers(anna, "sex = female and age >= %d" % (50 + i), [first.region])[first.region] for i in range(5)}
    report.equal(codes, {"witnesses"}, "and answers nothing")
    first.stop()
    put_back(first, LEDGER + ("checkpoint",), newest)
    first.start()
    network.wait_connected([first.region])
    report.equal(answers(anna, "sex = female and age >= 60", [first.region]), {first.region: ""},
                 "with its newest ledger it answers again")


def wait_roster(network, node):
    version = str(network.roster()["version"])

    def has_it():
        with open(os.path.join(node.folder, "roster.seen"), encoding="ascii") as file:
            return file.read().split()[1] == version
    wait_until("the roster to reach node " + node.region, has_it)


def put_back_unseen(network, report, anna):
    """What came after the last checkpoint: no witness knows it, the node's own signature does."""
    first = network.nodes[REGIONS[0]]
    kept, newest = os.path.join(network.folder, "kept-unseen"), os.path.join(network.folder, "newest-unseen")
    run("coordinator", "roster", "witnesses", "off", "--dir", network.home)
    wait_roster(network, first)
    answers(anna, "sex = male and age >= 21", [first.region])
    first.stop()
    keep(first, LEDGER + ("checkpoint",), kept)
    first.start()
    network.wait_connected([first.region], witnessed=False)
    report.equal(answers(anna, "sex = male and age >= 22", [first.region]), {first.region: ""}, "a question is answered")
    first.stop()
    keep(first, LEDGER + ("checkpoint",), newest)
    put_back(first, LEDGER + ("checkpoint",), kept)
    first.start()
    network.wait_connected([first.region], witnessed=False)
    codes = answers(anna, "sex = male and age >= 23", [first.region])
    report.row(codes == {first.region: "witnesses"} and "log_went_back" in first.log(),
               "put back to before it, without any witness, the node answers nothing and says why", str(codes))
    network.process.stop()
    network.start_coordinator()
    network.wait_connected([first.region], witnessed=False)
    report.equal(answers(anna, "sex = male and age >= 24", [first.region]), {first.region: "witnesses"},
                 "nor after a restart of the coordinator")
    first.stop()
    put_back(first, LEDGER + ("checkpoint",), newest)
    first.start()
    network.wait_connected([first.region], witnessed=False)
    report.equal(answers(anna, "sex = male and age >= 25", [first.region]), {first.region: ""},
                 "with its newest ledger it answers again")
    run("coordinator", "roster", "witnesses", "on", "--dir", network.home)
    wait_roster(network, first)
    restarted(network, first)


def forgetful_coordinator(network, report, anna, seen):
    """seen: its folder of an hour ago."""
    first, folder = network.nodes[REGIONS[0]], os.path.join(network.home, "witness")

    def new_coordinator(change):
        network.process.stop()
        change()
        network.start_coordinator()
        network.wait_connected()
        restarted(network, first)
        return answers(anna, "sex = female and age >= %d" % next(AGES), [first.region])[first.region]

    def older():
        shutil.rmtree(folder)
        shutil.copytree(seen, folder)

    def forked():
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                file.write("1000000 " + "ab" * 32)

    def lost():
        older()
        os.rename(os.path.join(network.home, "witness.key"), os.path.join(network.folder, "lost.key"))

    report.equal(new_coordinator(older), "", "a coordinator whose state went back stops nobody")
    wait_until("its word", lambda: cosigned(first) == 5)
    report.row(cosigned_by_coordinator(first), "it is told what it forgot, with proof, and cosigns again")
    report.equal(new_coordinator(forked), "", "one that saw another history stops nobody")
    report.row("witness_refused witness=coordinator" in first.log() and "log_went_back" not in first.log()
               and not cosigned_by_coordinator(first), "its refusal is in the log, and only four cosign")
    report.equal(new_coordinator(lost), "", "one without its key stops nobody")
    network.nodes[REGIONS[1]].stop()
    restarted(network, first, witnessed=False)
    time.sleep(3)
    report.equal(answers(anna, "sex = female and age >= %d" % next(AGES), [first.region]), {first.region: "witnesses"},
                 "but with one node away as well there is no quorum")
    run("coordinator", "roster", "witnesses", "on", "--dir", network.home)  # makes a new key
    wait_until("the new key's word", lambda: cosigned_by_coordinator(first))
    report.equal(answers(anna, "sex = female and age >= %d" % next(AGES), [first.region]), {first.region: ""},
                 "a new key in the roster is taken up by all that run")


def quorum(network, report, anna):
    first = network.nodes[REGIONS[0]]
    names = [name for name in network.roster()["witnesses"][first.region] if name != "coordinator"]
    for name in names:
        network.nodes[name].stop()
        network.nodes[name].start()
    network.wait_connected()
    network.nodes[names[0]].stop()
    restarted(network, first)
    report.equal(answers(anna, "sex = female and age >= %d" % next(AGES), [first.region]), {first.region: ""},
                 "with one of five away it answers")
    network.nodes[names[1]].stop()
    restarted(network, first, witnessed=False)
    time.sleep(3)
    report.equal(answers(anna, "sex = female and age >= %d" % next(AGES), [first.region]), {first.region: "witnesses"},
                 "with two of five away it does not")
    network.nodes[names[1]].start()
    network.wait_connected([first.region, names[1]])
    report.equal(answers(anna, "sex = female and age >= %d" % next(AGES), [first.region]), {first.region: ""},
                 "and does as soon as one is back")
    network.nodes[names[0]].start()
    network.wait_connected()


def main():
    report = Report(__doc__.splitlines()[0])
    with Network(regions=REGIONS) as network:
        anna = Analyst(network, "anna", "north").enrol()
        enrolment(network, report)
        for node in network.nodes.values():
            node.import_csv(PEOPLE)
            node.publish()
        started = time.monotonic()
        network.start()
        report.note("every node connected and witnessed %.1f s after the start" % (time.monotonic() - started))
        wait_until("all checkpoints to be cosigned", lambda: all(cosigned(n) >= 4 for n in network.nodes.values()))
        report.row(all(cosigned_by_coordinator(n) for n in network.nodes.values()),
                   "every node's checkpoint is cosigned by the coordinator and others")
        codes = answers(anna, "sex = female", list(network.nodes))
        report.equal(set(codes.values()), {""}, "and every node answers")
        seen = os.path.join(network.folder, "seen")
        shutil.copytree(os.path.join(network.home, "witness"), seen)
        verify_apart(network, report)
        put_back_ledgers(network, report, anna)
        put_back_unseen(network, report, anna)
        quorum(network, report, anna)
        forgetful_coordinator(network, report, anna, seen)
    report.close()


if __name__ == "__main__":
    main()
