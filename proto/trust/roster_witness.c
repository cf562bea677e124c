/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/roster_witness.h"

#include <assert.h>
#include <string.h>

#include "proto/trust/roster.h"

static bool is_member(const Rikstal__V1__Roster *m, const char *name)
{
    if (strcmp(name, ROSTER_COORDINATOR) == 0)
        return m->coordinator_key.len > 0;
    for (size_t i = 0; i < m->n_nodes; i++)
        if (strcmp(m->nodes[i]->node, name) == 0)
            return true;
    return false;
}

static bool list_check(const Rikstal__V1__Roster *m, size_t at, struct err *err)
{
    const Rikstal__V1__RosterWitness *list = m->witnesses[at];

    if (strcmp(list->node, ROSTER_COORDINATOR) == 0 || !is_member(m, list->node))
        return err_set(err, ERR_INVALID, "witnesses of %.64s, which is no node", list->node);
    for (size_t i = 0; i < at; i++)
        if (strcmp(m->witnesses[i]->node, list->node) == 0)
            return err_set(err, ERR_INVALID, "two lists of witnesses for node %.64s", list->node);
    if (list->n_witnesses == 0 || list->n_witnesses > ROSTER_WITNESSES_MAX)
        return err_set(err, ERR_INVALID, "node %.64s has %zu witnesses, not 1 to %d", list->node,
                       list->n_witnesses, ROSTER_WITNESSES_MAX);
    for (size_t i = 0; i < list->n_witnesses; i++) {
        const char *name = list->witnesses[i];

        if (strcmp(name, list->node) == 0 || !is_member(m, name))
            return err_set(err, ERR_INVALID, "%.64s cannot witness the log of node %.64s", name,
                           list->node);
        for (size_t j = 0; j < i; j++)
            if (strcmp(list->witnesses[j], name) == 0)
                return err_set(err, ERR_INVALID, "%.64s witnesses the log of node %.64s twice",
                               name, list->node);
    }
    if (m->witness_quorum > list->n_witnesses || 2 * m->witness_quorum <= list->n_witnesses)
        return err_set(err, ERR_INVALID, "%u of %zu witnesses is no quorum", m->witness_quorum,
                       list->n_witnesses);
    return true;
}

bool roster_witness_check(const Rikstal__V1__Roster *roster, struct err *err)
{
    if (roster->coordinator_key.len && roster->coordinator_key.len != KEY_BYTES)
        return err_set(err, ERR_INVALID, "the coordinator's key is not one of %d bytes", KEY_BYTES);
    for (size_t i = 0; i < roster->n_nodes; i++)
        if (strcmp(roster->nodes[i]->node, ROSTER_COORDINATOR) == 0)
            return err_set(err, ERR_INVALID, "no node may be called \"%s\"", ROSTER_COORDINATOR);
    if (roster->n_witnesses > ROSTER_NODES_MAX)
        return err_set(err, ERR_INVALID, "the roster has more lists of witnesses than nodes");
    for (size_t i = 0; i < roster->n_witnesses; i++)
        if (!list_check(roster, i, err))
            return false;
    return true;
}

const Rikstal__V1__RosterWitness *roster_witness_list(const struct roster *roster, const char *node)
{
    assert(roster && node);
    const Rikstal__V1__Roster *m = roster_message(roster);

    for (size_t i = 0; i < m->n_witnesses; i++)
        if (strcmp(m->witnesses[i]->node, node) == 0)
            return m->witnesses[i];
    return NULL;
}

bool roster_witness_is(const Rikstal__V1__RosterWitness *list, const char *witness)
{
    for (size_t i = 0; list && i < list->n_witnesses; i++)
        if (strcmp(list->witnesses[i], witness) == 0)
            return true;
    return false;
}

bool roster_witness_key(const struct roster *roster, const char *name, struct public_key *key)
{
    assert(roster && name && key);
    const Rikstal__V1__RosterNode *node = roster_node(roster, name);
    const ProtobufCBinaryData *listed = node ? &node->key : NULL;
    struct key_id id;

    if (strcmp(name, ROSTER_COORDINATOR) == 0)
        listed = &roster_message(roster)->coordinator_key;
    if (!listed || listed->len != KEY_BYTES)
        return false;
    memcpy(key->b, listed->data, KEY_BYTES);
    public_key_id(key, &id);
    return !roster_revoked(roster, &id);
}
