#!/usr/bin/env python3
"""Witnesses, through the real programs: a ledger that goes back is noticed.

Promises: with witnesses in the roster every node's checkpoint is cosigned by three of its four
witnesses, and it answers; without a quorum it does not; a node whose folder was put back to an
older state gives not one answer, says so and how to resolve it; a ledger.db alone that was put
back is noticed without any witness, by the checkpoint beside it; a verifier that shares no code
with the node finds log, checkpoint and cosignatures in order, and every changed entry.
"""
import json
import os
import shutil
import subprocess
import sys
import time

from network import Analyst, Network, Report, run, wait_until

VERIFIER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "deploy", "verify-log")
REGIONS = "01 03 04 05 06 07".split()
PEOPLE = "person,sex,birth_year\n" + "".join("p%d,%s,%d\n" % (i, ("female", "male")[i % 2], 1950 + i % 60)
                                             for i in range(200))
LEDGER = ("ledger.db", "ledger.db-journal")


def cosigned(node):
    """Cosignatures under the newest checkpoint."""
    try:
        with open(os.path.join(node.folder, "checkpoint"), encoding="utf-8") as file:
            return file.read().split("\n\n", 1)[1].count("\u2014") - 1
    except OSError:
        return 0


def answers(anna, question, regions):
    asked = anna.ask(question, "--nodes", ",".join(regions), codes=(0, 3, 4))
    return {region: answer.code for region, answer in asked.answers.items()}


def log_of(node):
    with open(node.network.log("node-" + node.region), encoding="utf-8", errors="replace") as file:
        return file.read()


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
    words = ["--key", node.public_key().hex(), "--quorum", "3"]
    for other in network.nodes.values():
        words += ["--witness", other.public_key().hex()] if other is not node else []
    code, out = verifier(leaves, checkpoint, *words)
    report.row(code == 0 and "WRONG" not in out, "the independent verifier finds log, root and cosignatures in order",
               out if code else "")
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


def unhurried(policy):
    """This is not about how fast one person may ask."""
    if "rate" in policy:
        policy["rate"] = {"per_minute": 1000, "per_day": 10000}


def main():
    report = Report(__doc__.splitlines()[0])
    with Network(regions=REGIONS) as network:
        anna = Analyst(network, "anna", "north").enrol()
        for node in network.nodes.values():
            node.import_csv(PEOPLE)
            node.publish()
            node.policy(unhurried)
        run("coordinator", "roster", "witnesses", "on", "--dir", network.home)
        network.start()
        first = network.nodes[REGIONS[0]]
        wait_until("all checkpoints to be cosigned", lambda: all(cosigned(n) >= 3 for n in network.nodes.values()))
        report.row(True, "every node's checkpoint is cosigned by three others")
        codes = answers(anna, "sex = female", REGIONS)
        report.equal(set(codes.values()), {""}, "and every node answers")

        verify_apart(network, report)

        # a ledger alone, put back
        kept = os.path.join(network.folder, "kept")
        first.stop()
        keep(first, LEDGER + ("checkpoint",), kept)
        first.start()
        network.wait_connected()
        wait_until("it to answer again", lambda: answers(anna, "sex = male and age >= 30", [REGIONS[0]])[REGIONS[0]] == "")
        for i in range(3):
            answers(anna, "sex = male and age >= %d" % (31 + i), [REGIONS[0]])
        first.stop()
        first.start()  # its start makes and writes a checkpoint that covers them
        network.wait_connected()
        wait_until("its checkpoint", lambda: cosigned(first) >= 3)
        first.stop()
        keep(first, LEDGER + ("checkpoint",), os.path.join(network.folder, "newest"))
        put_back(first, LEDGER, kept)
        before = len(log_of(first))
        started = time.monotonic()
        first.start()
        network.wait_connected()
        code = answers(anna, "sex = female and age >= 41", [REGIONS[0]])[REGIONS[0]]
        report.equal(code, "witnesses", "a ledger that was put back answers nothing")
        report.row(time.monotonic() - started < 60 and "log_went_back" in log_of(first)[before:]
                   and "Restore a backup" in log_of(first)[before:], "its log says so, and how to resolve it")

        # the whole folder, put back: only the witnesses know
        first.stop()
        put_back(first, LEDGER + ("checkpoint",), kept)
        before = len(log_of(first))
        first.start()
        network.wait_connected()
        wait_until("the witnesses to say so", lambda: "log_went_back" in log_of(first)[before:], 60)
        codes = {answers(anna, "sex = female and age >= %d" % (50 + i), [REGIONS[0]])[REGIONS[0]] for i in range(5)}
        report.equal(codes, {"witnesses"}, "a folder that was put back whole is noticed by its witnesses; no answer")
        first.stop()
        put_back(first, LEDGER + ("checkpoint",), os.path.join(network.folder, "newest"))
        first.start()
        network.wait_connected()
        wait_until("it to answer", lambda: answers(anna, "sex = female and age >= 60", [REGIONS[0]])[REGIONS[0]] == "")
        report.row(True, "with its newest ledger it answers again")

        # no quorum
        for region in REGIONS[1:4]:
            network.nodes[region].stop()
        first.stop()
        first.start()
        network.wait_connected([REGIONS[0]])
        code = answers(anna, "sex = female and age >= 61", [REGIONS[0]])[REGIONS[0]]
        report.equal(code, "witnesses", "without a quorum of witnesses it does not answer")
    report.close()


if __name__ == "__main__":
    main()
