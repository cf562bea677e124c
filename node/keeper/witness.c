/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Only signed statements are believed: signed by the log's own key or by the witness's. The one
 * exception is a refusal (409, 422): it makes this node send a proof, or stop when so many
 * witnesses refuse that a quorum cannot be reached. Each checkpoint has its own nonce, so a
 * cosignature of an earlier checkpoint is not valid for this one, even when size and root are the
 * same.
 */
#include "node/keeper/witness.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/audit/audit.h"
#include "node/audit/leaf.h"
#include "node/keeper/home.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/log.h"
#include "proto/base/random.h"
#include "proto/tlog/checkpoint.h"
#include "proto/tlog/watch.h"
#include "proto/trust/envelope.h"
#include "proto/trust/keys.h"
#include "proto/trust/roster.h"
#include "proto/trust/roster_witness.h"

#define RETRY_MS 1000  /* pause after a failure */
#define RESEND_MS 1000 /* while the quorum is missing: a witness may have been away */
#define FILE_BYTES_MAX ((size_t)64 << 10)
#define LOCK_TEXT                                                                                  \
    "the audit log went back (a restored backup?): put the newest ledger.db in place, or burn "    \
    "the "                                                                                         \
    "gap as deploy/runbook.md says under \"Restore a backup\""

/* What one witness answered to the newest checkpoint. */
struct witness_said {
    bool cosigned;
    bool refused; /* it knows a longer log, or one that ours does not extend */
    bool proved;  /* we sent it a proof from the size that it knows */
    bool older;   /* it has a newer roster than we have */
    char line[CHECKPOINT_COSIGNATURE_MAX];
};

struct witness {
    struct checkpoint newest;
    char note[CHECKPOINT_BYTES_MAX];
    bool made;
    int64_t made_ms;
    int64_t next_ms;                                /* when the next one is due; 0: at once */
    bool confirmed;                                 /* the newest checkpoint has its quorum */
    struct witness_said said[ROSTER_WITNESSES_MAX]; /* in the roster's order */
    bool has_quorum;
    uint64_t quorum_size;
    int64_t quorum_ms; /* when its checkpoint was made */
    bool locked;
};

/* ---- the newest checkpoint on disk ----------------------------------------------------------- */

/* Does the log still contain what the node signed before? */
static bool log_holds(struct audit *audit, const struct checkpoint *before)
{
    uint8_t root[MERKLE_HASH_BYTES];
    struct err ignored;

    return before->size <= audit_size(audit) && audit_root(audit, before->size, root, &ignored) &&
           memcmp(root, before->root, sizeof(root)) == 0;
}

static bool compare_with_disk(struct witness *witness, const struct witness_of *of,
                              const char *origin, struct err *err)
{
    const struct public_key *key = secret_key_public(of->key);
    struct arena *arena = arena_new(FILE_BYTES_MAX + 4096);
    char path[HOME_PATH_BYTES];
    struct checkpoint before;
    struct err other_key;
    uint8_t *data;
    size_t size;
    bool read = (arena || err_memory(err)) && home_path(of->home, "checkpoint", path, err);

    if (read && file_exists(path)) {
        read = file_read(path, FILE_BYTES_MAX, arena, &data, &size, err);
        if (read && checkpoint_verify((const char *)data, origin, key->b, &before, &other_key))
            witness->locked = !log_holds(of->audit, &before);
    }
    arena_free(arena);
    return read;
}

bool witness_open(const struct witness_of *of, struct witness **out, struct err *err)
{
    assert(of);
    char origin[CHECKPOINT_ORIGIN_BYTES];
    struct witness *witness = calloc(1, sizeof(*witness));

    if (!witness)
        return err_memory(err);
    if (!watch_origin(of->home->network, of->home->node, secret_key_public(of->key), origin)) {
        free(witness);
        return err_set(err, ERR_INVALID, "the network's name is too long for a log's origin");
    }
    if (!compare_with_disk(witness, of, origin, err)) {
        free(witness);
        return false;
    }
    if (witness->locked)
        log_event(LOG_ERROR_LEVEL, "log_went_back", "reason", LOCK_TEXT, NULL);
    *out = witness;
    return true;
}

