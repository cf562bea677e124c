#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One frame that the keeper handles, for the two files that do: dialogue.c has the stream and all
 * frames but questions, hearing.c has those.
 *
 * Everything in it is borrowed and lives until the frame is handled. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;
struct keeper;
struct turn;

/* One frame that is being handled. */
struct dialogue {
    struct keeper *keeper;
    int fd;
    struct arena *arena;
    uint64_t correlation;
    const uint8_t *data; /* as it came */
    size_t size;
    const struct turn *turn; /* NULL: it was just read, and may have to wait for its turn */
};

/* Packs a frame that answers this one into its arena. */
bool dialogue_pack(struct dialogue *d, Rikstal__V1__Frame *frame, uint8_t **data, size_t *size,
                   struct err *err) MUST_CHECK;
