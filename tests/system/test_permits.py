#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Permits: whoever asks under one must have it in the roster, and now.

Promises: a permit lets a sponsor ask the regions themselves, and nothing else does; one that nobody
has, that is another organisation's, that has ended, that does not hold yet or was taken out of the
roster while the regions run is refused by the client, by the coordinator and by every region's
keeper itself, which charges nothing for it, and of another organisation's no more is said than of
none; its own cap ends it at every region, whatever a policy would give. The operator enters,
prolongs and removes permits; the same again is no new roster.
"""
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
DAY_S = 86400
START_S = time.time()  # one day for all rows, also at midnight
NONE = "your organisation has no permit of this id"


class Sponsor(Analyst):
    """Of a role that asks regions under a permit alone."""

    def configure(self):
        super().configure()
        with open(self.config, "a", encoding="utf-8") as file:
            file.write("purpose = trial-feasibility\n")


def day(from_now):
    return time.strftime("%Y-%m-%d", time.gmtime(START_S + from_now * DAY_S))


def permits(network):
    shown = json.loads(run("coordinator", "roster", "show", "--json", "--dir", network.home).out)
    return {p["id"]: p for p in shown["permits"]}


def add(network, name, organisation, *words, until=100, **options):
    return roster(network, "add-permit", "--id", name, "--organisation", organisation, "--until", day(until), *words, **options)


def add_ended(network, name, organisation):
    """Signed by the root key as the time went by: no command enters what is over."""
    path, now = os.path.join(network.home, "roster"), int(time.time())
    with open(path, "rb") as file:
        fields = wire.unpack(wire.payload_of(file.read()))
    permit = wire.pack([[1, wire.BYTES, name.encode()], [2, wire.BYTES, organisation.encode()],
                        [3, wire.FIXED64, now - DAY_S], [4, wire.FIXED64, now - 1]])
    fields = wire.put(fields, 2, wire.VARINT, wire.get(fields, 2) + 1) + [[14, wire.BYTES, permit]]
    with open(os.path.join(network.home + ".root", "root-1.key"), encoding="ascii") as file:
        key = wire.Key(bytes.fromhex(file.read().split()[1]))
    with open(path + ".new", "wb") as file:
        file.write(wire.seal(key, wire.pack(fields), "rikstal-roster-v1"))
    os.rename(path + ".new", path)


def all_answered(asked):
    return asked.code == 0 and all(a.state == 1 for a in asked.answers.values()) and len(asked.answers) == 2


def under(receipt, version, permit):
    """The question of a receipt under another permit."""
    return wire.put(question_of(receipt, version), 8, wire.BYTES, permit.encode())


def refused(report, network, analyst, receipt, permit, word):
    """By the client, by the coordinator, by each keeper when spoken to directly."""
    before = {r: n.ledger() for r, n in network.nodes.items()}
    for words in ((), ("--dry-run",)):
        done = analyst.run("ask", QUESTION % 40, "--permit", permit, *words, codes=None)
        report.row(done.code == 4 and word in done.err and not done.out, "%s: the client refuses %s" % (permit, " ".join(words)),
                   done.err.strip())
    sealed = wire.seal(secret_of(analyst), wire.pack(under(receipt, network.roster_version(), permit)))
    reply = network.post(sealed)
    report.row(reply[0] == 403 and reply[1].get("code") == "permit" and word in reply[1].get("detail", ""),
               permit + ": the coordinator refuses", reply[1].get("detail"))
    for region, node in network.nodes.items():
        node.stop()
        with Keeper(node.folder, network.log("keeper-" + region)) as keeper:
            answer = keeper.asked(sealed)
        report.row(answer and answer.code == "permit" and word in answer.reason and not answer.cells and not answer.charged,
                   permit + ": the keeper of region %s refuses" % region, answer and (answer.code, answer.reason))
        node.start()
    network.wait_connected()
    report.equal({r: n.ledger() for r, n in network.nodes.items()}, before, permit + ": and nothing is charged")


def entering(report, network):
    """What the operator does."""
    add(network, "2026-1", "north")
    version = network.roster_version()
    add(network, "2026-1", "north")
    report.equal(network.roster_version(), version, "the same permit again is no new roster")
    add(network, "2026-1", "north", until=200)
    report.row(permits(network)["2026-1"]["valid_to"][:10] == day(201), "a permit is prolonged", permits(network)["2026-1"])
    words = ["coordinator", "roster", "add-permit", "--dir", network.home, "--id"]
    done = run(*words, "2026-1", "--organisation", "south", "--until", day(9), codes=None)
    report.row(done.code == 4 and "north" in done.err, "it does not change hands in passing", done.err.strip())
    for what, *rest in (("an organisation that is not there", "--organisation", "east", "--until", day(9)),
                        ("an end that is over", "--organisation", "north", "--until", day(-1)),
                        ("an end before the beginning", "--organisation", "north", "--until", day(8), "--from", day(9)),
                        ("a day that is none", "--organisation", "north", "--until", "2027-02-30"),
                        ("more than a thousand points", "--organisation", "north", "--until", day(9), "--points", "1000.1"),
                        ("no end", "--organisation", "north")):
        report.equal(run(*words, "2026-9", *rest, codes=None).code, 2, "no permit is entered: " + what)
    report.equal(run("coordinator", "roster", "remove-permit", "2026-9", "--dir", network.home, codes=None).code, 2,
                 "what is not there is not removed")
    report.equal(set(permits(network)), {"2026-1"}, "and nothing of it is in the roster")


def asking(report, network, sponsor):
    done = sponsor.run("ask", QUESTION % 20, "--mode", "regions", "--json", codes=None)
    report.row(done.code != 0 and "needs a permit" in done.out + done.err, "without a permit a sponsor asks no region")
    asked = sponsor.ask(QUESTION % 20, "--permit", "2026-1")
    report.row(all_answered(asked), "under its permit every region answers it", asked.err.strip())
    told = sponsor.run("ask", QUESTION % 20, "--permit", "2026-1", "--dry-run", "--table").out
    report.row("under permit 2026-1, until %s\n" % day(200) in told, "and --dry-run tells its last day", told)
    add(network, "2026-2", "south")
    add(network, "2026-3", "north", "--from", day(2))
    add_ended(network, "2026-4", "north")
    roster(network, "add-organisation", "--id", "west", "--name", "West")  # waits until every region has both
    for permit, word in (("nonsense", NONE), ("2026-2", NONE), ("2026-3", "2026-3 holds from"), ("2026-4", "2026-4 ended at")):
        refused(report, network, sponsor, asked.receipt, permit, word)
    return asked


def shown(report, network, sponsor):
    """`roster show --json`, whole."""
    roster_json = json.loads(run("coordinator", "roster", "show", "--json", "--dir", network.home).out)
    with open(os.path.join(sponsor.folder, "analyst.pub"), encoding="ascii") as file:
        key = file.read().split()[1]
    analyst = next(a for a in roster_json["analysts"] if a["id"] == "anna")
    report.equal((analyst["key"], analyst["roles"], analyst["organisation"]), (key, ["sponsor"], "north"),
                 "the roster shows an analyst's key, roles and organisation")
    report.equal({n["node"]: n["key"] for n in roster_json["nodes"]}, {r: n.public_key().hex() for r, n in network.nodes.items()},
                 "and each node's key")
    report.row(permits(network)["2026-3"]["valid_from"][:10] == day(2), "and from when a permit holds",
               permits(network)["2026-3"].get("valid_from"))


def capped(report, network, sponsor):
    add(network, "2026-5", "north", "--points", "7.5")  # a count at sigma 10 costs 5
    report.row(all_answered(sponsor.ask(QUESTION % 25, "--permit", "2026-5")), "a permit of 7.5 points pays for a count of 5")
    before = {r: n.ledger() for r, n in network.nodes.items()}
    asked = sponsor.ask(QUESTION % 26, "--permit", "2026-5", codes=None)
    report.row(asked.code == 5 and all(a.code == "budget" and "its permit has left of 7.500 here" in a.reason
                                       for a in asked.answers.values()) and len(asked.answers) == 2,
               "and not for another one", [a.reason for a in asked.answers.values()])
    report.equal({r: n.ledger().charges for r, n in network.nodes.items()}, {r: b.charges for r, b in before.items()},
                 "which is not charged")
    add(network, "2026-5", "north", "--points", "0.0000015")  # the least that is not nothing
    add(network, "2026-5", "north", "--points", "0")
    report.row(all_answered(sponsor.ask(QUESTION % 26, "--permit", "2026-5")), "without a cap of its own it goes on")


def main():
    report = Report(__doc__.splitlines()[0])
    with Network(regions=["01", "12"]) as network:
        for node in network.nodes.values():
            node.import_csv(PEOPLE)
            node.publish()
        sponsor = Sponsor(network, "anna", "north", role="sponsor").enrol()
        run("coordinator", "roster", "add-organisation", "--dir", network.home, "--id", "south", "--name", "South")
        network.start()
        entering(report, network)
        asked = asking(report, network, sponsor)
        shown(report, network, sponsor)
        capped(report, network, sponsor)
        roster(network, "remove-permit", "2026-1")
        refused(report, network, sponsor, asked.receipt, "2026-1", NONE)
        add(network, "2026-1", "north")
        report.row(all_answered(sponsor.ask(QUESTION % 27, "--permit", "2026-1")), "entered again it is a permit again")
        roster(network, "revoke", "organisation", "south")
        report.equal(set(permits(network)), {"2026-1", "2026-3", "2026-4", "2026-5"}, "an organisation goes with its permits")
    report.close()


main()
