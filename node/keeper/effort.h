#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a question takes of the node's time, and whether its organisation may have that now
 * (policy.h, struct policy_limits).
 *
 * Everything follows from the question, from public sizes and from the organisation's own attempts,
 * so the numbers may be told; a refusal costs nothing. Attempts and work of a minute are counted in
 * memory. One thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct keeper;
struct request;
struct request_effort;
struct request_verified;

#define EFFORT_ORGANISATIONS_MAX 1024 /* beyond it the one seen longest ago is forgotten */

/* Counts this attempt of its organisation; refuses it when there were too many. Not in round two.
 */
bool effort_attempt(const struct keeper *keeper, const struct request_verified *verified,
                    struct err *err) MUST_CHECK;
/* Refuses a question with too many criteria, or with more work than one may have. */
bool effort_of(const struct keeper *keeper, const struct request_verified *verified,
               struct request_effort *out, struct err *err) MUST_CHECK;
/* Seconds until the organisation may have so much work done; 0: now. */
int64_t effort_wait_s(const struct keeper *keeper, const struct request_verified *verified,
                      const struct request_effort *effort);
/* Takes the work from the organisation's share of this minute. */
void effort_take(const struct keeper *keeper, const struct request_verified *verified,
                 const struct request_effort *effort);
bool effort_refuse_wait(const struct keeper *keeper, struct request *request, int64_t wait_s,
                        struct err *err) MUST_CHECK;
/* Refuses what was not ready at its slot on this snapshot. */
bool effort_refuse_overrun(struct request *request, struct err *err) MUST_CHECK;