void witness_close(struct witness *witness)
{
    free(witness);
}

static bool write_disk(const struct witness *witness, const struct witness_of *of, struct err *err)
{
    struct bytes text = {0};
    char path[HOME_PATH_BYTES];
    bool ok;

    bytes_add_text(&text, witness->note);
    for (size_t i = 0; i < ROSTER_WITNESSES_MAX; i++)
        if (witness->said[i].cosigned)
            bytes_add_text(&text, witness->said[i].line);
    ok = text.failed ? err_memory(err)
                     : home_path(of->home, "checkpoint", path, err) &&
                           file_write(path, text.data, text.size, 0644, err);
    bytes_clear(&text);
    return ok;
}

/* ---- may it answer? -------------------------------------------------------------------------- */

bool witness_allows(const struct witness *witness, const struct witness_of *of, int64_t now_ms,
                    struct err *err)
{
    assert(witness && of);
    if (witness->locked)
        return err_set(err, ERR_UNAVAILABLE, LOCK_TEXT);
    if (!roster_witness_list(of->roster, of->home->node))
        return true;
    if (!witness->has_quorum || now_ms - witness->quorum_ms > WITNESS_AGE_MAX_MS)
        return err_set(err, ERR_UNAVAILABLE, "no quorum of witnesses has cosigned within %d s",
                       WITNESS_AGE_MAX_MS / 1000);
    if (audit_size(of->audit) - witness->quorum_size > WITNESS_BEHIND_MAX)
        return err_set(err, ERR_UNAVAILABLE, "the witnesses are more than %d leaves behind",
                       WITNESS_BEHIND_MAX);
    return true;
}

/* ---- making ---------------------------------------------------------------------------------- */

static bool send_checkpoint(const struct witness *witness, const struct witness_of *of,
                            uint64_t from, const struct witness_out *out, struct err *err)
{
    Rikstal__V1__Checkpoint checkpoint = RIKSTAL__V1__CHECKPOINT__INIT;
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    ProtobufCBinaryData hash[MERKLE_PROOF_MAX];
    struct merkle_proof proof = {0};

    if (from > 0 && from < witness->newest.size &&
        !audit_consistency(of->audit, from, witness->newest.size, &proof, err))
        return false;
    for (size_t i = 0; i < proof.n; i++)
        hash[i] = (ProtobufCBinaryData){MERKLE_HASH_BYTES, proof.hash[i]};
    checkpoint.node = (char *)of->home->node;
    checkpoint.note =
        (ProtobufCBinaryData){strlen(witness->note), (uint8_t *)(uintptr_t)witness->note};
    checkpoint.old_size = from;
    checkpoint.n_proof = proof.n;
    checkpoint.proof = hash;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_CHECKPOINT;
    frame.checkpoint = &checkpoint;
    return out->send(out->context, &frame, err);
}

static bool make(struct witness *witness, const struct witness_of *of, int64_t now_ms,
                 struct err *err)
{
    struct checkpoint next = {.size = audit_size(of->audit), .roster = roster_version(of->roster)};
    uint8_t nonce[CHECKPOINT_NONCE_BYTES / 2];
    char note[CHECKPOINT_BYTES_MAX];
    bool grew = !witness->made || next.size != witness->newest.size;

    random_bytes(nonce, sizeof(nonce));
    bytes_to_hex(nonce, sizeof(nonce), next.nonce);
    if (!watch_origin(of->home->network, of->home->node, secret_key_public(of->key), next.origin) ||
        !audit_root(of->audit, next.size, next.root, err) ||
        !checkpoint_sign(&next, secret_key_ed25519(of->key), note, err))
        return false;
    witness->newest = next;
    memcpy(witness->note, note, sizeof(note));
    memset(witness->said, 0, sizeof(witness->said));
    witness->made = true;
    witness->made_ms = now_ms;
    witness->confirmed = false;
    return !grew || write_disk(witness, of, err);
}

/*
 * True when the newest checkpoint still lacks its quorum and the log has not grown since: then the
 * same checkpoint is sent again.
 */
