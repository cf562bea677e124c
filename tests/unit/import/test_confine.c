/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The confined reader's promises: it can read, seek, allocate, abort and end; whatever else it
 * tries ends it by SIGSYS before anything happens; memory and descriptors are bounded; it ends with
 * its parent, at whatever moment. Each case is a child of this test.
 */
#include "tests/unit/import/bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/import/confine.h"
#include "proto/base/sandbox.h"

#define MEMORY_BYTES (UINT64_C(256) << 20)
#define GOOD 42

static struct confine_limits limits = {.cpu_s = 5, .memory_bytes = MEMORY_BYTES};

/* The wait status of a child that confines itself and then does this. */
static int status_of(int (*deed)(int fd))
{
    int fd = bench_text("some text"), status = 0;
    pid_t pid;

    limits.parent = getpid();
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct err err;

        if (!confine_descriptors(&fd, 1, &err) || !confine_enter(&limits, &err))
            _exit(99);
        _exit(deed(fd));
    }
    (void)close(fd);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void check_killed(const char *what, int (*deed)(int fd))
{
    int status = status_of(deed);

    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
        fail_msg("%s: wait status %#x instead of SIGSYS", what, (unsigned)status);
}

static int read_and_allocate(int fd)
{
    char text[16];
    void *memory = malloc(1 << 20);

    if (!memory || lseek(fd, 5, SEEK_SET) != 5 || read(fd, text, sizeof(text)) != 4)
        return 1;
    free(memory);
    return GOOD;
}

static int open_file(int fd)
{
    (void)fd;
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0;
}

static int write_file(int fd)
{
    (void)fd;
    return open("/tmp/rikstal-test-confine", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
}

static int make_socket(int fd)
{
    (void)fd;
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

static int connect_somewhere(int fd)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(443)};

    return connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
}

static int start_program(int fd)
{
    char *argv[] = {(char *)"/bin/true", NULL};

    (void)fd;
    return (int)syscall(SYS_execve, argv[0], argv, NULL); /* execv() writes counts of lines first */
}

static int make_process(int fd)
{
    (void)fd;
    return (int)syscall(SYS_fork);
}

static int make_process_by_clone(int fd)
{
    (void)fd;
    return (int)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static int trace_parent(int fd)
{
    (void)fd;
    return (int)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static int kill_parent(int fd)
{
    (void)fd;
    return kill(getppid(), 0);
}

static int remove_file(int fd)
{
    (void)fd;
    return unlink("/tmp/rikstal-test-confine");
}

static int map_executable(int fd)
{
    (void)fd;
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
           MAP_FAILED;
}

static int make_executable(int fd)
{
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)fd;
    return mprotect(memory, 4096, PROT_READ | PROT_EXEC);
}

static int look_at_a_path(int fd)
{
    struct stat status;

    (void)fd;
    return stat("/etc/passwd", &status);
}

static int give_up(int fd)
{
    (void)fd;
    abort();
}

static int allocate_much(int fd)
{
    (void)fd;
    return malloc(MEMORY_BYTES) == NULL ? GOOD : 1;
}

static int use_other_descriptors(int fd)
{
    char byte;

    for (int other = 0; other < 64; other++)
        if (other != fd && other != STDERR_FILENO && read(other, &byte, 1) >= 0)
            return 1;
    return errno == EBADF ? GOOD : 2;
}

static void test_it_can_do_its_work(void **state)
{
    int status = status_of(read_and_allocate);

    (void)state;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), GOOD);
}

static void test_what_it_may_not_ends_it(void **state)
{
    (void)state;
    check_killed("socket", make_socket);
    check_killed("connect", connect_somewhere);
    check_killed("exec", start_program);
    check_killed("fork", make_process);
    check_killed("clone", make_process_by_clone);
    check_killed("ptrace", trace_parent);
    check_killed("kill", kill_parent);
    check_killed("unlink", remove_file);
    if (sandbox_is_relaxed()) {
        print_message("built with a sanitizer: files and memory are not tried\n");
        return;
    }
    check_killed("open", open_file);
    check_killed("create", write_file);
    check_killed("stat", look_at_a_path);
    check_killed("executable mmap", map_executable);
    check_killed("executable mprotect", make_executable);
}

static void test_abort_is_an_abort(void **state)
{
    int status = status_of(give_up);

    (void)state;
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void test_memory_is_bounded(void **state)
{
    int status;

    (void)state;
    if (sandbox_is_relaxed())
        skip();
    status = status_of(allocate_much);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), GOOD);
}

static void test_only_the_named_descriptors_stay(void **state)
{
    int status = status_of(use_other_descriptors);

    (void)state;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), GOOD);
}

/* In a child whose parent ends first: what confine_enter() says then. */
static _Noreturn void orphan(pid_t parent, int out)
{
    struct err err = {0};
    char said = 'e';

    while (getppid() == parent)
        usleep(1000);
    limits.parent = parent;
    if (!confine_enter(&limits, &err))
        said = err.code == ERR_UNAVAILABLE ? 'r' : '?';
    (void)!write(out, &said, 1);
    _exit(0);
}

static void test_a_reader_whose_parent_has_ended_does_not_begin(void **state)
{
    char said = 0;
    int fds[2];
    pid_t pid;

    (void)state;
    assert_int_equal(pipe(fds), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        pid_t parent = getpid();

        if (fork() == 0)
            orphan(parent, fds[1]);
        _exit(0);
    }
    (void)close(fds[1]);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(read(fds[0], &said, 1), 1);
    assert_int_equal(said, 'r');
    (void)close(fds[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_can_do_its_work),
        cmocka_unit_test(test_what_it_may_not_ends_it),
        cmocka_unit_test(test_abort_is_an_abort),
        cmocka_unit_test(test_memory_is_bounded),
        cmocka_unit_test(test_only_the_named_descriptors_stay),
        cmocka_unit_test(test_a_reader_whose_parent_has_ended_does_not_begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
