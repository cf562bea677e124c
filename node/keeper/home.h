#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A node's folder: where things lie in it, and what node.conf says.
 *
 * The table of keys is the one definition of node.conf: `init` writes it, `serve` and the keeper
 * read it. Paths are made on the caller's stack. Values only; one thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/conf.h"
#include "proto/base/err.h"

#define HOME_PATH_BYTES 4096
#define HOME_NAME_BYTES 65

/* [node] region, name, network; [link] coordinator, proxy, user; [keeper] slot_factor. For
 * conf_read(). */
extern const struct conf_key home_conf_keys[];

struct home {
    char dir[HOME_PATH_BYTES];
    char node[HOME_NAME_BYTES];    /* "12": the region is the node's id */
    char network[HOME_NAME_BYTES]; /* "demo" */
    uint32_t slot_factor;          /* outbox.h; how many times as long answers wait here; public */
};

/* Reads DIR/node.conf. */
bool home_read(const char *dir, struct home *out, struct err *err) MUST_CHECK;
/* dir/name, e.g. "keys/node.key"; refuses what does not fit. */
bool home_path(const struct home *home, const char *name, char path[static HOME_PATH_BYTES],
               struct err *err) MUST_CHECK;
