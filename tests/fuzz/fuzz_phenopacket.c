/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a phenopacket, or an archive of them: the reader must refuse or read, and everything
 * that it puts on the stream must be accepted at the other end, which believes nothing.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "node/import/identity.h"
#include "node/import/phenopacket.h"
#include "node/import/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int memory(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", 0);

    assert(fd >= 0);
    assert(write(fd, data, size) == (ssize_t)size);
    assert(lseek(fd, 0, SEEK_SET) == 0);
    return fd;
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t key[IDENTITY_KEY_BYTES];
    struct phenopacket_options options = {.by_subject = size % 2};
    struct run_input input = {.name = "fuzz", .fd = memory(data, size), .bytes = size};
    int out = memory(data, 0);
    struct run_job job = {.inputs = &input, .n_inputs = 1, .options = &options};
    struct identity *identity = NULL;
    struct err err;

    assert(identity_from_key(key, &identity, &err));
    job.identity = identity;
    assert(stream_writer_open(out, &job.out, &err));
    if (phenopacket_read(&job, &err))
        read_back(out);
    stream_writer_close(job.out);
    identity_close(identity);
    close(input.fd);
    close(out);
    return 0;
}
