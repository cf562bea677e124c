/* SPDX-License-Identifier: Apache-2.0 */
/*
 * X1: the OR-sketch for distinct persons across regions is as exact as its specification says, and
 * is broken by one node that has a receipt: why mode `distinct` is not built (node/privacy/
 * distinct.md). First the sketch as it was meant (or_sketch.h), then the attack, then the same
 * attacker against mode sum, then what a sketch with noise on every bin can tell, and last what
 * would be sound (shared_or.h), and its cost.
 *
 * The bound of a guess is Phi(sqrt(2 rho) / 2) at the price of one count (reference: privacy,
 * section 3.1); a test of n games allows 4.75 sqrt(p q / n) more.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/base/random.h"
#include "tests/attack/or_sketch.h"
#include "tests/attack/report.h"
#include "tests/attack/shared_or.h"
#include "tests/attack/stats.h"

#define RHO 0.02   /* of one count at sigma 5 */
#define NAIVE 0.05 /* what a sum of regions counts too much of n persons, every twentieth twice */
#define SUM_VARIANCE (SKETCH_SIGMA * SKETCH_SIGMA * (double)SKETCH_REGIONS / SKETCH_SHARES)
#define PEOPLE_MAX 10000

static struct sketch_person people[PEOPLE_MAX];

/* ---- as it was meant ------------------------------------------------------------------------- */

/* Linear counting's own error (Whang, Vander-Zanden, Taylor 1990) and the noise, widened by it. */
static double expected_rmse(double n)
{
    double load = n / SKETCH_BINS;

    return sqrt(SKETCH_BINS * (exp(load) - load - 1) + exp(2 * load) * SUM_VARIANCE);
}

static double sketch_rmse(size_t n, size_t runs, double *naive)
{
    struct rng rng = rng_of(report_seed(2000 + n));
    struct sketch *sketch = sketch_new(2010 + n);
    double square = 0, naive_square = 0;

    for (size_t run = 0; run < runs; run++) {
        double records = (double)(n + n / 20);

        sketch_people(&rng, people, n);
        sketch_ask(sketch, people, n);
        square += pow(sketch_estimate(sketch_count(sketch)) - (double)n, 2);
        for (int r = 0; r < SKETCH_REGIONS; r++)
            records += (double)door_count(&sketch->door, 0);
        naive_square += pow(records - (double)n, 2);
    }
    sketch_free(sketch);
    *naive = sqrt(naive_square / (double)runs);
    return sqrt(square / (double)runs);
}

static void exactness(void)
{
    static const size_t totals[] = {100, 1000, 10000};
    static const double stated[] = {5.8, 7, 29}; /* sections 4.10 and 7 (F14) */
    const size_t runs[] = {sized(300, 3000, 20000), sized(300, 5000, 40000), sized(20, 400, 5000)};

    for (int i = 0; i < 3; i++) {
        double naive, rmse = sketch_rmse(totals[i], runs[i], &naive);
        double theory = expected_rmse((double)totals[i]);
        double bound = theory * (1 + Z_ONE_SIDED / sqrt(2.0 * (double)runs[i]));

        row("X1", rmse <= bound, say("%.2f", rmse), say("<= %.2f + %.2f", theory, bound - theory),
            say("OR-sketch: RMSE at n = %zu, 5 %% twice; stated %.1f, a sum of regions %.1f; %zu",
                totals[i], stated[i], naive, runs[i]));
    }
}

