/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/command/draft.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "coordinator/command/draft_inside.h"
#include "coordinator/command/folder.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/lock.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/roster.h"

#define ARENA_BYTES ((size_t)64 << 20)
#define PARTICIPANTS_LEAST 3 /* for a sum; in larger networks two thirds of the nodes */

/* ---- opening --------------------------------------------------------------------------------- */

static bool take_lock(const char *dir, int *lock, struct err *err)
{
    char path[PATH_MAX];

    return folder_path(dir, "roster.lock", path, err) &&
           (lock_take(path, LOCK_WAITING, "another change is under way", lock, err) ||
            (err->code == ERR_INVALID && err_wrap(err, "%s is no coordinator's folder: ", dir)));
}

static bool draft_start(const char *dir, struct draft **out, struct err *err)
{
    struct draft *draft = calloc(1, sizeof(*draft));
    char path[PATH_MAX];

    if (!draft)
        return err_memory(err);
    draft->dir = dir;
    draft->lock = LOCK_NONE;
    draft->arena = arena_new(ARENA_BYTES);
    rikstal__v1__roster__init(&draft->roster);
    if ((!draft->arena && !err_memory(err)) || !take_lock(dir, &draft->lock, err) ||
        !folder_path(dir, "roots", path, err) || !root_keys_read(path, &draft->roots, err)) {
        draft_close(draft);
        return false;
    }
    *out = draft;
    return true;
}

bool draft_new(const char *dir, const char *network, struct draft **out, struct err *err)
{
    assert(dir && network && out);
    if (!draft_start(dir, out, err))
        return false;
    (*out)->roster.network = arena_strdup((*out)->arena, network);
    (*out)->changed = true;
    if ((*out)->roster.network)
        return true;
    draft_close(*out);
    return err_memory(err);
}

bool draft_open(const char *dir, struct draft **out, struct err *err)
{
    assert(dir && out);
    char path[PATH_MAX];
    struct draft *draft;

    if (!draft_start(dir, &draft, err))
        return false;
    if (!folder_path(dir, "roster", path, err) ||
        !roster_read(path, &draft->roots, NULL, 0, &draft->from, err)) {
        draft_close(draft);
        return false;
    }
    draft->roster = *roster_message(draft->from); /* a list is copied before it changes */
    *out = draft;
    return true;
}

void draft_close(struct draft *draft)
{
    if (!draft)
        return;
    roster_free(draft->from);
    arena_free(draft->arena);
    lock_release(&draft->lock);
    free(draft);
}

const Rikstal__V1__Roster *draft_roster(const struct draft *draft)
{
    return &draft->roster;
}

struct arena *draft_arena(struct draft *draft)
{
    return draft->arena;
}

const char *draft_dir(const struct draft *draft)
{
    return draft->dir;
}

