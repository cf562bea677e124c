/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The padding field is a tag of two bytes, a length and that many zeros. A length takes two bytes
 * from 128 on and three from 16384 on. So a field can fill every gap exactly, except very small
 * gaps and one large one; for these another unit of 256 bytes is added.
 */
#include "node/keeper/padding.h"

#include <assert.h>

#include "proto/base/arena.h"

#define TAG_BYTES 2
#define TWO_LEAST 128
#define TWO_MOST 16383

static size_t round_up(size_t size)
{
    return (size + PADDING_UNIT - 1) / PADDING_UNIT * PADDING_UNIT;
}

size_t padding_size(uint32_t n_cells)
{
    return round_up(PADDING_ROOM + (size_t)n_cells * sizeof(int64_t));
}

/* How many zeros make a field that fills the gap exactly; 0 when no number does. */
static size_t zeros_for(size_t gap)
{
    if (gap < TAG_BYTES + 2 + TWO_LEAST)
        return 0;
    if (gap <= TAG_BYTES + 2 + TWO_MOST)
        return gap - TAG_BYTES - 2;
    return gap > TAG_BYTES + 3 + TWO_MOST ? gap - TAG_BYTES - 3 : 0;
}

bool padding_fill(Rikstal__V1__Answer *answer, uint32_t n_cells, struct arena *arena,
                  struct err *err)
{
    assert(answer);
    size_t size = padding_size(n_cells), bare, zeros;

    answer->padding = (ProtobufCBinaryData){0};
    bare = rikstal__v1__answer__get_packed_size(answer);
    while (size < bare || (zeros = zeros_for(size - bare)) == 0)
        size += PADDING_UNIT;
    answer->padding.data = arena_alloc(arena, zeros); /* arena_alloc() returns zeroed bytes */
    if (!answer->padding.data)
        return err_memory(err);
    answer->padding.len = zeros;
    return true;
}
