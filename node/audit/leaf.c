/* SPDX-License-Identifier: Apache-2.0 */
#include "node/audit/leaf.h"

#include <assert.h>
#include <string.h>

#define LEAF_VERSION 1

enum leaf_tag {
    TAG_VERSION = 1,
    TAG_TYPE,
    TAG_TIME,
    TAG_QUESTION,
    TAG_ORGANISATION,
    TAG_ANALYST,
    TAG_PURPOSE,
    TAG_NRHO,
    TAG_BALANCE,
    TAG_NOISE_KEY,
    TAG_ANSWER,
    TAG_NOTE,
};

const char *leaf_type_name(enum leaf_type type)
{
    static const char *const name[] = {"?",      "charge",     "release",     "deny",
                                       "policy", "roster",     "snapshot",    "admin",
                                       "count",  "given back", "denied again"};

    return type >= LEAF_CHARGE && type <= LEAF_DENIED_AGAIN ? name[type] : name[0];
}

bool leaf_name(char *field, size_t room, const char *name, struct err *err)
{
    size_t size = strlen(name);

    if (size >= room)
        return err_set(err, ERR_INVALID, "a name of %zu bytes does not fit the log's %zu", size,
                       room - 1);
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
            return err_set(err, ERR_INVALID, "a name for the log holds a control byte");
    memcpy(field, name, size + 1);
    return true;
}

void leaf_write(const struct leaf *leaf, struct bytes *bytes)
{
    assert(leaf);
    bytes_add_tlv_u64(bytes, TAG_VERSION, LEAF_VERSION);
    bytes_add_tlv_u64(bytes, TAG_TYPE, leaf->type);
    bytes_add_tlv_u64(bytes, TAG_TIME, (uint64_t)leaf->time_s);
    bytes_add_tlv(bytes, TAG_QUESTION, leaf->question_hash, sizeof(leaf->question_hash));
    bytes_add_tlv_text(bytes, TAG_ORGANISATION, leaf->organisation);
    bytes_add_tlv_text(bytes, TAG_ANALYST, leaf->analyst);
    bytes_add_tlv_text(bytes, TAG_PURPOSE, leaf->purpose);
    bytes_add_tlv_u64(bytes, TAG_NRHO, (uint64_t)leaf->nrho);
    bytes_add_tlv_u64(bytes, TAG_BALANCE, (uint64_t)leaf->balance_nrho);
    bytes_add_tlv(bytes, TAG_NOISE_KEY, leaf->noise_key, sizeof(leaf->noise_key));
    bytes_add_tlv(bytes, TAG_ANSWER, leaf->answer_hash, sizeof(leaf->answer_hash));
    bytes_add_tlv_text(bytes, TAG_NOTE, leaf->note);
}

/*
 * The rest of a leaf that is being read. Fields must come in order; a wrong one ends the reading.
 */
struct leaf_reader {
    const uint8_t *data;
    size_t size;
    size_t at;
    bool ok;
};

static const uint8_t *next(struct leaf_reader *reader, uint8_t tag, size_t *size)
{
    const uint8_t *value = NULL;
    uint8_t found;

    reader->ok = reader->ok &&
                 bytes_read_tlv(reader->data, reader->size, &reader->at, &found, &value, size) &&
                 found == tag;
    return value;
}

static uint64_t next_u64(struct leaf_reader *reader, uint8_t tag)
{
    size_t size;
    const uint8_t *value = next(reader, tag, &size);
    uint64_t number = 0;

    reader->ok = reader->ok && size == 8;
    for (size_t i = 0; reader->ok && i < 8; i++)
        number = number << 8 | value[i];
    return number;
}

static void next_hash(struct leaf_reader *reader, uint8_t tag, uint8_t hash[static 32])
{
    size_t size;
    const uint8_t *value = next(reader, tag, &size);

    reader->ok = reader->ok && size == 32;
    if (reader->ok)
        memcpy(hash, value, 32);
}

static void next_text(struct leaf_reader *reader, uint8_t tag, char *field, size_t room)
{
    size_t size;
    const uint8_t *value = next(reader, tag, &size);

    reader->ok = reader->ok && size < room;
    for (size_t i = 0; reader->ok && i < size; i++)
        reader->ok = value[i] >= 0x20 && value[i] != 0x7f;
    if (!reader->ok)
        return;
    memcpy(field, value, size);
    field[size] = 0;
}

bool leaf_read(const uint8_t *data, size_t size, struct leaf *leaf, struct err *err)
{
    struct leaf_reader reader = {data, size, 0, true};
    struct leaf read = {0};

    bool known = next_u64(&reader, TAG_VERSION) == LEAF_VERSION;
    uint64_t type = next_u64(&reader, TAG_TYPE);

    read.time_s = (int64_t)next_u64(&reader, TAG_TIME);
    next_hash(&reader, TAG_QUESTION, read.question_hash);
    next_text(&reader, TAG_ORGANISATION, read.organisation, sizeof(read.organisation));
    next_text(&reader, TAG_ANALYST, read.analyst, sizeof(read.analyst));
    next_text(&reader, TAG_PURPOSE, read.purpose, sizeof(read.purpose));
    read.nrho = (int64_t)next_u64(&reader, TAG_NRHO);
    read.balance_nrho = (int64_t)next_u64(&reader, TAG_BALANCE);
    next_hash(&reader, TAG_NOISE_KEY, read.noise_key);
    next_hash(&reader, TAG_ANSWER, read.answer_hash);
    next_text(&reader, TAG_NOTE, read.note, sizeof(read.note));
    if (!reader.ok || !known || type < LEAF_CHARGE || type > LEAF_DENIED_AGAIN || reader.at != size)
        return err_set(err, ERR_INVALID, "this is no audit leaf of version %d", LEAF_VERSION);
    read.type = (enum leaf_type)type;
    *leaf = read;
    return true;
}
