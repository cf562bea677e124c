#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/cli/cli.h"
#include "coordinator/cli/http.h"
#include "coordinator/cli/output.h"
#include "coordinator/plan/measure.h"
#include "proto/base/arena.h"
#include "proto/base/json.h"

#define TIMEOUT_MS 10000

static const char help[] =
    "Usage: rikstal budget [--organisation O] [OPTION...]\n"
    "\n"
    "What each region last said is left of your organisation's privacy budget, in points, and\n"
    "when it said so. A mirror for your planning: each region's own ledger decides.\n"
    "\n"
    "  --organisation O   (default: the configuration's, or that of your "
    "key)\n" OUTPUT_SESSION_HELP;

/* The organisation that the key belongs to. */
static bool organisation_find(const struct session *session, const char **out, struct err *err)
{
    struct session_speaker speaker;
    struct secret_key *key;
    struct roster *roster;
    bool known;

    if (!session->key_path)
        return err_set(err, ERR_INVALID, "name --organisation");
    if (!secret_key_read(session->key_path, &key, err))
        return false;
    known = session_roster(session, &roster, err);
    if (known) {
        known = session_speaker(session, roster, key, &speaker, err);
        *out = known ? arena_strdup(session->arena, speaker.analyst->organisation) : NULL;
        known = known && (*out || err_set(err, ERR_INTERNAL, "no memory"));
        roster_free(roster);
    }
    secret_key_free(key);
    return known;
}

static void budget_print(const cJSON *root)
{
    const cJSON *node;

    printf("node\tpoints_left\tsaid\n");
    cJSON_ArrayForEach(node, json_array(root, "nodes"))
    {
        const char *id = json_text(node, "node");
        const char *said = json_text(node, "said");
        int64_t left = 0;

        if (id && said && json_int(node, "left_nrho", &left))
            printf("%s\t%.2f\t%s\n", id, (double)left / (double)NRHO_PER_POINT, said);
    }
}

static bool budget_run(const struct session_options *options, const char *organisation,
                       struct err *err)
{
    struct http_call call = {.method = "GET", .timeout_ms = TIMEOUT_MS};
    struct session session;
    cJSON *root = NULL;
    char code[48];
    long status;
    bool ok;

    if (!session_open(options, &session, err))
        return false;
    organisation = organisation ? organisation : session.organisation;
    ok = organisation || organisation_find(&session, &organisation, err);
    call.base = session.coordinator;
    call.path =
        ok ? arena_printf(session.arena, "/api/v1/budget?organisation=%s", organisation) : NULL;
    ok = ok && (call.path || err_set(err, ERR_INTERNAL, "no memory")) &&
         http_run(&call, &root, &status, code, err);
    if (ok)
        budget_print(root);
    cJSON_Delete(root);
    session_close(&session);
    return ok;
}

int budget_command(int argc, char **argv)
{
    static const struct option known[] = {{"organisation", required_argument, NULL, 'o'},
                                          {"help", no_argument, NULL, 'h'},
                                          OUTPUT_SESSION_OPTIONS,
                                          {0}};
    struct session_options session = {0};
    enum output_form form = OUTPUT_AUTO;
    const char *organisation = NULL;
    struct err err;
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (c == 'h') {
            fputs(help, stdout);
            return EXIT_OK;
        }
        if (c == 'o') {
            organisation = optarg;
        } else if (!output_option(c, &form, &session)) {
            err_set(&err, ERR_INVALID, "`rikstal budget --help` tells the options");
            return cli_failed("budget", &err);
        }
    }
    return budget_run(&session, organisation, &err) ? EXIT_OK : cli_failed("budget", &err);
}
