/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/session.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/analyst/http.h"
#include "coordinator/analyst/roster_pin.h"
#include "proto/base/arena.h"
#include "proto/base/base64.h"
#include "proto/base/clock.h"
#include "proto/base/conf.h"
#include "proto/base/file.h"
#include "proto/base/json.h"
#include "proto/trust/access.h"
#include "proto/trust/certificate.h"
#include "proto/trust/envelope.h"

#define ARENA_BYTES ((size_t)64 << 20)
#define TIMEOUT_MS 10000
#define ROSTER_PATIENCE_MS 3000 /* how long a coordinator may take to restart */
#define COORDINATOR_DEFAULT "http://127.0.0.1:8480"

static const struct conf_key keys[] = {
    {"rikstal", "coordinator", COORDINATOR_DEFAULT},
    {"rikstal", "analyst", NULL},
    {"rikstal", "organisation", NULL},
    {"rikstal", "role", NULL},
    {"rikstal", "purpose", NULL},
    {"rikstal", "key", NULL},
    {"rikstal", "certificate", NULL},
    {"rikstal", "roots", NULL},
    {0},
};

const char *session_default(struct arena *arena, const char *name)
{
    assert(arena && name);
    const char *xdg = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");

    if (xdg && *xdg)
        return arena_printf(arena, "%s/rikstal/%s", xdg, name);
    return home && *home ? arena_printf(arena, "%s/.config/rikstal/%s", home, name) : NULL;
}

bool session_desk_file(const char *given, struct arena *arena, const char **out, struct err *err)
{
    assert(arena && out);
    const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    const char *folder;

    *out = given;
    if (given)
        return true;
    if (!(xdg && *xdg) && !(home && *home))
        return err_set(err, ERR_INVALID, "$HOME is not set: name a file with --state");
    folder = xdg && *xdg ? arena_printf(arena, "%s/rikstal", xdg)
                         : arena_printf(arena, "%s/.local/state/rikstal", home);
    *out = folder ? arena_printf(arena, "%s/desk.db", folder) : NULL;
    return *out ? file_make_folder(folder, 0700, err) : err_memory(err);
}

/* A relative path in the file is relative to the file's folder. */
static const char *beside(struct arena *arena, const char *config, const char *path)
{
    const char *slash = strrchr(config, '/');

    if (!path)
        return NULL;
    if (path[0] == '/' || !slash)
        return arena_strdup(arena, path);
    return arena_printf(arena, "%.*s/%s", (int)(slash - config), config, path);
}

static const char *kept(struct arena *arena, const char *text)
{
    return text ? arena_strdup(arena, text) : NULL;
}

static bool file_use(struct session *session, const char *path, struct err *err)
{
    struct arena *arena = session->arena;
    struct conf *conf;

    if (!conf_read(path, keys, &conf, err))
        return false;
    session->coordinator = kept(arena, conf_text(conf, "rikstal", "coordinator"));
    session->analyst = kept(arena, conf_text(conf, "rikstal", "analyst"));
    session->organisation = kept(arena, conf_text(conf, "rikstal", "organisation"));
    session->role = kept(arena, conf_text(conf, "rikstal", "role"));
    session->purpose = kept(arena, conf_text(conf, "rikstal", "purpose"));
    session->key_path = beside(arena, path, conf_text(conf, "rikstal", "key"));
    session->certificate_path = beside(arena, path, conf_text(conf, "rikstal", "certificate"));
    session->roots_path = beside(arena, path, conf_text(conf, "rikstal", "roots"));
    conf_free(conf);
    return true;
}

static const char *either(const char *option, const char *otherwise)
{
    return option ? option : otherwise;
}

/* The named file, that of the environment, or the usual one where it is. */
static bool config_use(struct session *session, const char *named, struct err *err)
{
    const char *config = named ? named : getenv("RIKSTAL_CONFIG");
    const char *usual = session_default(session->arena, "config");

    if (!config && usual && file_exists(usual))
        config = usual;
    return !config || file_use(session, config, err);
}

bool session_open(const struct session_options *options, struct session *out, struct err *err)
{
    assert(options && out);
    struct session session = {.arena = arena_new(ARENA_BYTES),
                              .coordinator = COORDINATOR_DEFAULT,
                              .patience_ms = ROSTER_PATIENCE_MS};

    if (!session.arena)
        return err_memory(err);
    if (!options->alone && !config_use(&session, options->config, err)) {
        arena_free(session.arena);
        return false;
    }
    if (!session.key_path)
        session.key_path = session_default(session.arena, "analyst.key");
    if (!session.roots_path)
        session.roots_path = session_default(session.arena, "roots");
    session.coordinator = either(options->coordinator, session.coordinator);
    session.role = either(options->role, session.role);
    session.purpose = either(options->purpose, session.purpose);
    session.key_path = either(options->key, session.key_path);
    session.roots_path = either(options->roots, session.roots_path);
    session.certificate_path = either(options->certificate, session.certificate_path);
    *out = session;
    return true;
}

void session_close(struct session *session)
{
    arena_free(session->arena);
}

static bool roster_decode(const char *text, uint8_t **data, size_t *size, struct err *err)
{
    size_t length = text ? strlen(text) : 0;

    *data = malloc(length + 1);
    if (!*data)
        return err_memory(err);
    if (length && length <= 2 * ENVELOPE_ROSTER_BYTES_MAX &&
        base64_read(text, length, *data, length, size))
        return true;
    free(*data);
    return err_set(err, ERR_INVALID, "the coordinator sent no roster");
}

