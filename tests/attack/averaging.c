/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A1, A2, A8: what repeats, rewordings and the whole budget of a year buy about one person.
 *
 * Questions go through parser, canon, key, ledger and noise door (subject.h). The bound of a guess
 * with everything known but one bit is Phi(sqrt(2 rho) / 2), rho = what was spent (reference:
 * privacy, section 3.1); a test of n games allows 4.75 sqrt(p q / n) more.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/query/price.h"
#include "tests/attack/report.h"
#include "tests/attack/stats.h"
#include "tests/attack/subject.h"
#include "tests/attack/wording.h"

#define YEAR_RHO 0.5
#define TRUTH 137

static const int64_t truth[2] = {TRUTH, 11};

/* ---- A1: averaging ------------------------------------------------------------------------- */

struct heard {
    size_t answers;
    size_t charged;
    size_t refused;
    size_t values; /* answers that differ from the one before */
    double sum;
    int64_t last;
};

static void ask(struct subject *subject, const char *question, struct heard *heard)
{
    int64_t out[2];
    enum ledger_outcome outcome = subject_ask(subject, question, truth, out);

    if (outcome != LEDGER_CHARGED && outcome != LEDGER_PAID) {
        heard->refused++;
        return;
    }
    heard->values += heard->answers == 0 || out[0] != heard->last;
    heard->answers++;
    heard->charged += outcome == LEDGER_CHARGED;
    heard->sum += (double)out[0];
    heard->last = out[0];
}

static void identical(size_t n)
{
    struct heard heard = {0};
    struct subject subject;

    subject_make(&subject, 5, YEAR_RHO, 800);
    for (size_t i = 0; i < n; i++)
        ask(&subject, "diagnosis under C50 and sex = female", &heard);
    row("A1", heard.answers == n && heard.values == 1 && heard.charged == 1,
        say("%zu value, %zu charge", heard.values, heard.charged), "1 and 1",
        say("averaging: %zu identical questions", n));
    subject_clear(&subject);
}

static void reworded(size_t n)
{
    struct wording *wording = calloc(1, sizeof(*wording));
    struct heard heard = {0};
    struct subject subject;
    char text[PHRASE_TEXT_MAX];

    if (!wording)
        broken("rewordings", "no memory");
    subject_make(&subject, 5, YEAR_RHO, 801);
    for (size_t i = 0; i < n; i++) {
        struct phrase *phrase;

        *wording = (struct wording){.rng = rng_of(report_seed(802))};
        phrase = wording_random(wording, 3);         /* the same one every time */
        wording->rng = rng_of(report_seed(900 + i)); /* and its rewrites */
        for (uint64_t edits = rng_below(&wording->rng, 6); edits; edits--)
            phrase = wording_edit(wording, phrase, true);
        if (wording_print(wording, phrase, text))
            ask(&subject, text, &heard);
    }
    row("A1", heard.answers == n && heard.values == 1 && heard.charged == 1,
        say("%zu value, %zu charge", heard.values, heard.charged), "1 and 1",
        say("averaging: %zu rewordings (order, nesting, duplicates, double negation)", n));
    subject_clear(&subject);
    free(wording);
}

/* x or (x and y) is x, and canon does not know it: each one is a new question, and is paid. */
static void not_unified(size_t n)
{
    size_t paid = (size_t)(YEAR_RHO / 0.02 + 0.5);
    struct heard heard = {0};
    struct subject subject;
    uint64_t charges;
    int64_t spent;

    subject_make(&subject, 5, YEAR_RHO, 803);
    for (size_t i = 0; i < n; i++)
        ask(&subject,
            say("diagnosis under C50 or (diagnosis under C50 and birth_year between 1900 and %zu)",
                1901 + i % 120),
            &heard);
    spent = subject_spent(&subject, &charges);
    row("A1",
        heard.charged == paid && heard.refused > 0 && charges == paid && spent <= subject.year_nrho,
        say("%zu charged", heard.charged), say("%zu", paid),
        say("averaging: of %zu absorbed rewordings (120 different) each is charged, to the cap",
            n));
    subject_clear(&subject);
}

/* ---- A2: the whole budget on one bit -------------------------------------------------------- */

struct plan {
    uint32_t sigma;
    bool pairs;      /* cohorts that the attacker does not know: each is asked with and without */
    uint32_t shares; /* of a sum, what honest regions draw; 1: mode regions */
};

/* How many answers the ledger gives for the year's budget. */
static size_t affordable(uint32_t sigma)
{
    struct subject subject;
    int64_t out[2];
    size_t n = 0;

    subject_make(&subject, sigma, YEAR_RHO, 810);
    while (n < 5000) {
        const char *question = say("age >= 18 and birth_year between %zu and %zu", 1900 + n % 120,
                                   1900 + n % 120 + n / 120);

        if (subject_ask(&subject, question, truth, out) != LEDGER_CHARGED)
            break;
        n++;
    }
    subject_clear(&subject);
    return n;
}

/* One answer; of a sum, after those who collude have taken their own shares and masks off it. */
static int64_t one_answer(struct door *door, int64_t count)
{
    int64_t sum = count;

    for (uint32_t i = 0; i < door->draw.shares; i++)
        sum += door_count(door, 0);
    return sum;
}

