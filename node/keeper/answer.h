#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page of the house: how a question is answered. See keeper.c.
 */
#include "proto/base/err.h"

struct request;
struct keeper;

/* request->answer is signed, or request->refusal says why not. */
bool keeper_answer(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
