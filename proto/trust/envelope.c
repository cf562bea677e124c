/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/envelope.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/trust/message.h"

static_assert(sizeof(size_t) <= sizeof(uint64_t), "a length fits into u64");

static size_t payload_max(const char *domain)
{
    return strcmp(domain, DOMAIN_ROSTER) == 0 ? ENVELOPE_ROSTER_BYTES_MAX : ENVELOPE_BYTES_MAX;
}

/* The signed bytes: the domain, a NUL, the length as u64 little endian, the payload. */
static bool signed_bytes(const char *domain, const uint8_t *payload, size_t size, struct bytes *out,
                         struct err *err)
{
    bytes_add(out, domain, strlen(domain) + 1);
    for (unsigned i = 0; i < 8; i++)
        bytes_add_u8(out, (uint8_t)((uint64_t)size >> (8 * i)));
    bytes_add(out, payload, size);
    if (!out->failed)
        return true;
    bytes_clear(out);
    return err_memory(err);
}

/* Every further signature must have a valid form: other bytes would be covered by no signature. */
static bool more_are_signatures(const Rikstal__V1__Envelope *envelope, struct err *err)
{
    for (size_t i = 0; i < envelope->n_more; i++)
        if (envelope->more[i]->key_id.len != KEY_ID_BYTES ||
            envelope->more[i]->signature.len != KEY_SIGNATURE_BYTES)
            return err_set(err, ERR_INVALID, "a further signature of the wrong size");
    return true;
}

bool envelope_parse(const uint8_t *data, size_t size, struct arena *arena,
                    Rikstal__V1__Envelope **out, struct err *err)
{
    assert(arena && out && (data || !size));
    ProtobufCMessage *message;

    if (!message_unpack(&rikstal__v1__envelope__descriptor, data, size, arena, &message, err) ||
        !more_are_signatures((Rikstal__V1__Envelope *)message, err))
        return false;
    *out = (Rikstal__V1__Envelope *)message;
    return true;
}

/* Writes the key's id and its signature over the envelope's bytes, both in the arena. */
static bool signature_make(const char *domain, const ProtobufCBinaryData *payload,
                           const struct secret_key *key, struct arena *arena,
                           Rikstal__V1__Signature *out, struct err *err)
{
    struct bytes bytes = {0};
    struct key_id key_id;

    out->key_id.data = arena_alloc(arena, KEY_ID_BYTES);
    out->signature.data = arena_alloc(arena, KEY_SIGNATURE_BYTES);
    if (!out->key_id.data || !out->signature.data)
        return err_memory(err);
    if (!signed_bytes(domain, payload->data, payload->len, &bytes, err))
        return false;
    public_key_id(secret_key_public(key), &key_id);
    memcpy(out->key_id.data, key_id.b, KEY_ID_BYTES);
    out->key_id.len = KEY_ID_BYTES;
    secret_key_sign(key, bytes.data, bytes.size, out->signature.data);
    out->signature.len = KEY_SIGNATURE_BYTES;
    bytes_clear(&bytes);
    return true;
}

bool envelope_sign(const char *domain, struct bytes_view payload, const struct secret_key *key,
                   struct arena *arena, Rikstal__V1__Envelope **out, struct err *err)
{
    assert(domain && key && arena && out && (payload.data || !payload.size));
    Rikstal__V1__Envelope *envelope = arena_alloc(arena, sizeof(*envelope));
    Rikstal__V1__Signature signature = RIKSTAL__V1__SIGNATURE__INIT;

    if (payload.size > payload_max(domain))
        return err_set(err, ERR_INVALID, "a payload of %zu bytes; %zu are allowed for %s",
                       payload.size, payload_max(domain), domain);
    if (!envelope)
        return err_memory(err);
    rikstal__v1__envelope__init(envelope);
    envelope->domain = arena_strdup(arena, domain);
    envelope->payload.data = arena_alloc(arena, payload.size + 1);
    envelope->payload.len = payload.size;
    if (!envelope->domain || !envelope->payload.data)
        return err_memory(err);
    if (payload.size)
        memcpy(envelope->payload.data, payload.data, payload.size);
    if (!signature_make(domain, &envelope->payload, key, arena, &signature, err))
        return false;
    envelope->key_id = signature.key_id;
    envelope->signature = signature.signature;
    *out = envelope;
    return true;
}

bool envelope_sign_message(const char *domain, const ProtobufCMessage *message,
                           const struct secret_key *key, struct arena *arena,
                           Rikstal__V1__Envelope **out, struct err *err)
{
    uint8_t *payload;
    size_t size;

    return message_pack(message, arena, &payload, &size, err) &&
           envelope_sign(domain, (struct bytes_view){payload, size}, key, arena, out, err);
}

static bool id_is(const ProtobufCBinaryData *id, const struct key_id *other)
{
    return id->len == KEY_ID_BYTES && memcmp(id->data, other->b, KEY_ID_BYTES) == 0;
}

/* The index of the signature that claims this key: 0 is the first, 1.. those of `more`, -1 none. */
static int signature_find(const Rikstal__V1__Envelope *envelope, const struct key_id *id)
{
    if (id_is(&envelope->key_id, id))
        return 0;
    for (size_t i = 0; i < envelope->n_more && i < ENVELOPE_SIGNATURES_MAX; i++)
        if (id_is(&envelope->more[i]->key_id, id))
            return (int)i + 1;
    return -1;
}