/* One game: is the person, whose bit is 0 or 1 alike, in the padded cohorts? */
static bool game(struct door *door, struct rng *rng, const struct plan *plan, size_t answers)
{
    int64_t bit = (int64_t)rng_below(rng, 2);
    double score = 0;

    for (size_t i = 0, step = plan->pairs ? 2 : 1; i + step <= answers; i += step) {
        int64_t pad = 20 + (int64_t)rng_below(rng, 1000);
        int64_t with = one_answer(door, pad + bit);
        int64_t without = plan->pairs ? one_answer(door, pad) : pad;

        score += (double)(with - without) - 0.5;
    }
    return (score > 0) == (bit == 1);
}

static double play(const struct plan *plan, size_t answers, size_t games, uint64_t seed)
{
    struct rng rng = rng_of(report_seed(seed));
    struct door door;
    size_t right = 0;

    door_make(&door, MEASURE_COUNT, 1, plan->sigma, seed);
    door.draw.shares = plan->shares;
    for (size_t i = 0; i < games; i++)
        right += game(&door, &rng, plan, answers);
    door_clear(&door);
    return (double)right / (double)games;
}

static void a2(void)
{
    static const struct plan plans[] = {
        {5, false, 1},
        {5, true, 1},
        {20, false, 1},
        {5, false, 15}, /* 21 regions of which 6 collude with the asker and the coordinator */
    };
    double bound = accuracy_bound(YEAR_RHO);

    for (size_t i = 0; i < 4; i++) {
        size_t answers = affordable(plans[i].sigma);
        size_t games = i < 2 ? sized(2000, 20000, 20000) : sized(200, 2000, 20000);
        double margin = Z_ONE_SIDED * sqrt(bound * (1 - bound) / (double)games);
        double accuracy = play(&plans[i], answers, games, 820 + i);
        char text[120];

        snprintf(text, sizeof(text),
                 plans[i].pairs ? "tracker: padded, %zu counts at sigma %u, with and without"
                 : plans[i].shares > 1
                     ? "differencing: sums of 21, 6 of them against it, %zu counts at sigma %u"
                     : "differencing: all else known, %zu counts at sigma %u",
                 answers, plans[i].sigma);
        row("A2", accuracy <= bound + margin, say("%.3f", accuracy),
            say("<= %.3f + %.3f", bound, margin), say("%s; %zu games at rho 0.5", text, games));
        if (!plans[i].pairs) /* the bound is tight: the best attack must come near it */
            row("A2+", accuracy >= bound - margin, say("%.3f", accuracy),
                say(">= %.3f - %.3f", bound, margin),
                say("control: that attack is as good as any can be; %zu games", games));
    }
}

/* An attacker with 4 times the budget must break the bound of the budget. */
static void a2_control(void)
{
    static const struct plan plan = {5, false, 1};
    size_t games = sized(1000, 5000, 20000);
    double bound = accuracy_bound(YEAR_RHO);
    double margin = Z_ONE_SIDED * sqrt(bound * (1 - bound) / (double)games);
    double accuracy = play(&plan, 4 * affordable(5), games, 829);

    row("A2+", accuracy > bound + margin, say("%.3f", accuracy),
        say("> %.3f + %.3f", bound, margin),
        "control: a ledger that let 4 budgets through would be seen");
}

/* ---- A8: two snapshots that differ in one person -------------------------------------------- */

struct noises {
    double *before;
    double *after;
    size_t n;
};

static void draw_snapshots(struct noises *noises, bool another, bool overlay)
{
    struct subject subject;

    subject_make(&subject, 5, YEAR_RHO, 850);
    for (size_t i = 0; i < noises->n; i++) {
        int64_t out[2], one_less[2] = {truth[0] - 1, truth[1]};
        char question[96];

        snprintf(question, sizeof(question), "birth_year between %zu and %zu and age <= %zu",
                 1900 + i % 100, 1900 + i % 100 + i / 100 % 20, 1 + i / 2000 % 100);
        subject.snapshot[31] = 0;
        subject.overlay = 0;
        subject_draw(&subject, question, truth, out);
        noises->before[i] = (double)(out[0] - truth[0]);
        subject.snapshot[31] = another;
        subject.overlay = overlay;
        subject_draw(&subject, question, one_less, out);
        noises->after[i] = (double)(out[0] - one_less[0]);
    }
    subject_clear(&subject);
}

static void a8(void)
{
    size_t n = sized(5000, 50000, 200000);
    struct noises noises = {calloc(n, sizeof(double)), calloc(n, sizeof(double)), n};
    double bound = Z_TWO_SIDED / sqrt((double)n), r;

    if (!noises.before || !noises.after)
        broken("snapshots", "no memory");
    draw_snapshots(&noises, true, false);
    r = correlation(noises.before, noises.after, n);
    row("A8", fabs(r) < bound, say("%+.4f", r), say("< %.4f", bound),
        say("snapshot differencing: one person left; correlation of %zu noises", n));
    draw_snapshots(&noises, false, true);
    r = correlation(noises.before, noises.after, n);
    row("A8", fabs(r) < bound, say("%+.4f", r), say("< %.4f", bound),
        "opt-out overlay: one person opted out; correlation of noises");
    draw_snapshots(&noises, false, false);
    r = correlation(noises.before, noises.after, n);
    row("A8+", fabs(r) >= bound, say("%+.4f", r), say(">= %.4f", bound),
        "control: data that change under an unchanged key keep their noise");
    free(noises.before);
    free(noises.after);
}

int main(void)
{
    size_t n;

    report_start();
    n = sized(1000, 10000, 10000);
    identical(n);
    reworded(n);
    not_unified(n / 10);
    a2();
    a2_control();
    a8();
    return report_end();
}
