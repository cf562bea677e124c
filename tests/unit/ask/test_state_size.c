/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What state.db grows by: a question to 21 regions at most 15 KB, and one that was answered before
 * less than half of that, because it refers to the first; and every answer is read back as signed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "coordinator/ask/state.h"
#include "proto/base/clock.h"
#include "tests/unit/ask/country.h"

#define REGIONS 21
#define QUESTIONS 40
#define PADDING 1559 /* what a node adds to the answer to a count */
#define QUESTION_BYTES_MAX 15000

struct bench {
    struct country c;
    struct roster *roster;
    char *path;
    struct state *state;
    struct err err;
    uint8_t *sent[2 * QUESTIONS][REGIONS]; /* the envelopes, as they were signed */
    size_t sent_bytes[2 * QUESTIONS][REGIONS];
};

static struct plan *plan_of(struct bench *b, uint32_t id)
{
    struct plan *plan = calloc(1, sizeof(*plan) + 240);

    assert_non_null(plan);
    memcpy(plan->id, &id, sizeof(id));
    memcpy(plan->hash, &id, sizeof(id));
    snprintf(plan->analyst, sizeof(plan->analyst), "anna");
    snprintf(plan->organisation, sizeof(plan->organisation), "gms");
    plan->measure = MEASURE_COUNT;
    plan->mode = MODE_REGIONS;
    plan->sigma = 5;
    plan->n_cells = 2;
    plan->n_regions = REGIONS;
    for (size_t i = 0; i < REGIONS; i++)
        snprintf(plan->region[i], NODE_BYTES, "%s", b->c.node[i].id);
    plan->envelope = (uint8_t *)(plan + 1);
    plan->envelope_bytes = 240;
    memset(plan->envelope, (int)id + 1, 240);
    return plan;
}

static void put_answer(struct bench *b, const struct plan *plan, uint32_t id, size_t node)
{
    struct country_answer a = {.node = node,
                               .matched = 1000 * (int64_t)node + id % QUESTIONS,
                               .question_hash = plan->hash,
                               .padding = PADDING};
    Rikstal__V1__Envelope *envelope;
    struct answer *answer;
    const uint8_t *data;
    size_t size;

    country_answer(&b->c, &a, &envelope, &data, &size);
    assert_true(answer_open((struct roster_view){b->roster, b->c.node[node].id, clock_wall_s()},
                            (struct bytes_view){data, size}, &answer, &b->err));
    answer->log_index = id % QUESTIONS; /* the second time is a repeat of the first */
    assert_true(state_put_answer(b->state, plan, answer, false, 1001, &b->err));
    answer_free(answer);
    b->sent[id][node] = malloc(size);
    assert_non_null(b->sent[id][node]);
    memcpy(b->sent[id][node], data, size);
    b->sent_bytes[id][node] = size;
}

/* Bytes that the file has, with nothing of it in the log. */
static int64_t file_bytes(struct bench *b)
{
    struct stat status;

    state_close(b->state);
    assert_int_equal(stat(b->path, &status), 0);
    assert_true(state_open(b->path, &b->state, &b->err));
    return status.st_size;
}

/* Asks QUESTIONS of them; the bytes that one took. */
static int64_t ask(struct bench *b, uint32_t from)
{
    int64_t before = file_bytes(b);

    for (uint32_t id = from; id < from + QUESTIONS; id++) {
        struct coord_question question = {.n_regions = REGIONS};
        struct plan *plan = plan_of(b, id);

        question.plan = plan;
        assert_true(state_put_question(b->state, plan, 1000, 1030, &b->err));
        for (size_t i = 0; i < REGIONS; i++) {
            put_answer(b, plan, id, i);
            question.region[i].is.node = b->c.node[i].id;
            question.region[i].is.state = REGION_VALUE;
        }
        assert_true(state_put_done(b->state, &question, 1002, &b->err));
        assert_true(state_commit(b->state, &b->err));
        plan_free(plan);
    }
    return (file_bytes(b) - before) / QUESTIONS;
}

static void all_as_signed(struct bench *b)
{
    for (uint32_t id = 0; id < 2 * QUESTIONS; id++) {
        uint8_t question[QUESTION_ID_BYTES] = {0};
        struct outcome *outcome;

        memcpy(question, &id, sizeof(id));
        assert_true(state_outcome(b->state, question, &outcome, &b->err));
        assert_non_null(outcome);
        assert_int_equal(outcome->n_regions, REGIONS);
        for (size_t i = 0; i < REGIONS; i++) {
            const struct answer *answer = outcome->region[i].answer;

            assert_non_null(answer);
            assert_int_equal(answer->envelope_bytes, b->sent_bytes[id][i]);
            assert_memory_equal(answer->envelope, b->sent[id][i], answer->envelope_bytes);
        }
        outcome_free(outcome);
    }
}

static void test_a_question_takes_15_kb_and_a_repeat_half_of_it(void **state)
{
    struct bench *b = calloc(1, sizeof(*b));
    int64_t first, again;

    (void)state;
    assert_non_null(b);
    country_up(&b->c, REGIONS);
    b->path = country_path(&b->c, "state.db");
    assert_true(
        roster_read(country_path(&b->c, "roster"), &b->c.roots, NULL, 0, &b->roster, &b->err));
    assert_true(state_open(b->path, &b->state, &b->err));
    first = ask(b, 0);
    again = ask(b, QUESTIONS);
    print_message("a question to %d regions: %lld bytes; the same again: %lld bytes\n", REGIONS,
                  (long long)first, (long long)again);
    assert_in_range(first, REGIONS * 100, QUESTION_BYTES_MAX);
    assert_in_range(again, REGIONS * 64, QUESTION_BYTES_MAX / 2);
    all_as_signed(b);
    state_close(b->state);
    roster_free(b->roster);
    for (size_t id = 0; id < 2 * QUESTIONS; id++)
        for (size_t i = 0; i < REGIONS; i++)
            free(b->sent[id][i]);
    country_down(&b->c);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_question_takes_15_kb_and_a_repeat_half_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