/* p that cells of one node and cells of several have the same, uniform bytes. */
static double hidden_p(bool plain, size_t request)
{
    static uint64_t bytes[2][256];
    static double uniform[256];
    struct rng rng = rng_of(report_seed(2050));
    struct sketch *sketch = sketch_new(2051);
    uint64_t total = 0;
    double z, p, same;

    memset(bytes, 0, sizeof(bytes));
    sketch->plain = plain;
    for (size_t i = 0; i < request; i++) {
        sketch_people(&rng, people, PEOPLE_MAX);
        sketch_ask(sketch, people, PEOPLE_MAX);
        for (uint32_t c = 0; c < SKETCH_CELLS; c++)
            for (int b = 0; sketch->members[c] && b < 8; b++)
                bytes[sketch->members[c] > 1][sketch->cell[c] >> 8 * b & 255]++;
    }
    same = same_p(bytes[0], bytes[1], 256);
    for (int i = 0; i < 256; i++) {
        uniform[i] = 1.0 / 256;
        bytes[0][i] += bytes[1][i];
        total += bytes[0][i];
    }
    p = goodness_p(bytes[0], uniform, 256, total, &z);
    sketch_free(sketch);
    return p < same ? p : same;
}

static void multiplicity(void)
{
    double p = hidden_p(false, sized(2, 30, 300)), control = hidden_p(true, 1);
    struct rng rng = rng_of(report_seed(2060));
    struct sketch *sketch = sketch_new(2061);
    size_t different;

    row("X1", p > ALPHA, say("p %.2g", p), "> 1e-06",
        "OR-sketch: cells of one region and of several are alike uniform");
    row("X1+", control <= ALPHA, say("p %.2g", control), "<= 1e-06",
        "control: a sketch of ones instead of random bits shows how many regions");
    sketch_people(&rng, people, 1000);
    different = sketch_masked(sketch, people, 1000);
    row("X1", different == 0, say("%zu", different), "0",
        say("OR-sketch under the real masks of 21 regions: cells of the sum that differ, of %u",
            SKETCH_CELLS));
    sketch_free(sketch);
}

/* ---- the attack ------------------------------------------------------------------------------ */

/*
 * Is this one person in the cohort of a region that is not the attacker's? Each game tosses a coin
 * for that, and asks once.
 */
enum attacker {
    ANALYST, /* knows the others, and has the receipt */
    NODE,    /* knows nobody, has the receipt and K_q, and the pseudonym, of its own patient */
    STRANGER /* knows the others and K_q; the person was never its patient */
};

static bool guess(const struct sketch *sketch, enum attacker attacker, size_t n)
{
    if (attacker == NODE)
        return sketch->cell[sketch_place(sketch, people[n].pseudonym)] != 0;
    if (attacker == STRANGER)
        return sketch_count_data(sketch) > n;
    return sketch_estimate(sketch_count(sketch)) > (double)n + 0.5;
}

static double play(enum attacker attacker, size_t n, size_t games)
{
    struct rng rng = rng_of(report_seed(2100 + attacker));
    struct sketch *sketch = sketch_new(2110 + attacker);
    size_t right = 0;

    sketch_people(&rng, people, n + 1); /* the last one is the target */
    for (size_t g = 0; g < games; g++) {
        bool bit = rng_below(&rng, 2);

        sketch_ask(sketch, people, n + bit);
        right += guess(sketch, attacker, n) == bit;
    }
    sketch_free(sketch);
    return (double)right / (double)games;
}

/* The same node against a sum of 21: it knows the others, and takes its own share off. */
static double play_sum(size_t n, size_t games)
{
    struct rng rng = rng_of(report_seed(2120));
    struct door door;
    size_t right = 0;

    door_make(&door, MEASURE_COUNT, 1, SKETCH_SIGMA, 2121);
    door.draw.shares = SKETCH_SHARES;
    for (size_t g = 0; g < games; g++) {
        bool bit = rng_below(&rng, 2);
        int64_t sum = (int64_t)n + bit;

        for (int r = 1; r < SKETCH_REGIONS; r++)
            sum += door_count(&door, 0);
        right += ((double)sum > (double)n + 0.5) == bit;
    }
    door_clear(&door);
    return (double)right / (double)games;
}

