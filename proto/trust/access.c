/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/access.h"

#include <assert.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/base64.h"
#include "proto/trust/certificate.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"

bool access_sign(const struct access_terms *terms, const struct secret_key *key,
                 struct arena *arena, const char **text, struct err *err)
{
    assert(terms && terms->roots && key && arena && text);
    Rikstal__V1__Access access = RIKSTAL__V1__ACCESS__INIT;
    Rikstal__V1__Envelope *envelope;
    uint8_t network[ROOT_KEYS_HASH_BYTES], *data;
    char *out;
    size_t size;

    root_keys_hash(terms->roots, network);
    access.roots = (ProtobufCBinaryData){sizeof(network), network};
    access.issued = terms->now_s;
    access.expires = terms->now_s + ACCESS_LIFE_MAX_S;
    access.certificate =
        (ProtobufCBinaryData){terms->certificate.size, (uint8_t *)terms->certificate.data};
    if (!envelope_sign_message(DOMAIN_ACCESS, &access.base, key, arena, &envelope, err) ||
        !message_pack(&envelope->base, arena, &data, &size, err))
        return false;
    out = arena_alloc(arena, BASE64_TEXT_BYTES(size));
    *text = out ? base64_write(data, size, out) : NULL;
    return out || err_memory(err);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

/* Whose key signed a token, before the signature is checked. */
struct access_signer {
    struct public_key key;
    const char *organisation;
};

static bool signer_set(struct access_signer *out, const Rikstal__V1__RosterAnalyst *analyst)
{
    memcpy(out->key.b, analyst->key.data, KEY_BYTES);
    out->organisation = analyst->organisation;
    return true;
}

/*
 * The payload is read before its signature can be checked, because only the certificate has the
 * key. Until then only the certificate is used, and that is signed by the organisation.
 */
static bool signer_certified(const Rikstal__V1__Envelope *envelope, struct roster_view view,
                             struct arena *arena, struct access_signer *out, struct err *err)
{
    const Rikstal__V1__RosterAnalyst *analyst;
    const Rikstal__V1__Access *access;
    struct key_id claimed, certified;
    ProtobufCMessage *message;

    if (!message_unpack(&rikstal__v1__access__descriptor, envelope->payload.data,
                        envelope->payload.len, arena, &message, err))
        return err_wrap(err, "the token: ");
    access = (const Rikstal__V1__Access *)message;
    if (access->certificate.len == 0)
        return err_set(err, ERR_DENIED,
                       "no analyst or organisation of the roster has the token's key");
    if (!certificate_open((struct bytes_view){access->certificate.data, access->certificate.len},
                          view.roster, view.now_s, arena, &analyst, err))
        return false;
    signer_set(out, analyst);
    public_key_id(&out->key, &certified);
    return (envelope_key_id(envelope, &claimed) &&
            memcmp(claimed.b, certified.b, KEY_ID_BYTES) == 0) ||
           err_set(err, ERR_DENIED, "the certificate is for another key than signed the token");
}

static bool signer_find(const Rikstal__V1__Envelope *envelope, struct roster_view view,
                        struct arena *arena, struct access_signer *out, struct err *err)
{
    const Rikstal__V1__RosterOrganisation *organisation;
    const Rikstal__V1__RosterAnalyst *analyst;
    struct key_id id;

    if (!envelope_key_id(envelope, &id))
        return err_set(err, ERR_INVALID, "the token names no key");
    analyst = roster_analyst(view.roster, &id);
    if (analyst)
        return view.now_s <= analyst->not_after
                   ? signer_set(out, analyst)
                   : err_set(err, ERR_DENIED, "the key of the token's analyst has expired");
    organisation = roster_organisation_by_key(view.roster, &id, view.now_s, &out->key);
    if (!organisation)
        return signer_certified(envelope, view, arena, out, err);
    out->organisation = organisation->id;
    return true;
}

static bool decode(const char *text, struct arena *arena, Rikstal__V1__Envelope **out,
                   struct err *err)
{
    size_t length = strnlen(text, ACCESS_TEXT_MAX + 1), size;
    uint8_t *data;

    if (length > ACCESS_TEXT_MAX)
        return err_set(err, ERR_INVALID, "a token has at most %zu characters", ACCESS_TEXT_MAX);
    data = arena_alloc(arena, length + 1);
    if (!data)
        return err_memory(err);
    if (!base64_read(text, length, data, length, &size))
        return err_set(err, ERR_INVALID, "the token is not base64");
    return envelope_parse(data, size, arena, out, err);
}

static bool terms_check(const Rikstal__V1__Access *access, const struct root_keys *roots,
                        int64_t now_s, struct err *err)
{
    uint8_t network[ROOT_KEYS_HASH_BYTES];
    int64_t life;

    root_keys_hash(roots, network);
    if (access->roots.len != sizeof(network) ||
        memcmp(access->roots.data, network, sizeof(network)) != 0)
        return err_set(err, ERR_DENIED, "the token is for a network with other root keys");
    if (__builtin_sub_overflow(access->expires, access->issued, &life) || life < 0 ||
        life > ACCESS_LIFE_MAX_S)
        return err_set(err, ERR_INVALID, "a token lives 0 to %d seconds", ACCESS_LIFE_MAX_S);
    if (access->issued > now_s + ACCESS_SKEW_MAX_S)
        return err_set(err, ERR_DENIED, "the token is not valid yet; compare the clocks");
    if (access->expires < now_s - ACCESS_SKEW_MAX_S)
        return err_set(err, ERR_DENIED, "the token has expired");
    return true;
}

bool access_check(const char *text, const struct root_keys *roots, struct roster_view view,
                  struct arena *arena, const char **organisation, struct err *err)
{
    assert(text && roots && view.roster && arena && organisation);
    Rikstal__V1__Envelope *envelope;
    struct access_signer signer;
    ProtobufCMessage *message;

    if (!decode(text, arena, &envelope, err) || !signer_find(envelope, view, arena, &signer, err) ||
        !envelope_open(envelope,
                       (struct envelope_kind){DOMAIN_ACCESS, &rikstal__v1__access__descriptor},
                       &signer.key, arena, &message, err) ||
        !terms_check((const Rikstal__V1__Access *)message, roots, view.now_s, err))
        return false;
    *organisation = arena_strdup(arena, signer.organisation);
    return *organisation || err_memory(err);
}
