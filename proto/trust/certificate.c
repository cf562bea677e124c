/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chain is short and always has the same shape, so it is checked step by step: who signed, what
 * was signed, whether it is for this network and that organisation, whether it is valid now, and
 * whether the organisation may give these roles.
 */
#include "proto/trust/certificate.h"

#include <assert.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/roster.h"

#define WORD "rikstal-certificate-v1 "

/*
 * ---- requirements on a certificate -------------------------------------------------------------
 */

static bool text_valid(const char *text)
{
    return *text && strlen(text) <= CERTIFICATE_TEXT_MAX;
}

static bool form_check(const Rikstal__V1__AnalystCertificate *c, struct err *err)
{
    bool ok = text_valid(c->network) && text_valid(c->id) && text_valid(c->organisation) &&
              c->key.len == KEY_BYTES && c->n_roles >= 1 && c->n_roles <= CERTIFICATE_ROLES_MAX;
    int64_t life;

    for (size_t i = 0; ok && i < c->n_roles; i++)
        ok = text_valid(c->roles[i]);
    if (!ok)
        return err_set(err, ERR_INVALID,
                       "a certificate has a network, an id, an organisation, a key and 1 to %d "
                       "roles, each text of at most %d bytes",
                       CERTIFICATE_ROLES_MAX, CERTIFICATE_TEXT_MAX);
    if (__builtin_sub_overflow(c->not_after, c->not_before, &life) || life <= 0 ||
        life > CERTIFICATE_LIFE_MAX_S)
        return err_set(err, ERR_INVALID, "a certificate holds for at most %d days",
                       CERTIFICATE_DAYS_MAX);
    return true;
}

static bool time_check(const Rikstal__V1__AnalystCertificate *c, int64_t now_s, struct err *err)
{
    if (c->not_before > now_s + CERTIFICATE_SKEW_S)
        return err_set(err, ERR_DENIED, "the certificate is not valid yet; compare the clocks");
    if (c->not_after < now_s - CERTIFICATE_SKEW_S)
        return err_set(
            err, ERR_DENIED,
            "the certificate has expired; ask your organisation's officer for a new one");
    return true;
}

static bool gives(const Rikstal__V1__RosterOrganisation *organisation, const char *role)
{
    for (size_t i = 0; i < organisation->n_roles; i++)
        if (strcmp(organisation->roles[i], role) == 0)
            return true;
    return false;
}

