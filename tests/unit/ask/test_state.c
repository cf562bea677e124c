/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store's promises: what is committed is there after a kill, with each region's own state; a
 * late answer is kept and not counted; the same thing put twice is one; a newer schema is refused;
 * of each node the release with the highest index by its last key is found again;
 * running out of memory at any point is an error and never half a question.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "coordinator/ask/retention.h"
#include "coordinator/ask/state.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "tests/unit/ask/country.h"
#include "tests/unit/refused.h"

struct bench {
    struct country c;
    struct roster *roster;
    char *path;
    struct state *state;
    struct plan *plan;
    struct err err;
};

static struct plan *plan_of(uint8_t id)
{
    struct plan *plan = calloc(1, sizeof(*plan) + 3);

    assert_non_null(plan);
    plan->id[0] = plan->hash[0] = id;
    snprintf(plan->analyst, sizeof(plan->analyst), "anna");
    snprintf(plan->organisation, sizeof(plan->organisation), "gms");
    plan->measure = MEASURE_COUNT;
    plan->mode = MODE_REGIONS;
    plan->sigma = 5;
    plan->n_cells = 2;
    plan->n_regions = 2;
    snprintf(plan->region[0], NODE_BYTES, "01");
    snprintf(plan->region[1], NODE_BYTES, "02");
    plan->envelope = (uint8_t *)(plan + 1);
    plan->envelope_bytes = 3;
    memcpy(plan->envelope, "abc", 3);
    return plan;
}

static void bench_up(struct bench *b)
{
    country_up(&b->c, 2);
    b->path = country_path(&b->c, "state.db");
    b->plan = plan_of(1);
    assert_true(
        roster_read(country_path(&b->c, "roster"), &b->c.roots, NULL, 0, &b->roster, &b->err));
    assert_true(state_open(b->path, &b->state, &b->err));
}

static void bench_down(struct bench *b)
{
    state_close(b->state);
    roster_free(b->roster);
    plan_free(b->plan);
    country_down(&b->c);
}

static struct answer *answer_from(struct bench *b, size_t node, int64_t matched)
{
    struct country_answer a = {.node = node, .matched = matched, .question_hash = b->plan->hash};
    Rikstal__V1__Envelope *envelope;
    struct answer *answer;
    const uint8_t *data;
    size_t size;

    country_answer(&b->c, &a, &envelope, &data, &size);
    assert_true(answer_open((struct roster_view){b->roster, b->c.node[node].id, clock_wall_s()},
                            (struct bytes_view){data, size}, &answer, &b->err));
    return answer;
}

static void put_answer(struct bench *b, size_t node, int64_t matched, bool late)
{
    struct answer *answer = answer_from(b, node, matched);

    assert_true(state_put_answer(b->state, b->plan, answer, late, 1001, &b->err));
    answer_free(answer);
}

