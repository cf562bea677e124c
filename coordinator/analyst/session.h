#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asks, which coordinator, and with which keys: from configuration file, environment and
 * options; later ones override earlier ones.
 *
 *   [rikstal]  coordinator = http://127.0.0.1:8480
 *              analyst = anna                  optional: the roster knows whose key it is
 *              organisation = gms              optional, likewise
 *              role = national-analyst         optional: the analyst's first role
 *              purpose = research              optional: the role's usual one
 *              key = analyst.key               secret; a relative path is beside this file
 *              certificate = analyst.cert      optional: an officer's, when the roster has no
 *                                              entry for the key
 *              roots = roots                   public root keys, pinned: what a roster must carry
 *
 * The file is --config, $RIKSTAL_CONFIG, $XDG_CONFIG_HOME/rikstal/config or
 * ~/.config/rikstal/config. A session lives in one arena; one thread.
 */
#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/trust/keys.h"
#include "proto/trust/roster.h"

struct arena;

struct session_options {
    const char *config;
    const char *coordinator;
    const char *role;
    const char *purpose;
    const char *key;
    const char *roots;
    const char *certificate;
    bool alone; /* these are all: no file and no environment is read for others */
};

struct session {
    struct arena *arena;
    const char *coordinator;
    const char *analyst; /* NULL: the roster decides */
    const char *organisation;
    const char *role;
    const char *purpose; /* NULL: what the default policy allows the role */
    const char *key_path;
    const char *certificate_path; /* NULL: the roster lists the key */
    const char *roots_path;
    int64_t patience_ms; /* how long a coordinator may take to restart */
};

bool session_open(const struct session_options *options, struct session *out,
                  struct err *err) MUST_CHECK;
void session_close(struct session *session);

/*
 * A token for http_call.token, signed with the session's key and valid for five minutes; it lives
 * in the session's arena.
 */
bool session_token(const struct session *session, const char **out, struct err *err) MUST_CHECK;
/* What GET PATH of the coordinator gives; `signed_in`: with a token. The caller deletes *out. */
bool session_fetch(const struct session *session, const char *path, bool signed_in, cJSON **out,
                   struct err *err) MUST_CHECK;
/*
 * Fetches the roster and verifies it with the pinned root keys. ERR_DENIED when it is older than
 * one that this client has verified before (roster_pin.h). The caller frees it with roster_free().
 */
bool session_roster(const struct session *session, struct roster **out, struct err *err) MUST_CHECK;
/*
 * Finds the key's owner in the roster or in the configured certificate; lives in the session's
 * arena.
 */
struct session_speaker {
    const Rikstal__V1__RosterAnalyst *analyst;
    uint8_t *certificate; /* Envelope bytes for the question; NULL when the roster lists the key */
    size_t certificate_bytes;
};
bool session_speaker(const struct session *session, const struct roster *roster,
                     const struct secret_key *key, struct session_speaker *out,
                     struct err *err) MUST_CHECK;
/* The path of a file of ours below $HOME. NULL when $HOME is not set. */
const char *session_default(struct arena *arena, const char *name);
/*
 * The file of this person's desk: `given`, or desk.db below $XDG_STATE_HOME or ~/.local/state,
 * whose folder is made. ERR_INVALID when $HOME is not set.
 */
bool session_desk_file(const char *given, struct arena *arena, const char **out,
                       struct err *err) MUST_CHECK;
