#include "coordinator/command/witnesses.h"

#include "coordinator/command/draft.h"
#include "proto/base/arena.h"

#define WITNESSES 4
#define WITNESS_QUORUM 3

/* Places further than 0 and different: 1, 5, 9, 13, and the next free ones in a small network. */
static void witness_places(size_t n, size_t places[static WITNESSES])
{
    static const size_t wanted[] = {1, 5, 9, 13, 2, 3, 4, 6, 7, 8};
    size_t found = 0;

    for (size_t i = 0; found < WITNESSES && i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        size_t place = wanted[i] % n;
        bool taken = place == 0;

        for (size_t j = 0; j < found; j++)
            taken = taken || places[j] == place;
        if (!taken)
            places[found++] = place;
    }
}

static bool witnesses_of(struct draft *draft, size_t i, Rikstal__V1__RosterWitness **out,
                         struct err *err)
{
    size_t n = draft_roster(draft)->n_nodes, places[WITNESSES];
    Rikstal__V1__RosterWitness *entry = arena_alloc(draft_arena(draft), sizeof(*entry));
    char **names = arena_array(draft_arena(draft), WITNESSES, sizeof(*names));

    if (!entry || !names)
        return err_set(err, ERR_INTERNAL, "no memory for the witnesses");
    witness_places(n, places);
    for (size_t j = 0; j < WITNESSES; j++)
        names[j] = draft_roster(draft)->nodes[(i + places[j]) % n]->node;
    rikstal__v1__roster_witness__init(entry);
    entry->node = draft_roster(draft)->nodes[i]->node;
    entry->n_witnesses = WITNESSES;
    entry->witnesses = names;
    *out = entry;
    return true;
}

bool witnesses_spread(struct draft *draft, bool on, struct err *err)
{
    size_t n = on ? draft_roster(draft)->n_nodes : 0;
    Rikstal__V1__RosterWitness **list = arena_array(draft_arena(draft), n + 1, sizeof(*list));

    if (!list)
        return err_set(err, ERR_INTERNAL, "no memory for the witnesses");
    if (on && n < WITNESSES_NODES_MIN)
        return err_set(err, ERR_INVALID, "witnesses take a network of at least %d nodes",
                       WITNESSES_NODES_MIN);
    for (size_t i = 0; i < n; i++)
        if (!witnesses_of(draft, i, &list[i], err))
            return false;
    draft_set_witnesses(draft, list, n, on ? WITNESS_QUORUM : 0);
    return true;
}

bool witnesses_keep(struct draft *draft, struct err *err)
{
    const Rikstal__V1__Roster *roster = draft_roster(draft);

    return roster->n_witnesses == 0 ||
           witnesses_spread(draft, roster->n_nodes >= WITNESSES_NODES_MIN, err);
}
