/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/command/commands.h"
#include "coordinator/command/draft.h"
#include "coordinator/command/folder.h"
#include "coordinator/command/permits.h"
#include "coordinator/command/releases.h"
#include "coordinator/command/witnesses.h"
#include "coordinator/report/put.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/json.h"
#include "proto/trust/role.h"

#define ROLES_MAX 8
#define DAYS_DEFAULT 365
#define DAYS_MAX 3650

struct options {
    const char *dir;
    const char *id;
    const char *name;
    const char *organisation;
    const char *key;
    const char *from;
    const char *until;
    const char *points;
    const char *purpose;
    const char *every;
    long grace; /* in days */
    const char *role[ROLES_MAX];
    size_t n_roles;
    long days;
    long overlap; /* in days */
    bool json;
    struct root_dirs roots;
    char root[PATH_MAX];
    struct arguments rest; /* the words after the verb */
};

#define AT(member) .at = offsetof(struct options, member)

enum {
    SHOW,
    ADD_ORGANISATION,
    ROTATE,
    ADD_ANALYST,
    ADD_PERMIT,
    REMOVE_PERMIT,
    ADD_CALENDAR,
    ADD_RELEASE,
    REMOVE_RELEASE,
    REVOKE,
    POLICY_KEY,
    CONTACT,
    WITNESSES,
    SIGN
};

