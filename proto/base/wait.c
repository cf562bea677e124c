/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/wait.h"

#include <assert.h>
#include <time.h>

bool wait_init(pthread_cond_t *cond, struct err *err)
{
    assert(cond);
    pthread_condattr_t attributes;
    bool ok = pthread_condattr_init(&attributes) == 0;

    if (!ok)
        return err_set(err, ERR_INTERNAL, "no condition variable");
    ok = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
         pthread_cond_init(cond, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return ok || err_set(err, ERR_INTERNAL, "no condition variable");
}

bool wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until_ms)
{
    assert(cond && lock && until_ms >= 0);
    struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
                             .tv_nsec = (long)(until_ms % 1000) * 1000000};

    return pthread_cond_timedwait(cond, lock, &until) == 0;
}
