/* SPDX-License-Identifier: Apache-2.0 */
/* Segments beside those of persons stand behind them, in order, and are kept with what they are of.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/publish/side_segments.h"

/* Room for what the tests append. */
struct bench {
    struct manifest manifest;
    struct manifest_segment segments[16];
};

static void start(struct bench *bench, size_t n)
{
    memset(bench, 0, sizeof(*bench));
    bench->manifest.segments = bench->segments;
    bench->manifest.n_segments = n;
    for (size_t i = 0; i < n; i++)
        bench->segments[i].persons = (uint32_t)(10 + i);
}

static void add(struct side_segments *side, size_t of, enum origin origin, bool structural)
{
    const struct manifest_segment segment = {.persons = (uint32_t)(9 + of)};
    const struct segment_input input = {.origin = origin, .structural = structural};

    side_segments_add(side, &segment, of, &input);
}

/* Tumours of the nth day. */
static void add_day(struct side_segments *side, size_t of, uint32_t nth)
{
    const struct manifest_segment segment = {.persons = (uint32_t)(9 + of)};
    const struct segment_input input = {.origin = ORIGIN_SOMATIC, .nth = nth};

    side_segments_add(side, &segment, of, &input);
}

/* Behind all others, by persons and then by day, also where some were kept and some written. */
static void test_days_stand_last_and_are_kept(void **state)
{
    struct bench old, new;
    struct side_segments side;
    struct err err;

    (void)state;
    start(&old, 2);
    assert_true(side_segments_open(&side, 2, &err));
    add(&side, 2, ORIGIN_SOMATIC, false);
    add_day(&side, 2, 1);
    add_day(&side, 2, 2);
    add(&side, 1, ORIGIN_GERMLINE, true);
    side_segments_append(&side, &old.manifest);
    side_segments_close(&side);
    assert_int_equal(old.manifest.n_small, 3);
    assert_int_equal(old.manifest.n_whole, 4);
    assert_int_equal(old.segments[4].day_of, 2);
    assert_int_equal(old.segments[4].nth, 1);
    assert_int_equal(old.segments[5].nth, 2);
    assert_int_equal(old.segments[5].tumour_of, 0);
    start(&new, 1);
    new.segments[0] = old.segments[1];
    assert_true(side_segments_open(&side, 3, &err));
    side_segments_keep(&side, &old.manifest, 1, &new.manifest);
    new.manifest.n_segments++;
    add(&side, 2, ORIGIN_SOMATIC, false);
    add_day(&side, 2, 1);
    side_segments_append(&side, &new.manifest);
    side_segments_close(&side);
    assert_int_equal(new.manifest.n_whole, 4);
    assert_int_equal(new.manifest.n_segments, 7);
    for (size_t i = 4; i < 7; i++) {
        assert_int_equal(new.segments[i].day_of, i < 6 ? 1 : 2);
        assert_int_equal(new.segments[i].nth, i < 6 ? i - 3 : 1);
    }
}

/* Three segments of persons; the second has tumours, and the first and it structural variants. */
static void fill(struct bench *bench)
{
    struct side_segments side;
    struct err err;

    start(bench, 3);
    assert_true(side_segments_open(&side, 3, &err));
    add(&side, 2, ORIGIN_SOMATIC, true);
    add(&side, 2, ORIGIN_GERMLINE, true);
    add(&side, 2, ORIGIN_SOMATIC, false);
    add(&side, 1, ORIGIN_GERMLINE, true);
    side_segments_append(&side, &bench->manifest);
    side_segments_close(&side);
}

static void test_they_stand_in_order(void **state)
{
    struct bench bench;

    (void)state;
    fill(&bench);
    assert_int_equal(bench.manifest.n_main, 3);
    assert_int_equal(bench.manifest.n_small, 4);
    assert_int_equal(bench.manifest.n_segments, 7);
    assert_int_equal(bench.segments[3].tumour_of, 2);
    assert_int_equal(bench.segments[4].structural_of, 1);
    assert_int_equal(bench.segments[5].structural_of, 2);
    assert_int_equal(bench.segments[6].structural_of, 4); /* of the tumours */
    assert_int_equal(bench.segments[6].tumour_of, 0);
}

static void test_they_are_kept_with_what_they_are_of(void **state)
{
    struct bench old, new;
    struct side_segments side;
    struct err err;

    (void)state;
    fill(&old);
    start(&new, 1); /* the second one was kept, as the first */
    new.segments[0] = old.segments[1];
    new.segments[0].dead[0] = 6;
    new.segments[0].n_dead = 2;
    assert_true(side_segments_open(&side, 3, &err));
    side_segments_keep(&side, &old.manifest, 1, &new.manifest);
    side_segments_append(&side, &new.manifest);
    side_segments_close(&side);
    assert_int_equal(new.manifest.n_main, 1);
    assert_int_equal(new.manifest.n_small, 2);
    assert_int_equal(new.manifest.n_segments, 4);
    assert_int_equal(new.segments[1].tumour_of, 1);
    assert_int_equal(new.segments[2].structural_of, 1);
    assert_int_equal(new.segments[3].structural_of, 2);
    for (size_t i = 1; i < 4; i++) {
        assert_int_equal(new.segments[i].dead[0], 6);
        assert_int_equal(new.segments[i].n_dead, 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_they_stand_in_order),
        cmocka_unit_test(test_days_stand_last_and_are_kept),
        cmocka_unit_test(test_they_are_kept_with_what_they_are_of),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
