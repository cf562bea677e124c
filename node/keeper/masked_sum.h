#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mode sum: a question is answered in two rounds, so that each node sends a masked share, which can
 * be read only in the sum of all participants (reference: privacy, section 4.7).
 *
 * In round one a node attests that it takes part; nothing is charged or computed. Round two has the
 * order of keeper_answer(); it also checks the list of participants before the charge, and adds the
 * masks to what was recorded. See masked_sum.c. One thread.
 */
#include "proto/base/err.h"

struct request;
struct keeper;

#define MASKED_SUM_SETS_MAX 2 /* how many sets of participants one question may be answered for */

/* 0 only in the control of tests/attack/promises.c: who cannot pay refuses in round two. */
#ifndef MASKED_SUM_SETTLES_EARLY
#define MASKED_SUM_SETTLES_EARLY 1
#endif

/* Round one: request->attestation is signed, or request->refusal gives the reason. */
bool masked_sum_attend(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
/*
 * Round two, with request->session and request->list: request->answer is signed, or
 * request->refusal gives the reason. The session may not be used again: the caller ends it.
 */
bool masked_sum_answer(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
