/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the time between two rounds: a session is found by its question and attempt until its
 * time is over, ends with its key, gives way to the next attempt of its question and to nobody
 * else's, and there are at most so many.
 */
#include "node/keeper/sum_session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/privacy/mask.h"
#include "proto/base/random.h"
#include "tests/unit/refused.h"

static struct sum_sessions sessions;

static struct sum_session *begin(uint8_t question, uint32_t attempt, int64_t until_ms,
                                 bool expected)
{
    struct sum_session like = {.question_hash = {question},
                               .attempt = attempt,
                               .correlation = question,
                               .until_ms = until_ms};
    struct sum_session *out = NULL;
    struct err err;

    assert_int_equal(sum_sessions_open(&sessions, &like, 0, &out, &err), expected);
    if (!expected)
        assert_int_equal(err.code, ERR_EXHAUSTED);
    return out;
}

static struct sum_session *find(uint8_t question, uint32_t attempt, int64_t now_ms)
{
    uint8_t hash[32] = {question};

    return sum_sessions_find(&sessions, hash, attempt, now_ms);
}

static void test_a_session_is_found_until_its_time(void **state)
{
    struct sum_session *one = begin(1, 1, 100, true);
    uint8_t key[MASK_KEY_BYTES];

    (void)state;
    memcpy(key, mask_public_key(one->mask), sizeof(key));
    assert_ptr_equal(find(1, 1, 99), one);
    assert_null(find(1, 1, 100));
    assert_null(find(1, 2, 0));
    assert_null(find(2, 1, 0));
    one = begin(1, 2, 100, true); /* the first attempt is over, and its key with it */
    assert_memory_not_equal(key, mask_public_key(one->mask), sizeof(key));
    assert_null(find(1, 1, 0));
    sum_sessions_clear(&sessions);
    assert_null(find(1, 2, 0));
}

/* The place of one that is over serves the next, and none of its keys does. */
static void test_no_session_has_the_key_of_another(void **state)
{
    uint8_t keys[3][MASK_KEY_BYTES];

    (void)state;
    for (uint8_t i = 0; i < 3; i++) {
        struct sum_session *one = begin(i, 1, 100, true);

        memcpy(keys[i], mask_public_key(one->mask), sizeof(keys[i]));
        for (uint8_t j = 0; j < i; j++)
            assert_memory_not_equal(keys[j], keys[i], sizeof(keys[i]));
        sum_session_end(one);
        assert_null(find(i, 1, 0));
    }
    sum_sessions_clear(&sessions);
}

static void test_a_withdrawn_session_is_gone(void **state)
{
    (void)state;
    begin(1, 1, 100, true);
    begin(2, 1, 100, true);
    sum_sessions_cancel(&sessions, 1);
    assert_null(find(1, 1, 0));
    assert_non_null(find(2, 1, 0));
    sum_sessions_clear(&sessions);
}

static void test_there_are_so_many_and_not_one_more(void **state)
{
    (void)state;
    for (uint8_t i = 0; i < SUM_SESSIONS_MAX; i++)
        begin(i, 1, 100 + i, true);
    begin(200, 1, 100, false);
    begin(7, 2, 500, true); /* in place of its own first attempt */
    sum_session_end(find(0, 1, 0));
    begin(200, 1, 100, true);
    begin(201, 1, 100, false);
    sum_sessions_clear(&sessions);
}

static void test_what_is_kept_is_a_copy_of_limited_size(void **state)
{
    static uint8_t large[SUM_SESSIONS_BYTES_MAX + 1];
    uint8_t question[] = "question", own[] = "own";
    struct sum_session *one = begin(1, 1, 100, true);
    struct err err;

    (void)state;
    assert_true(sum_session_keep(one, question, sizeof(question), own, sizeof(own), &err));
    question[0] = own[0] = 'x';
    assert_memory_equal(one->question, "question", one->question_bytes);
    assert_memory_equal(one->attestation, "own", one->attestation_bytes);
    sum_session_end(one);
    one = begin(1, 1, 100, true);
    assert_refused(sum_session_keep(one, large, sizeof(large), own, sizeof(own), &err), &err,
                   ERR_EXHAUSTED);
    assert_true(sum_session_keep(one, large, sizeof(large) - 1, own, sizeof(own), &err));
    sum_sessions_clear(&sessions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_session_is_found_until_its_time),
        cmocka_unit_test(test_no_session_has_the_key_of_another),
        cmocka_unit_test(test_a_withdrawn_session_is_gone),
        cmocka_unit_test(test_there_are_so_many_and_not_one_more),
        cmocka_unit_test(test_what_is_kept_is_a_copy_of_limited_size),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