static void test_what_is_committed_survives_a_kill(void **state)
{
    struct outcome *outcome;
    struct bench b;
    int status;
    pid_t child;

    (void)state;
    bench_up(&b);
    state_close(b.state);
    child = fork();
    if (child == 0) { /* dies without closing anything, as after kill -9 */
        if (!state_open(b.path, &b.state, &b.err) ||
            !state_put_question(b.state, b.plan, 1000, 1030, &b.err))
            _exit(1);
        put_answer(&b, 0, 42, false);
        if (!state_commit(b.state, &b.err))
            _exit(1);
        put_answer(&b, 1, 43, false); /* not committed */
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(state_open(b.path, &b.state, &b.err));
    assert_true(state_outcome(b.state, b.plan->id, &outcome, &b.err));
    assert_non_null(outcome);
    assert_true(outcome->open);
    assert_int_equal(outcome->asked_s, 1000);
    assert_int_equal(outcome->region[0].answer->cell[0], 42);
    assert_null(outcome->region[1].answer);
    outcome_free(outcome);
    bench_down(&b);
}

static void test_a_completed_question_has_every_region_s_state(void **state)
{
    struct coord_question question = {.n_regions = 2};
    struct outcome *outcome;
    struct bench b;

    (void)state;
    bench_up(&b);
    question.plan = b.plan;
    question.region[0].is.node = "01";
    question.region[0].is.state = REGION_VALUE;
    question.region[1].is.node = "02";
    question.region[1].is.state = REGION_TIMED_OUT;
    question.region[1].is.code = "deadline";
    assert_true(state_put_question(b.state, b.plan, 1000, 1030, &b.err));
    assert_true(state_put_question(b.state, b.plan, 2000, 2030, &b.err)); /* again: nothing */
    put_answer(&b, 0, 42, false);
    assert_true(state_put_done(b.state, &question, 1002, &b.err));
    put_answer(&b, 1, 99, true); /* too late to count */
    assert_true(state_commit(b.state, &b.err));
    assert_true(state_outcome(b.state, b.plan->id, &outcome, &b.err));
    assert_false(outcome->open);
    assert_int_equal(outcome->asked_s, 1000);
    assert_int_equal(outcome->n_regions, 2);
    assert_int_equal(outcome->region[0].state, REGION_VALUE);
    assert_int_equal(outcome->region[1].state, REGION_TIMED_OUT);
    assert_string_equal(outcome->region[1].code, "deadline");
    assert_null(outcome->region[1].answer);
    outcome_free(outcome);
    bench_down(&b);
}

static bool count_open(void *owner, const struct state_open_question *question, struct err *err)
{
    (void)err;
    assert_int_equal(question->envelope_bytes, 3);
    assert_int_equal(question->deadline_s, 1030);
    *(size_t *)owner += 1;
    return true;
}

static void test_what_cannot_be_resumed_is_closed_as_interrupted(void **state)
{
    struct outcome *outcome;
    struct bench b;
    size_t n = 0;

    (void)state;
    bench_up(&b);
    assert_true(state_put_question(b.state, b.plan, 1000, 1030, &b.err));
    put_answer(&b, 0, 42, false);
    assert_true(state_each_open(b.state, count_open, &n, &b.err));
    assert_int_equal(n, 1);
    assert_true(state_put_interrupted(b.state, b.plan->id, 1100, &b.err));
    assert_true(state_each_open(b.state, count_open, &n, &b.err));
    assert_int_equal(n, 1);
    assert_true(state_outcome(b.state, b.plan->id, &outcome, &b.err));
    assert_int_equal(outcome->region[0].state, REGION_VALUE); /* its answer is there */
    assert_int_equal(outcome->region[1].state, REGION_FAILED);
    assert_string_equal(outcome->region[1].code, "interrupted");
    outcome_free(outcome);
    bench_down(&b);
}

static void test_budgets_are_what_was_said_last(void **state)
{
    struct state_budget budget[4];
    struct bench b;
    size_t n;

    (void)state;
    bench_up(&b);
    assert_true(state_put_question(b.state, b.plan, 1000, 1030, &b.err));
    put_answer(&b, 0, 1, false);
    put_answer(&b, 1, 1, true); /* a late answer was paid for, too */
    assert_true(state_budgets(b.state, "gms", budget, 4, &n, &b.err));
    assert_int_equal(n, 2);
    assert_string_equal(budget[0].balance.dataset, "main");
    assert_string_equal(budget[0].balance.window, "2026");
    assert_int_equal(budget[0].balance.year_left_nrho, 480000000);
    assert_int_equal(budget[0].balance.year_cap_nrho, 500000000);
    assert_int_equal(budget[0].balance.lifetime_left_nrho, 1980000000);
    assert_int_equal(budget[0].balance.lifetime_cap_nrho, 2000000000);
    assert_int_equal(budget[0].balance.person_year_nrho, 50000000);
    assert_int_equal(budget[0].balance.person_lifetime_nrho, 200000000);
    assert_true(state_budgets(b.state, "other", budget, 4, &n, &b.err));
    assert_int_equal(n, 0);
    bench_down(&b);
}

/* Another question is answered, with this leaf and key. */
static void put_release(struct bench *b, uint8_t question, size_t node, uint64_t index, uint8_t key)
{
    struct plan *plan = plan_of(question);
    struct answer *answer = answer_from(b, node, question); /* so its bytes tell which it is */

    answer->log_index = index;
    memset(answer->signer, key, sizeof(answer->signer));
    assert_true(state_put_question(b->state, plan, 1000, 1030, &b->err));
    assert_true(state_put_answer(b->state, plan, answer, false, 1001, &b->err));
    answer_free(answer);
    plan_free(plan);
}

/* The figure in the newest release of the node; -1: it has none. */
static int64_t newest_of(struct bench *b, const char *node)
{
    struct arena *arena = arena_new(1 << 20);
    struct answer *answer;
    int64_t matched = -1;
    uint8_t *data;
    size_t size;

    assert_non_null(arena);
    assert_true(state_newest(b->state, node, arena, &data, &size, &b->err));
    if (data) {
        assert_true(answer_parse(data, size, &answer, &b->err));
        matched = answer->cell[0];
        answer_free(answer);
    }
    arena_free(arena);
    return matched;
}

static void test_the_newest_release_of_a_node_is_found(void **state)
{
    struct answer *refusal;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_int_equal(newest_of(&b, "01"), -1);
    put_release(&b, 1, 0, 70, 1);
    put_release(&b, 2, 0, 90, 1);
    put_release(&b, 3, 0, 80, 1); /* a repeat of something older */
    put_release(&b, 4, 1, 500, 2);
    refusal = answer_from(&b, 0, 5);
    refusal->state = REGION_DECLINED;
    refusal->log_index = 1000;
    assert_true(state_put_answer(b.state, b.plan, refusal, true, 1001, &b.err));
    answer_free(refusal);
    assert_int_equal(newest_of(&b, "01"), 2);
    assert_int_equal(newest_of(&b, "02"), 4);
    assert_true(state_commit(b.state, &b.err));
    state_close(b.state);
    assert_true(state_open(b.path, &b.state, &b.err));
    assert_int_equal(newest_of(&b, "01"), 2);
    put_release(&b, 6, 0, 3, 9); /* by a new key, of a new log */
    assert_int_equal(newest_of(&b, "01"), 6);
    assert_int_equal(newest_of(&b, "03"), -1);
    bench_down(&b);
}

/* Puts question `id`, asked at asked_s, answered by node 01 and complete. */
static void put_complete(struct bench *b, uint8_t id, int64_t asked_s)
{
    struct coord_question question = {.n_regions = 2};

    plan_free(b->plan);
    b->plan = plan_of(id);
    question.plan = b->plan;
    question.region[0].is = (struct answer_region){.node = "01", .state = REGION_VALUE};
    question.region[1].is = (struct answer_region){.node = "02", .state = REGION_OFFLINE};
    assert_true(state_put_question(b->state, b->plan, asked_s, asked_s + 30, &b->err));
    put_answer(b, 0, id, false);
    assert_true(state_put_done(b->state, &question, asked_s + 1, &b->err));
    assert_true(state_commit(b->state, &b->err));
}

static bool is_known(struct bench *b, uint8_t first)
{
    uint8_t id[QUESTION_ID_BYTES] = {first};
    struct outcome *outcome;
    bool known;

    assert_true(state_outcome(b->state, id, &outcome, &b->err));
    known = outcome != NULL;
    outcome_free(outcome);
    return known;
}

static void test_what_is_old_is_forgotten_and_what_is_young_or_open_is_not(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    put_complete(&b, 1, 1000);
    put_complete(&b, 2, 2000);
    plan_free(b.plan);
    b.plan = plan_of(3);
    assert_true(state_put_question(b.state, b.plan, 500, 530, &b.err)); /* still open */
    assert_true(retention_forget(b.state, 1000, &b.err));
    assert_true(is_known(&b, 1)); /* asked at the limit */
    assert_true(retention_forget(b.state, 1001, &b.err));
    assert_false(is_known(&b, 1));
    assert_true(is_known(&b, 2));
    assert_true(is_known(&b, 3));
    bench_down(&b);
}

static void test_a_node_s_newest_release_outlives_its_question(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    put_release(&b, 1, 0, 70, 1);
    put_release(&b, 2, 0, 90, 1);
    for (uint8_t i = 1; i < 4; i++) {
        uint8_t id[QUESTION_ID_BYTES] = {i};

        if (i == 3)
            put_release(&b, 3, 1, 10, 2);
        assert_true(state_put_interrupted(b.state, id, 1001, &b.err));
    }
    assert_true(retention_forget(b.state, 5000, &b.err));
    assert_false(is_known(&b, 1));
    assert_false(is_known(&b, 2));
    assert_false(is_known(&b, 3));
    assert_int_equal(newest_of(&b, "01"), 2);
    assert_int_equal(newest_of(&b, "02"), 3);
    put_release(&b, 4, 0, 95, 1);
    assert_int_equal(newest_of(&b, "01"), 4);
    assert_true(retention_forget(b.state, 5000, &b.err)); /* the former newest goes now */
    assert_int_equal(newest_of(&b, "01"), 4);
    bench_down(&b);
}

/* Put and completed without a figure, at this second. */
static void put_refused(struct bench *b, uint8_t id, const char *organisation, int64_t asked_s)
{
    uint8_t bytes[QUESTION_ID_BYTES] = {id};
    struct plan *plan = plan_of(id);

    snprintf(plan->organisation, sizeof(plan->organisation), "%s", organisation);
    assert_true(state_put_question(b->state, plan, asked_s, asked_s + 30, &b->err));
    assert_true(state_put_interrupted(b->state, bytes, asked_s + 1, &b->err));
    plan_free(plan);
}

static void test_of_refused_questions_the_newest_of_each_organisation_stay(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    put_release(&b, 1, 0, 70, 1); /* figures stay */
    for (uint8_t id = 10; id < 15; id++)
        put_refused(&b, id, "gms", 2000 + id);
    put_refused(&b, 20, "north", 1000);
    assert_true(retention_shed(b.state, 2, &b.err));
    for (uint8_t id = 10; id < 15; id++)
        assert_int_equal(is_known(&b, id), id >= 13);
    assert_true(is_known(&b, 20));
    assert_true(is_known(&b, 1));
    assert_true(retention_shed(b.state, 0, &b.err));
    assert_false(is_known(&b, 14));
    assert_false(is_known(&b, 20));
    assert_true(is_known(&b, 1));
    bench_down(&b);
}

static void test_a_question_that_was_never_put_is_none(void **state)
{
    uint8_t id[QUESTION_ID_BYTES] = {9};
    struct outcome *outcome = (struct outcome *)id;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(state_outcome(b.state, id, &outcome, &b.err));
    assert_null(outcome);
    bench_down(&b);
}

static void test_a_newer_schema_is_refused(void **state)
{
    struct bench b;
    sqlite3 *db;

    (void)state;
    bench_up(&b);
    state_close(b.state);
    assert_int_equal(sqlite3_open(b.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version=99", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_refused(state_open(b.path, &b.state, &b.err), &b.err, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "newer program"));
    b.state = NULL;
    bench_down(&b);
}

/* ---- memory that fails at the n-th allocation --------------------------------------------------
 */

static sqlite3_mem_methods real;
static int fail_after = -1;

static void *failing_malloc(int size)
{
    if (fail_after == 0)
        return NULL;
    if (fail_after > 0)
        fail_after--;
    return real.xMalloc(size);
}

static void test_out_of_memory_puts_a_question_whole_or_not_at_all(void **state)
{
    bool done = false;
    struct bench b;
    int n;

    (void)state;
    bench_up(&b);
    for (n = 0; !done && n < 2000; n++) {
        struct plan *plan = plan_of((uint8_t)(2 + n % 200));
        struct outcome *outcome = NULL;
        bool put;

        plan->id[1] = (uint8_t)(n / 200);
        fail_after = n;
        put =
            state_put_question(b.state, plan, 1000, 1030, &b.err) && state_commit(b.state, &b.err);
        done = put && fail_after != 0;
        fail_after = -1;
        (void)!state_commit(b.state, &b.err);
        assert_true(state_outcome(b.state, plan->id, &outcome, &b.err));
        assert_true(!put || (outcome && outcome->n_regions == 2));
        outcome_free(outcome);
        plan_free(plan);
    }
    assert_true(done && n > 1);
    print_message("survived failure at each of %d allocations\n", n - 1);
    bench_down(&b);
}

/* What fails when half of the question is stored takes all of it back. */
static void test_a_question_that_fails_half_way_is_none(void **state)
{
    struct bench b;
    sqlite3 *db;

    (void)state;
    bench_up(&b);
    assert_int_equal(sqlite3_open(b.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "CREATE TRIGGER refuse BEFORE INSERT ON region"
                                  " WHEN new.node = '02' BEGIN SELECT raise(ABORT, 'no'); END",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_refused(state_put_question(b.state, b.plan, 1000, 1030, &b.err), &b.err, ERR_INTERNAL);
    assert_true(state_commit(b.state, &b.err));
    assert_false(is_known(&b, 1));
    assert_int_equal(sqlite3_exec(db, "DROP TRIGGER refuse", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_true(state_put_question(b.state, b.plan, 1000, 1030, &b.err));
    assert_true(state_commit(b.state, &b.err));
    assert_true(is_known(&b, 1));
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_committed_survives_a_kill),
        cmocka_unit_test(test_a_completed_question_has_every_region_s_state),
        cmocka_unit_test(test_what_cannot_be_resumed_is_closed_as_interrupted),
        cmocka_unit_test(test_budgets_are_what_was_said_last),
        cmocka_unit_test(test_the_newest_release_of_a_node_is_found),
        cmocka_unit_test(test_what_is_old_is_forgotten_and_what_is_young_or_open_is_not),
        cmocka_unit_test(test_a_node_s_newest_release_outlives_its_question),
        cmocka_unit_test(test_of_refused_questions_the_newest_of_each_organisation_stay),
        cmocka_unit_test(test_a_question_that_was_never_put_is_none),
        cmocka_unit_test(test_a_newer_schema_is_refused),
        cmocka_unit_test(test_out_of_memory_puts_a_question_whole_or_not_at_all),
        cmocka_unit_test(test_a_question_that_fails_half_way_is_none),
    };
    sqlite3_mem_methods failing;

    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
    failing = real;
    failing.xMalloc = failing_malloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &failing);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
