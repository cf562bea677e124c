/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/output.h"
#include "proto/base/arguments.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/trust/calendar.h"
#include "proto/trust/roster.h"

static const struct option_spec specs[] = {
    OUTPUT_JSON_SPEC(struct output_chosen, "one JSON object (schemas/releases.json)"),
    OUTPUT_FORM(struct output_chosen, "tsv", OUTPUT_TSV, "tab-separated values (default)"),
    OUTPUT_CONFIG_SPEC(struct output_chosen),
    OUTPUT_COORDINATOR_SPEC(struct output_chosen),
    OUTPUT_KEY_SPEC(struct output_chosen),
    OUTPUT_ROOTS_SPEC(struct output_chosen),
};

static const struct option_words words[] = {{0}};

const struct option_table releases_table = {
    .command = "rikstal releases",
    .about = "The calendar of national releases, from the roster that the root keys have signed. "
             "At the\n"
             "time when a release opens every region pins its newest data, and until the release "
             "closes\n"
             "questions about it are answered from them: a figure stays the same, and a repeat is\n"
             "free. A wrong release is replaced by one with a letter more (2026-11b), and is "
             "charged\n"
             "anew. `rikstal ask` takes the newest that is open for its purpose; `--release` names "
             "another.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
};

static const char *state_of(const struct roster *roster, const Rikstal__V1__RosterRelease *release)
{
    return calendar_state_word(calendar_state(roster, release, clock_wall_s()));
}

static void table_print(const struct roster *roster)
{
    const Rikstal__V1__Roster *m = roster_message(roster);
    char opens[CLOCK_TEXT_BYTES], closes[CLOCK_TEXT_BYTES];

    printf("release\tstate\topens\tcloses\tpurpose\n");
    for (size_t i = 0; i < m->n_releases; i++) {
        clock_text(m->releases[i]->opens, opens);
        clock_text(m->releases[i]->closes, closes);
        printf("%s\t%s\t%s\t%s\t%s\n", m->releases[i]->name, state_of(roster, m->releases[i]),
               opens, closes, m->releases[i]->purpose);
    }
    if (m->n_releases == 0)
        fprintf(stderr, "this network has no calendar: questions are about what each region "
                        "published last\n");
}

static cJSON *json_of(const struct roster *roster)
{
    const Rikstal__V1__Roster *m = roster_message(roster);
    cJSON *root = cJSON_CreateObject(), *list;
    bool ok = root != NULL;
    char when[CLOCK_TEXT_BYTES];

    json_put_int(root, "schema_version", 1, &ok);
    json_put_int(root, "roster_version", (int64_t)m->version, &ok);
    list = json_put(root, "releases", cJSON_CreateArray(), &ok);
    for (size_t i = 0; ok && i < m->n_releases; i++) {
        cJSON *one = cJSON_CreateObject();

        json_put_text(one, "release", m->releases[i]->name, &ok);
        json_put_text(one, "state", state_of(roster, m->releases[i]), &ok);
        clock_text(m->releases[i]->opens, when);
        json_put_text(one, "opens", when, &ok);
        clock_text(m->releases[i]->closes, when);
        json_put_text(one, "closes", when, &ok);
        json_put_text(one, "purpose", m->releases[i]->purpose, &ok);
        cJSON_AddItemToArray(list, one);
    }
    if (ok)
        return root;
    cJSON_Delete(root);
    return NULL;
}

static bool releases_run(const struct output_chosen *chosen, struct err *err)
{
    struct roster *roster = NULL;
    struct session session;
    bool ok;

    if (!session_open(&chosen->session, &session, err))
        return false;
    ok = session_roster(&session, &roster, err);
    if (ok && chosen->form == OUTPUT_JSON) {
        cJSON *root = json_of(roster);

        ok = json_print(root, stdout, err);
        cJSON_Delete(root);
    } else if (ok) {
        table_print(roster);
    }
    roster_free(roster);
    session_close(&session);
    return ok;
}

int releases_command(int argc, char **argv)
{
    struct output_chosen chosen = {0};
    struct arguments arguments;
    struct err err;
    int code;

    if (!arguments_read(&releases_table, argc, argv, &chosen, &arguments, &code))
        return code;
    return releases_run(&chosen, &err) ? EXIT_OK : arguments_failed(&releases_table, &err);
}