static void attacks(void)
{
    size_t games = sized(200, 2000, 20000), many = sized(2000, 20000, 1000000);
    size_t more = 2 * games;
    double bound = accuracy_bound(RHO);
    double margin = Z_ONE_SIDED * sqrt(bound * (1 - bound) / (double)games);
    double finer = Z_ONE_SIDED * sqrt(bound * (1 - bound) / (double)more);
    double finest = Z_ONE_SIDED * sqrt(bound * (1 - bound) / (double)many);
    double analyst = play(ANALYST, 100, more), node = play(NODE, 1000, games);
    double stranger = play(STRANGER, 100, games), sum = play_sum(1000, many);

    row("X1", analyst <= bound + finer, say("%.3f", analyst), say("<= %.3f + %.3f", bound, finer),
        say("OR-sketch: an analyst without K_q who knows all others; %zu games", more));
    row("X1+", node > bound + margin, say("%.3f", node), say("> %.3f + %.3f", bound, margin),
        say("control: one node and one receipt break it: a patient of its own, in another region's "
            "1,000; %zu",
            games));
    row("X1+", stranger > bound + margin, say("%.3f", stranger),
        say("> %.3f + %.3f", bound, margin),
        say("control: K_q and a receipt break it: anybody, the other 100 known; %zu", games));
    row("X1", sum <= bound + finest, say("%.3f", sum), say("<= %.3f + %.3f", bound, finest),
        say("that node against mode sum, at the same price; %zu games", many));
}

/* ---- noise on every bin ---------------------------------------------------------------------- */

/*
 * The best that is linear: persons add their records with a sign of their own to one of B bins, an
 * ordinary breakdown with sensitivity 1, and sum C^2 estimates F2 (Alon, Matias, Szegedy 1996;
 * Charikar, Chen, Farach-Colton 2002). As records are 1 or 2 a person, (3 records - F2) / 2 persons
 * are distinct. Var F2 = 2 F2^2 / B + 4 v F2 + 2 B v^2 is least at B = F2 / v, v the variance of a
 * bin's noise; the records themselves are given exactly and for nothing.
 */
struct bins {
    struct door door;
    int64_t truth[2 * MEASURE_TABLE_MAX];
    int64_t out[2 * MEASURE_TABLE_MAX];
    int64_t sum[2 * MEASURE_TABLE_MAX];
};

static double one_linear(struct bins *bins, struct rng *rng, size_t n)
{
    static const int64_t zero[2 * MEASURE_TABLE_MAX];
    size_t parts = bins->door.measure.n_cells / 2;
    double f2 = 0;

    memset(bins->truth, 0, sizeof(bins->truth));
    memset(bins->sum, 0, sizeof(bins->sum));
    for (size_t i = 0; i < n; i++) {
        int64_t records = i % 20 == 0 ? 2 : 1;

        bins->truth[2 * rng_below(rng, parts)] += rng_below(rng, 2) ? records : -records;
    }
    for (int r = 0; r < SKETCH_REGIONS; r++) {
        door_ask(&bins->door, r ? zero : bins->truth, bins->out);
        for (size_t b = 0; b < parts; b++)
            bins->sum[2 * b] += bins->out[2 * b];
    }
    for (size_t b = 0; b < parts; b++)
        f2 += (double)bins->sum[2 * b] * (double)bins->sum[2 * b] - SUM_VARIANCE;
    return (3 * (double)(n + n / 20) - f2) / 2;
}

static double linear_rmse(size_t n, size_t runs, uint32_t *parts)
{
    struct rng rng = rng_of(report_seed(2200 + n));
    struct bins *bins = calloc(1, sizeof(*bins));
    double square = 0, f2 = (double)n * (1 + 3 * NAIVE);

    *parts = (uint32_t)(f2 / SUM_VARIANCE + 0.5);
    if (!bins || *parts > MEASURE_TABLE_MAX)
        broken("a linear sketch", "no memory, or too many bins");
    door_make(&bins->door, MEASURE_BREAKDOWN, *parts, SKETCH_SIGMA, 2210 + n);
    bins->door.draw.shares = SKETCH_SHARES;
    for (size_t run = 0; run < runs; run++)
        square += pow(one_linear(bins, &rng, n) - (double)n, 2);
    door_clear(&bins->door);
    free(bins);
    return sqrt(square / (double)runs);
}

