# SPDX-License-Identifier: Apache-2.0
"""T4: does the time of an answer, or of the next one, tell whether one person is there, at any size?

Nodes of four persons with 1,008 to 4.2 million sites (genome.h). "Is of this sex and carries a hom variant of at least
so many per cent": of one sex one person is, of the other nobody. Games in random order, first answers only; with each
goes right behind it a question of another organisation, always of the same kind. Both times are compared by who is asked about:
at the keeper's socketpair, and at the coordinator's HTTP port. Judged by the area under the ROC curve, 0.5 give or take
0.05, or 4.89 standard errors where games are few; once more when a first run fails, as another program may have had its
moment. Also: a keeper's first answers (cold or warm), page faults, bytes of log and answer, and no value in time. At 61 % all sites are looked at; at 60 %, a bound of a band, kinds of sites are: the ordinary run does that alone
where sites are 4.2 million, whose walk keeps a keeper busy for 4 seconds. The control is a keeper that evaluates as the
region's staff may, with short cuts, and is busy with data for no longer than it takes.
"""
import contextlib
import math
import os
import subprocess
import threading
import time

import network
from processes_stats import Z_TWO_SIDED, compare
from processes_timing import paced
from processes_world import INFLIGHT, VALUE, Broken, World, both, organisations_for, sex, variant, wording

SIGMA = 50
AUC_BAND = 0.05
WALK, KINDS = 61, 60
WHO = ("male", "other")  # one person, nobody
# Sites, per cent, and how long the keeper is busy with a question and the one behind it: powers of two of 2 ms.
SIZES = ((1008, WALK, 0.004, 0.002), (21008, WALK, 0.016, 0.002), (101008, WALK, 0.064, 0.002), (4200000, KINDS, 0.002, 0.002))
LAG_S = 0.001  # or the keeper, which answers organisations in turn, may begin with the one behind
MORE_S = 0.006  # between games: charges and the log


def built(path):
    return os.path.join(os.environ["RIKSTAL_BUILD"], path)


