#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link: the process that has the network and no data.
 *
 * It dials the coordinator, carries frames between that link and keeper's socketpair, and dials
 * again, with fresh credentials and a random pause, for as long as keeper lives. It reads node.conf
 * and tls/, and holds no key that could sign a hello or an answer: keeper signs. It ends when
 * keeper ends, so that the service manager starts both again.
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
    int64_t drain_ms;       /* how long open questions may take after link_stop(); 0: 10,000 */
    int64_t patience_ms;    /* how long keeper may take to finish a frame; 0: 60,000 */
    bool use_proxy;
};

/*
 * Call tls_start() first. The strings are borrowed. The link runs until link_stop() or until keeper
 * ends.
 */
bool link_open(const struct link_options *options, struct link **out, struct err *err) MUST_CHECK;
/* Blocks until the end. True after link_stop(); false, with the reason, when keeper has ended. */
bool link_run(struct link *link, struct err *err) MUST_CHECK;
/* From any thread: lets open questions finish, closes the link and lets link_run() return. */
void link_stop(struct link *link);
/*
 * Call it after link_run(). Shuts keeper's socketpair down, which tells keeper to end. Accepts
 * NULL.
 */
void link_close(struct link *link);
