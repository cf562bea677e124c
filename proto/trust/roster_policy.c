/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/roster_policy.h"

#include <assert.h>
#include <string.h>

#include "proto/trust/roster.h"

static bool same(const ProtobufCBinaryData *a, const ProtobufCBinaryData *b)
{
    return a->len == KEY_BYTES && b->len == KEY_BYTES && memcmp(a->data, b->data, KEY_BYTES) == 0;
}

static bool length_holds(const ProtobufCBinaryData *key)
{
    return key->len == 0 || key->len == KEY_BYTES;
}

/* True when the key already has another use in the network. */
static bool held_elsewhere(const Rikstal__V1__Roster *m, const ProtobufCBinaryData *key)
{
    if (same(key, &m->coordinator_key))
        return true;
    for (size_t i = 0; i < m->n_nodes; i++)
        if (same(key, &m->nodes[i]->key) || same(key, &m->nodes[i]->previous_key))
            return true;
    for (size_t i = 0; i < m->n_organisations; i++)
        if (same(key, &m->organisations[i]->key) || same(key, &m->organisations[i]->previous_key))
            return true;
    for (size_t i = 0; i < m->n_analysts; i++)
        if (same(key, &m->analysts[i]->key))
            return true;
    return false;
}

bool roster_policy_check(const Rikstal__V1__Roster *m, struct err *err)
{
    if (!length_holds(&m->policy_key))
        return err_set(err, ERR_INVALID, "the roster's national policy key is no key");
    if (m->policy_key.len && held_elsewhere(m, &m->policy_key))
        return err_set(err, ERR_INVALID, "the roster's national policy key is a member's key too");
    for (size_t i = 0; i < m->n_nodes; i++) {
        const ProtobufCBinaryData *key = &m->nodes[i]->policy_key;

        if (!length_holds(key))
            return err_set(err, ERR_INVALID, "the policy key of node %.64s is no key",
                           m->nodes[i]->node);
        if (key->len && (same(key, &m->policy_key) || held_elsewhere(m, key)))
            return err_set(err, ERR_INVALID,
                           "the policy key of node %.64s is the national one or a member's: two "
                           "signatures are of two keys",
                           m->nodes[i]->node);
    }
    return true;
}

static bool take(const ProtobufCBinaryData *key, struct public_key *out)
{
    if (key->len != KEY_BYTES)
        return false;
    memcpy(out->b, key->data, KEY_BYTES);
    return true;
}

void roster_policy_keys(const struct roster *roster, const char *node,
                        struct roster_policy_keys *out)
{
    assert(roster && node && out);
    const Rikstal__V1__RosterNode *member = roster_node(roster, node);

    *out = (struct roster_policy_keys){0};
    out->has_national = take(&roster_message(roster)->policy_key, &out->national);
    out->has_officer = member && take(&member->policy_key, &out->officer);
}
