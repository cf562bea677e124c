#pragma once
/*
 * The page of the house: how a question is answered. See keeper.c.
 */
#include "proto/base/err.h"

struct request;
struct keeper;

/* asked->answer is signed, or asked->refusal says why not. */
bool keeper_answer(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
