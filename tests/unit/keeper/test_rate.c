/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the keeper about rates: the policy's number of new questions of one person is
 * answered and the next is declined by the code "rate" with the public numbers, before anything is
 * charged; repeats go on, a restart forgets nothing, and a policy without rates sets none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/privacy/policy.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/world.h"

static void up(struct world *w)
{
    fake = (struct fake){.matched = 1234, .undetermined = 56, .release = "2026-06-01"};
    world_up(w);
    world_write(w, "policy.json", policy_default, strlen(policy_default)); /* 3 and 100 */
    world_start(w);
}

static Rikstal__V1__Answer *ask(struct world *w, int age)
{
    char text[32];

    snprintf(text, sizeof(text), "age >= %d", age);
    return world_ask_text(w, text);
}

static void test_the_fourth_new_question_of_a_minute_is_declined_and_not_charged(void **state)
{
    Rikstal__V1__Answer *answer;
    struct world_books journal;
    struct world w;

    (void)state;
    up(&w);
    for (int age = 20; age < 23; age++)
        assert_string_equal(ask(&w, age)->code, "");
    for (int restart = 0; restart < 2; restart++) {
        answer = ask(&w, 30);
        assert_string_equal(answer->code, "rate");
        assert_int_equal(answer->state, RIKSTAL__V1__STATE__STATE_DECLINED);
        assert_non_null(strstr(answer->reason, "3 new questions a minute and 100 a day"));
        assert_int_equal(answer->n_cells, 0);
        for (int repeat = 0; repeat < 5; repeat++) {
            answer = ask(&w, 21);
            assert_string_equal(answer->code, "");
            assert_false(answer->charged);
        }
        world_stop(&w);
        journal = world_books(&w);
        assert_int_equal(journal.charges, 3);
        world_start(&w);
    }
    assert_int_equal(fake.evaluations, 3);
    world_stop(&w);
    world_down(&w);
}

static void test_a_policy_without_rates_sets_none(void **state)
{
    struct world w;

    (void)state;
    fake = (struct fake){.matched = 1234, .undetermined = 56, .release = "2026-06-01"};
    world_up(&w); /* its policy has none */
    world_start(&w);
    for (int age = 20; age < 32; age++)
        assert_string_equal(ask(&w, age)->code, "");
    world_stop(&w);
    world_down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_fourth_new_question_of_a_minute_is_declined_and_not_charged),
        cmocka_unit_test(test_a_policy_without_rates_sets_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
