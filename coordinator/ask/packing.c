/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/ask/packing.h"

#include <assert.h>

#include "coordinator/report/answer.h"

#define RUN_MIN 4 /* a shorter run of zeros costs less when it is stored */

static uint8_t at(const uint8_t *data, const uint8_t *base, size_t i)
{
    return base ? data[i] ^ base[i] : data[i];
}

static size_t zeros_from(const uint8_t *data, const uint8_t *base, size_t from, size_t size)
{
    size_t i = from;

    while (i < size && at(data, base, i) == 0)
        i++;
    return i - from;
}

/* Where the next run of zeros worth leaving out begins; else the end. */
static size_t next_run(const uint8_t *data, const uint8_t *base, size_t from, size_t size)
{
    size_t zeros = 0;

    for (size_t i = from; i < size; i++) {
        zeros = at(data, base, i) == 0 ? zeros + 1 : 0;
        if (zeros == RUN_MIN)
            return i + 1 - RUN_MIN;
    }
    return size;
}

void packing_write(const uint8_t *data, size_t size, const uint8_t *base, struct bytes *out)
{
    assert(data && out);
    size_t i = 0;

    assert(size <= ANSWER_BYTES_MAX);
    bytes_add_varint(out, size);
    while (i < size) {
        size_t end = next_run(data, base, i, size);
        size_t zeros = zeros_from(data, base, end, size);

        bytes_add_varint(out, end - i);
        for (; i < end; i++)
            bytes_add_u8(out, at(data, base, i));
        bytes_add_varint(out, zeros);
        i += zeros;
    }
}

static bool damaged(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "the coordinator's state: a stored answer is damaged");
}

bool packing_read(const uint8_t *packed, size_t packed_size, const uint8_t *base, size_t base_size,
                  struct bytes *out, struct err *err)
{
    assert((packed || !packed_size) && (base || !base_size) && out);
    size_t i = 0, done = 0;
    uint64_t size, n, zeros;

    if (!bytes_read_varint(packed, packed_size, &i, &size) || size > ANSWER_BYTES_MAX ||
        (base && size != base_size))
        return damaged(err);
    while (done < size) {
        if (!bytes_read_varint(packed, packed_size, &i, &n) || n > size - done ||
            n > packed_size - i)
            return damaged(err);
        for (uint64_t end = done + n; done < end; done++, i++)
            bytes_add_u8(out, base ? packed[i] ^ base[done] : packed[i]);
        if (!bytes_read_varint(packed, packed_size, &i, &zeros) || zeros > size - done ||
            (n == 0 && zeros == 0))
            return damaged(err);
        for (uint64_t end = done + zeros; done < end; done++)
            bytes_add_u8(out, base ? base[done] : 0);
    }
    if (i != packed_size)
        return damaged(err);
    return !out->failed || err_memory(err);
}
