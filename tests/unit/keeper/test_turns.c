/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: whatever the others have waiting, the question of an organisation that has none waits
 * for at most one turn of each; an echo comes after all that came before it; limits are told.
 */
#include "node/keeper/turns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/refused.h"

static struct err err;

static bool put(struct turns *turns, const char *organisation, uint64_t correlation)
{
    const uint8_t data[] = "frame";
    const struct turns_frame frame = {.organisation = organisation,
                                      .correlation = correlation,
                                      .data = data,
                                      .size = sizeof(data)};

    return turns_put(turns, &frame, &err);
}

/* The number of whose turn it is; 0: nobody's. */
static uint64_t take(struct turns *turns)
{
    struct turn *turn = turns_take(turns);
    uint64_t correlation = turn ? turn->correlation : 0;

    if (turn)
        assert_string_equal((const char *)turn->frame, "frame");
    free(turn);
    return correlation;
}

static void test_ten_organisations_take_turns(void **state)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
    struct turns turns = {0};

    (void)state;
    for (uint64_t i = 0; i < TURNS_OF_ONE_MAX; i++)
        for (uint64_t each = 0; each < 9; each++)
            assert_true(put(&turns, names[each], each * 100 + i + 1));
    for (uint64_t each = 0; each < 9; each++)
        assert_int_equal(take(&turns), each * 100 + 1);
    assert_int_equal(take(&turns), 2);
    assert_true(put(&turns, names[9], 1000)); /* 31 of each of nine wait */
    for (uint64_t each = 1; each < 9; each++)
        assert_int_equal(take(&turns), each * 100 + 2);
    assert_int_equal(take(&turns), 1000);
    assert_int_equal(take(&turns), 3);
    turns_clear(&turns);
    assert_int_equal(turns.n, 0);
}

static void test_one_alone_is_first_in_first_out(void **state)
{
    struct turns turns = {0};

    (void)state;
    assert_int_equal(take(&turns), 0);
    for (uint64_t i = 1; i <= 5; i++)
        assert_true(put(&turns, "a", i));
    for (uint64_t i = 1; i <= 5; i++)
        assert_int_equal(take(&turns), i);
    assert_int_equal(take(&turns), 0);
}

static void test_an_echo_waits_for_what_came_before_it(void **state)
{
    struct turns turns = {0};

    (void)state;
    assert_true(put(&turns, "a", 1) && put(&turns, "a", 2) && put(&turns, NULL, 9) &&
                put(&turns, "b", 3));
    assert_int_equal(take(&turns), 1);
    assert_int_equal(take(&turns), 3); /* b's turn, who came after the echo */
    assert_int_equal(take(&turns), 2);
    assert_int_equal(take(&turns), 9);
    assert_int_equal(take(&turns), 0);
}

static void test_a_cancelled_question_has_no_turn(void **state)
{
    struct turns turns = {0};

    (void)state;
    assert_true(put(&turns, "a", 1) && put(&turns, "a", 2) && put(&turns, "a", 3));
    turns_cancel(&turns, 2);
    turns_cancel(&turns, 7);
    assert_int_equal(turns.n, 2);
    assert_int_equal(take(&turns), 1);
    assert_int_equal(take(&turns), 3);
}

static void test_what_one_and_what_all_may_have_waiting(void **state)
{
    char name[16];
    struct turns turns = {0};

    (void)state;
    for (uint64_t i = 0; i < TURNS_OF_ONE_MAX; i++)
        assert_true(put(&turns, "a", i + 1));
    assert_refused(put(&turns, "a", 99), &err, ERR_EXHAUSTED);
    assert_non_null(strstr(err.text, "32 questions of your organisation"));
    for (uint64_t i = turns.n; i < TURNS_MAX; i++) {
        snprintf(name, sizeof(name), "of-%u", (unsigned)i);
        assert_true(put(&turns, name, i));
    }
    assert_refused(put(&turns, "one-more", 99), &err, ERR_EXHAUSTED);
    assert_refused(put(&turns, NULL, 99), &err, ERR_EXHAUSTED);
    assert_int_equal(take(&turns), 1);
    assert_true(put(&turns, "one-more", 99));
    turns_clear(&turns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ten_organisations_take_turns),
        cmocka_unit_test(test_one_alone_is_first_in_first_out),
        cmocka_unit_test(test_an_echo_waits_for_what_came_before_it),
        cmocka_unit_test(test_a_cancelled_question_has_no_turn),
        cmocka_unit_test(test_what_one_and_what_all_may_have_waiting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