static const struct option_words words[] = {
    [SHOW] = {"show", NULL, NULL, 0, 0, "what holds now"},
    [ADD_ORGANISATION] =
        {"add-organisation", NULL, NULL, 0, 0,
         "an organisation that may ask. With --key, the public key of its officer (`rikstal keys "
         "organisation new`), it may itself certify analysts, in the roles of --role alone. Again "
         "with the same id: new name, roles, or a first key"},
    [ROTATE] = {"rotate", "organisation O", "organisation and its id", 2, 2,
                "another key in the place of the one it has, which holds for --overlap more days; "
                "the one before that ends now. Of a stolen key: `revoke key`, which no overlap "
                "outlasts"},
    [ADD_ANALYST] =
        {"add-analyst", NULL, NULL, 0, 0,
         "a person who may ask; --key is the analyst's public key (`rikstal keys show`); roles are "
         "those of the nodes' policies. Again with the same id: new key (the old one ends at "
         "once), roles or end"},
    [ADD_PERMIT] =
        {"add-permit", NULL, NULL, 0, 0,
         "a data permit or ethics approval, by which an organisation may ask (`rikstal ask "
         "--permit P`) from one day to another. Again with the same id: new days or points"},
    [REMOVE_PERMIT] = {"remove-permit", "P", "a permit's id", 1, 1,
                       "at once: no question is answered under it"},
    [ADD_CALENDAR] =
        {"add-calendar", "YEAR", "a year", 1, 1,
         "the national releases of a year, one a month or as --every says, which each node pins "
         "when they open. From the first one on, questions are about a release"},
    [ADD_RELEASE] =
        {"add-release", NULL, NULL, 0, 0,
         "one release: 2026-11, 2026-Q4 or 2026-W47; or 2026-11b, which replaces a wrong 2026-11 "
         "at once, at every node that pins it anew. Again with the same id: other days"},
    [REMOVE_RELEASE] = {"remove-release", "NAME", "a release's name", 1, 1,
                        "at once: no question about it is answered, and the nodes forget the pin"},
    [REVOKE] = {"revoke", "node|analyst|organisation|key ID",
                "node, analyst or organisation and an id, or key and its hex", 2, 2,
                "at once: the member goes, its key is nobody's; an organisation with its analysts "
                "and permits. Of a key: any, also one in its overlap, or that of a certificate, as "
                "`rikstal keys show` prints it"},
    [POLICY_KEY] =
        {"policy-key", "national|NODE FILE|none",
         "national or a node, and a public key's file or none", 2, 2,
         "the public key whose signature every policy needs, or that of the data-protection "
         "officer of this node's region (`rikstal keys new`). A node whose policy is not signed by "
         "both declines everything from then on: first `rikstal-node policy sign` and `install`, "
         "then this"},
    [CONTACT] = {"contact", "NODE ADDRESS|none", "a node and a mail address or none", 2, 2,
                 "where this region takes requests that go further than a figure; all see it"},
    [WITNESSES] =
        {"witnesses", "on|off", "on or off", 1, 1,
         "every node's log is witnessed by the coordinator and four other nodes, and it answers "
         "only what four of these five have cosigned. On by itself from the sixth node; what is "
         "said here is remembered. It takes four nodes at least"},
    [SIGN] = {"sign", NULL, NULL, 0, 0,
              "add root signatures to a draft that waits for them (C/roster.draft); until then no "
              "other change is taken. To give it up remove the file"},
};

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "C", "the coordinator's folder", AT(dir), .needed = OPTION_ALWAYS},
    {"root-dir", OPTION_PATHS, "R", "where the root keys are (default: C.root)", AT(roots.dir),
     .count_at = offsetof(struct options, roots.n), .most = DRAFT_ROOT_DIRS_MAX},
    {"id", OPTION_TEXT, "ID", "of the organisation, analyst, permit or release", AT(id),
     .verbs = "add-organisation add-analyst add-permit add-release",
     .needed = "add-organisation add-analyst add-permit add-release"},
    {"name", OPTION_TEXT, "N", "the organisation's name", AT(name), .verbs = "add-organisation",
     .needed = "add-organisation"},
    {"organisation", OPTION_TEXT, "O", "whose analyst or permit it is", AT(organisation),
     .verbs = "add-analyst add-permit", .needed = "add-analyst add-permit"},
    {"key", OPTION_PATH, "FILE", "a public key", AT(key),
     .verbs = "add-organisation rotate add-analyst", .needed = "rotate add-analyst"},
    {"role", OPTION_TEXTS, "R", "of the analyst, or of those whom the organisation certifies",
     AT(role), .count_at = offsetof(struct options, n_roles), .most = ROLES_MAX, .words = role_word,
     .verbs = "add-organisation add-analyst", .needed = "add-analyst"},
    {"days", OPTION_NUMBER, "D", "the analyst may ask so long (default: 365)", AT(days), .least = 1,
     .most = DAYS_MAX, .verbs = "add-analyst"},
    {"overlap", OPTION_NUMBER, "D",
     "the old key holds for so many more days (default: 7); with 0 it ends at once", AT(overlap),
     .least = 0, .most = DRAFT_ROTATION_DAYS, .verbs = "rotate"},
    {"until", OPTION_TEXT, "DAY", "the last day of the permit or release, YYYY-MM-DD (UTC)",
     AT(until), .verbs = "add-permit add-release", .needed = "add-permit"},
    {"from", OPTION_TEXT, "DAY",
     "its first day (default: today for a permit and for a release that replaces another, else the "
     "first day of the release's month, quarter or week)",
     AT(from), .verbs = "add-permit add-release"},
    {"grace", OPTION_NUMBER, "D",
     "a release stays open for so many days after its time (default: 7)", AT(grace), .least = 0,
     .most = 100, .verbs = "add-release add-calendar"},
    {"purpose", OPTION_TEXT, "P", "the only purpose of questions about the release (default: any)",
     AT(purpose), .verbs = "add-release add-calendar"},
    {"every", OPTION_WORD, "T", "a release each month, quarter or week (default: month)", AT(every),
     .words = releases_every, .verbs = "add-calendar"},
    {"points", OPTION_TEXT, "X",
     "so many points it has at each node, if the node's policy gives not fewer (0: what the policy "
     "gives)",
     AT(points), .verbs = "add-permit"},
    {"json", OPTION_FLAG, NULL, "one JSON object", AT(json), .verbs = "show"},
};

