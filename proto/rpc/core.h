#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For proto/rpc only: the few functions that call gRPC's core.
 *
 * This folder keeps these rules of the core (reference: grpc, section 3.4): each call has its own
 * pluck queue, on which at most two threads wait (reader and writer); a tag is the address of an
 * object that lives until the tag has come back; at most one operation of each kind is under way.
 */
#include <grpc/grpc.h>

#include "proto/base/err.h"

#define LINK_METHOD "/rikstal.v1.Coordinator/Link"

gpr_timespec core_forever(void);
gpr_timespec core_after(int64_t ms);
/*
 * Starts a batch and waits for it without a time limit. False when it failed because the peer is
 * gone.
 */
bool core_batch(grpc_call *call, grpc_completion_queue *queue, const grpc_op *ops, size_t n_ops);
grpc_arg core_arg_int(const char *key, int64_t value);
/* Fills err from the status of an ended call. An OK status gives ERR_NONE and an empty text. */
void core_status_err(grpc_status_code status, const char *details, struct err *err);
grpc_status_code core_err_status(const struct err *err);
