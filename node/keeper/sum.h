#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mode sum: a question is answered in two rounds, so that what leaves is a share of a sum that only
 * all participants together make readable (reference: privacy, section 4.7).
 *
 * Round one says "I take part" and promises nothing else: nothing is charged, nothing computed.
 * Round two has the order of keeper_answer(), with the list of participants checked before the
 * charge and the masks laid over what was recorded. See sum.c. One thread.
 */
#include "proto/base/err.h"

struct request;
struct keeper;

#define SUM_SETS_MAX 2 /* sets of participants that one question may be answered for */

/* Round one: request->attestation is signed, or request->refusal says why not. */
bool sum_attend(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
/*
 * Round two, of request->session and request->list: request->answer is signed, or request->refusal
 * says why not. The session is used up either way: the caller ends it.
 */
bool sum_answer(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
