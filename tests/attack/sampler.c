/* SPDX-License-Identifier: Apache-2.0 */
/*
 * S1 to S4: the noise is the discrete Gaussian it is said to be, and a sum of shares is one too.
 *
 * Probabilities and oracle are gauss.h's, which knows nothing of the tables. The control of each
 * test is the same judgement over noise that is a little wrong.
 */
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/privacy/mask.h"
#include "node/privacy/noise_table.h"
#include "proto/base/bytes.h"
#include "proto/query/price.h"
#include "tests/attack/door.h"
#include "tests/attack/gauss.h"
#include "tests/attack/libprio.h"
#include "tests/attack/report.h"
#include "tests/attack/stats.h"

#define BATCH_PARTS 4000 /* the largest table: 8,000 cells a release */
#define SPAN 14000       /* every sample lies within: the widest table ends there */

struct draws {
    uint64_t count[2 * SPAN + 1];
    uint64_t n;
    double square;
};

static void took(struct draws *draws, int64_t x)
{
    if (x < -SPAN || x > SPAN)
        broken("a sample", "beyond every table");
    draws->count[x + SPAN]++;
    draws->n++;
    draws->square += (double)x * (double)x;
}

static void draw_real(struct draws *draws, const struct noise_table *table, size_t n, uint64_t seed)
{
    static const int64_t zero[2 * BATCH_PARTS];
    static int64_t out[2 * BATCH_PARTS];
    struct door door;

    *draws = (struct draws){0};
    door_make(&door, MEASURE_BREAKDOWN, BATCH_PARTS, table->sigma, seed);
    door.draw.shares = table->shares;
    while (draws->n < n) {
        door_ask(&door, zero, out);
        for (size_t i = 0; i < 2 * BATCH_PARTS && draws->n < n; i++)
            took(draws, out[i]);
    }
    door_clear(&door);
}

static void draw_oracle(struct draws *draws, uint32_t num, uint32_t den, size_t n, uint64_t seed)
{
    struct rng rng = rng_of(report_seed(seed));

    *draws = (struct draws){0};
    while (draws->n < n)
        took(draws, gauss_reject(&rng, num, den));
}

/* p of the fit, and how far the variance is off in units of what is allowed, z sqrt(2 / N). */
static double judge(const struct draws *draws, uint32_t num, uint32_t den, double *off)
{
    static double probability[2 * SPAN + 1];
    double variance = 0, z, allowed = Z_TWO_SIDED * sqrt(2.0 / (double)draws->n);
    struct gauss gauss;

    gauss_make(&gauss, num, den);
    for (int k = -SPAN; k <= SPAN; k++) {
        probability[k + SPAN] = (double)gauss_p(&gauss, k);
        variance += (double)k * k * probability[k + SPAN];
    }
    gauss_clear(&gauss);
    *off = fabs(draws->square / (double)draws->n / variance - 1) / allowed;
    return goodness_p(draws->count, probability, 2 * SPAN + 1, draws->n, &z);
}

static void s1(void)
{
    static struct draws draws;
    size_t n = sized(20000, 200000, 5000000);
    /* in ppm of sigma: three times what the variance test can see at this n */
    double error = 3 * Z_TWO_SIDED * sqrt(2.0 / (double)n) / 2;
    double p = 1, off = 0, control_off, worst;

    for (size_t i = 0; i < noise_tables_count; i++) {
        const struct noise_table *table = &noise_tables[i];
        double one, p_one;

        draw_real(&draws, table, n, 100 + i);
        p_one = judge(&draws, table->sigma * table->sigma, table->shares, &one);
        p = p_one < p ? p_one : p;
        off = one > off ? one : off;
    }
    row("S1", p > ALPHA, say("p %.2g", p), "> 1e-06",
        say("sampler chi-square, %zu tables of %zu draws, the worst", noise_tables_count, n));
    row("S1", off <= 1, say("%.2f", off), "<= 1",
        say("sampler variance, the worst, in units of %.2g = 4.89 sqrt(2/N)",
            Z_TWO_SIDED * sqrt(2.0 / (double)n)));
    worst = (1 + error) * (1 + error) * 25 * 1000;
    draw_oracle(&draws, (uint32_t)worst, 1000, n, 190);
    judge(&draws, 25, 1, &control_off);
    row("S1+", control_off > 1, say("%.2f", control_off), "> 1",
        say("control: sigma wrong by %.2g %% is seen by the variance", error * 100));
}

