/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verifies the bytes of a roster and builds it. Duplicate ids and keys are found by sorting copies.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/trust/calendar.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/roster_contact.h"
#include "proto/trust/roster_inside.h"
#include "proto/trust/roster_permit.h"
#include "proto/trust/roster_policy.h"
#include "proto/trust/roster_witness.h"

#define ARENA_BYTES ((size_t)32 << 20)
#define ROSTER_ID_MAX 64
#define ROSTER_NAME_MAX 256
#define ROSTER_REVOKED_MAX 65536

static bool id_valid(const char *id)
{
    return *id && strlen(id) <= ROSTER_ID_MAX;
}

static bool key_valid(const ProtobufCBinaryData *key)
{
    return key->len == KEY_BYTES;
}

static bool counts_check(const Rikstal__V1__Roster *m, struct err *err)
{
    if (m->version == 0)
        return err_set(err, ERR_INVALID, "a roster's version starts at 1");
    if (!id_valid(m->network))
        return err_set(err, ERR_INVALID, "the roster names no network");
    if (m->n_nodes > ROSTER_NODES_MAX || m->n_organisations > ROSTER_ANALYSTS_MAX ||
        m->n_analysts > ROSTER_ANALYSTS_MAX || m->n_revoked_keys > ROSTER_REVOKED_MAX)
        return err_set(err, ERR_INVALID, "the roster lists more members than are allowed");
    for (size_t i = 0; i < m->n_revoked_keys; i++)
        if (m->revoked_keys[i].len != KEY_ID_BYTES)
            return err_set(err, ERR_INVALID, "revoked key %zu is no key id", i + 1);
    return true;
}

static bool organisation_valid(const Rikstal__V1__RosterOrganisation *organisation)
{
    bool valid = id_valid(organisation->id) && strlen(organisation->name) <= ROSTER_NAME_MAX &&
                 (organisation->key.len == 0 || key_valid(&organisation->key)) &&
                 (organisation->previous_key.len == 0 ||
                  (organisation->key.len && key_valid(&organisation->previous_key))) &&
                 organisation->n_roles <= ROSTER_ROLES_MAX;

    for (size_t i = 0; valid && i < organisation->n_roles; i++)
        valid = id_valid(organisation->roles[i]);
    return valid;
}

