/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The merger's promises: a total is over the regions that it counts and says how many; no state is
 * ever taken for a number, zero and small included; nothing is rounded before it is added; shapes
 * that do not fit are refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/report/merge.h"
#include "coordinator/report/sum.h"
#include "proto/base/arena.h"
#include "tests/unit/refused.h"

struct bench {
    struct arena *arena;
    struct answer *answer[REGIONS_MAX];
    struct answer_region region[REGIONS_MAX];
    struct merge_input input;
    struct report *report;
    struct err err;
};

static void bench_up(struct bench *b)
{
    memset(b, 0, sizeof(*b));
    b->arena = arena_new(1 << 20);
    assert_non_null(b->arena);
    b->input = (struct merge_input){.measure = MEASURE_COUNT,
                                    .mode = MODE_REGIONS,
                                    .sigma = 5,
                                    .n_cells = COUNT_CELLS,
                                    .region = b->region};
}

static void bench_down(struct bench *b)
{
    for (size_t i = 0; i < REGIONS_MAX; i++)
        answer_free(b->answer[i]);
    arena_free(b->arena);
}

static void put_value(struct bench *b, const char *node, int64_t matched, int64_t undetermined)
{
    struct answer *answer = answer_new(COUNT_CELLS, 0);
    size_t i = b->input.n_regions++;

    assert_non_null(answer);
    answer->state = REGION_VALUE;
    answer->cell[CELL_MATCHED] = matched;
    answer->cell[CELL_UNDETERMINED] = undetermined;
    answer->display_below = 10;
    answer->display_base = 5;
    answer->price_nrho = 20000000;
    b->answer[i] = answer;
    b->region[i] = (struct answer_region){node, node, REGION_VALUE, NULL, answer};
}

static void put_state(struct bench *b, const char *node, enum region_state state, const char *code)
{
    b->region[b->input.n_regions++] = (struct answer_region){node, node, state, code, NULL};
}

static void test_a_total_is_over_those_who_answered_and_says_so(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    put_value(&b, "01", 103, 2);
    put_state(&b, "03", REGION_OFFLINE, "no-link");
    put_value(&b, "12", 204, 61);
    put_state(&b, "13", REGION_DECLINED, "policy");
    assert_true(merge(&b.input, b.arena, &b.report, &b.err));
    assert_int_equal(b.report->n_answered, 2);
    assert_int_equal(b.report->n_regions, 4);
    assert_int_equal(b.report->total[CELL_MATCHED].value, 305); /* 307, not 105 + 205 */
    assert_int_equal(b.report->total[CELL_UNDETERMINED].value, 65);
    assert_true(b.report->region[0].cell[CELL_UNDETERMINED].suppressed);
    assert_int_equal(b.report->region[1].is.state, REGION_OFFLINE);
    assert_null(b.report->region[1].cell);
    assert_string_equal(b.report->region[3].is.code, "policy");
    bench_down(&b);
}

static void test_small_and_negative_figures_are_added_as_they_are(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    put_value(&b, "01", -7, 0);
    put_value(&b, "03", 4, 0);
    put_value(&b, "04", 23, 0);
    assert_true(merge(&b.input, b.arena, &b.report, &b.err));
    assert_int_equal(b.report->region[0].is.state, REGION_SUPPRESSED);
    assert_int_equal(b.report->region[1].is.state, REGION_SUPPRESSED);
    assert_int_equal(b.report->total[CELL_MATCHED].value, 20); /* -7 + 4 + 23 */
    bench_down(&b);
}

static void test_without_any_answer_there_is_no_total(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    put_state(&b, "01", REGION_TIMED_OUT, "deadline");
    assert_true(merge(&b.input, b.arena, &b.report, &b.err));
    assert_false(b.report->has_total);
    bench_down(&b);
}

static void test_the_interval_grows_with_the_regions_that_count(void **state)
{
    struct bench b;
    char node[21][4];

    (void)state;
    bench_up(&b);
    for (size_t i = 0; i < 21; i++) {
        snprintf(node[i], sizeof(node[i]), "%02zu", i + 1);
        put_value(&b, node[i], 100, 0);
    }
    assert_true(merge(&b.input, b.arena, &b.report, &b.err));
    assert_int_equal(b.report->half_width, 45);
    assert_int_equal(b.report->total[CELL_MATCHED].low, 2055);
    assert_int_equal(b.report->total[CELL_MATCHED].high, 2145);
    assert_int_equal(b.report->region[0].cell[CELL_MATCHED].low, 90);
    bench_down(&b);
}

