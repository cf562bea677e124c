/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/output.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/command.h"
#include "proto/base/file.h"
#include "proto/trust/certificate.h"

#define ORGANISATION_KEY "organisation.key"

static const char help[] =
    "Usage: rikstal keys new [--key FILE]\n"
    "       rikstal keys show [--key FILE]\n"
    "       rikstal keys organisation new [--organisation-key FILE]\n"
    "       rikstal keys sign --analyst A --organisation O --key PUB --role R [--role R] [--days "
    "D]\n"
    "\n"
    "Your signing key. `new` makes one (it replaces nothing) and prints its public half; `show`\n"
    "prints the public half of the one that is there. Send it to your organisation's officer, who\n"
    "signs a certificate for it, or to the network's operator, who puts it into the roster\n"
    "(`rikstal-coordinator roster add-analyst`). The secret half never leaves its file, which "
    "only\n"
    "you may read.\n"
    "\n"
    "For officers: `organisation new` makes the organisation's key; its public half goes to the\n"
    "network's operator (`rikstal-coordinator roster add-organisation --key`). `sign` prints a\n"
    "certificate for an analyst's public key, which the analyst names in the configuration\n"
    "(certificate = FILE). A certificate ends by itself within a week; before that,\n"
    "`rikstal-coordinator roster revoke key HEX` ends it at every region.\n"
    "\n"
    "  --key FILE        your secret key (default: the configuration's, or\n"
    "                    ~/.config/rikstal/analyst.key); for `sign`, the analyst's public key\n"
    "  --organisation-key FILE   the organisation's secret key (default:\n"
    "                    ~/.config/rikstal/organisation.key)\n"
    "  --analyst A, --organisation O, --role R   whom the certificate names, for what\n"
    "  --days D          how long it holds, 1 to 7 (default: 7)\n"
    "  --network N       of which network (default: asked of the coordinator)\n"
    "  --config FILE     configuration\n";

struct options {
    struct session_options session; /* key: for `sign`, the analyst's public key */
    const char *organisation_key;
    const char *analyst;
    const char *organisation;
    const char *network;
    const char *role[CERTIFICATE_ROLES_MAX];
    size_t n_roles;
    long days;
    bool helped;
};

static void public_print(const struct secret_key *key)
{
    char hex[2 * KEY_BYTES + 1];

    hex_write(secret_key_public(key)->b, KEY_BYTES, hex);
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

static bool network_find(const struct session *session, const char **network, struct err *err)
{
    struct roster *roster;

    if (*network)
        return true;
    if (!session_roster(session, &roster, err))
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
    struct public_key key;

    if (!o->analyst || !o->organisation || !o->session.key || !o->n_roles)
        return err_set(err, ERR_INVALID,
                       "sign takes --analyst, --organisation, --key (the analyst's public key) and "
                       "--role");
    terms.key = &key;
    return public_key_read(o->session.key, &key, err) &&
           network_find(session, &terms.network, err) &&
           certificate_print(&terms, organisation_path(o, session->arena), session->arena, err);
}

/* ---- the command ----------------------------------------------------------------------------- */

static bool keys_run(const struct options *o, const char *verb, struct err *err)
{
    struct session session;
    const char *path;
    bool ok;

    if (!session_open(&o->session, &session, err))
        return false;
    path = strcmp(verb, "organisation new") == 0 ? organisation_path(o, session.arena)
                                                 : session.key_path;
    if (strcmp(verb, "sign") == 0)
        ok = sign(o, &session, err);
    else if (!path)
        ok = err_set(err, ERR_INVALID, "name --key FILE");
    else
        ok = strcmp(verb, "show") == 0 ? key_show(path, err) : key_make(path, session.arena, err);
    session_close(&session);
    return ok;
}

static bool option_take(struct options *o, int c, struct err *err)
{
    enum output_form form = OUTPUT_AUTO;

    switch (c) {
    case 'h':
        return o->helped = true;
    case 'O':
        o->organisation_key = optarg;
        return true;
    case 'a':
        o->analyst = optarg;
        return true;
    case 'o':
        o->organisation = optarg;
        return true;
    case 'n':
        o->network = optarg;
        return true;
    case 'D':
        return option_number("--days", optarg, 1, CERTIFICATE_DAYS_MAX, &o->days, err);
    case OUTPUT_OPT_ROLE:
        if (o->n_roles == CERTIFICATE_ROLES_MAX)
            return err_set(err, ERR_INVALID, "at most %d roles", CERTIFICATE_ROLES_MAX);
        o->role[o->n_roles++] = optarg;
        return true;
    default:
        return output_option(c, &form, &o->session) ||
               err_set(err, ERR_INVALID, "`rikstal keys --help` tells the options");
    }
}

static bool options_read(int argc, char **argv, struct options *o, struct err *err)
{
    static const struct option known[] = {{"organisation-key", required_argument, NULL, 'O'},
                                          {"analyst", required_argument, NULL, 'a'},
                                          {"organisation", required_argument, NULL, 'o'},
                                          {"network", required_argument, NULL, 'n'},
                                          {"days", required_argument, NULL, 'D'},
                                          {"help", no_argument, NULL, 'h'},
                                          OUTPUT_SESSION_OPTIONS,
                                          {0}};
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1)
        if (!option_take(o, c, err))
            return false;
    return true;
}

/* The words behind the options as one verb; NULL when there is none such. */
static const char *verb_of(int n, char **word)
{
    if (n == 1 && (strcmp(word[0], "new") == 0 || strcmp(word[0], "show") == 0 ||
                   strcmp(word[0], "sign") == 0))
        return word[0];
    if (n == 2 && strcmp(word[0], "organisation") == 0 && strcmp(word[1], "new") == 0)
        return "organisation new";
    return n == 2 && strcmp(word[0], "organisation") == 0 && strcmp(word[1], "sign") == 0 ? word[1]
                                                                                          : NULL;
}

int keys_command(int argc, char **argv)
{
    struct options options = {.days = CERTIFICATE_DAYS_MAX};
    const char *verb;
    struct err err;

    if (!options_read(argc, argv, &options, &err))
        return cli_failed("keys", &err);
    if (options.helped) {
        fputs(help, stdout);
        return EXIT_OK;
    }
    verb = verb_of(argc - optind, argv + optind);
    if (!verb) {
        err_set(&err, ERR_INVALID,
                "say `rikstal keys new`, `show`, `sign` or `organisation new`; --help tells more");
        return cli_failed("keys", &err);
    }
    return keys_run(&options, verb, &err) ? EXIT_OK : cli_failed("keys", &err);
}
