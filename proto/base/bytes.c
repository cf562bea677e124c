/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/bytes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/varint.h"

void bytes_clear(struct bytes *bytes)
{
    assert(bytes);
    free(bytes->data);
    *bytes = (struct bytes){0};
}

static bool grow(struct bytes *bytes, size_t more)
{
    size_t room = bytes->room ? bytes->room : 256;
    uint8_t *data;

    if (bytes->failed || more > SIZE_MAX / 4 || bytes->size > SIZE_MAX / 4)
        return bytes->failed = true, false;
    while (room < bytes->size + more)
        room *= 2;
    if (room == bytes->room)
        return true;
    data = realloc(bytes->data, room);
    if (!data)
        return bytes->failed = true, false;
    bytes->data = data;
    bytes->room = room;
    return true;
}

void bytes_add(struct bytes *bytes, const void *data, size_t size)
{
    if (!size || !grow(bytes, size))
        return;
    memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

void bytes_add_u8(struct bytes *bytes, uint8_t value)
{
    bytes_add(bytes, &value, 1);
}

void bytes_add_text(struct bytes *bytes, const char *text)
{
    bytes_add(bytes, text, strlen(text));
}

void bytes_add_varint(struct bytes *bytes, uint64_t value)
{
    uint8_t out[VARINT_BYTES_MAX];

    bytes_add(bytes, out, (size_t)(varint_write(out, value) - out));
}

bool bytes_read_varint(const uint8_t *data, size_t size, size_t *at, uint64_t *value)
{
    assert(at && *at <= size && value);
    const uint8_t *next;

    if (*at >= size)
        return false;
    next = varint_read(data + *at, data + size, value);
    if (!next)
        return false;
    *at = (size_t)(next - data);
    return true;
}

static void add_length(struct bytes *bytes, size_t size)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes_add_u8(bytes, (uint8_t)(size >> shift));
}

void bytes_add_tlv(struct bytes *bytes, uint8_t tag, const void *data, size_t size)
{
    if (size > UINT32_MAX) {
        bytes->failed = true;
        return;
    }
    bytes_add_u8(bytes, tag);
    add_length(bytes, size);
    bytes_add(bytes, data, size);
}

void bytes_add_tlv_text(struct bytes *bytes, uint8_t tag, const char *text)
{
    bytes_add_tlv(bytes, tag, text, strlen(text));
}

void bytes_add_tlv_u64(struct bytes *bytes, uint8_t tag, uint64_t value)
{
    uint8_t big[8];

    for (int i = 0; i < 8; i++)
        big[i] = (uint8_t)(value >> (56 - 8 * i));
    bytes_add_tlv(bytes, tag, big, sizeof(big));
}

bool bytes_read_tlv(const uint8_t *data, size_t size, size_t *at, uint8_t *tag,
                    const uint8_t **value, size_t *value_size)
{
    assert(at && *at <= size && tag && value && value_size);
    const uint8_t *head;
    uint32_t length;

    if (size - *at < 5)
        return false;
    head = data + *at;
    length = (uint32_t)head[1] << 24 | (uint32_t)head[2] << 16 | (uint32_t)head[3] << 8 | head[4];
    if (size - *at - 5 < length)
        return false;
    *tag = head[0];
    *value = head + 5;
    *value_size = length;
    *at += 5 + (size_t)length;
    return true;
}

void bytes_to_hex(const uint8_t *data, size_t size, char *out)
{
    assert(out && (data || !size));
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[data[i] >> 4];
        out[2 * i + 1] = digits[data[i] & 15];
    }
    out[2 * size] = 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

bool bytes_from_hex(const char *text, uint8_t *out, size_t size)
{
    assert(text && out);
    if (strlen(text) != 2 * size)
        return false;
    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
