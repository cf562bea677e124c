/*
 * The witness's side: what was seen before is on disk before a cosignature leaves, so a witness
 * that is killed at any point has never cosigned two histories.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/keeper/home.h"
#include "node/keeper/witness.h"
#include "node/keeper/witness_inside.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/trust/roster.h"

#define SEEN_BYTES_MAX 128

/* One checkpoint of another node's log on its way through this witness. */
struct watched {
    const Rikstal__V1__Checkpoint *message;
    char origin[CHECKPOINT_ORIGIN_BYTES];
    char note[CHECKPOINT_BYTES_MAX];
    struct checkpoint now;
    char path[HOME_PATH_BYTES];
    bool seen;
    uint64_t seen_size;
    uint8_t seen_root[MERKLE_HASH_BYTES];
};

static bool read_seen(struct watched *watched, struct err *err)
{
    struct arena *arena = arena_new(4096);
    uint8_t *data;
    size_t size;
    bool ok = arena || err_set(err, ERR_INTERNAL, "out of memory for a witness");

    if (ok && file_exists(watched->path)) {
        char *end = NULL;

        ok = file_read(watched->path, SEEN_BYTES_MAX, arena, &data, &size, err);
        if (ok) {
            watched->seen_size = strtoull((const char *)data, &end, 10);
            watched->seen = *end == ' ' && hex_read(end + 1, watched->seen_root, 32);
            ok = watched->seen || err_set(err, ERR_INTERNAL, "%s is damaged", watched->path);
        }
    }
    arena_free(arena);
    return ok;
}

static bool write_seen(const struct watched *watched, struct err *err)
{
    char hex[65], text[SEEN_BYTES_MAX];

    hex_write(watched->now.root, MERKLE_HASH_BYTES, hex);
    snprintf(text, sizeof(text), "%" PRIu64 " %s", watched->now.size, hex);
    return file_write(watched->path, text, strlen(text), 0600, err);
}

/* The note, by the node that it says, in the log of its present key. */
static bool open_note(const struct witness_of *of, struct watched *watched, struct err *err)
{
    const Rikstal__V1__Checkpoint *message = watched->message;
    struct public_key key;
    char name[CHECKPOINT_ORIGIN_BYTES + 16];

    if (message->note.len == 0 || message->note.len >= sizeof(watched->note))
        return err_set(err, ERR_INVALID, "a checkpoint of %zu bytes", message->note.len);
    memcpy(watched->note, message->note.data, message->note.len);
    watched->note[message->note.len] = 0;
    if (!witness_key(of->roster, message->node, &key) ||
        !witness_origin(of->home->network, message->node, &key, watched->origin))
        return err_set(err, ERR_DENIED, "a checkpoint of no node of the roster");
    if (!checkpoint_verify(watched->note, watched->origin, key.b, &watched->now, err))
        return false;
    snprintf(name, sizeof(name), "witness/%s", watched->origin);
    for (char *c = name + strlen("witness/"); *c; c++)
        if (*c == '/')
            *c = '_';
    return home_path(of->home, "witness", watched->path, err) &&
           file_make_folder(watched->path, 0700, err) &&
           home_path(of->home, name, watched->path, err) && read_seen(watched, err);
}

/* 200, 409 or 422, as c2sp.org/tlog-witness has them. */
static uint32_t judge(const struct watched *watched)
{
    const Rikstal__V1__Checkpoint *message = watched->message;
    struct merkle_proof proof = {.n = message->n_proof};

    if (!watched->seen || watched->seen_size == 0)
        return WITNESS_FINE; /* the first one is believed */
    if (watched->seen_size == watched->now.size)
        return memcmp(watched->seen_root, watched->now.root, MERKLE_HASH_BYTES) == 0
                   ? WITNESS_FINE
                   : WITNESS_BAD_PROOF;
    if (message->old_size != watched->seen_size || watched->now.size < watched->seen_size)
        return WITNESS_CONFLICT;
    if (message->n_proof > MERKLE_PROOF_MAX)
        return WITNESS_BAD_PROOF;
    for (size_t i = 0; i < proof.n; i++) {
        if (message->proof[i].len != MERKLE_HASH_BYTES)
            return WITNESS_BAD_PROOF;
        memcpy(proof.hash[i], message->proof[i].data, MERKLE_HASH_BYTES);
    }
    return merkle_verify_consistency(watched->seen_size, watched->now.size, &proof,
                                     watched->seen_root, watched->now.root)
               ? WITNESS_FINE
               : WITNESS_BAD_PROOF;
}

static bool is_ours_to_watch(const struct witness_of *of, const char *node)
{
    const Rikstal__V1__RosterWitness *list = witness_list(of->roster, node);

    for (size_t i = 0; list && i < list->n_witnesses; i++)
        if (strcmp(list->witnesses[i], of->home->node) == 0)
            return true;
    return false;
}

bool witness_hear_checkpoint(const struct witness_of *of, const Rikstal__V1__Checkpoint *checkpoint,
                             int64_t now_s, const struct witness_out *out, struct err *err)
{
    Rikstal__V1__Cosignature word = RIKSTAL__V1__COSIGNATURE__INIT;
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    char name[CHECKPOINT_ORIGIN_BYTES], line[CHECKPOINT_BYTES_MAX];
    struct watched watched = {.message = checkpoint};

    if (!is_ours_to_watch(of, checkpoint->node))
        return err_set(err, ERR_DENIED, "a checkpoint of a node that is not ours to witness");
    if (!open_note(of, &watched, err) ||
        !witness_origin(of->home->network, of->home->node, secret_key_public(of->key), name))
        return false;
    word.node = checkpoint->node;
    word.witness = (char *)of->home->node;
    word.status = judge(&watched);
    word.known_size = watched.seen_size;
    if (word.status == WITNESS_FINE) {
        if (!write_seen(&watched, err) ||
            !checkpoint_cosign(watched.note, name, secret_key_ed25519(of->key), now_s, line, err))
            return false;
        word.line = (ProtobufCBinaryData){strlen(line), (uint8_t *)line};
        word.known_size = watched.now.size;
    }
    frame.body_case = RIKSTAL__V1__FRAME__BODY_COSIGNATURE;
    frame.cosignature = &word;
    return out->send(out->context, &frame, err);
}