static bool members_check(const Rikstal__V1__Roster *m, struct err *err)
{
    for (size_t i = 0; i < m->n_nodes; i++) {
        const Rikstal__V1__RosterNode *node = m->nodes[i];

        if (!id_valid(node->node) || strlen(node->name) > ROSTER_NAME_MAX ||
            !key_valid(&node->key) || (node->previous_key.len && !key_valid(&node->previous_key)))
            return err_set(err, ERR_INVALID, "node %zu of the roster lacks a valid id or key",
                           i + 1);
    }
    for (size_t i = 0; i < m->n_organisations; i++)
        if (!organisation_valid(m->organisations[i]))
            return err_set(err, ERR_INVALID, "organisation %zu of the roster is not valid", i + 1);
    for (size_t i = 0; i < m->n_analysts; i++)
        if (!id_valid(m->analysts[i]->id) || !id_valid(m->analysts[i]->organisation) ||
            !key_valid(&m->analysts[i]->key))
            return err_set(err, ERR_INVALID, "analyst %zu of the roster is not valid", i + 1);
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_keys(const void *a, const void *b)
{
    return memcmp(a, b, KEY_BYTES);
}

static bool all_differ(void *items, size_t n, size_t size,
                       int (*compare)(const void *, const void *))
{
    if (n)
        qsort(items, n, size, compare);
    for (size_t i = 1; i < n; i++)
        if (compare((char *)items + (i - 1) * size, (char *)items + i * size) == 0)
            return false;
    return true;
}

static bool ids_differ(const Rikstal__V1__Roster *m, struct arena *arena, struct err *err)
{
    const char **nodes = arena_array(arena, m->n_nodes + 1, sizeof(*nodes));
    const char **organisations = arena_array(arena, m->n_organisations + 1, sizeof(*nodes));
    const char **analysts = arena_array(arena, m->n_analysts + 1, sizeof(*nodes));

    if (!nodes || !organisations || !analysts)
        return err_memory(err);
    for (size_t i = 0; i < m->n_nodes; i++)
        nodes[i] = m->nodes[i]->node;
    for (size_t i = 0; i < m->n_organisations; i++)
        organisations[i] = m->organisations[i]->id;
    for (size_t i = 0; i < m->n_analysts; i++)
        analysts[i] = m->analysts[i]->id;
    if (!all_differ(nodes, m->n_nodes, sizeof(*nodes), compare_texts) ||
        !all_differ(organisations, m->n_organisations, sizeof(*nodes), compare_texts) ||
        !all_differ(analysts, m->n_analysts, sizeof(*nodes), compare_texts))
        return err_set(err, ERR_INVALID, "the roster lists an id twice");
    return true;
}

/*
 * Each key has one holder, so that no node can pose as another node, an analyst or an organisation.
 */
static bool keys_differ(const Rikstal__V1__Roster *m, struct arena *arena, struct err *err)
{
    size_t most = 2 * m->n_nodes + 2 * m->n_organisations + m->n_analysts + 1, n = 0;
    struct public_key *keys = arena_array(arena, most, sizeof(*keys));

    if (!keys)
        return err_memory(err);
    for (size_t i = 0; i < m->n_nodes; i++) {
        n += roster_key_take(&m->nodes[i]->key, &keys[n]);
        n += roster_key_take(&m->nodes[i]->previous_key, &keys[n]);
    }
    for (size_t i = 0; i < m->n_organisations; i++) {
        n += roster_key_take(&m->organisations[i]->key, &keys[n]);
        n += roster_key_take(&m->organisations[i]->previous_key, &keys[n]);
    }
    for (size_t i = 0; i < m->n_analysts; i++)
        n += roster_key_take(&m->analysts[i]->key, &keys[n]);
    n += roster_key_take(&m->coordinator_key, &keys[n]);
    return all_differ(keys, n, sizeof(*keys), compare_keys) ||
           err_set(err, ERR_INVALID, "the roster lists a key twice");
}

static bool organisations_known(const struct roster *roster, struct err *err)
{
    const Rikstal__V1__Roster *m = roster->message;

    for (size_t i = 0; i < m->n_analysts; i++)
        if (!roster_organisation(roster, m->analysts[i]->organisation))
            return err_set(err, ERR_INVALID,
                           "analyst %zu of the roster is of an organisation that is not listed",
                           i + 1);
    return true;
}

/* stays zero for an absent key */
static void id_of(const ProtobufCBinaryData *data, struct key_id *out)
{
    struct public_key key;

    if (roster_key_take(data, &key))
        public_key_id(&key, out);
}

static bool key_ids_make(struct roster *roster, struct err *err)
{
    const Rikstal__V1__Roster *m = roster->message;

    roster->analyst_ids = arena_array(roster->arena, m->n_analysts + 1, sizeof(struct key_id));
    roster->organisation_ids =
        arena_array(roster->arena, 2 * m->n_organisations + 1, sizeof(struct key_id));
    roster->node_ids = arena_array(roster->arena, 2 * m->n_nodes + 1, sizeof(struct key_id));
    if (!roster->analyst_ids || !roster->organisation_ids || !roster->node_ids)
        return err_memory(err);
    for (size_t i = 0; i < m->n_analysts; i++)
        id_of(&m->analysts[i]->key, &roster->analyst_ids[i]);
    for (size_t i = 0; i < m->n_organisations; i++) {
        id_of(&m->organisations[i]->key, &roster->organisation_ids[2 * i]);
        id_of(&m->organisations[i]->previous_key, &roster->organisation_ids[2 * i + 1]);
    }
    for (size_t i = 0; i < m->n_nodes; i++) {
        id_of(&m->nodes[i]->key, &roster->node_ids[2 * i]);
        id_of(&m->nodes[i]->previous_key, &roster->node_ids[2 * i + 1]);
    }
    return true;
}

/*
 * Each root key counts once. So when signatures are as many as signers, all of them are by root
 * keys.
 */
static bool signed_by_roots(const Rikstal__V1__Envelope *envelope, const struct root_keys *roots,
                            struct err *err)
{
    size_t n = envelope_signers(envelope, DOMAIN_ROSTER, roots->keys, roots->n);

    if (roots->needed == 0 || n < roots->needed)
        return err_set(err, ERR_DENIED, "the roster has %zu of %u root signatures", n,
                       roots->needed);
    return n == envelope->n_more + 1 ||
           err_set(err, ERR_DENIED,
                   "the roster has %zu signatures, and %zu of them are of a root key's own",
                   envelope->n_more + 1, n);
}

static bool fits(const struct roster *roster, const char *network, uint64_t version_min,
                 struct err *err)
{
    const Rikstal__V1__Roster *m = roster->message;

    if (network && strcmp(m->network, network) != 0)
        return err_set(err, ERR_DENIED, "the roster is of another network than %s", network);
    if (m->version < version_min)
        return err_set(err, ERR_DENIED, "the roster is version %llu; version %llu is known already",
                       (unsigned long long)m->version, (unsigned long long)version_min);
    return true;
}

static bool roster_fill(struct roster *roster, const uint8_t *data, size_t size,
                        const struct root_keys *roots, struct err *err)
{
    Rikstal__V1__Envelope *envelope;
    ProtobufCMessage *message;
    uint8_t *copy = arena_alloc(roster->arena, size + 1);

    if (!copy)
        return err_set(err, ERR_INVALID, "a roster of %zu bytes is too large", size);
    if (size)
        memcpy(copy, data, size);
    roster->bytes = copy;
    roster->size = size;
    if (!envelope_parse(copy, size, roster->arena, &envelope, err) ||
        !signed_by_roots(envelope, roots, err) ||
        !message_unpack(&rikstal__v1__roster__descriptor, envelope->payload.data,
                        envelope->payload.len, roster->arena, &message, err))
        return false;
    roster->message = (Rikstal__V1__Roster *)message;
    return counts_check(roster->message, err) && members_check(roster->message, err) &&
           ids_differ(roster->message, roster->arena, err) &&
           roster_witness_check(roster->message, err) &&
           keys_differ(roster->message, roster->arena, err) && organisations_known(roster, err) &&
           roster_contact_check(roster->message, err) &&
           roster_policy_check(roster->message, err) &&
           calendar_check(roster->message, roster->arena, err) &&
           roster_permit_check(roster, roster->arena, err) && key_ids_make(roster, err);
}

bool roster_open(struct bytes_view envelope, const struct root_keys *roots, const char *network,
                 uint64_t version_min, struct roster **out, struct err *err)
{
    assert(roots && out && (envelope.data || !envelope.size));
    struct arena *arena = arena_new(ARENA_BYTES);
    struct roster *roster = arena ? arena_alloc(arena, sizeof(*roster)) : NULL;

    if (!roster) {
        arena_free(arena);
        return err_memory(err);
    }
    roster->arena = arena;
    if (!roster_fill(roster, envelope.data, envelope.size, roots, err) ||
        !fits(roster, network, version_min, err)) {
        arena_free(arena);
        return false;
    }
    *out = roster;
    return true;
}

bool roster_read(const char *path, const struct root_keys *roots, const char *network,
                 uint64_t version_min, struct roster **out, struct err *err)
{
    struct arena *arena = arena_new((size_t)2 * MESSAGE_BYTES_MAX);
    uint8_t *data;
    size_t size;
    bool ok;

    if (!arena)
        return err_memory(err);
    ok = file_read(path, MESSAGE_BYTES_MAX, arena, &data, &size, err) &&
         (roster_open((struct bytes_view){data, size}, roots, network, version_min, out, err) ||
          err_wrap(err, "%s: ", path));
    arena_free(arena);
    return ok;
}
