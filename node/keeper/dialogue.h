#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One frame that the keeper handles, for the two files that do: dialogue.c has the stream and all
 * frames but questions, hearing.c has those.
 *
 * Everything in it is borrowed and lives until the frame is handled. One thread.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/trust/message.h"
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
static inline bool dialogue_pack(struct dialogue *d, Rikstal__V1__Frame *frame, uint8_t **data,
                                 size_t *size, struct err *err)
{
    assert(d && frame);
    frame->correlation = d->correlation;
    return message_pack(&frame->base, d->arena, data, size, err);
}
