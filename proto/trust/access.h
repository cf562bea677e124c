#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A short-lived token by which a member of the network reads, over the coordinator's HTTP API, what
 * is not for everybody: the roster, its organisation's budget and its organisation's answers.
 *
 * A token is an Envelope of the domain rikstal-access-v1 in base64. It names the network by its
 * root keys, because a client has no roster before its first request; so a coordinator of another
 * network cannot use it. It gives no right to ask: each question has a signature of its own. What
 * is read lives in the arena. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"
#include "proto/trust/roster.h"

struct arena;

#define ACCESS_LIFE_MAX_S 300
#define ACCESS_SKEW_MAX_S 120
#define ACCESS_TEXT_MAX ((size_t)8192) /* characters of a token */

struct access_terms {
    const struct root_keys *roots;
    struct bytes_view certificate; /* the analyst's, when the roster does not list the key */
    int64_t now_s;
};

/* Signs a token that is valid for ACCESS_LIFE_MAX_S from now_s; *text is in the arena. */
bool access_sign(const struct access_terms *terms, const struct secret_key *key,
                 struct arena *arena, const char **text, struct err *err) MUST_CHECK;

/*
 * Verifies a token, and writes the organisation of its signer: an analyst of the roster, an analyst
 * with a certificate, or an organisation with its own key. view.node is not used.
 */
bool access_check(const char *text, const struct root_keys *roots, struct roster_view view,
                  struct arena *arena, const char **organisation, struct err *err) MUST_CHECK;