static void s2(void)
{
    static const struct {
        uint32_t sigma, shares;
    } cases[] = {{5, 1}, {5, 15}, {5, 16}, {10, 1}, {10, 11}, {20, 1}, {20, 3}, {50, 1}};
    static struct draws real, oracle;
    size_t n = sized(10000, 200000, 5000000);
    double p = 1, control;
    uint32_t wrong;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        uint32_t sigma = cases[i].sigma, shares = cases[i].shares;
        double one;

        draw_real(&real, noise_table_find(sigma, shares), n, 200 + i);
        draw_oracle(&oracle, sigma * sigma, shares, n, 220 + i);
        one = same_p(real.count, oracle.count, 2 * SPAN + 1);
        p = one < p ? one : p;
    }
    row("S2", p > ALPHA, say("p %.2g", p), "> 1e-06",
        say("tables against rejection sampling (CKS20), %zu pairs of %zu draws",
            sizeof(cases) / sizeof(*cases), n));
    draw_real(&real, noise_table_find(5, 1), n, 240);
    wrong = (uint32_t)sized(120, 105, 101);
    draw_oracle(&oracle, 25 * wrong * wrong, 10000, n, 241);
    control = same_p(real.count, oracle.count, 2 * SPAN + 1);
    row("S2+", control <= ALPHA, say("p %.2g", control), "<= 1e-06",
        say("control: an oracle whose sigma is %u %% larger is told apart", wrong - 100));
}

/* Sum of squares over variance, as a two-sided p of a chi-square; and the largest distance of the
 * published samples from the exact law, in units of what Dvoretzky, Kiefer, Wolfowitz and Massart
 * allow. */
static double published(const struct libprio *set, uint32_t num, uint32_t den, double *off)
{
    double allowed = sqrt(log(2 / ALPHA) / (2.0 * LIBPRIO_SAMPLES)), below = 0, squares = 0, p;
    struct gauss gauss;

    *off = 0;
    gauss_make(&gauss, num, den);
    for (int k = -gauss.reach; k <= gauss.reach; k++) {
        double n = 0, gap;

        for (size_t i = 0; i < LIBPRIO_SAMPLES; i++)
            n += set->sample[i] <= k;
        below += (double)gauss_p(&gauss, k);
        gap = fabs(n / LIBPRIO_SAMPLES - below) / allowed;
        *off = gap > *off ? gap : *off;
    }
    for (size_t i = 0; i < LIBPRIO_SAMPLES; i++)
        squares += (double)set->sample[i] * set->sample[i] * den / num;
    gauss_clear(&gauss);
    p = chi_square_p(squares, LIBPRIO_SAMPLES);
    return 2 * (p < 0.5 ? p : 1 - p);
}

/* The same distance between the published samples and draws of our own oracle. */
static double published_from(const struct libprio *set, const struct draws *draws)
{
    double allowed = sqrt(log(4 / ALPHA) / (2.0 * LIBPRIO_SAMPLES)) +
                     sqrt(log(4 / ALPHA) / (2.0 * (double)draws->n));
    double off = 0, ours = 0;

    for (int k = -SPAN; k <= SPAN; k++) {
        double n = 0, gap;

        for (size_t i = 0; i < LIBPRIO_SAMPLES; i++)
            n += set->sample[i] <= k;
        ours += (double)draws->count[k + SPAN];
        gap = fabs(n / LIBPRIO_SAMPLES - ours / (double)draws->n) / allowed;
        off = gap > off ? gap : off;
    }
    return off;
}

/*
 * The oracle of S2 and the exact law of S1 against what the reference implementation of CKS20 has
 * drawn, at the sigmas of its published samples, which are on nobody's menu.
 */
