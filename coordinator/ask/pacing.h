#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many questions each organisation may hand in: a token bucket for each, that fills evenly and
 * holds one minute's questions.
 *
 * Every attempt takes a token, also one that is refused afterwards: it costs a row here and a leaf
 * at every node. The coordinator refuses before the nodes do, so that one organisation cannot fill
 * their queues. In memory; a restart fills the buckets. One thread, or one lock.
 */
#include <stdint.h>

#include "proto/base/err.h"

#define PACING_ORGANISATIONS_MAX 1024 /* beyond it the one seen longest ago is forgotten */
#define PACING_PER_MINUTE_MOST 60000
/*
 * What a question costs that every region refused: it is stored for nothing, here and at the nodes.
 * At 600 a minute, 30 a minute may be refused.
 */
#define PACING_REFUSED_TOKENS 20

struct pacing;

/* NULL when memory is out. per_minute 0: no limit. */
struct pacing *pacing_new(uint32_t per_minute);
void pacing_free(struct pacing *pacing); /* accepts NULL */

/* Takes a token; returns 0, or how many seconds from now one will be there. */
int64_t pacing_take(struct pacing *pacing, const char *organisation, int64_t now_ms);
/* Takes the rest of PACING_REFUSED_TOKENS for a question that had one: every region refused it. */
void pacing_refused(struct pacing *pacing, const char *organisation, int64_t now_ms);
