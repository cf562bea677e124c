#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Faults at random moments, in the real programs: kill -9, SIGSTOP, full disks, two of a kind.

Usage: test_faults.py [--seed N] [--rounds N]

Promises: whatever is killed at whatever moment, the store holds an import whole or not at all, the
snapshot is the old or the new one, every ledger holds exactly one price for each question that was
charged, a question asked again gets the figures that it had, and every log verifies. A region that
stops is named, the others answer, and what comes late is kept and never added. A full disk is a
clear error that changes nothing. One folder has one server.
"""
import argparse
import contextlib
import os
import random
import resource
import signal
import sqlite3
import subprocess
import time

from network import PATIENCE_S, SMALL, Analyst, Network, Report, children, program, run, wait_until

PRICE = 200000  # nano-rho of sigma 50
QUESTION = "diagnosis under icd10:E11 and age >= %d"


def people(first, n, code="E11"):
    return "person,sex,birth_year,kind,code\n" + "".join(
        "p%d,%s,%d,diagnosis,icd10:%s\n" % (i, ("female", "male")[i % 2], 1930 + i % 80, code) for i in range(first, first + n))


# ---- kill -9 of what serves -----------------------------------------------------------------------


VICTIMS = ("keeper", "link", "coordinator", "serve")


class Nemesis:
    """Asks, kills while it is being answered, starts again; remembers every figure that was ever seen."""

    def __init__(self, report, network, analyst, chance):
        self.report, self.network, self.analyst, self.chance = report, network, analyst, chance
        self.seen = {}  # (question, region) -> cells
        self.asked = []
        self.kills = dict.fromkeys(VICTIMS, 0)
        self.wrong = []
        self.early = 0  # figures that came while something was killed

    def note(self, question, asked):
        for region, answer in asked.answers.items():
            if not answer.cells:
                continue
            first = self.seen.setdefault((question, region), answer.cells)
            if first != answer.cells:
                self.wrong.append((question, region, first, answer.cells))

    def kill(self, victim):
        self.kills[victim] += 1
        if victim == "coordinator":
            self.network.process.kill()
            self.network.start_coordinator()
            return
        node = self.chance.choice(list(self.network.nodes.values()))
        keeper, link = node.keeper(), node.link()
        with contextlib.suppress(ProcessLookupError):
            os.kill({"keeper": keeper, "link": link, "serve": node.process.pid}[victim], signal.SIGKILL)
        node.process.wait()
        wait_until("all processes of the node to end", lambda: not any(os.path.exists("/proc/%d" % p) for p in (keeper, link)))
        node.start()

    def round(self, victim):
        question = QUESTION % len(self.asked)
        self.asked.append(question)
        repeat = self.chance.choice(self.asked)
        running = [(q, self.analyst.ask_while(q, "--sigma", "50", "--wait", "3")) for q in (question, repeat)]
        time.sleep(self.chance.random() * (1.0 if SMALL else 0.25))
        self.kill(victim)
        self.network.wait_connected()
        for text, finish in running:
            asked = finish()
            self.note(text, asked)
            self.early += sum(bool(a.cells) for a in asked.answers.values())
        self.check_ledgers("after the kill of a " + victim)

    def check_ledgers(self, when):
        for region, node in self.network.nodes.items():
            ledger = node.ledger()
            whole = ledger.node_spent == ledger.charges * PRICE == ledger.charged_nrho and ledger.sound
            if not whole or ledger.charges > len(self.asked):
                self.wrong.append((when, region, vars(ledger)))

    def close(self):
        """Everything once more, undisturbed."""
        for question in self.asked:
            for _ in range(2):
                again = self.analyst.ask(question, "--sigma", "50", codes=None)
                self.note(question, again)
                if again.code != 0:
                    self.wrong.append((question, again.code, again.err))
        kills = ", ".join("%d %s" % (n, v) for v, n in self.kills.items())
        self.report.row(not self.wrong, "%d kills while answering (%s): no figure changed, no ledger is wrong" % (
            sum(self.kills.values()), kills), self.wrong[:2] or "%d answers came meanwhile" % self.early)
        ledgers = [n.ledger() for n in self.network.nodes.values()]
        self.report.equal([(l.charges, l.node_spent, l.released) for l in ledgers],
                          [(len(self.asked), len(self.asked) * PRICE, len(self.asked))] * len(ledgers),
                          "%d questions are charged once in each region, and each is answered" % len(self.asked))
        for node in self.network.nodes.values():
            self.report.equal(node.run("audit verify", codes=None).code, 0, "the audit log of %s verifies" % node.region)


def kill_servers(report, network, analyst, chance, rounds):
    nemesis = Nemesis(report, network, analyst, chance)
    for i in range(rounds):
        nemesis.round(VICTIMS[i % len(VICTIMS)])
    nemesis.close()


# ---- kill -9 of import and publish -----------------------------------------------------------------


def persons_of(node):
    return node.count(["age >= 0 or not age >= 0"])[0]["persons"]


def killed(words, seconds):
    """Run, kill -9 after so long; the exit code, negative when it was killed. Its children must end too."""
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        time.sleep(seconds)
        below = children(child.pid)
        child.kill()
        code = child.wait()
    wait_until("the reader to end with its import", lambda: not any(os.path.exists("/proc/%d" % p) for p in below))
    return code


def kill_imports(report, node, chance, rounds):
    known, wrong, cut, next_person = persons_of(node), [], 0, 10**6
    size = 3000 if SMALL else 8000
    took = 0.5
    for turn in range(rounds):
        path = os.path.join(node.network.folder, "more-%d.csv" % turn)  # a feed of its own
        import_words = [program("node"), "import", "persons", path, "--dir", node.folder]
        with open(path, "w", encoding="ascii") as file:
            file.write(people(next_person, size))
        cut += killed(import_words, chance.random() * took) < 0
        node.publish()
        found = persons_of(node)
        if found not in (known, known + size):
            wrong.append(("import", known, found))
        started = time.monotonic()
        node.run("import persons", path)
        took = max(0.05, time.monotonic() - started) if found == known else took
        node.publish()
        known, next_person = known + size, next_person + size
        if persons_of(node) != known:
            wrong.append(("import again", known, persons_of(node)))
    report.row(not wrong, "import killed %d times of %d: whole or not at all, and again is complete" % (cut, rounds), wrong[:2] or "")


def kill_publish(report, node, chance, rounds):
    known, wrong, cut, next_person = persons_of(node), [], 0, 10**8
    size = 3000 if SMALL else 8000
    words = [program("node"), "publish", "--dir", node.folder]
    took = 0.5
    for _ in range(rounds):
        node.import_csv(people(next_person, size))
        cut += killed(words, chance.random() * took) < 0
        found = persons_of(node)
        if found not in (known, known + size):
            wrong.append(("publish", known, found))
        started = time.monotonic()
        node.publish()
        took = max(0.05, time.monotonic() - started) if found == known else took
        known, next_person = known + size, next_person + size
        if persons_of(node) != known:
            wrong.append(("publish again", known, persons_of(node)))
    folder = os.path.join(node.folder, "snapshot")
    left = [n for n in os.listdir(folder) if not n.endswith((".segment", ".manifest", ".terms")) and n not in ("current", "verified")]
    report.row(not wrong, "publish killed %d times of %d: the snapshot is the old or the new one" % (cut, rounds), wrong[:2] or "")
    report.row(not left, "and leaves no half files behind", left[:3] or "")


# ---- a node that stops -------------------------------------------------------------------------------


def late_answers(network):
    with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % os.path.join(network.home, "state.db"), uri=True, timeout=20)) as db:
        return db.execute("SELECT count(*) FROM answer WHERE late = 1").fetchone()[0]


def stopped_node(report, network, analyst):
    node = network.nodes["03"]
    both = [node.link(), node.keeper()]
    for wait in (2, 4, 6):  # a busy machine: the others are late too, or the link of 03 is given up
        question = "sex = female and age >= %d" % wait
        before = late_answers(network)
        for pid in both:
            os.kill(pid, signal.SIGSTOP)
        asked = analyst.ask(question, "--sigma", "50", "--wait", wait, codes=None)
        states = {r["node"]: r["state"] for r in asked.report["regions"]}
        good = asked.code == 3 and states["03"] == "timed-out" and all(s in ("value", "suppressed") for r, s in states.items() if r != "03")
        if good:
            break
        for pid in both:
            os.kill(pid, signal.SIGCONT)
        network.wait_connected()
        analyst.ask(question, "--sigma", "50")  # what was late has come
    report.row(good, "a stopped region is timed-out, the others answer, exit 3", states)
    shown = network.get("/api/v1/questions/" + asked.report["id"])[1]
    for pid in both:
        os.kill(pid, signal.SIGCONT)
    wait_until("the late answer", lambda: late_answers(network) == before + 1)
    again = network.get("/api/v1/questions/" + asked.report["id"])[1]
    report.row(again["regions"] == shown["regions"] and again["total"] == shown["total"] and again["total"] == asked.report["total"],
               "its late answer is kept and never added")
    whole = analyst.ask(question, "--sigma", "50")
    report.row(whole.code == 0 and not any(a.charged for a in whole.answers.values()), "asked again, all answer, and nobody charges again")


def ended_node(report, network, analyst):
    network.nodes["03"].stop()
    wait_until("03 to be offline", lambda: network.states()["03"] == "offline")
    started = time.monotonic()
    asked = analyst.ask("sex = female and age >= 9", "--sigma", "50", "--wait", "120", codes=None)
    states = {r["node"]: r["state"] for r in asked.report["regions"]}
    report.row(asked.code == 3 and states["03"] == "offline" and time.monotonic() - started < 60,
               "a region that is not there is offline at once, exit 3", states)
    network.nodes["03"].start()
    network.wait_connected()


# ---- one of each ----------------------------------------------------------------------------------------


def one_of_each(report, network, analyst):
    node = network.nodes["01"]
    second = run("node", "serve", "--dir", node.folder, "--coordinator", network.listen, codes=None, timeout=PATIENCE_S)
    report.row(second.code != 0 and "lock" in second.err and node.process.alive(), "a second serve in one folder is refused", second.err.strip()[-100:])
    second = run("coordinator", "serve", "--dir", network.home, "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--status", "127.0.0.1:0", codes=None, timeout=PATIENCE_S)
    report.row(second.code != 0 and "another" in second.err and network.process.alive(), "a second coordinator in one folder is refused", second.err.strip()[-100:])
    asked = analyst.ask(QUESTION % 3, "--sigma", "50")
    before = network.get("/api/v1/questions/" + asked.report["id"])
    network.process.kill()
    network.start_coordinator()
    after = network.get("/api/v1/questions/" + asked.report["id"])
    report.row(before == after and before[0] == 200, "questions and answers survive the coordinator, to the byte")
    network.wait_connected()


# ---- a full disk -----------------------------------------------------------------------------------------


def limited(words, size):
    """Run under a limit of file sizes; the write that exceeds it fails, as on a full disk."""
    return subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE_S, check=False, restore_signals=False,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))


def unchanged(report, node, done, known, what):
    good = done.returncode > 0 and "make room" in done.stderr and persons_of(node) == known
    return report.row(good, "%s: a clear error, nothing changed" % what,
                      "exit %d, %s" % (done.returncode, done.stderr.strip().splitlines()[-1][-150:] if done.stderr.strip() else "silent"))


def full_by_limit(report, node):
    known = persons_of(node)
    path = os.path.join(node.network.folder, "full.csv")
    with open(path, "w", encoding="ascii") as file:
        file.write(people(3 * 10**8, 5000))
    size = os.path.getsize(os.path.join(node.folder, "store.db"))
    words = [program("node"), "import", "persons", path, "--dir", node.folder, "--quiet"]
    done = limited(words, min(size, 60000))
    unchanged(report, node, done, known, "import into a file that may not grow")
    node.publish()
    report.equal(persons_of(node), known, "and nothing of it is published")
    node.run("import persons", path)
    done = limited([program("node"), "publish", "--dir", node.folder], 60000)
    unchanged(report, node, done, known, "publish into a file that may not grow")
    node.publish()
    report.equal(persons_of(node), known + 5000, "with room again, both succeed")


@contextlib.contextmanager
def small_disk(folder, size):
    """A tmpfs of so many bytes at this folder; yields whether there is one."""
    os.makedirs(folder, exist_ok=True)
    made = os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%d" % size, "none", folder],
                                                capture_output=True, check=False).returncode == 0
    try:
        yield made
    finally:
        if made:
            subprocess.run(["umount", "-l", folder], check=False)


def fill(folder):
    """Until not one byte fits; the ballast's path."""
    path = os.path.join(folder, "ballast")
    with open(path, "wb", buffering=0) as file:
        for block in (1 << 16, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while file.write(bytes(block)) == block:
                    pass
    return path


def full_disk(report, network, analyst):
    """A node whose whole folder is a small disk: import, publish, and a question with the disk full."""
    node = network.nodes["04"]
    node.stop()
    moved = node.folder + ".moved"
    os.rename(node.folder, moved)
    with small_disk(node.folder, 8 << 20) as made:
        if not made:
            os.rmdir(node.folder)
            os.rename(moved, node.folder)
            node.start()
            report.note("no tmpfs can be mounted here: the full disk is left to the limit of file sizes")
            return
        subprocess.run(["cp", "-a", moved + "/.", node.folder], check=True)
        node.start()
        network.wait_connected()
        known = persons_of(node)
        path = os.path.join(network.folder, "full.csv")
        with open(path, "w", encoding="ascii") as file:
            file.write(people(4 * 10**8, 2000))
        ballast = fill(node.folder)
        done = run("node", "import", "persons", path, "--dir", node.folder, "--quiet", codes=None)
        report.row(done.code > 0 and "make room" in done.err, "import onto a full disk: a clear error", done.err.strip()[-150:])
        ledger = node.ledger()
        asked = analyst.ask("sex = male and age >= 11", "--sigma", "50", codes=None)
        states = {r["node"]: (r["state"], r.get("code")) for r in asked.report["regions"]}
        report.row(asked.code == 3 and states["04"] == ("failed", "failed") and node.ledger() == ledger,
                   "a question with the ledger's disk full: failed, others answer, not charged", states["04"])
        os.remove(ballast)
        node.run("import persons", path)
        ballast = fill(node.folder)
        done = run("node", "publish", "--dir", node.folder, codes=None)
        report.row(done.code > 0 and "make room" in done.err, "publish onto a full disk: a clear error", done.err.strip()[-150:])
        os.remove(ballast)
        report.equal(persons_of(node), known, "the old snapshot stays")
        node.publish()
        report.equal(persons_of(node), known + 2000, "with room again, both succeed")
        if not node.process.alive():
            node.start()
            network.wait_connected()
        asked = analyst.ask("sex = male and age >= 11", "--sigma", "50")
        report.row(asked.code == 0 and asked.answers["04"].charged and not asked.answers["01"].charged,
                   "and the question is answered, charged once")
        node.stop()
        subprocess.run(["cp", "-a", node.folder + "/.", moved], check=True)
    os.rmdir(node.folder)
    os.rename(moved, node.folder)
    node.start()
    network.wait_connected()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--rounds", type=int, default=6 if SMALL else 12)
    args = parser.parse_args()
    chance = random.Random(args.seed)
    report = Report("%s\nseed %d, %d rounds" % (__doc__.splitlines()[0], args.seed, args.rounds))
    with Network("faults", ["01", "03", "04"]) as network:
        analyst = Analyst(network, "anna", "north").enrol()
        for i, node in enumerate(network.nodes.values()):
            node.import_csv(people(0, 400 + 100 * i))
            node.publish()
        network.start()
        kill_servers(report, network, analyst, chance, args.rounds)
        report.note("servers killed")
        stopped_node(report, network, analyst)
        ended_node(report, network, analyst)
        one_of_each(report, network, analyst)
        full_disk(report, network, analyst)
        report.note("disks filled")
        kill_imports(report, network.nodes["03"], chance, args.rounds // 2)
        kill_publish(report, network.nodes["03"], chance, args.rounds // 2)
        full_by_limit(report, network.nodes["01"])
        network.wait_connected()
        last = analyst.ask(QUESTION % 0, "--sigma", "50")
        report.equal(last.code, 0, "and in the end every region answers")
    report.close()


if __name__ == "__main__":
    main()
