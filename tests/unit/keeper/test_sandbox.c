/*
 * Promises of the sandbox: after sandbox_enter() every way out of the process is shut (a call per
 * way, each must fail with EPERM), what the keeper needs still works, and before it they were open,
 * so that the test has power. Each attempt is in a child of its own.
 */
#include "node/keeper/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int pair[2]; /* made before the sandbox, as the keeper's is */

static long try_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

static long try_unix_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0);
}

static long try_socketpair(void)
{
    int made[2];

    return socketpair(AF_UNIX, SOCK_STREAM, 0, made);
}

static long try_connect(void)
{
    struct sockaddr address = {.sa_family = AF_UNSPEC};

    return connect(pair[0], &address, sizeof(address));
}

static long try_bind(void)
{
    struct sockaddr address = {.sa_family = AF_UNIX};

    return bind(pair[0], &address, sizeof(address.sa_family));
}

static long try_listen(void)
{
    return listen(pair[0], 1);
}

static long try_accept(void)
{
    return accept4(pair[0], NULL, NULL, SOCK_NONBLOCK);
}

static long try_sendmsg(void)
{
    struct msghdr message = {0};

    return sendmsg(pair[0], &message, MSG_DONTWAIT);
}

static long try_recvmsg(void)
{
    struct msghdr message = {0};

    return recvmsg(pair[0], &message, MSG_DONTWAIT);
}

static long try_exec(void)
{
    char *const none[] = {NULL};

    return execve("/nonexistent", none, none);
}

static long try_fork(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    return pid;
}

static long try_vfork_call(void)
{
    return syscall(SYS_clone3, NULL, 0);
}

static long try_ptrace(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static long try_read_other(void)
{
    struct iovec none = {0};

    return process_vm_readv(getppid(), &none, 1, &none, 1, 0);
}

static long try_unshare(void)
{
    return unshare(CLONE_NEWUSER);
}

static long try_io_uring(void)
{
    return syscall(SYS_io_uring_setup, 0, NULL);
}

static long try_bpf(void)
{
    return syscall(SYS_bpf, -1, NULL, 0);
}

static const struct attempt {
    const char *name;
    long (*try)(void);
} attempts[] = {
    {"socket", try_socket},
    {"unix socket", try_unix_socket},
    {"socketpair", try_socketpair},
    {"connect", try_connect},
    {"bind", try_bind},
    {"listen", try_listen},
    {"accept", try_accept},
    {"sendmsg", try_sendmsg},
    {"recvmsg", try_recvmsg},
    {"exec", try_exec},
    {"fork", try_fork},
    {"clone3", try_vfork_call},
    {"ptrace", try_ptrace},
    {"vm_readv", try_read_other},
    {"unshare", try_unshare},
    {"io_uring", try_io_uring},
    {"bpf", try_bpf},
};
#define ATTEMPTS (sizeof(attempts) / sizeof(attempts[0]))

/* 0: worked or failed for its own reasons; 1: EPERM; 2: no sandbox. */
static int in_child(const struct attempt *attempt, bool sandboxed)
{
    int status = 0;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        struct err err;

        if (sandboxed && !sandbox_enter(&err))
            _exit(2);
        errno = 0;
        _exit(attempt->try() == -1 && errno == EPERM);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_every_way_out_is_shut(void **state)
{
    size_t open_before = 0;

    (void)state;
    for (size_t i = 0; i < ATTEMPTS; i++) {
        open_before += in_child(&attempts[i], false) == 0;
        if (in_child(&attempts[i], true) != 1)
            fail_msg("%s is not blocked", attempts[i].name);
    }
    print_message("%zu attempts, %zu blocked; %zu were open before\n", ATTEMPTS, ATTEMPTS,
                  open_before);
    assert_true(open_before >= 10);
}

/* What keeper does all day: files, memory, randomness, its own end of the pair. */
static bool works(void)
{
    char path[] = "/tmp/rikstal-sandbox-XXXXXX", byte = 7;
    int fd = mkstemp(path);
    bool fine = fd >= 0 && write(fd, "x", 1) == 1 && fsync(fd) == 0 && unlink(path) == 0 &&
                write(pair[0], &byte, 1) == 1 && read(pair[1], &byte, 1) == 1 &&
                getentropy(&byte, 1) == 0;
    void *memory = malloc(1 << 24);

    fine = fine && memory;
    free(memory);
    return fine && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static void test_files_memory_and_the_pair_still_work(void **state)
{
    int status = 0;
    pid_t pid = fork();

    (void)state;
    assert_true(pid >= 0);
    if (pid == 0) {
        struct err err;

        _exit(sandbox_enter(&err) && works() ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_a_prepared_process_leaves_no_core(void **state)
{
    int status = 0;
    pid_t pid = fork();

    (void)state;
    assert_true(pid >= 0);
    if (pid == 0) {
        struct rlimit core;
        struct err err;

        _exit(sandbox_prepare(&err) && getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0 &&
                      prctl(PR_GET_DUMPABLE) == 0
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_way_out_is_shut),
        cmocka_unit_test(test_files_memory_and_the_pair_still_work),
        cmocka_unit_test(test_a_prepared_process_leaves_no_core),
    };

    return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0
               ? cmocka_run_group_tests(tests, NULL, NULL)
               : 1;
}
