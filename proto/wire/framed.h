#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages on a byte stream between two processes of one node: u32 big-endian length, then that
 * many bytes (a Frame of rikstal.proto).
 *
 * Only read, write, poll and fcntl are used, so that a process without sockets can still speak it;
 * the process ignores SIGPIPE. A frame is at most FRAMED_BYTES_MAX; an empty or longer one is an
 * error, after which the stream is of no further use. One thread reads, one writes; they may
 * differ.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define FRAMED_BYTES_MAX ((size_t)1 << 20)

enum framed_state {
    FRAMED_FRAME,   /* one whole frame */
    FRAMED_TIMEOUT, /* nothing whole yet; call again */
    FRAMED_CLOSED,  /* the peer has closed, between two frames */
};

/* The reading half: keeps what has arrived of the next frame. It does not own fd. */
struct framed {
    int fd;
    uint8_t *buffer;
    size_t filled;
    size_t room;
    int64_t begun_ms;    /* when the frame under way began, mono */
    int64_t patience_ms; /* how long its rest may take; -1, as after framed_init(): for ever */
};

void framed_init(struct framed *framed, int fd);
void framed_clear(struct framed *framed);

/*
 * Wait at most timeout_ms (0: only what is there, -1: for ever) for one frame. With FRAMED_FRAME,
 * *frame and *size are set, and hold until the next call. A frame whose rest is not there after
 * patience_ms is an error, ERR_UNAVAILABLE; what has arrived while nobody looked counts as there.
 */
bool framed_read(struct framed *framed, int64_t timeout_ms, enum framed_state *state,
                 const uint8_t **frame, size_t *size, struct err *err) MUST_CHECK;

/*
 * Write one frame, whole. A peer that does not make room for it within timeout_ms is ERR_EXHAUSTED,
 * one that has closed ERR_UNAVAILABLE; then part of it may be written, and the stream is of no
 * further use. The time holds only once framed_unblock() was called for fd.
 */
bool framed_write_within(int fd, const void *frame, size_t size, int64_t timeout_ms,
                         struct err *err) MUST_CHECK;
/* Within FRAMED_WRITE_MS, which is more than a peer that works is ever busy with something else. */
#define FRAMED_WRITE_MS 60000
bool framed_write(int fd, const void *frame, size_t size, struct err *err) MUST_CHECK;
/* From now on nothing waits in the kernel, only here, where time is looked at. */
bool framed_unblock(int fd, struct err *err) MUST_CHECK;
