/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/output.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/trust/certificate.h"
#include "proto/trust/role.h"

#define ORGANISATION_KEY "organisation.key"

struct options {
    struct session_options session; /* the key, for `sign`: the analyst's public key */
    const char *organisation_key;
    const char *analyst;
    const char *organisation;
    const char *network;
    const char *role[CERTIFICATE_ROLES_MAX];
    size_t n_roles;
    long days;
};

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"key", OPTION_PATH, "FILE",
     "your secret key (default: the configuration's, or ~/.config/rikstal/analyst.key); for "
     "`sign`, the analyst's public key",
     AT(session.key)},
    {"organisation-key", OPTION_PATH, "FILE",
     "the organisation's secret key (default: ~/.config/rikstal/organisation.key)",
     AT(organisation_key)},
    {"analyst", OPTION_TEXT, "A", "whom the certificate names", AT(analyst)},
    {"organisation", OPTION_TEXT, "O", "of which organisation", AT(organisation)},
    {"role", OPTION_TEXTS, "R", "in which roles", AT(role),
     .count_at = offsetof(struct options, n_roles), .most = CERTIFICATE_ROLES_MAX,
     .words = role_word},
    {"days", OPTION_NUMBER, "D", "how long the certificate holds (default: 7)", AT(days),
     .least = 1, .most = CERTIFICATE_DAYS_MAX},
    {"network", OPTION_TEXT, "N", "of which network (default: asked of the coordinator)",
     AT(network)},
    OUTPUT_CONFIG_SPEC(struct options),
    OUTPUT_COORDINATOR_SPEC(struct options),
    OUTPUT_ROOTS_SPEC(struct options),
};

enum { NEW, SHOW, SIGN, ORGANISATION };

static const struct option_words words[] = {
    [NEW] = {"new", NULL, NULL, 0, 0,
             "make your signing key, which replaces nothing, and print its public half"},
    [SHOW] = {"show", NULL, NULL, 0, 0, "print the public half of the key that is there"},
    [SIGN] = {"sign", NULL, NULL, 0, 0,
              "for officers: print a certificate for an analyst's public key, which the analyst "
              "names in the configuration (certificate = FILE); takes --analyst, --organisation, "
              "--key and --role"},
    [ORGANISATION] = {"organisation", "new|sign", "new or sign", 1, 1,
                      "for officers: `organisation new` makes the organisation's key; "
                      "`organisation sign` is `sign`"},
};

const struct option_table keys_table = {
    .command = "rikstal keys",
    .about = "Your signing key. Send its public half to your organisation's officer, who signs a\n"
             "certificate for it, or to the network's operator, who puts it into the roster\n"
             "(`rikstal-coordinator roster add-analyst`). The secret half never leaves its file,\n"
             "which only you may read.",
    .words = words,
    .n_words = sizeof(words) / sizeof(words[0]),
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .details = "The public half of an organisation's key goes to the network's operator\n"
               "(`rikstal-coordinator roster add-organisation --key`). A certificate ends by "
               "itself\n"
               "within a week; before that, `rikstal-coordinator roster revoke key HEX` ends it "
               "at\n"
               "every region.",
};

static void public_print(const struct secret_key *key)
{
    char hex[2 * KEY_BYTES + 1];

    bytes_to_hex(secret_key_public(key)->b, KEY_BYTES, hex);
    printf("rikstal-public-v1 %s\n", hex);
}

static bool folder_make(const char *path, struct arena *arena, struct err *err)
{
    const char *slash = strrchr(path, '/');
    const char *folder;

    if (!slash || slash == path)
        return true;
    folder = arena_strndup(arena, path, (size_t)(slash - path));
    return folder ? file_make_folder(folder, 0700, err) : err_memory(err);
}

static bool key_make(const char *path, struct arena *arena, struct err *err)
{
    struct secret_key *key = NULL;
    bool ok = folder_make(path, arena, err) && secret_key_new(&key, err) &&
              secret_key_write(key, path, err);

    if (ok)
        public_print(key);
    secret_key_free(key);
    return ok;
}

static bool key_show(const char *path, struct err *err)
{
    struct secret_key *key;

    if (!secret_key_read(path, &key, err))
        return false;
    public_print(key);
    secret_key_free(key);
    return true;
}