bool draft_changed(const struct draft *draft)
{
    return draft->changed;
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* A copy of a list of pointers with room for one more. */
static void **list_copy(struct draft *draft, void *const *list, size_t n)
{
    void **copy = arena_array(draft->arena, n + 1, sizeof(*copy));

    for (size_t i = 0; copy && i < n; i++)
        copy[i] = list[i];
    return copy;
}

static bool key_copy(struct draft *draft, const struct public_key *key, ProtobufCBinaryData *out,
                     struct err *err)
{
    out->data = (uint8_t *)arena_strndup(draft->arena, (const char *)key->b, KEY_BYTES);
    out->len = KEY_BYTES;
    return out->data || err_memory(err);
}

static bool key_same(const ProtobufCBinaryData *data, const struct public_key *key)
{
    return data->len == KEY_BYTES && memcmp(data->data, key->b, KEY_BYTES) == 0;
}

static bool text_copy(struct draft *draft, const char *text, char **out, struct err *err)
{
    *out = arena_strdup(draft->arena, text);
    return *out || err_memory(err);
}

/* Nodes are in the order of their ids. */
static bool node_insert(struct draft *draft, Rikstal__V1__RosterNode *node, struct err *err)
{
    size_t n = draft->roster.n_nodes;
    void **list = list_copy(draft, (void *const *)draft->roster.nodes, n);
    size_t at = n;

    if (!list)
        return err_memory(err);
    for (; at > 0 && strcmp(((Rikstal__V1__RosterNode *)list[at - 1])->node, node->node) > 0; at--)
        list[at] = list[at - 1];
    list[at] = node;
    draft->roster.nodes = (Rikstal__V1__RosterNode **)list;
    draft->roster.n_nodes = n + 1;
    return true;
}

static Rikstal__V1__RosterNode *node_of(struct draft *draft, const char *node)
{
    for (size_t i = 0; i < draft->roster.n_nodes; i++)
        if (strcmp(draft->roster.nodes[i]->node, node) == 0)
            return draft->roster.nodes[i];
    return NULL;
}

/* Gives an enrolled node a new key; the old key stays valid during the rotation. */
static bool node_rekey(struct draft *draft, Rikstal__V1__RosterNode *node,
                       const struct public_key *key, struct err *err)
{
    node->previous_key = node->key;
    node->previous_until = clock_wall_s() + (int64_t)DRAFT_ROTATION_DAYS * 86400;
    draft->changed = true;
    return key_copy(draft, key, &node->key, err);
}

bool draft_put_node(struct draft *draft, const char *node, const char *name,
                    const struct public_key *key, bool replace, struct err *err)
{
    assert(draft && node && key);
    Rikstal__V1__RosterNode *entry = node_of(draft, node);

    if (entry && key_same(&entry->key, key))
        return true;
    if (entry && !replace)
        return err_set(err, ERR_DENIED,
                       "node %s is enrolled with another key; --replace changes it, if the region "
                       "confirms that it made the request",
                       node);
    if (entry)
        return node_rekey(draft, entry, key, err);
    if (draft->roster.n_nodes >= ROSTER_NODES_MAX)
        return err_set(err, ERR_EXHAUSTED, "a roster holds %d nodes", ROSTER_NODES_MAX);
    entry = arena_alloc(draft->arena, sizeof(*entry));
    if (!entry)
        return err_memory(err);
    rikstal__v1__roster_node__init(entry);
    draft->changed = true;
    return text_copy(draft, node, &entry->node, err) && text_copy(draft, name, &entry->name, err) &&
           key_copy(draft, key, &entry->key, err) && node_insert(draft, entry, err);
}

static bool roles_copy(struct draft *draft, const char *const *roles, size_t n, char ***out,
                       struct err *err)
{
    *out = arena_array(draft->arena, n + 1, sizeof(char *));
    if (!*out)
        return err_memory(err);
    for (size_t i = 0; i < n; i++)
        if (!text_copy(draft, roles[i], &(*out)[i], err))
            return false;
    return true;
}

/* Starts a rotation. A key from the previous rotation ends now, if it has not ended yet. */
static void organisation_keep_key(Rikstal__V1__RosterOrganisation *entry, int64_t until)
{
    entry->previous_key = until ? entry->key : (ProtobufCBinaryData){0};
    entry->previous_until = until;
}

static bool organisation_fill(struct draft *draft, const struct draft_organisation *from,
                              Rikstal__V1__RosterOrganisation *entry, struct err *err)
{
    if (from->n_roles > 0) {
        entry->n_roles = from->n_roles;
        if (!roles_copy(draft, from->roles, from->n_roles, &entry->roles, err))
            return false;
    }
    if (from->rotate)
        organisation_keep_key(entry, from->previous_until);
    return text_copy(draft, from->id, &entry->id, err) &&
           text_copy(draft, from->name, &entry->name, err) &&
           (!from->key || key_copy(draft, from->key, &entry->key, err));
}

static bool organisation_same(const Rikstal__V1__RosterOrganisation *entry,
                              const struct draft_organisation *as)
{
    bool same = strcmp(entry->name, as->name) == 0 &&
                (!as->key || key_same(&entry->key, as->key)) &&
                (as->n_roles == 0 || entry->n_roles == as->n_roles);

    for (size_t i = 0; same && i < as->n_roles; i++)
        same = strcmp(entry->roles[i], as->roles[i]) == 0;
    return same;
}

/* For an organisation that exists, changes only what is given: a name, a key, other roles. */
bool draft_put_organisation(struct draft *draft, const struct draft_organisation *organisation,
                            struct err *err)
{
    assert(draft && organisation && organisation->id);
    size_t n = draft->roster.n_organisations, at = n;
    Rikstal__V1__RosterOrganisation *entry = arena_alloc(draft->arena, sizeof(*entry));
    void **list = list_copy(draft, (void *const *)draft->roster.organisations, n);

    if (!entry || !list)
        return err_memory(err);
    rikstal__v1__roster_organisation__init(entry);
    for (size_t i = 0; i < n; i++)
        if (strcmp(draft->roster.organisations[i]->id, organisation->id) == 0)
            at = i;
    if (at == ROSTER_ANALYSTS_MAX)
        return err_set(err, ERR_EXHAUSTED, "a roster holds %d organisations", ROSTER_ANALYSTS_MAX);
    if (at < n) {
        *entry = *draft->roster.organisations[at];
        if (organisation_same(entry, organisation))
            return true;
        if (!organisation->rotate && organisation->key && entry->key.len &&
            !key_same(&entry->key, organisation->key))
            return err_set(err, ERR_DENIED,
                           "organisation %.64s has another key; `roster rotate organisation` "
                           "changes it",
                           entry->id);
    }
    list[at] = entry;
    draft->roster.organisations = (Rikstal__V1__RosterOrganisation **)list;
    draft->roster.n_organisations = at == n ? n + 1 : n;
    draft->changed = true;
    return organisation_fill(draft, organisation, entry, err);
}

static bool analyst_fill(struct draft *draft, const struct draft_analyst *from,
                         Rikstal__V1__RosterAnalyst *entry, struct err *err)
{
    rikstal__v1__roster_analyst__init(entry);
    entry->n_roles = from->n_roles;
    entry->not_after = from->not_after;
    return roles_copy(draft, from->roles, from->n_roles, &entry->roles, err) &&
           text_copy(draft, from->id, &entry->id, err) &&
           text_copy(draft, from->organisation, &entry->organisation, err) &&
           key_copy(draft, from->key, &entry->key, err);
}

/* Replaces an analyst who exists: new roles, a new end, perhaps a new key. */
bool draft_put_analyst(struct draft *draft, const struct draft_analyst *analyst, struct err *err)
{
    assert(draft && analyst && analyst->id);
    size_t n = draft->roster.n_analysts;
    Rikstal__V1__RosterAnalyst *entry = arena_alloc(draft->arena, sizeof(*entry));
    void **list = list_copy(draft, (void *const *)draft->roster.analysts, n);
    bool known = false;
    size_t at = n;

    if (!entry || !list)
        return err_memory(err);
    for (size_t i = 0; i < draft->roster.n_organisations; i++)
        known = known || strcmp(draft->roster.organisations[i]->id, analyst->organisation) == 0;
    if (!known)
        return err_set(err, ERR_INVALID,
                       "no organisation \"%s\"; add it with `roster add-organisation`",
                       analyst->organisation);
    for (size_t i = 0; i < n; i++)
        if (strcmp(((Rikstal__V1__RosterAnalyst *)list[i])->id, analyst->id) == 0)
            at = i;
    if (at == ROSTER_ANALYSTS_MAX)
        return err_set(err, ERR_EXHAUSTED, "a roster holds %d analysts", ROSTER_ANALYSTS_MAX);
    list[at] = entry;
    draft->roster.analysts = (Rikstal__V1__RosterAnalyst **)list;
    draft->roster.n_analysts = at == n ? n + 1 : n;
    draft->changed = true;
    return analyst_fill(draft, analyst, entry, err);
}

/* ---- policy keys ----------------------------------------------------------------------------- */

bool draft_set_policy_key(struct draft *draft, const char *node, const struct public_key *key,
                          struct err *err)
{
    Rikstal__V1__RosterNode *entry = node ? node_of(draft, node) : NULL;
    ProtobufCBinaryData *place = entry ? &entry->policy_key : &draft->roster.policy_key;

    if (node && !entry)
        return err_set(err, ERR_INVALID, "no node %s in the roster", node);
    if (key ? key_same(place, key) : place->len == 0)
        return true;
    draft->changed = true;
    *place = (ProtobufCBinaryData){0};
    return !key || key_copy(draft, key, place, err);
}

/* ---- witnesses ------------------------------------------------------------------------------- */

void draft_set_witnesses(struct draft *draft, const struct draft_witnesses *witnesses)
{
    assert(witnesses);
    draft->roster.coordinator_key = witnesses->coordinator_key;
    draft->roster.witnesses = witnesses->list;
    draft->roster.n_witnesses = witnesses->n;
    draft->roster.witness_quorum = witnesses->quorum;
    draft->changed = true;
}

/* ---- revoking -------------------------------------------------------------------------------- */

static bool id_revoke(struct draft *draft, const struct key_id *id, struct err *err)
{
    size_t n = draft->roster.n_revoked_keys;
    ProtobufCBinaryData *list = arena_array(draft->arena, n + 1, sizeof(*list));

    if (!list)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        if (memcmp(draft->roster.revoked_keys[i].data, id->b, KEY_ID_BYTES) == 0)
            return true;
        list[i] = draft->roster.revoked_keys[i];
    }
    list[n].data = (uint8_t *)arena_strndup(draft->arena, (const char *)id->b, KEY_ID_BYTES);
    list[n].len = KEY_ID_BYTES;
    draft->roster.revoked_keys = list;
    draft->roster.n_revoked_keys = n + 1;
    draft->changed = true;
    return list[n].data || err_memory(err);
}

