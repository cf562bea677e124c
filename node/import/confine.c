#include "node/import/confine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RELAXED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define RELAXED 1
#endif
#endif
#ifndef RELAXED
#define RELAXED 0
#endif

/* Reading and seeking what is open, memory, time, and the end. */
static const int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(close),
    SCMP_SYS(dup),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sched_yield),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(sysinfo), /* qsort asks how much memory there is */
};

/* What the run time of a sanitizer does when it starts up late, reports and ends. */
static const int relaxed[] = {
    SCMP_SYS(openat),       SCMP_SYS(open),
    SCMP_SYS(readlink),     SCMP_SYS(sysinfo),
    SCMP_SYS(mmap),         SCMP_SYS(mprotect),
    SCMP_SYS(newfstatat),   SCMP_SYS(sigaltstack),
    SCMP_SYS(getrlimit),    SCMP_SYS(prlimit64),
    SCMP_SYS(rt_sigaction), SCMP_SYS(ioctl),
    SCMP_SYS(tgkill),       SCMP_SYS(sched_getaffinity),
    SCMP_SYS(prctl),        SCMP_SYS(getuid),
    SCMP_SYS(geteuid),      SCMP_SYS(getcwd),
    SCMP_SYS(nanosleep),    SCMP_SYS(clock_nanosleep),
};

bool confine_is_relaxed(void)
{
    return RELAXED;
}

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
    if (RELAXED)
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
           (RELAXED || limit(RLIMIT_AS, limits->memory_bytes)) &&
           prctl(PR_SET_DUMPABLE, RELAXED, 0, 0, 0) == 0 &&
           prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0;
}

static bool allow(scmp_filter_ctx filter, const int *calls, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (calls[i] >= 0 && seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0) != 0)
            return false;
    return true;
}

/* Memory that is not executable; fstat in its newer form; a signal to oneself, for abort(). */
static bool allow_with_arguments(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                            SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                            SCMP_A1(SCMP_CMP_EQ, F_GETFL, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                            SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0)) == 0;
}

static bool load_filter(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool ok = filter && allow(filter, allowed, sizeof(allowed) / sizeof(allowed[0]));

    if (ok && RELAXED)
        ok = allow(filter, relaxed, sizeof(relaxed) / sizeof(relaxed[0]));
    else if (ok)
        ok = allow_with_arguments(filter);
    ok = ok && seccomp_load(filter) == 0;
    if (filter)
        seccomp_release(filter);
    return ok;
}

bool confine_enter(const struct confine_limits *limits, struct err *err)
{
    tzset(); /* or a library's localtime() would open a file later */
    if (!limit_all(limits))
        return err_set(err, ERR_INTERNAL, "confining the reader: %s", strerror(errno));
    if (getppid() != limits->parent)
        return err_set(err, ERR_UNAVAILABLE, "the import has ended");
    if (!load_filter())
        return err_set(err, ERR_INTERNAL,
                       "confining the reader: this system takes no seccomp filter");
    return true;
}
