#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps after the charge: evaluate, noise, record, sign; and the refusal, when a step says no.
 *
 * As in request.h each step takes the output of the one before. What leaves is a signed Answer with
 * noised cells or with a code of the closed list. One thread.
 */
#include "node/keeper/request.h"
#include "proto/base/err.h"

struct cells;
struct keeper;

/* The true figures, sealed; response_noise() wipes them, whatever becomes of it. */
struct response_evaluated {
    const struct request_charged *charged;
    int64_t busy_us; /* clock_mono_us(): since when the data are looked at */
    struct cells *cells;
};

struct response_noised {
    const struct request_charged *charged;
    int64_t *cells; /* those of the question's shape */
};

/* What was recorded in the journal, now or before. */
struct response_recorded {
    const struct request_charged *charged;
    Rikstal__V1__Answer *answer; /* response_find(): as it was stored; a sum's masked in place */
    bool masked;
};

/*
 * Was it recorded before? Then nothing is computed again. To an asker who pays for it now it takes
 * as long as a computed one, or the time would tell that somebody else had asked.
 */
bool response_is_stored(const struct keeper *keeper, const struct request_charged *charged,
                        struct response_recorded *out);
/* Sets over the snapshot into sealed cells; stops at the question's slot. */
bool response_evaluate(struct keeper *keeper, const struct request_charged *charged,
                       struct response_evaluated *out, struct err *err) MUST_CHECK;
/* Through the door of node/privacy/noise.h; the cells are wiped. */
bool response_noise(struct keeper *keeper, struct response_evaluated *evaluated,
                    struct response_noised *out, struct err *err) MUST_CHECK;
/* The answer and its audit leaf: durable before anything leaves. */
bool response_record(struct keeper *keeper, const struct response_noised *noised,
                     struct response_recorded *out, struct err *err) MUST_CHECK;
/* Read recorded->answer back from the journal. Once. */
bool response_find(struct keeper *keeper, struct response_recorded *recorded,
                   struct err *err) MUST_CHECK;
/* request->answer, of what was recorded; a sum's only once it is masked. */
bool response_sign(struct keeper *keeper, struct response_recorded *recorded,
                   struct err *err) MUST_CHECK;

/*
 * Is what was computed not ready at its slot? That is a fault of the node. The answer is dropped,
 * request->refusal becomes timed_out, and what this question paid is given back.
 */
bool response_is_late(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;

/* request->answer, signed, with request->refusal and no value. */
bool response_decline(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
