#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signed policies, through the real programs: nothing is in force that both keys have not signed.

Promises: where the roster names a national policy key and one of the region's officer, a node takes
up only a policy that both have signed, for this network and this node, with these very bytes, and
not an older one; what is not so is refused with its reason by `policy install`, and by the running
node if somebody puts it there by hand, and the old one stays in force. A budget year is opened in
no other way. A node that starts without a signed policy answers nothing, and says why; a roster
that revokes a key takes its signatures back, at once and after a restart. Each refusal is a leaf.
"""
import contextlib
import json
import os
import sqlite3

from network import Analyst, Network, Report, run, wait_until

REGION, OTHER = "01", "03"
ASKED = "diagnosis = icd10:E11"


def people():
    return "person,sex,birth_year,kind,code\n" + "".join(
        "p%d,%s,%d,diagnosis,icd10:E11\n" % (i, ("female", "male")[i % 2], 1950 + i % 60) for i in range(300))


def closed(policy):
    """Nobody may ask anything: seen at once when it is in force."""
    for role in policy["roles"].values():
        role["rules"] = []


def same(_policy):
    pass


class Bench:
    def __init__(self, network, report):
        self.network, self.report, self.node = network, report, network.nodes[REGION]
        self.anna = Analyst(network, "anna", "north").enrol()
        self.draft = os.path.join(network.folder, "draft.json")
        self.asked = 20

    def code(self, question=ASKED):
        """"" for an answer, or why not; a roster that is under way is waited for."""
        def heard():
            answer = next(iter(self.anna.ask(question, codes=(0, 3, 4, 5)).answers.values()))
            return (answer.code,) if answer.code != "roster" else None
        return wait_until("an answer", heard)[0]

    def new(self):
        """A question that nobody has asked."""
        self.asked += 1
        return "age >= %d" % self.asked

    def write(self, text):
        with open(self.draft, "w", encoding="utf-8") as file:
            file.write(text)
        return self.draft

    def install(self, *signatures):
        return self.node.run("policy install", self.draft, *signatures, codes=None)

    def sign(self, *by, region=REGION, network=None):
        return self.network.officers.sign(self.draft, region, by, network)

    def check(self):
        return self.node.run("policy check", codes=None)

    def leaves(self):
        notes = [json.loads(line)["note"] for line in self.node.run("audit export").out.splitlines()]
        return notes.count("policy refused"), notes.count("policy no longer signed")

    def log(self):
        with open(self.network.log("node-" + REGION), encoding="utf-8") as file:
            return file.read()

    def files(self):
        found = []
        for name in ("policy.json", "policy.sig"):
            with open(os.path.join(self.node.folder, name), encoding="utf-8") as file:
                found.append(file.read())
        return tuple(found)

    def back(self, files):
        self.node.place(policy_json=files[0], policy_sig=files[1])

    def wait_roster(self):
        """Until the node has what the coordinator has."""
        def both():
            found = []
            for folder in (self.network.home, self.node.folder):
                with open(os.path.join(folder, "roster"), "rb") as file:
                    found.append(file.read())
            return found[0] == found[1]
        wait_until("the roster at the node", both)

    def restart(self):
        self.node.stop()
        self.node.start()
        self.network.wait_connected()


def text_of(paths):
    lines = []
    for path in paths:
        with open(path, encoding="ascii") as file:
            lines.append(file.read())
    return "".join(lines)


def check_signed(b):
    b.report.equal(b.code(), "", "a policy that both have signed is in force")
    checked = b.check()
    b.report.row(checked.code == 0 and "signed by the national policy key" in checked.out
                 and "signed by the policy key of node 01" in checked.out and "in force" in checked.out,
                 "`policy check` says who has signed")
    shown = run("coordinator", "roster", "show", "--dir", b.network.home).out
    b.report.row(all(b.network.officers.hex(who)[:16] in shown for who in ("national", REGION)),
                 "`roster show` has both keys")


def wrong_deliveries(b):
    """(what, the reason that must be told, signatures) of policies that must be refused."""
    b.write(b.node.changed_policy(closed))
    yield "not signed", "not signed by the national policy key", []
    yield "signed by the national key alone", "not signed by the policy key of node 01", b.sign("national")
    yield "signed by the officer alone", "not signed by the national policy key", b.sign(REGION)
    yield "signed by another key", "not signed by the policy key of node 01", b.sign("national", "stranger")
    yield "signed for another region", "for node 03, this is node 01", b.sign("national", REGION, region=OTHER)
    yield "signed for another network", "for network elsewhere", b.sign("national", REGION, network="elsewhere")
    signatures = b.sign("national", REGION)
    b.write(b.node.changed_policy(closed).replace('"version"', ' "version"'))
    yield "edited after it was signed", "changed after it was signed", signatures


def check_refused(b):
    """Refused by `install`, and by the node when somebody puts them there by hand."""
    before = b.files()
    for what, reason, signatures in wrong_deliveries(b):
        refused = b.install(*signatures)
        b.report.row(refused.code == 4 and reason in refused.err and b.files() == before,
                     "%s: not installed, nothing changed" % what, "" if reason in refused.err else refused.err)
        leaves, _ = b.leaves()
        with open(b.draft, encoding="utf-8") as file:
            b.node.place(policy_json=file.read(), policy_sig=text_of(signatures))
        b.report.row(b.code() == "" and b.leaves()[0] > leaves and reason in b.log(),
                     "%s, put there by hand: the old one stays in force, with a leaf" % what)
        b.report.row(b.check().code == 4 and "not taken up" in b.check().err, "%s: `policy check` says so" % what)
        b.back(before)
        b.report.equal(b.code(), "", "the old file back in its place is no news")


def check_taken_and_older(b):
    older = b.files()
    b.node.policy(closed)
    b.report.equal(b.code(), "policy", "signed by both, it is taken up")
    b.write(older[0])
    refused = b.install(*b.sign("national", REGION))
    b.report.row(refused.code == 4 and "does not follow" in refused.err, "the older one, well signed, is not installed")
    now = b.files()
    b.back(older)
    b.report.equal(b.code(), "policy", "put there by hand, it is not taken up")
    b.back(now)
    b.write(older[0].replace('"version": 1', '"version": 3'))
    b.report.equal(b.install(*b.sign("national", REGION)).code, 0, "as a newer version it is")
    b.report.equal(b.code(), "", "and is in force")


def window(node):
    with contextlib.closing(sqlite3.connect("file:%s/ledger.db?mode=ro" % node.folder, uri=True, timeout=20)) as db:
        return db.execute("SELECT window FROM policy ORDER BY id DESC LIMIT 1").fetchone()[0]


def check_year(b):
    spent = b.node.ledger().node_spent

    def small(policy):
        for role in policy["roles"].values():
            role["organisation_year_nrho"] = spent

    def next_year(policy):
        policy["window"] = "2027"
    b.node.policy(small)
    b.report.equal(b.code(b.new()), "budget", "the year's budget is spent")
    before = b.files()
    b.node.place(policy_json=b.node.changed_policy(next_year))
    b.report.row(b.code(b.new()) == "budget" and window(b.node) == "2026", "an unsigned policy opens no year")
    b.back(before)
    b.node.policy(next_year)
    b.report.row(b.code(b.new()) == "" and window(b.node) == "2027", "a signed one does")


def check_restart(b):
    b.restart()
    b.report.equal(b.code(), "", "after a restart the signed policy is in force")
    b.node.place(policy_json=b.node.changed_policy(same))
    b.report.equal(b.code(), "", "changed, and not signed yet: the old one is in force")
    b.restart()
    b.report.equal(b.code(), "no_policy", "started in between, the node answers nothing")
    b.report.row("event=no_policy" in b.log() and b.check().code == 4, "and says so in its log and in `policy check`")
    b.write(b.node.changed_policy(same, version=0))
    b.report.equal(b.install(*b.sign("national", REGION)).code, 0, "when the signatures come")
    b.report.equal(b.code(), "", "it answers")
    os.remove(os.path.join(b.node.folder, "policy.sig"))
    b.report.equal(b.code(), "", "signatures that disappear take nothing away from a running node")
    b.restart()
    b.report.equal(b.code(), "no_policy", "and everything from one that starts")
    b.report.row(b.install(*b.sign("national", REGION)).code == 0 and b.code() == "", "until they are there again")


def check_revoked(b):
    officers, home = b.network.officers, b.network.home
    b.write(b.files()[0])
    b.report.equal(b.install(*b.sign("second")).code, 0, "before a key is changed, the next one signs too")
    officers.name(REGION, "second")
    run("coordinator", "roster", "revoke", "key", officers.hex(REGION), "--dir", home)
    b.wait_roster()
    b.report.equal(b.code(), "", "the key is changed and the old one revoked: what both signed is in force")
    before = b.files()
    b.write(b.node.changed_policy(closed))
    signatures = b.sign("national", REGION)
    refused = b.install(*signatures)
    b.report.row(refused.code == 4 and b.files() == before, "a policy with the revoked key is not installed",
                 refused.err.strip()[-100:])
    with open(b.draft, encoding="utf-8") as file:
        b.node.place(policy_json=file.read(), policy_sig=text_of(signatures))
    b.report.equal(b.code(), "", "put there by hand, the old one stays in force")
    b.back(before)
    run("coordinator", "roster", "revoke", "key", officers.hex("second"), "--dir", home)
    b.wait_roster()
    b.report.row(b.code() == "no_policy" and b.leaves()[1] == 1 and "event=policy_ends" in b.log(),
                 "a revoked key's policy ends at once, with a leaf")
    b.restart()
    b.report.equal(b.code(), "no_policy", "after a restart too")
    officers.name(REGION, "third")
    b.wait_roster()
    b.write(before[0])
    b.report.row(b.install(*b.sign("third")).code == 0 and b.code() == "",
                 "with a new officer's signature it answers again")


def main():
    report = Report(__doc__.splitlines()[0])
    with Network(regions=[REGION], signed=True) as network:
        b = Bench(network, report)
        b.node.import_csv(people())
        b.node.publish()
        network.start()
        check_signed(b)
        check_refused(b)
        check_taken_and_older(b)
        check_year(b)
        check_restart(b)
        check_revoked(b)
        report.equal(b.node.run("audit verify", codes=None).code, 0, "the audit log verifies")
    report.close()


if __name__ == "__main__":
    main()
