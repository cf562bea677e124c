/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "coordinator/api/api.h"
#include "coordinator/ask/roster_cache.h"
#include "coordinator/ask/service.h"
#include "coordinator/command/commands.h"
#include "coordinator/command/folder.h"
#include "coordinator/command/watchdog.h"
#include "coordinator/http/host.h"
#include "proto/base/arguments.h"
#include "proto/base/file.h"
#include "proto/base/lock.h"
#include "proto/base/log.h"
#include "proto/base/program.h"
#include "proto/base/sandbox.h"
#include "proto/base/version.h"
#include "proto/rpc/tls.h"

#define LISTEN "0.0.0.0:8443"
#define HTTP "127.0.0.1:8480"
#define STATUS "127.0.0.1:8481"
#define ROSTER_LOOK_S 1 /* how often the roster's file is checked for changes */
#define DRAIN_MS 3000
#define ADDRESS_BYTES 300
#define ARENAS 4 /* of the allocator: each keeps what a flood of connections has left in it */

struct options {
    const char *dir;
    const char *listen;
    const char *http;
    const char *status;
    bool behind_proxy;
    long probe_s;
    long rate;
    long retain_days;
    const char *host[HOSTS_MAX];
    size_t n_hosts;
};

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "C", "the coordinator's folder, made by init", AT(dir),
     .needed = OPTION_ALWAYS},
    {"listen", OPTION_TEXT, "A:P", "where nodes dial in, mutual TLS (default: " LISTEN ")",
     AT(listen)},
    {"behind-proxy", OPTION_FLAG, NULL,
     "a proxy in front ends the nodes' TLS and verifies their certificates (deploy/haproxy); "
     "--listen is then without TLS, and a loopback address",
     AT(behind_proxy)},
    {"probe", OPTION_NUMBER, "S",
     "connect to the own listener every S seconds, and end when it does not answer three times in "
     "a row, so that the supervisor starts it again (default: 10)",
     AT(probe_s), .least = 1, .most = 3600},
    {"rate", OPTION_NUMBER, "N",
     "questions that one organisation may hand in a minute, refused ones too (default: 600; 0: no "
     "limit)",
     AT(rate), .least = 0, .most = 60000},
    {"retain", OPTION_NUMBER, "DAYS",
     "how long a question and its answers can be fetched by their id (default: 30)",
     AT(retain_days), .least = 1, .most = 3650},
    {"http", OPTION_TEXT, "A:P",
     "the HTTP API (default: " HTTP "); it has no TLS of its own: loopback, or behind a proxy that "
     "has",
     AT(http)},
    {"status", OPTION_TEXT, "A:P",
     "/livez, /readyz and /metrics, for this machine (default: " STATUS ")", AT(status)},
    {"http-host", OPTION_TEXTS, "H",
     "answer HTTP by this host name too. Without it only addresses and localhost are answered, so "
     "that no page of others in a browser here can read anything. Behind a proxy that passes the "
     "Host header on: the proxy's name; * where the proxy checks it",
     AT(host), .count_at = offsetof(struct options, n_hosts), .most = HOSTS_MAX},
};

static const struct option_words words[] = {{0}};

const struct option_table serve_table = {
    .command = "rikstal-coordinator serve",
    .about =
        "Take questions over HTTP, ask the nodes that have dialled in, gather and merge. Runs in "
        "the\n"
        "foreground until SIGTERM or SIGINT; then no new questions, and the links are drained.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .details =
        "Port 0 takes a free one. The bound addresses are printed and written to C/listen, C/http "
        "and\n"
        "C/status. Roster, budgets and answers are given to members alone, by a signed token\n"
        "(`rikstal token`).\n"
        "A newer C/roster is taken in by itself (SIGHUP: at once) and sent to the nodes.\n"
        "Questions and answers are in C/state.db and survive a kill; what was open is asked "
        "again.\n"
        "Nodes' audit logs are cosigned with C/witness.key, by what was seen of them "
        "(C/witness/).\n"
        "Refuses to start when it can read a root key or the CA's key.\n"
        "The log warns (certificate_ends) daily from 30 days before the certificate in C/tls "
        "ends:\n"
        "`renew`.",
    .exits = "0 stopped by a signal, 1 failure, 2 usage, 7 the folder or an address\n"
             "is in use.",
};

