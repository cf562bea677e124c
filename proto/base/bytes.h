#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing byte string, and the TLV form of all canonical encodings: one tag byte, a length as u32
 * big endian, then that many bytes. After an allocation failed, bytes->failed is set and further
 * writes have no effect, so that callers check once, at the end.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct bytes {
    uint8_t *data;
    size_t size;
    size_t room;
    bool failed;
};

/* Bytes that somebody else owns; a plain value. data may be NULL when size is 0. */
struct bytes_view {
    const uint8_t *data;
    size_t size;
};

void bytes_clear(struct bytes *bytes); /* frees the bytes; the struct can be used again */
void bytes_add(struct bytes *bytes, const void *data, size_t size);
void bytes_add_u8(struct bytes *bytes, uint8_t value);
void bytes_add_text(struct bytes *bytes, const char *text); /* without the NUL */
/* Variable-length integers, as in proto/base/varint.h. */
void bytes_add_varint(struct bytes *bytes, uint64_t value);
/*
 * Reads one integer at *at and moves *at behind it. False when the bytes end too early or the
 * number does not fit 64 bits.
 */
bool bytes_read_varint(const uint8_t *data, size_t size, size_t *at, uint64_t *value) MUST_CHECK;

void bytes_add_tlv(struct bytes *bytes, uint8_t tag, const void *data, size_t size);
void bytes_add_tlv_text(struct bytes *bytes, uint8_t tag, const char *text);
void bytes_add_tlv_u64(struct bytes *bytes, uint8_t tag, uint64_t value);
/*
 * Reads the field at *at and moves *at behind it. False at the end, and when the field is cut
 * short.
 */
bool bytes_read_tlv(const uint8_t *data, size_t size, size_t *at, uint8_t *tag,
                    const uint8_t **value, size_t *value_size) MUST_CHECK;

/* Writes `size` bytes as lower-case hex; out must hold 2 * size + 1 bytes. */
void bytes_to_hex(const uint8_t *data, size_t size, char *out);
/* Reads exactly `size` bytes from 2 * size hex digits. False when the text is anything else. */
bool bytes_from_hex(const char *text, uint8_t *out, size_t size) MUST_CHECK;
