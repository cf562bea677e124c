/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Information order: taking information away never makes anybody certain, and never turns a yes
 * into a no. See README.md. A world is made and asked, and then spoilt and asked again, in some
 * ways one after the other: a seed is a world and one way to spoil it. A failure is shown with its
 * seed and what is left of it when all that can be dropped is dropped.
 *
 * Usage: order [--worlds N] [--seed FIRST] [--seconds N] [--plants | --plant NAME]
 *        order --seed N --ask QUESTION
 * Without --seed worlds begin with 1, and each plant with the world that plant.c names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "tests/order/exhibit.h"
#include "tests/order/plant.h"

#define QUESTIONS 28
#define QUESTIONS_OF_HITS 1       /* the last */
#define QUESTIONS_OF_ANNOTATION 3 /* before them */
#define FIRST_OF_ANNOTATION (QUESTIONS - QUESTIONS_OF_HITS - QUESTIONS_OF_ANNOTATION)
#define QUESTIONS_OF_VALUES 4 /* before them, the last of a change */
#define QUESTIONS_IN_TIME 4   /* before them */
#define QUESTIONS_OF_SHARES 6 /* the first, in worlds that have such */
#define SHOWN_MAX 12
#define ARENA_BYTES (1u << 24)
#define SPOILT_WAYS 4 /* of one world: its whole side is made once for all of them */

typedef char order_answers[DRAFT_PERSONS_MAX + 1];

struct order {
    struct exhibit *exhibit;
    struct draft draft;
    struct arena *arena; /* NULL: no world was made */
    uint64_t world;
    char questions[QUESTIONS][DRAFT_QUESTION_BYTES];
    const struct sheet_spoil *spoilt[3];
    unsigned n_spoilt;
    bool has_whole; /* the whole side was asked all questions, as it is now */
    order_answers whole[2 * QUESTIONS];
    uint32_t whole_refused; /* bits of sheets */
    uint64_t answers, lost, refused;
};

static void must(bool ok, const struct err *err)
{
    if (!ok) {
        fprintf(stderr, "order: %s\n", err->text);
        abort();
    }
}

static bool breaks(char before, char after)
{
    return (after == 'Y' || after == 'N') && after != before;
}

/* One question of one side: as the region's staff ask it, and as figures that leave. */
static void ask_all(struct order *order, enum sheet_side side, const unsigned *only,
                    order_answers answers[2 * QUESTIONS])
{
    struct err err;

    must(exhibit_make(order->exhibit, &order->draft.sheets, side, &err), &err);
    for (unsigned mode = 0; mode < 2; mode++) {
        if (mode)
            exhibit_by_assays(order->exhibit);
        for (unsigned q = 0; q < QUESTIONS; q++)
            if (!only || *only == q)
                must(exhibit_ask(order->exhibit, order->questions[q], answers[mode * QUESTIONS + q],
                                 &err),
                     &err);
    }
}

struct broken {
    char failed[512];  /* an import failed where it should have taken or refused its file; "" */
    unsigned question; /* of 2 * QUESTIONS */
    unsigned person;
    char before, after;
};

static bool note_failure(const struct order *order, struct broken *broken)
{
    const char *failed = exhibit_failed(order->exhibit);

    if (failed)
        snprintf(broken->failed, sizeof(broken->failed), "%s", failed);
    return failed != NULL;
}

/* False when an import failed. only: one question, and the whole side as it is now. */
static bool ask_whole(struct order *order, const unsigned *only, struct broken *broken)
{
    if (order->has_whole && !only)
        return true;
    memset(order->whole, 0, sizeof(order->whole));
    order->has_whole = false;
    ask_all(order, SHEET_WHOLE, only, order->whole);
    if (note_failure(order, broken))
        return false;
    order->has_whole = !only;
    order->whole_refused = exhibit_refused(order->exhibit);
    order->refused += (unsigned)__builtin_popcount(order->whole_refused);
    return true;
}

/*
 * Of a file that was refused on the spoilt side the region has nothing: it is told so, and nothing
 * of the file is in force. So the spoilt side is compared with a whole side that lacks these files
 * too: what they said may be gone, and their doubts with it, but nothing else may become certain.
 */