const struct option_table roster_table = {
    .command = "rikstal-coordinator roster",
    .about = "The roster says who belongs to the network, with which key. Each change raises its "
             "version,\n"
             "is signed by the root keys, and is sent to all nodes by the running coordinator.",
    .words = words,
    .n_words = sizeof(words) / sizeof(words[0]),
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 ok, also when a draft waits for more signatures; 1 failure; 2 usage, or\n"
             "nothing of that name; 4 refused.",
};

/* ---- show ------------------------------------------------------------------------------------ */

static void key_text(const ProtobufCBinaryData *key, char text[static 2 * KEY_BYTES + 1])
{
    text[0] = 0;
    if (key->len == KEY_BYTES)
        bytes_to_hex(key->data, KEY_BYTES, text);
}

/* Prints the previous key of a rotation, until its time is over. */
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

/* Pads to a width in characters, not bytes, because names have å, ä and ö. */
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
    printf("%s%s\n", *node->contact ? ", " : "", node->contact);
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
    releases_show(roster);
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
        json_put_text(one, "contact", roster->nodes[i]->contact, ok);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

/* cJSON treats a list that is NULL as a failure. */
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
    json_put(root, "releases", releases_list(roster, &ok), &ok);
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

    if (!public_key_read(o->key, &key, err))
        return false;
    analyst.key = &key;
    analyst.not_after = clock_wall_s() + (int64_t)o->days * 86400;
    return draft_put_analyst(draft, &analyst, err);
}

static bool permit_add(struct draft *draft, const struct options *o, struct err *err)
{
    struct permit_words permit = {.id = o->id,
                                  .organisation = o->organisation,
                                  .from = o->from,
                                  .until = o->until,
                                  .points = o->points};

    return permits_add(draft, &permit, err);
}

static bool permit_remove(struct draft *draft, const struct options *o, struct err *err)
{
    return draft_remove_permit(draft, o->rest.word[0], err);
}

static struct release_words release_words(const struct options *o, const char *name)
{
    return (struct release_words){name, o->from, o->until, o->purpose, o->every, o->grace};
}

static bool release_add(struct draft *draft, const struct options *o, struct err *err)
{
    struct release_words asked = release_words(o, o->id);

    return releases_add(draft, &asked, err);
}

static bool calendar_add(struct draft *draft, const struct options *o, struct err *err)
{
    struct release_words asked = release_words(o, o->rest.word[0]);

    return releases_add_year(draft, &asked, err);
}

static bool release_remove(struct draft *draft, const struct options *o, struct err *err)
{
    return draft_remove_release(draft, o->rest.word[0], err);
}

/* Only for an organisation: a node rotates by `enrol --replace`, an analyst by `add-analyst`. */
static bool rotate(struct draft *draft, const struct options *o, struct err *err)
{
    const Rikstal__V1__Roster *roster = draft_roster(draft);
    struct draft_organisation to = {.rotate = true};
    struct public_key key;

    if (strcmp(o->rest.word[0], "organisation") != 0)
        return err_set(err, ERR_INVALID, "rotate takes organisation, its id and --key");
    if (!public_key_read(o->key, &key, err))
        return false;
    to.key = &key;
    if (o->overlap)
        to.previous_until = clock_wall_s() + (int64_t)o->overlap * 86400;
    for (size_t i = 0; i < roster->n_organisations; i++)
        if (strcmp(roster->organisations[i]->id, o->rest.word[1]) == 0 &&
            roster->organisations[i]->key.len) {
            to.id = roster->organisations[i]->id;
            to.name = roster->organisations[i]->name;
        }
    if (!to.id)
        return err_set(err, ERR_INVALID, "no organisation %s with a key in the roster",
                       o->rest.word[1]);
    return draft_put_organisation(draft, &to, err);
}

