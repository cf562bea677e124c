/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lists were found with strace over the system tests: idle, traffic, links that end and come
 * back, names and addresses, a proxy, new certificates, exit. When a library starts to use another
 * call, the process ends by SIGSYS and `strace -f` names the call.
 */
#include "proto/base/sandbox_profiles.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define ALLOW(name)                                                                                \
    {                                                                                              \
        SCMP_SYS(name), 0, SANDBOX_ANY, 0, 0                                                       \
    }
#define ALLOW_IF(name, argument, mask, value)                                                      \
    {                                                                                              \
        SCMP_SYS(name), 0, argument, mask, value                                                   \
    }
#define FAIL(name, errno_value)                                                                    \
    {                                                                                              \
        SCMP_SYS(name), errno_value, SANDBOX_ANY, 0, 0                                             \
    }
#define FAIL_IF(name, argument, mask, value, errno_value)                                          \
    {                                                                                              \
        SCMP_SYS(name), errno_value, argument, mask, value                                         \
    }
#define ALL_BITS UINT64_MAX
#define RULES(table)                                                                               \
    {                                                                                              \
        table, sizeof(table) / sizeof(table[0])                                                    \
    }

/* Reading and seeking in open files, non-executable memory, time, and exit. */
static const struct sandbox_rule core[] = {
    ALLOW(read),
    ALLOW(pread64),
    ALLOW(readv),
    ALLOW(write),
    ALLOW(writev),
    ALLOW(lseek),
    ALLOW(fstat),
    ALLOW(close),
    ALLOW(dup),
    ALLOW(munmap),
    ALLOW(mremap),
    ALLOW(madvise),
    ALLOW(brk),
    ALLOW(futex),
    ALLOW(clock_gettime),
    ALLOW(gettimeofday),
    ALLOW(getrandom),
    ALLOW(rt_sigreturn),
    ALLOW(rt_sigprocmask),
    ALLOW(sched_yield),
    ALLOW(getpid),
    ALLOW(gettid),
    ALLOW(exit),
    ALLOW(exit_group),
    ALLOW(restart_syscall),
    ALLOW(sysinfo), /* qsort asks how much memory the machine has */
    ALLOW_IF(mmap, 2, PROT_EXEC, 0),
    ALLOW_IF(mprotect, 2, PROT_EXEC, 0),
    ALLOW_IF(fcntl, 1, ALL_BITS, F_GETFL),
};

/* fstat in its newer form, without a path. */
static const struct sandbox_rule no_paths[] = {
    ALLOW_IF(newfstatat, 3, ALL_BITS, AT_EMPTY_PATH),
};

/* Opening files to read, and stat; Landlock restricts the paths. */
static const struct sandbox_rule reads[] = {
    ALLOW_IF(openat, 2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY),
    ALLOW_IF(open, 1, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY),
    ALLOW(newfstatat),
    ALLOW(stat),
    ALLOW(lstat),
    ALLOW(statx),
    ALLOW(access),
    ALLOW(faccessat),
    ALLOW(faccessat2),
    ALLOW(readlink),
    ALLOW(getcwd),
    ALLOW(getdents64),
    ALLOW(uname),
    ALLOW(clock_nanosleep),
    ALLOW(poll),
    ALLOW(ppoll),
    ALLOW(rt_sigaction),
    ALLOW(sigaltstack),
    ALLOW_IF(prlimit64, 2, ALL_BITS, 0), /* reading limits is allowed, setting them is not */
    ALLOW(getuid),
    ALLOW(geteuid),
    ALLOW(getppid),
    ALLOW_IF(fcntl, 1, ALL_BITS, F_GETFD),
    ALLOW_IF(fcntl, 1, ALL_BITS, F_SETFD),
    ALLOW_IF(fcntl, 1, ALL_BITS, F_SETFL),
    ALLOW_IF(fcntl, 1, ALL_BITS, F_DUPFD_CLOEXEC),
    ALLOW(mlock), /* memory for keys */
    ALLOW(munlock),
};

/* SQLite's files and those of proto/base/file; Landlock restricts the paths. */
static const struct sandbox_rule writes[] = {
    ALLOW_IF(openat, 2, O_ACCMODE, O_WRONLY),
    ALLOW_IF(openat, 2, O_ACCMODE, O_RDWR),
    ALLOW_IF(open, 1, O_ACCMODE, O_WRONLY),
    ALLOW_IF(open, 1, O_ACCMODE, O_RDWR),
    ALLOW(pwrite64),
    ALLOW(fsync),
    ALLOW(fdatasync),
    ALLOW(ftruncate),
    ALLOW(fallocate),
    ALLOW(fchmod),
    ALLOW(fchown),
    ALLOW(mkdir),
    ALLOW(mkdirat),
    ALLOW(rename),
    ALLOW(renameat),
    ALLOW(renameat2),
    ALLOW(unlink),
    ALLOW(unlinkat),
    ALLOW(rmdir),
    ALLOW(umask),
    ALLOW(flock),
    ALLOW_IF(fcntl, 1, ALL_BITS, F_SETLK),
    ALLOW_IF(fcntl, 1, ALL_BITS, F_GETLK),
};

