/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the token of an Authorization header: as its text, of which only the one that was
 * signed gives access; and as the payload of one that is signed here, so that the checks behind the
 * signature are reached too. What is accepted names the signer's organisation.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/base64.h"
#include "proto/trust/access.h"
#include "tests/fuzz/signed.h"

#define ARENA_BYTES ((size_t)8 << 20)
#define SEED 20261130 /* the corpus was signed with the keys that this gives */
#define NOW INT64_C(1800000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    struct arena *arena;
    struct secret_key *root, *officer;
    struct root_keys roots;
    struct roster *roster;
    const char *right; /* the only one that was ever signed */
} world;

static void make_world(void)
{
    Rikstal__V1__RosterOrganisation one = RIKSTAL__V1__ROSTER_ORGANISATION__INIT, *list = &one;
    Rikstal__V1__Roster roster = RIKSTAL__V1__ROSTER__INIT;
    struct access_terms terms = {.roots = &world.roots, .now_s = NOW};
    struct secret_key *key[2];
    struct err err;

    if (world.arena)
        return;
    world.arena = arena_new(ARENA_BYTES);
    must(world.arena);
    keys_of_seed(SEED, key, 2);
    world.root = key[0];
    world.officer = key[1];
    world.roots = (struct root_keys){.needed = 1, .n = 1, .keys = {*secret_key_public(key[0])}};
    one.id = one.name = "gms";
    one.key = key_of(world.officer);
    roster.organisations = &list;
    roster.n_organisations = 1;
    world.roster = signed_roster(&roster, world.root, world.arena);
    must(access_sign(&terms, world.officer, world.arena, &world.right, &err));
}

static bool gives(const char *text, struct arena *arena)
{
    const struct roster_view view = {.roster = world.roster, .now_s = NOW};
    const char *organisation;
    struct err err;

    if (access_check(text, &world.roots, view, arena, &organisation, &err)) {
        must(strcmp(organisation, "gms") == 0);
        return true;
    }
    must(err.text[0] != 0); /* a refusal says why */
    return false;
}

static void try_text(const uint8_t *data, size_t size, struct arena *arena)
{
    char *text = arena_alloc(arena, size + 1);

    must(text);
    memcpy(text, data, size);
    text[size] = 0;
    if (gives(text, arena))
        must(strcmp(text, world.right) == 0);
    must(gives(world.right, arena)); /* the target has power */
}

static void try_payload(const uint8_t *data, size_t size, struct arena *arena)
{
    Rikstal__V1__Envelope *envelope;
    uint8_t *sealed;
    size_t sealed_size;
    struct err err;
    char *text;

    if (size > ACCESS_TEXT_MAX / 2 ||
        !envelope_sign(DOMAIN_ACCESS, (struct bytes_view){data, size}, world.officer, arena,
                       &envelope, &err) ||
        !message_pack(&envelope->base, arena, &sealed, &sealed_size, &err))
        return;
    text = arena_alloc(arena, BASE64_TEXT_BYTES(sealed_size));
    must(text);
    (void)gives(base64_write(sealed, sealed_size, text), arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(ARENA_BYTES);

    if (!arena)
        return 0;
    make_world();
    try_text(data, size, arena);
    try_payload(data, size, arena);
    arena_free(arena);
    return 0;
}
