#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A phenopacket from text, and what its reading told: shared by the tests of packets.
 */
#include "bench.h"
#include "node/import/packet.h"

#define TOLD_MAX 32

struct packet_bench {
    struct arena *arena;
    cJSON *tree;
    struct packet_reader reader;
    struct packet packet;
    bool rejected;
    struct err err;
    size_t n_told;
    size_t items; /* of them: what of the packet was left out */
    enum reject_code codes[TOLD_MAX];
    char fields[TOLD_MAX][REJECTS_FIELD_MAX + 1];
};

/* Reads a packet. Single quotes stand for double ones, so that texts are legible. */
void packet_bench_up(struct packet_bench *b, const char *text);
void packet_bench_down(struct packet_bench *b);
/* Was exactly this told, first of all? */
bool packet_bench_told(const struct packet_bench *b, enum reject_code code, const char *field);
