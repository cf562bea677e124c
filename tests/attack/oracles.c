/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A6, A7 and A8: what can be told from whether two answers are equal, from zero, from a region that
 * takes part once and once not, and from one whose data change between two sums.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/report/display.h"
#include "node/privacy/mask.h"
#include "node/privacy/question_key.h"
#include "tests/attack/door.h"
#include "tests/attack/gauss.h"
#include "tests/attack/peer.h"
#include "tests/attack/report.h"
#include "tests/attack/rng.h"
#include "tests/attack/stats.h"

#define SIGMA 5
#define RHO 0.02 /* of one count at sigma 5 */

/* ---- A6: equality -------------------------------------------------------------------------- */

static size_t equal_answers(struct door *door, struct peer *peer, int64_t gap, size_t n,
                            struct rng *rng)
{
    size_t equal = 0;

    for (size_t i = 0; i < n; i++) {
        struct peer_question a = {100 + (int64_t)rng_below(rng, 500), 1}, b = {a.count + gap, 2};

        peer->instance = i;
        equal += door ? door_count(door, a.count) == door_count(door, b.count)
                      : peer_answer(peer, &a) == peer_answer(peer, &b);
    }
    return equal;
}

/*
 * |P(equal | same counts) - P(equal | counts that differ by one)| is at most the total variation of
 * one release on neighbours, sum |P - Q| / 2 of the exact distribution; and for independent noises
 * P(equal) = sum P(k) P(k + gap), which the door must show, as any dependence of the two would
 * change it.
 */
static void equality(size_t n)
{
    struct rng rng = rng_of(report_seed(1300));
    struct peer samply = {.system = PEER_SAMPLY};
    double variation, exact[2] = {0, 0}, gap, worst = 0;
    size_t same, other;
    struct gauss gauss;
    struct door door;

    gauss_make(&gauss, SIGMA * SIGMA, 1);
    variation = gauss_hockey_stick(&gauss, 1, 0);
    for (int k = -gauss.reach; k <= gauss.reach; k++)
        for (int d = 0; d < 2; d++)
            exact[d] += (double)(gauss_p(&gauss, k) * gauss_p(&gauss, k + d));
    gauss_clear(&gauss);
    door_make(&door, MEASURE_COUNT, 1, SIGMA, 1301);
    same = equal_answers(&door, &samply, 0, n, &rng);
    other = equal_answers(&door, &samply, 1, n, &rng);
    gap = share_at_least(same, n, ALPHA / 4) - share_at_most(other, n, ALPHA / 4);
    row("A6", gap <= variation,
        say("%.4f - %.4f", (double)same / (double)n, (double)other / (double)n),
        say("<= %.4f apart", variation),
        say("equality: P(equal) for c, c and c, c + 1; %zu pairs", n));
    for (int d = 0; d < 2; d++) {
        double seen = (double)(d ? other : same) / (double)n;
        double z = fabs(seen - exact[d]) / sqrt(exact[d] * (1 - exact[d]) / (double)n);

        worst = z > worst ? z : worst;
    }
    row("A6", worst < Z_TWO_SIDED, say("z %.2f", worst), "< 4.89",
        "equality: P(equal) is that of independent noises, for c, c and c, c + 1");
    n /= 10;
    same = equal_answers(NULL, &samply, 0, n, &rng);
    other = equal_answers(NULL, &samply, 1, n, &rng);
    gap = share_at_least(same, n, ALPHA / 4) - share_at_most(other, n, ALPHA / 4);
    row("A6+", gap > variation,
        say("%.4f - %.4f", (double)same / (double)n, (double)other / (double)n),
        say("> %.4f apart", variation),
        "control: a cache keyed by the count is an equality oracle");
    door_clear(&door);
}

/* ---- A6: zero ------------------------------------------------------------------------------ */

