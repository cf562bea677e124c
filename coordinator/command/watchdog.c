/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/command/watchdog.h"

#include <assert.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/option.h"
#include "proto/base/wait.h"
#include "proto/rpc/probe.h"

#define PROBE_TIMEOUT_MS 5000
#define PROBES_FAILED 3
#define TRIM_EVERY 6 /* probes: once a minute, when they come every ten seconds */

struct watchdog {
    struct watchdog_options options;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stopping; /* under lock */
};

bool watchdog_descriptors(struct err *err)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return err_set(err, ERR_INTERNAL, "the limit of open files cannot be read");
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur >= WATCHDOG_DESCRIPTORS_LEAST ||
           err_set(err, ERR_INVALID,
                   "only %llu files may be open; %d are needed (LimitNOFILE= of the unit, or "
                   "`ulimit -n`)",
                   (unsigned long long)limit.rlim_cur, WATCHDOG_DESCRIPTORS_LEAST);
}

/* False when the watchdog is to stop. */
static bool pause_between(struct watchdog *watchdog)
{
    int64_t until_ms = clock_mono_ms() + watchdog->options.every_ms;
    bool stopping;

    pthread_mutex_lock(&watchdog->lock);
    while (!watchdog->stopping && wait_until(&watchdog->changed, &watchdog->lock, until_ms))
        ;
    stopping = watchdog->stopping;
    pthread_mutex_unlock(&watchdog->lock);
    return !stopping;
}

static void *watchdog_run(void *owner)
{
    struct watchdog *watchdog = owner;
    const struct watchdog_options *o = &watchdog->options;
    unsigned failed = 0, rounds = 0;
    struct err err;

    while (pause_between(watchdog)) {
        if (probe_listener(o->listen, o->port, o->tls, PROBE_TIMEOUT_MS, &err)) {
            failed = 0;
        } else {
            log_error("listener_probe_failed", &err);
            if (++failed == PROBES_FAILED)
                _exit(EXIT_FAILED); /* the state on disk is safe at any moment */
        }
        if (++rounds % TRIM_EVERY == 0)
            (void)malloc_trim(0);
    }
    return NULL;
}

bool watchdog_start(const struct watchdog_options *options, struct watchdog **out, struct err *err)
{
    assert(options && options->listen && options->port && options->every_ms > 0 && out);
    struct watchdog *watchdog = calloc(1, sizeof(*watchdog));

    if (!watchdog)
        return err_memory(err);
    watchdog->options = *options;
    if (!wait_init(&watchdog->changed, err)) {
        free(watchdog);
        return false;
    }
    pthread_mutex_init(&watchdog->lock, NULL);
    if (pthread_create(&watchdog->thread, NULL, watchdog_run, watchdog) != 0) {
        pthread_cond_destroy(&watchdog->changed);
        pthread_mutex_destroy(&watchdog->lock);
        free(watchdog);
        return err_set(err, ERR_UNAVAILABLE, "no thread for the watchdog");
    }
    *out = watchdog;
    return true;
}

void watchdog_stop(struct watchdog *watchdog)
{
    if (!watchdog)
        return;
    pthread_mutex_lock(&watchdog->lock);
    watchdog->stopping = true;
    pthread_cond_broadcast(&watchdog->changed);
    pthread_mutex_unlock(&watchdog->lock);
    pthread_join(watchdog->thread, NULL);
    pthread_cond_destroy(&watchdog->changed);
    pthread_mutex_destroy(&watchdog->lock);
    free(watchdog);
}
