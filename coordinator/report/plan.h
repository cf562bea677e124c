#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of a question: the regions to ask, the shape of their answers, and the deadline.
 *
 * It is made from a question that question_check() has accepted (proto/trust). It holds everything
 * that the coordinator needs of the question, and the envelope's bytes, which are sent on
 * unchanged. The coordinator does not read the criteria. A plan is one allocation, which its holder
 * frees, and never changes; any thread may read it.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/mode.h"
#include "proto/query/shape.h"
#include "proto/trust/keystream.h"
#include "proto/trust/question.h"

struct arena;
struct roster;

#define REGIONS_MAX 64
#define NODE_BYTES 16 /* "12" and its NUL */
#define NAME_BYTES 65
#define PLAN_DEADLINE_MS 30000 /* the default, unless the asker wants less */
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
    uint32_t sigma_undetermined; /* as in the question: proto/query/measure.h */
    uint32_t sigma_total;
    size_t n_cells; /* cells of every answer's vector */
    int64_t expires;
    int64_t asked_s;           /* when the coordinator accepted it, unix seconds */
    uint32_t participants_min; /* sum: the roster's minimum */
    bool blind;                /* sum: only the asker can open the total */
    uint8_t blind_key[KEYSTREAM_KEY_BYTES];
    size_t n_regions;
    char region[REGIONS_MAX][NODE_BYTES]; /* the audience: sorted, distinct, all in the roster */
    uint8_t *envelope;                    /* the signed bytes; they are stored behind the struct */
    size_t envelope_bytes;
};

/*
 * Makes the plan of a checked question; `envelope` is the packed Envelope that carried it.
 * ERR_INVALID for a region that is not in the roster, and for a feature that is not served, which
 * err names.
 */
bool plan_new(const struct question *question, const struct roster *roster, const uint8_t *envelope,
              size_t envelope_bytes, struct plan **out, struct err *err) MUST_CHECK;
void plan_free(struct plan *plan); /* accepts NULL */

/* Unpacks the question in this packed Envelope into the arena, without checking the signature. */
bool plan_question(const uint8_t *envelope, size_t envelope_bytes, struct arena *arena,
                   const Rikstal__V1__Question **out, struct err *err) MUST_CHECK;
/* Reads which cells the question asks for. */
bool plan_shape(const uint8_t *envelope, size_t envelope_bytes, struct arena *arena,
                struct shape *out, struct err *err) MUST_CHECK;

/* The deadline, from the time that the asker wants (0: no wish) and the question's own expiry. */
int64_t plan_deadline_ms(const struct plan *plan, int64_t wish_ms, int64_t now_s);
