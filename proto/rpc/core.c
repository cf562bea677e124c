/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/rpc/core.h"

#include <assert.h>
#include <grpc/support/time.h>
#include <limits.h>

gpr_timespec core_forever(void)
{
    return gpr_inf_future(GPR_CLOCK_MONOTONIC);
}

gpr_timespec core_after(int64_t ms)
{
    if (ms < 0)
        return core_forever();
    return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_millis(ms, GPR_TIMESPAN));
}

bool core_batch(grpc_call *call, grpc_completion_queue *queue, const grpc_op *ops, size_t n_ops)
{
    assert(call && queue && n_ops > 0);
    char tag; /* only its address is used; it is unique while this frame exists */

    if (grpc_call_start_batch(call, ops, n_ops, &tag, NULL) != GRPC_CALL_OK)
        return false;
    return grpc_completion_queue_pluck(queue, &tag, core_forever(), NULL).success;
}

grpc_arg core_arg_int(const char *key, int64_t value)
{
    grpc_arg arg = {.type = GRPC_ARG_INTEGER, .key = (char *)key};

    arg.value.integer = value > INT_MAX ? INT_MAX : (int)value;
    return arg;
}

/* Cancelled and unavailable both mean that the peer is gone (reference: grpc, 3.3). */
static enum err_code code_of(grpc_status_code status)
{
    switch (status) {
    case GRPC_STATUS_OK:
        return ERR_NONE;
    case GRPC_STATUS_CANCELLED:
    case GRPC_STATUS_UNAVAILABLE:
    case GRPC_STATUS_DEADLINE_EXCEEDED:
        return ERR_UNAVAILABLE;
    case GRPC_STATUS_UNAUTHENTICATED:
    case GRPC_STATUS_PERMISSION_DENIED:
        return ERR_DENIED;
    case GRPC_STATUS_RESOURCE_EXHAUSTED:
        return ERR_EXHAUSTED;
    case GRPC_STATUS_INVALID_ARGUMENT:
    case GRPC_STATUS_UNIMPLEMENTED:
    case GRPC_STATUS_FAILED_PRECONDITION:
        return ERR_INVALID;
    default:
        return ERR_INTERNAL;
    }
}

void core_status_err(grpc_status_code status, const char *details, struct err *err)
{
    if (status == GRPC_STATUS_OK)
        err_set(err, ERR_NONE, "%s", "");
    else
        err_set(err, code_of(status), "status %d: %s", (int)status, details);
}

grpc_status_code core_err_status(const struct err *err)
{
    switch (err->code) {
    case ERR_NONE:
        return GRPC_STATUS_OK;
    case ERR_INVALID:
        return GRPC_STATUS_INVALID_ARGUMENT;
    case ERR_DENIED:
        return GRPC_STATUS_PERMISSION_DENIED;
    case ERR_EXHAUSTED:
        return GRPC_STATUS_RESOURCE_EXHAUSTED;
    case ERR_UNAVAILABLE:
        return GRPC_STATUS_UNAVAILABLE;
    case ERR_INTERNAL:
        return GRPC_STATUS_INTERNAL;
    }
    return GRPC_STATUS_INTERNAL;
}