/* What is printed of the answer: the real display rule of a national analyst. */
static int64_t printed(int64_t noised)
{
    static const struct display_rule rule = {5, 5};
    struct figure figure = display_figure(noised, 12, &rule);

    return figure.suppressed ? -1 : figure.value;
}

#define VALUES 400

/*
 * The best guess between 0 and 1 from the value itself: which values speak for 1 is learnt from one
 * half of the games and tried on the other. Bound: Phi(sqrt(2 rho) / 2) with rho of one count.
 */
static double zero_accuracy(struct door *door, struct peer *peer, bool display, size_t n)
{
    static int64_t votes[2 * VALUES + 1];
    size_t right = 0;

    memset(votes, 0, sizeof(votes));
    for (size_t i = 0; i < 2 * n; i++) {
        int64_t bit = i % 2;
        struct peer_question question = {bit, i};

        peer->instance = i;
        int64_t value = door ? door_count(door, bit) : peer_answer(peer, &question);

        value = display ? printed(value) : value;
        if (i < n)
            votes[value + VALUES] += bit ? 1 : -1;
        else
            right += (votes[value + VALUES] > 0) == (bit == 1);
    }
    return (double)right / (double)n;
}

static void zero(size_t n)
{
    double bound = accuracy_bound(RHO), accuracy;
    double margin = Z_ONE_SIDED * sqrt(bound * (1 - bound) / (double)n);
    struct peer samply = {.system = PEER_SAMPLY};
    struct door door;

    door_make(&door, MEASURE_COUNT, 1, SIGMA, 1310);
    accuracy = zero_accuracy(&door, &samply, false, n);
    row("A6", accuracy <= bound + margin, say("%.4f", accuracy),
        say("<= %.4f + %.4f", bound, margin),
        say("zero: 0 or 1 person, from the noised figure; %zu games", n));
    accuracy = zero_accuracy(&door, &samply, true, n);
    row("A6", accuracy <= bound + margin, say("%.4f", accuracy),
        say("<= %.4f + %.4f", bound, margin),
        "zero: the same from what is printed (T = 5, base 5)");
    accuracy = zero_accuracy(NULL, &samply, false, n / 10);
    row("A6+", accuracy > bound + sqrt(10) * margin, say("%.4f", accuracy),
        say("> %.4f + %.4f", bound, sqrt(10) * margin),
        "control: a system whose 0 is exact is a zero oracle");
    door_clear(&door);
}

/* ---- A7, A8: sums whose participants, or whose data, differ -----------------------------------
 */

#define NODES 21

/* One door a node: every region has its own noise key. */
struct country {
    struct door node[NODES];
    struct question_key_member member[NODES];
    bool participants_in_key;
    bool populations_in_key;
    uint64_t question;
};

static void make_country(struct country *country)
{
    static char ids[NODES][4];

    for (size_t i = 0; i < NODES; i++) {
        const char *id = say("%02zu", i + 1);

        memcpy(ids[i], id, 3);
        country->member[i].node = ids[i];
        door_make(&country->node[i], MEASURE_COUNT, 1, SIGMA, 1320 + i);
    }
}

/* The key of the first m regions' sum as region i makes it. */
static void key_at(const struct country *country, size_t i, size_t m, uint8_t noise_key[static 32])
{
    struct question_key_member member[NODES];
    struct question_key key = {.canon = (const uint8_t *)&country->question,
                               .canon_size = sizeof(country->question),
                               .purpose = "research",
                               .mode = 2,
                               .sigma = SIGMA,
                               .member = member,
                               .n_members = country->participants_in_key ? m : NODES};
    uint8_t base_key[32];
    struct err err;

    memcpy(member, country->member, sizeof(member));
    for (size_t j = 0; j < NODES; j++) /* as it was: a region knew its own data alone */
        if (!country->populations_in_key && j != i)
            memset(member[j].population, 0, sizeof(member[j].population));
    if (!question_key_derive(&key, base_key, noise_key, &err))
        broken("a sum", err.text);
}

