/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/import/bcf_bench_read.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/import/identity.h"
#include "node/import/vcf.h"
#include "tests/unit/import/bench.h"

struct read_file {
    struct bench_stream stream;
    struct err err;
    bool read;
};

static void read_file(struct read_file *file, int fd)
{
    static const uint8_t key[IDENTITY_KEY_BYTES] = {1};
    struct vcf_options options = VCF_OPTIONS_DEFAULT;
    struct run_input input = {.name = "x", .fd = fd, .bytes = (uint64_t)lseek(fd, 0, SEEK_END)};
    struct identity *identity = NULL;
    struct run_job job = {.inputs = &input, .n_inputs = 1, .options = &options};

    options.persons = options.bed = options.fasta = options.fasta_index = VCF_NO_INPUT;
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_true(identity_from_key(key, &identity, &file->err));
    job.identity = identity;
    bench_stream_up(&file->stream);
    job.out = file->stream.writer;
    file->read = vcf_import(&job, &file->err);
    identity_close(identity);
    assert_int_equal(lseek(file->stream.fd, 0, SEEK_SET), 0);
    if (file->read)
        assert_true(stream_reader_open(file->stream.fd, &file->stream.reader, &file->err));
}

/* The next item but progress; NULL at the end. */
static const struct stream_item *next(struct read_file *file)
{
    struct bench_stream *stream = &file->stream;
    bool end = false;

    do
        if (!stream_next(stream->reader, &stream->item, &end, &stream->err))
            fail_msg("%s", stream->err.text);
    while (!end && stream->item.kind == STREAM_PROGRESS);
    return end ? NULL : &stream->item;
}

static void expect_site(const struct stream_site *one, const struct stream_site *other)
{
    assert_int_equal(one->chromosome, other->chromosome);
    assert_int_equal(one->position, other->position);
    assert_string_equal(one->ref, other->ref);
    assert_string_equal(one->alt, other->alt);
    assert_int_equal(one->af_nano, other->af_nano);
    assert_int_equal(one->n_notes, other->n_notes);
    assert_int_equal(one->calls_size, other->calls_size);
    assert_memory_equal(one->calls, other->calls, one->calls_size);
    assert_int_equal(one->fractions_size, other->fractions_size);
    if (one->fractions_size)
        assert_memory_equal(one->fractions, other->fractions, one->fractions_size);
}

static void expect_gap(const struct stream_gap *one, const struct stream_gap *other)
{
    assert_int_equal(one->chromosome, other->chromosome);
    assert_int_equal(one->start, other->start);
    assert_int_equal(one->end, other->end);
    assert_int_equal(one->reason, other->reason);
    assert_int_equal(one->calls_size, other->calls_size);
    assert_memory_equal(one->calls, other->calls, one->calls_size);
}

static void expect_reject(const struct stream_reject *one, const struct stream_reject *other)
{
    assert_int_equal(one->line, other->line);
    assert_int_equal(one->record, other->record);
    assert_int_equal(one->code, other->code);
    assert_string_equal(one->field, other->field);
}

static void expect_closing(const struct stream_closing *one, const struct stream_closing *other)
{
    assert_int_equal(one->read, other->read);
    assert_int_equal(one->offered, other->offered);
    assert_int_equal(one->rejected, other->rejected);
    assert_int_equal(one->blocks, other->blocks);
    assert_memory_equal(one->filtered, other->filtered, sizeof(one->filtered));
    assert_int_equal(one->loss.records, other->loss.records);
    assert_int_equal(one->loss.records_lost, other->loss.records_lost);
    assert_int_equal(one->loss.carriers, other->loss.carriers);
    assert_int_equal(one->loss.carriers_lost, other->loss.carriers_lost);
    assert_int_equal(one->loss.unaligned, other->loss.unaligned);
}

static void expect_item(const struct stream_item *one, const struct stream_item *other)
{
    assert_int_equal(one->kind, other->kind);
    switch (one->kind) {
    case STREAM_SITE:
        expect_site(&one->site, &other->site);
        break;
    case STREAM_GAP:
        expect_gap(&one->gap, &other->gap);
        break;
    case STREAM_REJECT:
        expect_reject(&one->reject, &other->reject);
        break;
    case STREAM_CLOSING:
        expect_closing(&one->closing, &other->closing);
        break;
    default: /* what comes from the header */
        break;
    }
}

void bcf_bench_read_alike(int one, int other)
{
    struct read_file files[2] = {0};
    const struct stream_item *items[2];

    read_file(&files[0], one);
    read_file(&files[1], other);
    assert_int_equal(files[0].read, files[1].read);
    if (!files[0].read)
        assert_string_equal(files[0].err.text, files[1].err.text);
    while (files[0].read) {
        items[0] = next(&files[0]);
        items[1] = next(&files[1]);
        assert_int_equal(!items[0], !items[1]);
        if (!items[0])
            break;
        expect_item(items[0], items[1]);
    }
    bench_stream_down(&files[0].stream);
    bench_stream_down(&files[1].stream);
}
