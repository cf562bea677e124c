/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What mode sum costs one node of 21, beside the answer itself: its key and attestation, the check
 * of the list, the masks, the masks of a blind sum; and the bytes up and down. Prints a table; each
 * line is the median of repeated runs in one process, CPU time: what it costs, whatever else runs.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "node/privacy/mask.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/participants.h"

#define NODES 21
#define ROUNDS 31
#define CELLS_MAX 65536

static struct {
    struct arena *arena;
    struct secret_key *root, *key[NODES];
    struct mask *mask[NODES];
    char id[NODES][24];
    uint8_t hash[32];
    Rikstal__V1__Envelope *attestation[NODES];
    Rikstal__V1__MaskList list;
    struct roster *roster;
    int64_t now_s;
} b;

/* Of this process, which has one thread. */
static int64_t cpu_us(void)
{
    return (int64_t)clock() * 1000000 / CLOCKS_PER_SEC;
}

static void must(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "bench_sum: %s\n", err->text);
    exit(EXIT_FAILED);
}

static ProtobufCBinaryData public_of(const struct secret_key *key)
{
    return (ProtobufCBinaryData){KEY_BYTES, (uint8_t *)secret_key_public(key)->b};
}

static void make_roster(void)
{
    Rikstal__V1__Roster roster = RIKSTAL__V1__ROSTER__INIT;
    Rikstal__V1__RosterNode *nodes[NODES];
    Rikstal__V1__Envelope *envelope;
    struct root_keys roots;
    uint8_t *data;
    size_t size;
    struct err err;

    must(secret_key_new(&b.root, &err), &err);
    roots = (struct root_keys){.needed = 1, .n = 1, .keys = {*secret_key_public(b.root)}};
    for (size_t i = 0; i < NODES; i++) {
        must(secret_key_new(&b.key[i], &err), &err);
        snprintf(b.id[i], sizeof(b.id[i]), "%02zu", i + 1);
        nodes[i] = arena_alloc(b.arena, sizeof(*nodes[i]));
        rikstal__v1__roster_node__init(nodes[i]);
        nodes[i]->node = nodes[i]->name = b.id[i];
        nodes[i]->key = public_of(b.key[i]);
    }
    roster.network = "bench";
    roster.version = 1;
    roster.nodes = nodes;
    roster.n_nodes = NODES;
    roster.participants_min = 14;
    must(envelope_sign_message(DOMAIN_ROSTER, &roster.base, b.root, b.arena, &envelope, &err) &&
             message_pack(&envelope->base, b.arena, &data, &size, &err) &&
             roster_open((struct bytes_view){data, size}, &roots, NULL, 0, &b.roster, &err),
         &err);
}

static void attest(size_t i)
{
    Rikstal__V1__Attestation a = RIKSTAL__V1__ATTESTATION__INIT;
    uint8_t nonce[PARTICIPANTS_NONCE_BYTES];
    struct err err;

    random_bytes(nonce, sizeof(nonce));
    if (b.mask[i])
        mask_renew(b.mask[i]); /* as sum_sessions_open() does */
    else
        b.mask[i] = mask_new();
    a.question_hash = a.snapshot = a.population = (ProtobufCBinaryData){32, b.hash};
    a.node = b.id[i];
    a.attempt = 1;
    a.ephemeral_key = (ProtobufCBinaryData){MASK_KEY_BYTES, (uint8_t *)mask_public_key(b.mask[i])};
    a.nonce = (ProtobufCBinaryData){sizeof(nonce), nonce};
    a.not_after = b.now_s + 30;
    must(envelope_sign_message(DOMAIN_ATTEST, &a.base, b.key[i], b.arena, &b.attestation[i], &err),
         &err);
}

static void check_list(struct participants *bitmap)
{
    struct participants_check check = {b.roster, b.hash, b.now_s, true, b.attestation[0]};
    struct arena *arena = arena_new((size_t)8 << 20);
    struct err err;

    must(arena && participants_open(&check, &b.list, arena, bitmap, &err), &err);
    arena_free(arena);
}