bool envelope_cosign(Rikstal__V1__Envelope *envelope, const struct secret_key *key,
                     struct arena *arena, struct err *err)
{
    assert(envelope && key && arena);
    Rikstal__V1__Signature *signature = arena_alloc(arena, sizeof(*signature));
    Rikstal__V1__Signature **more =
        arena_array(arena, envelope->n_more + 1, sizeof(*envelope->more));
    struct key_id id;

    if (!signature || !more)
        return err_memory(err);
    public_key_id(secret_key_public(key), &id);
    if (signature_find(envelope, &id) >= 0)
        return err_set(err, ERR_INVALID, "this key has signed already");
    if (envelope->n_more + 1 >= ENVELOPE_SIGNATURES_MAX)
        return err_set(err, ERR_INVALID, "an envelope has at most %d signatures",
                       ENVELOPE_SIGNATURES_MAX);
    rikstal__v1__signature__init(signature);
    if (!signature_make(envelope->domain, &envelope->payload, key, arena, signature, err))
        return false;
    if (envelope->n_more)
        memcpy(more, envelope->more, envelope->n_more * sizeof(*more));
    more[envelope->n_more++] = signature;
    envelope->more = more;
    return true;
}

static bool well_formed(const Rikstal__V1__Envelope *envelope, const char *domain, struct err *err)
{
    if (strcmp(envelope->domain, domain) != 0)
        return err_set(err, ERR_INVALID, "the envelope is not of the domain %s", domain);
    if (envelope->payload.len > payload_max(domain))
        return err_set(err, ERR_INVALID, "a payload of %zu bytes; %zu are allowed for %s",
                       envelope->payload.len, payload_max(domain), domain);
    if (envelope->n_more >= ENVELOPE_SIGNATURES_MAX)
        return err_set(err, ERR_INVALID, "an envelope has at most %d signatures",
                       ENVELOPE_SIGNATURES_MAX);
    return true;
}

bool envelope_verify(const Rikstal__V1__Envelope *envelope, const char *domain,
                     const struct public_key *key, struct err *err)
{
    assert(envelope && domain && key);
    struct bytes bytes = {0};
    struct key_id id;
    bool ok;

    if (!well_formed(envelope, domain, err))
        return false;
    public_key_id(key, &id);
    if (!id_is(&envelope->key_id, &id) || envelope->signature.len != KEY_SIGNATURE_BYTES)
        return err_set(err, ERR_DENIED, "the envelope is not signed by the key it must be from");
    if (envelope->n_more) /* otherwise anybody could add bytes to an envelope without making it
                           * invalid */
        return err_set(err, ERR_INVALID, "one signature is expected, %zu more are there",
                       envelope->n_more);
    if (!signed_bytes(domain, envelope->payload.data, envelope->payload.len, &bytes, err))
        return false;
    ok = public_key_verify(key, bytes.data, bytes.size, envelope->signature.data);
    bytes_clear(&bytes);
    return ok || err_set(err, ERR_DENIED, "the signature does not fit the bytes");
}

bool envelope_open(const Rikstal__V1__Envelope *envelope, struct envelope_kind kind,
                   const struct public_key *key, struct arena *arena, ProtobufCMessage **out,
                   struct err *err)
{
    return envelope_verify(envelope, kind.domain, key, err) &&
           message_unpack(kind.type, envelope->payload.data, envelope->payload.len, arena, out,
                          err);
}

static const ProtobufCBinaryData *signature_by(const Rikstal__V1__Envelope *envelope,
                                               const struct public_key *key)
{
    const ProtobufCBinaryData *signature;
    struct key_id id;
    int at;

    public_key_id(key, &id);
    at = signature_find(envelope, &id);
    if (at < 0)
        return NULL;
    signature = at == 0 ? &envelope->signature : &envelope->more[at - 1]->signature;
    return signature->len == KEY_SIGNATURE_BYTES ? signature : NULL;
}

static bool seen_before(const struct public_key *keys, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (public_key_same(&keys[k], &keys[i]))
            return true;
    return false;
}

size_t envelope_signers(const Rikstal__V1__Envelope *envelope, const char *domain,
                        const struct public_key *keys, size_t n_keys)
{
    assert(envelope && domain && (keys || !n_keys));
    struct bytes bytes = {0};
    struct err err;
    size_t n = 0;

    if (!well_formed(envelope, domain, &err) ||
        !signed_bytes(domain, envelope->payload.data, envelope->payload.len, &bytes, &err))
        return 0;
    for (size_t i = 0; i < n_keys; i++) {
        const ProtobufCBinaryData *signature = signature_by(envelope, &keys[i]);

        if (signature && !seen_before(keys, i) &&
            public_key_verify(&keys[i], bytes.data, bytes.size, signature->data))
            n++;
    }
    bytes_clear(&bytes);
    return n;
}

bool envelope_key_id(const Rikstal__V1__Envelope *envelope, struct key_id *out)
{
    if (envelope->key_id.len != KEY_ID_BYTES)
        return false;
    memcpy(out->b, envelope->key_id.data, KEY_ID_BYTES);
    return true;
}

void envelope_hash(const Rikstal__V1__Envelope *envelope, uint8_t hash[static 32])
{
    crypto_generichash(hash, 32, envelope->payload.data, envelope->payload.len, NULL, 0);
}
