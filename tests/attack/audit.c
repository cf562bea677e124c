/* SPDX-License-Identifier: Apache-2.0 */
/*
 * D1 and D2: is what leaves the noise door as private as its price says?
 *
 * Two neighbours D and D' differ in one person, who is in the matched or in the undetermined cell.
 * For an event S fixed beforehand, (epsilon, delta)-DP demands P(S) - e^epsilon Q(S) <= delta, and
 * the exact curve delta(epsilon) of a discrete Gaussian with sensitivity 1 bounds every event of
 * both cells together (post-processing). From N releases of each neighbour, lower(P) - e^epsilon
 * upper(Q) with Clopper-Pearson ends is a lower bound of the left side; were it ever above the
 * curve, the mechanism would be less private than sold (the stochastic tester of Google's DP
 * library; Ding et al. 2018). Events: half lines of four statistics (either cell, their sum, their
 * difference), at 8 epsilons, in both directions; alpha is shared among all of them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/attack/door.h"
#include "tests/attack/gauss.h"
#include "tests/attack/report.h"
#include "tests/attack/stats.h"

#define EPSILONS 8
#define STATISTICS 4
#define WAYS 2  /* D against D', D' against D */
#define BASE 40 /* true cells of D; their size plays no part */

static const double epsilons[EPSILONS] = {0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1};

/* A mechanism under audit: true cells in, noised cells out. */
struct audited {
    void (*release)(struct audited *audited, const int64_t *cells, int64_t *out);
    struct door door;
    struct rng rng;
    uint32_t num; /* variance of noise that is not the door's */
    uint32_t den;
};

static void by_door(struct audited *audited, const int64_t *cells, int64_t *out)
{
    door_ask(&audited->door, cells, out);
}

/* Control: noise of another size than the price says. */
static void by_oracle(struct audited *audited, const int64_t *cells, int64_t *out)
{
    for (int i = 0; i < 2; i++)
        out[i] = cells[i] + gauss_reject(&audited->rng, audited->num, audited->den);
}

/* Control: counts below 5 become 0 before the noise. */
static void by_threshold_first(struct audited *audited, const int64_t *cells, int64_t *out)
{
    int64_t cut[2] = {cells[0] < 5 ? 0 : cells[0], cells[1] < 5 ? 0 : cells[1]};

    door_ask(&audited->door, cut, out);
}

/* Control: both cells with the same noise, as a stream that starts again would give. */
static void by_shared_noise(struct audited *audited, const int64_t *cells, int64_t *out)
{
    door_ask(&audited->door, cells, out);
    out[1] = out[0] - cells[0] + cells[1];
}

/* Hits of each event: value on the D' side of a threshold (way 1), on the D side (way 0). */
struct hits {
    uint64_t of[WAYS][STATISTICS][EPSILONS];
};

/* Of P against Q = P + 1 and variance v: log P/Q = (1 - 2 x) / (2 v), so > epsilon for x < 1/2 - v
 * epsilon. Any threshold is a valid event; these are the strongest for a true discrete Gaussian. */
static double edge(uint32_t sigma, double epsilon)
{
    return 0.5 - epsilon * sigma * sigma;
}

/* Values are taken relative to base, the true cells of D. */
static void collect(struct audited *audited, const int64_t *base, const int64_t *cells, size_t n,
                    struct hits *hits)
{
    uint32_t sigma = audited->door.draw.sigma;

    *hits = (struct hits){0};
    for (size_t i = 0; i < n; i++) {
        int64_t out[2];

        audited->release(audited, cells, out);
        double x = (double)(out[0] - base[0]), y = (double)(out[1] - base[1]);
        double value[STATISTICS] = {x, y, x + y, x - y};

        for (int s = 0; s < STATISTICS; s++)
            for (int e = 0; e < EPSILONS; e++) {
                hits->of[0][s][e] += value[s] < edge(sigma, epsilons[e]);
                hits->of[1][s][e] += value[s] > 1 - edge(sigma, epsilons[e]);
            }
    }
}