/* The sum of the first m regions' shares of noise over no persons: what is not persons in a sum. */
static int64_t noise_of_sum(struct country *country, size_t m)
{
    static const int64_t nobody[2];
    uint8_t noise_key[32];
    uint32_t shares;
    int64_t sum = 0, out[2];
    struct err err;

    if (!mask_shares((uint32_t)m, 14, SIGMA, &shares, &err))
        broken("a sum", err.text);
    for (size_t i = 0; i < m; i++) {
        key_at(country, i, m, noise_key);
        country->node[i].draw.shares = shares;
        memcpy(country->node[i].draw.noise_key, noise_key, sizeof(noise_key));
        door_ask_again(&country->node[i], nobody, out);
        sum += out[0];
    }
    return sum;
}

/* Variance of S(21) - S(20) - c of the region that left, in units of sigma squared. */
static double residual(struct country *country, size_t n)
{
    double square = 0;

    for (size_t i = 0; i < n; i++) {
        double rest;

        country->question++;
        rest = (double)(noise_of_sum(country, NODES) - noise_of_sum(country, NODES - 1));
        square += rest * rest;
    }
    return square / (double)n / (SIGMA * SIGMA);
}

static void roster(size_t n)
{
    static struct country country;
    double theory = 21.0 / 15 + 20.0 / 14, spread = Z_TWO_SIDED * sqrt(2.0 / (double)n), seen;

    make_country(&country);
    country.participants_in_key = country.populations_in_key = true;
    seen = residual(&country, n);
    row("A7", seen >= 2.7 && fabs(seen / theory - 1) <= spread, say("%.2f sigma^2", seen),
        say(">= 2.7 (theory %.2f)", theory),
        say("roster differencing: residual variance of S21 - S20 - c; %zu questions", n));
    country.participants_in_key = false;
    seen = residual(&country, n / 10);
    row("A7+", seen < 2.7, say("%.2f sigma^2", seen), "< 2.7",
        "control: with one noise for both rosters little covers the region that left");
    for (size_t i = 0; i < NODES; i++)
        door_clear(&country.node[i]);
}

/* The same sum before and after one region has another snapshot. */
static double residual_after(struct country *country, size_t n)
{
    struct question_key_member *changed = &country->member[NODES / 2];
    double square = 0;

    for (size_t i = 0; i < n; i++) {
        int64_t before, after;

        country->question++;
        before = noise_of_sum(country, NODES);
        memcpy(changed->population, &country->question, sizeof(country->question));
        after = noise_of_sum(country, NODES);
        square += (double)((after - before) * (after - before));
    }
    return square / (double)n / (SIGMA * SIGMA);
}

static void epoch(size_t n)
{
    static struct country country;
    double theory = 2 * 21.0 / 15, spread = Z_TWO_SIDED * sqrt(2.0 / (double)n), seen;

    make_country(&country);
    country.participants_in_key = country.populations_in_key = true;
    seen = residual_after(&country, n);
    row("A8", seen >= 2.7 && fabs(seen / theory - 1) <= spread, say("%.2f sigma^2", seen),
        say(">= 2.7 (theory %.2f)", theory),
        say("a sum before and after one of 21 regions has another snapshot: variance of the "
            "difference; %zu questions",
            n));
    country.populations_in_key = false;
    seen = residual_after(&country, n / 10);
    row("A8+", seen < 2.7, say("%.2f sigma^2", seen), "< 2.7",
        "control: where only that region draws anew, two shares cover who left");
    for (size_t i = 0; i < NODES; i++)
        door_clear(&country.node[i]);
}

int main(void)
{
    report_start();
    equality(sized(50000, 500000, 5000000));
    zero(sized(20000, 200000, 2000000));
    roster(sized(2000, 20000, 100000));
    epoch(sized(2000, 20000, 100000));
    return report_end();
}
