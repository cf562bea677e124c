/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent's end of the record stream on any bytes. What is accepted is put again and must be
 * accepted again: the two ends agree on what a good stream is.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "node/import/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool put(struct stream_writer *writer, const struct stream_item *item, struct err *err)
{
    switch (item->kind) {
    case STREAM_INTERVAL:
        return stream_put_interval(writer, &item->interval, err);
    case STREAM_UNIT:
        return stream_put_unit(writer, &item->unit, err);
    case STREAM_EVENT:
        return stream_put_event(writer, &item->event, err);
    case STREAM_CALLSET:
        return stream_put_callset(writer, &item->callset, err);
    case STREAM_SAMPLE:
        return stream_put_sample(writer, &item->sample, err);
    case STREAM_SITE:
        return stream_put_site(writer, &item->site, err);
    case STREAM_STRUCTURAL:
        return stream_put_structural(writer, &item->structural, err);
    case STREAM_GAP:
        return stream_put_gap(writer, &item->gap, err);
    case STREAM_REJECT:
        return stream_put_reject(writer, &item->reject, err);
    case STREAM_PROGRESS:
        return stream_put_progress(writer, item->progress, err);
    case STREAM_CLOSING:
        return stream_put_closing(writer, &item->closing, err);
    case STREAM_FAILURE:
        return stream_put_failure(writer, &item->failure, err);
    }
    return false;
}

/* Reads all of fd; with a writer, puts what comes. True when it was a good stream to its end. */
static bool read_all(int fd, struct stream_writer *writer)
{
    struct stream_reader *reader = NULL;
    struct stream_item item;
    struct err err;
    bool end = false, ok = lseek(fd, 0, SEEK_SET) == 0 && stream_reader_open(fd, &reader, &err);

    while (ok && !end) {
        ok = stream_next(reader, &item, &end, &err);
        if (ok && !end && writer && !put(writer, &item, &err))
            abort();
    }
    stream_reader_close(reader);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int in = memfd_create("in", 0), out = memfd_create("out", 0);
    struct stream_writer *writer = NULL;
    struct err err;

    if (in < 0 || out < 0 || !stream_writer_open(out, &writer, &err))
        abort();
    if (write(in, data, size) != (ssize_t)size)
        abort();
    if (read_all(in, writer) && !read_all(out, NULL))
        abort();
    stream_writer_close(writer);
    (void)close(in);
    (void)close(out);
    return 0;
}
