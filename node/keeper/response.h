#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps after the charge: evaluate, noise, record, sign; and the refusal when a step fails.
 *
 * As in request.h each step takes the output of the one before. The result is a signed Answer with
 * noised cells or with a code of the closed list. One thread.
 */
#include "node/keeper/request.h"
#include "proto/base/err.h"

struct cells;
struct keeper;

/* The true figures, sealed. response_noise() wipes them also when it fails. */
struct response_evaluated {
    const struct request_charged *charged;
    int64_t busy_us; /* clock_mono_us(): when the first look at data was */
    struct cells *cells;
};

struct response_noised {
    const struct request_charged *charged;
    int64_t *cells; /* the noised cells, as many as the question's shape has */
};

/* An answer that is recorded in the journal, now or before. */
struct response_recorded {
    const struct request_charged *charged;
    Rikstal__V1__Answer *answer; /* response_find(): as stored; of a sum, masked in place */
    bool masked;
};

/*
 * Was the answer recorded before? Then it is not computed again. For an asker who pays for it now
 * it takes as long as a computed answer, because a quick answer would tell that somebody else had
 * asked.
 */
bool response_is_stored(const struct keeper *keeper, const struct request_charged *charged,
                        struct response_recorded *out);
/* Evaluates over the snapshot into sealed cells. Stops at the question's slot. */
bool response_evaluate(struct keeper *keeper, const struct request_charged *charged,
                       struct response_evaluated *out, struct err *err) MUST_CHECK;
/* Adds noise by noise_open() of node/privacy/noise.h, and wipes the sealed cells. */
bool response_noise(struct keeper *keeper, struct response_evaluated *evaluated,
                    struct response_noised *out, struct err *err) MUST_CHECK;
/* Stores the answer and its audit leaf. Both are durable when it returns. */
bool response_record(struct keeper *keeper, const struct response_noised *noised,
                     struct response_recorded *out, struct err *err) MUST_CHECK;
/* Reads recorded->answer back from the journal. Call once. */
bool response_find(struct keeper *keeper, struct response_recorded *recorded,
                   struct err *err) MUST_CHECK;
/* Makes request->answer from what was recorded; for a sum, after the masks were added. */
bool response_sign(struct keeper *keeper, struct response_recorded *recorded,
                   struct err *err) MUST_CHECK;

/*
 * Was the answer not ready at its slot? That is a fault of the node: the answer is dropped,
 * request->refusal becomes timed_out, and the charge of this question is given back.
 */
bool response_is_late(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;

/* Makes request->answer: signed, with request->refusal and without figures. */
bool response_decline(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