static void test_when_asked_the_printed_regions_add_up(void **state)
{
    struct bench b;
    int64_t printed = 0;

    (void)state;
    bench_up(&b);
    put_value(&b, "01", 102, 0);
    put_value(&b, "03", 102, 0);
    put_value(&b, "04", 102, 0);
    b.input.adds_up = true;
    assert_true(merge(&b.input, b.arena, &b.report, &b.err));
    for (size_t i = 0; i < 3; i++)
        printed += b.report->region[i].cell[CELL_MATCHED].value;
    assert_int_equal(printed, b.report->total[CELL_MATCHED].value);
    bench_down(&b);
}

static void test_shapes_that_do_not_fit_are_refused(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_refused(merge(&b.input, b.arena, &b.report, &b.err), &b.err,
                   ERR_INVALID); /* no region */
    put_value(&b, "01", 1, 1);
    b.answer[0]->n_cells = 1;
    assert_refused(merge(&b.input, b.arena, &b.report, &b.err), &b.err, ERR_INVALID);
    b.answer[0]->n_cells = COUNT_CELLS;
    b.region[0].state = REGION_FAILED;
    assert_refused(merge(&b.input, b.arena, &b.report, &b.err), &b.err, ERR_INTERNAL);
    b.region[0].state = REGION_VALUE;
    b.input.sigma = 6;
    assert_refused(merge(&b.input, b.arena, &b.report, &b.err), &b.err, ERR_INVALID);
    bench_down(&b);
}

static void test_running_out_of_memory_at_any_point_is_an_error(void **state)
{
    size_t room = 64;
    bool done = false;

    (void)state;
    while (!done) {
        struct bench b;

        bench_up(&b);
        arena_free(b.arena);
        b.arena = arena_new(room);
        put_value(&b, "01", 1, 1);
        put_value(&b, "03", 1, 1);
        done = merge(&b.input, b.arena, &b.report, &b.err);
        assert_true(done || b.err.code == ERR_INTERNAL);
        bench_down(&b);
        room += 32;
    }
    assert_true(room > 128);
}

/* ---- sums ------------------------------------------------------------------------------------ */

static struct sum_list list; /* of the last sum */

/* Three vectors whose masks cancel, of figures that add up to 300 and 30. */
static void sum_up(struct bench *b)
{
    static const char *const nodes[] = {"01", "12", "13"};
    uint64_t mask[2] = {UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xbf58476d1ce4e5b9)};

    bench_up(b);
    b->input.mode = MODE_SUM;
    b->input.list = &list;
    list = (struct sum_list){.session = {7}, .n = 3};
    for (size_t i = 0; i < 3; i++) {
        uint64_t own = i == 2 ? 0 - mask[0] - mask[1] : mask[i];

        put_value(b, nodes[i], (int64_t)(own + 100), (int64_t)(own + 10));
        snprintf(b->answer[i]->node, NODE_BYTES, "%s", nodes[i]);
        snprintf(list.node[i], NODE_BYTES, "%s", nodes[i]);
        b->answer[i]->has_session = true;
        b->answer[i]->session[0] = 7;
    }
    put_state(b, "14", REGION_DECLINED, "policy");
}

static void test_a_sum_has_a_total_and_no_figure_of_a_region(void **state)
{
    struct bench b;

    (void)state;
    sum_up(&b);
    assert_true(merge(&b.input, b.arena, &b.report, &b.err));
    assert_true(b.report->has_total);
    assert_int_equal(b.report->total[CELL_MATCHED].value, 300);
    assert_int_equal(b.report->total[CELL_UNDETERMINED].value, 30);
    assert_int_equal(b.report->n_answered, 3);
    assert_int_equal(b.report->shares, 3);
    assert_int_equal(b.report->half_width, 10); /* one draw of sigma 5 */
    for (size_t i = 0; i < 4; i++)
        assert_null(b.report->region[i].cell);
    assert_int_equal(b.report->region[0].is.state, REGION_TOOK_PART);
    assert_int_equal(b.report->region[3].is.state, REGION_DECLINED);
    bench_down(&b);
}

