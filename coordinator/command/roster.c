/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/command/command.h"
#include "coordinator/command/draft.h"
#include "coordinator/command/permits.h"
#include "coordinator/command/witnesses.h"
#include "coordinator/report/put.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/command.h"
#include "proto/base/file.h"
#include "proto/base/json.h"

#define ROLES_MAX 8
#define DAYS_DEFAULT 365
#define DAYS_MAX 3650

static const char help[] =
    "Usage: rikstal-coordinator roster VERB --dir C [OPTION...]\n"
    "\n"
    "The roster says who belongs to the network, with which key. Each change raises its version,\n"
    "is signed by the root keys, and is sent to all nodes by the running coordinator.\n"
    "\n"
    "  show [--json]                      what holds now\n"
    "  add-organisation --id O --name N [--key FILE --role R [--role R]]\n"
    "                                     an organisation that may ask. With FILE, the public key\n"
    "                                     of its officer (`rikstal keys organisation new`), it "
    "may\n"
    "                                     itself certify analysts, in these roles alone. Again\n"
    "                                     with the same id: new name, roles, or a first key\n"
    "  rotate organisation O --key FILE [--overlap D]\n"
    "                                     another key in the place of the one it has, which holds\n"
    "                                     for D more days (0 to 7, default: 7; 0: ends at once);\n"
    "                                     the one before that ends now. Of a stolen key: `revoke\n"
    "                                     key`, which no overlap outlasts\n"
    "  add-analyst --id A --organisation O --key FILE --role R [--role R] [--days D]\n"
    "                                     a person who may ask; FILE is the analyst's public key\n"
    "                                     (`rikstal keys show`); roles are those of the nodes'\n"
    "                                     policies; ends after D days (default: 365). Again with\n"
    "                                     the same id: new key (the old one ends at once), roles\n"
    "                                     or end\n"
    "  add-permit --id P --organisation O --until DAY [--from DAY] [--points X]\n"
    "                                     a data permit or ethics approval, by which O may ask\n"
    "                                     (`rikstal ask --permit P`) on these days, YYYY-MM-DD,\n"
    "                                     the first and the last (UTC; default: from today). With\n"
    "                                     X it has so many points at each node, if the node's\n"
    "                                     policy gives not fewer (0: what the policy gives).\n"
    "                                     Again with the same id: new days or points\n"
    "  remove-permit P                    at once: no question is answered under it\n"
    "  revoke node|analyst|organisation ID\n"
    "                                     at once: the member goes, its key is nobody's; an\n"
    "                                     organisation with its analysts and permits\n"
    "  revoke key HEX                     at once: any key, also one in its overlap, or that of a\n"
    "                                     certificate, as `rikstal keys show` prints it\n"
    "  policy-key national|NODE FILE|none\n"
    "                                     the public key whose signature every policy needs, or\n"
    "                                     that of the data-protection officer of this node's\n"
    "                                     region (`rikstal keys new`). A node whose policy is not\n"
    "                                     signed by both declines everything from then on: first\n"
    "                                     `rikstal-node policy sign` and `install`, then this\n"
    "  witnesses on|off                   every node's log is witnessed by the coordinator and\n"
    "                                     four other nodes, and it answers only what four of\n"
    "                                     these five have cosigned. On by itself from the sixth\n"
    "                                     node; what is said here is remembered. It takes four\n"
    "                                     nodes at least\n"
    "  sign                               add root signatures to a draft that waits for them\n"
    "                                     (C/roster.draft); until then no other change is taken.\n"
    "                                     To give it up remove the file\n"
    "\n"
    "  --dir C         the coordinator's folder\n"
    "  --root-dir R    where the root keys are (default: C.root); may be repeated\n"
    "\n"
    "Exit codes: 0 ok, also when a draft waits for more signatures; 1 failure; 2 usage, or\n"
    "nothing of that name; 4 refused.\n";

struct options {
    const char *dir;
    const char *id;
    const char *name;
    const char *organisation;
    const char *key;
    const char *from;
    const char *until;
    const char *points;
    const char *role[ROLES_MAX];
    size_t n_roles;
    long days;
    long overlap; /* days */
    bool json;
    bool helped;
    struct root_dirs roots;
    char root[PATH_MAX];
    size_t n_words;
    const char *word[2]; /* behind the verb */
};

