/* SPDX-License-Identifier: Apache-2.0 */
/*
 * B14: one yes/no fact of somebody who is known to be there, when the fact moves the person from
 * one released cell to another: matched to undetermined ("was X tested?"), or one row of a table to
 * another ("which sex?").
 *
 * Each cell has noise of its own and the price is that of one, so what was spent as rho tells a
 * fact as 2 rho would tell a presence. The bound of a guess is Phi(sqrt(4 rho) / 2), which the
 * privacy statement has in its columns "one fact of X"; a test of n games allows 4.75 sqrt(p q / n)
 * more. Where the two cells have different sigmas the fact is told by the sum of what each tells,
 * which is never more: (1 + (5/200)^2) rho of tested or not, and of a row of a table whose total is
 * released too, in which the person stays, less than 2 rho. The attacker knows everything but the
 * fact, spends the whole year of an analyst's organisation, and judges by the likelihood of both
 * cells.
 */
#include <math.h>

#include "tests/attack/door.h"
#include "tests/attack/report.h"
#include "tests/attack/rng.h"
#include "tests/attack/stats.h"

#define YEAR_RHO 0.5
#define BASE 137

struct fact {
    const char *words;
    enum measure_kind kind;
    uint32_t parts;
    size_t cell[2];              /* where the person is, by the fact */
    bool one_cell;               /* no cell is there for "no" */
    uint32_t sigma_undetermined; /* of cells of their own, as measure_grade() has them */
    uint32_t sigma_total;
    double rho; /* what the fact is told by, of each rho that is paid; 0: 2 */
};

/* One game: as many answers as rho pays for. */
static bool game(struct door *door, struct rng *rng, const struct fact *fact, double rho)
{
    int64_t truth[8] = {BASE, BASE, BASE, BASE, 2 * BASE, 2 * BASE}, out[8];
    size_t bit = (size_t)rng_below(rng, 2), yes = fact->cell[1], no = fact->cell[0];
    size_t answers = (size_t)(rho / door_rho(door) + 0.5);
    double score = 0, weight[2];

    for (int i = 0; i < 2; i++) {
        enum measure_grade grade = measure_cell_grade(&door->measure, (uint32_t)fact->cell[i]);
        double sigma = measure_sigma(&door->measure, door->draw.sigma, grade);

        weight[i] = 1 / (sigma * sigma);
    }
    if (bit || !fact->one_cell)
        truth[fact->cell[bit]]++;
    for (size_t i = 0; i < answers; i++) {
        door_ask(door, truth, out);
        score += ((double)(out[yes] - BASE) - 0.5) * weight[1];
        if (!fact->one_cell)
            score -= ((double)(out[no] - BASE) - 0.5) * weight[0];
    }
    return (score > 0) == (bit == 1);
}

static double play(const struct fact *fact, double rho, size_t games, uint64_t seed)
{
    struct rng rng = rng_of(report_seed(seed));
    struct door door;
    size_t right = 0;

    door_make(&door, fact->kind, fact->parts, 5, seed);
    door_grade(&door, fact->sigma_undetermined, fact->sigma_total);
    if (door.measure.n_cells > 8)
        broken("B14", "a table of more cells than are played with");
    for (size_t i = 0; i < games; i++)
        right += game(&door, &rng, fact, rho);
    door_clear(&door);
    return (double)right / (double)games;
}

static double margin_of(double bound, size_t games)
{
    return Z_ONE_SIDED * sqrt(bound * (1 - bound) / (double)games);
}

static void moves(const struct fact *fact, size_t games, uint64_t seed)
{
    double told = fact->rho > 0 ? fact->rho : 2;
    double presence = accuracy_bound(YEAR_RHO), bound = accuracy_bound(told * YEAR_RHO);
    double margin = margin_of(bound, games), accuracy = play(fact, YEAR_RHO, games, seed);

    row("B14", accuracy <= bound + margin, say("%.3f", accuracy),
        say("<= %.3f + %.3f", bound, margin),
        say("one fact, %s: all else known, rho 0.5 at sigma 5; %zu games", fact->words, games));
    if (fact->rho > 0) { /* told by less than the column says, and by all of that */
        row("B14", bound < accuracy_bound(2 * YEAR_RHO) && accuracy >= bound - margin,
            say("%.3f", accuracy), say(">= %.3f - %.3f", bound, margin),
            say("%s: the bound of its sigmas, below the column's %.3f, is tight", fact->words,
                accuracy_bound(2 * YEAR_RHO)));
        return;
    }
    /* the bound is tight, and that of a presence does not hold: it is the wrong column */
    row("B14+", accuracy >= bound - margin && accuracy > presence + margin_of(presence, games),
        say("%.3f", accuracy), say(">= %.3f - %.3f, > %.3f", bound, margin, presence),
        say("control: judged as a presence, %s would break the bound", fact->words));
}

static void stays(size_t games)
{
    static const struct fact fact = {.words = "matched or not",
                                     .kind = MEASURE_COUNT,
                                     .parts = 1,
                                     .cell = {1, 0},
                                     .one_cell = true};
    double bound = accuracy_bound(YEAR_RHO), margin = margin_of(bound, games);
    double accuracy = play(&fact, YEAR_RHO, games, 2410);

    row("B14", accuracy <= bound + margin, say("%.3f", accuracy),
        say("<= %.3f + %.3f", bound, margin),
        say("a fact of one cell, matched or not: bounded as a presence is; %zu games", games));
}

/* A ledger that let two budgets through would be seen. */
static void twice(const struct fact *fact, size_t games)
{
    double bound = accuracy_bound(2 * YEAR_RHO), margin = margin_of(bound, games);
    double accuracy = play(fact, 2 * YEAR_RHO, games, 2420);

    row("B14+", accuracy > bound + margin, say("%.3f", accuracy),
        say("> %.3f + %.3f", bound, margin),
        "control: a ledger that let 2 budgets through would be seen");
}

int main(void)
{
    static const struct fact facts[] = {
        {.words = "tested or not (matched to undetermined)",
         .kind = MEASURE_COUNT,
         .parts = 1,
         .cell = {1, 0}},
        {.words = "which sex (row of a table to row)",
         .kind = MEASURE_BREAKDOWN,
         .parts = 2,
         .cell = {0, 2}},
        {.words = "tested or not, undetermined at sigma 200",
         .kind = MEASURE_COUNT,
         .parts = 1,
         .cell = {1, 0},
         .sigma_undetermined = 200,
         .rho = 1 + 25.0 / 40000},
        {.words = "which sex, beside the table's total at sigma 10",
         .kind = MEASURE_BREAKDOWN,
         .parts = 2,
         .cell = {0, 2},
         .sigma_undetermined = 200,
         .sigma_total = 10,
         .rho = 2 / 1.25},
    };
    size_t games;

    report_start();
    games = sized(2000, 20000, 20000);
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
        moves(&facts[i], facts[i].sigma_undetermined ? games / 4 : games,
              2400 + i); /* slow draws */
    stays(games);
    twice(&facts[0], sized(1000, 5000, 20000));
    return report_end();
}
