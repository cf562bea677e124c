/* SPDX-License-Identifier: Apache-2.0 */
/*
 * U1: how far a national count over 21 regions is from the truth: rikstal in `sum` and in `regions`
 * by the real noise and the real merger, and models of other systems (peer.h), each as it ships.
 *
 * Persons fall on regions by population (approximate, 2024). The figure is the median of |error|
 * over the runs, and the bias. Ours must be what theory says: the sum of the noises has variance
 * v = 1.4 sigma^2 in `sum` (21 shares of sigma^2 / 15) and 21 sigma^2 in `regions`, so the median
 * is 0.6745 sqrt(v), with standard error 0.787 sqrt(v / runs) and half a person for being whole.
 * The models must come out at section 7 of reference privacy, within a tenth and two persons.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "node/privacy/mask.h"
#include "tests/attack/door.h"
#include "tests/attack/gauss.h"
#include "tests/attack/national.h"
#include "tests/attack/peer.h"
#include "tests/attack/report.h"
#include "tests/attack/rng.h"
#include "tests/attack/stats.h"

#define REGIONS NATIONAL_REGIONS
#define TOTALS 3
#define SIGMA 5

static const uint32_t thousands[REGIONS] = {2460, 405, 302, 474, 369, 204, 246, 61,  158, 1425, 346,
                                            1770, 284, 309, 281, 286, 285, 241, 133, 281, 248};
static const int64_t totals[TOTALS] = {10, 100, 1000};

/* The last two are not built: a node that cuts its figures below 5 or 10 (decision 002). */
enum ours { OURS_SUM, OURS_REGIONS, OURS_SUM_AT_SAMPLY, OURS_CUT_5, OURS_CUT_10, OURS };

struct line {
    const char *text;
    int system;            /* of enum ours, or OURS + enum peer_system */
    double median[TOTALS]; /* of section 7; ours: theory */
    double bias[TOTALS];
};

static const struct line lines[] = {
    {"rikstal `sum`, sigma 5", OURS_SUM, {4, 4, 4}, {0, 0, 0}},
    {"rikstal `regions`, sigma 5, added up", OURS_REGIONS, {16, 15, 15}, {0, 0, 0}},
    {"rikstal `sum` at Samply's rho (sigma 3.57, not offered)",
     OURS_SUM_AT_SAMPLY,
     {3, 3, 3},
     {0, 0, 0}},
    {"`regions` if nodes cut figures below 5", OURS_CUT_5, {22, 13, 15}, {23, 6, -1}},
    {"`regions` if nodes cut figures below 10", OURS_CUT_10, {10, 29, 17}, {-1, -28, -6}},
    {"SHRINE 1.14", OURS + PEER_SHRINE, {10, 48, 9}, {-10, -48, -9}},
    {"i2b2 default", OURS + PEER_I2B2, {10, 22, 4}, {-9, -22, 0}},
    {"Samply Focus default", OURS + PEER_SAMPLY, {60, 110, 20}, {56, 114, 4}},
    {"Samply, noise only", OURS + PEER_SAMPLY_RAW, {15.4, 15.9, 15.8}, {0, 0, 0}},
    {"Leaf, noise and mask 10", OURS + PEER_LEAF, {200, 132, 18}, {200, 132, 18}},
    {"FDPG +-5, < 5 is 0", OURS + PEER_FDPG, {6, 10, 10}, {6, -7, 0}},
    {"MedCo, Laplace 5", OURS + PEER_MEDCO, {20, 20, 21}, {0, 0, 0}},
    {"suppress < 5 per region", OURS + PEER_UNDER_5, {10, 31, 0}, {-10, -31, -1}},
};

struct bench {
    struct door door[REGIONS];
    struct peer peer;
    struct rng rng;
    struct national *national;
};

static void spread_persons(struct rng *rng, int64_t total, int64_t *count)
{
    uint64_t all = 0;

    memset(count, 0, REGIONS * sizeof(*count));
    for (int i = 0; i < REGIONS; i++)
        all += thousands[i];
    while (total-- > 0) {
        uint64_t at = rng_below(rng, all);
        int i = 0;

        while (at >= thousands[i])
            at -= thousands[i++];
        count[i]++;
    }
}

