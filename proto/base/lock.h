#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One at a time: an exclusive lock (flock) on a file, which is made when absent and stays.
 *
 * The lock is held until lock_release(), or until the process and every child that was given the
 * descriptor have ended; a kill releases it too. Threads of one process that open it twice exclude
 * each other.
 */
#include "proto/base/err.h"

#define LOCK_NONE (-1)

enum lock_wait {
    LOCK_AT_ONCE, /* or not at all: ERR_UNAVAILABLE "<path>: <busy>" */
    LOCK_WAITING, /* until it is free */
};

/*
 * Locks the file at path; *lock is its descriptor, closed on exec. A folder that is not there is
 * ERR_INVALID, whatever else fails ERR_INTERNAL, and *lock is LOCK_NONE then.
 */
bool lock_take(const char *path, enum lock_wait wait, const char *busy, int *lock,
               struct err *err) MUST_CHECK;
/* Locks the file "<path>.lock", for a path that is itself replaced or owned by a library. */
bool lock_take_beside(const char *path, enum lock_wait wait, const char *busy, int *lock,
                      struct err *err) MUST_CHECK;
/* Accepts LOCK_NONE, and leaves it. */
void lock_release(int *lock);