static bool option_take(struct options *o, int c, struct err *err)
{
    switch (c) {
    case 'd':
        o->dir = optarg;
        return true;
    case 'r':
        if (o->roots.n == DRAFT_ROOT_DIRS_MAX)
            return err_set(err, ERR_INVALID, "at most %d root folders", DRAFT_ROOT_DIRS_MAX);
        o->roots.dir[o->roots.n++] = optarg;
        return true;
    case 'i':
        o->id = optarg;
        return true;
    case 'n':
        o->name = optarg;
        return true;
    case 'o':
        o->organisation = optarg;
        return true;
    case 'k':
        o->key = optarg;
        return true;
    case 'f':
        o->from = optarg;
        return true;
    case 'u':
        o->until = optarg;
        return true;
    case 'p':
        o->points = optarg;
        return true;
    case 'R':
        if (o->n_roles == ROLES_MAX)
            return err_set(err, ERR_INVALID, "at most %d roles", ROLES_MAX);
        o->role[o->n_roles++] = optarg;
        return true;
    case 'D':
        return option_number("--days", optarg, 1, DAYS_MAX, &o->days, err);
    case 'O':
        return option_number("--overlap", optarg, 0, DRAFT_ROTATION_DAYS, &o->overlap, err);
    case 'j':
        return o->json = true;
    case 'h':
        return o->helped = true;
    default:
        return err_set(err, ERR_INVALID, "`rikstal-coordinator roster --help` tells the options");
    }
}

