#pragma once
/*
 * The steps after the charge: evaluate, noise, record, sign; and the refusal, when a step says no.
 *
 * What leaves is a signed Answer with noised cells or with a code of the closed list. One thread.
 */
#include "node/keeper/request.h"
#include "proto/base/err.h"

struct keeper;

/* Sets over the snapshot into sealed cells; stops at the deadline. */
bool response_evaluate(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
/* Through the door of node/privacy/noise.h; the cells are wiped. */
bool response_noise(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
/* The answer and its audit leaf: durable before anything leaves. */
bool response_record(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
/* asked->stored: what was recorded now or before. Once. */
bool response_find(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
/* asked->answer, of what was recorded now or before; a sum's only once it is masked. */
bool response_sign(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;

/* asked->answer, signed, with asked->refusal and no value. */
bool response_decline(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