/* ---- for officers ---------------------------------------------------------------------------- */

static const char *organisation_path(const struct options *o, struct arena *arena)
{
    return o->organisation_key ? o->organisation_key : session_default(arena, ORGANISATION_KEY);
}

/* Asks the coordinator, with the officer's own key. */
static bool network_find(const struct session *session, const char *key_path, const char **network,
                         struct err *err)
{
    struct session officer = *session;
    struct roster *roster;

    if (*network)
        return true;
    officer.key_path = key_path;
    officer.certificate_path = NULL;
    if (!session_roster(&officer, &roster, err))
        return err_wrap(err, "name --network; ");
    *network = arena_strdup(session->arena, roster_network(roster));
    roster_free(roster);
    return *network || err_memory(err);
}

static bool certificate_print(const struct certificate_terms *terms, const char *key_path,
                              struct arena *arena, struct err *err)
{
    struct secret_key *key;
    char until[CLOCK_TEXT_BYTES];
    const char *text;
    uint8_t *data;
    size_t size;
    bool ok;

    if (!key_path || !secret_key_read(key_path, &key, err))
        return key_path ? false : err_set(err, ERR_INVALID, "name --organisation-key FILE");
    ok = certificate_sign(terms, key, arena, &data, &size, err) &&
         certificate_text(data, size, arena, &text, err);
    secret_key_free(key);
    if (!ok)
        return false;
    clock_text(terms->not_after, until);
    fputs(text, stdout);
    fprintf(stderr, "%s may ask for %s in network %s until %s\n", terms->id, terms->organisation,
            terms->network, until);
    return true;
}

static bool sign(const struct options *o, const struct session *session, struct err *err)
{
    int64_t now_s = clock_wall_s();
    struct certificate_terms terms = {.network = o->network,
                                      .id = o->analyst,
                                      .organisation = o->organisation,
                                      .roles = o->role,
                                      .n_roles = o->n_roles,
                                      .not_before = now_s,
                                      .not_after = now_s + (int64_t)o->days * 86400};
    const char *own = organisation_path(o, session->arena);
    struct public_key key;

    if (!o->analyst || !o->organisation || !o->session.key || !o->n_roles)
        return err_set(err, ERR_INVALID,
                       "sign takes --analyst, --organisation, --key (the analyst's public key) and "
                       "--role");
    terms.key = &key;
    return public_key_read(o->session.key, &key, err) &&
           network_find(session, own, &terms.network, err) &&
           certificate_print(&terms, own, session->arena, err);
}

/* ---- the command ----------------------------------------------------------------------------- */

static bool keys_run(const struct options *o, size_t verb, bool officer, struct err *err)
{
    struct session session;
    const char *path;
    bool ok;

    if (!session_open(&o->session, &session, err))
        return false;
    path = officer ? organisation_path(o, session.arena) : session.key_path;
    if (verb == SIGN)
        ok = sign(o, &session, err);
    else if (!path)
        ok = err_set(err, ERR_INVALID, "name --key FILE");
    else
        ok = verb == SHOW ? key_show(path, err) : key_make(path, session.arena, err);
    session_close(&session);
    return ok;
}

/* Runs "organisation new" and "organisation sign", which are an officer's `new` and `sign`. */
static bool verb_settle(const struct arguments *arguments, size_t *verb, bool *officer,
                        struct err *err)
{
    *verb = arguments->verb;
    *officer = *verb == ORGANISATION;
    if (!*officer)
        return true;
    *verb = strcmp(arguments->word[0], "sign") == 0 ? SIGN : NEW;
    return *verb == SIGN || strcmp(arguments->word[0], "new") == 0 ||
           err_set(err, ERR_INVALID, "say `rikstal keys organisation new` or `sign`");
}

int keys_command(int argc, char **argv)
{
    struct options options = {.days = CERTIFICATE_DAYS_MAX};
    struct arguments arguments;
    struct err err;
    bool officer;
    size_t verb;
    int code;

    if (!arguments_read(&keys_table, argc, argv, &options, &arguments, &code))
        return code;
    return verb_settle(&arguments, &verb, &officer, &err) && keys_run(&options, verb, officer, &err)
               ? EXIT_OK
               : arguments_failed(&keys_table, &err);
}
