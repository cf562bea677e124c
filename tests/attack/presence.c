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

#include "node/evaluate/criterion.h"
#include "node/privacy/work.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"
#include "proto/query/shape.h"
#include "tests/attack/report.h"
#include "tests/attack/rng.h"
#include "tests/attack/stats.h"
#include "tests/unit/snapshot/synthetic.h"

#define PERSONS 4
#define CARRIED 3 /* of so many sites each person carries one */
#define GAMES_MAX 5000
#define AUC_BAND 0.05

static const char *const questions[2] = {
    "sex = other and variant(zygosity = hom and af >= 60%)",
    "sex = male and variant(zygosity = hom and af >= 60%)",
};

static void must(bool ok, const struct err *err)
{
    if (!ok)
        broken("T3", err->text);
}

/* ---- a genome -------------------------------------------------------------------------------- */

static void put_persons(struct synthetic *made, int64_t callset)
{
    struct assay assay = {.name = "wgs", .assembly = VARIANT_GRCH38, .whole_genome = true};
    int64_t assay_id;

    must(assay_put(made->store, &assay, &assay_id, &made->err), &made->err);
    for (uint32_t p = 0; p < PERSONS; p++) {
        struct person_facts facts = person_facts_none();
        int64_t entry = synthetic_entry(made, p, "sample", 1);

        facts.sex = p == 1 ? PERSON_MALE : PERSON_FEMALE;
        synthetic_facts(made, p, &facts);
        must(callset_add_sample(made->store, callset, entry, assay_id, &made->err), &made->err);
    }
}

static void put_sites(struct synthetic *made, int64_t callset, uint32_t n)
{
    struct calls *calls;

    must(calls_open(made->store, callset, &calls, &made->err), &made->err);
    for (uint32_t site = 0; site < n; site++) {
        uint64_t vid = synthetic_vid(site);

        must(calls_site(calls, vid, &made->err), &made->err);
        for (uint32_t p = 0; p < PERSONS; p++)
            if ((site + p) % CARRIED == 0)
                must(calls_add(calls, p, site % 2 ? CALL_HOM : CALL_HET, &made->err), &made->err);
        if (site % 8 == 0)
            must(note_put_af(made->store, vid, 700000000, &made->err), &made->err);
    }
    must(calls_close(calls, &made->err), &made->err);
}

static struct snapshot *genome(struct synthetic *made, uint32_t sites)
{
    struct callset callset = {.assembly = VARIANT_GRCH38, .has_af = true, .judges_sites = true};
    struct import_counts counts = {0};
    struct snapshot *snapshot;
    int64_t id;

    synthetic_up(made);
    (void)synthetic_begin(made, 1);
    must(callset_put(made->store, &callset, &id, &made->err), &made->err);
    put_persons(made, id);
    put_sites(made, id, sites);
    must(import_run_commit(made->store, &counts, &made->err), &made->err);
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
    double us[2][GAMES_MAX]; /* by whether somebody is of the sex */
};

static double play(struct game *game, int with)
{
    struct limits limits = {.deadline_ms = INT64_MAX};
    struct asked_of of = {.snapshot = game->snapshot,
                          .population = game->population,
                          .limits = &limits,
                          .fixed_work = game->fixed_work};
    int64_t began = clock_mono_us();
    struct criterion *criterion;
    struct kleene who;
    struct err err;

    must(criterion_new(&of, &game->ast[with], &criterion, &err), &err);
    for (size_t s = 0; s < snapshot_info(game->snapshot)->n_segments; s++)
        must(criterion_run(criterion, s, &who, &err), &err);
    criterion_free(criterion);
    return (double)(clock_mono_us() - began);
}

/* As many of each, in random order; the first is cold and not counted. */
static double auc(struct game *game)
{
    size_t n[2] = {0}, j = 0;
    double wins = 0;

    (void)play(game, 0);
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

static void t3(struct game *game, uint32_t sites)
{
    double allowed = band(game->n), area;
    int runs = 1;

    game->fixed_work = true;
    area = auc(game);
    if (fabs(area - 0.5) > allowed) {
        area = auc(game);
        runs = 2;
    }
    row("T3", fabs(area - 0.5) <= allowed, say("AUC %.3f", area), say("0.5 +- %.3f", allowed),
        say("nobody or one person is of the sex, beside a walk over %u sites: %.1f and %.1f "
            "ms; "
            "2 x %zu, run %d",
            sites, game->us[0][game->n / 2] / 1e3, game->us[1][game->n / 2] / 1e3, game->n, runs));
}

/* Against the price by classes of the true sizes, of which the keeper takes twice. */
static void t3_price(struct game *game, uint32_t sites)
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
    double most_ms = game->us[1][game->n - 1] / 1e3;

    row("T3", most_ms <= 2 * price_ms, say("%.1f ms", most_ms), say("<= %.1f ms", 2 * price_ms),
        say("the longest of %zu evaluations over %u sites, and the least that its slot may have",
            game->n, sites));
    row_figure("T3", say("%.0f ns", game->us[1][game->n / 2] * 1e3 / sites), "150 + 2 x 25 ns",
               "a site, p50, of two tests");
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

int main(void)
{
    static struct game game;
    struct synthetic made;
    uint32_t sites;
    struct err err;

    report_start();
    sites = (uint32_t)sized(20000, 4200000, 4200000);
    game.n = sized(100, 150, 1000);
    game.rng = rng_of(report_seed(1900));
    game.arena = arena_new((size_t)64 << 20);
    game.snapshot = genome(&made, sites);
    must(population_new(game.snapshot, &eligibility_everybody, game.arena, &game.population, &err),
         &err);
    for (int with = 0; with < 2; with++)
        must(parse_text(questions[with], game.arena, &game.ast[with], &err), &err);
    t3(&game, sites);
    t3_price(&game, sites);
    t3_control(&game);
    snapshot_close(game.snapshot);
    arena_free(game.arena);
    synthetic_down(&made);
    return report_end();
}
