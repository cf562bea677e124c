/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an analyst's certificate: as the Envelope, of which only the one that was signed is
 * opened; and as what stands in one, signed here by the organisation's key, so that the checks
 * behind the signature are reached too. What is accepted gives no more than the roster lets the
 * organisation give, for no longer than a week, and is written in one way only.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/trust/certificate.h"
#include "tests/fuzz/signed.h"

#define ARENA_BYTES ((size_t)8 << 20)
#define SEED 20261121 /* the corpus was signed with the keys that this gives */
#define NOW INT64_C(1800000000)
#define DAY INT64_C(86400)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *may_give[] = {"analyst", "sponsor"};

static struct {
    struct arena *arena;
    struct secret_key *root, *officer, *analyst;
    struct roster *roster;
    uint8_t *right; /* the only one that was ever signed */
    size_t size;
} world;

static void make_roster(void)
{
    Rikstal__V1__RosterOrganisation one = RIKSTAL__V1__ROSTER_ORGANISATION__INIT, *list = &one;
    Rikstal__V1__Roster roster = RIKSTAL__V1__ROSTER__INIT;

    one.id = one.name = "gms";
    one.key = key_of(world.officer);
    one.roles = may_give;
    one.n_roles = 2;
    roster.organisations = &list;
    roster.n_organisations = 1;
    world.roster = signed_roster(&roster, world.root, world.arena);
}

static void make_world(void)
{
    static const char *const roles[] = {"analyst"};
    struct certificate_terms terms = {.network = "test",
                                      .id = "anna",
                                      .organisation = "gms",
                                      .roles = roles,
                                      .n_roles = 1,
                                      .not_before = NOW - DAY,
                                      .not_after = NOW + DAY};
    struct secret_key *key[3];
    struct err err;

    if (world.arena)
        return;
    world.arena = arena_new(ARENA_BYTES);
    must(world.arena);
    keys_of_seed(SEED, key, 3);
    world.root = key[0];
    world.officer = key[1];
    world.analyst = key[2];
    make_roster();
    terms.key = secret_key_public(world.analyst);
    must(certificate_sign(&terms, world.officer, world.arena, &world.right, &world.size, &err));
}

static bool opens(const uint8_t *data, size_t size, struct arena *arena,
                  const Rikstal__V1__RosterAnalyst **analyst)
{
    struct err err;

    return certificate_open((struct bytes_view){data, size}, world.roster, NOW, arena, analyst,
                            &err);
}

static void try_envelope(const uint8_t *data, size_t size, struct arena *arena)
{
    const Rikstal__V1__RosterAnalyst *analyst;

    if (opens(data, size, arena, &analyst))
        must(size == world.size && memcmp(data, world.right, size) == 0);
    must(opens(world.right, world.size, arena, &analyst)); /* the target has power */
}

static void check(const Rikstal__V1__RosterAnalyst *analyst)
{
    must(strcmp(analyst->organisation, "gms") == 0 && analyst->key.len == KEY_BYTES);
    must(analyst->not_after >= NOW - CERTIFICATE_SKEW_S &&
         analyst->not_after <= NOW + CERTIFICATE_SKEW_S + CERTIFICATE_LIFE_MAX_S);
    must(analyst->id[0] && analyst->n_roles >= 1 && analyst->n_roles <= CERTIFICATE_ROLES_MAX);
    for (size_t i = 0; i < analyst->n_roles; i++)
        must(strcmp(analyst->roles[i], may_give[0]) == 0 ||
             strcmp(analyst->roles[i], may_give[1]) == 0);
}

static void try_payload(const uint8_t *data, size_t size, struct arena *arena)
{
    const Rikstal__V1__RosterAnalyst *analyst;
    Rikstal__V1__Envelope *envelope;
    ProtobufCMessage *message;
    uint8_t *sealed, *again;
    size_t sealed_size, again_size;
    struct err err;

    if (size > CERTIFICATE_BYTES_MAX ||
        !envelope_sign(DOMAIN_ANALYST, (struct bytes_view){data, size}, world.officer, arena,
                       &envelope, &err) ||
        !message_pack(&envelope->base, arena, &sealed, &sealed_size, &err) ||
        !opens(sealed, sealed_size, arena, &analyst))
        return;
    check(analyst);
    must(message_unpack(&rikstal__v1__analyst_certificate__descriptor, data, size, arena, &message,
                        &err) &&
         message_pack(message, arena, &again, &again_size, &err) && again_size == size &&
         memcmp(again, data, size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(ARENA_BYTES);

    if (!arena)
        return 0;
    make_world();
    try_envelope(data, size, arena);
    try_payload(data, size, arena);
    arena_free(arena);
    return 0;
}
