/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-node serve: starts keeper and link, and sees to it that neither runs without the other.
 *
 * Keeper is this program again, link is rikstal-link, which lies beside it. They share a
 * socketpair; keeper also holds the lock, and both have the three standard streams. This process
 * has neither network nor data: it waits for signals and for the end of either child. There is no
 * restart here: when one of the two ends, so does the other, and the service manager starts both.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/command/beside.h"
#include "node/command/commands.h"
#include "node/command/link_user.h"
#include "node/keeper/home.h"
#include "proto/base/arguments.h"
#include "proto/base/clock.h"
#include "proto/base/conf.h"
#include "proto/base/file.h"
#include "proto/base/lock.h"
#include "proto/base/log.h"
#include "proto/base/program.h"

#define CHILD_FD 3    /* the end of the socketpair, in either child */
#define LOCK_FD 4     /* keeper holds the lock too, so that there are never two of them */
#define STOP_MS 20000 /* after the first signal; more than a drain takes */
#define SECOND_SIGNAL_MS 1000
#define KEEPER_END_MS 15000 /* after its socketpair was closed */
#define ADDRESS_BYTES 256

struct serve {
    struct home home;
    char coordinator[ADDRESS_BYTES];
    char tls[HOME_PATH_BYTES];
    char link_program[HOME_PATH_BYTES];
    char user_name[HOME_NAME_BYTES];
    struct link_user user;
    bool use_proxy;
    int lock;
    int ends[2];        /* link's and keeper's */
    pid_t keeper, link; /* 0 when it has ended */
    struct err err;
};

/* ---- what to serve ---- */

static bool coordinator_choose(struct serve *serve, const char *given)
{
    char path[HOME_PATH_BYTES];
    struct conf *conf;
    const char *found;
    bool ok;

    if (!home_path(&serve->home, "node.conf", path, &serve->err) ||
        !conf_read(path, home_conf_keys, &conf, &serve->err))
        return false;
    found = given ? given : conf_text(conf, "link", "coordinator");
    serve->use_proxy = strcmp(conf_text(conf, "link", "proxy"), "yes") == 0;
    ok = *found && strlen(found) < sizeof(serve->coordinator) && strrchr(found, ':');
    if (ok)
        snprintf(serve->coordinator, sizeof(serve->coordinator), "%s", found);
    else
        err_set(&serve->err, ERR_INVALID,
                "where the coordinator is, is HOST:PORT: --coordinator, or [link] in %s", path);
    snprintf(serve->user_name, sizeof(serve->user_name), "%s", conf_text(conf, "link", "user"));
    conf_free(conf);
    return ok;
}

static bool tls_check(struct serve *serve)
{
    static const char *const names[] = {"tls/node.crt", "tls/ca.crt"};
    char path[HOME_PATH_BYTES];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!home_path(&serve->home, names[i], path, &serve->err))
            return false;
        if (!file_exists(path))
            return err_set(&serve->err, ERR_INVALID,
                           "this node is not enrolled: there is no %s; run `rikstal-node enrol`",
                           path);
    }
    return home_path(&serve->home, "tls", serve->tls, &serve->err);
}

static bool home_open(struct serve *serve, const char *dir, const char *coordinator)
{
    return home_read(dir, &serve->home, &serve->err) && coordinator_choose(serve, coordinator) &&
           tls_check(serve);
}

static bool take_lock(struct serve *serve)
{
    char path[HOME_PATH_BYTES];

    return home_path(&serve->home, "lock", path, &serve->err) &&
           lock_take(path, LOCK_AT_ONCE, "another `serve` has this folder", &serve->lock,
                     &serve->err);
}

/* ---- the two children ---- */

/* In a child: these two descriptors in their places, and nothing else but the standard streams. */
static void descriptors_place(int fd, int lock)
{
    int first_unused = lock >= 0 ? LOCK_FD + 1 : LOCK_FD;
    int end = fcntl(fd, F_DUPFD, LOCK_FD + 1); /* out of the way of the places */
    int kept = lock >= 0 ? fcntl(lock, F_DUPFD, LOCK_FD + 1) : -1;

    if (end < 0 || (lock >= 0 && kept < 0) || dup2(end, CHILD_FD) < 0 ||
        (lock >= 0 && dup2(kept, LOCK_FD) < 0) || close_range(first_unused, ~0U, 0) != 0)
        _exit(127);
}

