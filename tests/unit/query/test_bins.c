/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of bins: every number is in exactly one class, whose name says so; edges that do not
 * rise, too few, one too many and such that no number has are refused; what an analyst writes gives
 * the edges that it says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/date.h"
#include "proto/query/bins.h"
#include "tests/unit/refused.h"

struct bench {
    struct arena *arena;
    struct bins bins;
    struct err err;
};

static void make(struct bench *b, enum bins_unit unit, const int32_t *edges, size_t n)
{
    *b = (struct bench){.arena = arena_new(1 << 20)};
    assert_non_null(b->arena);
    assert_true(bins_of(unit, edges, n, b->arena, &b->bins, &b->err));
}

static const char *name_of(const struct bench *b, int32_t number)
{
    uint32_t class = bins_class(&b->bins, number);

    assert_true(class < b->bins.dimension.n_classes);
    return b->bins.dimension.classes[class];
}

static void test_ages_and_days_begin_at_nothing(void **state)
{
    static const int32_t from_0[] = {0, 18, 19, 65}, from_18[] = {18, 40};
    struct bench b;

    (void)state;
    make(&b, BINS_YEARS, from_0, 4);
    assert_int_equal(b.bins.dimension.n_classes, 5);
    assert_string_equal(b.bins.dimension.name, "age");
    assert_string_equal(name_of(&b, 0), "0-17");
    assert_string_equal(name_of(&b, 17), "0-17");
    assert_string_equal(name_of(&b, 18), "18");
    assert_string_equal(name_of(&b, 64), "19-64");
    assert_string_equal(name_of(&b, 65), "65 and more");
    assert_string_equal(name_of(&b, -1), "unknown");
    assert_string_equal(b.bins.dimension.classes[bins_unknown(&b.bins)], "unknown");
    arena_free(b.arena);
    make(&b, BINS_DAYS, from_18, 2);
    assert_int_equal(b.bins.dimension.n_classes, 4);
    assert_string_equal(b.bins.dimension.name, "days");
    assert_string_equal(name_of(&b, 17), "before 18");
    assert_string_equal(name_of(&b, 39), "18-39");
    arena_free(b.arena);
}

static void test_periods_have_the_names_of_their_months(void **state)
{
    const int32_t *edges;
    struct bench b;
    size_t n;

    (void)state;
    b.arena = arena_new(1 << 20);
    assert_true(bins_read_period("2019-11..2020-01", b.arena, &edges, &n, &b.err));
    assert_int_equal(n, 4);
    assert_true(bins_of(BINS_MONTHS, edges, n, b.arena, &b.bins, &b.err));
    assert_string_equal(b.bins.dimension.name, "period");
    assert_string_equal(name_of(&b, bins_month(date_from_civil(2019, 10, 31))), "before 2019-11");
    assert_string_equal(name_of(&b, bins_month(date_from_civil(2019, 11, 1))), "2019-11");
    assert_string_equal(name_of(&b, bins_month(date_from_civil(2020, 1, 31))), "2020-01");
    assert_string_equal(name_of(&b, bins_month(date_from_civil(2020, 2, 1))), "2020-02 and later");
    assert_true(bins_read_period("1969Q4..1970Q1", b.arena, &edges, &n, &b.err));
    assert_true(bins_of(BINS_MONTHS, edges, n, b.arena, &b.bins, &b.err));
    assert_string_equal(name_of(&b, bins_month(date_from_civil(1969, 12, 31))), "1969Q4");
    assert_string_equal(name_of(&b, bins_month(date_from_civil(1970, 3, 31))), "1970Q1");
    assert_string_equal(name_of(&b, bins_month(date_from_civil(1970, 4, 1))), "1970Q2 and later");
    assert_true(bins_read_period("2019..2021", b.arena, &edges, &n, &b.err));
    assert_int_equal(n, 4);
    assert_true(bins_of(BINS_MONTHS, edges, n, b.arena, &b.bins, &b.err));
    assert_string_equal(name_of(&b, bins_month(date_from_civil(2020, 7, 1))), "2020");
    arena_free(b.arena);
}