static bool ask_without(struct order *order, uint32_t refused, const unsigned *only,
                        order_answers answers[2 * QUESTIONS])
{
    struct sheets *sheets = &order->draft.sheets;
    uint32_t gone = 0;

    for (size_t i = 0; i < sheets->n; i++) {
        gone |= (uint32_t)sheets->at[i].gone << i;
        sheets->at[i].gone |= refused >> i & 1;
    }
    ask_all(order, SHEET_WHOLE, only, answers);
    for (size_t i = 0; i < sheets->n; i++)
        sheets->at[i].gone = gone >> i & 1;
    return !exhibit_failed(order->exhibit);
}

/* The first answer that is certain after and was another before; false when there is none. */
static bool compare(order_answers before[2 * QUESTIONS], order_answers after[2 * QUESTIONS],
                    struct broken *broken)
{
    for (unsigned q = 0; q < 2 * QUESTIONS; q++)
        for (unsigned p = 0; p < DRAFT_PERSONS_MAX; p++)
            if (breaks(before[q][p], after[q][p])) {
                *broken = (struct broken){"", q, p, before[q][p], after[q][p]};
                return true;
            }
    return false;
}

static void count_answers(struct order *order, order_answers after[2 * QUESTIONS])
{
    for (unsigned q = 0; q < 2 * QUESTIONS; q++)
        for (unsigned p = 0; p < DRAFT_PERSONS_MAX; p++) {
            char before = order->whole[q][p];

            order->answers += before == 'Y' || before == 'N';
            order->lost += (before == 'Y' || before == 'N') && after[q][p] == '?';
        }
}

/* Asks both sides. only: one question. True: the order is broken. */
static bool find_broken(struct order *order, const unsigned *only, struct broken *broken)
{
    order_answers after[2 * QUESTIONS] = {{0}}, without[2 * QUESTIONS] = {{0}};
    uint32_t refused;

    *broken = (struct broken){.question = 0};
    if (!ask_whole(order, only, broken))
        return true;
    ask_all(order, SHEET_SPOILT, only, after);
    refused = exhibit_refused(order->exhibit);
    if (note_failure(order, broken))
        return true;
    count_answers(order, after);
    if (!(refused & ~order->whole_refused))
        return compare(order->whole, after, broken);
    return !ask_without(order, refused, only, without) || compare(without, after, broken);
}

static void make_world(struct order *order, uint64_t world)
{
    arena_free(order->arena);
    order->arena = arena_new(ARENA_BYTES);
    draft_make(&order->draft, order->arena, world);
    for (unsigned q = 0; q < QUESTIONS; q++)
        if (q < QUESTIONS_OF_SHARES && order->draft.on_mt)
            draft_question_of_shares(&order->draft, order->questions[q]);
        else if (q < FIRST_OF_ANNOTATION - QUESTIONS_OF_VALUES - QUESTIONS_IN_TIME)
            draft_question(&order->draft, order->questions[q]);
        else if (q < FIRST_OF_ANNOTATION - QUESTIONS_OF_VALUES)
            draft_question_in_time(&order->draft, order->questions[q]);
        else if (q < FIRST_OF_ANNOTATION - 1)
            draft_question_of_values(&order->draft, order->questions[q]);
        else if (q < FIRST_OF_ANNOTATION)
            draft_question_of_change(&order->draft, order->questions[q]);
        else if (q < QUESTIONS - QUESTIONS_OF_HITS)
            draft_question_of_annotation(&order->draft, order->questions[q]);
        else
            draft_question_of_hits(&order->draft, order->questions[q]);
    order->has_whole = false;
}

/* The world of a seed, spoilt in the seed's own way. */
static void make_pair(struct order *order, uint64_t seed)
{
    uint64_t world = seed / SPOILT_WAYS;

    if (!order->arena || order->world != world)
        make_world(order, world);
    order->world = world;
    sheets_mend(&order->draft.sheets);
    dice_seed(&order->draft.dice, ~seed);
    order->n_spoilt = 1 + draft_draw(&order->draft, 3);
    for (unsigned i = 0; i < order->n_spoilt; i++)
        order->spoilt[i] = sheets_spoil(&order->draft.sheets, &order->draft.dice);
}

/* ---- a failure ------------------------------------------------------------------------------- */

