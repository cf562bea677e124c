#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A roster that did not arrive: pulled, or nothing is answered after a day.

Promises: every node has word of the newest roster as soon as it is connected; one that was away when
a key was revoked has the new roster before any question; one whose push was lost asks for it, at once
when an analyst's signature shows that there is a newer one, and takes no roster that the root keys
have not signed; without word for a day it declines everything, repeats too, for nothing, and any word
ends that, through the real link by itself; a coordinator that says "there is no newer one" is not
believed against an analyst's signature; a node from which it holds a roster back is not cosigned by
a witness that has it, asks again, and is cosigned with the new one. An analyst's client remembers
the newest roster that it verified and refuses an older one of the same root keys, from whomever; old
receipts verify all the same.
"""
import os
import time

import wire
from keeper import Keeper
from network import PATIENCE_S, Analyst, Network, Report, run, wait_until
from rosters import node_version, question_of, roster, secret_of

QUESTION = "diagnosis under icd10:E11 and age >= %d"
PEOPLE = "person,sex,birth_year,kind,code\n" + "".join(
    "p%d,%s,%d,diagnosis,icd10:E11\n" % (i, ("female", "male")[i % 2], 1950 + i % 60) for i in range(300))
CHALLENGE, ROSTER, CHECKPOINT, COSIGNATURE, PULL = 3, 10, 15, 16, 17
DAY_S = 86400


class Link(Keeper):
    """What a link, and the coordinator behind it, would say and hear."""

    def __init__(self, folder, log):
        super().__init__(folder, log)
        self.pulls = []  # (when, the version that the keeper has)
        self.said = {CHECKPOINT: [], COSIGNATURE: []}

    def take(self, frame):
        for number, bodies in self.said.items():
            if wire.get(frame, number) is not None:
                bodies.append(wire.get(frame, number))
        pull = wire.get(frame, PULL)
        if pull is not None:
            self.pulls.append((time.monotonic(), wire.get(wire.unpack(pull), 1)))
        return super().take(frame)

    def greet(self, network):
        self.send(CHALLENGE, wire.pack([[1, wire.BYTES, os.urandom(32)], [2, wire.BYTES, network.name.encode()]]))
        self.answers_until_ping()

    def say_newest(self, version):
        self.send(PULL, wire.pack([[1, wire.VARINT, version]]))
        self.answers_until_ping()

    def bring(self, path):
        with open(path, "rb") as file:
            self.send(ROSTER, file.read())
        self.answers_until_ping()

    def code(self, sealed):
        answer = self.asked(sealed)
        return answer and answer.code

    def wait_pull(self, number, seconds):
        """When the pull of this number came, from 1; None when it does not."""
        until = time.monotonic() + seconds
        while len(self.pulls) < number and time.monotonic() < until:
            frame = self.read(0.2)
            if frame is not None:
                self.take(frame)
        return self.pulls[number - 1][0] if len(self.pulls) >= number else None


def seen(node):
    """(version, age in seconds) of D/roster.seen."""
    with open(os.path.join(node.folder, "roster.seen"), encoding="ascii") as file:
        word, version, age, _ = file.read().split()
    assert word == "rikstal-roster-seen-v1"
    return int(version), int(age)


def make_old(node, seconds):
    """As if the last word were so long ago."""
    with open(os.path.join(node.folder, "roster.seen"), "w", encoding="ascii") as file:
        file.write("rikstal-roster-seen-v1 %d %d %d\n" % (node_version(node), seconds, time.time()))


def copy(source, target):
    with open(source, "rb") as file, open(target, "wb") as out:
        out.write(file.read())


def all_answered(asked):
    return asked.code == 0 and all(a.state == 1 for a in asked.answers.values()) and len(asked.answers) == 3


def sealed_with(analyst, receipt, version):
    return wire.seal(secret_of(analyst), wire.pack(question_of(receipt, version)))


def missed(report, network, anna, receipt):
    """Node 12 was away when the roster changed, and then its push was lost."""
    node, others = network.nodes["12"], [n for r, n in network.nodes.items() if r != "12"]
    node.stop()
    old = node_version(node)
    files = [os.path.join(network.folder, "roster." + name) for name in ("old", "new", "forged")]
    copy(os.path.join(node.folder, "roster"), files[0])
    run("coordinator", "roster", "revoke", "analyst", "bertil", "--dir", network.home)
    wait_until("the others to have it", lambda: all(node_version(n) == old + 1 for n in others))
    report.equal(node_version(node), old, "a node that is away does not have a new roster")
    node.start()
    network.wait_connected()
    asked = anna.ask(QUESTION % 30)
    report.row(all_answered(asked) and node_version(node) == old + 1, "and has it when it is back, before any question")

    node.stop()
    copy(os.path.join(network.home, "roster"), files[1])
    copy(files[0], os.path.join(node.folder, "roster"))
    make_old(node, 0)
    with open(files[1], "rb") as file, open(files[2], "wb") as out:
        data = bytearray(file.read())
        data[len(data) // 2] ^= 1
        out.write(data)
    with Link(node.folder, network.log("link-12")) as link:
        link.greet(network)
        report.row([version for _, version in link.pulls] == [old], "a keeper that is greeted asks for its roster")
        link.say_newest(old)
        report.equal(seen(node)[1], 0, "the coordinator's word that it is the newest is noted")
        asked = time.monotonic()
        report.equal(link.code(sealed_with(anna, receipt, old + 1)), "roster",
                     "a question made with a newer roster is declined")
        came = link.wait_pull(2, PATIENCE_S)
        report.row(came, "and the keeper asks for it within seconds, not in ten minutes",
                   came and "%.1f s" % (came - asked))
        link.bring(files[2])
        report.equal(link.code(sealed_with(anna, receipt, old + 1)), "roster", "a roster that nobody has signed is none")
        link.bring(files[1])
        report.row(link.code(sealed_with(anna, receipt, old + 1)) == "", "the roster that it asked for is in force at once")
        report.equal((node_version(node), seen(node)), (old + 1, (old + 1, 0)), "and on disk, with the word of it")
    node.start()
    network.wait_connected()


def stale(report, network, anna, receipt):
    node = network.nodes["12"]
    node.stop()
    version = node_version(node)
    sealed = sealed_with(anna, receipt, version)
    before = node.ledger()
    make_old(node, DAY_S - 300)
    with Link(node.folder, network.log("link-12")) as link:
        report.equal(link.code(sealed), "", "five minutes less than a day without word, and it answers")
    make_old(node, DAY_S + 1)
    with Link(node.folder, network.log("link-12")) as link:
        codes = {link.code(sealed), link.code(sealed_with(anna, receipt, version))}
        report.equal(codes, {"roster_stale"}, "a second more than a day, and nothing is answered, repeats neither")
        link.say_newest(version - 1)
        link.say_newest(version + 1)
        report.equal(link.code(sealed), "roster_stale", "a word about another roster is none")
        link.say_newest(version)
        report.equal(link.code(sealed), "", "any word that ours is the newest ends it")
    report.equal(node.ledger(), before, "and nothing was charged for any of it")

    make_old(node, 50000)
    with Link(node.folder, network.log("link-12")) as link:
        link.greet(network)
        link.code(sealed_with(anna, receipt, version + 1))
        link.say_newest(version)
        report.row(seen(node)[1] >= 50000, "the word of a coordinator that an analyst's signature contradicts is none",
                   "%d s old" % seen(node)[1])
    make_old(node, 2 * DAY_S)
    node.start()
    network.wait_connected()
    wait_until("word through the link", lambda: seen(node)[1] < DAY_S)
    asked = anna.ask(QUESTION % 40)
    report.row(all_answered(asked), "two days old, and connected: it asks by itself and answers")


def gone_back(report, network, anna, receipt):
    """A coordinator with the roster of before the revocation, which the root keys did sign."""
    newest, old, current = network.roster_version(), *(os.path.join(network.folder, "roster." + n) for n in ("old", "kept"))
    served, remembered = os.path.join(network.home, "roster"), os.path.join(anna.folder, "rosters.seen")
    report.row(os.stat(remembered).st_mode & 0o777 == 0o600 and open(remembered, encoding="ascii").read().split()[2] == str(newest),
               "the client has the newest roster's version beside its key")
    copy(served, current)
    network.process.stop()
    copy(old, served)
    network.start_coordinator()
    before = {r: n.ledger() for r, n in network.nodes.items()}
    for words in (("ask", QUESTION % 41), ("ask", QUESTION % 41, "--dry-run")):
        done = anna.run(*words, codes=None)
        said = "the coordinator's roster is version %d, and version %d was verified here before" % (newest - 2, newest)
        report.row(done.code == 4 and done.out == "" and said in done.err, "an older roster is refused: " + " ".join(words[:1] + words[2:]),
                   done.err.strip())
    report.equal({r: n.ledger() for r, n in network.nodes.items()}, before, "and nothing was asked or charged")
    report.equal(anna.run("verify", receipt).code, 0, "the receipt of an older roster verifies")
    with open(remembered, "a", encoding="ascii") as file:
        file.write("x")
    done = anna.run("ask", QUESTION % 41, codes=None)
    report.row(done.code == 2 and "is not as it was written" in done.err, "a memory that was damaged is no blank one", done.err.strip())
    os.truncate(remembered, os.path.getsize(remembered) - 1)
    network.process.stop()
    copy(current, served)
    network.start_coordinator()
    report.equal(anna.run("ask", QUESTION % 41, "--dry-run").code, 0, "with the newest roster the client goes on")


def held_back(report, network):
    """A coordinator that carries checkpoints and cosignatures, and no roster."""
    node = network.nodes["01"]
    witness = network.nodes[witnesses_of(network, "01")[0]]
    old = os.path.join(network.folder, "roster.held-back")
    new = os.path.join(network.home, "roster")
    for one in (node, witness):
        one.stop()
    copy(os.path.join(node.folder, "roster"), old)
    run("coordinator", "roster", "add-organisation", "--id", "west", "--name", "West", "--dir", network.home)
    copy(new, os.path.join(witness.folder, "roster"))
    version = node_version(node)
    with Link(node.folder, network.log("link-01")) as link, Link(witness.folder, network.log("link-witness")) as other:
        def carry():
            """What the node has sent goes to the witness, and its words go back: their statuses."""
            words = []
            for source, number, target in ((link, CHECKPOINT, other), (other, COSIGNATURE, link)):
                source.answers_until_ping()
                words, source.said[number] = source.said[number], []
                for body in words:
                    target.send(number, body)
            return {wire.get(wire.unpack(body), 4) for body in words}

        link.greet(network)
        other.greet(network)
        link.say_newest(version)
        report.equal(carry(), {403}, "a witness with a newer roster does not cosign")
        report.row(link.wait_pull(2, PATIENCE_S), "and the node asks for its roster again within seconds")
        link.say_newest(version)
        report.equal(carry(), {403}, "the coordinator's word that there is none moves no witness")
        link.bring(new)
        report.row(wait_until("a cosignature", lambda: 200 in carry()), "with the new roster it is cosigned again")
    for one in (node, witness):
        one.start()
    network.wait_connected()


def witnesses_of(network, region):
    with open(os.path.join(network.home, "roster"), "rb") as file:
        for number, _, value in wire.unpack(wire.payload_of(file.read())):
            entry = wire.unpack(value) if number == 10 else []
            if wire.text(entry, 1) == region:
                return [v.decode() for n, _, v in entry if n == 2 and v != b"coordinator"]
    return []


def main():
    report = Report(__doc__.splitlines()[0])
    with Network(regions=["01", "03", "12"]) as network:
        for node in network.nodes.values():
            node.import_csv(PEOPLE)
            node.publish()
        anna, _ = Analyst(network, "anna", "north").enrol(), Analyst(network, "bertil", "north").enrol()
        network.start()
        wait_until("word at every node",
                   lambda: all(seen(n)[0] == network.roster_version() for n in network.nodes.values()))
        report.row(all(seen(n)[1] < 600 for n in network.nodes.values()), "every node that is connected has word of its roster")
        asked = anna.ask(QUESTION % 20)
        missed(report, network, anna, asked.receipt)
        roster(network, "add-organisation", "--id", "south", "--name", "South")
        wait_until("word at every node",
                   lambda: all(seen(n) == (network.roster_version(), 0) for n in network.nodes.values()))
        report.row(True, "a roster that is pushed is word of itself")
        stale(report, network, anna, asked.receipt)
        anna.ask(QUESTION % 20)
        gone_back(report, network, anna, asked.receipt)
    with Network(regions=["01", "03", "04", "05", "06", "07"]) as network:
        network.start()
        held_back(report, network)
    report.close()


main()
