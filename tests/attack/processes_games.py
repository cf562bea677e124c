# SPDX-License-Identifier: Apache-2.0
"""A1, A2, A3, A6: what an analyst who spends a whole year's budget learns from a real keeper.

A game is one organisation that spends its budget of one year, as the ledger lets it, on persons of
whom it knows everything but one bit each; the bits are drawn at the start, with the data. No two
games ask about the same persons, so games are independent but for the keys of the noise. A table
puts every person into one part, and each part has noise of its own: a game of tables is one game for
each part with a person in it, all against one budget, as the guarantee is each person's.
"""
import math

from processes_stats import (ALPHA, Z_TWO_SIDED, accuracy_bound, equal_probability, hockey_stick,
                             margin, share_at_least, share_at_most, solve)
from processes_world import (BREAKDOWN, DECLINED, VALUE, YEAR_RHO, both, code, either, everybody, negated, sex)

TABLE = ("sex", "age_band", "birth_decade")
SEXES = ("female", "male", "other")  # the classes 1, 2, 3 of 4
PARTS = [(s, a, d) for s in range(3) for a in range(10) for d in range(10)]  # births 1920..2019
AFFORDED = {5: 25, 10: 100, 20: 400}
PADS = 25
BITS_WORTH = 25  # independent games that a database of 100 bits counts for


def part_cell(part):
    """Where the matched cell of this part is: 4 sexes, 11 age bands, 15 decades, 2 cells each."""
    s, a, d = part
    return 2 * (((s + 1) * 11 + a) * 15 + d + 2)


def person(name, part, codes):
    s, a, d = part
    head = "%s,%s,%d,%d,yes" % (name, SEXES[s], 1920 + 10 * d + 5, 10 * a + 5)
    return "".join("%s,other,local,%s\n" % (head, c) for c in codes) or head + ",,,\n"


# Of the dead whose day of death is not known the age is as it was told: free of the year of birth.
HEADER = "person,sex,birth_year,age,deceased,kind,system,code\n"


def verdict(report, test, right, games, rho, what, control=False):
    """A share of right guesses against the bound of what was spent."""
    bound = accuracy_bound(rho)
    over = margin(bound, games)
    share = right / games
    if control:
        report.row(test, share > bound + over, "%.3f" % share, "> %.3f + %.3f" % (bound, over), what)
    else:
        report.row(test, share <= bound + over, "%.3f" % share, "<= %.3f + %.3f" % (bound, over), what)


def refused_only_at_the_end(answers, afforded):
    """The ledger gave exactly so many answers, the first ones, and refused the rest for the budget."""
    return (all(a.state == VALUE and a.charged for a in answers[:afforded]) and
            all(a.state == DECLINED and a.code == "budget" for a in answers[afforded:]))


