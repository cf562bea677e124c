/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/tlog/watch.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/tlog/merkle.h"
#include "proto/trust/roster.h"
#include "proto/trust/roster_witness.h"

#define SEEN_BYTES_MAX 128

/* The check of one checkpoint, from a log of another node, by this witness. */
struct passing {
    const Rikstal__V1__Checkpoint *message;
    char origin[CHECKPOINT_ORIGIN_BYTES];
    char note[CHECKPOINT_BYTES_MAX];
    struct checkpoint now;
    char path[PATH_MAX];
    bool seen;
    uint64_t seen_size;
    uint8_t seen_root[MERKLE_HASH_BYTES];
};

bool watch_origin(const char *network, const char *name, const struct public_key *key,
                  char origin[static CHECKPOINT_ORIGIN_BYTES])
{
    assert(network && name && key);
    struct key_id id;
    char hex[2 * KEY_ID_BYTES + 1];
    int size;

    public_key_id(key, &id);
    bytes_to_hex(id.b, sizeof(id.b), hex);
    size = snprintf(origin, CHECKPOINT_ORIGIN_BYTES, "rikstal.%s/%s/%.8s", network, name, hex);
    return size > 0 && size < CHECKPOINT_ORIGIN_BYTES;
}

/* ---- newest known checkpoints ------------------------------------------------------------- */

static bool path_of(const struct watch *watch, struct passing *passing, struct err *err)
{
    size_t folder = strlen(watch->folder);

    if (snprintf(passing->path, sizeof(passing->path), "%s/%s", watch->folder, passing->origin) >=
        (int)sizeof(passing->path))
        return err_set(err, ERR_INVALID, "the path %s is too long", watch->folder);
    for (char *c = passing->path + folder + 1; *c; c++)
        if (*c == '/')
            *c = '_';
    return file_make_folder(watch->folder, 0700, err);
}

static bool read_seen(struct passing *passing, struct err *err)
{
    struct arena *arena = arena_new(4096);
    uint8_t *data;
    size_t size;
    bool ok = arena || err_memory(err);

    if (ok && file_exists(passing->path)) {
        char *end = NULL;

        ok = file_read(passing->path, SEEN_BYTES_MAX, arena, &data, &size, err);
        if (ok) {
            passing->seen_size = strtoull((const char *)data, &end, 10);
            passing->seen = *end == ' ' && bytes_from_hex(end + 1, passing->seen_root, 32);
            ok = passing->seen || err_set(err, ERR_INTERNAL, "%s is damaged", passing->path);
        }
    }
    arena_free(arena);
    return ok;
}

static bool write_seen(const struct passing *passing, struct err *err)
{
    char hex[65], text[SEEN_BYTES_MAX];

    if (passing->seen && passing->seen_size == passing->now.size &&
        memcmp(passing->seen_root, passing->now.root, MERKLE_HASH_BYTES) == 0)
        return true;
    bytes_to_hex(passing->now.root, MERKLE_HASH_BYTES, hex);
    snprintf(text, sizeof(text), "%" PRIu64 " %s", passing->now.size, hex);
    return file_write(passing->path, text, strlen(text), 0600, err);
}

/* ---- judging --------------------------------------------------------------------------------- */

/* Parses the note of the node that it names, with that node's present key. */
static bool open_note(const struct watch *watch, struct passing *passing, struct err *err)
{
    const Rikstal__V1__Checkpoint *message = passing->message;
    struct public_key key;

    if (message->note.len == 0 || message->note.len >= sizeof(passing->note))
        return err_set(err, ERR_INVALID, "a checkpoint of %zu bytes", message->note.len);
    memcpy(passing->note, message->note.data, message->note.len);
    passing->note[message->note.len] = 0;
    if (!roster_witness_key(watch->roster, message->node, &key) ||
        !watch_origin(roster_network(watch->roster), message->node, &key, passing->origin))
        return err_set(err, ERR_DENIED, "a checkpoint of no node of the roster");
    return checkpoint_verify(passing->note, passing->origin, key.b, &passing->now, err);
}

static uint32_t judge(const struct watch *watch, const struct passing *passing)
{
    const Rikstal__V1__Checkpoint *message = passing->message;
    struct merkle_proof proof = {.n = message->n_proof};

    if (passing->now.roster && passing->now.roster < roster_version(watch->roster))
        return WATCH_OLD_ROSTER;
    if (!passing->seen || passing->seen_size == 0)
        return WATCH_FINE; /* the first checkpoint of a log is accepted without a proof */
    if (passing->seen_size == passing->now.size)
        return memcmp(passing->seen_root, passing->now.root, MERKLE_HASH_BYTES) == 0
                   ? WATCH_FINE
                   : WATCH_BAD_PROOF;
    if (message->old_size != passing->seen_size || passing->now.size < passing->seen_size)
        return WATCH_CONFLICT;
    if (message->n_proof > MERKLE_PROOF_MAX)
        return WATCH_BAD_PROOF;
    for (size_t i = 0; i < proof.n; i++) {
        if (message->proof[i].len != MERKLE_HASH_BYTES)
            return WATCH_BAD_PROOF;
        memcpy(proof.hash[i], message->proof[i].data, MERKLE_HASH_BYTES);
    }
    return merkle_verify_consistency(passing->seen_size, passing->now.size, &proof,
                                     passing->seen_root, passing->now.root)
               ? WATCH_FINE
               : WATCH_BAD_PROOF;
}

static bool cosign(const struct watch *watch, const struct passing *passing, int64_t now_s,
                   struct watch_word *word, struct err *err)
{
    char name[CHECKPOINT_ORIGIN_BYTES];

    return (watch_origin(roster_network(watch->roster), watch->name, secret_key_public(watch->key),
                         name) ||
            err_set(err, ERR_INVALID, "the network's name is too long for a witness")) &&
           checkpoint_cosign(passing->note, name, secret_key_ed25519(watch->key), now_s, word->line,
                             err);
}

bool watch_hear(const struct watch *watch, const Rikstal__V1__Checkpoint *checkpoint, int64_t now_s,
                struct watch_word *word, struct err *err)
{
    assert(watch && watch->roster && checkpoint && word);
    struct passing passing = {.message = checkpoint};

    *word = (struct watch_word){0};
    if (!roster_witness_is(roster_witness_list(watch->roster, checkpoint->node), watch->name))
        return err_set(err, ERR_DENIED, "a checkpoint of a node that is not ours to witness");
    if (!open_note(watch, &passing, err) || !path_of(watch, &passing, err) ||
        !read_seen(&passing, err))
        return false;
    word->status = judge(watch, &passing);
    word->known_size = passing.seen_size;
    if (word->status != WATCH_FINE)
        return true;
    word->known_size = passing.now.size;
    return write_seen(&passing, err) && cosign(watch, &passing, now_s, word, err);
}

void watch_message(const char *witness, const Rikstal__V1__Checkpoint *checkpoint,
                   struct watch_word *word, Rikstal__V1__Cosignature *out)
{
    rikstal__v1__cosignature__init(out);
    out->node = checkpoint->node;
    out->witness = (char *)(uintptr_t)witness;
    out->status = word->status;
    out->known_size = word->known_size;
    out->line = (ProtobufCBinaryData){strlen(word->line), (uint8_t *)word->line};
}
