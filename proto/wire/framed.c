/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A frame is read in two steps, length and body, into one buffer, which grows to the size that the
 * length announces.
 */
#include "proto/wire/framed.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/clock.h"

#define LENGTH_BYTES ((size_t)4)

void framed_init(struct framed *framed, int fd)
{
    assert(framed);
    *framed = (struct framed){.fd = fd, .patience_ms = -1};
}

void framed_clear(struct framed *framed)
{
    free(framed->buffer);
    *framed = (struct framed){.fd = -1};
}

static size_t length_of(const uint8_t *b)
{
    return (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
}

static bool room_make(struct framed *framed, size_t bytes, struct err *err)
{
    uint8_t *larger;

    if (bytes <= framed->room)
        return true;
    larger = realloc(framed->buffer, bytes);
    if (!larger)
        return err_memory(err);
    framed->buffer = larger;
    framed->room = bytes;
    return true;
}

/* Bytes of the current frame in all, as far as they are known. */
static bool bytes_wanted(struct framed *framed, size_t *wanted, struct err *err)
{
    size_t length;

    *wanted = LENGTH_BYTES;
    if (framed->filled < LENGTH_BYTES)
        return room_make(framed, LENGTH_BYTES, err);
    length = length_of(framed->buffer);
    if (length == 0 || length > FRAMED_BYTES_MAX)
        return err_set(err, ERR_INVALID, "a frame of %zu bytes; 1 to %zu are allowed", length,
                       FRAMED_BYTES_MAX);
    *wanted = LENGTH_BYTES + length;
    return room_make(framed, *wanted, err);
}

/* Waits until fd can be read or the deadline has passed (monotonic ms; -1: no deadline). */
static bool wait_readable(int fd, int64_t deadline_ms, bool *readable, struct err *err)
{
    struct pollfd pollfd = {.fd = fd, .events = POLLIN};

    for (;;) {
        int64_t left = deadline_ms < 0 ? -1 : deadline_ms - clock_mono_ms();
        int n;

        if (deadline_ms >= 0 && left < 0)
            left = 0;
        n = poll(&pollfd, 1, left > 3600000 ? 3600000 : (int)left);
        if (n > 0 || (n == 0 && left >= 0 && left <= 3600000)) {
            *readable = n > 0;
            return true;
        }
        if (n < 0 && errno != EINTR)
            return err_set(err, ERR_INTERNAL, "cannot wait for a frame: %s", strerror(errno));
    }
}

/* Reads the available bytes, up to `wanted` in all. False with ERR_NONE: the peer has closed. */
static bool read_some(struct framed *framed, size_t wanted, struct err *err)
{
    ssize_t n = read(framed->fd, framed->buffer + framed->filled, wanted - framed->filled);

    if (n > 0) {
        if (framed->filled == 0)
            framed->begun_ms = clock_mono_ms();
        framed->filled += (size_t)n;
        return true;
    }
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return true;
    if (n < 0 && errno != ECONNRESET)
        return err_set(err, ERR_INTERNAL, "cannot read a frame: %s", strerror(errno));
    if (framed->filled)
        return err_set(err, ERR_UNAVAILABLE, "the peer closed in the middle of a frame");
    return err_set(err, ERR_NONE, "closed");
}

/* The earlier of the caller's deadline (-1: none) and the deadline of the current frame. */
static int64_t sooner_deadline(const struct framed *framed, int64_t deadline_ms)
{
    int64_t rest_ms = framed->begun_ms + framed->patience_ms;

    if (framed->filled == 0 || framed->patience_ms < 0)
        return deadline_ms;
    return deadline_ms < 0 || rest_ms < deadline_ms ? rest_ms : deadline_ms;
}

/* Called when nothing can be read: has the time for the rest of the current frame run out? */
static bool in_time(const struct framed *framed, struct err *err)
{
    if (framed->filled == 0 || framed->patience_ms < 0 ||
        clock_mono_ms() < framed->begun_ms + framed->patience_ms)
        return true;
    return err_set(err, ERR_UNAVAILABLE, "the peer does not send the rest of a frame");
}

bool framed_read(struct framed *framed, int64_t timeout_ms, enum framed_state *state,
                 const uint8_t **frame, size_t *size, struct err *err)
{
    assert(framed && state && frame && size);
    assert(framed->filled <= LENGTH_BYTES + FRAMED_BYTES_MAX);
    int64_t deadline = timeout_ms < 0 ? -1 : clock_mono_ms() + timeout_ms;
    size_t wanted;

    for (;;) {
        bool readable = false;

        if (!bytes_wanted(framed, &wanted, err))
            return false;
        if (framed->filled > LENGTH_BYTES && framed->filled == wanted)
            break;
        if (!wait_readable(framed->fd, sooner_deadline(framed, deadline), &readable, err))
            return false;
        if (!readable) {
            *state = FRAMED_TIMEOUT;
            return in_time(framed, err);
        }
        if (!read_some(framed, wanted, err)) {
            *state = FRAMED_CLOSED;
            return err->code == ERR_NONE;
        }
    }
    framed->filled = 0; /* the next call starts a new frame in the same buffer */
    *state = FRAMED_FRAME;
    *frame = framed->buffer + LENGTH_BYTES;
    *size = wanted - LENGTH_BYTES;
    return true;
}

/* Waits until fd can take some bytes. */
static bool wait_writable(int fd, int64_t deadline_ms, struct err *err)
{
    struct pollfd pollfd = {.fd = fd, .events = POLLOUT};

    for (;;) {
        int64_t left = deadline_ms - clock_mono_ms();
        int n = poll(&pollfd, 1, left <= 0 ? 0 : left < 3600000 ? (int)left : 3600000);

        if (n > 0)
            return true;
        if (n == 0 && clock_mono_ms() >= deadline_ms)
            return err_set(err, ERR_EXHAUSTED, "the peer does not read: no room for a frame");
        if (n < 0 && errno != EINTR)
            return err_set(err, ERR_INTERNAL, "cannot wait to write: %s", strerror(errno));
    }
}

static bool write_all(int fd, const uint8_t *data, size_t size, int64_t deadline_ms,
                      struct err *err)
{
    while (size) {
        ssize_t n;

        if (!wait_writable(fd, deadline_ms, err))
            return false;
        n = write(fd, data, size);
        if (n > 0) {
            data += n;
            size -= (size_t)n;
        } else if (n < 0 && errno != EINTR && errno != EAGAIN) {
            return err_set(err,
                           errno == EPIPE || errno == ECONNRESET ? ERR_UNAVAILABLE : ERR_INTERNAL,
                           "cannot write a frame: %s", strerror(errno));
        }
    }
    return true;
}

bool framed_write_within(int fd, const void *frame, size_t size, int64_t timeout_ms,
                         struct err *err)
{
    assert(frame || !size);
    int64_t deadline_ms = clock_mono_ms() + timeout_ms;
    uint8_t length[LENGTH_BYTES];

    if (size == 0 || size > FRAMED_BYTES_MAX)
        return err_set(err, ERR_INVALID, "a frame of %zu bytes; 1 to %zu are allowed", size,
                       FRAMED_BYTES_MAX);
    length[0] = (uint8_t)(size >> 24);
    length[1] = (uint8_t)(size >> 16);
    length[2] = (uint8_t)(size >> 8);
    length[3] = (uint8_t)size;
    return write_all(fd, length, sizeof(length), deadline_ms, err) &&
           write_all(fd, frame, size, deadline_ms, err);
}

bool framed_write(int fd, const void *frame, size_t size, struct err *err)
{
    return framed_write_within(fd, frame, size, FRAMED_WRITE_MS, err);
}

bool framed_unblock(int fd, struct err *err)
{
    int flags = fcntl(fd, F_GETFL);

    return (flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0) ||
           err_set(err, ERR_INTERNAL, "cannot make a stream non-blocking: %s", strerror(errno));
}
