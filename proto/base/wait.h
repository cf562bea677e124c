#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition variables on monotonic time, so that a change of the wall clock neither ends nor
 * prolongs a wait. Any thread.
 */
#include <pthread.h>
#include <stdint.h>

#include "proto/base/err.h"

/* Makes a condition variable for wait_until(); destroy it with pthread_cond_destroy(). */
bool wait_init(pthread_cond_t *cond, struct err *err) MUST_CHECK;
/*
 * Waits, with the lock held, for a signal or until clock_mono_ms() would reach until_ms. False when
 * the time has passed. As with every condition variable, the caller checks its condition again.
 */
bool wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until_ms);
