#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of a question: which regions are asked, in which shape they answer, until when.
 *
 * It is made from a question that question_check() has let through (proto/trust), holds all that
 * the coordinator needs of it, and the envelope's bytes, which travel on unchanged. The criteria
 * are the analyst's and the nodes' business and are not looked into here. A plan is one
 * allocation, owned by whoever holds the pointer, and never changed; any thread may read it.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/mode.h"
#include "proto/query/shape.h"
#include "proto/trust/question.h"
#include "proto/trust/stream.h"

struct arena;
struct roster;

#define REGIONS_MAX 64
#define NODE_BYTES 16 /* "12" and its NUL */
#define NAME_BYTES 65
#define PLAN_DEADLINE_MS 30000 /* unless the asker wants less */
#define PLAN_DEADLINE_MAX_MS 600000

struct plan {
    uint8_t id[QUESTION_ID_BYTES];
    uint8_t hash[QUESTION_HASH_BYTES]; /* of the signed payload */
    char analyst[NAME_BYTES];
    char organisation[NAME_BYTES];
    char role[NAME_BYTES];
    char purpose[NAME_BYTES];
    enum measure_kind measure;
    enum mode mode;
    uint32_t sigma;
    size_t n_cells; /* of every answer's vector */
    int64_t expires;
    int64_t asked_s;           /* when the coordinator took it, unix seconds */
    uint32_t participants_min; /* sum: of the roster */
    bool blind;                /* sum: its total is the asker's alone to open */
    uint8_t blind_key[STREAM_KEY_BYTES];
    size_t n_regions;
    char region[REGIONS_MAX][NODE_BYTES]; /* the audience: sorted, distinct, all of the roster */
    uint8_t *envelope;                    /* the signed bytes, behind the struct */
    size_t envelope_bytes;
};

/*
 * The plan of a checked question; envelope is the packed Envelope that carried it. ERR_INVALID for
 * a region that the roster does not have, and for what is not served yet, by name.
 */
bool plan_new(const struct question *question, const struct roster *roster, const uint8_t *envelope,
              size_t envelope_bytes, struct plan **out, struct err *err) MUST_CHECK;
void plan_free(struct plan *plan); /* accepts NULL */

/* The question in this packed Envelope, in the arena; the signature is not looked at. */
bool plan_question(const uint8_t *envelope, size_t envelope_bytes, struct arena *arena,
                   const Rikstal__V1__Question **out, struct err *err) MUST_CHECK;
/* Which cells it asks for. */
bool plan_shape(const uint8_t *envelope, size_t envelope_bytes, struct arena *arena,
                struct shape *out, struct err *err) MUST_CHECK;

/* When the answers are due, from the asker's wish (0: none) and the question's own expiry. */
int64_t plan_deadline_ms(const struct plan *plan, int64_t wish_ms, int64_t now_s);
