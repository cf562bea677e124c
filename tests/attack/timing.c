/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T1, the part of the sampler: does its time tell the noise? And what things cost.
 *
 * As dudect (Reparaz, Balasch, Verbauwhede 2017): inputs of two classes in random order, small and
 * large |noise|, times in cycles, the slowest 5 % cut off as the machine's. Judged by the area
 * under the ROC curve, at most 0.51 either way (its standard error is 1 / sqrt(6 n): 0.0013 at
 * 10^5), and by the Kolmogorov-Smirnov distance at p > 1e-6; one repetition when a first run fails,
 * as another program may have had its moment. The control is a search that stops at its threshold.
 */
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include "node/privacy/mask.h"
#include "node/privacy/noise_table.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "tests/attack/door.h"
#include "tests/attack/report.h"
#include "tests/attack/rng.h"
#include "tests/attack/stats.h"

#define CALLS 8 /* of one measurement */
#define BATCH 200
#define KEPT 0.95
#define AUC_MAX 0.51

typedef int32_t sampler(const struct noise_table *table, uint64_t high, uint64_t low);

/* The control: as many steps as there are thresholds below. */
static int32_t early_exit(const struct noise_table *table, uint64_t high, uint64_t low)
{
    uint32_t i = 0;

    while (i < table->n && (table->threshold[i].high < high ||
                            (table->threshold[i].high == high && table->threshold[i].low <= low)))
        i++;
    return (int32_t)i - (int32_t)table->tail;
}

static uint64_t ticks(void)
{
#if defined(__x86_64__)
    unsigned core;

    return __rdtscp(&core);
#else
    return (uint64_t)clock_mono_us(); /* coarse: the test then has little power */
#endif
}

struct trace {
    double *time[2]; /* of each class */
    size_t n[2];
};

/* Class 0: |noise| below a fifth of sigma; class 1: beyond two sigma, above or below alike. */
static uint64_t input(struct rng *rng, unsigned class)
{
    double p = class == 0 ? 0.42 + 0.16 * rng_unit(rng) : 0.02275 * rng_unit(rng);
    uint64_t high = (uint64_t)ldexp(p, 64);

    return class == 1 && rng_below(rng, 2) ? UINT64_MAX - high : high;
}

/* Inputs of many measurements are made first, so that making them leaves no trace in the times. */
struct prepared {
    unsigned class;
    uint64_t high[CALLS];
    uint64_t low[CALLS];
};

static void prepare(struct prepared *prepared, struct rng *rng)
{
    for (int i = 0; i < BATCH; i++) {
        prepared[i].class = (unsigned)rng_below(rng, 2);
        for (int c = 0; c < CALLS; c++) {
            prepared[i].high[c] = input(rng, prepared[i].class);
            prepared[i].low[c] = rng_u64(rng);
        }
    }
}

static volatile int32_t sink; /* keeps the sampler from being left out */

static void measure(sampler *sample, const struct noise_table *table, struct rng *rng,
                    struct trace *trace, size_t n)
{
    static struct prepared prepared[BATCH];

    trace->n[0] = trace->n[1] = 0;
    while (trace->n[0] < n || trace->n[1] < n) {
        uint64_t took[BATCH];

        prepare(prepared, rng);
        for (int i = 0; i < BATCH; i++) {
            uint64_t start = ticks();

            for (int c = 0; c < CALLS; c++)
                sink = sample(table, prepared[i].high[c], prepared[i].low[c]);
            took[i] = ticks() - start;
        }
        for (int i = 1; i < BATCH; i++) { /* the first of a batch is cold */
            unsigned class = prepared[i].class;

            if (trace->n[class] < n)
                trace->time[class][trace->n[class]++] = (double)took[i];
        }
    }
}

struct verdict {
    double auc;
    double p;
    double t;
};

/* Both traces sorted: the area under the curve with ties halved, and the largest gap of the two
 * distribution functions. */
static void compare(const double *x, size_t nx, const double *y, size_t ny, struct verdict *verdict)
{
    double wins = 0, gap = 0, lambda, n = (double)nx * (double)ny / (double)(nx + ny);
    size_t i = 0, j = 0;

    while (i < nx || j < ny) {
        double at = j == ny || (i < nx && x[i] <= y[j]) ? x[i] : y[j], distance;
        size_t i0 = i, j0 = j;

        while (i < nx && x[i] == at)
            i++;
        while (j < ny && y[j] == at)
            j++;
        wins += (double)(j - j0) * ((double)i0 + (double)(i - i0) / 2);
        distance = fabs((double)i / (double)nx - (double)j / (double)ny);
        gap = distance > gap ? distance : gap;
    }
    verdict->auc = wins / (double)nx / (double)ny;
    lambda = (sqrt(n) + 0.12 + 0.11 / sqrt(n)) * gap; /* Stephens 1970 */
    verdict->p = 0;
    for (int k = 1; k <= 100; k++)
        verdict->p += (k % 2 ? 2 : -2) * exp(-2.0 * k * k * lambda * lambda);
    verdict->p = verdict->p > 1 || lambda < 0.2 ? 1 : verdict->p;
}

static void moments(const double *x, size_t n, double *mean, double *variance)
{
    double sum = 0, square = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i];
    *mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        square += (x[i] - *mean) * (x[i] - *mean);
    *variance = square / (double)(n - 1);
}

static struct verdict judge(struct trace *trace)
{
    double mean[2], variance[2], edge;
    struct verdict verdict;
    size_t kept[2];