static bool still(struct order *order, unsigned question)
{
    unsigned only = question % QUESTIONS;
    struct broken broken;

    return find_broken(order, &only, &broken);
}

/* Drops files, then lines, then spoils, as long as it still fails. */
static void make_smaller(struct order *order, unsigned question)
{
    struct sheets *sheets = &order->draft.sheets;

    for (size_t i = 0; i < sheets->n; i++) {
        sheets->at[i].gone = true;
        sheets->at[i].gone = still(order, question);
    }
    for (size_t i = 0; i < sheets->n_lines; i++) {
        if (sheets->lines[i].gone)
            continue;
        sheets_drop(sheets, i, true);
        if (!still(order, question))
            sheets_drop(sheets, i, false);
    }
    for (size_t i = 0; i < sheets->n_lines; i++)
        if (sheets->lines[i].is_cut) {
            sheets->lines[i].is_cut = false;
            sheets->lines[i].is_cut = !still(order, question);
        }
    for (size_t i = 0; i < sheets->n_cells; i++)
        if (sheets->cells[i].spoilt) {
            const char *spoilt = sheets->cells[i].spoilt;

            sheets->cells[i].spoilt = NULL;
            if (!still(order, question))
                sheets->cells[i].spoilt = spoilt;
        }
}

static void show_failure(struct order *order, uint64_t seed, const struct broken *found)
{
    unsigned only = found->question % QUESTIONS;
    struct broken broken = *found;

    printf("BROKEN seed %llu:", (unsigned long long)seed);
    for (unsigned i = 0; i < order->n_spoilt; i++)
        printf(" [%s]", order->spoilt[i] ? order->spoilt[i]->name : "nothing");
    make_smaller(order, found->question);
    (void)find_broken(order, &only, &broken);
    if (broken.failed[0])
        printf("\n  %s\n", broken.failed);
    else
        printf("\n  %s\n  P%u was %c, is %c%s\n", order->questions[only], broken.person,
               broken.before, broken.after,
               broken.question >= QUESTIONS ? " (figures that leave)" : "");
    sheets_show(&order->draft.sheets, stdout);
    fflush(stdout);
    order->world = UINT64_MAX; /* it was taken to pieces */
}

/* ---- runs ------------------------------------------------------------------------------------ */

struct wanted {
    uint64_t worlds, seed; /* seed 0: plants begin where they were seen, worlds with 1 */
    uint64_t seconds;      /* 0: no limit */
    bool plants;
    const char *plant;    /* the only one; NULL: all of them */
    const char *question; /* NULL: as the seed says */
};

static int run_worlds(struct order *order, const struct wanted *wanted)
{
    int64_t start = clock_mono_ms(), spent = 0;
    unsigned failed = 0;
    uint64_t n = 0;

    while (n < wanted->worlds && failed < SHOWN_MAX) {
        uint64_t seed = wanted->seed + n;
        struct broken broken;

        make_pair(order, seed);
        n++;
        if (find_broken(order, NULL, &broken)) {
            failed++;
            show_failure(order, seed, &broken);
        }
        spent = clock_mono_ms() - start;
        if (wanted->seconds && spent > (int64_t)wanted->seconds * 1000)
            break;
    }
    printf("%llu of %llu worlds from seed %llu, %u broken; %.1f ms a pair; of %llu certain answers "
           "%llu became \"cannot tell\"; %llu files refused as they were written\n",
           (unsigned long long)n, (unsigned long long)wanted->worlds,
           (unsigned long long)wanted->seed, failed, (double)spent / (double)n,
           (unsigned long long)order->answers, (unsigned long long)order->lost,
           (unsigned long long)order->refused);
    if (n < wanted->worlds)
        printf("stopped %s; `tests/order/run --long` does them all\n",
               failed < SHOWN_MAX ? "at the time that an ordinary run has" : "after that many");
    return failed ? 1 : 0;
}