class Games:
    """The data of all games in one node's snapshot, and the games."""

    def __init__(self, report):
        self.report = report
        chance = report.chance("games")
        self.n_counts = report.sized(20, 200, 2000)  # games of 25 counts at sigma 5
        self.n_fine = report.sized(1, 3, 40)  # games of 400 counts at sigma 20
        self.n_trackers = report.sized(10, 60, 500)
        self.n_databases = report.sized(8, 20, 200)
        self.n_tables = report.sized(2, 30, 70)  # 300 games each
        singles = self.n_counts + self.n_fine + self.n_trackers
        self.bit = [chance.randrange(2) for _ in range(singles)]
        self.pad = [chance.randrange(20, 400) for _ in range(PADS)]
        self.table_bit = [[chance.randrange(2) for _ in PARTS] for _ in range(self.n_tables)]
        self.table_pad = [chance.randrange(3) for _ in PARTS]
        self.subset = [[[chance.randrange(2) for _ in range(100)] for _ in range(100)] for _ in range(self.n_databases)]
        self.secret = [[chance.randrange(2) for _ in range(100)] for _ in range(self.n_databases)]
        self.years_needed = 2 + (singles + self.n_databases + self.n_tables + 9) // 10 + 6

    def data(self):
        """Persons as CSV. Code `ill` is the secret; the others are what an attacker knows of people."""
        lines = [HEADER]
        for i, n in enumerate(self.pad):
            lines += [person("pad%d-%d" % (i, j), PARTS[(7 * j + i) % 300], ["ill", "pad%d" % i]) for j in range(n)]
        for g, bit in enumerate(self.bit):
            lines.append(person("single%d" % g, PARTS[g % 300], ["t%d" % g] + ["ill"] * bit))
        for p, part in enumerate(PARTS):
            lines.append(person("part%d" % p, part, ["g%d" % g for g in range(self.n_tables) if self.table_bit[g][p]]))
            for j in range(self.table_pad[p]):
                lines.append(person("partpad%d-%d" % (p, j), part, ["g%d" % g for g in range(self.n_tables)]))
        for b in range(self.n_databases):
            for i in range(100):
                known = ["s%d-%d" % (b, q) for q in range(25 if b < self.n_databases // 2 else 100) if self.subset[b][q][i]]
                lines.append(person("db%d-%d" % (b, i), PARTS[i], known + ["ill"] * self.secret[b][i]))
        return "".join(lines)

    def play(self, world, pipe):
        self.world, self.pipe, self.years = world, pipe, world.years["01"]
        self.averaging()
        self.first = 0
        self.differencing(self.n_counts, 5, "all else known")
        self.differencing(self.n_fine, 20, "all else known")
        self.trackers()
        self.tables()
        self.reconstruction()
        self.oracles()

    def ask(self, asker, criteria, sigma, **more):
        return [asker.seal(self.world, ["01"], c, sigma, **more) for c in criteria]

    def rounds(self, n):
        """(game, asker), ten games a year."""
        for start in range(0, n, 10):
            yield list(zip(range(start, min(start + 10, n)), self.years.next()))

    # ---- A1

    def averaging(self):
        chance, asker = self.report.chance("rewording"), self.years.next()[0]
        n = self.report.sized(100, 1500, 10000)
        parts = [code("pad3"), code("ill"), sex("female"), everybody(1)]
        answers = self.pipe.ask_all(asker.seal(self.world, ["01"], both(*parts), 5) for _ in range(n))
        self.one_value(answers, "averaging: %d identical questions" % n)

        def reworded():
            some = [p if chance.random() < 0.7 else negated(negated(p)) for p in parts]
            some += [chance.choice(parts) for _ in range(chance.randrange(3))]
            some = [p if chance.random() < 0.7 else either(p, p) for p in some]
            chance.shuffle(some)
            return both(*some) if chance.random() < 0.8 else negated(negated(both(*some)))
        answers = self.pipe.ask_all(asker.seal(self.world, ["01"], reworded(), 5) for _ in range(n))
        self.one_value(answers, "averaging: %d rewordings (order, duplicates, double negation)" % n, 0)
        left = AFFORDED[5] - 1
        absorbed = [either(code("pad3"), both(code("pad3"), everybody(i))) for i in range(60)]
        answers = self.pipe.ask_all(self.ask(asker, absorbed, 5))
        paid = sum(a.state == VALUE for a in answers)
        self.report.row("A1", paid == left and refused_only_at_the_end(answers, left), "%d charged" % paid, "%d" % left,
                        "averaging: of 60 absorbed rewordings each is charged, to the year's end")
        mean = sum(a.cells[0] - self.pad[3] for a in answers[:left]) / left
        self.report.row("A1", abs(mean) <= Z_TWO_SIDED * 5 / math.sqrt(left) and len({a.cells[0] for a in answers[:left]}) > 3,
                        "mean off by %+.2f" % mean, "+-%.2f" % (Z_TWO_SIDED * 5 / math.sqrt(left)),
                        "averaging: all that the year buys is sigma / 5 of precision")

    def one_value(self, answers, what, charges=1):
        values = {tuple(a.cells) for a in answers}
        spent = sum(a.charged for a in answers)
        good = all(a.state == VALUE for a in answers) and len(values) == 1
        # the first question's charge is told in its own answer; its identical bytes would be a replay
        self.report.row("A1", good and spent == charges, "%d value, %d charge" % (len(values), spent),
                        "1 and %d" % charges, what)

    # ---- A2

    def differencing(self, games, sigma, what):
        right, sound = 0, True
        for round_ in self.rounds(games):
            criteria = [[both(either(code("t%d" % (self.first + g)), code("pad%d" % (i % PADS))), code("ill"), everybody(i))
                         for i in range(AFFORDED[sigma] + 1)] for g, _ in round_]
            answers = self.pipe.ask_all(e for (_, asker), c in zip(round_, criteria) for e in self.ask(asker, c, sigma))
            per = AFFORDED[sigma] + 1
            for at, (g, _) in enumerate(round_):
                heard = answers[at * per:(at + 1) * per]
                sound &= refused_only_at_the_end(heard, per - 1)
                score = sum(a.cells[0] - self.pad[i % PADS] - 0.5 for i, a in enumerate(heard[:-1]) if a.cells)
                right += (score > 0) == bool(self.bit[self.first + g])
        self.first += games
        text = "differencing: %s, %d counts at sigma %d, then refused; %d games at rho 0.5" % (what, AFFORDED[sigma], sigma, games)
        if not sound:
            self.report.row("A2", False, "another number of answers", "%d" % AFFORDED[sigma], text)
        elif games >= 20:
            verdict(self.report, "A2", right, games, YEAR_RHO, text)
        else:
            self.report.row("A2", sound, "%d answers each" % AFFORDED[sigma], "exactly", text)

    def trackers(self):
        right = 0
        for round_ in self.rounds(self.n_trackers):
            sealed = []
            for g, asker in round_:
                target = code("t%d" % (self.first + g))
                for i in range(12):
                    sealed += self.ask(asker, [both(either(target, code("pad%d" % i)), code("ill")),
                                               both(code("pad%d" % i), code("ill"), negated(target))], 5)
            answers = self.pipe.ask_all(sealed)
            for at, (g, _) in enumerate(round_):
                heard = answers[24 * at:24 * at + 24]
                score = sum(heard[2 * i].cells[0] - heard[2 * i + 1].cells[0] - 0.5 for i in range(12))
                right += (score > 0) == bool(self.bit[self.first + g])
        self.first += self.n_trackers
        verdict(self.report, "A2", right, self.n_trackers, YEAR_RHO,
                "tracker: padded, 12 pairs at sigma 5, with and without; %d games at rho 0.5" % self.n_trackers)

    def table_scores(self, group, asker, wordings):
        return self.ask(asker, [both(code("g%d" % group), everybody(i)) for i in wordings], 5, measure=BREAKDOWN, by=TABLE)

    def tables(self):
        """Every person alone in a part with known ones: 300 games a budget. And with four budgets: the control."""
        scores = {g: [0.0] * len(PARTS) for g in range(self.n_tables)}
        for round_ in self.rounds(self.n_tables):
            answers = self.pipe.ask_all(e for g, asker in round_ for e in self.table_scores(g, asker, range(25)))
            self.add_up(scores, [g for g, _ in round_], answers)
        self.judge_tables("A2", scores, YEAR_RHO, "differencing: tables of %d parts, 25 at sigma 5" % len(PARTS))
        groups = range(min(self.n_tables, 3))
        more = {g: scores[g][:] for g in groups}
        for year in range(3):  # three organisations more for each group
            askers = self.years.next()
            answers = self.pipe.ask_all(e for g in groups for e in
                                        self.table_scores(g, askers[g], range(25 + 25 * year, 50 + 25 * year)))
            self.add_up(more, list(groups), answers)
        self.judge_tables("A2", more, 4 * YEAR_RHO, "differencing: four budgets together")
        games, right = self.right_of(more)
        verdict(self.report, "A2+", right, games, YEAR_RHO,
                "control: a ledger that let 4 budgets through would be seen; %d games" % games, control=True)

    def add_up(self, scores, groups, answers):
        for at, g in enumerate(groups):
            for a in answers[25 * at:25 * at + 25]:
                for p, part in enumerate(PARTS):
                    scores[g][p] += a.cells[part_cell(part)] - self.table_pad[p] - 0.5

    def right_of(self, scores):
        right = sum((s > 0) == bool(self.table_bit[g][p]) for g in scores for p, s in enumerate(scores[g]))
        return len(scores) * len(PARTS), right

    def judge_tables(self, test, scores, rho, what):
        games, right = self.right_of(scores)
        verdict(self.report, test, right, games, rho, "%s; %d games at rho %.1f" % (what, games, rho))
        if rho == YEAR_RHO:
            bound = accuracy_bound(rho)
            self.report.row("A2+", right / games >= bound - margin(bound, games), "%.3f" % (right / games),
                            ">= %.3f - %.3f" % (bound, margin(bound, games)),
                            "control: that attack is as good as any can be; %d games" % games)

    # ---- A3

    def reconstruction(self):
        """Random halves of 100 persons; half of the databases at each precision."""
        exact, half = [], self.n_databases // 2
        for first, sigma in ((0, 5), (half, 10)):
            shares, n = [], AFFORDED[sigma]
            for round_ in self.rounds(half):
                answers = self.pipe.ask_all(e for b, asker in round_ for e in self.ask(
                    asker, [both(code("s%d-%d" % (first + b, q)), code("ill")) for q in range(n)], sigma))
                for at, (b, _) in enumerate(round_):
                    heard = [a.cells[0] for a in answers[n * at:n * at + n]]
                    shares.append(self.solved(first + b, heard, float(sigma * sigma)))
                    if sigma == 10:
                        true = [sum(m and s for m, s in zip(self.subset[first + b][q], self.secret[first + b]))
                                for q in range(n)]
                        exact.append(self.solved(first + b, true, 0.1))
            # The hundred bits of a database are not independent: no more than so many games in each.
            bound, over = accuracy_bound(YEAR_RHO), margin(accuracy_bound(YEAR_RHO), BITS_WORTH * len(shares))
            mean = sum(shares) / len(shares)
            self.report.row("A3", mean <= bound + over, "%.3f" % mean, "<= %.3f + %.3f" % (bound, over),
                            "reconstruction, %d questions at sigma %d, rho 0.5; %d databases of 100 bits" % (n, sigma, half))
        broken = sum(exact) / len(exact)
        self.report.row("A3+", broken > bound + over, "%.3f" % broken, "> %.3f + %.3f" % (bound, over),
                        "control: the same solver and questions on exact counts")

    def solved(self, b, said, variance):
        """Share of bits that least squares with the prior's ridge gets right."""
        gram, right = [[0.0] * 100 for _ in range(100)], [0.0] * 100
        for q, value in enumerate(said):
            members = [i for i in range(100) if self.subset[b][q][i]]
            for i in members:
                right[i] += value - len(members) / 2
                for j in members:
                    gram[i][j] += 1
        for i in range(100):
            gram[i][i] += 4 * variance
        x = solve(gram, right)
        return sum((v > 0) == bool(s) for v, s in zip(x, self.secret[b])) / 100

    # ---- A6

    def oracles(self):
        """Parts of tables whose true counts are equal or one apart; parts with nobody or one person."""
        tables = []
        for year in range(self.report.sized(1, 2, 6)):
            askers = self.years.next()
            sealed = [e for i, asker in enumerate(askers) for e in self.table_scores(
                i % self.n_tables, asker, range(200 + 1000 * year + 40 * i, 225 + 1000 * year + 40 * i))]
            for k, a in enumerate(self.pipe.ask_all(sealed)):
                group = k // 25 % self.n_tables
                tables.append([(self.table_pad[p] + self.table_bit[group][p], a.cells[part_cell(part)])
                               for p, part in enumerate(PARTS)])
        self.equality(tables)
        self.zero([cell for table in tables for cell in table])

    def pairs(self, tables, gap):
        """Disjoint pairs of parts of one table, true counts that far apart: (equal, pairs)."""
        equal = n = 0
        for table in tables:
            by_count = {}
            for count, said in table:
                by_count.setdefault(count, []).append(said)
            for count, low in by_count.items():
                high = by_count.get(count + gap, [])
                couples = list(zip(low[0::2], low[1::2])) if gap == 0 else list(zip(low, high)) if count % 2 == 0 else []
                n += len(couples)
                equal += sum(a == b for a, b in couples)
        return equal, n

    def equality(self, tables):
        variation = hockey_stick(5, 1, 0)
        (same, n_same), (other, n_other) = self.pairs(tables, 0), self.pairs(tables, 1)
        gap = share_at_least(same, n_same, ALPHA / 4) - share_at_most(other, n_other, ALPHA / 4)
        self.report.row("A6", gap <= variation, "%.4f - %.4f" % (same / n_same, other / n_other), "<= %.4f apart" % variation,
                        "equality: P(equal) for c, c and c, c + 1; %d and %d pairs" % (n_same, n_other))
        worst = 0.0
        for hits, n, d in ((same, n_same, 0), (other, n_other, 1)):
            p = equal_probability(5, d)
            worst = max(worst, abs(hits / n - p) / math.sqrt(p * (1 - p) / n))
        self.report.row("A6", worst < Z_TWO_SIDED, "z %.2f" % worst, "< 4.89",
                        "equality: P(equal) is that of independent noises, for c, c and c, c + 1")
        kept = []
        for table in tables:  # a cache by the true count: the first part of each count speaks for all of them
            first = {}
            kept.append([(count, first.setdefault(count, said)) for count, said in table])
        (same, n_same), (other, n_other) = self.pairs(kept, 0), self.pairs(kept, 1)
        gap = share_at_least(same, n_same, ALPHA / 4) - share_at_most(other, n_other, ALPHA / 4)
        self.report.row("A6+", gap > variation, "%.4f - %.4f" % (same / n_same, other / n_other), "> %.4f apart" % variation,
                        "control: the same answers through a cache keyed by the true count")

    def zero(self, cells):
        """0 or 1 person: which values speak for 1 is learnt from one half and tried on the other."""
        rho, some = 0.02, {0: [], 1: []}
        for count, said in cells:
            if count < 2:
                some[count].append(said)
        n = min(len(some[0]), len(some[1])) // 2
        bound = accuracy_bound(rho)

        def share(change):
            votes = {}
            for i in range(n):
                for bit in (0, 1):
                    value = change(some[bit][i], bit)
                    votes[value] = votes.get(value, 0) + (1 if bit else -1)
            return sum((votes.get(change(some[bit][n + i], bit), 0) > 0) == bool(bit) for i in range(n) for bit in (0, 1)) / (2 * n)

        def printed(value):
            return -1 if value < 5 else 5 * round(value / 5)
        for what, change, control in (("from the noised figure", lambda v, bit: v, False),
                                      ("from what is printed of it (T = 5, base 5)", lambda v, bit: printed(v), False),
                                      ("a system whose 0 is exact is a zero oracle", lambda v, bit: v if bit else 0, True)):
            figure, over = share(change), margin(bound, 2 * n)
            self.report.row("A6+" if control else "A6", (figure > bound + over) if control else figure <= bound + over,
                            "%.4f" % figure, "%s %.4f + %.4f" % (">" if control else "<=", bound, over),
                            ("control: " if control else "zero: 0 or 1 person, ") + what + "; %d games" % (2 * n))
