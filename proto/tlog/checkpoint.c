/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/tlog/checkpoint.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/base64.h"
#include "proto/base/number.h"

#define KEY_HASH_BYTES 4
#define SIGNATURE_BYTES crypto_sign_BYTES
#define TIME_BYTES 8
#define BLOB_MAX (KEY_HASH_BYTES + TIME_BYTES + SIGNATURE_BYTES)
#define NONCE_WORD "nonce "
#define ROSTER_WORD "roster "
#define ROSTER_LINE_MAX 32
#define DASH "\xe2\x80\x94 " /* a signature line begins with an em dash and a blank */

enum note_type { NOTE_ED25519 = 0x01, NOTE_COSIGNATURE = 0x04 };

/* Key hash: the first four bytes of SHA-256(name LF type key) (c2sp.org/signed-note). */
static void key_hash(const char *name, enum note_type type, const uint8_t key[static 32],
                     uint8_t out[static KEY_HASH_BYTES])
{
    crypto_hash_sha256_state state;
    uint8_t tail[2] = {'\n', (uint8_t)type};
    uint8_t hash[32];

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t *)name, strlen(name));
    crypto_hash_sha256_update(&state, tail, sizeof(tail));
    crypto_hash_sha256_update(&state, key, 32);
    crypto_hash_sha256_final(&state, hash);
    memcpy(out, hash, KEY_HASH_BYTES);
}

/* A name is part of a line: it may have no blank, no plus and no control byte. */
static bool name_is_good(const char *name)
{
    if (!*name || strlen(name) >= CHECKPOINT_ORIGIN_BYTES)
        return false;
    for (const char *c = name; *c; c++)
        if ((unsigned char)*c <= 0x20 || *c == '+' || *c == 0x7f)
            return false;
    return true;
}

/* Accepts an empty text, or exactly the digits of a nonce. */
static bool nonce_is_good(const char *nonce)
{
    size_t length = strlen(nonce);

    return length == 0 ||
           (length == CHECKPOINT_NONCE_BYTES - 1 && strspn(nonce, "0123456789abcdef") == length);
}

static bool write_line(const char *name, const uint8_t *blob, size_t size, char *out, size_t room,
                       struct err *err)
{
    char base64[BASE64_TEXT_BYTES(BLOB_MAX)];

    assert(size <= BLOB_MAX);
    int written = snprintf(out, room, DASH "%s %s\n", name, base64_write(blob, size, base64));

    return (written > 0 && (size_t)written < room) ||
           err_set(err, ERR_INTERNAL, "a checkpoint of more than %d bytes", CHECKPOINT_BYTES_MAX);
}

/* Decodes the blob of a signature line, which must have this name and exactly this size. */
static bool read_line(const char *line, size_t size, const char *name, uint8_t *blob,
                      size_t blob_size)
{
    size_t head = strlen(DASH), name_size = strlen(name), got;

    if (size < head + name_size + 1 || memcmp(line, DASH, head) != 0 ||
        memcmp(line + head, name, name_size) != 0 || line[head + name_size] != ' ')
        return false;
    const char *base64 = line + head + name_size + 1;
    size_t rest = size - (head + name_size + 1);

    return base64_read(base64, rest, blob, blob_size, &got) && got == blob_size;
}

static void roster_line(uint64_t version, char line[static ROSTER_LINE_MAX])
{
    line[0] = 0;
    if (version)
        snprintf(line, ROSTER_LINE_MAX, ROSTER_WORD "%" PRIu64 "\n", version);
}

