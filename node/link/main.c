/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-link: the network process of a node. It is a program of its own so that no process with
 * data loads gRPC and OpenSSL.
 *
 * `rikstal-node serve` starts it with one end of keeper's socketpair and the folder of its TLS
 * files, and stops it by SIGTERM: open questions may finish, then it ends. It also ends when keeper
 * ends, and is killed when `serve` ends.
 */
#include <errno.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "node/link/link.h"
#include "proto/base/arguments.h"
#include "proto/base/log.h"
#include "proto/base/manual.h"
#include "proto/base/program.h"
#include "proto/base/random.h"
#include "proto/base/sandbox.h"
#include "proto/base/version.h"
#include "proto/rpc/tls.h"

#define FD_MAX 65535

struct options {
    long fd, parent, uid, gid;
    const char *node, *coordinator, *tls;
    bool use_proxy;
};

struct stopper {
    struct link *link;
    atomic_bool over; /* the link has ended; signals need no action */
};

/*
 * The first signal drains the link. Later ones do nothing: `serve` kills the process when it takes
 * too long.
 */
static void *signals_run(void *arg)
{
    struct stopper *stopper = arg;
    sigset_t set;
    int number;

    program_hold_signals(&set, 0);
    sigwait(&set, &number);
    if (!atomic_load(&stopper->over)) {
        log_event(LOG_INFO_LEVEL, "stopping", "signal", number == SIGTERM ? "TERM" : "INT", NULL);
        link_stop(stopper->link);
    }
    return NULL;
}

static bool carry_frames(const struct link_options *options, struct err *err)
{
    struct stopper stopper = {0};
    pthread_t signals;
    bool stopped;

    if (!link_open(options, &stopper.link, err))
        return false;
    if (pthread_create(&signals, NULL, signals_run, &stopper) != 0) {
        link_close(stopper.link);
        return err_set(err, ERR_UNAVAILABLE, "no thread for signals");
    }
    stopped = link_run(stopper.link, err);
    atomic_store(&stopper.over, true);
    pthread_kill(signals, SIGTERM); /* wakes the thread so that it ends */
    pthread_join(signals, NULL);
    link_close(stopper.link);
    return stopped;
}

/* Has the kernel kill this process when `serve` ends, and ends it if `serve` has ended before. */
static bool tie_to_parent(long parent, struct err *err)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return err_set(err, ERR_INTERNAL, "cannot be told of the end of `serve`: %s",
                       strerror(errno));
    return getppid() == parent || err_set(err, ERR_UNAVAILABLE, "`serve` has ended");
}

/*
 * Changes to the given user for good, with that user's rights only. It enters the folder first,
 * because that user may not be allowed to reach it.
 */
static bool become(const struct options *o, struct err *err)
{
    uid_t uid = (uid_t)o->uid;
    gid_t gid = (gid_t)o->gid;

    if (uid == getuid())
        return true;
    return (setgroups(0, NULL) == 0 && setresgid(gid, gid, gid) == 0 &&
            setresuid(uid, uid, uid) == 0) ||
           err_set(err, ERR_INTERNAL, "cannot become user %u: %s", uid, strerror(errno));
}

/*
 * Allows only the TLS files, and the system's files about names, time zone, processors and OpenSSL.
 * A file that is allowed by its own name stays the one of the start: a later file in its place is
 * another file and is not allowed.
 */
static bool enclose(struct err *err)
{
    static const struct sandbox_place places[] = {{".", false},
                                                  {"/etc/hosts", false},
                                                  {"/etc/resolv.conf", false},
                                                  {"/etc/localtime", false},
                                                  {"/etc/ssl/openssl.cnf", false},
                                                  {"/sys/devices/system/cpu", false}};

    return sandbox_enter(SANDBOX_LINK, places, sizeof(places) / sizeof(places[0]), err);
}

/* The file names have no folder, because the process stands in the folder of its TLS files. */
static bool link_serve(const struct options *o, struct err *err)
{
    struct link_options options = {.node = o->node,
                                   .coordinator = o->coordinator,
                                   .tls = {"node.key", "node.crt", "ca.crt"},
                                   .keeper_fd = (int)o->fd,
                                   .use_proxy = o->use_proxy};
    sigset_t set;
    bool ok;

    program_hold_signals(&set, 0);
    if (chdir(o->tls) != 0)
        return err_set(err, ERR_INVALID, "%s: %s", o->tls, strerror(errno));
    if (!become(o, err) || !sandbox_prepare(err) || !tie_to_parent(o->parent, err))
        return false;
    log_event(LOG_INFO_LEVEL, "linking", "node", o->node, "coordinator", o->coordinator, "tls",
              o->tls, NULL);
    if (!enclose(err) || !tls_start(err))
        return false;
    ok = carry_frames(&options, err);
    tls_stop();
    return ok;
}

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"fd", OPTION_NUMBER, "N", "an open descriptor, link's end of keeper's socketpair", AT(fd),
     .least = 0, .most = FD_MAX, .needed = OPTION_ALWAYS},
    {"parent", OPTION_NUMBER, "PID", "the process that started it; when that ends, so does link",
     AT(parent), .least = 1, .most = INT32_MAX, .needed = OPTION_ALWAYS},
    {"uid", OPTION_NUMBER, "UID", "whom to become", AT(uid), .least = 0, .most = UINT32_MAX,
     .needed = OPTION_ALWAYS},
    {"gid", OPTION_NUMBER, "GID", "with which group", AT(gid), .least = 0, .most = UINT32_MAX,
     .needed = OPTION_ALWAYS},
    {"node", OPTION_TEXT, "REGION", "the node's id", AT(node), .needed = OPTION_ALWAYS},
    {"coordinator", OPTION_TEXT, "HOST:PORT", "whom to dial", AT(coordinator),
     .needed = OPTION_ALWAYS},
    {"tls", OPTION_PATH, "DIR", "the folder with node.key, node.crt and ca.crt", AT(tls),
     .needed = OPTION_ALWAYS},
    {"proxy", OPTION_FLAG, NULL, "honour http_proxy", AT(use_proxy)},
};

static const struct option_words words[] = {{0}};

static const struct option_table link_table = {
    .command = "rikstal-link",
    .about =
        "The network process of a node. `rikstal-node serve` starts it; it is of no use by hand.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 stopped by a signal, 1 failure, 2 usage.",
};

/* What is asked of the program and not of the link. */
static bool is_asked(const char *word)
{
    if (strcmp(word, "--version") == 0)
        fprintf(stdout, "rikstal-link %s\n", rikstal_version);
    else if (strcmp(word, "__options") == 0)
        manual_rows(&link_table, stdout);
    else
        return false;
    return true;
}

int main(int argc, char **argv)
{
    struct options options = {.fd = -1, .uid = -1, .gid = -1};
    struct arguments arguments;
    struct err err = {.code = ERR_NONE};
    int code;

    if (argc == 2 && is_asked(argv[1]))
        return fflush(stdout) != 0 ? EXIT_FAILED : EXIT_OK;
    if (!arguments_read(&link_table, argc, argv, &options, &arguments, &code))
        return fflush(stdout) != 0 ? EXIT_FAILED : code;
    log_process_set("link");
    if (!random_start())
        err_set(&err, ERR_INTERNAL, "the system gives no randomness");
    else if (link_serve(&options, &err))
        return EXIT_OK;
    (void)arguments_failed(&link_table, &err);
    return err.code == ERR_INVALID ? EXIT_USAGE : EXIT_FAILED;
}
