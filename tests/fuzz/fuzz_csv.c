/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as CSV: every row has as many fields as the header, lines only rise, texts are UTF-8;
 * and as a file of persons and of events: what is put on the stream is accepted at the other end.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "node/import/event_map.h"
#include "node/import/identity.h"
#include "node/import/persons.h"
#include "node/import/stream.h"
#include "proto/base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int memory(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", 0);

    assert(fd >= 0);
    assert(write(fd, data, size) == (ssize_t)size);
    assert(lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

static void check_rows(int fd)
{
    const char *const *fields = NULL;
    struct csv *csv = NULL;
    uint64_t line = 1;
    struct err err;

    if (!csv_open(csv_from_fd, &fd, &csv, &err))
        return;
    for (;;) {
        enum csv_outcome outcome = csv_next(csv, &fields, &err);

        assert(outcome != CSV_FAILED);
        if (outcome == CSV_END)
            break;
        assert(csv_line(csv) > line);
        line = csv_line(csv);
        for (size_t i = 0; outcome == CSV_ROW && i < csv_columns(csv); i++)
            assert(strlen(fields[i]) <= 3 * CSV_ROW_MAX);
    }
    csv_close(csv);
}

static void read_back(int fd)
{
    struct stream_reader *reader = NULL;
    struct stream_item item;
    struct err err;
    bool end = false;

    assert(lseek(fd, 0, SEEK_SET) == 0);
    if (!stream_reader_open(fd, &reader, &err))
        return;
    while (!end)
        assert(stream_next(reader, &item, &end, &err));
    stream_reader_close(reader);
}

static void read_rows(struct run_input *input, const struct persons_options *options)
{
    static const uint8_t key[IDENTITY_KEY_BYTES];
    struct run_job job = {.inputs = input, .n_inputs = 1, .options = options};
    struct identity *identity = NULL;
    int out = memory(key, 0);
    struct err err;

    assert(identity_from_key(key, &identity, &err));
    job.identity = identity;
    assert(stream_writer_open(out, &job.out, &err));
    if (persons_read(&job, &err))
        read_back(out);
    stream_writer_close(job.out);
    identity_close(identity);
    close(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run_input input = {.name = "fuzz", .fd = memory(data, size), .bytes = size};

    static const struct event_map map = {.decimal_comma = true, .other_columns = true};
    static const struct persons_options options[] = {{0}, {.map = &map}};

    check_rows(input.fd);
    for (size_t i = 0; i < 2; i++) {
        assert(lseek(input.fd, 0, SEEK_SET) == 0);
        read_rows(&input, &options[i]);
    }
    close(input.fd);
    return 0;
}
