/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/import/loss_bench.h"

#include <stdio.h>
#include <string.h>

void loss_bench_text(const struct stream_gap *gap, char *text, size_t size)
{
    struct stream_site site = {.calls = gap->calls, .calls_size = gap->calls_size};
    size_t n = strlen(text), at = 0;
    int64_t sample = -1;
    enum call_code code;

    n += (size_t)snprintf(text + n, size - n, "%u:%u-%u %s", gap->chromosome, gap->start, gap->end,
                          gap_reason_name(gap->reason));
    while (at < site.calls_size && stream_call_next(&site, &at, &sample, &code))
        n += (size_t)snprintf(text + n, size - n, " %lld%s", (long long)sample,
                              code == CALL_NONE ? "" : "=own");
    (void)snprintf(text + n, size - n, "\n");
}

void loss_bench_all(struct bench_stream *stream, char *text, size_t size)
{
    bool end = false;

    text[0] = 0;
    for (;;) {
        if (!stream_next(stream->reader, &stream->item, &end, &stream->err))
            fail_msg("%s", stream->err.text);
        if (end)
            return;
        if (stream->item.kind == STREAM_GAP)
            loss_bench_text(&stream->item.gap, text, size);
    }
}

void loss_bench_up(struct loss_bench *b, uint32_t n_samples)
{
    struct stream_unit unit = {.facts = person_facts_none()};
    struct stream_callset callset = {.assembly = ASSEMBLY_GRCH38};
    struct err *err = &b->stream.err;

    memset(b, 0, sizeof(*b));
    bench_stream_up(&b->stream);
    assert_true(stream_put_unit(b->stream.writer, &unit, err));
    assert_true(stream_put_callset(b->stream.writer, &callset, err));
    for (uint32_t i = 0; i < n_samples; i++)
        assert_true(stream_put_sample(b->stream.writer,
                                      &(struct stream_sample){.type = SAMPLE_GERMLINE}, err));
    assert_true(loss_open(b->stream.writer, n_samples, ASSEMBLY_GRCH38, &b->loss, err));
}

void loss_bench_turn(struct loss_bench *b)
{
    bench_stream_turn(&b->stream);
    loss_bench_all(&b->stream, b->text, sizeof(b->text));
}

void loss_bench_down(struct loss_bench *b)
{
    loss_close(b->loss);
    bench_stream_down(&b->stream);
}
