#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps by which a question is answered, in their order. See keeper.c.
 */
#include "proto/base/err.h"

struct request;
struct keeper;

/* request->answer is signed, or request->refusal says why not. */
bool keeper_answer(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
