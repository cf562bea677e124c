#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages on a byte stream between two processes of one node: u32 big-endian length, then that
 * many bytes (a Frame of rikstal.proto).
 *
 * Only read, write, poll and fcntl are used, so that a process that may not use sockets can use it.
 * The process must ignore SIGPIPE. A frame has at most FRAMED_BYTES_MAX bytes; after an empty or a
 * longer one, which is an error, the stream cannot be used any more. One thread may read while
 * another writes.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define FRAMED_BYTES_MAX ((size_t)1 << 20)

enum framed_state {
    FRAMED_FRAME,   /* one whole frame */
    FRAMED_TIMEOUT, /* no whole frame has arrived yet; call again */
    FRAMED_CLOSED,  /* the peer has closed, and no frame was cut short */
};

/* The reading half. It keeps the bytes of the next frame that have arrived. It does not own fd. */
struct framed {
    int fd;
    uint8_t *buffer;
    size_t filled;
    size_t room;
    int64_t begun_ms;    /* when the first byte of the current frame arrived, monotonic */
    int64_t patience_ms; /* the longest time for the rest of a frame; -1, the value of
                          * framed_init(): no limit */
};

void framed_init(struct framed *framed, int fd);
void framed_clear(struct framed *framed);

/*
 * Waits at most timeout_ms (0: takes only what has arrived; -1: no limit) for a frame. With
 * FRAMED_FRAME, *frame and *size are set and stay valid until the next call. ERR_UNAVAILABLE when
 * the rest of a frame has not arrived after patience_ms; bytes that arrived between two calls
 * count.
 */
bool framed_read(struct framed *framed, int64_t timeout_ms, enum framed_state *state,
                 const uint8_t **frame, size_t *size, struct err *err) MUST_CHECK;

/*
 * Writes one whole frame. ERR_EXHAUSTED when the peer does not read it within timeout_ms,
 * ERR_UNAVAILABLE when the peer has closed. After both, part of the frame may have been written,
 * and the stream cannot be used any more. The time limit needs framed_unblock() on fd before.
 */
bool framed_write_within(int fd, const void *frame, size_t size, int64_t timeout_ms,
                         struct err *err) MUST_CHECK;
/*
 * Writes with a limit of FRAMED_WRITE_MS, which is longer than a working peer ever pauses reading.
 */
#define FRAMED_WRITE_MS 60000
bool framed_write(int fd, const void *frame, size_t size, struct err *err) MUST_CHECK;
/* Makes fd non-blocking, so that all waiting happens here, where the time limit is checked. */
bool framed_unblock(int fd, struct err *err) MUST_CHECK;
