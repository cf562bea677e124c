#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link: the process that has the network and no data.
 *
 * It dials the coordinator, carries frames between that link and keeper's socketpair, and dials
 * again, with fresh credentials and a random pause, for as long as keeper lives. It reads node.conf
 * and tls/, and holds no key that could sign a hello or an answer: keeper signs. It ends when
 * keeper does, so that the service manager starts both.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/rpc/tls.h"

struct link;

struct link_options {
    const char *node;        /* "12" */
    const char *coordinator; /* "host:port" */
    struct tls_files tls;
    int keeper_fd;          /* our end of the socketpair; borrowed */
    int64_t backoff_min_ms; /* 0: 500 */
    int64_t backoff_max_ms; /* 0: 30,000 */
    int64_t drain_ms;    /* how long open questions may take once we are told to stop; 0: 10,000 */
    int64_t patience_ms; /* for the rest of a frame that keeper has begun; 0: 60,000 */
    bool use_proxy;
};

/* Runs until link_stop() or until keeper is gone. Strings are borrowed. rpc_start() first. */
bool link_open(const struct link_options *options, struct link **out, struct err *err) MUST_CHECK;
/* Blocks. True after link_stop(); false, with the reason, when keeper is gone. */
bool link_run(struct link *link, struct err *err) MUST_CHECK;
/* Any thread: finish what is open, close the link, let link_run() return. */
void link_stop(struct link *link);
/* After link_run(). Shuts keeper's socketpair down, which tells keeper to end. Accepts NULL. */
void link_close(struct link *link);
