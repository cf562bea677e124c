/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/command/witnesses.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/command/draft.h"
#include "coordinator/command/folder.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/base/json.h"
#include "proto/trust/keys.h"
#include "proto/trust/roster_witness.h"

#define NODES_EACH 4 /* nodes that witness a node's log, besides the coordinator */
#define CHOICE_FILE "witnesses"
#define CHOICE_BYTES_MAX 16

enum choice { CHOICE_NONE, CHOICE_ON, CHOICE_OFF };

/*
 * ---- the operator's choice --------------------------------------------------------------------
 */

static bool choice_read(struct draft *draft, enum choice *choice, struct err *err)
{
    char path[PATH_MAX];
    uint8_t *data;
    size_t size;

    *choice = CHOICE_NONE;
    if (!folder_path(draft_dir(draft), CHOICE_FILE, path, err))
        return false;
    if (!file_exists(path))
        return true;
    if (!file_read(path, CHOICE_BYTES_MAX, draft_arena(draft), &data, &size, err))
        return false;
    *choice = strcmp((const char *)data, "on\n") == 0    ? CHOICE_ON
              : strcmp((const char *)data, "off\n") == 0 ? CHOICE_OFF
                                                         : CHOICE_NONE;
    return *choice != CHOICE_NONE || err_set(err, ERR_INVALID, "%s says neither on nor off", path);
}

static bool choice_write(struct draft *draft, bool on, struct err *err)
{
    const char *text = on ? "on\n" : "off\n";
    char path[PATH_MAX];

    return folder_path(draft_dir(draft), CHOICE_FILE, path, err) &&
           file_write(path, text, strlen(text), 0644, err);
}

/* ---- the coordinator's key ------------------------------------------------------------------- */

static bool key_make(const char *path, struct err *err)
{
    struct secret_key *key;
    bool ok;

    if (!secret_key_new(&key, err))
        return false;
    ok = secret_key_write(key, path, err);
    secret_key_free(key);
    return ok;
}

static bool is_revoked(const Rikstal__V1__Roster *roster, const struct public_key *key)
{
    struct key_id id;

    public_key_id(key, &id);
    for (size_t i = 0; i < roster->n_revoked_keys; i++)
        if (memcmp(roster->revoked_keys[i].data, id.b, KEY_ID_BYTES) == 0)
            return true;
    return false;
}

/*
 * Puts the key's public half into the draft's arena; it is empty when that key is revoked. When the
 * key file does not exist, a key is made if the roster has none or the operator asks for a new one
 * (anew); otherwise the key is on another machine.
 */
static bool key_have(struct draft *draft, bool anew, ProtobufCBinaryData *out, struct err *err)
{
    struct public_key *public = arena_alloc(draft_arena(draft), sizeof(*public));
    struct secret_key *key;
    char path[PATH_MAX];

    if (!public)
        return err_memory(err);
    *out = draft_roster(draft)->coordinator_key;
    if (!folder_path(draft_dir(draft), "witness.key", path, err))
        return false;
    if (!file_exists(path) && out->len && !anew)
        return true;
    if ((!file_exists(path) && !key_make(path, err)) || !secret_key_read(path, &key, err))
        return false;
    *public = *secret_key_public(key);
    secret_key_free(key);
    *out = (ProtobufCBinaryData){sizeof(public->b), public->b};
    if (is_revoked(draft_roster(draft), public)) {
        *out = (ProtobufCBinaryData){0};
        fprintf(stderr,
                "the coordinator's key is revoked and witnesses nothing; move %s away, and `roster "
                "witnesses on` makes another\n",
                path);
    }
    return true;
}

/* ---- the lists ------------------------------------------------------------------------------- */

/* Places at distances 1, 5, 9, 13, all different; in a small network the next free ones. */
static size_t places_of(size_t n, size_t places[static NODES_EACH])
{
    static const size_t wanted[] = {1, 5, 9, 13, 2, 3, 4, 6, 7, 8};
    size_t found = 0;

    for (size_t i = 0; found < NODES_EACH && i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        size_t place = wanted[i] % n;
        bool taken = place == 0;

        for (size_t j = 0; j < found; j++)
            taken = taken || places[j] == place;
        if (!taken)
            places[found++] = place;
    }
    return found;
}