/* Allows one coordinator per folder, because the state may have one connection only. */
static bool take_lock(const char *dir, int *lock, struct err *err)
{
    char path[PATH_MAX];

    return folder_path(dir, "lock", path, err) &&
           (lock_take(path, LOCK_AT_ONCE, "another coordinator serves this folder", lock, err) ||
            (err->code == ERR_INVALID && err_wrap(err, "run init first: ")));
}

/* The address of the option, with the port that was bound. */
static bool address_tell(const char *dir, const char *name, const char *asked, uint16_t port,
                         struct err *err)
{
    const char *colon = strrchr(asked, ':');
    char text[ADDRESS_BYTES];
    char path[PATH_MAX];
    int length =
        snprintf(text, sizeof(text), "%.*s:%u\n", (int)(colon ? colon - asked : 0), asked, port);

    if (length < 0 || (size_t)length >= sizeof(text))
        return err_set(err, ERR_INVALID, "the address %s is too long", asked);
    printf("%s %s", name, text);
    fflush(stdout);
    return folder_path(dir, name, path, err) && file_write(path, text, (size_t)length, 0644, err);
}

static struct timespec changed_at(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 ? info.st_mtim : (struct timespec){0};
}

static void roster_look(struct service *service, struct roster_cache *roster_cache,
                        struct timespec *seen, const char *path, bool now)
{
    struct timespec changed = changed_at(path);
    bool newer = false;
    struct err err;

    if (!now && changed.tv_sec == seen->tv_sec && changed.tv_nsec == seen->tv_nsec)
        return;
    *seen = changed;
    if (!roster_cache_reload(roster_cache, &newer, &err)) {
        log_error("roster_refused", &err); /* the old roster stays in force */
        return;
    }
    if (newer) {
        log_event(LOG_INFO_LEVEL, "roster_changed", NULL);
        service_roster_changed(service);
    }
}

/* Runs until a signal stops it. */
static void watch(struct service *service, struct roster_cache *roster_cache, const char *dir,
                  const sigset_t *signals)
{
    char path[PATH_MAX], cert[PATH_MAX];
    struct tls_end end = {0};
    struct timespec seen;
    struct err err;

    if (!folder_path(dir, "roster", path, &err) ||
        !folder_path(dir, "tls/coordinator.crt", cert, &err))
        return;
    seen = changed_at(path);
    for (;;) {
        struct timespec pause = {.tv_sec = ROSTER_LOOK_S};

        tls_end_look(&end, cert);
        int got = sigtimedwait(signals, NULL, &pause);

        if (got == SIGTERM || got == SIGINT)
            return;
        roster_look(service, roster_cache, &seen, path, got == SIGHUP);
    }
}

static bool service_start(const struct options *o, struct roster_cache *roster_cache,
                          struct service **service, struct err *err)
{
    char state[PATH_MAX], key[PATH_MAX], cert[PATH_MAX], ca[PATH_MAX];
    char witness_key[PATH_MAX], witness_folder[PATH_MAX], releases[PATH_MAX];
    struct service_options options = {.roster_cache = roster_cache,
                                      .state_path = state,
                                      .witness_key = witness_key,
                                      .witness_folder = witness_folder,
                                      .releases = releases,
                                      .listen = o->listen,
                                      .tls = {.key = key, .cert = cert, .ca = ca},
                                      .behind_proxy = o->behind_proxy,
                                      .rate_per_minute = (uint32_t)o->rate,
                                      .retain_s = (int64_t)o->retain_days * 86400};

    umask(077); /* state.db holds questions: only its owner may read it */
    return folder_path(o->dir, "state.db", state, err) &&
           folder_path(o->dir, "witness.key", witness_key, err) &&
           folder_path(o->dir, "witness", witness_folder, err) &&
           folder_path(o->dir, "releases", releases, err) &&
           folder_path(o->dir, "tls/coordinator.key", key, err) &&
           folder_path(o->dir, "tls/coordinator.crt", cert, err) &&
           folder_path(o->dir, "tls/ca.crt", ca, err) && service_open(&options, service, err);
}

