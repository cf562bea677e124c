/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A5: the harness has power. The same attacks that fail on rikstal break models of the systems that
 * exist, at the figures of reference privacy, section 8, or better.
 *
 * One game: a person's bit is 0 or 1 alike, and cohorts that the attacker does not know are asked
 * with and without that person (the bit itself is never a question). Three attacks:
 * - pairs: the log-likelihood ratio of all differences, by the published noise;
 * - equality: two different answers prove two different counts (a cache keyed by the count);
 * - recompute: subtract the noise that a public function gives.
 * A system is broken when the accuracy is at least the stated one, less 4.75 sqrt(p q / n). Rikstal
 * plays the same games for as many questions as a year's budget pays.
 */
#include <math.h>
#include <stdlib.h>

#include "tests/attack/door.h"
#include "tests/attack/gauss.h"
#include "tests/attack/peer.h"
#include "tests/attack/report.h"
#include "tests/attack/stats.h"

#define YEAR_RHO 0.5
#define DIFFERENCE 300 /* pairs differ by less */

/* Who answers: a model, or the noise door. */
struct respondent {
    struct peer peer;
    struct door *door; /* NULL: the model */
};

static int64_t answer(struct respondent *respondent, int64_t count, uint64_t concepts)
{
    struct peer_question question = {count, concepts};

    return respondent->door ? door_count(respondent->door, count)
                            : peer_answer(&respondent->peer, &question);
}

/* log Pr[difference | bit 1] / Pr[difference | bit 0], of two independent noises. */
struct ratio {
    double log_ratio[2 * DIFFERENCE + 1];
};

static double noise_p(const struct respondent *respondent, const struct gauss *gauss, int64_t k)
{
    return respondent->door ? (double)gauss_p(gauss, k) : peer_noise_p(respondent->peer.system, k);
}

static void make_ratio(const struct respondent *respondent, struct ratio *ratio)
{
    static double p[2 * DIFFERENCE + 2];
    struct gauss gauss;

    gauss_make(&gauss, 25, 1);
    for (int d = -DIFFERENCE - 1; d <= DIFFERENCE; d++) {
        double sum = 0;

        for (int k = -DIFFERENCE; k <= DIFFERENCE; k++)
            sum += noise_p(respondent, &gauss, k) * noise_p(respondent, &gauss, k - d);
        p[d + DIFFERENCE + 1] = sum + 1e-300;
    }
    for (int d = -DIFFERENCE; d <= DIFFERENCE; d++)
        ratio->log_ratio[d + DIFFERENCE] = log(p[d + DIFFERENCE] / p[d + DIFFERENCE + 1]);
    gauss_clear(&gauss);
}

enum attack { ATTACK_PAIRS, ATTACK_EQUALITY, ATTACK_RECOMPUTE };

struct target {
    const char *text;
    enum peer_system system; /* PEER_SYSTEMS: rikstal */
    enum attack attack;
    size_t pairs;
    double stated; /* accuracy that section 8 gives; rikstal: 0, the bound instead */
};

static const struct target targets[] = {
    {"SHRINE 1.14: pairs", PEER_SHRINE, ATTACK_PAIRS, 50, 0.97},
    {"i2b2: pairs, padded", PEER_I2B2, ATTACK_PAIRS, 25, 0.90},
    {"Leaf: recompute the noise", PEER_LEAF, ATTACK_RECOMPUTE, 1, 1},
    {"Samply: equality of cached answers", PEER_SAMPLY, ATTACK_EQUALITY, 5, 0.979},
    {"Samply: equality of cached answers", PEER_SAMPLY, ATTACK_EQUALITY, 10, 0.999},
    {"FDPG: pairs", PEER_FDPG, ATTACK_PAIRS, 50, 0.83},
    {"MedCo: pairs", PEER_MEDCO, ATTACK_PAIRS, 400, 0.85},
    {"rikstal: pairs", PEER_SYSTEMS, ATTACK_PAIRS, 12, 0},
    {"rikstal: equality of answers", PEER_SYSTEMS, ATTACK_EQUALITY, 12, 0},
    {"rikstal: recompute the noise", PEER_SYSTEMS, ATTACK_RECOMPUTE, 12, 0},
};

static bool guess(struct respondent *respondent, const struct target *target,
                  const struct ratio *ratio, struct rng *rng, int64_t bit)
{
    double score = 0;

    for (size_t i = 0; i < target->pairs; i++) {
        int64_t pad = 100 + (int64_t)rng_below(rng, 1000);
        uint64_t with_concepts = rng_u64(rng), without_concepts = rng_u64(rng);
        int64_t with = answer(respondent, pad + bit, with_concepts);
        int64_t without = answer(respondent, pad, without_concepts), gap = with - without;

        if (target->attack == ATTACK_EQUALITY)
            score += gap != 0 ? 1 : -1e-6;
        if (target->attack == ATTACK_RECOMPUTE)
            score +=
                (double)(gap - peer_leaf_noise(with_concepts) + peer_leaf_noise(without_concepts)) -
                0.5;
        if (target->attack == ATTACK_PAIRS && gap >= -DIFFERENCE && gap <= DIFFERENCE)
            score += ratio->log_ratio[gap + DIFFERENCE];
    }
    return score > 0 || (score == 0 && rng_below(rng, 2));
}

static double play(const struct target *target, size_t games, uint64_t seed)
{
    static struct ratio ratio;
    struct rng rng = rng_of(report_seed(seed));
    struct respondent respondent = {
        .peer = {.system = target->system, .rng = rng_of(report_seed(seed + 50))}};
    struct door door;
    size_t right = 0;

    door_make(&door, MEASURE_COUNT, 1, 5, seed);
    respondent.door = target->system == PEER_SYSTEMS ? &door : NULL;
    if (target->attack == ATTACK_PAIRS)
        make_ratio(&respondent, &ratio);
    for (size_t i = 0; i < games; i++) {
        int64_t bit = (int64_t)rng_below(&rng, 2);

        respondent.peer.instance = rng_u64(&rng);
        right += guess(&respondent, target, &ratio, &rng, bit) == (bit == 1);
    }
    door_clear(&door);
    return (double)right / (double)games;
}

int main(void)
{
    size_t games;

    report_start();
    games = sized(500, 5000, 20000);
    for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
        const struct target *target = &targets[i];
        double accuracy = play(target, games, 1000 + i);
        double at = target->stated > 0 ? target->stated : accuracy_bound(YEAR_RHO);
        double margin = Z_ONE_SIDED * sqrt(at * (1 - at) / (double)games);

        if (target->stated > 0)
            row("A5", accuracy >= at - margin, say("%.3f", accuracy),
                say(">= %.3f - %.3f", at, margin),
                say("control: breaks %s, %zu + %zu questions", target->text, target->pairs,
                    target->pairs));
        else
            row("A5", accuracy <= at + margin, say("%.3f", accuracy),
                say("<= %.3f + %.3f", at, margin),
                say("%s, %zu + %zu questions (a year at sigma 5)", target->text, target->pairs,
                    target->pairs));
    }
    return report_end();
}
