# SPDX-License-Identifier: Apache-2.0
"""T1: does the time of an answer tell whether nobody or everybody matches?

One node of 20,000 persons; code `m` is everybody's and `z` nobody's. Questions about either, of one
shape, come in random order, first answers only, and the time from sending to arrival is compared by
class: area under the ROC curve and Kolmogorov-Smirnov. With each goes at once a second question,
always of the same kind: its time would tell how long the first one took. At the keeper's socket pair,
and at the coordinator's HTTP port. An AUC of n and n times has a standard error of 1 / sqrt(6 n); the
reference's 0.01 is judged where 4.89 of it are less, and 4.89 of it elsewhere. A first run that
fails is repeated once, as another program may have had its moment.
"""
import concurrent.futures
import contextlib
import select
import statistics
import time

from processes_games import HEADER, PARTS, TABLE, person
from processes_stats import ALPHA, Z_TWO_SIDED, compare
from processes_world import (BREAKDOWN, FREQUENCY, INFLIGHT, PATIENCE_S, VALUE, Broken, Change, between, both, code, either,
                             wording)

PERSONS, SIGMA = 20000, 50
AN_ORGANISATION = 2400  # questions at sigma 50 of one organisation's year
# By their price in work the keeper is busy 4 ms with a count here, 16 with a long one, 8 with a table; it lets 256 answers wait.
TICK_S = {"B": 0.012, "C": 0.024, "D": 0.032, "D2": 0.032}
LATE_S = 0.005  # the control: so much more where everybody matches, or twice what this machine's times spread
LONG_PARTS = 12

CLASSES = {
    "B": ("count, 100 ms", lambda c, i: both(code(c), *wording(i)), {}),
    "C": ("long expression, 500 ms", lambda c, i: both(either(*[both(code(c), between("age", 0, 100 + k))
                                                                for k in range(LONG_PARTS)]), *wording(i)), {}),
    "D": ("table, 3 s", lambda c, i: both(code(c), *wording(i)), {"measure": BREAKDOWN, "by": TABLE}),
    "D2": ("frequency, 3 s", lambda c, i: both(code(c), *wording(i)), {"measure": FREQUENCY, "changes": [Change(20000000, "A", "G")]}),
}


def people():
    return HEADER + "".join(person("p%d" % i, PARTS[i % 300], ["m", "q"]) for i in range(PERSONS))


