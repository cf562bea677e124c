/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the sandbox: what a profile does not allow kills the process or is refused (a row an
 * attempt, a letter a profile), what the process needs still works, and outside of the sandbox
 * every attempt gets past the walls, so that the table has power. Each attempt is a child.
 */
#include "proto/base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char place[] = "/tmp/rikstal-test-sandbox-XXXXXX";
static char outside[] = "/tmp/rikstal-test-outside-XXXXXX";
static char inside_file[64], outside_file[64], moved_file[64];
static int pair[2]; /* made before the sandbox, as link's and keeper's is */

static long opened(const char *path, int flags)
{
    return open(path, flags | O_CLOEXEC, 0600);
}

static long read_inside(void)
{
    return opened(inside_file, O_RDONLY);
}

static long write_inside(void)
{
    return opened(inside_file, O_RDWR);
}

static long read_outside(void)
{
    return opened(outside_file, O_RDONLY);
}

static long write_outside(void)
{
    return opened(outside_file, O_RDWR);
}

static long make_outside(void)
{
    return opened(moved_file, O_RDWR | O_CREAT);
}

static long move_outside(void)
{
    return rename(inside_file, moved_file);
}

static long remove_outside(void)
{
    return unlink(outside_file);
}

static long list_outside(void)
{
    return opened(outside, O_RDONLY | O_DIRECTORY);
}

static long read_own_memory(void)
{
    return opened("/proc/self/mem", O_RDONLY);
}

static long read_parents_memory(void)
{
    char path[40];

    snprintf(path, sizeof(path), "/proc/%d/mem", (int)getppid());
    return opened(path, O_RDONLY);
}

static long link_file(void)
{
    return link(inside_file, moved_file);
}

static long make_memory_file(void)
{
    return memfd_create("x", 0);
}

static long ip_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

static long unix_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0);
}

static long packet_socket(void)
{
    return socket(AF_PACKET, SOCK_RAW, 0);
}

static long make_pair(void)
{
    int made[2];

    return socketpair(AF_UNIX, SOCK_STREAM, 0, made);
}

static long listen_on(void)
{
    return listen(pair[0], 1);
}

static long send_message(void)
{
    struct msghdr message = {0};

    return sendmsg(pair[0], &message, MSG_DONTWAIT);
}

static long receive_message(void)
{
    struct msghdr message = {0};

    return recvmsg(pair[0], &message, MSG_DONTWAIT);
}

static long start_program(void)
{
    char *const none[] = {NULL};

    return execve("/nonexistent", none, none);
}

static long make_process(void)
{
    pid_t pid = (pid_t)syscall(SYS_fork);

    if (pid == 0)
        _exit(0);
    return pid;
}

static long clone_process(void)
{
    pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

    if (pid == 0)
        _exit(0);
    return pid;
}

static void *nothing(void *arg)
{
    return arg;
}

static long start_thread(void)
{
    pthread_t thread;

    return pthread_create(&thread, NULL, nothing, NULL) == 0 ? pthread_join(thread, NULL) : -1;
}

static long signal_parent(void)
{
    return kill(getppid(), 0);
}

