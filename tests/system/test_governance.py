#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Consent, held questions and the kill switch, through the real programs.

Promises: who is blocked, has opted out, does not permit the purpose, or is counted by another node
is in no figure of the network; a block or a withdrawal counts from the next question on that is
computed, at a running node, without a snapshot, and a node that starts without them answers nothing,
nor does its own staff's `count`;
only the operator sees how many are left out. Who permits research on one disease alone is counted
where the question names it or one under it. A question that a rule holds is not answered and not
charged until a person of the region approves it, who sees it whole, and what was decided is in the
audit log. `policy stop` declines everything at once.
"""
import contextlib
import json
import os
import re
import sqlite3
import tempfile

from network import Analyst, Network, Report, run, wait_until

REGION = "01"
PERSONS = 900
SIGMA = 10
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


def near(report, promise, asked, true):
    """Six deviations of the noise: 2e-9 a figure."""
    report.row(abs(matched(asked) - true) < 6 * SIGMA, promise, "%d of %d" % (matched(asked), true))


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
    check(report, "whose row cannot be read is excluded until it is mended",
                 counted(node)["excluded"] == 22)
    consents(node, rows)
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
    near(report, "the network's figure is that of the eligible persons", before, PERSONS - 80)
    for i in range(100, 400):
        node.run("consent block" if i % 2 else "consent withdraw", input="p%d\n" % i)
    check(report, "300 blocks and withdrawals are in the overlay",
                 node.run("consent status").out.startswith("overlay 300, 300 persons")
                 and json.loads(node.run("consent status", "--json").out) == {"sequence": 300, "persons": 300})
    after = anna.ask("diagnosis under icd10:E11")
    near(report, "they count from the next computed question on, without a snapshot", after, PERSONS - 380)
    check(report, "an answer that was given is given again", matched(anna.ask("diagnosis = icd10:E11")) == matched(before))
    check(report, "the number excluded is nowhere in what the network sees",
                 "excluded" not in json.dumps(after.report) and "excluded" not in json.dumps(before.report))
    check(report, "the operator sees it", counted(node)["excluded"] == 320)
    node.run("consent unblock", input="p101\n")
    status = node.run("consent status").out
    node.run("consent block", input="p800\np801\n", codes=(2,))
    check(report, "two persons in one call are an error and change nothing", node.run("consent status").out == status)
    node.run("consent unblock", input="p100\n")
    check(report, "a block is lifted, a withdrawal is not", counted(node)["excluded"] == 319)
    node.publish()
    check(report, "the next snapshot has no withdrawn person",
                 counted(node)["persons"] == PERSONS - 319 and counted(node)["excluded"] == 169)
    os.rename(os.path.join(node.folder, "overlay"), os.path.join(node.folder, "overlay.away"))
    gone = anna.ask("sex = male")  # odd: 10 of the first hundred, 400 behind them less 150 who are blocked
    near(report, "an overlay that disappears stays in force at the running node", gone, 260)
    missed(node, anna, report)


def missed(node, anna, report):
    """Killed and started again without the overlay that was in force."""
    def first():
        return next(iter(anna.ask("sex = male", codes=None).answers.values()))

    def restart():
        keeper = node.keeper()
        node.process.kill()
        wait_until("the keeper to end", lambda: not os.path.exists("/proc/%d" % keeper))
        node.start()
        node.network.wait_connected()
    overlay, away = os.path.join(node.folder, "overlay"), os.path.join(node.folder, "overlay.away")
    spent = node.ledger()
    restart()
    report.equal(first().code, "failed", "a node that starts without it answers nothing, a repeat neither")
    with open(node.network.log("node-" + node.region), encoding="utf-8") as file:
        said = re.search(r"overlay (\d+) of blocks and withdrawals was in force here, and there is no D/overlay", file.read())
    report.row(said and int(said[1]) >= 300, "and tells its operator which overlay it misses", said and said[0])
    with open(away, encoding="ascii") as file:
        lines = file.read().splitlines()
    with open(overlay, "w", encoding="ascii") as file:
        file.write("\n".join(["rikstal-overlay-v1 299"] + lines[1:]) + "\n")
    restart()
    report.equal(first().code, "failed", "nor with an older one")
    report.equal(node.ledger(), spent, "nothing was charged meanwhile")
    own_staff(node, report, away)
    os.rename(away, overlay)
    report.equal(first().code, "", "with the newest one it answers at once, without a start")


def own_staff(node, report, away):
    """`count` without the overlay, with an older one, and with the newest."""
    overlay = os.path.join(node.folder, "overlay")

    def count(*words):
        return node.run("count", "sex = female", *words, codes=None)
    older = count("--json")
    report.row(older.code == 4 and older.out == "" and "D/overlay is number 299: put the newest back" in older.err,
               "with an older one the region's own staff are shown nothing", older.err.strip())
    os.rename(overlay, overlay + ".old")
    gone = [count(*words) for words in ((), ("--purpose", "research"), ("--frequency", "GRCh38:22:50674415-50733212"))]
    report.row(all(one.code == 4 and one.out == "" and "there is no D/overlay" in one.err for one in gone),
               "nor without one, in whatever form they ask", gone[0].err.strip())
    os.rename(away, overlay)
    report.equal(count("--json").code, 0, "with the newest they are")
    os.rename(overlay, away)
    os.rename(overlay + ".old", overlay)


def check_disease(node, anna, report):
    """A hundred persons each who permit research on C50, on C50.1 and on orpha:558 alone."""
    diseases = ("icd10:C50", "C50.1", "ORPHA:558")
    with tempfile.NamedTemporaryFile("w", suffix=".csv", dir=node.network.folder) as file:
        file.write("person,permit,disease\n" + "".join(
            "p%d,DS,%s\n" % (i, diseases[i // 100 - 5]) for i in range(500, 800)))
        file.flush()
        node.run("import consent", file.name)
    node.publish()
    everybody = ["sex in (female, male)", "not sex = female", "not (not sex = female)", "not sex in (female, male)"]

    def true(*words):
        counts = node.count(everybody, "--purpose", "research", *words)
        return [c["matched"] + c["undetermined"] for c in counts]
    none = true()
    more = {"icd10:C50": 100, "icd10:C50.1": 200, "icd10:C50.9": 100, "orpha:558": 100, "orpha:559": 0,
            "icd10:C34": 0}
    figures = {code: true("--disease", code) for code in more}
    report.row(all(figures[code][0] == none[0] + n for code, n in more.items()),
               "research on a disease counts who permits it, or one above it, alone, and no others",
               " ".join("%s +%d" % (code, f[0] - none[0]) for code, f in sorted(figures.items())))
    report.row(all(f[1] + f[2] == f[0] and f[3] == 0 for f in figures.values()), "complements too")
    question = "age >= 20 or not age >= 20"
    asked = {code: anna.ask(question, *(["--disease", code] if code else [])) for code in ("", "c501", "Orphanet:558", "C34")}
    got = {code: matched(a) for code, a in asked.items()}
    wanted = {"": none[0], "c501": none[0] + 200, "Orphanet:558": none[0] + 100, "C34": none[0]}
    report.row(all(abs(got[c] - wanted[c]) < 6 * SIGMA for c in wanted), "and so does the network",
               " ".join("%s %d of %d" % (c or "none", got[c], wanted[c]) for c in sorted(wanted)))
    spent = node.ledger()
    again = anna.ask("age >= 20 or not age >= 20", "--disease", "icd10:C50.1")
    report.row(matched(again) == got["c501"] and node.ledger() == spent,
               "in another spelling it is the same question, and free")
    dry = anna.run("ask", question, "--disease", "ICD10:c501", "--dry-run").out
    report.row("research on icd10:C50.1" in dry, "a dry run tells it")
    page = anna.run("ask", question, "--disease", "c501", "--table").out
    report.row("research on icd10:C50.1: with those" in page and asked["c501"].report["disease"] == "icd10:C50.1"
               and "disease" not in asked[""].report, "and so does the answer")
    document = node.network.get("/api/v1/questions/" + asked["c501"].report["id"])[1]
    report.equal(document["disease"], "icd10:C50.1", "and the coordinator's document")
    report.equal(run("analyst", "price", question, "--disease", "C50").out, run("analyst", "price", question).out,
                 "the price is that of the question without it")
    for words, code, said in ((("--disease", "atc:L01"), 2, "one code of icd10"), (("--disease", ""), 2, "one code of icd10"),
                              (("--disease", "C50,C34"), 2, "one code of icd10")):
        done = anna.run("ask", question, *words, codes=None)
        report.row(done.code == code and said in done.err, "refused: ask " + " ".join(words), done.err.strip())
    quality = anna.ask(question, "--disease", "C50", "--purpose", "statistics", codes=None)
    refused = next(iter(quality.answers.values()))
    report.row(refused.code == "unsupported" and "no use of it" in refused.reason,
               "with a purpose that is no research it is refused", refused.reason)


def check_told(node, anna, report):
    """Held tables and frequencies are shown to the operator whole, in words."""
    def shown(*words):
        held = anna.ask("sex = female", *words, codes=(0, 3, 4))
        ids = [json.loads(line) for line in node.run("hold list", "--json").out.splitlines()]
        waiting = [one["id"] for one in ids if one["state"] == "waiting"]
        text = node.run("hold show " + waiting[-1][:12]).out if len(waiting) == 1 else ""
        for one in waiting:
            node.run("hold deny " + one)
        anna.ask("sex = female", *words, codes=(0, 3, 4))  # the node takes the decision up
        return next(iter(held.answers.values())).code, text
    changes = "GRCh38:17-43044295-G-A,GRCh38:13-32316461-A-T"
    code, text = shown("--measure", "frequency", "--changes", changes)
    report.row(code == "held" and all("\n  " + c + "\n" in text for c in changes.split(",")),
               "every change of a held frequency is shown")
    code, text = shown("--measure", "breakdown", "--by", "sex,age_band", "--disease", "C50")
    report.row(code == "held" and "by sex: unknown, female, male, other" in text and "by age_band: 0-9" in text,
               "and every class of a held table")
    report.row("the research is on icd10:C50: " in text, "and the disease")


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
    near(report, "approved it is answered when it is asked again", approved,
         node.count(["sex = female and age >= 40"], "--purpose", "research")[0]["matched"])
    other = anna.ask("sex = female and age >= 41", codes=(0, 3, 4))
    check(report, "another question is not", next(iter(other.answers.values())).code == "held")
    waiting = [json.loads(l)["id"] for l in node.run("hold list", "--json").out.splitlines()
               if json.loads(l)["state"] == "waiting"]
    node.run("hold deny " + waiting[0])
    denied = next(iter(anna.ask("sex = female and age >= 41", codes=(0, 3, 4)).answers.values()))
    check(report, "denied it is declined by policy", denied.code == "policy" and "person" in denied.reason)
    check_told(node, anna, report)
    notes = [leaf["note"] for leaf in leaves(node) if leaf["type"].lower() == "admin"]
    check(report, "both decisions are leaves of the log", sum("approved by uid" in n for n in notes) == 1
                 and sum("denied by uid" in n for n in notes) == 3)

    def free(policy):
        for rule in policy["roles"]["national-analyst"]["rules"]:
            rule["decision"] = "auto"
    node.policy(free)


def check_stop(node, anna, report):
    with tempfile.TemporaryDirectory() as elsewhere:
        run("node", "policy", "stop", "--dir", elsewhere, codes=(2,))
        check(report, "stopping what is no node's folder is an error", not os.listdir(elsewhere))
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
    check(report, "started again when it is not stopped, it is started", "started" in node.run("policy start").out)
    lines = node.run("audit tail", "-n", "200").out.splitlines()
    check(report, "the log's entries have points where something was charged, and nowhere else",
                 any("  charge " in line for line in lines)
                 and all(("  charge " in line) == (" points, " in line) for line in lines))


def check_counts(node, report):
    """True counts of the staff come into the log that is witnessed, and `audit verify` compares."""
    def counts():
        return json.loads(node.run("audit verify", "--json").out)

    before = counts()
    for question in ("sex = male", "sex = female"):
        node.run("count", question)
    wait_until("the counts in the log", lambda: counts()["counts"] == before["counts"] + before["counts_waiting"] + 2)
    after = counts()
    report.row(after["counts_waiting"] == 0 and after["size"] >= before["size"] + 2, "each count leaves a leaf in the witnessed log")
    path = os.path.join(node.folder, "count.db")
    with contextlib.closing(sqlite3.connect(path)) as db:
        whole, = db.execute("SELECT data FROM leaf WHERE id = 1").fetchone()
        for data, code in ((whole[:-1] + b"?", 1), (whole, 0)):
            with db:
                db.execute("UPDATE leaf SET data = ? WHERE id = 1", (data,))
            done = node.run("audit verify", codes=None)
            report.row(done.code == code, "an altered log of counts does not verify:" if code else "the whole one does", done.err.strip())


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
        check_disease(node, anna, report)
        check_counts(node, report)
        report.equal(node.run("audit verify", codes=None).code, 0, "the audit log verifies")
    report.close()


if __name__ == "__main__":
    main()
