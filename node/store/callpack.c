/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/callpack.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/varint.h"

#define ALLELE_MASK ((UINT32_C(1) << 30) - 1)
#define CHUNK_POSITION_BITS 20
#define CHUNK_POSITION_MASK ((UINT32_C(1) << CHUNK_POSITION_BITS) - 1)
#define SINGLE_BASE (UINT32_C(1) << 24 | UINT32_C(1) << 20) /* lengths of ref and alt: 1 */
#define SINGLE_BASE_MASK (UINT32_C(0x3fff) << 20 | 0xffff)  /* the fixed bits of such codes */
#define DENSE_FROM (CALLPACK_SAMPLES / 16)
#define SITE_BYTES_MAX (VARINT_BYTES_MAX + 8)
#define FIRST_ROOM 256

static bool make_room(struct callpack *pack, size_t more)
{
    size_t room = pack->room ? pack->room : FIRST_ROOM;
    uint8_t *data;

    if (pack->room - pack->size >= more)
        return true;
    while (room - pack->size < more)
        room *= 2;
    data = realloc(pack->data, room);
    if (!data)
        return false;
    pack->data = data;
    pack->room = room;
    return true;
}

/* Writes position and allele. `spare` goes into the upper bits of a short allele's byte. */
static uint8_t *write_place(struct callpack *pack, uint64_t vid, uint8_t spare, bool *is_short)
{
    uint8_t *at = pack->data + pack->size;
    uint32_t allele = (uint32_t)vid & ALLELE_MASK;
    uint32_t position = (uint32_t)(vid >> 30) & CHUNK_POSITION_MASK;
    uint32_t before = (uint32_t)(pack->last >> 30) & CHUNK_POSITION_MASK;
    uint32_t back = position < before;
    uint32_t distance = back ? before - position : position - before;

    if (pack->size == 0)
        *at++ = pack->fractions ? CALLPACK_FRACTIONS : 0;
    if ((vid & CALLPACK_VID_MASK) < pack->last)
        pack->data[0] |= CALLPACK_UNORDERED;
    pack->last = vid & CALLPACK_VID_MASK;
    *is_short = (allele & SINGLE_BASE_MASK) == SINGLE_BASE;
    at = varint_write(at, (uint64_t)distance << 2 | back << 1 | (*is_short ? 0 : 1));
    if (*is_short) {
        *at++ = (uint8_t)((allele >> 16 & 15) | (uint32_t)spare << 4);
    } else {
        for (int i = 0; i < 4; i++)
            *at++ = (uint8_t)(allele >> (8 * i));
    }
    return at;
}

static uint8_t *write_list(uint8_t *at, const struct callpack_list *list, uint32_t base)
{
    bool dense = list->n > DENSE_FROM;
    uint32_t next = 0;

    at = varint_write(at, (uint64_t)list->n << 1 | dense);
    if (dense) {
        memset(at, 0, CALLPACK_DENSE_BYTES);
        for (size_t i = 0; i < list->n; i++) {
            uint32_t sample = list->samples[i] - base;

            at[sample >> 3] |= (uint8_t)(1U << (sample & 7));
        }
        return at + CALLPACK_DENSE_BYTES;
    }
    for (size_t i = 0; i < list->n; i++) {
        uint32_t sample = list->samples[i] - base;

        at = varint_write(at, sample - next);
        next = sample + 1;
    }
    return at;
}

/* A byte for each carrier. */
static uint8_t *write_fractions(uint8_t *at, const struct callpack_list lists[static CALL_CODES])
{
    for (unsigned code = CALL_HET; code < CALL_CODES; code++)
        for (size_t i = 0; i < lists[code].n; i++)
            *at++ = lists[code].fractions[lists[code].samples[i]];
    return at;
}

bool callpack_site(struct callpack *pack, uint64_t vid, uint32_t base,
                   const struct callpack_list lists[static CALL_CODES])
{
    uint8_t *at, *mask;
    bool is_short;

    if (!make_room(pack, SITE_BYTES_MAX + CALL_CODES * (CALLPACK_DENSE_BYTES + 3) +
                             (pack->fractions ? CALL_CODES * CALLPACK_SAMPLES : 0)))
        return false;
    at = write_place(pack, vid, 0, &is_short);
    mask = at++;
    *mask = 0;
    for (unsigned code = 0; code < CALL_CODES; code++) {
        if (!lists[code].n)
            continue;
        *mask |= (uint8_t)(1U << code);
        at = write_list(at, &lists[code], base);
    }
    if (pack->fractions)
        at = write_fractions(at, lists);
    pack->size = (size_t)(at - pack->data);
    return true;
}

static bool is_carrier(unsigned code)
{
    return code != CALL_NONE && code != CALL_JUDGED;
}

bool callpack_lone_site(struct callpack *pack, uint64_t vid, unsigned code, uint8_t fraction)
{
    uint8_t *at;
    bool is_short;

    if (!make_room(pack, SITE_BYTES_MAX))
        return false;
    at = write_place(pack, vid, (uint8_t)code, &is_short);
    if (!is_short)
        *at++ = (uint8_t)code;
    if (pack->fractions && is_carrier(code))
        *at++ = fraction;
    pack->size = (size_t)(at - pack->data);
    return true;
}

