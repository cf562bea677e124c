#!/usr/bin/env python3
"""Consent, held questions and the kill switch, through the real programs.

Promises: who is blocked, has opted out, does not permit the purpose, or is counted by another node
is in no figure of the network; a block or a withdrawal counts from the next question on that is
computed, at a running node, without a snapshot; only the operator sees how many are left out. A
question that a rule holds is not answered and not charged until a person of the region approves it,
and what was decided is in the audit log. `policy stop` declines everything at once.
"""
import json
import os
import tempfile

from network import Analyst, Network, Report, wait_until

REGION = "01"
PERSONS = 900
HEAD = "person,permit,valid_to,blocked,opted_out,count_here\n"


def check(report, promise, good):
    report.row(good, promise)


def people():
    return "person,sex,birth_year,kind,code\n" + "".join(
        "p%d,%s,%d,diagnosis,icd10:E11\n" % (i, ("female", "male")[i % 2], 1950 + i % 60) for i in range(PERSONS))


def consents(node, rows, codes=(0,)):
    with tempfile.NamedTemporaryFile("w", suffix=".csv", dir=node.network.folder) as file:
        file.write(HEAD + "".join(",".join(row) + "\n" for row in rows))
        file.flush()
        return node.run("import consent", file.name, codes=codes)


def counted(node, *words):
    return node.count(["sex in (female, male)"], *words)[0]


def matched(asked):
    return next(a.cells[0] for a in asked.answers.values())


def leaves(node):
    return [json.loads(line) for line in node.run("audit export").out.splitlines()]


def check_import(node, report):
    """Ten persons of every kind of consent, and what each purpose sees of them."""
    rows = [("p%d" % i, permit, until, blocked, opted, here)
            for n, (permit, until, blocked, opted, here) in enumerate([
                ("", "", "", "", ""), ("GRU", "", "", "", ""), ("HMB NCU", "", "", "", ""),
                ("QUALITY", "", "", "", ""), ("DUO:0000006", "2020-01-31", "", "", ""),
                ("HMB STATISTICS", "", "ja", "", ""), ("GRU", "", "", "yes", ""), ("GRU", "", "", "", "no"),
                ("HMB IRB", "", "", "", ""), ("HMB RS", "", "", "", "")])
            for i in range(10 * n, 10 * n + 10)]
    consents(node, rows)
    consents(node, [("p1", "sometimes", "", "", "", ""), ("p2", "TS", "", "", "", "")], codes=(6,))
    node.publish()
    own = counted(node)
    check(report, "blocks and opt-outs are outside, elsewhere counted ones inside, what the region's own staff counts",
                 (own["matched"], own["excluded"]) == (PERSONS - 20, 20))
    research = counted(node, "--purpose", "research")
    check(report, "research counts who permits it, and those of whom nothing is recorded",
                 (research["matched"], research["excluded"]) == (PERSONS - 80, 80))
    sponsor = counted(node, "--purpose", "trial-feasibility", "--role", "sponsor")
    check(report, "a commercial asker counts none of those who permit no commercial use", sponsor["matched"] == PERSONS - 90)
    check(report, "care quality and statistics need permissions of their own",
                 counted(node, "--purpose", "care-quality")["matched"] == PERSONS - 90
                 and counted(node, "--purpose", "statistics")["matched"] == PERSONS - 100)
    everybody = node.count(["not sex = female", "not sex = male", "not (sex = female or sex = male)"],
                           "--purpose", "research")
    check(report, "complements are taken inside the population",
                 [c["matched"] + c["undetermined"] for c in everybody] == [410, 410, 0])


def check_overlay(node, anna, report):
    before = anna.ask("diagnosis = icd10:E11")
    check(report, "the network's figure is that of the eligible persons", abs(matched(before) - (PERSONS - 80)) < 60)
    for i in range(100, 400):
        node.run("consent block" if i % 2 else "consent withdraw", input="p%d\n" % i)
    check(report, "300 blocks and withdrawals are in the overlay",
                 node.run("consent status").out.startswith("overlay 300, 300 persons"))
    after = anna.ask("diagnosis under icd10:E11")
    check(report, "they count from the next computed question on, without a snapshot",
                 abs(matched(after) - (PERSONS - 380)) < 60)
    check(report, "an answer that was given is given again", matched(anna.ask("diagnosis = icd10:E11")) == matched(before))
    check(report, "the number excluded is nowhere in what the network sees",
                 "excluded" not in json.dumps(after.report) and "excluded" not in json.dumps(before.report))
    check(report, "the operator sees it", counted(node)["excluded"] == 320)
    node.run("consent unblock", input="p101\n")
    node.run("consent unblock", input="p100\n")
    check(report, "a block is lifted, a withdrawal is not", counted(node)["excluded"] == 319)
    node.publish()
    check(report, "the next snapshot has no withdrawn person",
                 counted(node)["persons"] == PERSONS - 319 and counted(node)["excluded"] == 169)
    os.rename(os.path.join(node.folder, "overlay"), os.path.join(node.folder, "overlay.away"))
    gone = anna.ask("sex = male")
    check(report, "an overlay that disappears stays in force at the running node", abs(matched(gone) - 215) < 60)
    os.rename(os.path.join(node.folder, "overlay.away"), os.path.join(node.folder, "overlay"))