/*
 * A failure to write is reported but does no harm now: the stored version only helps the next time.
 */
static bool roster_not_older(const struct session *session, const struct root_keys *roots,
                             const struct roster *roster, struct err *err)
{
    const char *path;

    if (!session->key_path)
        return true;
    path = beside(session->arena, session->key_path, ROSTER_PIN_FILE);
    if (!path)
        return err_memory(err);
    if (!roster_pin_admit(path, roots, roster, err))
        return false;
    if (roster_pin_remember(path, roots, roster, err))
        return true;
    if (err->code == ERR_DENIED)
        return false;
    fprintf(stderr, "rikstal: the roster's version is not remembered: %s\n", err->text);
    return true;
}

static bool roots_of(const struct session *session, struct root_keys *roots, struct err *err)
{
    if (!session->roots_path)
        return err_set(err, ERR_INVALID, "no root keys: name their file with --roots");
    return root_keys_read(session->roots_path, roots, err) ||
           err_wrap(err, "the pinned root keys: ");
}

/* The configured certificate; without one the roster must list the key. */
static bool certificate_of(const struct session *session, struct bytes_view *out, struct err *err)
{
    uint8_t *data;
    size_t size;

    *out = (struct bytes_view){0};
    if (!session->certificate_path)
        return true;
    if (!certificate_read(session->certificate_path, session->arena, &data, &size, err))
        return false;
    *out = (struct bytes_view){data, size};
    return true;
}

bool session_token(const struct session *session, const char **out, struct err *err)
{
    assert(session && out);
    struct root_keys roots;
    struct access_terms terms = {.roots = &roots, .now_s = clock_wall_s()};
    struct secret_key *key;
    bool ok;

    if (!session->key_path)
        return err_set(err, ERR_INVALID, "no key: name its file with --key");
    if (!roots_of(session, &roots, err) || !certificate_of(session, &terms.certificate, err) ||
        !secret_key_read(session->key_path, &key, err))
        return false;
    ok = access_sign(&terms, key, session->arena, out, err);
    secret_key_free(key);
    return ok;
}

bool session_fetch(const struct session *session, const char *path, bool signed_in, cJSON **out,
                   struct err *err)
{
    assert(session && path && out);
    struct http_call call = {
        .method = "GET", .base = session->coordinator, .path = path, .timeout_ms = TIMEOUT_MS};
    char code[48];
    long status;

    *out = NULL;
    return (!signed_in || session_token(session, &call.token, err)) &&
           http_run(&call, out, &status, code, err) &&
           (*out || err_set(err, ERR_UNAVAILABLE, "the coordinator's answer is empty"));
}

bool session_roster(const struct session *session, struct roster **out, struct err *err)
{
    assert(session && out);
    struct http_call call = {.method = "GET",
                             .base = session->coordinator,
                             .path = "/api/v1/roster",
                             .timeout_ms = TIMEOUT_MS};
    struct root_keys roots;
    uint8_t *data = NULL;
    size_t size = 0;
    struct roster *roster;
    cJSON *root = NULL;
    bool ok;

    if (!roots_of(session, &roots, err) || !session_token(session, &call.token, err) ||
        !http_run_patiently(&call, session->patience_ms, &root, err))
        return false;
    ok = roster_decode(json_text(root, "roster"), &data, &size, err);
    cJSON_Delete(root);
    if (!ok)
        return false;
    ok = roster_open((struct bytes_view){data, size}, &roots, NULL, 0, &roster, err);
    free(data);
    if (!ok)
        return err_wrap(err, "the coordinator's roster does not verify: ");
    if (!roster_not_older(session, &roots, roster, err)) {
        roster_free(roster);
        return false;
    }
    *out = roster;
    return true;
}

/*
 * ---- the asker ---------------------------------------------------------------------------------
 */

static bool speaker_certified(const struct session *session, const struct roster *roster,
                              const struct secret_key *key, struct session_speaker *speaker,
                              struct err *err)
{
    if (!session->certificate_path)
        return err_set(err, ERR_DENIED,
                       "the roster has no analyst with this key; send `rikstal keys show` to the "
                       "network's operator, or to your organisation's officer for a certificate");
    if (!certificate_read(session->certificate_path, session->arena, &speaker->certificate,
                          &speaker->certificate_bytes, err))
        return false;
    if (!certificate_open((struct bytes_view){speaker->certificate, speaker->certificate_bytes},
                          roster, clock_wall_s(), session->arena, &speaker->analyst, err))
        return err_wrap(err, "%s: ", session->certificate_path);
    return memcmp(speaker->analyst->key.data, secret_key_public(key)->b, KEY_BYTES) == 0 ||
           err_set(err, ERR_DENIED, "%s is for another key than yours", session->certificate_path);
}

bool session_speaker(const struct session *session, const struct roster *roster,
                     const struct secret_key *key, struct session_speaker *out, struct err *err)
{
    assert(session && roster && key && out);
    struct session_speaker speaker = {0};
    struct key_id id;

    public_key_id(secret_key_public(key), &id);
    speaker.analyst = roster_analyst(roster, &id);
    if (!speaker.analyst && !speaker_certified(session, roster, key, &speaker, err))
        return false;
    *out = speaker;
    return true;
}