static void linear(void)
{
    static const size_t totals[] = {1000, 10000, 100000};
    const size_t runs[] = {sized(100, 1000, 10000), sized(60, 200, 2000), sized(4, 40, 400)};

    for (int i = 0; i < 3; i++) {
        double naive = NAIVE * (double)totals[i];
        uint32_t parts;
        double rmse = linear_rmse(totals[i], runs[i], &parts);
        const char *figure = say("%.0f", rmse), *bound = say("> %.0f", naive);
        const char *text = say("a sketch with noise on all of %u bins: RMSE at n = %zu, beside a "
                               "sum of regions; %zu runs",
                               parts, totals[i], runs[i]);

        if (totals[i] < 30000)
            row("X1+", rmse > naive, figure, bound, text);
        else
            row_figure("X1", figure, say("(%.0f)", naive), text);
    }
}

/* ---- no bin opened at all -------------------------------------------------------------------- */

#define SHARED_BINS_MAX 65536

static double cpu_ms(void)
{
    return (double)clock() * 1e3 / CLOCKS_PER_SEC; /* of this process, which has one thread */
}

/* Bins of which about one in four has somebody; how many have. */
static int64_t some_bins(struct rng *rng, uint32_t *bits, size_t bins)
{
    int64_t filled = 0;

    for (size_t b = 0; b < bins; b++) {
        bits[b] = rng_below(rng, 4) ? 0 : (uint32_t)rng_below(rng, 1u << SHARED_NODES);
        filled += bits[b] != 0;
    }
    return filled;
}

static void lies(struct shared *shared, const uint32_t *bits, const int64_t *noise)
{
    size_t games = sized(20, 200, 2000), noticed = 0;
    int64_t opened;

    for (size_t g = 0; g < games; g++) {
        shared->lie = g % 2 ? SHARED_NO_BIT : SHARED_BENT_SHARE;
        shared->liars = 1 + (uint32_t)(g / 2 % SHARED_THRESHOLD);
        noticed += !shared_count(shared, bits, 16, noise, &opened);
    }
    row("X1", noticed == games, say("%zu of %zu", noticed, games), "all",
        "the same with 1 to 6 of 21 nodes that bend their shares, or put a million in a bin: "
        "noticed before the figure is opened");
}

static void shared_bins(void)
{
    static uint32_t bits[SHARED_BINS_MAX];
    size_t bins = sized(256, 8192, SHARED_BINS_MAX);
    double scale = (double)SHARED_BINS_MAX / (double)bins / SHARED_NODES, ms;
    struct shared shared = {.rng = rng_of(report_seed(2300))};
    int64_t filled = some_bins(&shared.rng, bits, bins), opened, total = 0;
    int64_t noise[SHARED_NODES];
    struct door door;
    bool right;

    door_make(&door, MEASURE_COUNT, 1, SKETCH_SIGMA, 2310);
    door.draw.shares = SKETCH_SHARES;
    for (int i = 0; i < SHARED_NODES; i++)
        total += noise[i] = door_count(&door, 0);
    door_clear(&door);
    ms = cpu_ms();
    right = shared_count(&shared, bits, bins, noise, &opened) && opened == filled + total;
    ms = cpu_ms() - ms;
    row("X1", right, say("%lld", (long long)opened), say("%lld", (long long)(filled + total)),
        say("bins in shares of 21 nodes, none of them opened: filled bins plus noise, of %zu",
            bins));
    row_figure("X1", say("%.0f ms, %.0f MB", ms * scale, (double)shared.sent * 8e-6 * scale), "-",
               say("CPU and bytes of one node for that at 65536 bins (%llu multiplications a bin)",
                   (unsigned long long)(shared.multiplications / bins)));
    lies(&shared, bits, noise);
}

int main(void)
{
    report_start();
    random_seed(report_seed(2090)); /* keys of the masks, so that a failure replays */
    exactness();
    multiplicity();
    attacks();
    linear();
    shared_bins();
    random_unseed();
    return report_end();
}
