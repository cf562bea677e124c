/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A4: is a person whose genotypes are known in the cohort whose frequencies were released?
 *
 * Two attackers at the whole budget of a year, on the real genotype cells of each change: one knows
 * the true cells of everybody else (the optimal test is then a sum over the person's own cells),
 * one knows only the population's frequencies (the likelihood ratio of Homer et al. 2008 and
 * Sankararaman et al. 2009). Per change V the release has squared sensitivity V, so 100 changes at
 * sigma 10, 25 at sigma 5 and 4 x 100 at sigma 20 are rho 0.5 each. Bound: TPR <= Phi(Phi^-1(FPR) +
 * sqrt(2 rho)), judged by the Clopper-Pearson ends of both rates.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/attack/door.h"
#include "tests/attack/report.h"
#include "tests/attack/rng.h"
#include "tests/attack/stats.h"

#define YEAR_RHO 0.5
#define FPR 0.05
#define CHANGES_MAX 400
#define GAMES_MAX 100000
#define COHORT 20 /* small, so that exact frequencies give a member away */
#define CELLS MEASURE_GENOTYPE_CELLS

struct plan {
    uint32_t per_question;
    uint32_t questions;
    uint32_t sigma;
};

struct game {
    double frequency[CHANGES_MAX];
    int64_t cells[CHANGES_MAX * CELLS]; /* of the cohort without the person */
    int64_t out[CHANGES_MAX * CELLS];
    unsigned genotype[CHANGES_MAX]; /* of the person: 0 ref, 1 het, 2 hom */
};

static unsigned draw_genotype(struct rng *rng, double frequency)
{
    return (rng_unit(rng) < frequency) + (rng_unit(rng) < frequency);
}

static void make_cohort(struct game *game, size_t n, struct rng *rng)
{
    memset(game->cells, 0, sizeof(game->cells));
    for (size_t v = 0; v < n; v++) {
        game->frequency[v] = 0.05 + 0.45 * rng_unit(rng);
        for (int p = 0; p < COHORT; p++)
            game->cells[v * CELLS + draw_genotype(rng, game->frequency[v])]++;
    }
}

/* With the person in the cohort or not; exact: without noise, the control. */
static void release(struct game *game, const struct plan *plan, struct door *door, bool in,
                    bool exact)
{
    size_t cells = (size_t)plan->per_question * CELLS;

    for (size_t v = 0; v < plan->per_question * plan->questions; v++)
        game->cells[v * CELLS + game->genotype[v]] += in;
    for (size_t q = 0; q < plan->questions; q++)
        if (exact)
            memcpy(game->out + q * cells, game->cells + q * cells, cells * sizeof(int64_t));
        else
            door_ask(door, game->cells + q * cells, game->out + q * cells);
    for (size_t v = 0; v < plan->per_question * plan->questions; v++)
        game->cells[v * CELLS + game->genotype[v]] -= in;
}

/* Everybody else is known: by how much are the person's own cells too full? */
static double full_knowledge(const struct game *game, size_t n)
{
    double score = 0;

    for (size_t v = 0; v < n; v++) {
        size_t cell = v * CELLS + game->genotype[v];

        score += (double)(game->out[cell] - game->cells[cell]);
    }
    return score;
}

/* Only frequencies are known: genotypes as by the cohort's noisy frequency, against the people's.
 */
static double likelihood_ratio(const struct game *game, size_t n)
{
    double score = 0;

    for (size_t v = 0; v < n; v++) {
        const int64_t *out = &game->out[v * CELLS];
        double alleles = (double)(out[1] + 2 * out[2]),
               all = 2 * (double)(out[0] + out[1] + out[2]);
        double seen = alleles / (all > 1 ? all : 1), known = game->frequency[v];
        unsigned g = game->genotype[v];

        seen = seen < 0.01 ? 0.01 : seen > 0.99 ? 0.99 : seen;
        score += g * log(seen / known) + (2 - g) * log((1 - seen) / (1 - known));
    }
    return score;
}

