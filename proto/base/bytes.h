#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing byte string, and the TLV in which canonical things are written: one tag byte, a length
 * as u32 big endian, then that many bytes. A writer that runs out of memory remembers it
 * (bytes->failed) and ignores what follows, so callers check once, at the end.
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

void bytes_clear(struct bytes *bytes); /* frees; the struct is as new */
void bytes_add(struct bytes *bytes, const void *data, size_t size);
void bytes_add_u8(struct bytes *bytes, uint8_t value);
void bytes_add_text(struct bytes *bytes, const char *text); /* without its NUL */
/* As proto/base/varint.h. */
void bytes_add_varint(struct bytes *bytes, uint64_t value);
/* Read one; false when the bytes end or it does not fit 64 bits. Moves *at. */
bool bytes_read_varint(const uint8_t *data, size_t size, size_t *at, uint64_t *value) MUST_CHECK;

void tlv_add(struct bytes *bytes, uint8_t tag, const void *data, size_t size);
void tlv_add_text(struct bytes *bytes, uint8_t tag, const char *text);
void tlv_add_u64(struct bytes *bytes, uint8_t tag, uint64_t value);
/* The next field at *at, moving it; false at the end and when the field is cut short. */
bool tlv_read(const uint8_t *data, size_t size, size_t *at, uint8_t *tag, const uint8_t **value,
              size_t *value_size) MUST_CHECK;

/* Lower-case hex of size bytes; out holds 2 * size + 1. */
void hex_write(const uint8_t *data, size_t size, char *out);
/* Exactly size bytes from 2 * size hex digits and nothing else. */
bool hex_read(const char *text, uint8_t *out, size_t size) MUST_CHECK;