/* The API and the status address, until a signal. */
static bool serve_http(const struct options *o, struct service *service,
                       struct roster_cache *roster_cache, const sigset_t *signals, struct err *err)
{
    const struct route_owner owner = {
        .service = service, .roster_cache = roster_cache, .hosts = o->host, .n_hosts = o->n_hosts};
    const struct api_options http = {o->http, ROUTE_API, &owner};
    const struct api_options local = {o->status, ROUTE_STATUS, &owner};
    struct api *api = NULL, *status = NULL;
    struct watchdog *watchdog = NULL;
    bool ok = api_open(&http, &api, err) && api_open(&local, &status, err) &&
              address_tell(o->dir, "listen", o->listen, service_port(service), err) &&
              address_tell(o->dir, "http", o->http, api_port(api), err) &&
              address_tell(o->dir, "status", o->status, api_port(status), err) &&
              watchdog_start(&(struct watchdog_options){o->listen, service_port(service),
                                                        !o->behind_proxy, o->probe_s * 1000},
                             &watchdog, err);

    if (ok) {
        log_event(LOG_INFO_LEVEL, "serving", "version", rikstal_version, NULL);
        watch(service, roster_cache, o->dir, signals);
        log_event(LOG_INFO_LEVEL, "stopping", NULL);
    }
    watchdog_stop(watchdog);
    service_stop(service);
    api_close(status);
    api_close(api);
    return ok;
}

static bool serve_network(const struct options *o, struct roster_cache *roster_cache,
                          const sigset_t *signals, struct err *err)
{
    struct service *service = NULL;
    bool ok = service_start(o, roster_cache, &service, err) &&
              serve_http(o, service, roster_cache, signals, err);

    service_close(service, DRAIN_MS);
    return ok;
}

/* Its own folder, and the system's files for names, time zone, processors and OpenSSL. */
static bool enclose(const char *dir, struct err *err)
{
    const struct sandbox_place places[] = {
        {dir, true},
        {"/etc/hosts", false},
        {"/etc/resolv.conf", false},
        {"/etc/localtime", false},
        {"/etc/ssl/openssl.cnf", false},
        {"/sys/devices/system/cpu", false},
        {"/proc/sys/net/core/somaxconn", false},
        {"/dev/urandom", false},
    };

    return sandbox_enter(SANDBOX_COORDINATOR, places, sizeof(places) / sizeof(places[0]), err);
}

/* These files must not be reachable by the process that strangers connect to. */
static bool no_root_key(const char *dir, struct err *err)
{
    static const char *const places[] = {"/root/root-1.key", "/tls/ca.key",  "/ca.key",
                                         "/root-1.key",      ".root/ca.key", ".root/root-1.key"};
    char path[PATH_MAX], whole[PATH_MAX];

    if (!realpath(dir, whole))
        return err_set(err, ERR_INVALID, "%s: %s", dir, strerror(errno));
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        int fd, length = snprintf(path, sizeof(path), "%s%s", whole, places[i]);

        if (length >= (int)sizeof(path))
            return err_set(err, ERR_INVALID, "the path %s is too long", dir);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            continue;
        (void)close(fd);
        return err_set(err, ERR_DENIED,
                       "`serve` can read %.100s; move root and CA keys out of its reach, to "
                       "C.root, another user's folder or another machine (--root-dir)",
                       path);
    }
    return true;
}

static bool serve(const struct options *o, struct err *err)
{
    struct roster_cache *roster_cache;
    sigset_t signals;
    int lock;
    bool ok;

    program_hold_signals(&signals, SIGHUP);
    (void)mallopt(M_ARENA_MAX, ARENAS);
    if (!watchdog_descriptors(err) || !sandbox_prepare(err) || !take_lock(o->dir, &lock, err))
        return false;
    ok = enclose(o->dir, err) && no_root_key(o->dir, err) &&
         roster_cache_open(o->dir, NULL, &roster_cache, err);
    if (ok) {
        ok = tls_start(err);
        if (ok) {
            ok = serve_network(o, roster_cache, &signals, err);
            tls_stop();
        }
        roster_cache_close(roster_cache);
    }
    lock_release(&lock);
    return ok;
}

int serve_command(int argc, char **argv)
{
    struct options options = {.listen = LISTEN,
                              .http = HTTP,
                              .status = STATUS,
                              .probe_s = 10,
                              .rate = 600,
                              .retain_days = 30};
    struct arguments arguments;
    struct err err;
    int code;

    if (!arguments_read(&serve_table, argc, argv, &options, &arguments, &code))
        return code;
    log_process_set("coordinator");
    return serve(&options, &err) ? EXIT_OK : arguments_failed(&serve_table, &err);
}
