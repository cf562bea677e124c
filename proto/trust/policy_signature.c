/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/policy_signature.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/roster.h"
#include "proto/trust/roster_policy.h"

#define WORD "rikstal-policy-signature-v1 "
#define NETWORK_BYTES_MAX 64 /* of a network's name, and of a node's id */
#define NAME_BYTES 160       /* of the text that names a key to a person */

/* ---- writing --------------------------------------------------------------------------------- */

static bool name_holds(const char *name)
{
    return *name && strlen(name) <= NETWORK_BYTES_MAX;
}

bool policy_signature_make(const struct policy_subject *subject, const struct secret_key *key,
                           struct arena *arena, const char **line, struct err *err)
{
    assert(subject && key && line);
    Rikstal__V1__PolicySignature claim = RIKSTAL__V1__POLICY_SIGNATURE__INIT;
    Rikstal__V1__Envelope *envelope;
    uint8_t *data;
    size_t size;
    char *hex;

    if (!name_holds(subject->network) || !name_holds(subject->node) || subject->version == 0)
        return err_set(err, ERR_INVALID, "a signature names a network, a node and a version");
    claim.network = (char *)subject->network;
    claim.node = (char *)subject->node;
    claim.hash = (ProtobufCBinaryData){POLICY_HASH_BYTES, (uint8_t *)subject->hash};
    claim.version = subject->version;
    claim.window = (char *)subject->window;
    if (!envelope_sign_message(DOMAIN_POLICY, &claim.base, key, arena, &envelope, err) ||
        !message_pack(&envelope->base, arena, &data, &size, err))
        return false;
    hex = arena_alloc(arena, 2 * size + 1);
    if (!hex)
        return err_memory(err);
    bytes_to_hex(data, size, hex);
    *line = arena_printf(arena, "%s%s\n", WORD, hex);
    return *line || err_memory(err);
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool hex_to_bytes(const char *hex, struct arena *arena, uint8_t **data, size_t *size,
                         struct err *err)
{
    size_t digits = strlen(hex);

    *size = digits / 2;
    *data = arena_alloc(arena, *size + 1);
    if (!*data)
        return err_memory(err);
    return (digits > 0 && digits % 2 == 0 && bytes_from_hex(hex, *data, *size)) ||
           err_set(err, ERR_INVALID, "not written in hex");
}

/* Checks everything about a line except its signature. */
static bool line_open(const char *line, struct arena *arena, struct policy_signature *out,
                      struct err *err)
{
    Rikstal__V1__Envelope *envelope;
    ProtobufCMessage *message;
    uint8_t *data;
    size_t size;

    if (strncmp(line, WORD, strlen(WORD)) != 0)
        return err_set(err, ERR_INVALID, "no signature on a policy (\"%sHEX\")", WORD);
    if (!hex_to_bytes(line + strlen(WORD), arena, &data, &size, err) ||
        !envelope_parse(data, size, arena, &envelope, err))
        return false;
    if (strcmp(envelope->domain, DOMAIN_POLICY) != 0 || envelope->n_more)
        return err_set(err, ERR_INVALID, "an envelope of another kind");
    if (!message_unpack(&rikstal__v1__policy_signature__descriptor, envelope->payload.data,
                        envelope->payload.len, arena, &message, err))
        return false;
    out->line = line;
    out->envelope = envelope;
    out->claim = (const Rikstal__V1__PolicySignature *)message;
    return out->claim->hash.len == POLICY_HASH_BYTES ||
           err_set(err, ERR_INVALID, "it names no file by its hash");
}

bool policy_signatures_parse(const char *text, size_t size, struct arena *arena,
                             struct policy_signatures *out, struct err *err)
{
    assert(out && (text || !size));
    struct policy_signatures all = {
        .one = arena_array(arena, POLICY_SIGNATURES_MAX, sizeof(*all.one))};

    if (!all.one)
        return err_memory(err);
    for (size_t at = 0; at < size;) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length = end ? (size_t)(end - text) - at : size - at;
        const char *line = arena_strndup(arena, text + at, length);

        if (!line)
            return err_memory(err);
        if (all.n == POLICY_SIGNATURES_MAX)
            return err_set(err, ERR_INVALID, "more than %d signatures", POLICY_SIGNATURES_MAX);
        if (strlen(line) != length || !line_open(line, arena, &all.one[all.n], err)) {
            if (strlen(line) != length)
                err_set(err, ERR_INVALID, "a byte 0");
            return err_wrap(err, "line %zu: ", all.n + 1);
        }
        all.n++;
        at += length + 1;
    }
    *out = all;
    return true;
}

bool policy_signatures_read(const char *path, struct arena *arena, struct policy_signatures *out,
                            struct err *err)
{
    assert(path && out);
    uint8_t *data;
    size_t size;

    if (!file_exists(path)) {
        *out = (struct policy_signatures){0};
        return true;
    }
    return file_read(path, POLICY_SIGNATURES_BYTES_MAX, arena, &data, &size, err) &&
           (policy_signatures_parse((const char *)data, size, arena, out, err) ||
            err_wrap(err, "%s: ", path));
}

/* ---- checking -------------------------------------------------------------------------------- */

