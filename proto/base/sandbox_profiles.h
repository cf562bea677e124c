#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The profiles of the sandbox as tables: a system call, the argument that decides, and the effect.
 * Only sandbox.c uses them. Constant.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/sandbox.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANDBOX_RELAXED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define SANDBOX_RELAXED 1
#endif
#endif
#if defined(SANDBOX_COVERAGE) && !defined(SANDBOX_RELAXED)
#define SANDBOX_RELAXED 1
#endif
#ifndef SANDBOX_RELAXED
#define SANDBOX_RELAXED 0
#endif

#define SANDBOX_ANY (-1)

/* The call is allowed (or fails with errno_value) when (argument & mask) == value. */
struct sandbox_rule {
    int call;        /* SCMP_SYS(...); negative when this machine does not have the call */
    int errno_value; /* 0: allowed */
    int argument;    /* index of the argument; SANDBOX_ANY: arguments are not checked */
    uint64_t mask, value;
};

struct sandbox_rules {
    const struct sandbox_rule *rules;
    size_t n;
};

/* The parts of a profile; a part without rules ends the list. */
const struct sandbox_rules *sandbox_profiles_parts(enum sandbox_profile profile);