/* Each region's noised cell, then the total. */
static int64_t ours(struct bench *b, const int64_t *count, enum ours kind)
{
    int64_t sum = 0, noised[REGIONS];
    int64_t cut = kind == OURS_CUT_5 ? 5 : kind == OURS_CUT_10 ? 10 : INT64_MIN;
    uint32_t shares = 1;
    struct err err;

    if ((kind == OURS_SUM || kind == OURS_SUM_AT_SAMPLY) &&
        !mask_shares(REGIONS, 14, SIGMA, &shares, &err))
        broken("a sum", err.text);
    for (size_t i = 0; i < REGIONS; i++) {
        int64_t cells[2] = {count[i], 0}, out[2];

        if (kind == OURS_SUM_AT_SAMPLY) { /* 0.28^-2 = 12.755; shares below what a node offers */
            sum += count[i] + gauss_reject(&b->rng, 12755, 15000);
            continue;
        }
        b->door[i].draw.shares = shares;
        door_ask(&b->door[i], cells, out);
        noised[i] = out[0] < cut ? 0 : out[0];
        sum += out[0];
    }
    return kind != OURS_SUM && kind != OURS_SUM_AT_SAMPLY
               ? national_total(b->national, noised, SIGMA)
               : sum;
}

static int64_t theirs(struct bench *b, const int64_t *count, enum peer_system system)
{
    int64_t sum = 0;

    b->peer.system = system;
    for (size_t i = 0; i < REGIONS; i++) {
        struct peer_question question = {count[i], rng_u64(&b->rng)};

        b->peer.instance = rng_u64(&b->rng); /* each region has its own caches and seeds */
        sum += peer_answer(&b->peer, &question);
    }
    return sum;
}

struct outcome {
    double median;
    double bias;
};

static struct outcome measure(struct bench *b, int system, int64_t total, size_t runs)
{
    double *error = calloc(runs, sizeof(*error)), bias = 0;
    struct outcome outcome;

    if (!error)
        broken("a country", "no memory");
    for (size_t r = 0; r < runs; r++) {
        int64_t count[REGIONS], shown;

        spread_persons(&b->rng, total, count);
        shown = system < OURS ? ours(b, count, (enum ours)system)
                              : theirs(b, count, (enum peer_system)(system - OURS));
        error[r] = fabs((double)(shown - total));
        bias += (double)(shown - total) / (double)runs;
    }
    outcome = (struct outcome){median(error, runs), bias};
    free(error);
    return outcome;
}

static double variance_of(int system)
{
    return system == OURS_SUM       ? 1.4 * SIGMA * SIGMA
           : system == OURS_REGIONS ? 21.0 * SIGMA * SIGMA
                                    : 1.4 / (0.28 * 0.28);
}

static bool as_theory(int system, struct outcome outcome, size_t runs)
{
    double sd = sqrt(variance_of(system)), n = sqrt((double)runs);

    return fabs(outcome.median - 0.6745 * sd) <= 0.5 + Z_TWO_SIDED * 0.787 * sd / n &&
           fabs(outcome.bias) <= Z_TWO_SIDED * sd / n;
}

int main(void)
{
    static struct bench b;
    size_t runs;

    report_start();
    runs = sized(300, 3000, 3000);
    b.rng = rng_of(report_seed(1540));
    b.peer.rng = rng_of(report_seed(1541));
    b.national = national_new();
    for (size_t i = 0; i < REGIONS; i++)
        door_make(&b.door[i], MEASURE_COUNT, 1, SIGMA, 1500 + i);
    for (size_t l = 0; l < sizeof(lines) / sizeof(*lines); l++) {
        const struct line *line = &lines[l];
        struct outcome outcome[TOTALS];
        bool holds = true;

        for (int t = 0; t < TOTALS; t++) {
            double room = 2 + 0.1 * line->median[t] + (runs < 3000 ? 0.1 * line->median[t] : 0);

            outcome[t] = measure(&b, line->system, totals[t], runs);
            holds = holds &&
                    (line->system < OURS_CUT_5 ? as_theory(line->system, outcome[t], runs)
                                               : fabs(outcome[t].median - line->median[t]) <= room);
        }
        row("U1", holds,
            say("%.0f (%+.0f)  %.0f (%+.0f)  %.0f (%+.0f)", outcome[0].median, outcome[0].bias,
                outcome[1].median, outcome[1].bias, outcome[2].median, outcome[2].bias),
            say("%.0f  %.0f  %.0f", line->median[0], line->median[1], line->median[2]),
            say("%s: median error (bias) at 10, 100, 1000; %zu runs", line->text, runs));
    }
    for (size_t i = 0; i < REGIONS; i++)
        door_clear(&b.door[i]);
    national_free(b.national);
    return report_end();
}
