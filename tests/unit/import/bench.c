/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/import/bench.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int bench_file(const void *data, size_t size)
{
    int fd = memfd_create("bench", 0);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, size), (ssize_t)size);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

int bench_text(const char *text)
{
    return bench_file(text, strlen(text));
}

void bench_stream_up(struct bench_stream *stream)
{
    *stream = (struct bench_stream){.fd = bench_file("", 0)};
    assert_true(stream_writer_open(stream->fd, &stream->writer, &stream->err));
}

void bench_stream_down(struct bench_stream *stream)
{
    stream_writer_close(stream->writer);
    stream_reader_close(stream->reader);
    (void)close(stream->fd);
}

static void rewind_and_open(struct bench_stream *stream)
{
    assert_int_equal(lseek(stream->fd, 0, SEEK_SET), 0);
    assert_true(stream_reader_open(stream->fd, &stream->reader, &stream->err));
}

void bench_stream_turn(struct bench_stream *stream)
{
    struct stream_closing closing = {0};

    assert_true(stream_put_closing(stream->writer, &closing, &stream->err));
    rewind_and_open(stream);
}

const struct stream_item *bench_stream_next(struct bench_stream *stream, enum stream_kind kind)
{
    bool end = false;

    if (!stream->reader)
        rewind_and_open(stream);
    do {
        if (!stream_next(stream->reader, &stream->item, &end, &stream->err))
            fail_msg("%s", stream->err.text);
        if (end)
            fail_msg("no item of kind %d", (int)kind);
    } while (stream->item.kind != kind);
    return &stream->item;
}

void bench_site_text(const struct stream_site *site, char *text, size_t size)
{
    static const char *const codes[] = {"none", "het", "hom", "hemi", "carrier"};
    int n =
        snprintf(text, size, "%u:%u %s>%s", site->chromosome, site->position, site->ref, site->alt);
    int64_t sample = -1;
    enum call_code code;
    size_t at = 0;

    while (at < site->calls_size && stream_call_next(site, &at, &sample, &code))
        n += snprintf(text + n, size - (size_t)n, " %lld=%s", (long long)sample, codes[code]);
}