static bool is_awaited(const struct witness *witness, const struct witness_of *of)
{
    return witness->made && !witness->confirmed && audit_size(of->audit) == witness->newest.size &&
           roster_version(of->roster) == witness->newest.roster;
}

bool witness_tick(struct witness *witness, const struct witness_of *of, int64_t now_ms,
                  const struct witness_out *out, struct err *err)
{
    assert(witness && of);
    bool due =
        now_ms >= witness->next_ms ||
        (witness->made && audit_size(of->audit) - witness->newest.size >= WITNESS_EVERY_LEAVES);

    bool watched = roster_witness_list(of->roster, of->home->node) != NULL;

    if (witness->locked || !due)
        return true;
    witness->next_ms = now_ms + RETRY_MS;
    if (!watched || !is_awaited(witness, of)) {
        if (!make(witness, of, now_ms, err))
            return false;
    } else {
        for (size_t i = 0; i < ROSTER_WITNESSES_MAX; i++)
            witness->said[i].proved = false;
    }
    witness->next_ms = now_ms + (watched ? RESEND_MS : WITNESS_EVERY_MS);
    return !watched || send_checkpoint(witness, of, witness->quorum_size, out, err);
}

int64_t witness_wait_ms(const struct witness *witness, int64_t now_ms)
{
    assert(witness);
    if (witness->locked)
        return WITNESS_EVERY_MS;
    return witness->next_ms > now_ms ? witness->next_ms - now_ms : 0;
}

void witness_hurry(struct witness *witness)
{
    assert(witness);
    witness->next_ms = 0;
    witness->confirmed = false;
    memset(witness->said, 0, sizeof(witness->said)); /* the places follow the order of the roster */
}

/* ---- our own signed answers ------------------------------------------------------------------ */

/* Is the leaf with this index a charge? Answers of older versions have the index of a release. */
static bool find_charge(struct audit *audit, uint64_t index, bool *found, struct err *err)
{
    uint8_t data[AUDIT_LEAF_MAX];
    struct leaf leaf;
    size_t size;

    *found = false;
    if (index >= audit_size(audit))
        return true;
    if (!audit_leaf(audit, index, data, &size, err) || !leaf_read(data, size, &leaf, err))
        return false;
    *found = leaf.type == LEAF_CHARGE || leaf.type == LEAF_RELEASE;
    return true;
}

bool witness_hear_answer(struct witness *witness, const struct witness_of *of,
                         const Rikstal__V1__Envelope *envelope, struct arena *arena,
                         struct err *err)
{
    assert(witness && of);
    const Rikstal__V1__Answer *answer;
    ProtobufCMessage *message;
    bool found;

    if (!envelope_open(envelope,
                       (struct envelope_kind){DOMAIN_ANSWER, &rikstal__v1__answer__descriptor},
                       secret_key_public(of->key), arena, &message, err))
        return false;
    answer = (const Rikstal__V1__Answer *)message;
    if (answer->state != RIKSTAL__V1__STATE__STATE_VALUE) /* a refusal has no charge in the log */
        return true;
    if (!find_charge(of->audit, answer->log_index, &found, err))
        return false;
    if (!found && !witness->locked) {
        witness->locked = true;
        log_event(LOG_ERROR_LEVEL, "log_went_back", "reason", LOCK_TEXT, NULL);
    }
    return true;
}

/* ---- what witnesses say ---------------------------------------------------------------------- */

static bool count_quorum(struct witness *witness, const struct witness_of *of, struct err *err)
{
    uint32_t needed = roster_message(of->roster)->witness_quorum, n = 0;

    for (size_t i = 0; i < ROSTER_WITNESSES_MAX; i++)
        n += witness->said[i].cosigned;
    if (n < needed)
        return true;
    if (!witness->has_quorum)
        log_event(LOG_INFO_LEVEL, "witnessed", NULL);
    witness->has_quorum = true;
    witness->quorum_size = witness->newest.size;
    witness->quorum_ms = witness->made_ms;
    witness->confirmed = true;
    witness->next_ms = witness->made_ms + WITNESS_EVERY_MS;
    return write_disk(witness, of, err);
}