static bool key_revoke(struct draft *draft, const ProtobufCBinaryData *key, struct err *err)
{
    struct public_key public_key;
    struct key_id id;

    if (key->len != KEY_BYTES) /* an organisation may have no key */
        return true;
    memcpy(public_key.b, key->data, KEY_BYTES);
    public_key_id(&public_key, &id);
    return id_revoke(draft, &id, err);
}

/* Revokes a key that is in no entry. 64 digits are a public key, 32 digits its id. */
static bool hex_revoke(struct draft *draft, const char *hex, struct err *err)
{
    struct public_key key;
    struct key_id id;

    if (bytes_from_hex(hex, key.b, KEY_BYTES))
        public_key_id(&key, &id);
    else if (!bytes_from_hex(hex, id.b, KEY_ID_BYTES))
        return err_set(err, ERR_INVALID,
                       "a key is %d hex digits (`rikstal keys show`), or %d for its id",
                       2 * KEY_BYTES, 2 * KEY_ID_BYTES);
    return id_revoke(draft, &id, err);
}

/* Removes element `at` from the list of n. */
static bool list_drop(struct draft *draft, void ***list, size_t *n, size_t at, struct err *err)
{
    void **copy = list_copy(draft, *list, *n);

    if (!copy)
        return err_memory(err);
    for (size_t i = at; i + 1 < *n; i++)
        copy[i] = copy[i + 1];
    *list = copy;
    *n -= 1;
    draft->changed = true;
    return true;
}

