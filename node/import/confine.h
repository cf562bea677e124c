#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the reader of foreign files gives up before it looks at the first byte: every descriptor but
 * those it is given, what it may use of processor time and memory beyond a bound, core dumps, and
 * all that SANDBOX_READER (proto/base/sandbox.h) does not allow.
 *
 * In a build with a sanitizer address space is not bounded. There is no way back. One thread.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/base/err.h"

struct confine_limits {
    pid_t parent;          /* who forked the reader, which is killed with it */
    uint64_t cpu_s;        /* processor time */
    uint64_t memory_bytes; /* address space */
};

/* Close every descriptor but these, and send standard error nowhere. Before confine_enter(). */
bool confine_descriptors(const int *keep, size_t n_keep, struct err *err) MUST_CHECK;
/* ERR_UNAVAILABLE when the parent has ended already, because then nobody would start or kill the
 * reader. */
bool confine_enter(const struct confine_limits *limits, struct err *err) MUST_CHECK;