bool checkpoint_sign(const struct checkpoint *checkpoint, const uint8_t secret[static 64],
                     char note[static CHECKPOINT_BYTES_MAX], struct err *err)
{
    assert(checkpoint);
    char root[BASE64_TEXT_BYTES(MERKLE_HASH_BYTES)], roster[ROSTER_LINE_MAX];
    uint8_t blob[KEY_HASH_BYTES + SIGNATURE_BYTES];
    uint8_t key[32];

    if (!name_is_good(checkpoint->origin) || !nonce_is_good(checkpoint->nonce))
        return err_set(err, ERR_INVALID, "a log's origin is a name without blanks, a nonce is hex");
    base64_write(checkpoint->root, MERKLE_HASH_BYTES, root);
    roster_line(checkpoint->roster, roster);
    int body =
        snprintf(note, CHECKPOINT_BYTES_MAX, "%s\n%" PRIu64 "\n%s\n%s%s%s%s", checkpoint->origin,
                 checkpoint->size, root, *checkpoint->nonce ? NONCE_WORD : "", checkpoint->nonce,
                 *checkpoint->nonce ? "\n" : "", roster);

    crypto_sign_ed25519_sk_to_pk(key, secret);
    key_hash(checkpoint->origin, NOTE_ED25519, key, blob);
    crypto_sign_detached(blob + KEY_HASH_BYTES, NULL, (const uint8_t *)note, (size_t)body, secret);
    note[body] = '\n'; /* the blank line */
    return write_line(checkpoint->origin, blob, sizeof(blob), note + body + 1,
                      CHECKPOINT_BYTES_MAX - (size_t)body - 1, err);
}

/*
 * The length of the signed text, which ends with the newline before the blank line. 0 when there is
 * no blank line.
 */
static size_t body_size(const char *note)
{
    const char *blank = strstr(note, "\n\n");

    return blank ? (size_t)(blank - note) + 1 : 0;
}

static bool read_size(const char *text, const char *end, uint64_t *out)
{
    size_t length = (size_t)(end - text);

    return !(length > 1 && *text == '0') && number_whole(text, length, UINT64_MAX, out);
}

/* Reads the line with the nonce if it is the next one, and moves *line behind it. */
static bool read_nonce(const char **line, const char *end,
                       char nonce[static CHECKPOINT_NONCE_BYTES])
{
    size_t word = strlen(NONCE_WORD), size = word + CHECKPOINT_NONCE_BYTES; /* with its newline */

    nonce[0] = 0;
    if ((size_t)(end - *line) < size || memcmp(*line, NONCE_WORD, word) != 0 ||
        (*line)[size - 1] != '\n')
        return true;
    memcpy(nonce, *line + word, CHECKPOINT_NONCE_BYTES - 1);
    nonce[CHECKPOINT_NONCE_BYTES - 1] = 0;
    *line += size;
    return nonce[0] && nonce_is_good(nonce);
}

/* Reads the rest of the text, which is either empty or one line with the roster's version. */
static bool read_roster(const char *line, const char *end, uint64_t *version)
{
    size_t word = strlen(ROSTER_WORD);

    *version = 0;
    if (line == end)
        return true;
    return (size_t)(end - line) > word && memcmp(line, ROSTER_WORD, word) == 0 &&
           read_size(line + word, end - 1, version) && *version > 0;
}

static bool read_body(const char *note, size_t body, const char *origin, struct checkpoint *out)
{
    size_t origin_size = strlen(origin), got;
    const char *size, *root, *end = note + body;

    if (origin_size >= CHECKPOINT_ORIGIN_BYTES || body < origin_size + 1 ||
        memcmp(note, origin, origin_size) != 0 || note[origin_size] != '\n')
        return false;
    size = note + origin_size + 1;
    root = memchr(size, '\n', (size_t)(end - size));
    if (!root || !read_size(size, root, &out->size))
        return false;
    root++;
    memcpy(out->origin, origin, origin_size + 1);
    const char *root_end = memchr(root, '\n', (size_t)(end - root));
    const char *line = root_end ? root_end + 1 : end;

    return root_end &&
           base64_read(root, (size_t)(root_end - root), out->root, MERKLE_HASH_BYTES, &got) &&
           got == MERKLE_HASH_BYTES && read_nonce(&line, end, out->nonce) &&
           read_roster(line, end, &out->roster);
}

/* Finds a good signature by this key. Lines by other keys are ignored, as signed-note demands. */
static bool signed_by(const char *note, size_t body, const char *name, const uint8_t key[static 32])
{
    uint8_t blob[KEY_HASH_BYTES + SIGNATURE_BYTES], hash[KEY_HASH_BYTES];

    key_hash(name, NOTE_ED25519, key, hash);
    for (const char *line = note + body + 1, *end; (end = strchr(line, '\n')); line = end + 1)
        if (read_line(line, (size_t)(end - line), name, blob, sizeof(blob)) &&
            memcmp(blob, hash, KEY_HASH_BYTES) == 0)
            return crypto_sign_verify_detached(blob + KEY_HASH_BYTES, (const uint8_t *)note, body,
                                               key) == 0;
    return false;
}