class Games:
    """One node of one size."""

    def __init__(self, report, world, size):
        self.report, self.world = report, world
        self.sites, self.percent, busy_s, behind_s = size
        self.tick_s = busy_s + behind_s + MORE_S
        self.chance = report.chance("genomes %d" % self.sites)
        self.askers, self.asked, self.worded = list(world.years["01"].next()), 0, 0

    def fill(self):
        node = self.world.nodes["01"]
        subprocess.run([built("tests/attack/attack-genome"), os.path.join(node.folder, "store.db"), str(self.sites)], check=True,
                       timeout=300)
        node.publish()

    def seal(self, who):
        """The question about this sex, and the one behind it, of another organisation; they take turns."""
        half = len(self.askers) // 2
        asker, other = self.askers[self.asked % half], self.askers[half + self.asked % half]
        self.asked += 1
        self.worded += 2
        return (asker.seal(self.world, ["01"], both(sex(who), variant("hom", self.percent), *wording(self.worded)), SIGMA),
                other.seal(self.world, ["01"], both(sex("female"), *wording(self.worded + 1)), SIGMA))

    def games(self, n):
        order = self.games_of(n)
        return order, [self.seal(who) for who in order]

    def at_keeper(self, pipe, n):
        order, ticks = self.games(n)
        answers = paced(pipe, ticks, self.tick_s, LAG_S)
        strange = [a for a in answers if a.state != VALUE and a.code != "timed_out"]
        if strange:
            raise Broken(strange[0].reason)
        return self.sorted(order, [[a.after_s if a.state == VALUE else None for a in answers[k::2]] for k in (0, 1)])

    def sorted(self, order, times):
        """Times of the question and of the one behind it, by who was asked about; which had none is kept."""
        self.lost = {who: sum(w == who and t is None for w, t in zip(order, times[0])) for who in WHO}
        if any(4 * sum(t is None for t in of) > len(of) for of in times):
            raise Broken("a quarter of the answers were not in time: is the machine busy?")
        return [{who: [t for w, t in zip(order, of) if w == who and t is not None] for who in WHO} for of in times]

    def at_port(self, n):
        """Each game at its tick, whether or not the answers to those before have come."""
        order, ticks = self.games(n)
        took, threads, gate = {}, [], threading.Semaphore(INFLIGHT // 8)

        def post(key, sealed):
            begin = time.monotonic()
            status, document = self.world.post(sealed)
            took[key] = (time.monotonic() - begin, status, document)
            gate.release()

        begin = time.monotonic()
        for i, tick in enumerate(ticks):
            time.sleep(max(0.0, begin + i * self.tick_s - time.monotonic()))
            for k, sealed in enumerate(tick):
                time.sleep(k * LAG_S)
                gate.acquire()
                threads.append(threading.Thread(target=post, args=((i, k), sealed)))
                threads[-1].start()
        for thread in threads:
            thread.join()
        in_time = {key: self.time_of(*of) for key, of in took.items()}
        return self.sorted(order, [[in_time[i, k] for i in range(len(order))] for k in (0, 1)])

    def time_of(self, took_s, status, document):
        """None: there was no value in time, or too many questions without one were open."""
        state = document["regions"][0]["state"] if status == 200 else ""
        if status not in (202, 429) and state not in ("value", "suppressed", "failed", "timed-out"):
            raise Broken("%s %s" % (status, str(document)[:300]))
        return took_s if state in ("value", "suppressed") else None

    def quiet(self, times):
        auc, error, _ = compare(times["other"], times["male"])
        band = max(AUC_BAND, Z_TWO_SIDED * error)
        return abs(auc - 0.5) <= band, "AUC %.3f" % auc, "0.5 +- %.3f" % band

    def judge(self, where, measure, n):
        found = [measure()]
        if not all(self.quiet(times)[0] for times in found[0]):
            found.append(measure())
        for times, what in zip(found[-1], ("nobody or one person asked about", "the question behind it")):
            good, figure, bound = self.quiet(times)
            self.report.row("T4", good, figure, bound, "time %s, %d sites, %s: %s; 2 x %d, run %d" %
                            (where, self.sites, "all looked at" if self.percent == WALK else "by kinds", what, len(times["male"]),
                             len(found)))
        self.judge_lost(where, n)

    def judge_lost(self, where, n):
        """Whether there was no answer in time is as likely for either."""
        share = sum(self.lost.values()) / (2 * n)
        band = max(AUC_BAND, Z_TWO_SIDED * math.sqrt(2 * share * (1 - share) / n))
        apart = abs(self.lost["male"] - self.lost["other"]) / n
        self.report.row("T4", apart <= band, "%d and %d" % tuple(self.lost[who] for who in WHO), "<= %.0f apart" % (band * n),
                        "timed out instead of a value, %s, %d sites: one person or nobody asked about; 2 x %d" % (where, self.sites, n))

    def first_answers(self, n):
        """Of keepers that have just started, whose snapshot nobody has looked at: times as at_keeper() has them."""
        times = [{who: [] for who in WHO} for _ in (0, 1)]
        for who in self.games_of(n):
            with self.world.pipe("01") as pipe:
                for of, answer in zip(times, paced(pipe, [self.seal(who)], self.tick_s, LAG_S)):
                    of[who].append(answer.after_s)
        return times

    def traces(self, pipe, n):
        """What one question leaves behind in the keeper: processor time in ms, page faults, bytes of its log, bytes of its answer."""
        found = [{who: [] for who in WHO} for _ in range(4)]
        for who in self.games_of(n):
            before = self.look(pipe)
            answer, = pipe.ask_all(self.seal(who)[:1])
            for of, b, a in zip(found, before, self.look(pipe)):
                of[who].append(a - b)
            found[3][who].append(answer.answer_bytes)
        return found

    def look(self, pipe):
        pid = pipe.child.pid
        with open("/proc/%d/schedstat" % pid, encoding="ascii") as file:
            spent_ms = int(file.read().split()[0]) / 1e6
        with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as file:
            faults = int(file.read().rsplit(")", 1)[1].split()[7])
        with open(self.world.log("keeper-01"), "rb") as file:  # other lines come by the clock
            said = sum(len(line) for line in file if b" event=question " in line)
        return spent_ms, faults, said

    def games_of(self, n):
        order = list(WHO) * n
        self.chance.shuffle(order)
        return order

    def judge_cold(self, n):
        for times, what in zip(self.first_answers(n), ("nobody or one person asked about", "the question behind it")):
            good, figure, bound = self.quiet(times)
            self.report.row("T4", good, figure, bound, "time of a keeper's first answers, %d sites: %s; 2 x %d" % (self.sites, what, n))

    def judge_traces(self, pipe, n):
        spent, faults, log, size = self.traces(pipe, n)
        for of, what in ((spent, "processor time"), (faults, "page faults")):
            good, figure, bound = self.quiet(of)
            self.report.row("T4", good, figure, bound, "%s of the keeper, %d sites: nobody or one person; 2 x %d" % (what, self.sites, n))
        for of, what in ((log, "bytes of the keeper's log"), (size, "bytes of the signed answer")):
            seen = [sorted(set(of[who])) for who in WHO]
            self.report.row("T4", seen[0] == seen[1] and len(seen[0]) == 1, "%s and %s" % tuple(seen), "one number",
                            "%s a question, %d sites: one person or nobody; 2 x %d" % (what, self.sites, n))

    def control_traces(self, pipe, n):
        good, figure, bound = self.quiet(self.traces(pipe, n)[0])
        self.report.row("T4+", not good, figure, "not " + bound,
                        "control: a keeper that stops where nobody is left, %d sites: processor time" % self.sites)

    def behind_one_by_one(self, pipe, n):
        """Times of the question behind, where each game begins when that of the last one is answered: nothing piles up."""
        times, found, sent = {who: [] for who in WHO}, {}, {}
        for who in self.games_of(n):
            for envelope in self.seal(who):
                pipe.ours.sendall(pipe.framed(envelope, sent))
                time.sleep(LAG_S)
            while pipe.correlation not in found:
                pipe.take_all(found, sent)
            if found[pipe.correlation].state == VALUE:
                times[who].append(found[pipe.correlation].after_s)
        return times

    def control(self, pipe, n):
        good, figure, bound = self.quiet(self.behind_one_by_one(pipe, n))
        self.report.row("T4+", not good, figure, "not " + bound,
                        "control: a keeper that stops where nobody is left, %d sites: the question behind it" % self.sites)


@contextlib.contextmanager
def hasty():
    """Keepers that start meanwhile take short cuts, and are busy for no longer than they work."""
    product, network.PROGRAMS["node"] = network.PROGRAMS["node"], "tests/attack/hasty-node"
    try:
        yield
    finally:
        network.PROGRAMS["node"] = product


def play(report, size, n, ports):
    beside = report.sized(30, 60, 500)
    with World("genomes", ["01"], organisations_for(1)) as world:
        games = Games(report, world, size)
        games.fill()
        with world.pipe("01") as pipe:
            games.judge("at the keeper", lambda: games.at_keeper(pipe, n), n)
            if size[0] == 21008:
                games.judge_traces(pipe, beside)
        if size[0] == 21008:
            games.judge_cold(beside)
            with hasty(), world.pipe("01") as pipe:
                games.control_traces(pipe, 30)
        if ports:
            world.start()
            games.judge("at the HTTP port", lambda: games.at_port(n), n)


def control(report, n):
    """At a size whose walk takes some tenths of a second, so that a busy machine does not hide it."""
    with World("genomes", ["01"], organisations_for(1)) as world:
        games = Games(report, world, (1000000, WALK, 0.0, 0.0))
        games.fill()
        with hasty(), world.pipe("01") as pipe:
            games.control(pipe, n)


def genomes(report):
    n = report.sized(30, 300, 5000)
    for size in SIZES[:report.sized(3, 4, 4)]:
        play(report, size, n, report.sized(size[0] == 1008, True, True))
    control(report, report.sized(30, 30, 60))
    if report.size == 2:
        play(report, (4200000, WALK, 4.096, 0.002), 100, False)
