/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/confine.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "proto/base/sandbox.h"

static bool is_kept(int fd, const int *keep, size_t n_keep)
{
    for (size_t i = 0; i < n_keep; i++)
        if (keep[i] == fd)
            return true;
    return fd == STDERR_FILENO;
}

/* Without a list of what is open one would have to try a million numbers. */
static bool close_others(const int *keep, size_t n_keep)
{
    DIR *folder = opendir("/proc/self/fd");
    struct dirent *entry;

    if (!folder)
        return false;
    while ((entry = readdir(folder)) != NULL) {
        char *end;
        long fd = strtol(entry->d_name, &end, 10);

        if (*end || end == entry->d_name || fd == dirfd(folder) || is_kept((int)fd, keep, n_keep))
            continue;
        (void)close((int)fd);
    }
    (void)closedir(folder);
    return true;
}

bool confine_descriptors(const int *keep, size_t n_keep, struct err *err)
{
    int nowhere;

    if (!close_others(keep, n_keep))
        return err_set(err, ERR_INTERNAL, "confining the reader: /proc/self/fd: %s",
                       strerror(errno));
    if (sandbox_is_relaxed())
        return true;
    nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0 || dup2(nowhere, STDERR_FILENO) < 0)
        return err_set(err, ERR_INTERNAL, "confining the reader: /dev/null: %s", strerror(errno));
    (void)close(nowhere);
    return true;
}

static bool limit(int resource, uint64_t most)
{
    struct rlimit rlimit = {.rlim_cur = most, .rlim_max = most};

    return setrlimit((__rlimit_resource_t)resource, &rlimit) == 0;
}

static bool limit_all(const struct confine_limits *limits)
{
    return limit(RLIMIT_CORE, 0) && limit(RLIMIT_CPU, limits->cpu_s) && limit(RLIMIT_FSIZE, 0) &&
           (sandbox_is_relaxed() || limit(RLIMIT_AS, limits->memory_bytes)) &&
           prctl(PR_SET_DUMPABLE, sandbox_is_relaxed(), 0, 0, 0) == 0 &&
           prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0;
}

bool confine_enter(const struct confine_limits *limits, struct err *err)
{
    assert(limits);
    tzset(); /* reads the time zone's file now, because localtime() could not open it later */
    if (!limit_all(limits))
        return err_set(err, ERR_INTERNAL, "confining the reader: %s", strerror(errno));
    if (getppid() != limits->parent)
        return err_set(err, ERR_UNAVAILABLE, "the import has ended");
    return sandbox_enter(SANDBOX_READER, NULL, 0, err) || err_wrap(err, "confining the reader: ");
}
