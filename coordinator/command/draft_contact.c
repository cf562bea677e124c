/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>

#include "coordinator/command/draft_inside.h"
#include "proto/base/arena.h"
#include "proto/trust/roster_contact.h"

bool draft_set_contact(struct draft *draft, const char *node, const char *address, struct err *err)
{
    assert(draft && node && address);
    Rikstal__V1__RosterNode *entry = NULL;

    for (size_t i = 0; i < draft->roster.n_nodes && !entry; i++)
        if (strcmp(draft->roster.nodes[i]->node, node) == 0)
            entry = draft->roster.nodes[i];
    if (!entry)
        return err_set(err, ERR_INVALID, "no node %s in the roster", node);
    if (*address && !roster_contact_is_valid(address))
        return err_set(err, ERR_INVALID,
                       "a contact is one mail address of letters, digits and \"._+-\", as "
                       "gms@region.example, or none");
    if (strcmp(entry->contact, address) == 0)
        return true;
    entry->contact = arena_strdup(draft->arena, address);
    draft->changed = true;
    return entry->contact || err_memory(err);
}