/* One question of one seed, shown with its answers of both sides, staff's first. */
static int run_question(struct order *order, const struct wanted *wanted)
{
    order_answers before[2 * QUESTIONS] = {{0}}, after[2 * QUESTIONS] = {{0}};
    unsigned only = 0;

    make_pair(order, wanted->seed);
    snprintf(order->questions[0], sizeof(order->questions[0]), "%s", wanted->question);
    ask_all(order, SHEET_WHOLE, &only, before);
    ask_all(order, SHEET_SPOILT, &only, after);
    for (unsigned i = 0; i < order->n_spoilt; i++)
        printf("[%s]\n", order->spoilt[i] ? order->spoilt[i]->name : "nothing");
    printf("%s  %s\n%s  %s\n", before[0], before[QUESTIONS], after[0], after[QUESTIONS]);
    return 0;
}

/* What the whole side said holds for the plant that it was asked with. */
static void set_plant(struct order *order, size_t plant)
{
    order->has_whole &= plant_is(plant);
    plant_set(plant);
}

/* The seed of the first world that shows the fault, and shows nothing without it; UINT64_MAX: none.
 */
static uint64_t find_plant(struct order *order, size_t plant, const struct wanted *wanted,
                           struct broken *broken)
{
    uint64_t first = wanted->seed ? wanted->seed : plants[plant].near;

    for (uint64_t n = 0; n < wanted->worlds; n++) {
        struct broken other;

        make_pair(order, first + n);
        set_plant(order, plant);
        if (find_broken(order, NULL, broken)) {
            set_plant(order, SIZE_MAX);
            if (!find_broken(order, NULL, &other))
                return first + n;
        }
    }
    set_plant(order, SIZE_MAX);
    return UINT64_MAX;
}

static int run_plants(struct order *order, const struct wanted *wanted)
{
    unsigned missed = 0;

    for (size_t i = 0; i < n_plants; i++) {
        struct broken broken = {0};
        uint64_t n;

        if (wanted->plant && strcmp(wanted->plant, plants[i].name) != 0)
            continue;
        n = find_plant(order, i, wanted, &broken);

        if (n == UINT64_MAX)
            printf("MISSED %-13s %s\n", plants[i].name, plants[i].about);
        else
            printf("found  %-13s with seed %llu (%c to %c): %s\n", plants[i].name,
                   (unsigned long long)n, broken.before, broken.after, plants[i].about);
        missed += n == UINT64_MAX;
        fflush(stdout);
    }
    printf("%zu planted faults, %u missed within %llu worlds\n", wanted->plant ? 1 : n_plants,
           missed, (unsigned long long)wanted->worlds);
    return missed ? 1 : 0;
}

static bool take_number(const char *text, uint64_t *number)
{
    char *end = NULL;

    if (!text || *text < '0' || *text > '9')
        return false;
    *number = strtoull(text, &end, 10);
    return !*end;
}

static bool take_options(char **argv, struct wanted *wanted)
{
    while (*++argv) {
        const char *word = *argv;
        uint64_t *number = strcmp(word, "--worlds") == 0    ? &wanted->worlds
                           : strcmp(word, "--seed") == 0    ? &wanted->seed
                           : strcmp(word, "--seconds") == 0 ? &wanted->seconds
                                                            : NULL;

        if (strcmp(word, "--plants") == 0)
            wanted->plants = true;
        else if (strcmp(word, "--plant") == 0 && argv[1])
            wanted->plants = (wanted->plant = *++argv) != NULL;
        else if (strcmp(word, "--ask") == 0 && argv[1])
            wanted->question = *++argv;
        else if (!number || !take_number(*++argv, number))
            return false;
    }
    return wanted->worlds > 0;
}

int main(int argc, char **argv)
{
    struct wanted wanted = {.worlds = 2000, .seed = 0};
    static struct order order;
    int code;

    (void)argc;
    if (!take_options(argv, &wanted)) {
        fprintf(stderr, "Usage: order [--worlds N] [--seed FIRST] [--seconds N]\n"
                        "             [--plants | --plant NAME]\n"
                        "       order --seed N --ask QUESTION\n");
        return 2;
    }
    if (!wanted.plants && !wanted.seed)
        wanted.seed = 1;
    order.exhibit = exhibit_new(access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    code = wanted.plants     ? run_plants(&order, &wanted)
           : wanted.question ? run_question(&order, &wanted)
                             : run_worlds(&order, &wanted);
    exhibit_free(order.exhibit);
    arena_free(order.arena);
    return code;
}