static void s2_published(void)
{
    size_t n = sized(10000, 200000, 1000000);
    double p = 1, off = 0, from = 0, fit = 1, wrong_p = 0, one;
    static struct draws draws;

    for (size_t i = 0; i < LIBPRIO_SIGMAS; i++) {
        uint32_t variance = libprio[i].sigma * libprio[i].sigma;

        p = fmin(p, published(&libprio[i], variance, 1, &one));
        off = fmax(off, one);
        draw_oracle(&draws, variance, 1, n, 250 + i);
        fit = fmin(fit, judge(&draws, variance, 1, &one));
        from = fmax(from, fmax(one, published_from(&libprio[i], &draws)));
        wrong_p = fmax(wrong_p, published(&libprio[i], 4 * variance, 1, &one));
        wrong_p = fmax(wrong_p, published(&libprio[i], variance, 4, &one));
    }
    row("S2", p > ALPHA && off <= 1, say("p %.2g, %.2f", p, off), "> 1e-06, <= 1",
        say("libprio-rs's published samples against the exact law: sum of squares, largest "
            "distance; sigma 3, 9, 100, %d each",
            LIBPRIO_SAMPLES));
    row("S2", fit > ALPHA && from <= 1, say("p %.2g, %.2f", fit, from), "> 1e-06, <= 1",
        say("our oracle at these sigmas against the law (chi-square, variance) and against those "
            "samples (distance); %zu draws each",
            n));
    row("S2+", wrong_p <= ALPHA, say("p %.2g", wrong_p), "<= 1e-06",
        "control: the published samples do not pass for a sigma of half or twice as much");
}

/* Rising, symmetric, and how far from the sum of the exact probabilities. */
static bool table_holds(const struct noise_table *table, long double *worst)
{
    struct gauss gauss;
    long double below = 0;
    bool holds = table->n == 2 * table->tail;

    gauss_make(&gauss, table->sigma * table->sigma, table->shares);
    for (int64_t k = -gauss.reach; k < -(int64_t)table->tail; k++)
        below += gauss_p(&gauss, k);
    for (uint32_t i = 0; holds && i < table->n; i++) {
        const struct threshold *t = &table->threshold[i];
        const struct threshold *mirror = &table->threshold[table->n - 1 - i];
        uint64_t low = t->low + mirror->low, high = t->high + mirror->high + (low < t->low);
        long double value = (long double)t->high * 0x1p-64L + (long double)t->low * 0x1p-128L;

        /* F(k) + F(-k-1) = 1, to one unit of 2^-128 */
        holds = (low == 0 && high == 0) || (low == UINT64_MAX && high == UINT64_MAX);
        if (i)
            holds =
                holds && (t->high > t[-1].high || (t->high == t[-1].high && t->low >= t[-1].low));
        below += gauss_p(&gauss, (int64_t)i - table->tail);
        if (fabsl(value - below) > *worst)
            *worst = fabsl(value - below);
    }
    gauss_clear(&gauss);
    return holds;
}

static void s3(void)
{
    long double worst = 0;
    size_t held = 0;

    for (size_t i = 0; i < noise_tables_count; i++)
        held += table_holds(&noise_tables[i], &worst);
    row("S3", held == noise_tables_count && noise_tables_count > 0,
        say("%zu of %zu", held, noise_tables_count), "all",
        "tables: rising, below 2^128, symmetric to one unit");
    row("S3", worst < 1e-17L, say("%.2Lg", worst), "< 1e-17",
        "tables: distribution function against long double, largest gap");
}

/* The k-fold convolution of one share, on -reach..reach. */
static void convolve(const long double *a, const long double *b, long double *out, int reach)
{
    for (int s = -reach; s <= reach; s++) {
        int from = s - reach > -reach ? s - reach : -reach;
        int to = s + reach < reach ? s + reach : reach;
        long double sum = 0;

        for (int k = from; k <= to; k++)
            sum += a[k + reach] * b[s - k + reach];
        out[s + reach] = sum;
    }
}

static void power(const struct gauss *one, uint32_t k, long double *out, int reach)
{
    size_t n = 2 * (size_t)reach + 1;
    long double *base = malloc(n * sizeof(*base)), *next = malloc(n * sizeof(*next));
    bool begun = false;

    if (!base || !next)
        broken("a convolution", "out of memory");
    for (int i = -reach; i <= reach; i++)
        base[i + reach] = gauss_p(one, i);
    for (; k; k >>= 1) {
        if (k & 1 && begun) {
            convolve(out, base, next, reach);
            memcpy(out, next, n * sizeof(*out));
        } else if (k & 1) {
            memcpy(out, base, n * sizeof(*out));
            begun = true;
        }
        if (k > 1) {
            convolve(base, base, next, reach);
            memcpy(base, next, n * sizeof(*base));
        }
    }
    free(base);
    free(next);
}

/*
 * max over alpha of D_alpha(S || S + 1) / (alpha rho), rho = 1 / (2 v), where S is the sum of k
 * draws of variance num / den each and v = k num / den: 1 for a discrete Gaussian (CKS20, theorem
 * 4), and how much more is spent where the sum is none.
 */
