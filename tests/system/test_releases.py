#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""National releases: what is published every night costs nothing anew and moves no figure.

Promises: without a calendar a question names no release and is about what was published last; from
the first release on, each node pins its newest data when the release opens, the client asks about
the newest release by itself, and every output says which; the same question has the same figure and
is free for the whole release, in both modes, whatever a region publishes since, and its own staff
count in the new data; a withdrawal acts at once on a question that is new; the pinned files stay
through any number of publishes and go after the release has closed, with the noise key; `publish
--release` pins a coming one, and never another snapshot for a pinned one; a region without the data
declines `no_release` and pays nothing, as does every region for a release that is replaced, closed,
unknown, or of another purpose; what replaces it is charged anew; a week is for preparedness. The
control: without a calendar the same nightly publish costs the same question again.
"""
import datetime
import glob
import json
import os
import re
import signal

from network import Analyst, Network, Process, Report, program, run, wait_until

QUESTION = "diagnosis under icd10:E11"
REGIONS = ["01", "03", "12"]
HEAD = "person,sex,birth_year,kind,code\n"


def people(word, n):
    return HEAD + "".join("%s%d,%s,%d,diagnosis,icd10:E11\n" % (word, i, ("female", "male")[i % 2], 1950 + i % 60)
                          for i in range(n))


def day(offset):
    return (datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=offset)).isoformat()


def roster(network, verb, *words, codes=(0,)):
    """A change that every node has before this returns."""
    done = run("coordinator", "roster", verb, *words, "--dir", network.home, codes=codes)
    version = network.roster()["version"]
    wait_until("the roster at every node", lambda: all(
        "%d" % version == text_of(node.folder, "roster.seen").split()[1] for node in network.nodes.values() if node.process.alive()))
    return done


def text_of(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def charges(network):
    return {region: node.ledger().charges for region, node in network.nodes.items()}


def figures(asked):
    return {r["node"]: r.get("cells", r.get("matched")) for r in asked.report["regions"]}, asked.report.get("total")


def pin(node, release):
    path = os.path.join(node.folder, "release", release)
    return text_of(path).strip() if os.path.exists(path) else None


def files(node, snapshot):
    return [p for p in glob.glob(os.path.join(node.folder, "snapshot", "*.manifest")) if snapshot in p]


def key(node, snapshot):
    return os.path.exists(os.path.join(node.folder, "keys", "noise.%s.key" % snapshot))


def codes(asked):
    return {r["node"]: r.get("code", r["state"]) for r in asked.report["regions"]}


def nightly(network, word, n):
    """Every region publishes anew."""
    for region, node in network.nodes.items():
        node.import_csv(people(word + region, n))
        node.publish()


def without_calendar(report, network, anna):
    first = anna.ask(QUESTION)
    report.row("release" not in first.report and first.code == 0, "without a calendar a question is about no release")
    refused = anna.run("ask", QUESTION, "--release", "2026-01", codes=(4,))
    report.row("no calendar" in refused.err, "and naming one is refused before anybody is asked")
    refused = anna.run("watch", QUESTION, "--reaches", "1", codes=(4,))
    report.row("no national releases" in refused.err, "nor is there a standing question")
    nightly(network, "a", 20)
    before = charges(network)
    again = anna.ask(QUESTION)
    report.row(all(charges(network)[r] == before[r] + 1 for r in REGIONS) and figures(again) != figures(first),
               "control: a nightly publish costs the same question again, and moves its figure")


def one_release(report, network, anna):
    roster(network, "add-release", "--id", "2026-01", "--from", day(-1), "--until", day(60))
    listed = json.loads(anna.run("releases", "--json").out)["releases"]
    report.equal([(r["release"], r["state"]) for r in listed], [("2026-01", "open")], "`rikstal releases` lists the calendar")
    with open(os.path.join(os.path.dirname(__file__), "..", "..", "schemas", "releases.json"), encoding="utf-8") as file:
        schema = json.load(file)["properties"]["releases"]["items"]
    report.row(all(set(r) == set(schema["properties"]) and re.match(schema["properties"]["release"]["pattern"], r["release"]) and
                   r["state"] in schema["properties"]["state"]["enum"] for r in listed), "with the members of schemas/releases.json")
    first = anna.ask(QUESTION)
    pins = {r: pin(n, "2026-01") for r, n in network.nodes.items()}
    report.row(first.code == 0 and first.report["release"] == "2026-01" and all(pins.values()),
               "the client asks about the newest release, which every node has pinned")
    said = anna.run("ask", QUESTION, "--table").out, anna.run("ask", QUESTION, "--csv").out.splitlines()
    at = said[1][0].split(",").index("release")
    report.row("national release 2026-01" in said[0] and all(",2026-01," in line for line in said[1][1:]) and at > 0,
               "table and CSV say which release")
    report.row("\t2026-01\t" in anna.run("verify", first.receipt).out, "so does the receipt, offline")
    total, _ = anna.ask_all("%s and sex = female" % QUESTION, "--mode", "sum")
    before = charges(network)
    for night in range(3):
        nightly(network, "n%d" % night, 30)
    network.get("/api/v1/nodes")
    again, more = anna.ask(QUESTION), anna.ask_all("%s and sex = female" % QUESTION, "--mode", "sum")[0]
    report.row(figures(again) == figures(first) and charges(network) == before, "three publishes on, the figure is the same and free")
    report.row(figures(more)[1] == figures(total)[1] and charges(network) == before, "and so is the total of a sum")
    new = network.nodes["12"].count([QUESTION])[0]["matched"]
    report.row(all(files(n, pins[r]) and key(n, pins[r]) and n.count([QUESTION])[0]["matched"] > 300 + 80
                   for r, n in network.nodes.items()),
               "the region's own staff count in the newest data, beside the pinned files", new)
    return pins


def withdrawal(report, network, anna):
    """Everybody of one birth year of region 12 withdraws: a question that is new does not count them."""
    who = "birth_year between 1951 and 1951"
    node = network.nodes["12"]
    before = anna.ask("%s and age >= 1" % who, "--sigma", "5", "--nodes", "12")
    for i in range(1, 300, 60):
        node.run("consent withdraw", input="p12%d\n" % i)
    after = anna.ask("%s and age >= 2" % who, "--sigma", "5", "--nodes", "12")
    same = anna.ask("%s and age >= 1" % who, "--sigma", "5", "--nodes", "12")
    report.row(after.code == 0 and after.report["release"] == "2026-01", "a withdrawal acts on what is new in the pinned release too")
    report.equal(figures(same), figures(before), "and what was answered before is repeated as it was")


def refusals(report, network, anna):
    before = charges(network)
    for name, words in (("2026-02", "no release of that name"), ("2026-1", "no release of that name"), ("", "asked about a release")):
        done = anna.run("ask", QUESTION + " and age >= 3", "--release", name, codes=(4,))
        report.row(words in done.err and "2026-01" in done.err, "refused, with what may be asked", done.err.strip()[:120])
    roster(network, "add-release", "--id", "2026-W02", "--from", day(-1), "--until", day(5), "--purpose", "preparedness")
    done = anna.run("ask", QUESTION, "--release", "2026-W02", codes=(4,))
    report.row("for purpose preparedness alone" in done.err, "a release of another purpose is not asked about")
    planned = json.loads(anna.run("ask", QUESTION + " and age >= 9", "--purpose", "preparedness", "--dry-run", "--json").out)
    report.equal(planned["release"], "2026-W02", "questions of preparedness are about the newest week")
    planned = json.loads(anna.run("ask", QUESTION + " and age >= 9", "--dry-run", "--json").out)
    report.equal(planned["release"], "2026-01", "and all others about the month")
    report.equal(charges(network), before, "nobody paid for any of these")


def narrowed(report, network, anna):
    """A question about one region is put to it alone, and nobody else pays."""
    before = charges(network)
    asked = anna.ask("region = 12 and %s and age >= 6" % QUESTION)
    report.row(asked.report["release"] == "2026-01" and [r["node"] for r in asked.report["regions"]] == ["12"] and
               {r: charges(network)[r] - before[r] for r in REGIONS} == {"01": 0, "03": 0, "12": 1},
               "region = 12 is asked of region 12 and charged there alone")


def replaced(report, network, anna, pins):
    first = anna.ask(QUESTION)
    late = network.nodes["03"]
    late.process.stop()
    before = charges(network)
    roster(network, "add-release", "--id", "2026-01b", "--until", day(60))
    done = anna.run("ask", QUESTION, "--release", "2026-01", codes=(4,))
    report.row("release 2026-01 is replaced" in done.err and "2026-01b" in done.err, "a wrong release is replaced")
    asked = anna.ask(QUESTION, codes=(3,))
    report.row(asked.report["release"] == "2026-01b" and figures(asked)[0]["12"] != figures(first)[0]["12"] and
               charges(network)["12"] == before["12"] + 1, "by one that is charged anew, on the newest data")
    report.row(pin(network.nodes["12"], "2026-01") is None and not key(network.nodes["12"], pins["12"]),
               "the node forgets the pin of the one before, and its noise key")
    node = network.nodes["12"]
    for night in range(2):
        node.import_csv(people("z%d" % night, 5))
        node.publish()
    report.row(not files(node, pins["12"]) and files(node, pin(node, "2026-01b")), "and publishing reclaims its files")
    late.start()
    network.wait_connected()
    wait_until("a pin at 03", lambda: pin(late, "2026-01b"))
    report.row(anna.ask(QUESTION).code == 0, "a region that was away pins its newest data when it is back")


def by_hand(report, network, anna):
    node, empty = network.nodes["12"], network.nodes["03"]
    roster(network, "add-release", "--id", "2026-03", "--from", day(2), "--until", day(70))
    node.import_csv(people("h", 7))
    node.publish(codes=(0,))
    done = node.run("publish --release 2026-03")
    early = pin(node, "2026-03")
    report.row(early and early in done.out, "`publish --release` pins a release that is to come")
    report.row(node.run("publish --release 2026-03", codes=(4,)).code == 4, "and a pinned one no more")
    report.row(node.run("publish --release 2027-12", codes=(2,)).code == 2, "nor one that the roster does not have")
    refused = anna.run("ask", QUESTION, "--release", "2026-03", codes=(4,))
    report.row("2026-03 is coming" in refused.err, "nobody is asked about it before it opens")
    for night in range(3):
        node.import_csv(people("y%d" % night, 5))
        node.publish()
    current = os.path.join(empty.folder, "snapshot", "current")
    empty.process.stop()
    os.rename(current, current + ".away")
    empty.start()
    network.wait_connected()
    roster(network, "add-release", "--id", "2026-03", "--from", day(-1), "--until", day(70))
    before = charges(network)
    asked = anna.ask(QUESTION, "--release", "2026-03", codes=(3,))
    report.row(asked.report["release"] == "2026-03" and codes(asked)["03"] == "no_release" and
               charges(network)["03"] == before["03"] and charges(network)["12"] == before["12"] + 1,
               "a region without the data declines no_release and pays nothing", codes(asked))
    report.equal(pin(node, "2026-03"), early, "the region that pinned early answers from what it pinned")
    os.rename(current + ".away", current)
    wait_until("a pin at 03", lambda: anna.ask(QUESTION, "--release", "2026-03", codes=(0, 3)).code == 0)
    report.row(pin(empty, "2026-03") is not None, "and one that publishes later pins then")
    kept = [json.loads(line) for line in node.run("audit export").out.splitlines()]
    notes = {leaf.get("note") for leaf in kept}
    report.row({"release 2026-01", "release 2026-01b", "release 2026-03"} <= notes, "every pin is in the region's log")


def watched(report, network, anna):
    """A standing question: once a release, an exit code, a command, and --follow into the next release."""
    told, who = os.path.join(network.folder, "alerts"), "%s and age >= 4" % QUESTION
    note = "echo $RIKSTAL_RELEASE $RIKSTAL_FIGURE $RIKSTAL_LOW $RIKSTAL_HIGH $RIKSTAL_REACHES >> %s" % told
    below = anna.run("watch", who, "--reaches", "100000000", "--run", note)
    before = charges(network)
    line = json.loads(anna.run("watch", who, "--reaches", "1", "--run", note, "--json", codes=(8,)).out)
    with open(os.path.join(os.path.dirname(__file__), "..", "..", "schemas", "watch.json"), encoding="utf-8") as file:
        schema = json.load(file)
    report.row("2026-01b: " in below.out and "does not reach 100 000 000" in below.out and set(line) == set(schema["properties"]) and
               line["reached"] and not line["charged"] and charges(network) == before,
               "`watch` tells by its exit code whether a figure is reached, and costs once a release", below.out.strip())
    report.equal(text_of(told).split(), [line["release"]] + [str(line[k]) for k in ("figure", "low95", "high95", "reaches")],
                 "the command has the figure, its interval and the number, at an alert alone")
    failed = anna.run("watch", who, "--reaches", "1", "--run", "exit 3", codes=(1,))
    report.row("exit code 3" in failed.err, "a command that fails is told")
    report.row("say who" in anna.run("watch", "", "--reaches", "1", codes=(2,)).err, "everybody is no standing question")
    os.remove(told)
    said = os.path.join(network.folder, "watch.log")
    follow = Process("watch", said, [program("analyst"), "watch", who, "--reaches", "1", "--run", note, "--follow",
                                     "--every", "1", "--quiet", "--config", anna.config])
    wait_until("the first look", lambda: os.path.exists(told))
    roster(network, "add-release", "--id", "2026-01c", "--until", day(60))
    wait_until("a look at the new release", lambda: charges(network)["12"] > before["12"])
    wait_until("its line", lambda: "2026-01c: " in text_of(said))
    follow.signal(signal.SIGINT)
    report.row(follow.wait() == 7 and text_of(said).count("reaches") == 2 and len(text_of(told).splitlines()) == 1,
               "--follow asks about the new release, alerts when the number is reached anew, and ends with Ctrl-C", text_of(said))


def main():
    report = Report(__doc__.splitlines()[0])
    with Network(regions=REGIONS) as network:
        for region, node in network.nodes.items():
            node.import_csv(people("p" + region, 300))
            node.publish()
        anna = Analyst(network, "anna", "north").enrol()
        network.start()
        without_calendar(report, network, anna)
        pins = one_release(report, network, anna)
        withdrawal(report, network, anna)
        narrowed(report, network, anna)
        refusals(report, network, anna)
        replaced(report, network, anna, pins)
        by_hand(report, network, anna)
        watched(report, network, anna)
    report.close()


main()