static long trace(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static long read_other(void)
{
    struct iovec none = {0};

    return process_vm_readv(getppid(), &none, 1, &none, 1, 0);
}

static long new_user_space(void)
{
    return unshare(CLONE_NEWUSER);
}

static long new_mount(void)
{
    return mount("none", place, "no-such-system", 0, NULL);
}

static long change_root(void)
{
    return chroot(place);
}

static long become_other(void)
{
    return setuid(getuid());
}

static long raise_limit(void)
{
    struct rlimit limit = {1, 1};

    return setrlimit(RLIMIT_CORE, &limit);
}

static long ring(void)
{
    return syscall(SYS_io_uring_setup, 0, NULL);
}

static long kernel_program(void)
{
    return syscall(SYS_bpf, -1, NULL, 0);
}

static long open_by_handle(void)
{
    return syscall(SYS_open_by_handle_at, -1, NULL, O_RDONLY);
}

static long take_descriptor(void)
{
    return syscall(SYS_pidfd_getfd, -1, 0, 0);
}

static long executable_memory(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
               ? -1
               : 0;
}

/*
 * By profile: reader, keeper, link, coordinator. K killed by SIGSYS, D refused, W past the walls.
 * A small letter: Landlock's, or not so in a build with a sanitizer; judged where it holds.
 */
static const struct attempt {
    const char *name;
    long (*try)(void);
    const char *expected;
} attempts[] = {
    {"read a file of the place", read_inside, "kWWW"},
    {"write a file of the place", write_inside, "kWkW"},
    {"read a file outside", read_outside, "kddd"},
    {"write a file outside", write_outside, "kdkd"},
    {"make a file outside", make_outside, "kdkd"},
    {"move a file out", move_outside, "KdKd"},
    {"remove a file outside", remove_outside, "KdKd"},
    {"list a folder outside", list_outside, "kddd"},
    {"/proc/self/mem", read_own_memory, "kppp"},
    {"/proc/PARENT/mem", read_parents_memory, "kppp"},
    {"hard link", link_file, "KKKK"},
    {"memfd_create", make_memory_file, "KKKK"},
    {"IP socket", ip_socket, "KKWW"},
    {"Unix socket", unix_socket, "KKDD"},
    {"packet socket", packet_socket, "KKKK"},
    {"socketpair", make_pair, "KKKK"},
    {"listen", listen_on, "KKKW"},
    {"sendmsg", send_message, "KKWW"},
    {"recvmsg", receive_message, "KKWW"},
    {"exec", start_program, "KKKK"},
    {"fork", make_process, "KKKK"},
    {"clone", clone_process, "Kkkk"},
    {"thread", start_thread, "KkWW"},
    {"kill", signal_parent, "KKKK"},
    {"ptrace", trace, "Kkkk"},
    {"process_vm_readv", read_other, "Kkkk"},
    {"unshare", new_user_space, "KKKK"},
    {"mount", new_mount, "KKKK"},
    {"chroot", change_root, "KKKK"},
    {"setuid", become_other, "KKKK"},
    {"setrlimit", raise_limit, "kkkk"},
    {"io_uring", ring, "KKKK"},
    {"bpf", kernel_program, "KKKK"},
    {"open_by_handle_at", open_by_handle, "KKKK"},
    {"pidfd_getfd", take_descriptor, "KKKK"},
    {"executable memory", executable_memory, "kkkk"},
};
#define ATTEMPTS (sizeof(attempts) / sizeof(attempts[0]))

static const char *const profile_names[] = {"reader", "keeper", "link", "coordinator"};

static bool enter(enum sandbox_profile profile)
{
    struct err err;
    bool may_write = profile == SANDBOX_KEEPER || profile == SANDBOX_COORDINATOR;
    const struct sandbox_place places[] = {{place, may_write}};

    return sandbox_enter(profile, places, profile == SANDBOX_READER ? 0 : 1, &err);
}

static void files_restore(void)
{
    (void)rename(moved_file, inside_file);
    (void)unlink(moved_file);
    assert_true(close((int)opened(inside_file, O_RDWR | O_CREAT)) == 0);
    assert_true(close((int)opened(outside_file, O_RDWR | O_CREAT)) == 0);
}

/* K, D or W; profile SANDBOX_PROFILES is no sandbox. */
static char outcome_of(const struct attempt *attempt, enum sandbox_profile profile)
{
    int status = 0;
    pid_t pid;

    files_restore();
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (profile != SANDBOX_PROFILES && !enter(profile))
            _exit(99);
        errno = 0;
        _exit(attempt->try() == -1 && (errno == EACCES || errno == EAFNOSUPPORT || errno == EXDEV));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGSYS ? 'K' : '?';
    return WEXITSTATUS(status) == 0 ? 'W' : WEXITSTATUS(status) == 1 ? 'D' : '?';
}

/* Does this letter hold in this build, on this kernel? */
static bool judged(char letter)
{
    if (letter == 'k')
        return !sandbox_is_relaxed();
    if (letter == 'd')
        return sandbox_has_landlock();
    if (letter == 'p')
        return sandbox_has_landlock() && !sandbox_is_relaxed();
    return true;
}

static void test_what_a_profile_forbids_does_not_happen(void **state)
{
    size_t tried = 0, passed_over = 0;

    (void)state;
    for (size_t i = 0; i < ATTEMPTS; i++)
        for (int p = 0; p < SANDBOX_PROFILES; p++) {
            char letter = attempts[i].expected[p], wanted = letter == 'p' ? 'D' : letter;
            char got = judged(letter) ? outcome_of(&attempts[i], (enum sandbox_profile)p) : 0;

            wanted = wanted >= 'a' ? (char)(wanted - 'a' + 'A') : wanted;
            tried += got != 0;
            passed_over += got == 0;
            if (got && got != wanted)
                fail_msg("%s, %s: %c instead of %c", attempts[i].name, profile_names[p], got,
                         wanted);
        }
    print_message("%zu attempts as they should be; %zu are not judged here\n", tried, passed_over);
    assert_true(tried > 90);
}

static void test_outside_of_the_sandbox_every_attempt_gets_through(void **state)
{
    (void)state;
    for (size_t i = 0; i < ATTEMPTS; i++) {
        char got = outcome_of(&attempts[i], SANDBOX_PROFILES);

        if (got != 'W')
            fail_msg("%s: %c outside of any sandbox", attempts[i].name, got);
    }
}

/* What keeper does all day: files, memory, randomness, its own end of the pair. */
static bool works(void)
{
    char path[80], moved[80], byte = 7;
    int fd;
    bool fine;
    void *memory = malloc(1 << 24);

    snprintf(path, sizeof(path), "%s/new", place);
    snprintf(moved, sizeof(moved), "%s/newer", place);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    fine = memory && fd >= 0 && write(fd, "x", 1) == 1 && fsync(fd) == 0 &&
           rename(path, moved) == 0 && unlink(moved) == 0 && write(pair[0], &byte, 1) == 1 &&
           read(pair[1], &byte, 1) == 1 && getentropy(&byte, 1) == 0;
    free(memory);
    return fine;
}

static void test_files_memory_and_the_pair_still_work(void **state)
{
    int status = 0;
    pid_t pid = fork();

    (void)state;
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(enter(SANDBOX_KEEPER) && works() ? 0 : 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_abort_is_an_abort(void **state)
{
    (void)state;
    for (int p = 0; p < SANDBOX_PROFILES; p++) {
        int status = 0;
        pid_t pid = fork();

        assert_true(pid >= 0);
        if (pid == 0) {
            if (enter((enum sandbox_profile)p))
                abort();
            _exit(99);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGABRT);
    }
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

static int folders_make(void **state)
{
    (void)state;
    if (!mkdtemp(place) || !mkdtemp(outside))
        return -1;
    snprintf(inside_file, sizeof(inside_file), "%s/file", place);
    snprintf(outside_file, sizeof(outside_file), "%s/file", outside);
    snprintf(moved_file, sizeof(moved_file), "%s/moved", outside);
    return socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
}

static int folders_remove(void **state)
{
    (void)state;
    (void)unlink(inside_file);
    (void)unlink(outside_file);
    (void)unlink(moved_file);
    return rmdir(place) || rmdir(outside);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_profile_forbids_does_not_happen),
        cmocka_unit_test(test_outside_of_the_sandbox_every_attempt_gets_through),
        cmocka_unit_test(test_files_memory_and_the_pair_still_work),
        cmocka_unit_test(test_abort_is_an_abort),
        cmocka_unit_test(test_a_prepared_process_leaves_no_core),
    };

    return cmocka_run_group_tests(tests, folders_make, folders_remove);
}