struct rates {
    double *out; /* scores of persons outside the cohort */
    double *in;
    size_t n;
};

static void play(const struct plan *plan, bool knows_all, bool exact, struct rates *rates,
                 uint64_t seed)
{
    static struct game game;
    size_t n = (size_t)plan->per_question * plan->questions;
    struct rng rng = rng_of(report_seed(seed));
    struct door door;

    door_make(&door, MEASURE_FREQUENCY, plan->per_question, plan->sigma, seed);
    if (fabs(plan->questions * door_rho(&door) - YEAR_RHO) > 1e-9)
        broken("frequencies", "the plan does not cost a year's budget");
    for (size_t i = 0; i < 2 * rates->n; i++) {
        bool in = i % 2;

        if (!knows_all || i % 64 == 0)
            make_cohort(&game, n, &rng);
        for (size_t v = 0; v < n; v++)
            game.genotype[v] = draw_genotype(&rng, game.frequency[v]);
        release(&game, plan, &door, in, exact);
        (in ? rates->in : rates->out)[i / 2] =
            knows_all ? full_knowledge(&game, n) : likelihood_ratio(&game, n);
    }
    door_clear(&door);
}

/* The threshold is set on half of the outsiders; both rates are taken on what it has not seen. */
static void judge(const char *id, struct rates *rates, bool must_break, const char *text)
{
    size_t half = rates->n / 2, false_hits = 0, hits = 0;
    double edge, fpr, tpr, bound;

    qsort(rates->out, half, sizeof(double), compare_doubles);
    edge = rates->out[(size_t)((double)half * (1 - FPR))];
    for (size_t i = half; i < rates->n; i++)
        false_hits += rates->out[i] > edge;
    for (size_t i = 0; i < rates->n; i++)
        hits += rates->in[i] > edge;
    fpr = share_at_most(false_hits, rates->n - half, ALPHA / 2);
    tpr = share_at_least(hits, rates->n, ALPHA / 2);
    bound = tpr_bound(fpr, YEAR_RHO);
    row(id, must_break ? tpr > bound : tpr <= bound,
        say("TPR %.3f at FPR %.3f", (double)hits / (double)rates->n,
            (double)false_hits / (double)(rates->n - half)),
        say("%s %.3f (at 5 %%: %.3f)", must_break ? ">" : "<=", bound, tpr_bound(FPR, YEAR_RHO)),
        text);
}

int main(void)
{
    static const struct plan plans[] = {{25, 1, 5}, {100, 1, 10}, {100, 4, 20}};
    struct rates rates;

    report_start();
    rates.in = calloc(GAMES_MAX, sizeof(double));
    rates.out = calloc(GAMES_MAX, sizeof(double));
    if (!rates.in || !rates.out)
        broken("frequencies", "no memory");
    for (size_t i = 0; i < 3; i++) {
        const struct plan *plan = &plans[i];
        uint32_t n = plan->per_question * plan->questions;

        rates.n = i == 0   ? sized(1000, 20000, GAMES_MAX)
                  : i == 1 ? sized(400, 8000, 40000)
                           : sized(100, 1500, 20000);
        play(plan, true, false, &rates, 1200 + i);
        judge("A4", &rates, false,
              say("membership, all else known, %u changes at sigma %u, rho 0.5", n, plan->sigma));
    }
    rates.n = sized(500, 2000, 10000);
    play(&plans[1], false, false, &rates, 1210);
    judge("A4", &rates, false,
          "membership, likelihood ratio (Homer), 100 changes of 20 persons at sigma 10");
    play(&plans[1], false, true, &rates, 1211);
    judge("A4+", &rates, true,
          "control: the likelihood ratio breaks exact frequencies of 100 changes, 20 persons");
    play(&plans[1], true, true, &rates, 1212);
    judge("A4+", &rates, true, "control: full knowledge breaks exact frequencies");
    free(rates.in);
    free(rates.out);
    return report_end();
}