static void keeper_exec(const struct serve *serve)
{
    char *argv[] = {"rikstal-node", "keeper", "--dir", (char *)serve->home.dir, "--fd", "3", NULL};

    descriptors_place(serve->ends[1], serve->lock);
    execv("/proc/self/exe", argv);
    _exit(127);
}

static void link_exec(const struct serve *serve, pid_t parent)
{
    char parent_text[16], uid[16], gid[16];
    char *argv[] = {"rikstal-link",
                    "--fd",
                    "3",
                    "--parent",
                    parent_text,
                    "--node",
                    (char *)serve->home.node,
                    "--coordinator",
                    (char *)serve->coordinator,
                    "--tls",
                    (char *)serve->tls,
                    "--uid",
                    uid,
                    "--gid",
                    gid,
                    serve->use_proxy ? "--proxy" : NULL,
                    NULL};

    snprintf(parent_text, sizeof(parent_text), "%d", (int)parent);
    snprintf(uid, sizeof(uid), "%u", serve->user.is_own ? serve->user.uid : getuid());
    snprintf(gid, sizeof(gid), "%u", serve->user.is_own ? serve->user.gid : getgid());
    descriptors_place(serve->ends[0], -1);
    execv(serve->link_program, argv);
    _exit(127);
}

static bool keeper_start(struct serve *serve)
{
    serve->keeper = fork();
    if (serve->keeper == 0)
        keeper_exec(serve);
    return serve->keeper > 0 ||
           err_set(&serve->err, ERR_INTERNAL, "cannot start keeper: %s", strerror(errno));
}

static bool link_start(struct serve *serve)
{
    pid_t self = getpid();

    serve->link = fork();
    if (serve->link == 0)
        link_exec(serve, self);
    return serve->link > 0 ||
           err_set(&serve->err, ERR_INTERNAL, "cannot start link: %s", strerror(errno));
}

/* Whoever of the two was started ends by itself when this process closes both ends. */
static bool children_start(struct serve *serve)
{
    bool ok;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, serve->ends) != 0)
        return err_set(&serve->err, ERR_INTERNAL, "no socketpair: %s", strerror(errno));
    ok = keeper_start(serve) && link_start(serve);
    close(serve->ends[0]);
    close(serve->ends[1]);
    return ok;
}

static bool ended_well(const char *name, int status)
{
    char text[64];

    if (status == 0)
        return true;
    if (WIFSIGNALED(status))
        snprintf(text, sizeof(text), "signal %d", WTERMSIG(status));
    else
        snprintf(text, sizeof(text), "exit %d", WEXITSTATUS(status));
    log_event(LOG_ERROR_LEVEL, "ended", "process", name, "status", text, NULL);
    return false;
}

/* ---- until the end ---- */

/* Wait for a signal until then (monotonic); 0 when none came. */
static int signal_wait(const sigset_t *set, int64_t until_ms)
{
    int64_t left_ms = until_ms - clock_mono_ms();
    struct timespec limit = {.tv_sec = left_ms / 1000, .tv_nsec = left_ms % 1000 * 1000000};
    int number = left_ms > 0 ? sigtimedwait(set, NULL, &limit) : 0;

    return number > 0 ? number : 0;
}

/* Has this child ended, and how? */
static bool reaped(pid_t *child, int *status)
{
    if (!*child || waitpid(*child, status, WNOHANG) != *child)
        return false;
    *child = 0;
    return true;
}

/*
 * Until link has ended. The first signal is passed on, and link drains; a second one, or too long a
 * wait, ends it. One request to stop may arrive twice, at the process and at its group, so a second
 * one counts after a moment only.
 */
