/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as what comes over the link, and as what comes over the socketpair: a stream of
 * length-framed frames, each of which is refused or has one way to be written and a known way to
 * go.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/link/frames.h"
#include "proto/base/arena.h"
#include "proto/trust/message.h"
#include "proto/wire/framed.h"

#define PIPE_BYTES ((size_t)32 << 10) /* less than a pipe holds, so that writing does not wait */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_frame(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(FRAMES_ARENA_BYTES);
    ProtobufCMessage *message;
    struct frames_seen seen;
    uint8_t *again;
    size_t again_size;
    struct err err;

    if (arena && frames_from_coordinator(data, size, arena, &seen, &err)) {
        if (!frames_from_keeper(data, size, arena, &seen, &err) ||
            !message_unpack(&rikstal__v1__frame__descriptor, data, size, arena, &message, &err) ||
            !message_pack(message, arena, &again, &again_size, &err) || again_size != size ||
            memcmp(again, data, size) != 0)
            abort();
    }
    arena_free(arena);
}

static void try_stream(const uint8_t *data, size_t size)
{
    enum framed_state state = FRAMED_TIMEOUT;
    struct framed framed;
    const uint8_t *frame;
    size_t frame_size, total = 0;
    struct err err;
    int ends[2];

    if (size > PIPE_BYTES || pipe(ends) != 0)
        return;
    if (write(ends[1], data, size) != (ssize_t)size)
        abort();
    close(ends[1]);
    framed_init(&framed, ends[0]);
    while (framed_read(&framed, -1, &state, &frame, &frame_size, &err) && state == FRAMED_FRAME) {
        total += frame_size + 4;
        try_frame(frame, frame_size);
    }
    if (total > size || framed.room > FRAMED_BYTES_MAX + 4)
        abort();
    framed_clear(&framed);
    close(ends[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_frame(data, size);
    try_stream(data, size);
    return 0;
}
