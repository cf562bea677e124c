/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-link: the network process of a node, a program of its own so that gRPC and OpenSSL are
 * loaded in no process that has data.
 *
 * `rikstal-node serve` starts it with one end of keeper's socketpair and the folder of its TLS
 * files, and stops it by SIGTERM: open questions get their time, then it ends. It ends when keeper
 * does, and is killed when `serve` is.
 */
#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "node/link/link.h"
#include "proto/base/command.h"
#include "proto/base/log.h"
#include "proto/base/random.h"
#include "proto/base/sandbox.h"
#include "proto/base/version.h"
#include "proto/rpc/tls.h"

#define FD_MAX 65535

static const char help[] =
    "Usage: rikstal-link --fd N --parent PID --uid UID --gid GID --node REGION --coordinator "
    "HOST:PORT --tls DIR "
    "[--proxy]\n\n"
    "The network process of a node. `rikstal-node serve` starts it; it is of no use by hand.\n\n"
    "  --fd N                    an open descriptor, link's end of keeper's socketpair\n"
    "  --parent PID              the process that started it; when that ends, so does link\n"
    "  --uid UID, --gid GID      whom to become\n"
    "  --node REGION             the node's id\n"
    "  --coordinator HOST:PORT   whom to dial\n"
    "  --tls DIR                 the folder with node.key, node.crt and ca.crt\n"
    "  --proxy                   honour http_proxy\n"
    "  --help, --version\n\n"
    "Exit codes: 0 stopped by a signal, 1 failure, 2 usage.\n";

struct arguments {
    long fd, parent, uid, gid;
    const char *node, *coordinator, *tls;
    bool use_proxy;
};

struct stopper {
    struct link *link;
    atomic_bool over; /* the link has ended: nothing is left to stop */
};

static void signals_block(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    pthread_sigmask(SIG_BLOCK, set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* The first signal drains; `serve` is who loses patience. */
static void *signals_run(void *arg)
{
    struct stopper *stopper = arg;
    sigset_t set;
    int number;

    signals_block(&set);
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
    pthread_kill(signals, SIGTERM); /* wakes the thread, which has nothing left to do */
    pthread_join(signals, NULL);
    link_close(stopper.link);
    return stopped;
}

/* Killed with `serve`, also when that ended before this line. */
static bool tie_to_parent(long parent, struct err *err)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return err_set(err, ERR_INTERNAL, "cannot be told of the end of `serve`: %s",
                       strerror(errno));
    return getppid() == parent || err_set(err, ERR_UNAVAILABLE, "`serve` has ended");
}

/* Nobody else's rights, and no way back. The folder is entered before: another may not get there.
 */
static bool become(const struct arguments *arguments, struct err *err)
{
    uid_t uid = (uid_t)arguments->uid;
    gid_t gid = (gid_t)arguments->gid;

    if (uid == getuid())
        return true;
    return (setgroups(0, NULL) == 0 && setresgid(gid, gid, gid) == 0 &&
            setresuid(uid, uid, uid) == 0) ||
           err_set(err, ERR_INTERNAL, "cannot become user %u: %s", uid, strerror(errno));
}

/*
 * Its TLS files, and what the system tells about names, time zone, processors and OpenSSL. Files
 * that are replaced later are others, so of single files it keeps those of the start.
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

/* Names without a folder: the process stands in the folder of its TLS files. */
static bool link_serve(const struct arguments *arguments, struct err *err)
{
    struct link_options options = {.node = arguments->node,
                                   .coordinator = arguments->coordinator,
                                   .tls = {"node.key", "node.crt", "ca.crt"},
                                   .keeper_fd = (int)arguments->fd,
                                   .use_proxy = arguments->use_proxy};
    sigset_t set;
    bool ok;

    signals_block(&set);
    if (chdir(arguments->tls) != 0)
        return err_set(err, ERR_INVALID, "%s: %s", arguments->tls, strerror(errno));
    if (!become(arguments, err) || !sandbox_prepare(err) || !tie_to_parent(arguments->parent, err))
        return false;
    log_event(LOG_INFO_LEVEL, "linking", "node", arguments->node, "coordinator",
              arguments->coordinator, "tls", arguments->tls, NULL);
    if (!enclose(err) || !rpc_start(err))
        return false;
    ok = carry_frames(&options, err);
    rpc_stop();
    return ok;
}

static bool arguments_read(int argc, char **argv, struct arguments *out, struct err *err)
{
    static const struct option options[] = {{"fd", required_argument, NULL, 'f'},
                                            {"parent", required_argument, NULL, 'p'},
                                            {"uid", required_argument, NULL, 'u'},
                                            {"gid", required_argument, NULL, 'g'},
                                            {"node", required_argument, NULL, 'n'},
                                            {"coordinator", required_argument, NULL, 'c'},
                                            {"tls", required_argument, NULL, 't'},
                                            {"proxy", no_argument, NULL, 'x'},
                                            {0}};

    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 'f' && !option_number("--fd", optarg, 0, FD_MAX, &out->fd, err))
            return false;
        if (c == 'p' && !option_number("--parent", optarg, 1, INT32_MAX, &out->parent, err))
            return false;
        if (c == 'u' && !option_number("--uid", optarg, 0, UINT32_MAX, &out->uid, err))
            return false;
        if (c == 'g' && !option_number("--gid", optarg, 0, UINT32_MAX, &out->gid, err))
            return false;
        if (c == 'n')
            out->node = optarg;
        else if (c == 'c')
            out->coordinator = optarg;
        else if (c == 't')
            out->tls = optarg;
        else if (c == 'x')
            out->use_proxy = true;
        else if (c == '?')
            return err_set(err, ERR_INVALID, "no such option; --help lists them");
    }
    return (out->fd >= 0 && out->parent && out->uid >= 0 && out->gid >= 0 && out->node &&
            out->coordinator && out->tls && optind == argc) ||
           err_set(err, ERR_INVALID, "every option but --proxy is needed; --help says more");
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.fd = -1, .uid = -1, .gid = -1};
    struct err err = {.code = ERR_NONE};

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(help, stdout) < 0 || fflush(stdout) != 0 ? EXIT_FAILED : EXIT_OK;
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return fprintf(stdout, "rikstal-link %s\n", rikstal_version) < 0 || fflush(stdout) != 0
                   ? EXIT_FAILED
                   : EXIT_OK;
    log_process_set("link");
    if (!random_start())
        err_set(&err, ERR_INTERNAL, "the system gives no randomness");
    else if (arguments_read(argc, argv, &arguments, &err) && link_serve(&arguments, &err))
        return EXIT_OK;
    fprintf(stderr, "rikstal-link: %s\n", err.text);
    return err.code == ERR_INVALID ? EXIT_USAGE : EXIT_FAILED;
}
