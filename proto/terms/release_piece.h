#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A release file on its way from a node to the coordinator: pieces of one size, the last one
 * shorter, numbered from 0. Pure functions; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/terms/release_file.h"

#define RELEASE_PIECE_BYTES ((size_t)64 << 10)

/* How many pieces a file of so many bytes has; at least 1. */
static inline uint32_t release_pieces(uint64_t size)
{
    return size ? (uint32_t)((size + RELEASE_PIECE_BYTES - 1) / RELEASE_PIECE_BYTES) : 1;
}

/* How many bytes this piece has. */
static inline size_t release_piece_size(uint64_t size, uint32_t piece)
{
    uint64_t from = (uint64_t)piece * RELEASE_PIECE_BYTES;

    if (from >= size)
        return 0;
    return size - from < RELEASE_PIECE_BYTES ? (size_t)(size - from) : RELEASE_PIECE_BYTES;
}