static bool take_line(struct witness *witness, const struct witness_of *of, size_t which,
                      const Rikstal__V1__Cosignature *said, struct err *err)
{
    char name[CHECKPOINT_ORIGIN_BYTES], line[CHECKPOINT_COSIGNATURE_MAX];
    struct public_key key;
    int64_t time_s;

    if (said->line.len == 0 || said->line.len >= sizeof(line))
        return err_set(err, ERR_INVALID, "a cosignature of %zu bytes", said->line.len);
    memcpy(line, said->line.data, said->line.len);
    line[said->line.len] = 0;
    if (!roster_witness_key(of->roster, said->witness, &key) ||
        !watch_origin(of->home->network, said->witness, &key, name))
        return err_set(err, ERR_DENIED, "a witness without a key in the roster");
    if (!checkpoint_verify_cosignature(witness->note, line, name, key.b, &time_s, err))
        return false;
    if (witness->said[which].cosigned)
        return true;
    witness->said[which].cosigned = true;
    memcpy(witness->said[which].line, line, sizeof(line));
    return count_quorum(witness, of, err);
}

/*
 * The witness says that our log went back. One lying witness must not stop us: a quorum of
 * cosignatures outweighs it. If so many say it that no quorum can be reached, it is taken as true.
 */
static void take_refusal(struct witness *witness, const struct witness_of *of, size_t which)
{
    const Rikstal__V1__RosterWitness *list = roster_witness_list(of->roster, of->home->node);
    size_t refused = 0;

    if (witness->said[which].refused)
        return;
    witness->said[which].refused = true;
    log_event(LOG_WARN_LEVEL, "witness_refused", "witness", list->witnesses[which], NULL);
    if (witness->confirmed)
        return;
    for (size_t i = 0; i < list->n_witnesses; i++)
        refused += witness->said[i].refused;
    if (refused <= list->n_witnesses - roster_message(of->roster)->witness_quorum)
        return;
    witness->locked = true;
    log_event(LOG_ERROR_LEVEL, "log_went_back", "reason", LOCK_TEXT, NULL);
}

/*
 * The witness knows another size. Send a proof that our log extends that one, once. If our log is
 * shorter, its answer counts as a refusal.
 */
static bool take_conflict(struct witness *witness, const struct witness_of *of, size_t which,
                          uint64_t known, const struct witness_out *out, struct err *err)
{
    if (known > audit_size(of->audit)) {
        take_refusal(witness, of, which);
        return true;
    }
    if (witness->said[which].proved || known > witness->newest.size)
        return true;
    witness->said[which].proved = true;
    return send_checkpoint(witness, of, known, out, err);
}

/* The witness has a newer roster than we have, and says nothing about our log. The keeper pulls. */
static void take_older(struct witness *witness, const struct witness_of *of, size_t which)
{
    if (witness->said[which].older)
        return;
    witness->said[which].older = true;
    log_event(LOG_WARN_LEVEL, "witness_has_newer_roster", "witness",
              roster_witness_list(of->roster, of->home->node)->witnesses[which], NULL);
}

bool witness_hear_cosignature(struct witness *witness, const struct witness_of *of,
                              const Rikstal__V1__Cosignature *said, int64_t now_ms,
                              const struct witness_out *out, struct err *err)
{
    assert(witness && of && said);
    const Rikstal__V1__RosterWitness *list = roster_witness_list(of->roster, of->home->node);
    size_t which = 0;

    (void)now_ms;
    if (!list || !witness->made || strcmp(said->node, of->home->node) != 0)
        return true;
    while (which < list->n_witnesses && strcmp(list->witnesses[which], said->witness) != 0)
        which++;
    if (which == list->n_witnesses)
        return err_set(err, ERR_DENIED, "a word from a witness that is not ours");
    if (said->status == WATCH_FINE)
        return take_line(witness, of, which, said, err);
    if (said->status == WATCH_OLD_ROSTER) {
        take_older(witness, of, which);
        return true;
    }
    if (said->status == WATCH_CONFLICT)
        return take_conflict(witness, of, which, said->known_size, out, err);
    take_refusal(witness, of, which); /* 422: our proof does not fit the log that the witness saw */
    return true;
}