static bool node_revoke(struct draft *draft, const char *id, struct err *err)
{
    Rikstal__V1__Roster *r = &draft->roster;

    for (size_t i = 0; i < r->n_nodes; i++)
        if (strcmp(r->nodes[i]->node, id) == 0)
            return key_revoke(draft, &r->nodes[i]->key, err) &&
                   key_revoke(draft, &r->nodes[i]->previous_key, err) &&
                   list_drop(draft, (void ***)&r->nodes, &r->n_nodes, i, err);
    return err_set(err, ERR_INVALID, "no node %s in the roster", id);
}

static bool analyst_revoke(struct draft *draft, const char *id, struct err *err)
{
    Rikstal__V1__Roster *r = &draft->roster;

    for (size_t i = 0; i < r->n_analysts; i++)
        if (strcmp(r->analysts[i]->id, id) == 0)
            return key_revoke(draft, &r->analysts[i]->key, err) &&
                   list_drop(draft, (void ***)&r->analysts, &r->n_analysts, i, err);
    return err_set(err, ERR_INVALID, "no analyst %s in the roster", id);
}

/* Removes an organisation with all its analysts and permits. */
static bool organisation_revoke(struct draft *draft, const char *id, struct err *err)
{
    Rikstal__V1__Roster *r = &draft->roster;

    for (size_t i = r->n_analysts; i > 0; i--)
        if (strcmp(r->analysts[i - 1]->organisation, id) == 0 &&
            !analyst_revoke(draft, r->analysts[i - 1]->id, err))
            return false;
    if (!draft_drop_permits(draft, id, err))
        return false;
    for (size_t i = 0; i < r->n_organisations; i++)
        if (strcmp(r->organisations[i]->id, id) == 0)
            return key_revoke(draft, &r->organisations[i]->key, err) &&
                   key_revoke(draft, &r->organisations[i]->previous_key, err) &&
                   list_drop(draft, (void ***)&r->organisations, &r->n_organisations, i, err);
    return err_set(err, ERR_INVALID, "no organisation %s in the roster", id);
}

bool draft_revoke(struct draft *draft, const char *kind, const char *id, struct err *err)
{
    assert(draft && kind && id);
    if (strcmp(kind, "node") == 0)
        return node_revoke(draft, id, err);
    if (strcmp(kind, "analyst") == 0)
        return analyst_revoke(draft, id, err);
    if (strcmp(kind, "key") == 0)
        return hex_revoke(draft, id, err);
    return organisation_revoke(draft, id, err);
}

/* ---- signing --------------------------------------------------------------------------------- */