/* The largest lower bound minus the curve: above 0 the mechanism is caught. */
static double overrun(const struct hits *d, const struct hits *neighbour, size_t n,
                      const struct gauss *gauss)
{
    double alpha = ALPHA / EPSILONS / (2 * STATISTICS * WAYS), worst = -1;

    for (int e = 0; e < EPSILONS; e++) {
        double curve = gauss_hockey_stick(gauss, 1, epsilons[e]);

        for (int s = 0; s < STATISTICS; s++)
            for (int way = 0; way < WAYS; way++) {
                uint64_t p = (way ? neighbour : d)->of[way][s][e];
                uint64_t q = (way ? d : neighbour)->of[way][s][e];
                double bound =
                    share_at_least(p, n, alpha) - exp(epsilons[e]) * share_at_most(q, n, alpha);

                worst = bound - curve > worst ? bound - curve : worst;
            }
    }
    return worst;
}

/* The cells of D, and what the person adds to each in D'. */
static double run(struct audited *audited, const int64_t *cells, const int64_t *person, size_t n)
{
    int64_t with[2] = {cells[0] + person[0], cells[1] + person[1]};
    uint32_t sigma = audited->door.draw.sigma;
    struct gauss gauss;
    struct hits d, neighbour;
    double worst;

    collect(audited, cells, cells, n, &d);
    collect(audited, cells, with, n, &neighbour);
    gauss_make(&gauss, sigma * sigma, 1);
    worst = overrun(&d, &neighbour, n, &gauss);
    gauss_clear(&gauss);
    return worst;
}

static void d1(size_t n)
{
    static const struct {
        uint32_t sigma;
        size_t fewer; /* a draw at sigma 500 takes a hundred times as long as one at 5 */
    } sigmas[] = {{5, 1}, {200, 20}, {500, 40}, {10, 1}};
    static const int64_t cells[2] = {BASE, BASE}, matched[2] = {1, 0}, undetermined[2] = {0, 1};
    size_t n_sigmas = sized(3, 3, 4), all = n;

    for (size_t i = 0; i < n_sigmas; i++) {
        struct audited audited = {.release = by_door};

        n = all / sigmas[i].fewer;

        door_make(&audited.door, MEASURE_COUNT, 1, sigmas[i].sigma, 300 + i);
        double in_matched = run(&audited, cells, matched, n);
        double in_undetermined = run(&audited, cells, undetermined, n);

        row("D1", in_matched <= 0, say("%+.4f", in_matched), "<= 0",
            say("DP audit, matched cell, sigma %u, 2 x %zu releases: lower bound - curve",
                sigmas[i].sigma, n));
        row("D1", in_undetermined <= 0, say("%+.4f", in_undetermined), "<= 0",
            say("DP audit, undetermined cell, sigma %u, 2 x %zu releases", sigmas[i].sigma, n));
        door_clear(&audited.door);
    }
}

static void control(const char *text, struct audited audited, const int64_t *cells,
                    const int64_t *person, size_t n)
{
    double worst;

    door_make(&audited.door, MEASURE_COUNT, 1, 5, 350);
    audited.rng = rng_of(report_seed(351));
    worst = run(&audited, cells, person, n);
    door_clear(&audited.door);
    row("D2", worst > 0, say("%+.4f", worst), "> 0", text);
}

static void d2(size_t n)
{
    static const int64_t cells[2] = {BASE, BASE}, four[2] = {4, BASE};
    static const int64_t one[2] = {1, 0}, both[2] = {1, 1};

    /* told from sigma 5 by 0.0089 at epsilon 0; 5.9 sqrt(1/N) must be less: this one needs N */
    if (n >= 900000)
        control("control: sigma x 0.9 is caught",
                (struct audited){.release = by_oracle, .num = 81, .den = 4}, cells, one, n);
    else
        control("control: sigma x 0.5 is caught (x 0.9 needs 900,000 releases)",
                (struct audited){.release = by_oracle, .num = 25, .den = 4}, cells, one, n);
    control("control: one person in both cells is caught", (struct audited){.release = by_door},
            cells, both, sized(n, n / 2, n));
    control("control: a threshold before the noise is caught",
            (struct audited){.release = by_threshold_first}, four, one, n / 10);
    control("control: the same noise in both cells is caught",
            (struct audited){.release = by_shared_noise}, cells, one, n / 10);
}

int main(void)
{
    size_t n;

    report_start();
    n = sized(100000, 1000000, 2000000);
    d1(n);
    d2(n);
    return report_end();
}
