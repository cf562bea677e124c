/* SPDX-License-Identifier: Apache-2.0 */
#include "records_bench.h"

#include <string.h>
#include <unistd.h>

#include "node/import/identity.h"

void records_bench_up(struct records_bench *b, const char *const *texts)
{
    static const uint8_t key[IDENTITY_KEY_BYTES] = {42};

    memset(b, 0, sizeof(*b));
    assert_true(identity_from_key(key, &b->identity, &b->err));
    for (; *texts; texts++) {
        assert_true(b->job.n_inputs < INPUTS_MAX);
        b->inputs[b->job.n_inputs++] =
            (struct run_input){.name = "file", .fd = bench_text(*texts), .bytes = strlen(*texts)};
    }
    bench_stream_up(&b->stream);
    b->job.inputs = b->inputs;
    b->job.identity = b->identity;
    b->job.out = b->stream.writer;
}

void records_bench_down(struct records_bench *b)
{
    for (size_t i = 0; i < b->job.n_inputs; i++)
        (void)close(b->inputs[i].fd);
    bench_stream_down(&b->stream);
    identity_close(b->identity);
}

bool records_bench_run(struct records_bench *b, records_read *read, const void *options)
{
    b->job.options = options;
    return read(&b->job, &b->err);
}

const struct stream_closing *records_bench_closing(struct records_bench *b)
{
    return &bench_stream_next(&b->stream, STREAM_CLOSING)->closing;
}

void records_bench_reject(struct records_bench *b, enum reject_code code, const char *field,
                          uint64_t line)
{
    const struct stream_reject *reject = &bench_stream_next(&b->stream, STREAM_REJECT)->reject;

    assert_string_equal(reject_code_name(reject->code), reject_code_name(code));
    assert_string_equal(reject->field, field);
    assert_int_equal(reject->line, line);
}
