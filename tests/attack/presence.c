/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T3: does the time of an evaluation tell whether anybody is left?
 *
 * One segment of a few persons with as many sites as a genome has. Two questions of one shape, "who
 * is of this sex, and has a variant of this kind": of one sex one person is, of the other nobody.
 * They are asked in random order and judged by the area under the ROC curve: 0.5, give or take 0.05
 * or 4.89 standard errors of n against n, whichever is more; once more when a first run fails, as
 * another program may have had its moment. The control is the evaluation for the region's staff,
 * which stops where nobody is left. And the longest evaluation is compared with the price in work,
 * by which the slot is chosen.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "node/evaluate/criterion.h"
#include "node/privacy/work.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"
#include "proto/query/shape.h"
#include "tests/attack/genome.h"
#include "tests/attack/report.h"
#include "tests/attack/rng.h"
#include "tests/attack/stats.h"
#include "tests/unit/snapshot/synthetic.h"

#define GAMES_MAX 5000
#define AUC_BAND 0.05

/* 61 % is no bound of a band, so every site is looked at; 60 % is one. */
static const char *const walked[2] = {
    "sex = other and variant(zygosity = hom and af >= 61%)",
    "sex = male and variant(zygosity = hom and af >= 61%)",
};
static const char *const by_kind[2] = {
    "sex = other and variant(zygosity = hom and af >= 60%)",
    "sex = male and variant(zygosity = hom and af >= 60%)",
};

static void must(bool ok, const struct err *err)
{
    if (!ok)
        broken("T3", err->text);
}

/* ---- a genome -------------------------------------------------------------------------------- */

static struct snapshot *genome(struct synthetic *made, uint32_t sites)
{
    struct snapshot *snapshot;

    synthetic_up(made);
    genome_put(made, sites);
    (void)synthetic_publish(made);
    snapshot = synthetic_open(made);
    snapshot_by_assays(snapshot);
    return snapshot;
}

/* ---- games ----------------------------------------------------------------------------------- */

struct game {
    struct snapshot *snapshot;
    struct arena *arena;
    struct population *population;
    struct ast ast[2];
    bool fixed_work;
    struct rng rng;
    size_t n;
    double cold_us;          /* the first, whose blocks and sums are not in memory */
    double us[2][GAMES_MAX]; /* by whether somebody is of the sex */
    double most_us;          /* of the processor's time that an evaluation of fixed work took */
};

/* Of this program. Another one's moment, which the clock sees, is none of it. */
static double processor_us(void)
{
    struct rusage spent;

    if (getrusage(RUSAGE_SELF, &spent))
        broken("getrusage", "fails");
    return (double)(spent.ru_utime.tv_sec + spent.ru_stime.tv_sec) * 1e6 +
           (double)(spent.ru_utime.tv_usec + spent.ru_stime.tv_usec);
}

static double play(struct game *game, int with)
{
    struct limits limits = {.deadline_ms = INT64_MAX};
    struct asked_of of = {.snapshot = game->snapshot,
                          .population = game->population,
                          .limits = &limits,
                          .fixed_work = game->fixed_work};
    double spent_us = processor_us();
    int64_t began = clock_mono_us();
    struct criterion *criterion;
    struct kleene who;
    struct err err;

    must(criterion_new(&of, &game->ast[with], &criterion, &err), &err);
    for (size_t s = 0; s < snapshot_info(game->snapshot)->n_segments; s++)
        must(criterion_run(criterion, s, &who, &err), &err);
    criterion_free(criterion);
    spent_us = processor_us() - spent_us;
    if (game->fixed_work && spent_us > game->most_us)
        game->most_us = spent_us;
    return (double)(clock_mono_us() - began);
}

/* As many of each, in random order; the first is cold and not counted. */
static double auc(struct game *game)
{
    size_t n[2] = {0}, j = 0;
    double wins = 0;

    game->cold_us = play(game, 0);
    while (n[0] < game->n || n[1] < game->n) {
        int with = (int)rng_below(&game->rng, 2);

        if (n[with] == game->n)
            with = !with;
        game->us[with][n[with]++] = play(game, with);
    }
    for (int with = 0; with < 2; with++)
        qsort(game->us[with], game->n, sizeof(double), compare_doubles);
    for (size_t i = 0; i < game->n; i++) {
        while (j < game->n && game->us[0][j] < game->us[1][i])
            j++;
        wins += (double)j;
        for (size_t k = j; k < game->n && game->us[0][k] == game->us[1][i]; k++)
            wins += 0.5;
    }
    return wins / (double)game->n / (double)game->n;
}

