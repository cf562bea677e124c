/*
 * rikstal-node serve: keeper and link, and that neither runs without the other.
 *
 * Keeper is started by fork and exec of this program before gRPC is, because a process that has
 * used gRPC cannot fork; it inherits one end of a socketpair, the lock and the three standard
 * streams. Then this process becomes link. There is no restart here: when one of the two ends, so
 * does the other, and the service manager starts both.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/command/command.h"
#include "node/keeper/home.h"
#include "node/link/link.h"
#include "proto/base/clock.h"
#include "proto/base/conf.h"
#include "proto/base/file.h"
#include "proto/base/log.h"
#include "proto/rpc/tls.h"

#define KEEPER_FD 3
#define LOCK_FD 4     /* keeper holds the lock too, so that there are never two of them */
#define STOP_MS 20000 /* after the first signal; more than a drain takes */
#define SECOND_SIGNAL_MS 1000
#define KEEPER_END_MS 15000 /* after its socketpair was closed */
#define ADDRESS_BYTES 256

struct serve {
    struct home home;
    char coordinator[ADDRESS_BYTES];
    char key[HOME_PATH_BYTES], cert[HOME_PATH_BYTES], ca[HOME_PATH_BYTES];
    bool use_proxy;
    int lock;
    int keeper_fd;
    pid_t keeper;
    struct link *link;
    atomic_bool over; /* the link has ended: nothing is left to stop */
    struct err err;
};

static void print_help(void)
{
    fputs(
        "Usage: rikstal-node serve --dir DIR [--coordinator HOST:PORT]\n\n"
        "Answer questions, in the foreground. Two processes: keeper has the data and no network,\n"
        "link has the network and no data. The node dials out and never listens. When one of the\n"
        "two ends, the other does too; let a service manager start them again.\n\n"
        "  --dir DIR                 the node's folder: made by `init`, a member by `enrol`, with\n"
        "                            a snapshot by `publish`\n"
        "  --coordinator HOST:PORT   instead of [link] coordinator in DIR/node.conf\n"
        "  --help                    this page\n\n"
        "[link] proxy = yes in node.conf honours http_proxy. A proxy that opens TLS cannot be\n"
        "used: the connection is authenticated by both ends; ask for an exemption.\n"
        "SIGTERM and SIGINT: no new questions, open ones get up to 10 s, then it ends. A second\n"
        "signal ends it at once; every charge is safe at any kill.\n\n"
        "Exit codes: 0 stopped by a signal, 1 failure, 2 usage, or a node that is not enrolled.\n",
        stdout);
}

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
    conf_free(conf);
    return ok;
}

static bool home_open(struct serve *serve, const char *dir, const char *coordinator)
{
    if (!home_read(dir, &serve->home, &serve->err) || !coordinator_choose(serve, coordinator) ||
        !home_path(&serve->home, "tls/node.key", serve->key, &serve->err) ||
        !home_path(&serve->home, "tls/node.crt", serve->cert, &serve->err) ||
        !home_path(&serve->home, "tls/ca.crt", serve->ca, &serve->err))
        return false;
    return (file_exists(serve->cert) && file_exists(serve->ca)) ||
           err_set(&serve->err, ERR_INVALID,
                   "this node is not enrolled: there is no %s; run `rikstal-node enrol`",
                   serve->cert);
}

static bool lock_take(struct serve *serve)
{
    char path[HOME_PATH_BYTES];

    if (!home_path(&serve->home, "lock", path, &serve->err))
        return false;
    serve->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (serve->lock < 0)
        return err_set(&serve->err, ERR_INTERNAL, "cannot open %s: %s", path, strerror(errno));
    return flock(serve->lock, LOCK_EX | LOCK_NB) == 0 ||
           err_set(&serve->err, ERR_UNAVAILABLE, "another `serve` has this folder (%s is locked)",
                   path);
}

/* ---- keeper ---- */

/* In the child: the descriptors that keeper has, in their places, and nothing else. */
static void keeper_exec(const struct serve *serve, int fd)
{
    char number[] = "3";
    char *argv[] = {"rikstal-node", "keeper", "--dir", (char *)serve->home.dir,
                    "--fd",         number,   NULL};
    int lock = fcntl(serve->lock, F_DUPFD, LOCK_FD + 1); /* out of the way of the places */
    int end = fcntl(fd, F_DUPFD, LOCK_FD + 1);

    if (lock >= 0 && end >= 0 && dup2(end, KEEPER_FD) >= 0 && dup2(lock, LOCK_FD) >= 0 &&
        close_range(LOCK_FD + 1, ~0U, 0) == 0)
        execv("/proc/self/exe", argv);
    _exit(127);
}