def check_hold(node, anna, report):
    def hold(policy):
        for rule in policy["roles"]["national-analyst"]["rules"]:
            rule["decision"] = "hold"
    node.policy(hold)
    spent = node.ledger()
    held = anna.ask("sex = female and age >= 40", codes=(0, 3, 4))
    code = next(iter(held.answers.values())).code
    check(report, "a held question is declined as held, and costs nothing", code == "held" and node.ledger() == spent)
    listed = [json.loads(line) for line in node.run("hold list", "--json").out.splitlines()]
    check(report, "the operator sees it in words", len(listed) == 1 and listed[0]["state"] == "waiting"
                 and "female" in listed[0]["question"] and listed[0]["organisation"] == "north")
    path = os.path.join(node.folder, "held", listed[0]["id"] + ".json")
    check(report, "and nobody else: its file is 0600", os.stat(path).st_mode & 0o777 == 0o600)
    check(report, "asked again it is one held question",
                 next(iter(anna.ask("age >= 40 and sex = female", codes=(0, 3, 4)).answers.values())).code == "held"
                 and len(node.run("hold list").out.splitlines()) == 1)
    node.run("hold approve " + listed[0]["id"][:8])
    approved = anna.ask("sex = female and age >= 40")
    check(report, "approved it is answered when it is asked again", abs(matched(approved) - 160) < 120)
    other = anna.ask("sex = female and age >= 41", codes=(0, 3, 4))
    check(report, "another question is not", next(iter(other.answers.values())).code == "held")
    waiting = [json.loads(l)["id"] for l in node.run("hold list", "--json").out.splitlines()
               if json.loads(l)["state"] == "waiting"]
    node.run("hold deny " + waiting[0])
    denied = next(iter(anna.ask("sex = female and age >= 41", codes=(0, 3, 4)).answers.values()))
    check(report, "denied it is declined by policy", denied.code == "policy" and "person" in denied.reason)
    notes = [leaf["note"] for leaf in leaves(node) if leaf["type"].lower() == "admin"]
    check(report, "both decisions are leaves of the log", sum("approved by uid" in n for n in notes) == 1
                 and sum("denied by uid" in n for n in notes) == 1)

    def free(policy):
        for rule in policy["roles"]["national-analyst"]["rules"]:
            rule["decision"] = "auto"
    node.policy(free)


def check_stop(node, anna, report):
    node.run("policy stop")
    spent = node.ledger()
    stopped = next(iter(anna.ask("sex = male and age >= 30", codes=(0, 3, 4)).answers.values()))
    repeat = next(iter(anna.ask("diagnosis = icd10:E11", codes=(0, 3, 4)).answers.values()))
    check(report, "stopped, everything is declined, repeats too, and nothing is charged",
                 (stopped.code, repeat.code) == ("stopped", "stopped") and node.ledger() == spent)
    node.run("policy start")
    check(report, "started, it answers again", matched(anna.ask("sex = male and age >= 30")) is not None)
    notes = [leaf["note"] for leaf in leaves(node)]
    check(report, "both are leaves of the log",
                 "stopped by the operator" in notes and "started by the operator" in notes)
    node.run("policy stop")
    node.stop()
    node.start()
    node.network.wait_connected()
    after = next(iter(anna.ask("sex = male and age >= 31", codes=(0, 3, 4)).answers.values()))
    check(report, "a node that starts while it is stopped stays stopped", after.code == "stopped")
    node.run("policy start")


def unhurried(policy):
    """This is not about how fast one person may ask."""
    if "rate" in policy:
        policy["rate"] = {"per_minute": 1000, "per_day": 10000}


def main():
    report = Report(__doc__.splitlines()[0])
    with Network(regions=[REGION]) as network:
        anna = Analyst(network, "anna", "north").enrol()
        node = network.nodes[REGION]
        node.import_csv(people())
        node.policy(unhurried)
        check_import(node, report)
        network.start()
        wait_until("the roster", lambda: network.roster_version())
        check_overlay(node, anna, report)
        check_hold(node, anna, report)
        check_stop(node, anna, report)
        report.equal(node.run("audit verify", codes=None).code, 0, "the audit log verifies")
    report.close()


if __name__ == "__main__":
    main()
