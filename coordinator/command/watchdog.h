#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks after the serving process itself: it connects to the own listener (proto/rpc/probe.h) from
 * time to time and ends the process when that fails three times in a row, so that its supervisor
 * starts it again; and it gives freed memory back to the system, which the allocator would keep
 * after a flood of connections. A thread of its own.
 */
#include <stdint.h>

#include "proto/base/err.h"

#define WATCHDOG_DESCRIPTORS_LEAST 1024 /* open files: HTTP, links, and handshakes under way */

struct watchdog;

/*
 * Raises the limit of open files as far as allowed. ERR_INVALID when fewer than
 * WATCHDOG_DESCRIPTORS_LEAST are allowed.
 */
bool watchdog_descriptors(struct err *err) MUST_CHECK;

struct watchdog_options {
    const char *listen; /* must outlive the watchdog */
    uint16_t port;
    bool tls; /* false behind a proxy */
    int64_t every_ms;
};

bool watchdog_start(const struct watchdog_options *options, struct watchdog **out,
                    struct err *err) MUST_CHECK;
void watchdog_stop(struct watchdog *watchdog); /* accepts NULL */
