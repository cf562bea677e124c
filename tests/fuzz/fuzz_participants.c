/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the list of a sum's participants. Three nodes have signed one attestation each, with
 * keys that follow from a seed; a list is accepted only when it is made of these very ones, and
 * what is read back from a store without a look at signatures is refused or has the same session.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/report/sum.h"
#include "proto/trust/participants.h"
#include "tests/fuzz/signed.h"

#define ARENA_BYTES ((size_t)16 << 20)
#define SEED 20261121 /* the corpus was signed with the keys that this gives */
#define NODES 3
#define NOW INT64_C(1800000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    struct arena *arena;
    struct roster *roster;
    uint8_t hash[32];
    uint8_t *list; /* the only one that was ever signed */
    size_t size;
} world;

static void make_roster(struct secret_key *const *key, struct secret_key *root)
{
    static char *const ids[NODES] = {"01", "12", "13"};
    Rikstal__V1__Roster roster = RIKSTAL__V1__ROSTER__INIT;
    Rikstal__V1__RosterNode node[NODES], *nodes[NODES];

    for (size_t i = 0; i < NODES; i++) {
        rikstal__v1__roster_node__init(&node[i]);
        node[i].node = node[i].name = ids[i];
        node[i].key = key_of(key[i]);
        nodes[i] = &node[i];
    }
    roster.nodes = nodes;
    roster.n_nodes = NODES;
    world.roster = signed_roster(&roster, root, world.arena);
}

static void make_list(struct secret_key *const *key)
{
    static char *const ids[NODES] = {"01", "12", "13"};
    Rikstal__V1__MaskList list = RIKSTAL__V1__MASK_LIST__INIT;
    Rikstal__V1__Envelope *listed[NODES];
    struct err err;

    for (size_t i = 0; i < NODES; i++) {
        Rikstal__V1__Attestation a = RIKSTAL__V1__ATTESTATION__INIT;

        a.question_hash = a.snapshot = a.population = a.ephemeral_key =
            (ProtobufCBinaryData){32, world.hash};
        a.nonce = (ProtobufCBinaryData){PARTICIPANTS_NONCE_BYTES, world.hash};
        a.node = ids[i];
        a.attempt = 1;
        a.not_after = NOW;
        must(envelope_sign_message(DOMAIN_ATTEST, &a.base, key[i], world.arena, &listed[i], &err));
    }
    list.question_hash = (ProtobufCBinaryData){32, world.hash};
    list.attempt = 1;
    list.attestations = listed;
    list.n_attestations = NODES;
    must(message_pack(&list.base, world.arena, &world.list, &world.size, &err));
}

static void make_world(void)
{
    struct secret_key *key[NODES + 1];

    if (world.arena)
        return;
    world.arena = arena_new(ARENA_BYTES);
    must(world.arena);
    keys_of_seed(SEED, key, NODES + 1);
    make_roster(key, key[NODES]);
    make_list(key);
    for (size_t i = 0; i <= NODES; i++)
        secret_key_free(key[i]);
}

static void try_open(const uint8_t *data, size_t size, struct arena *arena)
{
    struct participants_check check = {world.roster, world.hash, NOW, true, NULL};
    ProtobufCMessage *message;
    struct participants participants;
    struct err err;

    if (message_unpack(&rikstal__v1__mask_list__descriptor, data, size, arena, &message, &err) &&
        participants_open(&check, (const Rikstal__V1__MaskList *)message, arena, &participants,
                          &err))
        must(size == world.size && memcmp(data, world.list, size) == 0);
}

static void try_parse(const uint8_t *data, size_t size)
{
    struct sum_list *list;
    struct err err;

    if (!sum_list_parse(world.hash, data, size, &list, &err))
        return;
    must(list->size == size && memcmp(list->data, data, size) == 0);
    sum_list_free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(ARENA_BYTES);

    if (!arena)
        return 0;
    make_world();
    try_open(data, size, arena);
    try_open(world.list, world.size, arena); /* the target has power: the right one is opened */
    try_parse(data, size);
    arena_free(arena);
    return 0;
}