    for (int c = 0; c < 2; c++)
        qsort(trace->time[c], trace->n[c], sizeof(double), compare_doubles);
    edge = trace->time[0][(size_t)(KEPT * (double)trace->n[0])]; /* one edge for both */
    if (trace->time[1][(size_t)(KEPT * (double)trace->n[1])] > edge)
        edge = trace->time[1][(size_t)(KEPT * (double)trace->n[1])];
    for (int c = 0; c < 2; c++) {
        kept[c] = trace->n[c];
        while (kept[c] > 2 && trace->time[c][kept[c] - 1] > edge)
            kept[c]--;
        moments(trace->time[c], kept[c], &mean[c], &variance[c]);
    }
    compare(trace->time[0], kept[0], trace->time[1], kept[1], &verdict);
    verdict.t = (mean[0] - mean[1]) /
                sqrt(variance[0] / (double)kept[0] + variance[1] / (double)kept[1] + 1e-12);
    return verdict;
}

static bool quiet(struct verdict verdict)
{
    return fabs(verdict.auc - 0.5) <= AUC_MAX - 0.5 && verdict.p > ALPHA;
}

static void t1(void)
{
    size_t n = sized(20000, 100000, 1000000);
    struct trace trace = {{calloc(n, sizeof(double)), calloc(n, sizeof(double))}, {0}};
    struct rng rng = rng_of(report_seed(1800));
    static const uint32_t sigmas[] = {5, 20};
    struct verdict verdict;

    if (!trace.time[0] || !trace.time[1])
        broken("times", "no memory");
    for (size_t i = 0; i < 2; i++) {
        const struct noise_table *table = noise_table_find(sigmas[i], 1);
        int runs = 1;

        measure(noise_table_sample, table, &rng, &trace, n);
        verdict = judge(&trace);
        if (!quiet(verdict)) {
            measure(noise_table_sample, table, &rng, &trace, n);
            verdict = judge(&trace);
            runs = 2;
        }
        row("T1", quiet(verdict), say("AUC %.4f, KS p %.2g", verdict.auc, verdict.p),
            "0.49..0.51, > 1e-06",
            say("time of the sampler, sigma %u, small against large noise; 2 x %zu; t %.1f; run %d",
                sigmas[i], n, verdict.t, runs));
    }
    measure(early_exit, noise_table_find(20, 1), &rng, &trace, n);
    verdict = judge(&trace);
    row("T1+", !quiet(verdict), say("AUC %.4f, KS p %.2g", verdict.auc, verdict.p), "not that",
        "control: a search that stops early tells the noise");
    free(trace.time[0]);
    free(trace.time[1]);
}

/* ---- costs ----------------------------------------------------------------------------------- */

static double cpu_ms(void)
{
    return (double)clock() * 1e3 / CLOCKS_PER_SEC; /* of this process, which has one thread */
}

/* Judged where the build is the one that ships. */
/* A cost is shown beside its target and never judged: a busy machine is no failure. */
static void cost(const char *id, const char *shown, double most, const char *what)
{
    row_figure(id, shown, most > 0 ? say("%g", most) : "-", what);
}

static void cost_of_noise(uint32_t sigma, double most)
{
    static const int64_t zero[2 * MEASURE_TABLE_MAX];
    static int64_t out[2 * MEASURE_TABLE_MAX];
    struct door door;
    double start, each;
    size_t n = sized(2, 40, 100);

    door_make(&door, MEASURE_BREAKDOWN, MEASURE_TABLE_MAX, sigma, 1820);
    door_ask(&door, zero, out); /* warm */
    start = cpu_ms();
    for (size_t i = 0; i < n; i++)
        door_ask(&door, zero, out);
    each = (cpu_ms() - start) * 1e6 / (double)n / (2 * MEASURE_TABLE_MAX);
    cost("F8", say("%.0f ns", each), most,
         say("CPU of one noise sample through the door, sigma %u", sigma));
    door_clear(&door);
}

#define PARTICIPANTS 21

/* One node's part among 21: key, secrets with 20 peers, masks. */
static void cost_of_masks(size_t cells, double most)
{
    struct mask *mask[PARTICIPANTS];
    struct mask_peer peer[PARTICIPANTS];
    struct mask_session session = {.self = "00", .peers = peer, .n_peers = PARTICIPANTS - 1};
    static char id[PARTICIPANTS][8];
    int64_t *vector = calloc(cells, sizeof(*vector));
    double start, spent = 0;
    size_t runs = cells > 10000 ? 3 : 10;
    struct err err;

    if (!vector)
        broken("masks", "no memory");
    for (size_t i = 1; i < PARTICIPANTS; i++) {
        snprintf(id[i], sizeof(id[i]), "%02zu", i);
        mask[i] = mask_new();
        if (!mask[i])
            broken("masks", "no memory");
        peer[i - 1] = (struct mask_peer){id[i], mask_public_key(mask[i])};
    }
    for (size_t i = 0; i < runs; i++) {
        start = cpu_ms();
        mask[0] = mask_new();
        if (!mask[0] || !mask_apply(mask[0], &session, vector, cells, &err))
            broken("masks", err.text);
        spent += cpu_ms() - start;
        mask_free(mask[0]);
    }
    cost("F7", say("%.2f ms, %zu B", spent / (double)runs, cells * 8), most,
         say("CPU and vector of one node among 21 for a masked sum of %zu cells", cells));
    for (size_t i = 1; i < PARTICIPANTS; i++)
        mask_free(mask[i]);
    free(vector);
}

int main(void)
{
    report_start();
    t1();
    cost_of_noise(5, 500);
    cost_of_noise(10, 0);
    cost_of_noise(20, 0);
    cost_of_noise(50, 0);
    cost_of_masks(1, 0);
    cost_of_masks(1000, 2);
    cost_of_masks(65536, 0);
    return report_end();
}
