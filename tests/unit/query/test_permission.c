/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a question meets a rule that allows each of its parts; of one that allows all but one,
 * that one is named; what the measure reveals counts as a field; in mode sum `region` is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/diagnostic.h"
#include "proto/query/parse.h"
#include "proto/query/permission.h"

static const char *const purposes[] = {"research", "statistics"};

struct bench {
    struct arena *arena;
    struct ast ast;
    struct permission rule;
    struct permission_asked asked;
    struct err err;
};

static void question(struct bench *b, const char *text)
{
    struct diagnostics found;

    assert_true(parse(text, strlen(text), b->arena, &b->ast, &found));
    b->asked.root = b->ast.root;
}

/* A rule that allows all, and a question that meets it. */
static void bench_up(struct bench *b)
{
    *b = (struct bench){.arena = arena_new((size_t)1 << 20)};
    b->rule = (struct permission){.role = "analyst",
                                  .purposes = purposes,
                                  .n_purposes = 2,
                                  .modes = UINT32_MAX,
                                  .measures = UINT32_MAX,
                                  .sigmas = UINT32_MAX,
                                  .fields = UINT32_MAX,
                                  .age_band = 1};
    b->asked = (struct permission_asked){
        .purpose = "research", .mode = MODE_SUM, .sigma = 10, .measure = MEASURE_COUNT};
    question(b, "sex = female and age >= 18");
}

static void stands_in_the_way(struct bench *b, int reached, const char *word)
{
    assert_int_equal(permission_meets(&b->rule, &b->asked, &b->err), reached);
    assert_int_equal(b->err.code, ERR_DENIED);
    if (!strstr(b->err.text, word))
        fail_msg("\"%s\" does not name %s", b->err.text, word);
}

static void test_each_part_is_named_that_stands_in_the_way(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_int_equal(permission_meets(&b.rule, &b.asked, &b.err), PERMISSION_MET);
    b.rule.permit = true;
    stands_in_the_way(&b, 6, "permit");
    b.rule.sigmas = 1; /* 5 */
    stands_in_the_way(&b, 5, "sigma 10");
    b.rule.age_band = 5;
    stands_in_the_way(&b, 4, "whole bands of 5 years");
    b.rule.fields = UINT32_C(1) << FIELD_SEX;
    stands_in_the_way(&b, 3, "about age");
    b.rule.measures = 0;
    stands_in_the_way(&b, 2, "count");
    b.rule.modes = 1; /* regions */
    stands_in_the_way(&b, 1, "mode sum");
    b.asked.purpose = "curiosity";
    stands_in_the_way(&b, 0, "curiosity");
    arena_free(b.arena);
}

static void test_a_permit_that_is_named_is_enough(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    b.rule.permit = b.asked.permit = true;
    assert_int_equal(permission_meets(&b.rule, &b.asked, &b.err), PERMISSION_MET);
    arena_free(b.arena);
}

static void test_region_is_no_field_of_a_sum(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    question(&b, "sex = female and region = 09");
    stands_in_the_way(&b, 3, "region in mode sum");
    b.asked.mode = MODE_REGIONS;
    assert_int_equal(permission_meets(&b.rule, &b.asked, &b.err), PERMISSION_MET);
    arena_free(b.arena);
}

static void test_what_a_measure_reveals_is_a_field(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    question(&b, "sex = female");
    b.rule.fields = UINT32_C(1) << FIELD_SEX;
    assert_int_equal(permission_meets(&b.rule, &b.asked, &b.err), PERMISSION_MET);
    b.asked.measure = MEASURE_FREQUENCY;
    stands_in_the_way(&b, 3, "change");
    arena_free(b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_part_is_named_that_stands_in_the_way),
        cmocka_unit_test(test_a_permit_that_is_named_is_enough),
        cmocka_unit_test(test_region_is_no_field_of_a_sum),
        cmocka_unit_test(test_what_a_measure_reveals_is_a_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
