#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Protobuf messages, read strictly: bytes have one meaning or are refused.
 *
 * message_unpack() refuses unknown fields (at any depth), unknown enum values, strings that are not
 * UTF-8, and every text that does not come out the same when packed again: duplicate fields,
 * trailing bytes, fields out of order, over-long numbers, an embedded NUL. The message and all that
 * it points to live in the arena, whose cap bounds what hostile bytes can take; never call
 * protobuf_c_message_free_unpacked() on it. Any thread, one arena a thread.
 */
#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct arena;

#define MESSAGE_BYTES_MAX ((size_t)1 << 20)

/* The descriptor names the type: &rikstal__v1__question__descriptor. */
bool message_unpack(const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t size,
                    struct arena *arena, ProtobufCMessage **out, struct err *err) MUST_CHECK;

/* The bytes of a message, in the arena. The message is the caller's own and complete. */
bool message_pack(const ProtobufCMessage *message, struct arena *arena, uint8_t **data,
                  size_t *size, struct err *err) MUST_CHECK;

/*
 * One line for a terminal or a page, whoever wrote it: UTF-8 with no control or format character
 * and no other line end, so that it can neither move a cursor nor turn text round.
 */
bool message_text_is_plain(const char *text);
