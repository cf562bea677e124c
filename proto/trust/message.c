/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protobuf-c is lenient: it keeps unknown fields, takes the last of two duplicates and does not
 * check strings. Instead of writing a second parser, we pack its result again and require exactly
 * the bytes that came in. Unknown fields, unknown enum values and UTF-8, which that cannot detect,
 * are checked by descriptor.
 */
#include "proto/trust/message.h"

#include <assert.h>
#include <string.h>
#include <utf8proc.h>

#include "proto/base/arena.h"
#include "proto/base/printable.h"

static void *alloc_in_arena(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

static void free_with_arena(void *arena, void *pointer)
{
    (void)arena;
    (void)pointer;
}

static bool utf8_valid(const char *text)
{
    utf8proc_int32_t point;

    while (*text) {
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);

        if (n <= 0)
            return false;
        text += n;
    }
    return true;
}

bool message_text_is_plain(const char *text)
{
    return printable(text);
}

static bool message_check(const ProtobufCMessage *message, struct err *err);

static bool value_check(const ProtobufCFieldDescriptor *field, const void *value, struct err *err)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        if (*(char *const *)value && !utf8_valid(*(char *const *)value))
            return err_set(err, ERR_INVALID, "field %s is not UTF-8", field->name);
        return true;
    case PROTOBUF_C_TYPE_ENUM:
        if (!protobuf_c_enum_descriptor_get_value(field->descriptor, *(const int *)value))
            return err_set(err, ERR_INVALID, "field %s has a value that is not in its list",
                           field->name);
        return true;
    case PROTOBUF_C_TYPE_MESSAGE:
        return !*(ProtobufCMessage *const *)value ||
               message_check(*(ProtobufCMessage *const *)value, err);
    default:
        return true;
    }
}

static size_t element_bytes(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_STRING:
        return sizeof(char *);
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(ProtobufCMessage *);
    case PROTOBUF_C_TYPE_ENUM:
        return sizeof(int);
    default:
        return 0; /* other types need no check */
    }
}

static bool repeated_check(const ProtobufCFieldDescriptor *field, const uint8_t *base,
                           struct err *err)
{
    size_t n = *(const size_t *)(const void *)(base + field->quantifier_offset);
    const uint8_t *elements = *(uint8_t *const *)(const void *)(base + field->offset);
    size_t step = element_bytes(field->type);

    for (size_t i = 0; step && i < n; i++)
        if (!value_check(field, elements + i * step, err))
            return false;
    return true;
}

static bool field_check(const ProtobufCFieldDescriptor *field, const uint8_t *base, struct err *err)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return repeated_check(field, base, err);
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
        *(const uint32_t *)(const void *)(base + field->quantifier_offset) != field->id)
        return true; /* another member of the oneof is set */
    return value_check(field, base + field->offset, err);
}

/* The recursion is bounded by the types: no message of rikstal.proto contains itself. */
static bool message_check(const ProtobufCMessage *message, struct err *err)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;

    if (message->n_unknown_fields)
        return err_set(err, ERR_INVALID, "%s has an unknown field %u", type->short_name,
                       message->unknown_fields[0].tag);
    for (unsigned i = 0; i < type->n_fields; i++)
        if (!field_check(&type->fields[i], (const uint8_t *)message, err))
            return false;
    return true;
}

/* Packs into a buffer that compares instead of storing, so no second copy is needed. */
struct compare {
    ProtobufCBuffer base; /* must be first, so that both structs have the same address */
    const uint8_t *data;
    size_t left;
    bool same;
};

static void compare_append(ProtobufCBuffer *buffer, size_t size, const uint8_t *data)
{
    struct compare *compare = (struct compare *)(void *)buffer;

    if (!compare->same || size > compare->left || memcmp(compare->data, data, size) != 0) {
        compare->same = false;
        return;
    }
    compare->data += size;
    compare->left -= size;
}

static bool packs_to(const ProtobufCMessage *message, const uint8_t *data, size_t size)
{
    struct compare compare = {
        .base = {.append = compare_append}, .data = data, .left = size, .same = true};

    protobuf_c_message_pack_to_buffer(message, &compare.base);
    return compare.same && compare.left == 0;
}

bool message_unpack(const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t size,
                    struct arena *arena, ProtobufCMessage **out, struct err *err)
{
    assert(type && arena && out && (data || !size));
    ProtobufCAllocator allocator = {alloc_in_arena, free_with_arena, arena};
    static const uint8_t empty[1];
    ProtobufCMessage *message;

    if (size > MESSAGE_BYTES_MAX)
        return err_set(err, ERR_INVALID, "a %s of %zu bytes; %zu are allowed", type->short_name,
                       size, MESSAGE_BYTES_MAX);
    message = protobuf_c_message_unpack(type, &allocator, size, size ? data : empty);
    if (!message)
        return err_set(err, ERR_INVALID, "the bytes are no %s, or need too much memory",
                       type->short_name);
    if (!message_check(message, err))
        return false;
    if (!packs_to(message, data, size))
        return err_set(err, ERR_INVALID,
                       "the bytes of this %s are not the one way to write it (a duplicate, a "
                       "default, trailing bytes or another order)",
                       type->short_name);
    *out = message;
    return true;
}

bool message_pack(const ProtobufCMessage *message, struct arena *arena, uint8_t **data,
                  size_t *size, struct err *err)
{
    assert(message && arena && data && size);
    size_t bytes = protobuf_c_message_get_packed_size(message);
    uint8_t *packed;

    if (bytes > MESSAGE_BYTES_MAX)
        return err_set(err, ERR_INVALID, "a %s of %zu bytes; %zu are allowed",
                       message->descriptor->short_name, bytes, MESSAGE_BYTES_MAX);
    packed = arena_alloc(arena, bytes + 1);
    if (!packed)
        return err_memory(err);
    *size = protobuf_c_message_pack(message, packed);
    *data = packed;
    return true;
}
