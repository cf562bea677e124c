/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the signatures on a node's policy. Two keys that follow from a seed have signed one
 * policy once each; whatever is read is approved only when both of these very envelopes are in it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/trust/policy_signature.h"
#include "tests/fuzz/signed.h"

#define ARENA_BYTES ((size_t)16 << 20)
#define SEED 20261122 /* the corpus was signed with the keys that this gives */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    struct arena *arena;
    struct roster *roster;
    struct policy_subject subject;
    uint8_t hash[POLICY_HASH_BYTES];
    const char *line[2]; /* the only ones that were ever signed */
} world;

/* key: national, officer, node, root */
static void make_roster(struct secret_key *const *key)
{
    Rikstal__V1__Roster roster = RIKSTAL__V1__ROSTER__INIT;
    Rikstal__V1__RosterNode node = RIKSTAL__V1__ROSTER_NODE__INIT, *nodes[] = {&node};

    node.node = node.name = "12";
    node.key = key_of(key[2]);
    node.policy_key = key_of(key[1]);
    roster.nodes = nodes;
    roster.n_nodes = 1;
    roster.policy_key = key_of(key[0]);
    world.roster = signed_roster(&roster, key[3], world.arena);
}

static void make_world(void)
{
    struct secret_key *key[4];
    struct err err;

    if (world.arena)
        return;
    world.arena = arena_new(ARENA_BYTES);
    must(world.arena);
    keys_of_seed(SEED, key, 4);
    make_roster(key);
    world.subject = (struct policy_subject){"test", "12", world.hash, 2, "2026"};
    for (size_t i = 0; i < 2; i++)
        must(policy_signature_make(&world.subject, key[i], world.arena, &world.line[i], &err));
    for (size_t i = 0; i < 4; i++)
        secret_key_free(key[i]);
}

static bool approves(const char *text, size_t size, struct arena *arena,
                     struct policy_signatures *signatures)
{
    struct policy_approval approval;
    struct err err;

    if (!policy_signatures_parse(text, size, arena, signatures, &err))
        return false;
    policy_approval_of(signatures, world.roster, &world.subject, &approval);
    return policy_signature_approves(&approval, &err);
}

/* Is the envelope of this line among them, byte for byte? */
static bool holds(const struct policy_signatures *signatures, const char *line, struct arena *arena)
{
    struct policy_signatures one;
    uint8_t *data, *other;
    size_t size, other_size;
    struct err err;

    must(policy_signatures_parse(line, strlen(line), arena, &one, &err) &&
         message_pack(&one.one[0].envelope->base, arena, &data, &size, &err));
    for (size_t i = 0; i < signatures->n; i++) {
        must(message_pack(&signatures->one[i].envelope->base, arena, &other, &other_size, &err));
        if (other_size == size && memcmp(other, data, size) == 0)
            return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct policy_signatures signatures;
    char *right;

    if (!arena)
        return 0;
    make_world();
    if (approves((const char *)data, size, arena, &signatures))
        must(holds(&signatures, world.line[0], arena) && holds(&signatures, world.line[1], arena));
    right = arena_printf(arena, "%s%s", world.line[1], world.line[0]);
    if (right) /* the target has power: the right ones are approved */
        must(approves(right, strlen(right), arena, &signatures));
    arena_free(arena);
    return 0;
}