bool policy_signature_is_on(const struct policy_signature *signature,
                            const struct policy_subject *subject)
{
    const Rikstal__V1__PolicySignature *claim = signature->claim;

    return strcmp(claim->network, subject->network) == 0 &&
           strcmp(claim->node, subject->node) == 0 &&
           memcmp(claim->hash.data, subject->hash, POLICY_HASH_BYTES) == 0 &&
           claim->version == subject->version && strcmp(claim->window, subject->window) == 0;
}

/* How close a signature comes to being valid. Of several, the closest is reported. */
enum nearness {
    NOBODYS,
    BROKEN,
    OTHER_NETWORK,
    OTHER_NODE,
    OTHER_VERSION,
    OTHER_BYTES,
    ON_IT,
};

static enum nearness nearness_of(const struct policy_signature *signature,
                                 const struct public_key *key, const struct key_id *id,
                                 const struct policy_subject *subject)
{
    const Rikstal__V1__PolicySignature *claim = signature->claim;
    struct key_id by;
    struct err err;

    if (!envelope_key_id(signature->envelope, &by) || memcmp(by.b, id->b, KEY_ID_BYTES) != 0)
        return NOBODYS;
    if (!envelope_verify(signature->envelope, DOMAIN_POLICY, key, &err))
        return BROKEN;
    if (policy_signature_is_on(signature, subject))
        return ON_IT;
    if (strcmp(claim->network, subject->network) != 0)
        return OTHER_NETWORK;
    if (strcmp(claim->node, subject->node) != 0)
        return OTHER_NODE;
    return claim->version != subject->version ? OTHER_VERSION : OTHER_BYTES;
}

/* Names a key as `roster show` does: "the national policy key 0123456789abcdef". */
static void name_key(const char *whose, const struct public_key *key, char text[static NAME_BYTES])
{
    char hex[2 * KEY_BYTES + 1];

    bytes_to_hex(key->b, KEY_BYTES, hex);
    snprintf(text, NAME_BYTES, "%s %.16s", whose, hex);
}

static void tell(enum nearness nearest, const struct policy_signature *best, const char *whose,
                 const struct policy_subject *subject, struct err *why)
{
    switch (nearest) {
    case NOBODYS:
        err_set(why, ERR_DENIED, "not signed by %s", whose);
        return;
    case BROKEN:
        err_set(why, ERR_DENIED, "the signature by %s does not fit", whose);
        return;
    case OTHER_NETWORK:
        err_set(why, ERR_DENIED, "signed by %s for network %.32s, this is %.32s", whose,
                best->claim->network, subject->network);
        return;
    case OTHER_NODE:
        err_set(why, ERR_DENIED, "signed by %s for node %.32s, this is node %.32s", whose,
                best->claim->node, subject->node);
        return;
    case OTHER_VERSION:
        err_set(why, ERR_DENIED, "%s signed version %llu, this is version %llu", whose,
                (unsigned long long)best->claim->version, (unsigned long long)subject->version);
        return;
    case OTHER_BYTES:
        err_set(why, ERR_DENIED, "changed after it was signed by %s", whose);
        return;
    case ON_IT:
        return;
    }
}

/* The signatures, and what they are checked against. */
struct look {
    const struct policy_signatures *signatures;
    const struct roster *roster;
    const struct policy_subject *subject;
};

static void vote_of(const struct look *look, const struct public_key *key, const char *whose,
                    struct policy_vote *vote)
{
    const struct policy_signature *best = NULL;
    enum nearness nearest = NOBODYS;
    char name[NAME_BYTES];
    struct key_id id;

    vote->needed = true;
    vote->key = *key;
    public_key_id(key, &id);
    name_key(whose, key, name);
    if (roster_revoked(look->roster, &id)) {
        err_set(&vote->why, ERR_DENIED, "roster version %llu revokes %s: nothing is signed by it",
                (unsigned long long)roster_version(look->roster), name);
        return;
    }
    for (size_t i = 0; i < look->signatures->n; i++) {
        const struct policy_signature *one = &look->signatures->one[i];
        enum nearness near = nearness_of(one, key, &id, look->subject);

        if (near > nearest) {
            nearest = near;
            best = one;
        }
    }
    vote->given = nearest == ON_IT;
    tell(nearest, best, name, look->subject, &vote->why);
}

void policy_approval_of(const struct policy_signatures *signatures, const struct roster *roster,
                        const struct policy_subject *subject, struct policy_approval *out)
{
    assert(signatures && roster && subject && out);
    const struct look look = {signatures, roster, subject};
    struct roster_policy_keys keys;
    char whose[NAME_BYTES / 2];

    *out = (struct policy_approval){0};
    roster_policy_keys(roster, subject->node, &keys);
    if (keys.has_national)
        vote_of(&look, &keys.national, "the national policy key", &out->national);
    snprintf(whose, sizeof(whose), "the policy key of node %.32s", subject->node);
    if (keys.has_officer)
        vote_of(&look, &keys.officer, whose, &out->officer);
}

bool policy_signature_approves(const struct policy_approval *approval, struct err *err)
{
    assert(approval);
    const struct policy_vote *votes[] = {&approval->national, &approval->officer};

    for (size_t i = 0; i < 2; i++)
        if (votes[i]->needed && !votes[i]->given) {
            *err = votes[i]->why;
            return false;
        }
    return true;
}

bool policy_approval_is_free(const struct policy_approval *approval)
{
    return !approval->national.needed && !approval->officer.needed;
}