static bool list_of(struct draft *draft, size_t i, bool coordinator,
                    Rikstal__V1__RosterWitness **out, struct err *err)
{
    size_t n = draft_roster(draft)->n_nodes, places[NODES_EACH];
    size_t found = places_of(n, places);
    Rikstal__V1__RosterWitness *entry = arena_alloc(draft_arena(draft), sizeof(*entry));
    char **names = arena_array(draft_arena(draft), found + 1, sizeof(*names));

    if (!entry || !names)
        return err_memory(err);
    rikstal__v1__roster_witness__init(entry);
    entry->node = draft_roster(draft)->nodes[i]->node;
    entry->witnesses = names;
    if (coordinator)
        names[entry->n_witnesses++] = (char *)(uintptr_t)ROSTER_COORDINATOR;
    for (size_t j = 0; j < found; j++)
        names[entry->n_witnesses++] = draft_roster(draft)->nodes[(i + places[j]) % n]->node;
    *out = entry;
    return true;
}

static bool spread(struct draft *draft, bool on, bool chosen, struct err *err)
{
    size_t n = on ? draft_roster(draft)->n_nodes : 0, before = draft_roster(draft)->n_witnesses;
    struct draft_witnesses to = {.list = arena_array(draft_arena(draft), n + 1, sizeof(*to.list)),
                                 .n = n};

    if (!to.list)
        return err_memory(err);
    if (!key_have(draft, chosen, &to.coordinator_key, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!list_of(draft, i, to.coordinator_key.len > 0, &to.list[i], err))
            return false;
    to.quorum = on ? (uint32_t)to.list[0]->n_witnesses - 1 : 0;
    draft_set_witnesses(draft, &to);
    if (on && before == 0)
        fprintf(stderr, "witnesses: from here a node answers what %u of its %zu have cosigned\n",
                to.quorum, to.list[0]->n_witnesses);
    else if (!on && before)
        fprintf(stderr, "witnesses: off; a ledger that goes back is noticed by no other node\n");
    return true;
}

bool witnesses_keep(struct draft *draft, struct err *err)
{
    assert(draft);
    const Rikstal__V1__Roster *roster = draft_roster(draft);
    enum choice choice;
    size_t least;

    if (!choice_read(draft, &choice, err))
        return false;
    least =
        choice == CHOICE_ON || roster->n_witnesses ? WITNESSES_NODES_MIN : WITNESSES_NODES_ENOUGH;
    return spread(draft, choice != CHOICE_OFF && roster->n_nodes >= least, false, err);
}

bool witnesses_choose(struct draft *draft, bool on, struct err *err)
{
    if (on && draft_roster(draft)->n_nodes < WITNESSES_NODES_MIN)
        return err_set(err, ERR_INVALID, "witnesses take a network of at least %d nodes",
                       WITNESSES_NODES_MIN);
    return choice_write(draft, on, err) && spread(draft, on, true, err);
}

/* ---- show ------------------------------------------------------------------------------------ */

static void key_text(const Rikstal__V1__Roster *roster, char text[static 2 * KEY_BYTES + 1])
{
    text[0] = 0;
    if (roster->coordinator_key.len == KEY_BYTES)
        bytes_to_hex(roster->coordinator_key.data, KEY_BYTES, text);
}

void witnesses_show(const Rikstal__V1__Roster *roster)
{
    char text[2 * KEY_BYTES + 1];

    key_text(roster, text);
    if (*text)
        printf("coordinator   %.16s…, cosigns checkpoints\n", text);
    if (roster->n_witnesses)
        printf("witnesses     %u of %zu must have cosigned what a node answers from\n",
               roster->witness_quorum, roster->witnesses[0]->n_witnesses);
    else
        printf("witnesses     none\n");
}

void witnesses_json(const Rikstal__V1__Roster *roster, cJSON *root, bool *ok)
{
    assert(roster && root && ok);
    cJSON *lists = cJSON_CreateObject();
    char text[2 * KEY_BYTES + 1];

    key_text(roster, text);
    for (size_t i = 0; i < roster->n_witnesses; i++) {
        const Rikstal__V1__RosterWitness *list = roster->witnesses[i];

        json_put(
            lists, list->node,
            cJSON_CreateStringArray((const char *const *)list->witnesses, (int)list->n_witnesses),
            ok);
    }
    json_put_text(root, "coordinator_key", text, ok);
    json_put_int(root, "witness_quorum", roster->witness_quorum, ok);
    json_put(root, "witnesses", lists, ok);
}