static bool grant_check(const Rikstal__V1__AnalystCertificate *c, const struct roster *roster,
                        const Rikstal__V1__RosterOrganisation *organisation, struct err *err)
{
    struct public_key key;
    struct key_id id;

    if (strcmp(c->network, roster_network(roster)) != 0)
        return err_set(err, ERR_DENIED, "the certificate is for another network");
    if (strcmp(c->organisation, organisation->id) != 0)
        return err_set(err, ERR_DENIED,
                       "the certificate names another organisation than signed it");
    for (size_t i = 0; i < c->n_roles; i++)
        if (!gives(organisation, c->roles[i]))
            return err_set(err, ERR_DENIED,
                           "the roster does not let organisation %.64s give the role \"%.64s\"",
                           organisation->id, c->roles[i]);
    memcpy(key.b, c->key.data, KEY_BYTES);
    public_key_id(&key, &id);
    return !roster_revoked(roster, &id) ||
           err_set(err, ERR_DENIED, "the certificate's key is revoked");
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool view_make(Rikstal__V1__AnalystCertificate *c, struct arena *arena,
                      const Rikstal__V1__RosterAnalyst **out, struct err *err)
{
    Rikstal__V1__RosterAnalyst *analyst = arena_alloc(arena, sizeof(*analyst));

    if (!analyst)
        return err_memory(err);
    rikstal__v1__roster_analyst__init(analyst);
    analyst->id = c->id;
    analyst->organisation = c->organisation;
    analyst->key = c->key;
    analyst->n_roles = c->n_roles;
    analyst->roles = c->roles;
    analyst->not_after = c->not_after;
    *out = analyst;
    return true;
}

bool certificate_open(struct bytes_view bytes, const struct roster *roster, int64_t now_s,
                      struct arena *arena, const Rikstal__V1__RosterAnalyst **out, struct err *err)
{
    assert(roster && arena && out);
    const Rikstal__V1__RosterOrganisation *organisation;
    Rikstal__V1__AnalystCertificate *certificate;
    Rikstal__V1__Envelope *envelope;
    ProtobufCMessage *message;
    struct public_key key;
    struct key_id id;

    if (bytes.size > CERTIFICATE_BYTES_MAX)
        return err_set(err, ERR_INVALID, "a certificate of %zu bytes; %zu are allowed", bytes.size,
                       CERTIFICATE_BYTES_MAX);
    if (!envelope_parse(bytes.data, bytes.size, arena, &envelope, err))
        return false;
    if (!envelope_key_id(envelope, &id))
        return err_set(err, ERR_INVALID, "the certificate names no key");
    organisation = roster_organisation_by_key(roster, &id, now_s, &key);
    if (!organisation)
        return err_set(err, ERR_DENIED,
                       "no organisation of roster version %llu has the key that signed the "
                       "certificate",
                       (unsigned long long)roster_version(roster));
    if (!envelope_open(
            envelope,
            (struct envelope_kind){DOMAIN_ANALYST, &rikstal__v1__analyst_certificate__descriptor},
            &key, arena, &message, err))
        return false;
    certificate = (Rikstal__V1__AnalystCertificate *)message;
    return form_check(certificate, err) && grant_check(certificate, roster, organisation, err) &&
           time_check(certificate, now_s, err) && view_make(certificate, arena, out, err);
}

/* ---- writing --------------------------------------------------------------------------------- */

bool certificate_sign(const struct certificate_terms *terms, const struct secret_key *organisation,
                      struct arena *arena, uint8_t **data, size_t *size, struct err *err)
{
    assert(terms && organisation && data && size);
    Rikstal__V1__AnalystCertificate certificate = RIKSTAL__V1__ANALYST_CERTIFICATE__INIT;
    Rikstal__V1__Envelope *envelope;

    certificate.network = (char *)terms->network;
    certificate.id = (char *)terms->id;
    certificate.organisation = (char *)terms->organisation;
    certificate.key = (ProtobufCBinaryData){KEY_BYTES, (uint8_t *)terms->key->b};
    certificate.roles = (char **)terms->roles;
    certificate.n_roles = terms->n_roles;
    certificate.not_before = terms->not_before;
    certificate.not_after = terms->not_after;
    return form_check(&certificate, err) &&
           envelope_sign_message(DOMAIN_ANALYST, &certificate.base, organisation, arena, &envelope,
                                 err) &&
           message_pack(&envelope->base, arena, data, size, err);
}

/* ---- files ----------------------------------------------------------------------------------- */

bool certificate_text(const uint8_t *data, size_t size, struct arena *arena, const char **text,
                      struct err *err)
{
    assert(data && text);
    size_t word = strlen(WORD);
    char *line = arena_alloc(arena, word + 2 * size + 2);

    if (!line)
        return err_memory(err);
    memcpy(line, WORD, word);
    bytes_to_hex(data, size, line + word);
    memcpy(line + word + 2 * size, "\n", 2);
    *text = line;
    return true;
}

bool certificate_read(const char *path, struct arena *arena, uint8_t **data, size_t *size,
                      struct err *err)
{
    assert(path && data && size);
    size_t word = strlen(WORD), length;
    uint8_t *file, *bytes;
    size_t file_size;
    char *hex;

    if (!file_read(path, word + 2 * CERTIFICATE_BYTES_MAX + 2, arena, &file, &file_size, err))
        return false;
    hex = arena_strndup(arena, (const char *)file, file_size);
    if (!hex)
        return err_memory(err);
    hex[strcspn(hex, "\n")] = 0;
    if (strncmp(hex, WORD, word) != 0)
        return err_set(err, ERR_INVALID, "%s is no certificate (\"%sHEX\")", path, WORD);
    hex += word;
    length = strlen(hex) / 2;
    bytes = arena_alloc(arena, length + 1);
    if (!bytes)
        return err_memory(err);
    if (length == 0 || strlen(hex) % 2 != 0 || !bytes_from_hex(hex, bytes, length))
        return err_set(err, ERR_INVALID, "%s: the certificate is not written in hex", path);
    *data = bytes;
    *size = length;
    return true;
}