static void no_total(struct bench *b)
{
    assert_true(merge(&b->input, b->arena, &b->report, &b->err));
    assert_false(b->report->has_total);
    assert_int_equal(b->report->n_answered, 0);
    for (size_t i = 0; i < b->report->n_regions; i++) {
        assert_null(b->report->region[i].cell);
        assert_int_not_equal(b->report->region[i].is.state, REGION_TOOK_PART);
        assert_int_not_equal(b->report->region[i].is.state, REGION_VALUE);
    }
    bench_down(b);
}

static void test_a_sum_that_is_not_whole_has_no_total(void **state)
{
    struct bench b;

    (void)state;
    sum_up(&b); /* nobody has a list */
    b.input.list = NULL;
    no_total(&b);
    sum_up(&b); /* one of them is missing */
    b.region[1] = (struct answer_region){"12", "12", REGION_OFFLINE, "link-lost", NULL};
    no_total(&b);
    sum_up(&b); /* of another session */
    b.answer[2]->session[31] = 1;
    no_total(&b);
    sum_up(&b); /* one who is not in the list */
    snprintf(list.node[2], NODE_BYTES, "99");
    no_total(&b);
    sum_up(&b); /* masks that do not cancel */
    b.answer[0]->cell[1] ^= INT64_C(1) << 60;
    no_total(&b);
}

static void test_a_blind_sum_has_no_number_without_its_veil(void **state)
{
    int64_t veil[2] = {INT64_C(0x7123456789abcdef), -INT64_C(0x7edcba9876543210)};
    struct bench b;

    (void)state;
    sum_up(&b);
    b.input.blind = true; /* even where the vectors add up to one */
    assert_true(merge(&b.input, b.arena, &b.report, &b.err));
    assert_true(b.report->sealed);
    assert_false(b.report->has_total);
    assert_int_equal(b.report->half_width, 0);
    assert_int_equal(b.report->n_answered, 3);
    assert_int_equal(b.report->region[0].is.state, REGION_TOOK_PART);
    assert_int_equal(b.report->region[3].is.state, REGION_DECLINED);
    b.input.veil = veil; /* another's: chance, and no sum */
    assert_true(merge(&b.input, b.arena, &b.report, &b.err));
    assert_false(b.report->sealed || b.report->has_total);
    assert_string_equal(b.report->region[0].is.code, "no-sum");
    for (int cell = 0; cell < 2; cell++)
        b.answer[1]->cell[cell] =
            (int64_t)((uint64_t)b.answer[1]->cell[cell] + (uint64_t)veil[cell]);
    assert_true(merge(&b.input, b.arena, &b.report, &b.err));
    assert_true(b.report->has_total && b.report->blind);
    assert_int_equal(b.report->total[CELL_MATCHED].value, 300);
    assert_int_equal(b.report->total[CELL_UNDETERMINED].value, 30);
    assert_int_equal(b.report->half_width, 10);
    b.input.blind = false;
    assert_refused(merge(&b.input, b.arena, &b.report, &b.err), &b.err,
                   ERR_INVALID); /* a veil of nothing */
    b.input.veil = NULL;
    b.input.blind = true;
    b.input.mode = MODE_REGIONS;
    assert_refused(merge(&b.input, b.arena, &b.report, &b.err), &b.err, ERR_INVALID);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sum_has_a_total_and_no_figure_of_a_region),
        cmocka_unit_test(test_a_sum_that_is_not_whole_has_no_total),
        cmocka_unit_test(test_a_blind_sum_has_no_number_without_its_veil),
        cmocka_unit_test(test_a_total_is_over_those_who_answered_and_says_so),
        cmocka_unit_test(test_small_and_negative_figures_are_added_as_they_are),
        cmocka_unit_test(test_without_any_answer_there_is_no_total),
        cmocka_unit_test(test_the_interval_grows_with_the_regions_that_count),
        cmocka_unit_test(test_when_asked_the_printed_regions_add_up),
        cmocka_unit_test(test_shapes_that_do_not_fit_are_refused),
        cmocka_unit_test(test_running_out_of_memory_at_any_point_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
