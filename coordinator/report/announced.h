#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which term releases a node has signed that it has loaded. Coordinator and client read it with the
 * same function, so the client need not believe the coordinator. Values; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/plan.h"
#include "proto/base/err.h"
#include "proto/terms/release_file.h"
#include "proto/trust/roster.h"

struct arena;

#define ANNOUNCED_MAX 16 /* releases of one node */

struct announced_release {
    char system[RELEASE_FILE_SYSTEM_BYTES];
    char release[RELEASE_FILE_RELEASE_BYTES];
    bool has_file;
    uint8_t hash[32]; /* of the file */
    uint64_t size;
};

struct announced {
    char node[NODE_BYTES];
    size_t n;
    struct announced_release release[ANNOUNCED_MAX];
};

/*
 * Opens what the node of `from` has signed. ERR_DENIED for another's signature, network or node;
 * ERR_INVALID for too many releases, a system twice, a text that cannot be printed, a hash of
 * another length, or a file that is too large.
 */
bool announced_open(struct roster_view from, const Rikstal__V1__Envelope *envelope,
                    struct arena *arena, struct announced *out, struct err *err) MUST_CHECK;