static void mask_cells(size_t n, const uint8_t *session_id, const uint8_t *asker)
{
    static int64_t cell[CELLS_MAX];
    struct mask_peer peer[NODES];
    struct mask_session session = {.self = b.id[0], .peers = peer, .asker = asker};
    struct err err;

    for (size_t i = 1; i < NODES; i++)
        peer[session.n_peers++] = (struct mask_peer){b.id[i], mask_public_key(b.mask[i])};
    memcpy(session.id, session_id, sizeof(session.id));
    must(mask_apply(b.mask[0], &session, cell, n, &err), &err);
}

static int by_value(const void *a, const void *c)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)c;

    return (x > y) - (x < y);
}

static double median_ms(int64_t *us)
{
    qsort(us, ROUNDS, sizeof(*us), by_value);
    return (double)us[ROUNDS / 2] / 1e3;
}

static size_t packed(const ProtobufCMessage *message)
{
    return protobuf_c_message_get_packed_size(message);
}

/* What a signed vector of so many cells takes on the wire. */
static size_t vector_bytes(size_t n)
{
    static int64_t cell[CELLS_MAX];
    Rikstal__V1__Answer answer = RIKSTAL__V1__ANSWER__INIT;

    answer.version = 1;
    answer.node = b.id[0];
    answer.question_hash = answer.question_identity = answer.snapshot = answer.session =
        (ProtobufCBinaryData){32, b.hash};
    answer.state = RIKSTAL__V1__STATE__STATE_VALUE;
    answer.mode = RIKSTAL__V1__MODE__MODE_SUM;
    answer.sigma = 5;
    answer.cells = cell;
    answer.n_cells = n;
    answer.price_nrho = 20000000;
    answer.charged = true;
    answer.snapshot_date = "2026-11-21";
    answer.assembly = "GRCh38";
    answer.tested_share_percent = 95;
    answer.log_index = 1000;
    answer.budget_left_nrho = 480000000;
    answer.display_below = answer.display_base = 5;
    return packed(&answer.base) + 110; /* and its envelope: domain, key id, signature */
}

static void bench_cells(size_t n)
{
    int64_t attest_us[ROUNDS], check_us[ROUNDS], mask_us[ROUNDS], blind_us[ROUNDS];
    struct participants bitmap;

    for (size_t i = 0; i < ROUNDS; i++) {
        int64_t begin = cpu_us();

        attest(0);
        attest_us[i] = cpu_us() - begin;
        begin = cpu_us();
        check_list(&bitmap);
        check_us[i] = cpu_us() - begin;
        begin = cpu_us();
        mask_cells(n, bitmap.session, NULL);
        mask_us[i] = cpu_us() - begin;
        attest(0);
        begin = cpu_us();
        mask_cells(n, bitmap.session, mask_public_key(b.mask[1])); /* any key will do */
        blind_us[i] = cpu_us() - begin;
    }
    printf("%8zu %12.3f %12.3f %12.3f %12.3f %12zu %12zu\n", n, median_ms(attest_us),
           median_ms(check_us), median_ms(mask_us), median_ms(blind_us),
           packed(&b.attestation[0]->base) + vector_bytes(n), packed(&b.list.base));
}

int main(void)
{
    b.arena = arena_new((size_t)64 << 20);
    if (!b.arena || !random_start() || sodium_init() < 0)
        return EXIT_FAILED;
    b.now_s = clock_wall_s();
    make_roster();
    for (size_t i = 0; i < NODES; i++)
        attest(i);
    rikstal__v1__mask_list__init(&b.list);
    b.list.question_hash = (ProtobufCBinaryData){32, b.hash};
    b.list.attempt = 1;
    b.list.attestations = b.attestation;
    b.list.n_attestations = NODES;
    printf("%8s %12s %12s %12s %12s %12s %12s\n", "cells", "attest ms", "list ms", "masks ms",
           "blind ms", "bytes up", "bytes down");
    bench_cells(1);
    bench_cells(1000);
    bench_cells(CELLS_MAX);
    for (size_t i = 0; i < NODES; i++) {
        mask_free(b.mask[i]);
        secret_key_free(b.key[i]);
    }
    secret_key_free(b.root);
    roster_free(b.roster);
    arena_free(b.arena);
    return EXIT_OK;
}