/*
 * Threads of gRPC and libmicrohttpd. clone3 is refused because its flags are in memory, where
 * seccomp cannot check them; glibc then falls back to clone.
 */
static const struct sandbox_rule threads[] = {
    ALLOW_IF(clone, 0, CLONE_THREAD | CLONE_VM | CLONE_NEWUSER | CLONE_NEWNS,
             CLONE_THREAD | CLONE_VM),
    FAIL(clone3, ENOSYS),
    ALLOW(set_robust_list),
    ALLOW(rseq),
    ALLOW(sched_getaffinity),
    ALLOW(sched_getparam),
    ALLOW(sched_getscheduler),
    ALLOW_IF(prctl, 0, ALL_BITS, PR_SET_NAME),
    ALLOW(rt_sigtimedwait),
    ALLOW(epoll_create1),
    ALLOW(epoll_ctl),
    ALLOW(epoll_wait),
    ALLOW(epoll_pwait),
    ALLOW(eventfd2),
    ALLOW(pipe2),
};

/*
 * Connections over IP. To resolve a name, glibc tries the name service daemon over a Unix socket
 * and the kernel over netlink, and can do without both.
 */
static const struct sandbox_rule connections[] = {
    ALLOW_IF(socket, 0, ALL_BITS, AF_INET),
    ALLOW_IF(socket, 0, ALL_BITS, AF_INET6),
    FAIL_IF(socket, 0, ALL_BITS, AF_UNIX, EAFNOSUPPORT),
    FAIL_IF(socket, 0, ALL_BITS, AF_NETLINK, EAFNOSUPPORT),
    ALLOW(bind), /* gRPC tests for IPv6 by binding ::1 to any free port */
    ALLOW(connect),
    ALLOW(shutdown),
    ALLOW(sendto),
    ALLOW(sendmsg),
    ALLOW(sendmmsg),
    ALLOW(recvfrom),
    ALLOW(recvmsg),
    ALLOW(getsockname),
    ALLOW(getpeername),
    ALLOW(setsockopt),
    ALLOW(getsockopt),
    ALLOW_IF(ioctl, 1, ALL_BITS, 0x541B), /* FIONREAD */
};

static const struct sandbox_rule listeners[] = {
    ALLOW(listen),
    ALLOW(accept),
    ALLOW(accept4),
};

/* Calls of a sanitizer's run time when it starts late, reports and exits. */
static const struct sandbox_rule relaxed[] = {
#if SANDBOX_RELAXED
    ALLOW(openat),       ALLOW(open),      ALLOW(readlink),
    ALLOW(mmap),         ALLOW(mprotect),  ALLOW(newfstatat),
    ALLOW(sigaltstack),  ALLOW(getrlimit), ALLOW(prlimit64),
    ALLOW(rt_sigaction), ALLOW(ioctl),     ALLOW(tgkill),
    ALLOW(prctl),        ALLOW(getuid),    ALLOW(sched_getaffinity),
    ALLOW(geteuid),      ALLOW(getcwd),    ALLOW(nanosleep),
    ALLOW(personality),  ALLOW(setrlimit), ALLOW(clock_nanosleep),
#endif
#ifdef SANDBOX_COVERAGE
    ALLOW(fcntl),        ALLOW(mkdir),     ALLOW(ftruncate),
    ALLOW(fsync),
#endif
    ALLOW(exit),
};

/*
 * Calls at the exit of a process with a sanitizer, whose leak check starts a thread that traces the
 * other threads.
 */
static const struct sandbox_rule relaxed_end[] = {
#if SANDBOX_RELAXED
    FAIL_IF(clone, 0, CLONE_THREAD, 0, EPERM),
    FAIL(ptrace, EPERM),
    FAIL(wait4, EPERM),
    FAIL(process_vm_readv, EPERM),
    FAIL(pipe, EPERM),
#endif
    ALLOW(exit),
};

#define PARTS_MAX 10

static const struct sandbox_rules profiles[SANDBOX_PROFILES][PARTS_MAX] = {
    [SANDBOX_READER] = {RULES(core), RULES(no_paths), RULES(relaxed)},
    [SANDBOX_KEEPER] = {RULES(core), RULES(reads), RULES(writes), RULES(relaxed),
                        RULES(relaxed_end)},
    [SANDBOX_LINK] = {RULES(core), RULES(reads), RULES(threads), RULES(connections), RULES(relaxed),
                      RULES(relaxed_end)},
    [SANDBOX_COORDINATOR] = {RULES(core), RULES(reads), RULES(writes), RULES(threads),
                             RULES(connections), RULES(listeners), RULES(relaxed),
                             RULES(relaxed_end)},
};

const struct sandbox_rules *sandbox_profiles_parts(enum sandbox_profile profile)
{
    assert(profile < SANDBOX_PROFILES);
    return profiles[profile];
}
