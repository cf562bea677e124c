#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict parsing of Protobuf messages: bytes have exactly one meaning or are refused.
 *
 * message_unpack() refuses unknown fields (at any depth), unknown enum values, strings that are not
 * UTF-8, and all bytes that differ when the message is packed again: duplicate fields, trailing
 * bytes, fields out of order, over-long numbers, an embedded NUL. The message and everything that
 * it points to live in the arena, whose cap limits the memory that hostile bytes can take; never
 * call protobuf_c_message_free_unpacked() on it. Any thread, but one thread per arena.
 */
#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct arena;

#define MESSAGE_BYTES_MAX ((size_t)1 << 20)

/* The descriptor determines the type: &rikstal__v1__question__descriptor. */
bool message_unpack(const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t size,
                    struct arena *arena, ProtobufCMessage **out, struct err *err) MUST_CHECK;

/* Packs a message into the arena. The message must be made by this program, and complete. */
bool message_pack(const ProtobufCMessage *message, struct arena *arena, uint8_t **data,
                  size_t *size, struct err *err) MUST_CHECK;

/*
 * True when a text from any source is safe as one line on a terminal or page: UTF-8 without control
 * and format characters and line ends, so that it can neither move the cursor nor reverse text.
 */
bool message_text_is_plain(const char *text);