static double band(size_t n)
{
    double chance = Z_TWO_SIDED / sqrt(6.0 * (double)n);

    return chance > AUC_BAND ? chance : AUC_BAND;
}

/* Returns how long the very first took. */
static double t3(struct game *game, uint32_t sites)
{
    double allowed = band(game->n), area, first_us;
    int runs = 1;

    game->fixed_work = true;
    game->most_us = 0;
    area = auc(game);
    first_us = game->cold_us;
    if (fabs(area - 0.5) > allowed) {
        area = auc(game);
        runs = 2;
    }
    row("T3", fabs(area - 0.5) <= allowed, say("AUC %.3f", area), say("0.5 +- %.3f", allowed),
        say("nobody or one person is of the sex, beside a variant among %u sites: %.2f and %.2f "
            "ms; 2 x %zu, run %d",
            sites, game->us[0][game->n / 2] / 1e3, game->us[1][game->n / 2] / 1e3, game->n, runs));
    return first_us;
}

/* Against the price by classes of the true sizes, of which the keeper takes twice. */
static void t3_price(struct game *game, uint32_t sites, double first_us)
{
    struct shape shape = {.measure = {.kind = MEASURE_COUNT}, .n_parts = 1};
    const struct snapshot_info *info = snapshot_info(game->snapshot);
    struct work_sizes sizes = {.segments = info->n_segments,
                               .persons = sizes_bound(info->sizes.persons),
                               .sites = sizes_bound(info->sizes.sites),
                               .gene = sizes_bound(info->sizes.gene),
                               .events = sizes_bound(info->sizes.events),
                               .kinds = info->sizes.kinds ? sizes_bound(info->sizes.kinds) : 0};
    double price_ms = (double)work_of(&game->ast[1], &shape, 5, &sizes).ns / 1e6;
    double most_ms = game->most_us / 1e3;

    row("T3", most_ms <= 2 * price_ms, say("%.1f ms", most_ms), say("<= %.1f ms", 2 * price_ms),
        say("processor time of the longest of %zu evaluations over %u sites, the cold one of %.1f "
            "ms included, and the least that its slot may have",
            game->n, sites, first_us / 1e3));
    row_figure("T3", say("%.2f ns", game->us[1][game->n / 2] * 1e3 / sites),
               "150 + 2 x 25 ns where sites are looked at", "a site, p50, of two tests");
}

static void t3_control(struct game *game)
{
    double allowed = band(game->n), area;

    game->fixed_work = false;
    area = auc(game);
    row("T3+", fabs(area - 0.5) > allowed, say("AUC %.3f", area), say("not 0.5 +- %.3f", allowed),
        say("control: the evaluation for staff stops where nobody is left: %.1f and %.1f ms",
            game->us[0][game->n / 2] / 1e3, game->us[1][game->n / 2] / 1e3));
}

static void play_all(struct game *game, const char *const texts[2], uint32_t sites, bool control)
{
    struct synthetic made;
    double first_us;
    struct err err;

    game->arena = arena_new((size_t)64 << 20);
    game->snapshot = genome(&made, sites);
    must(population_new(game->snapshot, &eligibility_everybody, game->arena, &game->population,
                        &err),
         &err);
    for (int with = 0; with < 2; with++)
        must(parse_text(texts[with], game->arena, &game->ast[with], &err), &err);
    first_us = t3(game, sites);
    t3_price(game, sites, first_us);
    if (control)
        t3_control(game);
    snapshot_close(game->snapshot);
    arena_free(game->arena);
    synthetic_down(&made);
}

int main(void)
{
    static struct game game;

    report_start();
    game.rng = rng_of(report_seed(1900));
    game.n = sized(100, 150, 1000);
    play_all(&game, walked, (uint32_t)sized(20000, 500000, 4200000), true);
    game.n = sized(100, 600, 5000);
    play_all(&game, by_kind, (uint32_t)sized(20000, 4200000, 4200000), false);
    return report_end();
}