static bool options_read(int argc, char **argv, struct options *o, struct err *err)
{
    static const struct option known[] = {{"dir", required_argument, NULL, 'd'},
                                          {"root-dir", required_argument, NULL, 'r'},
                                          {"id", required_argument, NULL, 'i'},
                                          {"name", required_argument, NULL, 'n'},
                                          {"organisation", required_argument, NULL, 'o'},
                                          {"key", required_argument, NULL, 'k'},
                                          {"role", required_argument, NULL, 'R'},
                                          {"from", required_argument, NULL, 'f'},
                                          {"until", required_argument, NULL, 'u'},
                                          {"points", required_argument, NULL, 'p'},
                                          {"days", required_argument, NULL, 'D'},
                                          {"overlap", required_argument, NULL, 'O'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1)
        if (!option_take(o, c, err))
            return false;
    if (o->helped)
        return true;
    for (; optind < argc && o->n_words < 2; optind++)
        o->word[o->n_words++] = argv[optind];
    if (!o->dir || optind != argc)
        return err_set(err, ERR_INVALID, "give a verb and --dir");
    if (o->roots.n)
        return true;
    o->roots.dir[o->roots.n++] = o->root;
    return command_root_dir(o->dir, o->root, err);
}

/* ---- show ------------------------------------------------------------------------------------ */

static void key_text(const ProtobufCBinaryData *key, char text[static 2 * KEY_BYTES + 1])
{
    text[0] = 0;
    if (key->len == KEY_BYTES)
        hex_write(key->data, KEY_BYTES, text);
}

/* Of a rotation, until its time is over. */
static void show_previous(const ProtobufCBinaryData *key, int64_t until)
{
    char text[2 * KEY_BYTES + 1], when[CLOCK_TEXT_BYTES];

    key_text(key, text);
    clock_text(until, when);
    if (*text && clock_wall_s() <= until)
        printf(", until %s also %.16s…", when, text);
}

static void previous_json(cJSON *one, const ProtobufCBinaryData *key, int64_t until, bool *ok)
{
    char text[2 * KEY_BYTES + 1], when[CLOCK_TEXT_BYTES];

    key_text(key, text);
    if (!*text)
        return;
    clock_text(until, when);
    json_put_text(one, "previous_key", text, ok);
    json_put_text(one, "previous_until", when, ok);
}

/* A column of so many characters, not bytes: names have å, ä and ö. */
static void print_padded(const char *text, int width)
{
    struct bytes column = {0};

    put_padded(&column, text, width);
    fwrite(column.data, 1, column.size, stdout);
    bytes_clear(&column);
}

static void show_node(const Rikstal__V1__RosterNode *node)
{
    char text[2 * KEY_BYTES + 1];

    key_text(&node->key, text);
    printf("node          %-12s ", node->node);
    print_padded(node->name, 24);
    printf(" %.16s…", text);
    show_previous(&node->previous_key, node->previous_until);
    printf("\n");
}

static void show_organisation(const Rikstal__V1__RosterOrganisation *organisation)
{
    char text[2 * KEY_BYTES + 1];

    printf("organisation  ");
    print_padded(organisation->id, 12);
    printf(" %s", organisation->name);
    key_text(&organisation->key, text);
    if (*text)
        printf(", %.16s…, may certify:", text);
    for (size_t r = 0; *text && r < organisation->n_roles; r++)
        printf(" %s", organisation->roles[r]);
    show_previous(&organisation->previous_key, organisation->previous_until);
    printf("\n");
}

static void show_policy_keys(const Rikstal__V1__Roster *roster)
{
    char text[2 * KEY_BYTES + 1];

    key_text(&roster->policy_key, text);
    if (*text)
        printf("policy key    %-12s %.16s…, signs every policy\n", "national", text);
    for (size_t i = 0; i < roster->n_nodes; i++) {
        key_text(&roster->nodes[i]->policy_key, text);
        if (*text)
            printf("policy key    %-12s %.16s…\n", roster->nodes[i]->node, text);
    }
}

static void show_text(const Rikstal__V1__Roster *roster)
{
    char text[2 * KEY_BYTES + 1], when[CLOCK_TEXT_BYTES];

    clock_text(roster->issued, when);
    printf("network %s, version %llu of %s, sum mode from %u participants\n", roster->network,
           (unsigned long long)roster->version, when, roster->participants_min);
    for (size_t i = 0; i < roster->n_nodes; i++)
        show_node(roster->nodes[i]);
    for (size_t i = 0; i < roster->n_organisations; i++)
        show_organisation(roster->organisations[i]);
    for (size_t i = 0; i < roster->n_analysts; i++) {
        const Rikstal__V1__RosterAnalyst *analyst = roster->analysts[i];

        key_text(&analyst->key, text);
        clock_text(analyst->not_after, when);
        printf("analyst       ");
        print_padded(analyst->id, 12);
        printf(" of %s, until %.10s, %.16s…, roles:", analyst->organisation, when, text);
        for (size_t r = 0; r < analyst->n_roles; r++)
            printf(" %s", analyst->roles[r]);
        printf("\n");
    }
    permits_show(roster);
    show_policy_keys(roster);
    witnesses_show(roster);
    printf("revoked keys  %zu\n", roster->n_revoked_keys);
}

static cJSON *nodes_json(const Rikstal__V1__Roster *roster, bool *ok)
{
    cJSON *list = cJSON_CreateArray();
    char text[2 * KEY_BYTES + 1];

    for (size_t i = 0; i < roster->n_nodes; i++) {
        cJSON *one = cJSON_CreateObject();

        key_text(&roster->nodes[i]->key, text);
        json_put_text(one, "node", roster->nodes[i]->node, ok);
        json_put_text(one, "name", roster->nodes[i]->name, ok);
        json_put_text(one, "key", text, ok);
        previous_json(one, &roster->nodes[i]->previous_key, roster->nodes[i]->previous_until, ok);
        key_text(&roster->nodes[i]->policy_key, text);
        json_put_text(one, "policy_key", text, ok);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

/* cJSON takes no list at all for a failure. */
static cJSON *roles_json(char *const *roles, size_t n)
{
    return n ? cJSON_CreateStringArray((const char *const *)roles, (int)n) : cJSON_CreateArray();
}

static cJSON *organisations_json(const Rikstal__V1__Roster *roster, bool *ok)
{
    cJSON *list = cJSON_CreateArray();
    char text[2 * KEY_BYTES + 1];

    for (size_t i = 0; i < roster->n_organisations; i++) {
        const Rikstal__V1__RosterOrganisation *organisation = roster->organisations[i];
        cJSON *one = cJSON_CreateObject();
        cJSON *roles = roles_json(organisation->roles, organisation->n_roles);

        key_text(&organisation->key, text);
        json_put_text(one, "id", organisation->id, ok);
        json_put_text(one, "name", organisation->name, ok);
        json_put_text(one, "key", text, ok);
        previous_json(one, &organisation->previous_key, organisation->previous_until, ok);
        json_put(one, "roles", roles, ok);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

static cJSON *analysts_json(const Rikstal__V1__Roster *roster, bool *ok)
{
    cJSON *list = cJSON_CreateArray();
    char text[2 * KEY_BYTES + 1], when[CLOCK_TEXT_BYTES];

    for (size_t i = 0; i < roster->n_analysts; i++) {
        const Rikstal__V1__RosterAnalyst *analyst = roster->analysts[i];
        cJSON *one = cJSON_CreateObject();
        cJSON *roles = roles_json(analyst->roles, analyst->n_roles);

        key_text(&analyst->key, text);
        clock_text(analyst->not_after, when);
        json_put_text(one, "id", analyst->id, ok);
        json_put_text(one, "organisation", analyst->organisation, ok);
        json_put_text(one, "key", text, ok);
        json_put_text(one, "not_after", when, ok);
        json_put(one, "roles", roles, ok);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

static bool show_json(const Rikstal__V1__Roster *roster, struct err *err)
{
    cJSON *root = cJSON_CreateObject();
    char key[2 * KEY_BYTES + 1];
    bool ok = true;

    json_put_int(root, "schema_version", 1, &ok);
    json_put_text(root, "network", roster->network, &ok);
    json_put_int(root, "version", (int64_t)roster->version, &ok);
    json_put_int(root, "participants_min", roster->participants_min, &ok);
    key_text(&roster->policy_key, key);
    json_put_text(root, "policy_key", key, &ok);
    json_put(root, "nodes", nodes_json(roster, &ok), &ok);
    json_put(root, "organisations", organisations_json(roster, &ok), &ok);
    json_put(root, "analysts", analysts_json(roster, &ok), &ok);
    json_put(root, "permits", permits_list(roster, &ok), &ok);
    witnesses_json(roster, root, &ok);
    json_put_int(root, "revoked_keys", (int64_t)roster->n_revoked_keys, &ok);
    ok = json_print(ok ? root : NULL, stdout, err);
    cJSON_Delete(root);
    return ok;
}

/* ---- changes --------------------------------------------------------------------------------- */

static bool organisation_add(struct draft *draft, const struct options *o, struct err *err)
{
    struct draft_organisation organisation = {
        .id = o->id, .name = o->name, .roles = o->role, .n_roles = o->n_roles};
    struct public_key key;

    if (!o->id || !o->name)
        return err_set(err, ERR_INVALID, "add-organisation takes --id and --name");
    if (o->key && o->n_roles == 0)
        return err_set(err, ERR_INVALID,
                       "say with --role which roles the organisation may give; without any its "
                       "certificates would hold nothing");
    if (o->key && !public_key_read(o->key, &key, err))
        return false;
    organisation.key = o->key ? &key : NULL;
    return draft_put_organisation(draft, &organisation, err);
}

static bool analyst_add(struct draft *draft, const struct options *o, struct err *err)
{
    struct draft_analyst analyst = {
        .id = o->id, .organisation = o->organisation, .roles = o->role, .n_roles = o->n_roles};
    struct public_key key;

    if (!o->id || !o->organisation || !o->key || !o->n_roles)
        return err_set(err, ERR_INVALID,
                       "add-analyst takes --id, --organisation, --key and --role");
    if (!public_key_read(o->key, &key, err))
        return false;
    analyst.key = &key;
    analyst.not_after = clock_wall_s() + (int64_t)o->days * 86400;
    return draft_put_analyst(draft, &analyst, err);
}

static bool permit_add(struct draft *draft, const struct options *o, struct err *err)
{
    struct permit_words words = {.id = o->id,
                                 .organisation = o->organisation,
                                 .from = o->from,
                                 .until = o->until,
                                 .points = o->points};

    return permits_add(draft, &words, err);
}

static bool permit_remove(struct draft *draft, const struct options *o, struct err *err)
{
    if (o->n_words != 1)
        return err_set(err, ERR_INVALID, "remove-permit takes a permit's id");
    return draft_remove_permit(draft, o->word[0], err);
}

/* An organisation alone: a node rotates by `enrol --replace`, an analyst by `add-analyst`. */
static bool rotate(struct draft *draft, const struct options *o, struct err *err)
{
    const Rikstal__V1__Roster *roster = draft_roster(draft);
    struct draft_organisation to = {.rotate = true};
    struct public_key key;

    if (o->n_words != 2 || strcmp(o->word[0], "organisation") != 0 || !o->key)
        return err_set(err, ERR_INVALID, "rotate takes organisation, its id and --key");
    if (!public_key_read(o->key, &key, err))
        return false;
    to.key = &key;
    if (o->overlap)
        to.previous_until = clock_wall_s() + (int64_t)o->overlap * 86400;
    for (size_t i = 0; i < roster->n_organisations; i++)
        if (strcmp(roster->organisations[i]->id, o->word[1]) == 0 &&
            roster->organisations[i]->key.len) {
            to.id = roster->organisations[i]->id;
            to.name = roster->organisations[i]->name;
        }
    if (!to.id)
        return err_set(err, ERR_INVALID, "no organisation %s with a key in the roster", o->word[1]);
    return draft_put_organisation(draft, &to, err);
}

static bool revoke(struct draft *draft, const struct options *o, struct err *err)
{
    const char *kind = o->n_words > 0 ? o->word[0] : "";

    if (o->n_words != 2 || (strcmp(kind, "node") != 0 && strcmp(kind, "analyst") != 0 &&
                            strcmp(kind, "organisation") != 0 && strcmp(kind, "key") != 0))
        return err_set(err, ERR_INVALID,
                       "revoke takes node, analyst or organisation and an id, or key and its hex");
    return draft_revoke(draft, kind, o->word[1], err) && witnesses_keep(draft, err);
}

static bool witnesses(struct draft *draft, const struct options *o, struct err *err)
{
    bool on = o->n_words == 1 && strcmp(o->word[0], "on") == 0;

    if (!on && (o->n_words != 1 || strcmp(o->word[0], "off") != 0))
        return err_set(err, ERR_INVALID, "witnesses takes on or off");
    return witnesses_choose(draft, on, err);
}

static bool policy_key(struct draft *draft, const struct options *o, struct err *err)
{
    bool none = o->n_words == 2 && strcmp(o->word[1], "none") == 0;
    const char *node = o->n_words == 2 && strcmp(o->word[0], "national") != 0 ? o->word[0] : NULL;
    struct public_key key;

    if (o->n_words != 2)
        return err_set(err, ERR_INVALID,
                       "policy-key takes national or a node, and a public key's file or none");
    if (!none && !public_key_read(o->word[1], &key, err))
        return false;
    return draft_set_policy_key(draft, node, none ? NULL : &key, err);
}

static void missing_tell(uint32_t missing)
{
    if (missing)
        fprintf(stderr,
                "%u more root signatures are needed; the draft waits in roster.draft for "
                "`roster sign --root-dir …`\n",
                missing);
}

static bool change(const char *verb, const struct options *o, struct err *err)
{
    uint32_t missing = 0;
    struct draft *draft;
    bool ok;

    if (!draft_open(o->dir, &draft, err))
        return false;
    if (strcmp(verb, "show") == 0) {
        ok = !o->json || show_json(draft_roster(draft), err);
        if (!o->json)
            show_text(draft_roster(draft));
    } else if (strcmp(verb, "add-organisation") == 0) {
        ok = organisation_add(draft, o, err);
    } else if (strcmp(verb, "add-analyst") == 0) {
        ok = analyst_add(draft, o, err);
    } else if (strcmp(verb, "add-permit") == 0) {
        ok = permit_add(draft, o, err);
    } else if (strcmp(verb, "remove-permit") == 0) {
        ok = permit_remove(draft, o, err);
    } else if (strcmp(verb, "rotate") == 0) {
        ok = rotate(draft, o, err);
    } else if (strcmp(verb, "witnesses") == 0) {
        ok = witnesses(draft, o, err);
    } else if (strcmp(verb, "policy-key") == 0) {
        ok = policy_key(draft, o, err);
    } else if (strcmp(verb, "revoke") == 0) {
        ok = revoke(draft, o, err);
    } else {
        ok = err_set(err, ERR_INVALID, "no verb \"%s\"; `roster --help` lists them", verb);
    }
    if (ok && draft_changed(draft))
        ok = draft_sign(draft, &o->roots, &missing, err);
    if (ok)
        missing_tell(missing);
    draft_close(draft);
    return ok;
}

int roster_command(int argc, char **argv)
{
    struct options options = {.days = DAYS_DEFAULT, .overlap = DRAFT_ROTATION_DAYS};
    const char *verb = argc > 1 ? argv[1] : "--help";
    uint32_t missing = 0;
    struct err err;
    bool ok;

    if (verb[0] == '-') {
        fputs(help, strcmp(verb, "--help") == 0 && argc > 1 ? stdout : stderr);
        return argc > 1 && strcmp(verb, "--help") == 0 ? EXIT_OK : EXIT_USAGE;
    }
    if (!options_read(argc - 1, argv + 1, &options, &err))
        return command_failed("roster", &err);
    if (options.helped) {
        fputs(help, stdout);
        return EXIT_OK;
    }
    if (strcmp(verb, "sign") == 0) {
        ok = draft_cosign(options.dir, &options.roots, &missing, &err);
        if (ok)
            missing_tell(missing);
    } else {
        ok = change(verb, &options, &err);
    }
    return ok ? EXIT_OK : command_failed("roster", &err);
}
