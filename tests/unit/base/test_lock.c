/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of a lock: one holder at a time, between processes and within one; released by hand
 * and by death; the error says who must be waited for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/base/lock.h"
#include "tests/unit/refused.h"

static char folder[64], path[96];
static struct err err;

static int up(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/rikstal-lock-XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof(path), "%s/lock", folder);
    return 0;
}

static int down(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void test_one_holder_at_a_time(void **state)
{
    int first, second;

    (void)state;
    assert_true(lock_take(path, LOCK_AT_ONCE, "it is mine", &first, &err));
    assert_refused(lock_take(path, LOCK_AT_ONCE, "it is mine", &second, &err), &err,
                   ERR_UNAVAILABLE);
    assert_non_null(strstr(err.text, "/lock: it is mine"));
    assert_int_equal(second, LOCK_NONE);
    lock_release(&second);
    lock_release(&first);
    assert_int_equal(first, LOCK_NONE);
    assert_true(lock_take(path, LOCK_AT_ONCE, "it is mine", &second, &err));
    lock_release(&second);
}

static void test_a_dead_holder_holds_nothing(void **state)
{
    int pipes[2], lock, status;
    char byte;
    pid_t child;

    (void)state;
    assert_int_equal(pipe(pipes), 0);
    child = fork();
    if (child == 0) {
        if (!lock_take(path, LOCK_AT_ONCE, "busy", &lock, &err) || write(pipes[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    assert_int_equal(read(pipes[0], &byte, 1), 1);
    assert_refused(lock_take(path, LOCK_AT_ONCE, "busy", &lock, &err), &err, ERR_UNAVAILABLE);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_true(lock_take(path, LOCK_WAITING, "busy", &lock, &err)); /* as soon as it is dead */
    assert_int_equal(waitpid(child, &status, 0), child);
    lock_release(&lock);
    close(pipes[0]);
    close(pipes[1]);
}

static void test_what_cannot_be_opened_is_told(void **state)
{
    char missing[128], longest[5000];
    int lock;

    (void)state;
    snprintf(missing, sizeof(missing), "%s/no/lock", folder);
    assert_refused(lock_take(missing, LOCK_AT_ONCE, "busy", &lock, &err), &err, ERR_INVALID);
    assert_int_equal(lock, LOCK_NONE);
    assert_refused(lock_take(folder, LOCK_AT_ONCE, "busy", &lock, &err), &err,
                   ERR_INTERNAL); /* a folder */
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = 0;
    assert_refused(lock_take_beside(longest, LOCK_AT_ONCE, "busy", &lock, &err), &err, ERR_INVALID);
    assert_int_equal(lock, LOCK_NONE);
}

static void test_a_lock_beside_a_file_has_its_name(void **state)
{
    char file[128];
    int lock;

    (void)state;
    snprintf(file, sizeof(file), "%s/file", folder);
    assert_true(lock_take_beside(file, LOCK_AT_ONCE, "busy", &lock, &err));
    lock_release(&lock);
    snprintf(file, sizeof(file), "%s/file.lock", folder);
    assert_int_equal(unlink(file), 0);
}

#define LOCK_TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOCK_TEST(test_one_holder_at_a_time),
        LOCK_TEST(test_a_dead_holder_holds_nothing),
        LOCK_TEST(test_what_cannot_be_opened_is_told),
        LOCK_TEST(test_a_lock_beside_a_file_has_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
