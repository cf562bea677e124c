/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: slots depend on the class and the beginning, what missed its slot fails at the last,
 * frames leave in order of their time and not before it, and the outbox has an exact limit.
 */
#include "node/keeper/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/refused.h"

static void test_slots_are_steps(void **state)
{
    (void)state;
    assert_int_equal(outbox_slot_ms(SLOT_A, 0, 1), 25);
    assert_int_equal(outbox_slot_ms(SLOT_B, 1000, 1), 1100);
    assert_int_equal(outbox_slot_ms(SLOT_C, 0, 1), 500);
    assert_int_equal(outbox_slot_ms(SLOT_D, 0, 1), 3000);
    assert_int_equal(outbox_slot_ms(SLOT_E, 7, 1), 30007);
    assert_int_equal(outbox_slot_ms(SLOT_B, 0, 0), 100);
    assert_int_equal(outbox_slot_ms(SLOT_B, 0, 5), 500);
    assert_int_equal(outbox_slot_ms(SLOT_C, 0, 6), 3000);
    assert_int_equal(outbox_slot_ms(SLOT_B, 0, SLOT_FACTOR_MAX),
                     3000); /* no longer than class D's */
    assert_int_equal(outbox_slot_ms(SLOT_D, 0, SLOT_FACTOR_MAX), 3000);
    assert_int_equal(outbox_slot_ms(SLOT_E, 0, SLOT_FACTOR_MAX), 30000);
}

static void test_work_fits_half_of_a_slot_or_none(void **state)
{
    enum slot_class slot;

    (void)state;
    assert_true(outbox_slot_for(50000000, SLOT_B, &slot));
    assert_int_equal(slot, SLOT_B);
    assert_true(outbox_slot_for(50000001, SLOT_B, &slot));
    assert_int_equal(slot, SLOT_C);
    assert_true(outbox_slot_for(1, SLOT_D, &slot));
    assert_int_equal(slot, SLOT_D);
    assert_true(outbox_slot_for(UINT64_C(15000000000), SLOT_B, &slot));
    assert_int_equal(slot, SLOT_E);
    assert_false(outbox_slot_for(UINT64_C(15000000001), SLOT_B, &slot));
}

static void test_what_was_late_fails_at_the_last_slot_whenever_it_was_ready(void **state)
{
    (void)state;
    assert_int_equal(outbox_failed_slot_ms(1000, 1000), 31000);
    assert_int_equal(outbox_failed_slot_ms(1000, 1101), 31000);
    assert_int_equal(outbox_failed_slot_ms(1000, 4500), 31000);
    assert_int_equal(outbox_failed_slot_ms(1000, 31000), 31000);
    assert_int_equal(outbox_failed_slot_ms(1000, 31001), 61000);
}

/* A frame of one byte; a capital is an answer with figures. */
static bool put(struct outbox *outbox, int64_t due_ms, const char *frame, struct err *err)
{
    struct waiting one = {
        .due_ms = due_ms, .figures = *frame < 'a', .frame = (uint8_t *)(uintptr_t)frame, .size = 1};

    return outbox_put(outbox, &one, err);
}

static void test_frames_leave_in_order_and_not_before_their_time(void **state)
{
    struct outbox outbox = {0};
    uint8_t got[64];
    struct err err;
    int pair[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(outbox_wait_ms(&outbox, 0), -1);
    assert_true(put(&outbox, 300, "c", &err));
    assert_true(put(&outbox, 100, "a", &err));
    assert_true(put(&outbox, 100, "b", &err));
    assert_int_equal(outbox_wait_ms(&outbox, 90), 10);
    assert_true(outbox_flush(&outbox, pair[0], 99, 1000, &err));
    assert_int_equal(outbox.n, 3);
    assert_true(outbox_flush(&outbox, pair[0], 100, 1000, &err));
    assert_int_equal(outbox.n, 1);
    assert_int_equal(outbox_wait_ms(&outbox, 400), 0);
    assert_true(outbox_flush(&outbox, pair[0], 400, 1000, &err));
    assert_int_equal(read(pair[1], got, sizeof(got)), 15);
    assert_memory_equal(got, "\0\0\0\1a\0\0\0\1b\0\0\0\1c", 15);
    close(pair[0]);
    close(pair[1]);
}

static void test_a_stop_keeps_the_answers_and_lets_the_refusals_go(void **state)
{
    struct outbox outbox = {0};
    uint8_t got[64];
    struct err err;
    int pair[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(outbox_withhold(&outbox), 0);
    assert_true(put(&outbox, 1, "A", &err));
    assert_true(put(&outbox, 2, "b", &err));
    assert_true(put(&outbox, 3, "C", &err));
    assert_true(put(&outbox, 4, "D", &err));
    assert_true(put(&outbox, 5, "e", &err));
    assert_int_equal(outbox_withhold(&outbox), 3);
    assert_true(outbox_flush(&outbox, pair[0], 5, 1000, &err));
    assert_int_equal(read(pair[1], got, sizeof(got)), 10);
    assert_memory_equal(got, "\0\0\0\1b\0\0\0\1e", 10);
    close(pair[0]);
    close(pair[1]);
}

static void test_the_limit_is_exact(void **state)
{
    struct outbox outbox = {0};
    struct err err;

    (void)state;
    for (int i = 0; i < OUTBOX_MAX; i++) {
        assert_false(outbox_full(&outbox));
        assert_true(put(&outbox, i, "x", &err));
    }
    assert_true(outbox_full(&outbox));
    assert_refused(put(&outbox, 0, "x", &err), &err, ERR_EXHAUSTED);
    outbox_clear(&outbox);
    assert_int_equal(outbox.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slots_are_steps),
        cmocka_unit_test(test_work_fits_half_of_a_slot_or_none),
        cmocka_unit_test(test_what_was_late_fails_at_the_last_slot_whenever_it_was_ready),
        cmocka_unit_test(test_frames_leave_in_order_and_not_before_their_time),
        cmocka_unit_test(test_a_stop_keeps_the_answers_and_lets_the_refusals_go),
        cmocka_unit_test(test_the_limit_is_exact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
