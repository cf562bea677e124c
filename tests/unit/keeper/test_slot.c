/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: the slot follows from the question's shape and the public sizes; more of either is no
 * earlier slot; what fits none is told what to narrow; sizes are the bounds of their classes.
 */
#include "node/keeper/slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"
#include "proto/query/shape.h"

static struct slot slot(const char *text, enum measure_kind kind, const struct work_sizes *sizes)
{
    struct arena *arena = arena_new(1 << 22);
    struct shape shape = {.measure = {.kind = kind, .n_cells = 2}, .n_parts = 1};
    struct slot out;
    struct ast ast;
    struct err err;

    if (!parse_text(text, arena, &ast, &err))
        fail_msg("%s: %s", text, err.text);
    out = slot_of(&ast, &shape, 5, sizes);
    arena_free(arena);
    return out;
}

static void test_sizes_are_the_bounds_of_their_classes(void **state)
{
    struct sizes sizes = {.persons = 8, .sites = 12, .gene = 6, .events = 10};
    struct work_sizes work = slot_sizes(&sizes, 3);

    (void)state;
    assert_int_equal(work.segments, 3);
    assert_int_equal(work.persons, 65536);
    assert_int_equal(work.sites, 1 << 24);
    assert_int_equal(work.gene, 4096);
    assert_int_equal(work.events, 1 << 20);
    assert_int_equal(work.kinds, 0);
    sizes.kinds = 5;
    assert_int_equal(slot_sizes(&sizes, 3).kinds, 1024);
}

static void test_shape_and_work_decide(void **state)
{
    struct work_sizes sizes = {
        .segments = 1, .persons = 16384, .sites = 1 << 22, .gene = 4096, .events = 1 << 20};
    struct work_sizes summed = sizes;
    char reason[SLOT_REASON_BYTES];
    struct slot is;

    (void)state;
    summed.kinds = 1024;
    is = slot("age >= 18", MEASURE_COUNT, &sizes);
    assert_true(is.fits && is.class == SLOT_B);
    is = slot("age >= 18", MEASURE_BREAKDOWN, &sizes);
    assert_true(is.fits && is.class == SLOT_D);
    is = slot("variant(zygosity = hom)", MEASURE_COUNT, &sizes);
    assert_true(is.fits && is.class == SLOT_D);
    is = slot("variant(zygosity = hom)", MEASURE_COUNT, &summed);
    assert_true(is.fits && is.class == SLOT_B);
    sizes.sites = 1 << 28;
    is = slot("variant(zygosity = hom)", MEASURE_COUNT, &sizes);
    assert_false(is.fits);
    slot_reason(&is, reason);
    assert_non_null(strstr(reason, "1 of its variant( ) look at every site"));
    sizes.persons = UINT64_C(1) << 40;
    is = slot("age >= 18", MEASURE_COUNT, &sizes);
    assert_false(is.fits);
    slot_reason(&is, reason);
    assert_non_null(strstr(reason, "longest answer"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_are_the_bounds_of_their_classes),
        cmocka_unit_test(test_shape_and_work_decide),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
