#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An exclusive lock (flock) on a file. The file is made when it is absent, and is never removed.
 *
 * The lock is held until lock_release(), or until the process and every child that inherited the
 * descriptor have ended; a killed process also loses it. Two threads of one process that both open
 * the file also exclude each other.
 */
#include "proto/base/err.h"

#define LOCK_NONE (-1)

enum lock_wait {
    LOCK_AT_ONCE, /* when the lock is taken: ERR_UNAVAILABLE "<path>: <busy>" */
    LOCK_WAITING, /* wait until the lock is free */
};

/*
 * Locks the file at path; *lock becomes its descriptor, closed on exec. ERR_INVALID when the folder
 * does not exist, ERR_INTERNAL on any other failure; *lock is then LOCK_NONE.
 */
bool lock_take(const char *path, enum lock_wait wait, const char *busy, int *lock,
               struct err *err) MUST_CHECK;
/* Locks the file "<path>.lock": for a path that is itself replaced, or that a library owns. */
bool lock_take_beside(const char *path, enum lock_wait wait, const char *busy, int *lock,
                      struct err *err) MUST_CHECK;
/* Releases the lock and sets *lock to LOCK_NONE. LOCK_NONE has no effect. */
void lock_release(int *lock);