static bool revoke(struct draft *draft, const struct options *o, struct err *err)
{
    const char *kind = o->rest.word[0];

    if ((strcmp(kind, "node") != 0 && strcmp(kind, "analyst") != 0 &&
         strcmp(kind, "organisation") != 0 && strcmp(kind, "key") != 0))
        return err_set(err, ERR_INVALID,
                       "revoke takes node, analyst or organisation and an id, or key and its hex");
    return draft_revoke(draft, kind, o->rest.word[1], err) && witnesses_keep(draft, err);
}

static bool witnesses(struct draft *draft, const struct options *o, struct err *err)
{
    bool on = strcmp(o->rest.word[0], "on") == 0;

    if (!on && strcmp(o->rest.word[0], "off") != 0)
        return err_set(err, ERR_INVALID, "witnesses takes on or off");
    return witnesses_choose(draft, on, err);
}

static bool policy_key(struct draft *draft, const struct options *o, struct err *err)
{
    bool none = strcmp(o->rest.word[1], "none") == 0;
    const char *node = strcmp(o->rest.word[0], "national") != 0 ? o->rest.word[0] : NULL;
    struct public_key key;

    if (!none && !public_key_read(o->rest.word[1], &key, err))
        return false;
    return draft_set_policy_key(draft, node, none ? NULL : &key, err);
}

static bool contact(struct draft *draft, const struct options *o, struct err *err)
{
    bool none = strcmp(o->rest.word[1], "none") == 0;

    return draft_set_contact(draft, o->rest.word[0], none ? "" : o->rest.word[1], err);
}

static void missing_tell(uint32_t missing)
{
    if (missing)
        fprintf(stderr,
                "%u more root signatures are needed; the draft waits in roster.draft for "
                "`roster sign --root-dir …`\n",
                missing);
}

static bool show(struct draft *draft, const struct options *o, struct err *err)
{
    if (o->json)
        return show_json(draft_roster(draft), err);
    show_text(draft_roster(draft));
    return true;
}

/* What each verb except `sign` does to a draft. */
static bool (*const acts[])(struct draft *, const struct options *, struct err *) = {
    [SHOW] = show,
    [ADD_ORGANISATION] = organisation_add,
    [ROTATE] = rotate,
    [ADD_ANALYST] = analyst_add,
    [ADD_PERMIT] = permit_add,
    [REMOVE_PERMIT] = permit_remove,
    [ADD_CALENDAR] = calendar_add,
    [ADD_RELEASE] = release_add,
    [REMOVE_RELEASE] = release_remove,
    [REVOKE] = revoke,
    [POLICY_KEY] = policy_key,
    [CONTACT] = contact,
    [WITNESSES] = witnesses,
};

static bool change(const struct options *o, struct err *err)
{
    uint32_t missing = 0;
    struct draft *draft;
    bool ok;

    if (!draft_open(o->dir, &draft, err))
        return false;
    ok = acts[o->rest.verb](draft, o, err);
    if (ok && draft_changed(draft))
        ok = draft_sign(draft, &o->roots, &missing, err);
    if (ok)
        missing_tell(missing);
    draft_close(draft);
    return ok;
}

static bool cosign(const struct options *o, struct err *err)
{
    uint32_t missing = 0;

    if (!draft_cosign(o->dir, &o->roots, &missing, err))
        return false;
    missing_tell(missing);
    return true;
}

int roster_command(int argc, char **argv)
{
    struct options options = {
        .days = DAYS_DEFAULT, .overlap = DRAFT_ROTATION_DAYS, .grace = RELEASES_GRACE_DAYS};
    struct err err;
    int code;
    bool ok = true;

    if (!arguments_read(&roster_table, argc, argv, &options, &options.rest, &code))
        return code;
    if (!options.roots.n) {
        options.roots.dir[options.roots.n++] = options.root;
        ok = folder_root_dir(options.dir, options.root, &err);
    }
    ok = ok && (options.rest.verb == SIGN ? cosign(&options, &err) : change(&options, &err));
    return ok ? EXIT_OK : arguments_failed(&roster_table, &err);
}
