/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of waits: a signal ends one, and its time ends one that nobody signals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/base/clock.h"
#include "proto/base/wait.h"

struct waiting {
    pthread_cond_t cond;
    pthread_mutex_t lock;
    bool told;
};

static void up(struct waiting *w)
{
    struct err err;

    assert_true(wait_init(&w->cond, &err));
    pthread_mutex_init(&w->lock, NULL);
    w->told = false;
}

static void down(struct waiting *w)
{
    pthread_cond_destroy(&w->cond);
    pthread_mutex_destroy(&w->lock);
}

static void *tell(void *owner)
{
    struct waiting *w = owner;

    pthread_mutex_lock(&w->lock);
    w->told = true;
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static void test_a_signal_ends_a_wait(void **state)
{
    struct waiting w;
    pthread_t thread;

    (void)state;
    up(&w);
    pthread_mutex_lock(&w.lock);
    assert_int_equal(pthread_create(&thread, NULL, tell, &w), 0);
    while (!w.told)
        assert_true(wait_until(&w.cond, &w.lock, clock_mono_ms() + 60000));
    pthread_mutex_unlock(&w.lock);
    pthread_join(thread, NULL);
    down(&w);
}

static void test_time_ends_a_wait_that_nobody_signals(void **state)
{
    int64_t until_ms = clock_mono_ms() + 30;
    struct waiting w;

    (void)state;
    up(&w);
    pthread_mutex_lock(&w.lock);
    while (wait_until(&w.cond, &w.lock, until_ms)) /* a wait may end by itself */
        ;
    pthread_mutex_unlock(&w.lock);
    assert_true(clock_mono_ms() >= until_ms);
    down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_signal_ends_a_wait),
        cmocka_unit_test(test_time_ends_a_wait_that_nobody_signals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
