#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which frames link passes between keeper and coordinator, and the few that link makes itself.
 *
 * Link unpacks a frame strictly to see what it is, and passes its bytes on unchanged. A frame that
 * does not belong in that direction is not passed. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"
#include "proto/rpc/rpc_stream.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;

#define FRAMES_ARENA_BYTES ((size_t)8 << 20)

enum frames_way {
    FRAMES_PASS, /* to the other side, as it is */
    FRAMES_OWN,  /* meant for link itself: welcome, drain, refusal */
    FRAMES_NOT,  /* not allowed in this direction */
};

struct frames_seen {
    enum frames_way way;
    Rikstal__V1__Frame__BodyCase kind;
    uint64_t correlation;
    enum rpc_stream_urgency urgency;
    const char *reason; /* reason of a refusal, in the arena */
};

bool frames_from_coordinator(const uint8_t *frame, size_t size, struct arena *arena,
                             struct frames_seen *seen, struct err *err) MUST_CHECK;
bool frames_from_keeper(const uint8_t *frame, size_t size, struct arena *arena,
                        struct frames_seen *seen, struct err *err) MUST_CHECK;

/* Makes the first frame of a link, in the arena. */
bool frames_announce(const char *node, struct arena *arena, struct bytes_view *frame,
                     struct err *err) MUST_CHECK;
/* Makes the frame that says that this question was not passed on, in the arena. */
bool frames_refusal(uint64_t correlation, const char *code, const char *reason, struct arena *arena,
                    struct bytes_view *frame, struct err *err) MUST_CHECK;