/* Months of a width that has no name of its own. */
static void test_other_widths_have_both_ends(void **state)
{
    static const int32_t edges[] = {600, 602, 608};
    struct bench b;

    (void)state;
    make(&b, BINS_MONTHS, edges, 3);
    assert_string_equal(name_of(&b, 600), "2020-01..2020-02");
    assert_string_equal(name_of(&b, 607), "2020-03..2020-08");
    assert_string_equal(name_of(&b, 608), "2020-09 and later");
    arena_free(b.arena);
}

static void test_edges_at_the_limit_and_one_past(void **state)
{
    static int32_t edges[BINS_EDGES_MAX + 1];
    static const int32_t flat[] = {0, 5, 5}, falling[] = {5, 4}, old[] = {0, 151},
                         young[] = {-1, 4};
    struct bench b;

    (void)state;
    for (int32_t i = 0; i <= BINS_EDGES_MAX; i++)
        edges[i] = i;
    make(&b, BINS_DAYS, edges, BINS_EDGES_MAX);
    assert_refused(bins_of(BINS_DAYS, edges, BINS_EDGES_MAX + 1, b.arena, &b.bins, &b.err), &b.err,
                   ERR_INVALID);
    assert_refused(bins_of(BINS_DAYS, edges, 1, b.arena, &b.bins, &b.err), &b.err, ERR_INVALID);
    assert_refused(bins_of(BINS_DAYS, flat, 3, b.arena, &b.bins, &b.err), &b.err, ERR_INVALID);
    assert_refused(bins_of(BINS_DAYS, falling, 2, b.arena, &b.bins, &b.err), &b.err, ERR_INVALID);
    assert_refused(bins_of(BINS_YEARS, old, 2, b.arena, &b.bins, &b.err), &b.err, ERR_INVALID);
    assert_refused(bins_of(BINS_YEARS, young, 2, b.arena, &b.bins, &b.err), &b.err, ERR_INVALID);
    assert_refused(bins_of(0, edges, 2, b.arena, &b.bins, &b.err), &b.err, ERR_INVALID);
    assert_refused(bins_of(4, edges, 2, b.arena, &b.bins, &b.err), &b.err, ERR_INVALID);
    arena_free(b.arena);
}

static void test_lists_are_read_or_refused(void **state)
{
    static const char *const wrong[] = {"",     "0,",        "0..10",        "0..10/0",
                                        "a",    "0..10/2x",  "0,18;40",      "0 ,18",
                                        "-1,4", "0..1000/1", "99999999999,2"};
    static const char *const no_period[] = {
        "2019",           "2019-01",          "2019-01..2019Q2",   "2019-13..2020-01", "2020..2019",
        "2019Q0..2019Q4", "1990-01..2020-01", "2019-01..2019-02x", "19-1..",           "0..3"};
    struct bench b = {.arena = arena_new(1 << 20)};
    const int32_t *edges;
    size_t n;

    (void)state;
    assert_true(bins_read_list("0,18,40,65", b.arena, &edges, &n, &b.err));
    assert_int_equal(n, 4);
    assert_int_equal(edges[2], 40);
    assert_true(bins_read_list("0..65/30", b.arena, &edges, &n, &b.err));
    assert_int_equal(n, 3);
    assert_int_equal(edges[2], 60);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_refused(bins_read_list(wrong[i], b.arena, &edges, &n, &b.err), &b.err, ERR_INVALID);
    for (size_t i = 0; i < sizeof(no_period) / sizeof(no_period[0]); i++)
        assert_refused(bins_read_period(no_period[i], b.arena, &edges, &n, &b.err), &b.err,
                       ERR_INVALID);
    arena_free(b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ages_and_days_begin_at_nothing),
        cmocka_unit_test(test_periods_have_the_names_of_their_months),
        cmocka_unit_test(test_other_widths_have_both_ends),
        cmocka_unit_test(test_edges_at_the_limit_and_one_past),
        cmocka_unit_test(test_lists_are_read_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
