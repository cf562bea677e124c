#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A short-lived certificate: an organisation's officer states who may ask questions for it, with
 * which key, in which roles, for at most a week. Root keys sign the roster, the roster has the
 * organisation's key, that key signs the certificate, and the certificate's key signs the question.
 *
 * A certificate is an Envelope of the domain rikstal-analyst-v1. A file holds it as one line of
 * text, "rikstal-certificate-v1 HEX". It gives only roles that the roster lets the organisation
 * give, and is not valid once either key is revoked. What is read lives in the arena. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"
#include "proto/trust/keys.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;
struct roster;

#define CERTIFICATE_DAYS_MAX 7
#define CERTIFICATE_SKEW_S 120 /* tolerance for clocks; also added to the longest life */
#define CERTIFICATE_LIFE_MAX_S ((int64_t)CERTIFICATE_DAYS_MAX * 86400 + CERTIFICATE_SKEW_S)
#define CERTIFICATE_BYTES_MAX ((size_t)4096)
#define CERTIFICATE_ROLES_MAX 8
#define CERTIFICATE_TEXT_MAX 64 /* bytes of an id, an organisation or a role */

struct certificate_terms {
    const char *network;
    const char *id;
    const char *organisation;
    const struct public_key *key; /* the analyst's key */
    const char *const *roles;
    size_t n_roles;
    int64_t not_before;
    int64_t not_after;
};

/*
 * Signs a certificate: Envelope bytes, in the arena. Refuses contents that no checker would accept.
 */
bool certificate_sign(const struct certificate_terms *terms, const struct secret_key *organisation,
                      struct arena *arena, uint8_t **data, size_t *size,
                      struct err *err) MUST_CHECK;

/*
 * Reads the analyst from these Envelope bytes, if they are valid at now_s under this roster. The
 * result has the form of an analyst in the roster, so callers need not know which of the two it
 * came from.
 */
bool certificate_open(struct bytes_view bytes, const struct roster *roster, int64_t now_s,
                      struct arena *arena, const Rikstal__V1__RosterAnalyst **out,
                      struct err *err) MUST_CHECK;

/* Writes the one line of a certificate file, with its newline; reads such a file. */
bool certificate_text(const uint8_t *data, size_t size, struct arena *arena, const char **text,
                      struct err *err) MUST_CHECK;
bool certificate_read(const char *path, struct arena *arena, uint8_t **data, size_t *size,
                      struct err *err) MUST_CHECK;
