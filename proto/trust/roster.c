/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/roster.h"

#include <assert.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/trust/envelope.h"
#include "proto/trust/roster_inside.h"

/* Adds a key, if there is one. */
size_t roster_key_take(const ProtobufCBinaryData *data, struct public_key *out)
{
    if (data->len == 0)
        return 0;
    memcpy(out->b, data->data, KEY_BYTES);
    return 1;
}

void roster_free(struct roster *roster)
{
    if (roster)
        arena_free(roster->arena);
}

uint64_t roster_version(const struct roster *roster)
{
    return roster->message->version;
}

const char *roster_network(const struct roster *roster)
{
    return roster->message->network;
}

uint32_t roster_participants_min(const struct roster *roster)
{
    return roster->message->participants_min;
}

const Rikstal__V1__Roster *roster_message(const struct roster *roster)
{
    return roster->message;
}

const uint8_t *roster_bytes(const struct roster *roster, size_t *size)
{
    *size = roster->size;
    return roster->bytes;
}

bool roster_revoked(const struct roster *roster, const struct key_id *id)
{
    assert(roster && id);
    const Rikstal__V1__Roster *m = roster->message;

    for (size_t i = 0; i < m->n_revoked_keys; i++)
        if (memcmp(m->revoked_keys[i].data, id->b, KEY_ID_BYTES) == 0)
            return true;
    return false;
}

/* The node's index in the roster; n_nodes when it is not there. */
static size_t node_place(const Rikstal__V1__Roster *m, const char *node)
{
    size_t i = 0;

    while (i < m->n_nodes && strcmp(m->nodes[i]->node, node) != 0)
        i++;
    return i;
}

const Rikstal__V1__RosterNode *roster_node(const struct roster *roster, const char *node)
{
    assert(roster && node);
    const Rikstal__V1__Roster *m = roster->message;
    size_t i = node_place(m, node);

    return i < m->n_nodes ? m->nodes[i] : NULL;
}

const Rikstal__V1__RosterOrganisation *roster_organisation(const struct roster *roster,
                                                           const char *id)
{
    assert(roster && id);
    const Rikstal__V1__Roster *m = roster->message;

    for (size_t i = 0; i < m->n_organisations; i++)
        if (strcmp(m->organisations[i]->id, id) == 0)
            return m->organisations[i];
    return NULL;
}

const Rikstal__V1__RosterOrganisation *roster_organisation_by_key(const struct roster *roster,
                                                                  const struct key_id *id,
                                                                  int64_t now_s,
                                                                  struct public_key *out)
{
    assert(roster && id && out);
    const Rikstal__V1__Roster *m = roster->message;

    for (size_t i = 0; i < 2 * m->n_organisations; i++) {
        const Rikstal__V1__RosterOrganisation *organisation = m->organisations[i / 2];
        bool previous = i % 2 != 0;

        if (memcmp(roster->organisation_ids[i].b, id->b, KEY_ID_BYTES) != 0 ||
            !roster_key_take(previous ? &organisation->previous_key : &organisation->key, out))
            continue;
        if (roster_revoked(roster, id) || (previous && now_s > organisation->previous_until))
            return NULL;
        return organisation;
    }
    return NULL;
}

const Rikstal__V1__RosterAnalyst *roster_analyst(const struct roster *roster,
                                                 const struct key_id *id)
{
    assert(roster && id);
    const Rikstal__V1__Roster *m = roster->message;

    for (size_t i = 0; i < m->n_analysts; i++)
        if (memcmp(roster->analyst_ids[i].b, id->b, KEY_ID_BYTES) == 0)
            return roster_revoked(roster, id) ? NULL : m->analysts[i];
    return NULL;
}

bool roster_analyst_has_role(const Rikstal__V1__RosterAnalyst *analyst, const char *role)
{
    for (size_t i = 0; i < analyst->n_roles; i++)
        if (strcmp(analyst->roles[i], role) == 0)
            return true;
    return false;
}

/* An absent key has zeros for its id, which roster_key_take() never gives to a key. */
static bool key_has_id(const ProtobufCBinaryData *data, const struct key_id *its,
                       const struct key_id *id, struct public_key *out)
{
    return memcmp(its->b, id->b, KEY_ID_BYTES) == 0 && roster_key_take(data, out);
}

bool roster_node_key(const struct roster *roster, const char *node, const struct key_id *id,
                     int64_t now_s, struct public_key *out, struct err *err)
{
    assert(roster && node && id && out);
    const Rikstal__V1__Roster *m = roster->message;
    size_t place = node_place(m, node);
    const struct key_id *ids = &roster->node_ids[2 * place]; /* the present and the previous key */
    const Rikstal__V1__RosterNode *member;

    if (place == m->n_nodes)
        return err_set(err, ERR_DENIED, "node %.64s is not in roster version %llu", node,
                       (unsigned long long)roster_version(roster));
    if (roster_revoked(roster, id))
        return err_set(err, ERR_DENIED, "the key of node %.64s is revoked", node);
    member = m->nodes[place];
    if (key_has_id(&member->key, &ids[0], id, out) ||
        (now_s <= member->previous_until && key_has_id(&member->previous_key, &ids[1], id, out)))
        return true;
    return err_set(err, ERR_DENIED, "the roster has another key for node %.64s", node);
}

bool roster_open_from_node(struct roster_view from, struct envelope_kind kind,
                           const Rikstal__V1__Envelope *envelope, struct arena *arena,
                           ProtobufCMessage **out, struct err *err)
{
    struct public_key key;
    struct key_id id;

    if (!envelope_key_id(envelope, &id))
        return err_set(err, ERR_INVALID, "the envelope names no key");
    return roster_node_key(from.roster, from.node, &id, from.now_s, &key, err) &&
           envelope_open(envelope, kind, &key, arena, out, err);
}
