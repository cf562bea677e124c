/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of an answer: only the node's own signature over its own name opens it, every single
 * altered byte is refused, and it fits only the question, shape and figures that were asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/report/answer.h"
#include "proto/base/clock.h"
#include "tests/unit/ask/country.h"
#include "tests/unit/refused.h"

struct bench {
    struct country c;
    struct roster *roster;
    uint8_t hash[32];
    struct err err;
};

static void bench_up(struct bench *b)
{
    country_up(&b->c, 2);
    memset(b->hash, 5, sizeof(b->hash));
    assert_true(
        roster_read(country_path(&b->c, "roster"), &b->c.roots, NULL, 0, &b->roster, &b->err));
}

static void bench_down(struct bench *b)
{
    roster_free(b->roster);
    country_down(&b->c);
}

static bool open_as(struct bench *b, const struct country_answer *a, const char *node,
                    struct answer **answer)
{
    Rikstal__V1__Envelope *envelope;
    const uint8_t *data;
    size_t size;

    country_answer(&b->c, a, &envelope, &data, &size);
    return answer_open((struct roster_view){b->roster, node, clock_wall_s()},
                       (struct bytes_view){data, size}, answer, &b->err);
}

static void test_a_signed_answer_opens_with_all_that_it_says(void **state)
{
    struct answer *answer, *copy;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(open_as(
        &b, &(struct country_answer){.matched = -3, .undetermined = 8, .question_hash = b.hash},
        "01", &answer));
    copy = answer_copy(answer);
    answer_free(answer);
    assert_int_equal(copy->cell[0], -3);
    assert_int_equal(copy->cell[1], 8);
    assert_string_equal(copy->snapshot_date, "2026-11-20");
    assert_string_equal(copy->term[0].release, "2026-10-01");
    assert_int_equal(copy->price_nrho, 20000000);
    assert_true(copy->charged && copy->has_snapshot);
    answer_free(copy);
    bench_down(&b);
}

static void test_another_s_key_or_name_opens_nothing(void **state)
{
    struct answer *answer;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_refused(open_as(&b,
                           &(struct country_answer){.question_hash = b.hash, .key = b.c.stranger},
                           "01", &answer),
                   &b.err, ERR_DENIED);
    assert_refused(
        open_as(&b, &(struct country_answer){.question_hash = b.hash, .key = b.c.node[1].key}, "01",
                &answer),
        &b.err, ERR_DENIED);
    assert_refused(
        open_as(&b, &(struct country_answer){.question_hash = b.hash, .as = "02"}, "01", &answer),
        &b.err, ERR_DENIED);
    assert_refused(open_as(&b, &(struct country_answer){.question_hash = b.hash}, "77", &answer),
                   &b.err, ERR_DENIED);
    bench_down(&b);
}

static void test_every_altered_byte_is_refused(void **state)
{
    Rikstal__V1__Envelope *envelope;
    struct answer *answer;
    const uint8_t *data;
    uint8_t *copy;
    struct bench b;
    size_t size;

    (void)state;
    bench_up(&b);
    country_answer(&b.c, &(struct country_answer){.question_hash = b.hash}, &envelope, &data,
                   &size);
    copy = malloc(size);
    assert_non_null(copy);
    for (size_t i = 0; i < size; i++) {
        memcpy(copy, data, size);
        copy[i] ^= 1;
        assert_refused_either(answer_open((struct roster_view){b.roster, "01", clock_wall_s()},
                                          (struct bytes_view){copy, size}, &answer, &b.err),
                              &b.err, ERR_INVALID, ERR_DENIED);
    }
    for (size_t i = 0; i < size; i++)
        assert_refused_either(answer_open((struct roster_view){b.roster, "01", clock_wall_s()},
                                          (struct bytes_view){data, i}, &answer, &b.err),
                              &b.err, ERR_INVALID, ERR_DENIED);
    free(copy);
    bench_down(&b);
}

static void test_it_fits_only_what_was_asked(void **state)
{
    struct answer *answer = answer_new(2, 0);
    struct plan plan = {.mode = MODE_REGIONS, .sigma = 5, .n_cells = 2};
    struct err err;

    (void)state;
    assert_non_null(answer);
    answer->state = REGION_VALUE;
    answer->mode = MODE_REGIONS;
    answer->sigma = 5;
    assert_true(answer_fits(answer, &plan, &err));
    answer->cell[0] = ANSWER_CELL_MAX;
    answer->cell[1] = -ANSWER_CELL_MAX;
    assert_true(answer_fits(answer, &plan, &err));
    answer->cell[0]++;
    assert_refused(answer_fits(answer, &plan, &err), &err, ERR_INVALID);
    answer->cell[0] = 0;
    answer->sigma_undetermined = 200;
    assert_refused(answer_fits(answer, &plan, &err), &err, ERR_INVALID);
    plan.sigma_undetermined = 200;
    assert_true(answer_fits(answer, &plan, &err));
    plan.sigma_undetermined = answer->sigma_undetermined = 0;
    answer->sigma_total = 10;
    assert_refused(answer_fits(answer, &plan, &err), &err, ERR_INVALID);
    answer->sigma_total = 0;
    answer->sigma = 10;
    assert_refused(answer_fits(answer, &plan, &err), &err, ERR_INVALID);
    answer->sigma = 5;
    plan.n_cells = 3;
    assert_refused(answer_fits(answer, &plan, &err), &err, ERR_INVALID);
    plan.n_cells = 2;
    answer->state = REGION_DECLINED; /* with cells */
    assert_refused(answer_fits(answer, &plan, &err), &err, ERR_INVALID);
    answer->n_cells = 0;
    assert_true(answer_fits(answer, &plan, &err));
    answer->state = REGION_OFFLINE; /* not a node's to say */
    assert_refused(answer_fits(answer, &plan, &err), &err, ERR_INVALID);
    answer->state = REGION_FAILED;
    answer->question_hash[31] = 1;
    assert_refused(answer_fits(answer, &plan, &err), &err, ERR_INVALID);
    answer_free(answer);
}

static void test_a_control_character_in_a_text_is_refused(void **state)
{
    static const char *const codes[] = {"pol\033[2Jicy", "pol\302\2332Jicy", "pol\342\200\256yci"};
    struct answer *answer;
    struct bench b;

    (void)state;
    bench_up(&b);
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        assert_refused(open_as(&b,
                               &(struct country_answer){.question_hash = b.hash,
                                                        .state = RIKSTAL__V1__STATE__STATE_DECLINED,
                                                        .code = codes[i]},
                               "01", &answer),
                       &b.err, ERR_INVALID);
    bench_down(&b);
}

static void test_terms_at_the_limit_and_one_past(void **state)
{
    struct answer *answer = NULL;
    struct country_answer said;
    struct bench b;

    (void)state;
    bench_up(&b);
    said = (struct country_answer){.question_hash = b.hash, .n_terms = ANSWER_TERMS_MAX};
    assert_true(open_as(&b, &said, "01", &answer));
    assert_int_equal(answer->n_terms, ANSWER_TERMS_MAX);
    answer_free(answer);
    said.n_terms++;
    assert_refused_for(open_as(&b, &said, "01", &answer), &b.err, ERR_INVALID, "term releases");
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_signed_answer_opens_with_all_that_it_says),
        cmocka_unit_test(test_another_s_key_or_name_opens_nothing),
        cmocka_unit_test(test_every_altered_byte_is_refused),
        cmocka_unit_test(test_it_fits_only_what_was_asked),
        cmocka_unit_test(test_a_control_character_in_a_text_is_refused),
        cmocka_unit_test(test_terms_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
