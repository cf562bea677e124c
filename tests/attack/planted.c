/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process that has been taken over: the product's own objects, linked with the place where each
 * process begins its work put over by this (ld --wrap). The process starts, drops and encloses
 * itself as it always does; then, instead of working, it tries what RIKSTAL_ATTACK says ("VERB
 * ARGUMENT") and ends with how that went. RIKSTAL_NO_WALLS takes the sandbox away: the control.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/base/sandbox.h"

enum { WENT_THROUGH = 40, REFUSED = 41, OTHERWISE = 42, NO_SUCH_VERB = 43 };

/* ---- the attempts: a negative number, with errno, when the system did not do it ---- */

static long read_file(const char *path)
{
    char byte;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    return fd < 0 || read(fd, &byte, 1) < 0 ? -1 : 0;
}

static long write_file(const char *path)
{
    return open(path, O_WRONLY | O_CLOEXEC);
}

static long make_file(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}

static long read_memory(const char *pid)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%s/mem", pid);
    return open(path, O_RDONLY | O_CLOEXEC);
}

static long send_signal(const char *pid)
{
    return kill((pid_t)strtol(pid, NULL, 10), 0);
}

static long trace(const char *pid)
{
    return ptrace(PTRACE_SEIZE, (pid_t)strtol(pid, NULL, 10), NULL, NULL);
}

static long connect_to(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    return fd < 0 ? -1 : connect(fd, (struct sockaddr *)&address, sizeof(address));
}

static long listen_on(const char *unused)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)unused;
    return fd < 0 ? -1 : listen(fd, 1);
}

static long unix_socket(const char *unused)
{
    (void)unused;
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static long start_program(const char *path)
{
    char *argv[] = {(char *)path, NULL};

    return execv(path, argv);
}

static long make_process(const char *unused)
{
    pid_t pid = (pid_t)syscall(SYS_fork);

    (void)unused;
    if (pid == 0)
        _exit(0);
    return pid;
}

static long new_mount(const char *folder)
{
    return mount("none", folder, "no-such-system", 0, NULL);
}

static long memory_file(const char *unused)
{
    (void)unused;
    return memfd_create("x", MFD_CLOEXEC);
}

static long executable_memory(const char *unused)
{
    (void)unused;
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
               ? -1
               : 0;
}

static const struct verb {
    const char *name;
    long (*try)(const char *argument);
} verbs[] = {
    {"read", read_file},     {"write", write_file},
    {"make", make_file},     {"memory", read_memory},
    {"signal", send_signal}, {"trace", trace},
    {"connect", connect_to}, {"listen", listen_on},
    {"unix", unix_socket},   {"exec", start_program},
    {"fork", make_process},  {"mount", new_mount},
    {"memfd", memory_file},  {"executable", executable_memory},
};

static _Noreturn void attack(void)
{
    const char *what = getenv("RIKSTAL_ATTACK"), *argument = what ? strchr(what, ' ') : NULL;

    for (size_t i = 0; argument && i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (strncmp(what, verbs[i].name, (size_t)(argument - what)) == 0 &&
            strlen(verbs[i].name) == (size_t)(argument - what)) {
            errno = 0;
            if (verbs[i].try(argument + 1) >= 0)
                _exit(WENT_THROUGH);
            _exit(errno == EACCES || errno == EPERM || errno == EAFNOSUPPORT ? REFUSED : OTHERWISE);
        }
    _exit(NO_SUCH_VERB);
}

/* ---- where the processes begin their work ---- */

bool __real_sandbox_enter(enum sandbox_profile profile, const struct sandbox_place *places,
                          size_t n, struct err *err);
bool __wrap_sandbox_enter(enum sandbox_profile profile, const struct sandbox_place *places,
                          size_t n, struct err *err);
bool __wrap_keeper_serve(void *keeper, int fd, struct err *err);
bool __wrap_link_run(void *link, struct err *err);
bool __wrap_api_open(const void *options, void *out, struct err *err);
int __real_kill(pid_t pid, int number);
int __wrap_kill(pid_t pid, int number);
pid_t __real_waitpid(pid_t pid, int *status, int options);
pid_t __wrap_waitpid(pid_t pid, int *status, int options);

/* The reader begins its work where it is enclosed. */
bool __wrap_sandbox_enter(enum sandbox_profile profile, const struct sandbox_place *places,
                          size_t n, struct err *err)
{
    bool ok = getenv("RIKSTAL_NO_WALLS") || __real_sandbox_enter(profile, places, n, err);

    if (ok && profile == SANDBOX_READER)
        attack();
    return ok;
}

bool __wrap_keeper_serve(void *keeper, int fd, struct err *err)
{
    (void)keeper;
    (void)fd;
    (void)err;
    attack();
}

bool __wrap_link_run(void *link, struct err *err)
{
    (void)link;
    (void)err;
    attack();
}

bool __wrap_api_open(const void *options, void *out, struct err *err)
{
    (void)options;
    (void)out;
    (void)err;
    attack();
}

/* How the reader ended is known to its parent, which passes it on. */
pid_t __wrap_waitpid(pid_t pid, int *status, int options)
{
    pid_t got = __real_waitpid(pid, status, options);

    if (got > 0)
        _exit(WIFSIGNALED(*status) ? 128 + WTERMSIG(*status) : WEXITSTATUS(*status));
    return got;
}

/* A parent that has no use for its reader waits for it all the same. */
int __wrap_kill(pid_t pid, int number)
{
    return number == SIGKILL ? 0 : __real_kill(pid, number);
}