static double excess(uint32_t num, uint32_t den, uint32_t k)
{
    static const double alphas[] = {1.25, 1.5, 2, 3, 4, 8, 16, 32};
    long double variance = (long double)k * num / den, most = 0;
    int reach = (int)(13 * sqrtl(variance)) + 34;
    long double *p = malloc((2 * (size_t)reach + 1) * sizeof(*p));
    struct gauss one;

    if (!p)
        broken("a convolution", "out of memory");
    gauss_make(&one, num, den);
    power(&one, k, p, reach);
    for (size_t a = 0; a < sizeof(alphas) / sizeof(*alphas); a++) {
        long double alpha = alphas[a], sum = 0, divergence;

        for (int s = -reach + 1; s <= reach; s++)
            if (p[s + reach] > 0 && p[s - 1 + reach] > 0)
                sum += p[s + reach] *
                       expl((alpha - 1) * (logl(p[s + reach]) - logl(p[s - 1 + reach])));
        divergence = logl(sum) / (alpha - 1);
        if (divergence * 2 * variance / alpha > most)
            most = divergence * 2 * variance / alpha;
    }
    gauss_clear(&one);
    free(p);
    return (double)most;
}

/* Too little variance, or no table: either stops the sum before its charge
 * (node/keeper/masked_sum.c). */
static bool too_many_refused(void)
{
    bool refused = true;
    uint32_t shares;
    struct err err;

    for (uint32_t m = 24; m <= 64; m++)
        for (size_t i = 0; i < PRICE_SIGMAS; i++)
            refused = refused && (!mask_shares(m, 3, price_sigma_menu[i], &shares, &err) ||
                                  !noise_table_find(price_sigma_menu[i], shares));
    return refused;
}

static void s4(void)
{
    uint32_t sums = 0, refused = 0;
    double most = 0, small, control;
    struct err err;

    for (size_t i = 0; i < sized(1, PRICE_SIGMAS, PRICE_SIGMAS); i++) {
        uint32_t before = 0;

        for (uint32_t m = 3; m <= 23; m++) {
            uint32_t sigma = price_sigma_menu[i], shares;

            if (!mask_shares(m, 3, sigma, &shares, &err)) {
                refused++;
                continue;
            }
            sums++;
            if (shares == before)
                continue; /* the same convolution */
            before = shares;
            double one = excess(sigma * sigma, shares, shares);

            most = one > most ? one : most;
        }
    }
    row("S4", most <= 1 + 1e-9 && sums > 0 && refused == 0, say("1 %+.1e", most - 1), "<= 1 + 1e-9",
        say("sums of shares, m = 3..23, %u of (m, sigma): Renyi divergence / (alpha rho)", sums));
    small = excess(60, 100, 15);
    control = excess(27, 100, 15);
    row("S4+", small > 1 + 1e-9 && control > 1.05, say("1 %+.1e, 1 %+.2f", small - 1, control - 1),
        "> 1 + 1e-9, > 1.05", "control: shares of variance 0.60 and 0.27 are seen to be too small");
    row("S4+",
        !mask_shares(24, 3, 5, &(uint32_t){0}, &err) && mask_shares(23, 3, 5, &(uint32_t){0}, &err),
        "m = 24 refused", "share >= 1.5",
        "a share's variance below 1.5 is refused by the real rule");
    row("S4", too_many_refused(), "all refused", "all", "sums of 24 to 64 nodes, at every sigma");
}

/* The harness's own statistics, against published values. */
static void statistics(void)
{
    bool right = fabs(chi_square_p(18.307, 10) - 0.05) < 1e-5 &&
                 fabs(chi_square_p(124.342, 100) - 0.05) < 1e-5 &&
                 fabs(normal_cdf(1.959964) - 0.975) < 1e-7 &&
                 fabs(share_at_least(5, 10, 0.025) - 0.18708603) < 1e-7 &&
                 fabs(share_at_most(5, 10, 0.025) - 0.81291397) < 1e-7 &&
                 fabs(accuracy_bound(0.5) - 0.6914625) < 1e-6 &&
                 fabs(tpr_bound(0.05, 0.5) - 0.2595113) < 1e-6;

    row("H0", right, right ? "equal" : "different", "equal",
        "the harness's own chi-square, normal and Clopper-Pearson against published values");
}

int main(void)
{
    report_start();
    statistics();
    s1();
    s2();
    s2_published();
    s3();
    s4();
    return report_end();
}
