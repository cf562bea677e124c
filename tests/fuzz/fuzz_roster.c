/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a roster: as the Envelope, of which only what two of three root keys have signed is
 * opened, with no signature of anybody else beside; and as what stands in one, signed here, so that
 * the checks behind the signatures are reached too. In a roster that is accepted every id and every
 * key has one holder, and a revoked key none; a permit is its organisation's alone, and has an end.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/trust/roster_permit.h"
#include "tests/fuzz/signed.h"

#define ARENA_BYTES ((size_t)8 << 20)
#define SEED 20261121 /* the corpus was signed with the keys that this gives */
#define ROOTS 3
#define NOW INT64_C(1800000000)
#define SIGNED_VERSION 7 /* of the only roster that was ever signed */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    struct secret_key *root[ROOTS], *other;
    struct root_keys roots;
} world;

static void make_world(void)
{
    struct secret_key *key[ROOTS + 1];

    if (world.other)
        return;
    keys_of_seed(SEED, key, ROOTS + 1);
    for (size_t i = 0; i < ROOTS; i++) {
        world.root[i] = key[i];
        world.roots.keys[i] = *secret_key_public(key[i]);
    }
    world.other = key[ROOTS];
    world.roots.n = ROOTS;
    world.roots.needed = 2;
}

/* Signed by two root keys, and by a stranger when he is let. */
static bool seal(const uint8_t *data, size_t size, bool stranger, struct arena *arena,
                 uint8_t **sealed, size_t *sealed_size)
{
    Rikstal__V1__Envelope *envelope;
    struct err err;

    return envelope_sign(DOMAIN_ROSTER, (struct bytes_view){data, size}, world.root[2], arena,
                         &envelope, &err) &&
           envelope_cosign(envelope, world.root[0], arena, &err) &&
           (!stranger || envelope_cosign(envelope, world.other, arena, &err)) &&
           message_pack(&envelope->base, arena, sealed, sealed_size, &err);
}

static struct key_id id_of(const ProtobufCBinaryData *data)
{
    struct public_key key;
    struct key_id id;

    memcpy(key.b, data->data, KEY_BYTES);
    public_key_id(&key, &id);
    return id;
}

static void check_nodes(const struct roster *roster)
{
    const Rikstal__V1__Roster *m = roster_message(roster);
    struct public_key key;
    struct err err;

    for (size_t i = 0; i < m->n_nodes; i++) {
        struct key_id id = id_of(&m->nodes[i]->key);

        must(roster_node(roster, m->nodes[i]->node) == m->nodes[i]);
        must(roster_node_key(roster, m->nodes[i]->node, &id, NOW, &key, &err) !=
             roster_revoked(roster, &id));
    }
}

static void check_people(const struct roster *roster)
{
    const Rikstal__V1__Roster *m = roster_message(roster);
    struct public_key key;

    for (size_t i = 0; i < m->n_organisations; i++) {
        const Rikstal__V1__RosterOrganisation *one = m->organisations[i], *found;

        must(roster_organisation(roster, one->id) == one);
        for (int previous = 0; previous < 2; previous++) {
            const ProtobufCBinaryData *has = previous ? &one->previous_key : &one->key;
            struct key_id id;

            if (has->len == 0)
                continue;
            id = id_of(has);
            found = roster_organisation_by_key(roster, &id, NOW, &key);
            must(found == (roster_revoked(roster, &id) || (previous && one->previous_until < NOW)
                               ? NULL
                               : one));
            must(!found || memcmp(key.b, has->data, KEY_BYTES) == 0);
        }
    }
    for (size_t i = 0; i < m->n_analysts; i++) {
        struct key_id id = id_of(&m->analysts[i]->key);

        must(roster_analyst(roster, &id) == (roster_revoked(roster, &id) ? NULL : m->analysts[i]));
        must(roster_organisation(roster, m->analysts[i]->organisation) != NULL);
    }
}

static void check_permits(const struct roster *roster)
{
    const Rikstal__V1__Roster *m = roster_message(roster);

    for (size_t i = 0; i < m->n_permits; i++) {
        const Rikstal__V1__RosterPermit *one = m->permits[i];
        struct err err;

        must(roster_permit(roster, one->organisation, one->id) == one);
        must(!roster_permit(roster, "", one->id) &&
             roster_organisation(roster, one->organisation) != NULL);
        must(one->nrho >= 0 && roster_permit_holds(one, one->valid_from, &err) &&
             !roster_permit_holds(one, one->valid_to, &err));
    }
}

static void try_envelope(const uint8_t *data, size_t size)
{
    struct roster *roster;
    struct err err;

    if (!roster_open((struct bytes_view){data, size}, &world.roots, NULL, 0, &roster, &err))
        return;
    must(roster_version(roster) == SIGNED_VERSION);
    roster_free(roster);
}

static void try_payload(const uint8_t *data, size_t size, struct arena *arena)
{
    struct roster *roster, *none;
    uint8_t *sealed;
    size_t sealed_size;
    struct err err;

    if (!seal(data, size, false, arena, &sealed, &sealed_size) ||
        !roster_open((struct bytes_view){sealed, sealed_size}, &world.roots, NULL, 0, &roster,
                     &err))
        return;
    check_nodes(roster);
    check_people(roster);
    check_permits(roster);
    if (roster_version(roster) < UINT64_MAX)
        must(!roster_open((struct bytes_view){sealed, sealed_size}, &world.roots, NULL,
                          roster_version(roster) + 1, &none, &err));
    must(
        !seal(data, size, true, arena, &sealed, &sealed_size) ||
        !roster_open((struct bytes_view){sealed, sealed_size}, &world.roots, NULL, 0, &none, &err));
    roster_free(roster);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(ARENA_BYTES);

    if (!arena)
        return 0;
    make_world();
    try_envelope(data, size);
    try_payload(data, size, arena);
    arena_free(arena);
    return 0;
}