static bool keeper_start(struct serve *serve)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return err_set(&serve->err, ERR_INTERNAL, "no socketpair: %s", strerror(errno));
    serve->keeper = fork();
    if (serve->keeper == 0)
        keeper_exec(serve, ends[1]);
    close(ends[1]);
    serve->keeper_fd = ends[0];
    return serve->keeper > 0 ||
           err_set(&serve->err, ERR_INTERNAL, "cannot start keeper: %s", strerror(errno));
}

/* Wait for keeper, which has been told to end; a keeper that does not is killed. */
static void keeper_wait(struct serve *serve)
{
    int64_t until_ms = clock_mono_ms() + KEEPER_END_MS;
    char status_text[64];
    int status = 0;

    while (waitpid(serve->keeper, &status, WNOHANG) == 0) {
        if (clock_mono_ms() >= until_ms) {
            kill(serve->keeper, SIGKILL);
            waitpid(serve->keeper, &status, 0);
            break;
        }
        clock_sleep_ms(20);
    }
    if (status == 0)
        return;
    if (WIFSIGNALED(status))
        snprintf(status_text, sizeof(status_text), "signal %d", WTERMSIG(status));
    else
        snprintf(status_text, sizeof(status_text), "exit %d", WEXITSTATUS(status));
    log_event(LOG_ERROR_LEVEL, "keeper_ended", "status", status_text, NULL);
}

/* ---- signals ---- */

static void signals_block(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    pthread_sigmask(SIG_BLOCK, set, NULL); /* keeper inherits this: it ends when link does */
    signal(SIGPIPE, SIG_IGN);
}

/*
 * The first signal drains; a second one, or too long a wait, ends the process. One request to stop
 * may arrive twice, at the process and at its group, so a second one counts after a moment only.
 */
static void *signals_run(void *arg)
{
    const struct timespec limit = {.tv_sec = STOP_MS / 1000};
    struct serve *serve = arg;
    int64_t first_ms;
    sigset_t set;
    int number;

    signals_block(&set);
    sigwait(&set, &number);
    first_ms = clock_mono_ms();
    if (!atomic_load(&serve->over)) {
        log_event(LOG_INFO_LEVEL, "stopping", "signal", number == SIGTERM ? "TERM" : "INT", NULL);
        link_stop(serve->link);
    }
    while (!atomic_load(&serve->over) && sigtimedwait(&set, NULL, &limit) > 0 &&
           clock_mono_ms() - first_ms < SECOND_SIGNAL_MS)
        ;
    if (atomic_load(&serve->over))
        return NULL;
    log_event(LOG_WARN_LEVEL, "stopped_at_once", NULL);
    _exit(EXIT_FAILED);
}

/* ---- both ---- */

static bool link_serve(struct serve *serve)
{
    struct link_options options = {.node = serve->home.node,
                                   .coordinator = serve->coordinator,
                                   .tls = {serve->key, serve->cert, serve->ca},
                                   .keeper_fd = serve->keeper_fd,
                                   .use_proxy = serve->use_proxy};
    pthread_t signals;
    bool stopped;

    if (!link_open(&options, &serve->link, &serve->err))
        return false;
    if (pthread_create(&signals, NULL, signals_run, serve) != 0) {
        link_close(serve->link);
        return err_set(&serve->err, ERR_UNAVAILABLE, "no thread for signals");
    }
    stopped = link_run(serve->link, &serve->err);
    atomic_store(&serve->over, true);
    pthread_kill(signals, SIGTERM); /* wakes the thread, which has nothing left to do */
    pthread_join(signals, NULL);
    link_close(serve->link);
    keeper_wait(serve);
    return stopped;
}

static bool serve_run(struct serve *serve, const char *dir, const char *coordinator)
{
    sigset_t set;
    bool ok;

    signals_block(&set);
    if (!home_open(serve, dir, coordinator) || !lock_take(serve) || !keeper_start(serve))
        return false;
    log_process_set("link");
    log_event(LOG_INFO_LEVEL, "serving", "node", serve->home.node, "network", serve->home.network,
              "coordinator", serve->coordinator, NULL);
    rpc_start();
    ok = link_serve(serve);
    rpc_stop();
    return ok;
}

int serve_command(int argc, char **argv)
{
    static const struct option options[] = {{"dir", required_argument, NULL, 'd'},
                                            {"coordinator", required_argument, NULL, 'c'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    const char *dir = NULL, *coordinator = NULL;
    struct serve serve = {0};
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'h')
            return print_help(), EXIT_OK;
        if (option == 'd')
            dir = optarg;
        else if (option == 'c')
            coordinator = optarg;
        else
            return EXIT_USAGE;
    }
    if (!dir || optind != argc) {
        fputs("rikstal-node serve: --dir DIR is needed; --help says more\n", stderr);
        return EXIT_USAGE;
    }
    if (serve_run(&serve, dir, coordinator))
        return EXIT_OK;
    fprintf(stderr, "rikstal-node serve: %s\n", serve.err.text);
    return serve.err.code == ERR_INVALID ? EXIT_USAGE : EXIT_FAILED;
}
