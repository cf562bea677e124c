/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A3: reconstruction (Dinur, Nissim 2003). The secret is one bit of each of 100 persons; the
 * attacker asks for the count over random halves of them and solves for all bits at once: least
 * squares with the prior's ridge, which is the best linear guess, then rounding.
 *
 * Each bit's guess is a membership guess, so its accuracy is at most Phi(sqrt(2 rho) / 2) with rho
 * the whole budget. The same solver breaks noise that has no budget.
 */
#include <math.h>
#include <string.h>

#include "tests/attack/door.h"
#include "tests/attack/peer.h"
#include "tests/attack/report.h"
#include "tests/attack/stats.h"

#define PERSONS 100
#define YEAR_RHO 0.5

/* Normal equations of the centred bits: gram x = right. */
struct system {
    double gram[PERSONS][PERSONS];
    double right[PERSONS];
};

static void add_equation(struct system *system, const double *sign, double value)
{
    for (int i = 0; i < PERSONS; i++) {
        for (int j = 0; j <= i; j++)
            system->gram[i][j] += sign[i] * sign[j];
        system->right[i] += sign[i] * value;
    }
}

/* Cholesky, in place; x overwrites right. */
static void solve(struct system *system)
{
    double(*a)[PERSONS] = system->gram, *x = system->right;

    for (int i = 0; i < PERSONS; i++)
        for (int j = 0; j <= i; j++) {
            double sum = a[i][j];

            for (int k = 0; k < j; k++)
                sum -= a[i][k] * a[j][k];
            a[i][j] = i == j ? sqrt(sum) : sum / a[j][j];
        }
    for (int i = 0; i < PERSONS; i++) {
        for (int k = 0; k < i; k++)
            x[i] -= a[i][k] * x[k];
        x[i] /= a[i][i];
    }
    for (int i = PERSONS - 1; i >= 0; i--) {
        for (int k = i + 1; k < PERSONS; k++)
            x[i] -= a[k][i] * x[k];
        x[i] /= a[i][i];
    }
}

struct plan {
    const char *text;
    size_t questions;
    uint32_t sigma;        /* of rikstal */
    double rho;            /* what they cost */
    enum peer_system peer; /* of a model, when sigma is 0 */
    double variance;       /* of its noise */
    double stated;
};

/* One database; returns the share of bits that come out right. */
static double game(const struct plan *plan, struct door *door, struct peer *peer, struct rng *rng)
{
    static struct system system;
    double variance = plan->sigma ? (double)plan->sigma * plan->sigma : plan->variance;
    double sign[PERSONS];
    int64_t bit[PERSONS];
    int right = 0;

    memset(&system, 0, sizeof(system));
    for (int i = 0; i < PERSONS; i++) {
        bit[i] = (int64_t)rng_below(rng, 2);
        system.gram[i][i] = 4 * variance; /* a bit's variance is 1/4 */
    }
    for (size_t q = 0; q < plan->questions; q++) {
        int64_t count = 0, members = 0;

        for (int i = 0; i < PERSONS; i++) {
            sign[i] = (double)rng_below(rng, 2);
            members += sign[i] > 0;
            count += sign[i] > 0 ? bit[i] : 0;
        }
        struct peer_question question = {count, q};
        int64_t said = door ? door_count(door, count) : peer_answer(peer, &question);

        add_equation(&system, sign, (double)said - (double)members / 2);
    }
    solve(&system);
    for (int i = 0; i < PERSONS; i++)
        right += (system.right[i] > 0) == (bit[i] == 1);
    return right / (double)PERSONS;
}

static void run(const struct plan *plan, size_t games, uint64_t seed)
{
    struct rng rng = rng_of(report_seed(seed));
    struct peer peer = {.system = plan->peer, .rng = rng_of(report_seed(seed + 20))};
    double sum = 0, square = 0, mean, margin;
    struct door door;

    door_make(&door, MEASURE_COUNT, 1, plan->sigma ? plan->sigma : 5, seed);
    if (plan->sigma && fabs((double)plan->questions * door_rho(&door) - plan->rho) > 1e-9)
        broken(plan->text, "these questions cost something else");
    for (size_t i = 0; i < games; i++) {
        double share = game(plan, plan->sigma ? &door : NULL, &peer, &rng);

        sum += share;
        square += share * share;
    }
    door_clear(&door);
    mean = sum / (double)games;
    margin = Z_ONE_SIDED * sqrt((square / (double)games - mean * mean) / (double)games);
    if (plan->sigma)
        row("A3", mean <= accuracy_bound(plan->rho) + margin, say("%.3f", mean),
            say("<= %.3f + %.3f", accuracy_bound(plan->rho), margin),
            say("%s; %zu databases of 100 bits", plan->text, games));
    else
        row("A3+", mean >= plan->stated - margin, say("%.3f", mean),
            say(">= %.3f - %.3f", plan->stated, margin),
            say("control: %s; %zu databases", plan->text, games));
}

int main(void)
{
    static const struct plan plans[] = {
        {"reconstruction, 25 questions at sigma 5, rho 0.5", 25, 5, 0.5, PEER_SYSTEMS, 0, 0},
        {"reconstruction, 400 questions at sigma 20, rho 0.5", 400, 20, 0.5, PEER_SYSTEMS, 0, 0},
        {"reconstruction, 200 questions at sigma 20, rho 0.25", 200, 20, 0.25, PEER_SYSTEMS, 0, 0},
        {"breaks uniform noise of +-5, 1,000 questions", 1000, 0, 0, PEER_FDPG, 10, 0.985},
        {"breaks SHRINE's noise, 250 questions", 250, 0, 0, PEER_SHRINE, 1.7, 0.97},
    };

    report_start();
    for (size_t i = 0; i < sizeof(plans) / sizeof(*plans); i++)
        run(&plans[i], sized(20, 200, 2000), 1100 + i);
    return report_end();
}