/* Signs once with every root-N.key of the folder that is one of the network's root keys. */
static bool folder_sign(Rikstal__V1__Envelope **envelope, const ProtobufCMessage *message,
                        const char *folder, const struct root_keys *roots, struct arena *arena,
                        struct err *err)
{
    for (uint32_t i = 1; i <= ROOT_KEYS_MAX; i++) {
        struct secret_key *key;
        char path[PATH_MAX];
        bool ok;

        if (snprintf(path, sizeof(path), "%s/root-%u.key", folder, i) >= (int)sizeof(path) ||
            !file_exists(path))
            continue;
        if (*envelope &&
            envelope_signers(*envelope, DOMAIN_ROSTER, roots->keys, roots->n) >= roots->needed)
            return true;
        if (!secret_key_read(path, &key, err))
            return false;
        ok = *envelope ? envelope_cosign(*envelope, key, arena, err)
                       : envelope_sign_message(DOMAIN_ROSTER, message, key, arena, envelope, err);
        secret_key_free(key);
        if (!ok)
            return err_wrap(err, "%s: ", path);
    }
    return true;
}

/* Installs the envelope when it has enough signatures; else stores it beside the roster. */
static bool envelope_place(const char *dir, const Rikstal__V1__Envelope *envelope,
                           const struct root_keys *roots, struct arena *arena, uint32_t *missing,
                           struct err *err)
{
    size_t signers = envelope_signers(envelope, DOMAIN_ROSTER, roots->keys, roots->n);
    char path[PATH_MAX], waiting[PATH_MAX];
    struct roster *check;
    uint8_t *data;
    size_t size;

    *missing = signers >= roots->needed ? 0 : roots->needed - (uint32_t)signers;
    if (!folder_path(dir, "roster", path, err) || !folder_path(dir, "roster.draft", waiting, err) ||
        !message_pack(&envelope->base, arena, &data, &size, err))
        return false;
    if (*missing)
        return file_write(waiting, data, size, 0644, err);
    if (!roster_open((struct bytes_view){data, size}, roots, NULL, 0, &check,
                     err)) /* the check that every reader will
                            * make */
        return false;
    roster_free(check);
    if (!file_write(path, data, size, 0644, err))
        return false;
    unlink(waiting);
    return true;
}

static bool sign_with(Rikstal__V1__Envelope **envelope, const ProtobufCMessage *message,
                      const struct root_dirs *dirs, const struct root_keys *roots,
                      struct arena *arena, struct err *err)
{
    for (size_t i = 0; i < dirs->n; i++)
        if (!folder_sign(envelope, message, dirs->dir[i], roots, arena, err))
            return false;
    return *envelope || err_set(err, ERR_INVALID,
                                "no root key (root-1.key …) in %s; name its folder with --root-dir",
                                dirs->dir[0]);
}

bool draft_sign(struct draft *draft, const struct root_dirs *roots, uint32_t *missing,
                struct err *err)
{
    assert(draft && roots && missing);
    uint32_t two_thirds = (uint32_t)((2 * draft->roster.n_nodes + 2) / 3);
    Rikstal__V1__Envelope *envelope = NULL;
    char waiting[PATH_MAX];

    if (!folder_path(draft->dir, "roster.draft", waiting, err) ||
        (file_exists(waiting) &&
         !err_set(err, ERR_DENIED, "%s waits for signatures: `roster sign`, or remove it",
                  waiting)))
        return false;
    draft->roster.version++;
    draft->roster.issued = clock_wall_s();
    draft->roster.participants_min =
        two_thirds < PARTICIPANTS_LEAST ? PARTICIPANTS_LEAST : two_thirds;
    return sign_with(&envelope, &draft->roster.base, roots, &draft->roots, draft->arena, err) &&
           envelope_place(draft->dir, envelope, &draft->roots, draft->arena, missing, err);
}

bool draft_cosign(const char *dir, const struct root_dirs *roots, uint32_t *missing,
                  struct err *err)
{
    assert(roots && missing);
    Rikstal__V1__Envelope *envelope;
    char path[PATH_MAX];
    struct draft *draft;
    uint8_t *data;
    size_t size;
    bool ok;

    if (!draft_start(dir, &draft, err))
        return false;
    ok = folder_path(dir, "roster.draft", path, err) &&
         (file_exists(path) || err_set(err, ERR_INVALID, "no draft waits: no %s", path)) &&
         file_read(path, ENVELOPE_ROSTER_BYTES_MAX + 4096, draft->arena, &data, &size, err) &&
         envelope_parse(data, size, draft->arena, &envelope, err) &&
         sign_with(&envelope, NULL, roots, &draft->roots, draft->arena, err) &&
         envelope_place(dir, envelope, &draft->roots, draft->arena, missing, err);
    draft_close(draft);
    return ok;
}