void callpack_clear(struct callpack *pack)
{
    free(pack->data);
    *pack = (struct callpack){0};
}

void callpack_start(struct callpack_reader *reader, const void *data, size_t size, bool lone)
{
    const uint8_t *bytes = data;

    *reader = (struct callpack_reader){.lone = lone};
    if (!size)
        return;
    reader->at = bytes + 1;
    reader->end = bytes + size;
    reader->unordered = bytes[0] & CALLPACK_UNORDERED;
    reader->has_fractions = bytes[0] & CALLPACK_FRACTIONS;
}

static const uint8_t *read_list(struct callpack_reader *reader, const uint8_t *at, unsigned code)
{
    uint64_t head;

    at = varint_read(at, reader->end, &head);
    if (!at || head >> 1 > CALLPACK_SAMPLES)
        return NULL;
    reader->count[code] = (uint16_t)(head >> 1);
    reader->dense[code] = head & 1;
    reader->list[code] = at;
    if (reader->dense[code])
        return reader->end - at < CALLPACK_DENSE_BYTES ? NULL : at + CALLPACK_DENSE_BYTES;
    for (uint16_t i = 0; i < reader->count[code]; i++) {
        while (at < reader->end && *at >= 128)
            at++;
        if (at++ >= reader->end)
            return NULL;
    }
    return at;
}

static const uint8_t *read_place(struct callpack_reader *reader, uint8_t *spare, bool *is_short)
{
    const uint8_t *at = reader->at;
    uint32_t position = (uint32_t)(reader->vid >> 30);
    uint32_t allele;
    uint64_t head;

    at = varint_read(at, reader->end, &head);
    if (!at || head >> 2 > CHUNK_POSITION_MASK)
        return NULL;
    position = head & 2 ? position - (uint32_t)(head >> 2) : position + (uint32_t)(head >> 2);
    *is_short = !(head & 1);
    if (position > CHUNK_POSITION_MASK || reader->end - at < (*is_short ? 1 : 4))
        return NULL;
    if (*is_short) {
        allele = SINGLE_BASE | (uint32_t)(*at & 15) << 16;
        *spare = *at++ >> 4;
    } else {
        allele =
            (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
        at += 4;
    }
    reader->vid = (uint64_t)position << 30 | (allele & ALLELE_MASK);
    return at;
}

static const uint8_t *read_fractions(struct callpack_reader *reader, const uint8_t *at, size_t n)
{
    if (!at || !reader->has_fractions)
        return at;
    if ((size_t)(reader->end - at) < n)
        return NULL;
    reader->fractions = at;
    return at + n;
}

static const uint8_t *read_calls(struct callpack_reader *reader, const uint8_t *at)
{
    size_t carriers = 0;

    if (at == reader->end || *at >= 1U << CALL_CODES)
        return NULL;
    reader->mask = *at++;
    for (unsigned code = 0; at && code < CALL_CODES; code++) {
        if (!(reader->mask >> code & 1))
            continue;
        at = read_list(reader, at, code);
        carriers += code == CALL_NONE ? 0 : reader->count[code];
    }
    return read_fractions(reader, at, carriers);
}

bool callpack_next(struct callpack_reader *reader)
{
    const uint8_t *at;
    uint8_t spare = 0;
    bool is_short;

    if (reader->at == reader->end)
        return false;
    at = read_place(reader, &spare, &is_short);
    reader->calls = at;
    if (at && reader->lone) {
        if (!is_short && at < reader->end)
            spare = *at++;
        else if (!is_short)
            at = NULL;
        reader->mask = 1U << (spare & 7);
        if (spare > CALL_JUDGED)
            at = NULL;
        at = read_fractions(reader, at, is_carrier(spare));
    } else if (at) {
        at = read_calls(reader, at);
    }
    reader->damaged = !at;
    reader->at = at ? at : reader->end;
    return at != NULL;
}

void callpack_at(struct callpack_reader *reader, uint64_t vid, const uint8_t *calls)
{
    reader->vid = vid;
    reader->calls = calls;
    reader->damaged = !read_calls(reader, calls);
}

static size_t dense_samples(const uint8_t *bits, uint16_t *out)
{
    size_t n = 0;

    for (unsigned word = 0; word < CALLPACK_DENSE_BYTES / 8; word++) {
        uint64_t left;

        memcpy(&left, bits + 8 * (size_t)word, sizeof(left)); /* little endian, as on x86-64 */
        for (; left; left &= left - 1)
            out[n++] = (uint16_t)(word * 64 + (unsigned)__builtin_ctzll(left));
    }
    return n;
}

size_t callpack_samples(const struct callpack_reader *reader, unsigned code,
                        uint16_t out[static CALLPACK_SAMPLES])
{
    const uint8_t *at = reader->list[code];
    uint32_t next = 0;

    if (reader->dense[code])
        return dense_samples(at, out);
    for (uint16_t i = 0; i < reader->count[code]; i++) {
        uint32_t distance = *at++;

        if (distance >= 128)
            distance = (distance & 127) | (uint32_t)*at++ << 7;
        next += distance;
        out[i] = (uint16_t)(next & (CALLPACK_SAMPLES - 1));
        next++;
    }
    return reader->count[code];
}