def paced(pipe, ticks, tick_s, lag_s=0.0):
    """Send what each tick holds at once, then the next; the answers in their order.

    With a lag each tick holds two, and the second is sent so much later.

    Writing never waits: a keeper that is behind, on a busy machine, and whose answers nobody takes ends.
    """
    first, found, sent, out = pipe.correlation, {}, {}, bytearray()
    if lag_s:
        ticks = [(envelope,) for tick in ticks for envelope in tick]
    frames = [(b"".join(pipe.framed(e, sent) for e in tick), pipe.correlation) for tick in ticks]
    due = [i // 2 * tick_s + i % 2 * lag_s if lag_s else i * tick_s for i in range(len(frames))]
    numbers, at, begin = first, 0, time.monotonic()
    pipe.ours.setblocking(False)
    while len(found) < pipe.correlation - first:
        may = at < len(frames) and not out and frames[at][1] - first - len(found) <= INFLIGHT
        left = max(0.0, begin + due[at] - time.monotonic()) if may else PATIENCE_S
        ready, room, _ = select.select([pipe.ours], [pipe.ours] if out else [], [], left)
        if ready:
            pipe.take_all(found, sent)
        elif room:
            del out[:pipe.ours.send(out)]
        elif not may:
            raise Broken("answers did not come")
        else:
            out += frames[at][0]
            with contextlib.suppress(BlockingIOError):
                del out[:pipe.ours.send(out)]
            now = time.monotonic()
            sent.update((number, now) for number in range(numbers + 1, frames[at][1] + 1))
            numbers, at = frames[at][1], at + 1
    pipe.ours.setblocking(True)
    return [found[number] for number in range(first + 1, pipe.correlation + 1)]


class Timing:
    def __init__(self, report):
        self.report, self.chance = report, report.chance("timing")
        self.n = report.sized(200, 600, 20000)  # of each class, at the keeper
        self.n_slow = report.sized(100, 400, 5000)  # of those that wait three seconds
        self.n_http = report.sized(100, 400, 5000)
        questions = 2 * (2 * 2 * self.n * len(CLASSES) + 2 * self.n_http)  # a repetition each
        self.years_needed = 1 + questions // (10 * AN_ORGANISATION) + 1
        self.asked = self.worded = 0
        self.askers = []

    def asker(self, n):
        """An organisation that can pay for n more questions."""
        if not self.askers or self.asked + n > AN_ORGANISATION:
            if len(self.askers) < 2:
                self.askers = list(self.years.next()) if not self.askers else self.askers[1:] + list(self.years.next())
            else:
                self.askers = self.askers[1:]
            self.asked = 0
        self.asked += n
        return self.askers[0]

    def seal(self, asker, kind, which):
        _, criterion, more = CLASSES[kind]
        self.worded += 1
        return asker.seal(self.world, ["01"], criterion(which, self.worded), SIGMA, **more)

    def at_keeper(self, kind):
        """Times of the questions and of those right behind them, each by class."""
        own, behind, stored = {"m": [], "z": []}, {"m": [], "z": []}, []
        order = ["m", "z"] * (self.n_slow if kind[0] == "D" else self.n)
        self.chance.shuffle(order)
        for start in range(0, len(order), 600):
            batch = order[start:start + 600]
            asker = self.asker(2 * len(batch))
            ticks = [(self.seal(asker, kind, c), self.seal(asker, "B", "q")) for c in batch]
            answers = paced(self.pipe, ticks, TICK_S[kind])
            if any(a.state != VALUE or not a.charged for a in answers):
                raise Broken(next(a.reason for a in answers if a.state != VALUE))
            for c, a, b in zip(batch, answers[0::2], answers[1::2]):
                own[c].append(a.after_s)
                behind[c].append(b.after_s)
        return own, behind

    def quiet(self, times):
        auc, error, p = compare(times["z"], times["m"])
        band = max(0.01, Z_TWO_SIDED * error)
        return abs(auc - 0.5) <= band and p > ALPHA, "AUC %.4f, KS p %.2g" % (auc, p), "0.5 +- %.3f, > 1e-06" % band

    def judge(self, what, measure, keys=(0,)):
        """Rows of one or more sets of times that one measurement gives; once more when one fails."""
        found = [measure()]
        if not all(self.quiet(found[0][k])[0] for k in keys):
            found.append(measure())
        for k in keys:
            good, figure, bound = self.quiet(found[-1][k])
            n = len(found[-1][k]["m"])
            self.report.row("T1", good, figure, bound, "%s; 2 x %d, run %d" % (what[k], n, len(found)))
        return found[-1]

    def controls(self, own):
        quarters = statistics.quantiles(own["z"], n=4)
        late_s = max(LATE_S, 2 * (quarters[2] - quarters[0]))
        late = {"z": own["z"], "m": [t + late_s for t in own["m"]]}
        good, figure, bound = self.quiet(late)
        self.report.row("T1+", not good, figure, "not " + bound, "control: %.0f ms more where everybody matches" % (late_s * 1e3))
        asker = self.asker(300)
        once = [self.seal(asker, "B", "m") for _ in range(150)]
        first, again = (paced(self.pipe, [(e,) for e in once], TICK_S["B"]) for _ in range(2))
        good, figure, bound = self.quiet({"z": [a.after_s for a in first], "m": [a.after_s for a in again]})
        self.report.row("T1+", not good, figure, "not " + bound, "control: stored answers leave at once, and are told from first ones")

    def keeper(self, world, pipe):
        self.world, self.pipe, self.years = world, pipe, world.years["01"]
        for kind, (what, _, _) in CLASSES.items():
            texts = ["time at the keeper, %s: nobody or %d match" % (what, PERSONS),
                     "time of a count right behind it: %s" % what]
            own, _ = self.judge(texts, lambda k=kind: self.at_keeper(k), (0, 1))
            if kind == "B":
                self.controls(own)
        self.work()

    def work(self):
        """Tracked, not judged: what a question behind another one could see at most, on a quiet machine."""
        for kind, (what, _, _) in CLASSES.items():
            spent = {"z": [], "m": []}
            slow = kind[0] == "D"  # these wait for three seconds, however many they are
            n = 60 if slow else 10
            for c in "zm" * (3 if slow else self.report.sized(2, 8, 40)):
                asker = self.asker(n)
                sealed = [self.seal(asker, kind, c) for _ in range(n)]
                before = self.cpu_ms()
                self.pipe.ask_all(sealed)
                spent[c].append((self.cpu_ms() - before) / n)
            self.report.figure("T1", "%.3f and %.3f ms" % tuple(sorted(v)[len(v) // 2] for v in spent.values()), "-",
                               "CPU of the keeper a question, %s: nobody and %d match" % (what, PERSONS))

    def cpu_ms(self):
        with open("/proc/%d/schedstat" % self.pipe.child.pid, encoding="ascii") as file:
            return int(file.read().split()[0]) / 1e6

    def http(self, world):
        """Posted to the coordinator, eight at a time; from the post to the document."""
        self.world = world

        def measure():
            order = ["m", "z"] * self.n_http
            self.chance.shuffle(order)
            times = {"m": [], "z": []}
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                for start in range(0, len(order), 400):
                    batch = order[start:start + 400]
                    asker = self.asker(len(batch))
                    sealed = [self.seal(asker, "B", c) for c in batch]
                    for c, took in zip(batch, pool.map(self.post, sealed)):
                        times[c].append(took)
            return (times,)
        self.judge(["time at the HTTP port, count, through coordinator and link: nobody or %d match" % PERSONS], measure)

    def post(self, sealed):
        begin = time.monotonic()
        status, document = self.world.post(sealed)
        took = time.monotonic() - begin
        if status != 200 or document["regions"][0]["state"] not in ("value", "suppressed"):
            raise Broken("%s %s" % (status, str(document)[:300]))
        return took
