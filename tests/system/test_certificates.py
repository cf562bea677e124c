#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Analyst certificates, and the drill of taking them back.

Promises: an officer's key in the roster is enough for a new analyst to be answered by every region
within minutes, without a new roster; a certificate gives no role beyond those that the roster lets
the organisation give, and belongs to one key; once a key is revoked (the analyst's, or the
organisation's, also in the overlap of a rotation) or replaced without an overlap, the next question
is refused by the client, by the coordinator and by every region's keeper itself, and nothing is
charged for it; within an overlap what either key signed holds. A region that rotates its signing
key goes on with its ledger and its log; its old key holds for the overlap, and revoked not a moment.
"""
import calendar
import json
import os
import time

import wire
from keeper import Keeper
from network import Analyst, Network, Report, run
from rosters import question_of, roster, secret_of

QUESTION = "diagnosis under icd10:E11 and age >= %d"
PEOPLE = "person,sex,birth_year,kind,code\n" + "".join(
    "p%d,%s,%d,diagnosis,icd10:E11\n" % (i, ("female", "male")[i % 2], 1950 + i % 60) for i in range(300))


class Certified(Analyst):
    """An analyst whom no roster lists."""

    certificate = None

    def certify(self, officer, role="national-analyst", codes=(0,), days=7):
        path = os.path.join(self.folder, "analyst.cert")
        done = run("analyst", "keys", "sign", "--organisation-key", officer, "--analyst", self.name, "--organisation",
                   self.organisation, "--key", os.path.join(self.folder, "analyst.pub"), "--role", role,
                   "--days", days, "--network", self.network.name, codes=codes)
        with open(path, "w", encoding="ascii") as file:
            file.write(done.out)
        self.certificate = path
        return done

    def configure(self):
        super().configure()
        if self.certificate:
            with open(self.config, "a", encoding="utf-8") as file:
                file.write("certificate = %s\n" % self.certificate)

    def public(self):
        with open(os.path.join(self.folder, "analyst.pub"), encoding="ascii") as file:
            return file.read().split()[1]


def officer_new(network, name):
    """(path of an organisation's secret key, path of its public half)."""
    secret, public = (os.path.join(network.folder, name + end) for end in (".key", ".pub"))
    with open(public, "w", encoding="ascii") as file:
        file.write(run("analyst", "keys", "organisation", "new", "--organisation-key", secret).out)
    return secret, public


def public_of(network, officer):
    with open(os.path.join(network.folder, officer + ".pub"), encoding="ascii") as file:
        return file.read().split()[1]


def overlap_days(network):
    """For how long the organisation's previous key still holds."""
    shown = json.loads(run("coordinator", "roster", "show", "--json", "--dir", network.home).out)
    until, = (o["previous_until"] for o in shown["organisations"] if o["id"] == "north")
    return (calendar.timegm(time.strptime(until, "%Y-%m-%dT%H:%M:%SZ")) - time.time()) / 86400


def rotate(network, node):
    """A new signing key for a node, as the runbook says it."""
    node.stop()
    old = os.path.join(node.folder, "keys", "old")
    os.mkdir(old)
    for name in ("keys/node.key", "keys/node.pub", "enrolment-request.json"):
        os.rename(os.path.join(node.folder, name), os.path.join(old, os.path.basename(name)))
    files = [os.path.join(network.folder, "rotate." + end) for end in ("request", "response")]
    with open(files[0], "w", encoding="utf-8") as file:
        file.write(run("node", "init", "--dir", node.folder, "--region", node.region, "--network", network.name).out)
    with open(files[1], "w", encoding="utf-8") as file:
        file.write(run("coordinator", "enrol", "--dir", network.home, "--replace", files[0]).out)
    node.run("enrol", files[1])
    node.start()
    network.wait_connected()


def swap_keys(node):
    """The keys of the rotation before, and back."""
    node.stop()
    for name in ("node.key", "node.pub"):
        new, old = (os.path.join(node.folder, "keys", *part, name) for part in ((), ("old",)))
        os.rename(new, new + ".aside")
        os.rename(old, new)
        os.rename(new + ".aside", old)
    node.start()
    node.network.wait_connected()


def regions_answered(asked):
    """By the client, which verifies every answer: what it counts."""
    return {r["node"] for r in asked.report["regions"] if r["state"] == "value"}


def all_answered(asked):
    return asked.code == 0 and all(a.state == 1 for a in asked.answers.values()) and len(asked.answers) == 3


def refused_everywhere(report, network, analyst, receipt, what):
    """By the client, by the coordinator, by each keeper when spoken to directly."""
    done = analyst.run("ask", QUESTION % 40, codes=(4,))
    report.row(any(word in done.err for word in ("revoked", "no organisation", "no analyst")), what + ": the client refuses", done.err.strip())
    sealed = wire.seal(secret_of(analyst), wire.pack(question_of(receipt, network.roster_version())))
    reply = network.post(sealed)
    report.row(reply[0] == 403 and reply[1].get("code") in ("signature", "speaker"), what + ": the coordinator refuses",
               reply[1].get("code"))
    before = {r: n.ledger() for r, n in network.nodes.items()}
    for region, node in network.nodes.items():
        node.stop()
        with Keeper(node.folder, network.log("keeper-" + region)) as keeper:
            answer = keeper.asked(sealed)
        report.row(answer and answer.code == "not_authorised" and not answer.cells and not answer.charged,
                   what + ": the keeper of region %s refuses" % region, answer and answer.code)
        report.row(node.ledger() == before[region], what + ": and charges nothing")
        node.start()
    network.wait_connected()


def main():
    report = Report(__doc__.splitlines()[0])
    with Network(regions=["01", "03", "12"]) as network:
        for node in network.nodes.values():
            node.import_csv(PEOPLE)
            node.publish()
        network.start()
        officer, public = officer_new(network, "north")
        roster(network, "add-organisation", "--id", "north", "--name", "North", "--key", public,
               "--role", "national-analyst")
        anna, bertil = Certified(network, "anna", "north"), Certified(network, "bertil", "north")

        report.row(anna.run("ask", QUESTION % 20, codes=(4,)).code == 4, "without a certificate nobody is asked")
        version = network.roster_version()
        anna.certify(officer)
        bertil.certify(officer, days=1)
        asked = anna.ask(QUESTION % 20)
        report.row(all_answered(asked), "a certified analyst is answered by every region", asked.err.strip())
        report.equal(network.roster_version(), version, "without a new roster")
        other = bertil.ask(QUESTION % 30)
        report.row(all_answered(other), "so is another one of the organisation")
        done = run("analyst", "verify", asked.receipt, "--roots", os.path.join(network.home, "roots"))
        report.row(done.code == 0, "the receipt verifies offline")
        mirror = json.loads(anna.run("budget", "--json").out)
        said = {(n["node"], n["dataset"], n["left_nrho"], n["cap_nrho"], n["lifetime_left_nrho"]) for n in mirror["nodes"]}
        report.row(said == {(r, "main", 490000000, 500000000, 1990000000) for r in network.nodes},
                   "budget: what each region last said, of year and lifetime", "" if len(said) == 3 else said)

        anna.certify(officer, role="care-quality")
        done = anna.run("ask", QUESTION % 21, codes=(4,))
        report.row("does not let" in done.err, "a role that the organisation may not give is refused", done.err.strip())
        report.row(anna.certify(officer, days=8, codes=(2,)).code == 2, "eight days are not signed")
        bertil_certificate, bertil.certificate = bertil.certificate, anna.certificate
        anna.certify(officer)
        done = bertil.run("ask", QUESTION % 22, codes=(4,))
        report.row("another key" in done.err, "another's certificate is of no use", done.err.strip())
        bertil.certificate = bertil_certificate

        roster(network, "revoke", "key", anna.public())
        refused_everywhere(report, network, anna, asked.receipt, "after the analyst is revoked")
        report.row(all_answered(bertil.ask(QUESTION % 23)), "a colleague goes on")

        second, public = officer_new(network, "north-2")
        done = run("coordinator", "roster", "add-organisation", "--id", "north", "--name", "North", "--key", public,
                   "--role", "national-analyst", "--dir", network.home, codes=(4,))
        report.row("rotate" in done.err, "an organisation's key is not replaced in passing", done.err.strip())
        roster(network, "rotate", "organisation", "north", "--key", public)
        report.row(6.99 < overlap_days(network) <= 7, "a rotated key holds for seven more days", overlap_days(network))
        report.row(all_answered(bertil.ask(QUESTION % 24)), "what it certified is answered by every region")
        cecilia = Certified(network, "cecilia", "north")
        cecilia.certify(second)
        new = cecilia.ask(QUESTION % 25)
        report.row(all_answered(new), "and so is what the new key certifies")
        roster(network, "revoke", "key", public_of(network, "north"))
        refused_everywhere(report, network, bertil, other.receipt, "after the old key is revoked in its overlap")
        report.row(all_answered(cecilia.ask(QUESTION % 26)), "the new key's analysts go on")

        officer, public = officer_new(network, "north-3")
        done = run("coordinator", "roster", "rotate", "organisation", "north", "--key", public, "--overlap", 8,
                   "--dir", network.home, codes=(2,))
        report.row("0 to 7" in done.err, "eight days of overlap are refused", done.err.strip())
        roster(network, "rotate", "organisation", "north", "--key", public, "--overlap", 0)
        refused_everywhere(report, network, cecilia, new.receipt, "after a rotation without overlap")
        bertil.certify(officer)
        report.row(all_answered(bertil.ask(QUESTION % 24)), "the new key certifies again")

        david = Certified(network, "david", "north")
        listed = ["add-analyst", "--id", "david", "--organisation", "north", "--role", "national-analyst", "--key"]
        roster(network, *listed, os.path.join(david.folder, "analyst.pub"))
        asked = david.ask(QUESTION % 27)
        report.row(all_answered(asked), "an analyst of the roster is answered")
        roster(network, *listed, os.path.join(cecilia.folder, "analyst.pub"))
        refused_everywhere(report, network, david, asked.receipt, "after the roster has another key for the analyst")
        before, key = network.nodes["12"].ledger(), network.nodes["12"].public_key()
        old_key = key.hex()
        rotate(network, network.nodes["12"])
        report.row(key != network.nodes["12"].public_key(), "a region has a new signing key")
        report.row(run("analyst", "verify", other.receipt, "--roots", os.path.join(network.home, "roots")).code == 0,
                   "what the old one signed still verifies")
        repeat, new = bertil.ask(QUESTION % 24), bertil.ask(QUESTION % 35)
        report.row(all_answered(repeat) and all_answered(new), "and answers what was asked before and what was not")
        report.equal(network.nodes["12"].ledger().charges, before.charges + 1, "from the same ledger")
        report.row(network.nodes["12"].run("audit verify").code == 0, "and its log still verifies")
        swap_keys(network.nodes["12"])
        report.row(all_answered(bertil.ask(QUESTION % 36)), "in the overlap its old key is still its own")
        roster(network, "revoke", "key", old_key)
        asked = bertil.ask(QUESTION % 37, codes=None)
        report.equal(regions_answered(asked), {"01", "03"}, "revoked in the overlap, what it signs is nobody's")
        swap_keys(network.nodes["12"])
        report.row(all_answered(bertil.ask(QUESTION % 38)), "and with the new one it answers")
        roster(network, "revoke", "organisation", "north")
        refused_everywhere(report, network, bertil, other.receipt, "after the organisation is revoked")
    report.close()


main()
