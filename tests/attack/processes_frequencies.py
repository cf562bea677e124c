# SPDX-License-Identifier: Apache-2.0
"""A4: is a person whose genotypes are known in the cohort whose frequencies were released?

A game is one organisation that spends its year on one cohort of six known persons and, perhaps, one
more. Two attackers read the same answers: one knows the true cells of everybody else, one only how
frequent the changes are among people (the likelihood ratio of Homer et al. 2008). Many nodes wait
for their slots at the same time.
"""
import math
import os

from processes_stats import ALPHA, accuracy_bound, margin, share_at_least, share_at_most, tpr_bound
from processes_world import FREQUENCY, NODE_YEARS, VALUE, YEAR_RHO, Broken, Change, code

CHANGES, COHORT, CELLS, FPR = 100, 6, 6, 0.05
PLANS = ((25, 5), (100, 10))  # changes of one question and sigma; each is a year's budget


def genotype(chance, frequency):
    return (chance.random() < frequency) + (chance.random() < frequency)


class Frequencies:
    """Everybody's genotypes, who is in which cohort, and the games of one node each."""

    def __init__(self, report, regions):
        self.report, self.regions = report, regions
        self.games = 2 * NODE_YEARS * report.sized(4, 7, 20)  # of one node, half of each plan
        chance = report.chance("frequencies")
        self.frequency = [chance.uniform(0.05, 0.5) for _ in range(CHANGES)]
        self.changes = [Change(20000000 + 100 * v, "A", "G") for v in range(CHANGES)]
        self.known = [[genotype(chance, f) for f in self.frequency] for _ in range(COHORT)]
        self.target = [[genotype(chance, f) for f in self.frequency] for _ in range(self.games)]
        self.bit = {r: [chance.randrange(2) for _ in range(self.games)] for r in regions}
        self.rest = [[sum(k[v] == g for k in self.known) for g in range(3)] for v in range(CHANGES)]

    def years_needed(self):
        return self.games // NODE_YEARS

    def vcf(self):
        names = ["known%d" % i for i in range(COHORT)] + ["target%d" % g for g in range(self.games)]
        lines = ["##fileformat=VCFv4.2\n##contig=<ID=chr22,length=50818468,assembly=GRCh38>\n"
                 '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
                 "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t%s\n" % "\t".join(names)]
        for v in range(CHANGES):
            lines.append("chr22\t%d\t.\tA\tG\t.\tPASS\t.\tGT\t%s\n" % (20000000 + 100 * v, "\t".join(
                ("0/0", "0/1", "1/1")[p[v]] for p in self.known + self.target)))
        return "".join(lines)

    def persons(self, region):
        cohorts = ["c%d" % g for g in range(self.games)]
        lines = ["person,sex,birth_year,kind,system,code\n"]
        lines += ["known%d,female,1960,other,local,%s\n" % (i, c) for i in range(COHORT) for c in cohorts]
        lines += ["target%d,female,1960,other,local,%s\n" % (g, "c%d" % g if self.bit[region][g] else "nobody")
                  for g in range(self.games)]
        return "".join(lines)

    def fill(self, world):
        path = os.path.join(world.folder, "all.vcf")
        with open(path, "w", encoding="ascii") as file:
            file.write(self.vcf())
        for region, node in world.nodes.items():
            node.run("import vcf", path, "--assay", "wgs", "--whole-genome")
            node.import_csv(self.persons(region))
            node.publish()

    def play(self, world, pipes):
        """All nodes year by year: (plan, bit, full knowledge, likelihood ratio) of each game."""
        found = []
        for year in range(self.years_needed()):
            plan = PLANS[year % 2]
            askers = {r: world.years[r].next() for r in self.regions}
            for r, pipe in pipes.items():
                pipe.begin(self.question(world, r, asker, NODE_YEARS * year + i, plan) for i, asker in enumerate(askers[r]))
            for r, pipe in pipes.items():
                for i, answer in enumerate(pipe.finish()):
                    if answer.state != VALUE:
                        raise Broken("%s: %s" % (answer.code, answer.reason))
                    found.append(self.score(plan, r, NODE_YEARS * year + i, answer.cells))
        return found

    def question(self, world, region, asker, game, plan):
        n, sigma = plan
        return asker.seal(world, [region], code("c%d" % game), sigma, measure=FREQUENCY, changes=self.changes[:n])

    def score(self, plan, region, game, cells):
        bit, mine = self.bit[region][game], self.target[game]
        true = [[self.rest[v][g] + (bit and mine[v] == g) for g in range(3)] for v in range(plan[0])]
        said = [cells[CELLS * v:CELLS * v + 3] for v in range(plan[0])]
        return (plan, bit, *(f(v_cells, mine) for f in (self.full, self.ratio) for v_cells in (said, true)))

    def full(self, cells, mine):
        return sum(c[mine[v]] - self.rest[v][mine[v]] for v, c in enumerate(cells))

    def ratio(self, cells, mine):
        score = 0.0
        for v, c in enumerate(cells):
            seen = min(0.99, max(0.01, (c[1] + 2 * c[2]) / (2 * max(0.5, sum(c)))))
            known = self.frequency[v]
            score += mine[v] * math.log(seen / known) + (2 - mine[v]) * math.log((1 - seen) / (1 - known))
        return score


