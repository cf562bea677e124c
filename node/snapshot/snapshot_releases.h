#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The term releases of a snapshot as public files: which there are, and their bytes in pieces.
 *
 * What is here follows from what the operator loaded, never from a patient's record. A snapshot of
 * an older program has releases without files. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/terms/terms.h"
#include "proto/base/err.h"
#include "proto/terms/release_piece.h"

struct release_file;
struct snapshot;

struct snapshot_release {
    const char *system; /* as long as the snapshot is open */
    const char *release;
    bool has_file;
    uint8_t hash[32]; /* BLAKE2b-256 of the file */
    uint64_t size;
};

bool snapshot_releases(struct snapshot *snapshot,
                       struct snapshot_release out[static TERM_SYSTEMS_MAX], size_t *n,
                       struct err *err) MUST_CHECK;
/* A piece of the file with this hash. *size is 0 when the snapshot has no such file or piece. */
bool snapshot_release_piece(struct snapshot *snapshot, const uint8_t hash[static 32],
                            uint32_t piece, uint8_t out[static RELEASE_PIECE_BYTES], size_t *size,
                            struct err *err) MUST_CHECK;
/*
 * The file of a system's release, for the caller to free; NULL when the system is not loaded, or
 * its release has no file.
 */
bool snapshot_release_open(struct snapshot *snapshot, const char *system, struct release_file **out,
                           struct err *err) MUST_CHECK;