bool checkpoint_verify(const char *note, const char *origin, const uint8_t key[static 32],
                       struct checkpoint *out, struct err *err)
{
    assert(note && origin && out);
    struct checkpoint read;
    size_t body = body_size(note);

    if (strlen(note) >= CHECKPOINT_BYTES_MAX || body == 0 || !read_body(note, body, origin, &read))
        return err_set(err, ERR_INVALID, "this is no checkpoint of %s", origin);
    if (!signed_by(note, body, origin, key))
        return err_set(err, ERR_DENIED, "the checkpoint is not signed by %s", origin);
    *out = read;
    return true;
}

/*
 * The signed text of a cosignature: "cosignature/v1", the time, the note's body
 * (c2sp.org/tlog-cosignature).
 */
static size_t cosigned_text(const char *note, size_t body, int64_t time_s,
                            char text[static CHECKPOINT_BYTES_MAX + 64])
{
    int head = snprintf(text, 64, "cosignature/v1\ntime %" PRId64 "\n", time_s);

    memcpy(text + head, note, body);
    return (size_t)head + body;
}

bool checkpoint_cosign(const char *note, const char *witness, const uint8_t secret[static 64],
                       int64_t time_s, char line[static CHECKPOINT_COSIGNATURE_MAX],
                       struct err *err)
{
    assert(note && witness);
    char text[CHECKPOINT_BYTES_MAX + 64];
    uint8_t blob[BLOB_MAX], key[32];
    size_t body = body_size(note);

    if (!name_is_good(witness) || body == 0 || body >= CHECKPOINT_BYTES_MAX || time_s < 0)
        return err_set(err, ERR_INVALID, "nothing to cosign");
    size_t size = cosigned_text(note, body, time_s, text);

    crypto_sign_ed25519_sk_to_pk(key, secret);
    key_hash(witness, NOTE_COSIGNATURE, key, blob);
    for (int i = 0; i < TIME_BYTES; i++)
        blob[KEY_HASH_BYTES + i] = (uint8_t)((uint64_t)time_s >> (56 - 8 * i));
    crypto_sign_detached(blob + KEY_HASH_BYTES + TIME_BYTES, NULL, (const uint8_t *)text, size,
                         secret);
    return write_line(witness, blob, sizeof(blob), line, CHECKPOINT_COSIGNATURE_MAX, err);
}

bool checkpoint_verify_cosignature(const char *note, const char *line, const char *witness,
                                   const uint8_t key[static 32], int64_t *time_s, struct err *err)
{
    assert(note && line && witness && time_s);
    char text[CHECKPOINT_BYTES_MAX + 64];
    uint8_t blob[BLOB_MAX], hash[KEY_HASH_BYTES];
    size_t body = body_size(note), size = strcspn(line, "\n");
    uint64_t time = 0;

    key_hash(witness, NOTE_COSIGNATURE, key, hash);
    if (body == 0 || body >= CHECKPOINT_BYTES_MAX ||
        !read_line(line, size, witness, blob, sizeof(blob)) ||
        memcmp(blob, hash, KEY_HASH_BYTES) != 0)
        return err_set(err, ERR_INVALID, "this is no cosignature of %s", witness);
    for (int i = 0; i < TIME_BYTES; i++)
        time = time << 8 | blob[KEY_HASH_BYTES + i];
    if (time > INT64_MAX)
        return err_set(err, ERR_INVALID, "the cosignature's time is out of range");
    size = cosigned_text(note, body, (int64_t)time, text);
    if (crypto_sign_verify_detached(blob + KEY_HASH_BYTES + TIME_BYTES, (const uint8_t *)text, size,
                                    key) != 0)
        return err_set(err, ERR_DENIED, "the cosignature is not that of %s", witness);
    *time_s = (int64_t)time;
    return true;
}