def judge(report, scores, what, control=False):
    """Right guesses: the threshold is learnt on every other game and tried on the rest."""
    learnt, tried = scores[0::2], scores[1::2]
    edge = max((sum((s > e) == bool(bit) for bit, s in learnt), e) for _, e in learnt)[1]
    bound, over = accuracy_bound(YEAR_RHO), margin(accuracy_bound(YEAR_RHO), len(tried))
    share = sum((s > edge) == bool(bit) for bit, s in tried) / len(tried)
    report.row("A4+" if control else "A4", share > bound + over if control else share <= bound + over, "%.3f" % share,
               "%s %.3f + %.3f" % (">" if control else "<=", bound, over), "%s; %d games" % (what, len(tried)))


def rates(report, scores, what):
    """TPR beside FPR; the threshold is set on half of the outsiders, both are taken on what it has not seen."""
    out = [s for bit, s in scores if not bit]
    inside = [s for bit, s in scores if bit]
    half = len(out) // 2
    edge = sorted(out[:half])[int(half * (1 - FPR))]
    false_hits, hits = sum(s > edge for s in out[half:]), sum(s > edge for s in inside)
    fpr = share_at_most(false_hits, len(out) - half, ALPHA / 2)
    tpr = share_at_least(hits, len(inside), ALPHA / 2)
    report.row("A4", tpr <= tpr_bound(fpr, YEAR_RHO), "TPR %.3f at FPR %.3f" % (hits / len(inside), false_hits / (len(out) - half)),
               "%.3f <= %.3f (at 5 %%: %.3f)" % (tpr, tpr_bound(fpr, YEAR_RHO), tpr_bound(FPR, YEAR_RHO)),
               "%s; %d games, Clopper-Pearson ends" % (what, len(scores)))


def verdicts(report, found):
    for n, sigma in PLANS:
        some = [f for f in found if f[0] == (n, sigma)]
        what = "membership, all else known, %d changes at sigma %d, rho 0.5" % (n, sigma)
        judge(report, [(f[1], f[2]) for f in some], what)
        rates(report, [(f[1], f[2]) for f in some], what)
        judge(report, [(f[1], f[3]) for f in some], "control: all else known, %d exact frequencies" % n, control=True)
    judge(report, [(f[1], f[4]) for f in some], "membership, likelihood ratio (Homer), 100 changes of 6 persons at sigma 10")
    judge(report, [(f[1], f[5]) for f in some], "control: the likelihood ratio on exact frequencies", control=True)
