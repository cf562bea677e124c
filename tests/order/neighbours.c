/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One person's record moves nobody else, through import: in a random world the rows of one person
 * (facts, events, consent) and the person's packet say something else, are spoilt or are left out,
 * and every other person's answers stay as they were, as the region's staff ask and where figures
 * leave. Of variants: tests/unit/evaluate/test_neighbours.c.
 *
 * A world in which the changed record made a whole file be refused is left out: the region is told
 * so, and nothing of the file is in force.
 *
 * Usage: neighbours [--worlds N] [--seed FIRST] [--seconds N]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "tests/order/exhibit.h"

#define QUESTIONS 16
#define ARENA_BYTES (1u << 24)

typedef char neighbours_answers[2 * QUESTIONS][DRAFT_PERSONS_MAX + 1];

struct neighbours {
    struct exhibit *exhibit;
    struct draft draft;
    char questions[QUESTIONS][DRAFT_QUESTION_BYTES];
    neighbours_answers before, after;
    uint64_t moved_self, refused, compared;
};

static void must(bool ok, const struct err *err)
{
    if (!ok) {
        fprintf(stderr, "neighbours: %s\n", err->text);
        abort();
    }
}

static const char *const permit_words[] = {"GRU", "HMB STATISTICS", "", "NOSUCH", NULL};
static const char *const yes_words[] = {"yes", "maybe", NULL};
static const struct sheet_spoil permit_spoil = {"consent, permit", permit_words};
static const struct sheet_spoil yes_spoil = {"consent, yes or no", yes_words};

static void put_consents(struct draft *draft)
{
    struct sheets *sheets = &draft->sheets;

    sheet_begin(sheets, SHEET_CONSENT, "consent.csv");
    sheet_line(sheets, -1, NULL);
    sheet_put(sheets, "", "person,permit,blocked,opted_out,count_here", NULL);
    for (size_t p = 0; p < draft->n_persons; p++) {
        if (!draft_chance(draft, 60))
            continue;
        sheet_line(sheets, DRAFT_VARIANTS_MAX + (int)p, NULL);
        sheet_number(sheets, "P", (long)p, NULL);
        sheet_put(sheets, ",", draft_chance(draft, 80) ? "GRU STATISTICS QUALITY" : "",
                  &permit_spoil);
        sheet_put(sheets, ",", draft_chance(draft, 90) ? "no" : "yes", &yes_spoil);
        sheet_put(sheets, ",", "no", &yes_spoil);
        sheet_put(sheets, ",", draft_chance(draft, 90) ? "yes" : "no", &yes_spoil);
    }
}

static void ask_all(struct neighbours *of, enum sheet_side side, neighbours_answers answers)
{
    struct err err;

    must(exhibit_make(of->exhibit, &of->draft.sheets, side, &err), &err);
    for (unsigned mode = 0; mode < 2; mode++) {
        if (mode)
            exhibit_by_assays(of->exhibit);
        for (unsigned q = 0; q < QUESTIONS; q++)
            must(exhibit_ask(of->exhibit, of->questions[q], answers[mode * QUESTIONS + q], &err),
                 &err);
    }
}

/* False when somebody else moved. */
static bool same_but(struct neighbours *of, size_t person, uint64_t seed)
{
    for (unsigned q = 0; q < 2 * QUESTIONS; q++)
        for (size_t p = 0; p < of->draft.n_persons; p++) {
            char before = of->before[q][p], after = of->after[q][p];

            of->moved_self += p == person && before != after;
            of->compared += p != person;
            if (p == person || before == after)
                continue;
            printf("MOVED seed %llu: P%zu changed, and P%zu was %c and is %c\n  %s\n",
                   (unsigned long long)seed, person, p, before, after,
                   of->questions[q % QUESTIONS]);
            sheets_show(&of->draft.sheets, stdout);
            return false;
        }
    return true;
}

/* The world of a seed, and each of its persons with another record. */
static bool run_world(struct neighbours *of, uint64_t seed)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    uint32_t refused;
    bool ok = true;

    draft_make(&of->draft, arena, seed);
    put_consents(&of->draft);
    for (unsigned q = 0; q < QUESTIONS; q++)
        if (q % 4 > 1)
            draft_question(&of->draft, of->questions[q]);
        else if (q % 4)
            draft_question_of_values(&of->draft, of->questions[q]);
        else
            draft_question_in_time(&of->draft, of->questions[q]);
    ask_all(of, SHEET_WHOLE, of->before);
    refused = exhibit_refused(of->exhibit);
    for (size_t p = 0; ok && p < of->draft.n_persons; p++) {
        sheets_mend(&of->draft.sheets);
        sheets_change(&of->draft.sheets, DRAFT_VARIANTS_MAX + (int)p, &of->draft.dice);
        ask_all(of, SHEET_SPOILT, of->after);
        if (exhibit_refused(of->exhibit) != refused)
            of->refused++;
        else
            ok = same_but(of, p, seed);
    }
    arena_free(arena);
    return ok;
}

static uint64_t number(int argc, char **argv, const char *name, uint64_t otherwise)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return strtoull(argv[i + 1], NULL, 10);
    return otherwise;
}

int main(int argc, char **argv)
{
    uint64_t worlds = number(argc, argv, "--worlds", 500), n = 0;
    uint64_t first = number(argc, argv, "--seed", 1);
    int64_t end = clock_mono_ms() + (int64_t)number(argc, argv, "--seconds", 3600) * 1000;
    static struct neighbours of;
    bool ok = true;

    of.exhibit = exhibit_new(access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    while (ok && n < worlds && clock_mono_ms() < end)
        ok = run_world(&of, first + n++);
    exhibit_free(of.exhibit);
    printf(
        "%llu worlds from seed %llu: %llu answers of others compared; %llu of the changed person "
        "moved; %llu changes refused a file\n",
        (unsigned long long)n, (unsigned long long)first, (unsigned long long)of.compared,
        (unsigned long long)of.moved_self, (unsigned long long)of.refused);
    return ok && of.moved_self > 0 && of.compared > 0 ? 0 : 1;
}
