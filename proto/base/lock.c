/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/lock.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

bool lock_take(const char *path, enum lock_wait wait, const char *busy, int *lock, struct err *err)
{
    assert(path && lock && (wait == LOCK_WAITING || busy));
    int held;

    *lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*lock < 0) {
        *lock = LOCK_NONE;
        return err_set(err, errno == ENOENT || errno == ENOTDIR ? ERR_INVALID : ERR_INTERNAL,
                       "cannot open %s: %s", path, strerror(errno));
    }
    do
        held = flock(*lock, LOCK_EX | (wait == LOCK_AT_ONCE ? LOCK_NB : 0));
    while (held != 0 && errno == EINTR);
    if (held == 0)
        return true;
    if (errno == EWOULDBLOCK)
        err_set(err, ERR_UNAVAILABLE, "%s: %s", path, busy);
    else
        err_set(err, ERR_INTERNAL, "cannot lock %s: %s", path, strerror(errno));
    lock_release(lock);
    return false;
}

bool lock_take_beside(const char *path, enum lock_wait wait, const char *busy, int *lock,
                      struct err *err)
{
    char name[PATH_MAX];

    *lock = LOCK_NONE;
    if ((size_t)snprintf(name, sizeof(name), "%s.lock", path) >= sizeof(name))
        return err_set(err, ERR_INVALID, "the path %s is too long", path);
    return lock_take(name, wait, busy, lock, err);
}

void lock_release(int *lock)
{
    assert(lock);
    if (*lock >= 0)
        close(*lock);
    *lock = LOCK_NONE;
}