static bool link_wait(struct serve *serve, const sigset_t *set)
{
    int64_t first_ms = 0;
    int status = 0;

    while (!reaped(&serve->link, &status)) {
        int64_t now_ms = clock_mono_ms();
        int number = signal_wait(set, first_ms ? first_ms + STOP_MS : now_ms + STOP_MS);
        bool asked = number == SIGTERM || number == SIGINT;

        now_ms = clock_mono_ms();
        if (asked && !first_ms) {
            first_ms = now_ms;
            kill(serve->link, number);
        } else if (first_ms && (now_ms - first_ms >= STOP_MS ||
                                (asked && now_ms - first_ms >= SECOND_SIGNAL_MS))) {
            log_event(LOG_WARN_LEVEL, "stopped_at_once", NULL);
            kill(serve->link, SIGKILL);
            return false;
        }
    }
    return ended_well("link", status);
}

/* Keeper ends when link has; one that does not is killed. */
static void keeper_wait(struct serve *serve, const sigset_t *set)
{
    int64_t until_ms = clock_mono_ms() + KEEPER_END_MS;
    int status = 0;

    while (!reaped(&serve->keeper, &status)) {
        if (clock_mono_ms() >= until_ms) {
            kill(serve->keeper, SIGKILL);
            waitpid(serve->keeper, &status, 0);
            break;
        }
        (void)signal_wait(set, until_ms);
    }
    (void)ended_well("keeper", status);
}

static bool serve_run(struct serve *serve, const char *dir, const char *coordinator)
{
    bool in_order;
    sigset_t set;

    log_process_set("serve");
    program_hold_signals(&set, SIGCHLD);
    if (!home_open(serve, dir, coordinator) ||
        !beside_find("rikstal-link", serve->link_program, sizeof(serve->link_program),
                     &serve->err) ||
        !take_lock(serve) ||
        !link_user_choose(serve->user_name, serve->tls, &serve->user, &serve->err) ||
        !children_start(serve))
        return false;
    log_event(LOG_INFO_LEVEL, "serving", "node", serve->home.node, "network", serve->home.network,
              "coordinator", serve->coordinator, NULL);
    in_order = link_wait(serve, &set);
    if (!serve->link)
        keeper_wait(serve, &set);
    return in_order || err_set(&serve->err, ERR_UNAVAILABLE, "link has ended; the log says why");
}

/* ---- command line ---- */

struct options {
    const char *dir;
    const char *coordinator;
};

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "DIR",
     "the node's folder: made by `init`, a member by `enrol`, with a snapshot by `publish`",
     AT(dir), .needed = OPTION_ALWAYS},
    {"coordinator", OPTION_TEXT, "HOST:PORT", "instead of [link] coordinator in DIR/node.conf",
     AT(coordinator)},
};

static const struct option_words words[] = {{0}};

const struct option_table serve_table = {
    .command = "rikstal-node serve",
    .about =
        "Answer questions, in the foreground. Two processes: keeper has the data and no network,\n"
        "link has the network and no data. The node dials out and never listens. When one of the\n"
        "two ends, the other does too; let a service manager start them again.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .details =
        "Started by root, link runs as [link] user of node.conf (default: rikstal-link), to whom\n"
        "DIR/tls then belongs.\n"
        "[link] proxy = yes in node.conf honours http_proxy. A proxy that opens TLS cannot be\n"
        "used: the connection is authenticated by both ends; ask for an exemption.\n"
        "SIGTERM and SIGINT: no new questions, open ones get up to 10 s, then it ends. A second\n"
        "signal ends it at once; every charge is safe at any kill.",
    .exits = "0 stopped by a signal, 1 failure, 2 usage, or a node that is not enrolled.",
};

int serve_command(int argc, char **argv)
{
    struct options options = {0};
    struct arguments arguments;
    struct serve serve = {0};
    int code;

    if (!arguments_read(&serve_table, argc, argv, &options, &arguments, &code))
        return code;
    assert(options.dir && !arguments.n);
    if (serve_run(&serve, options.dir, options.coordinator))
        return EXIT_OK;
    (void)arguments_failed(&serve_table, &serve.err);
    return serve.err.code == ERR_INVALID ? EXIT_USAGE : EXIT_FAILED;
}
