#pragma once
/*
 * What the reader of foreign files gives up before it looks at the first byte: opening files,
 * sockets, new programs and processes, tracing, executable memory, core dumps; and what it may use
 * of processor time and memory is bounded. A call that is not on the list kills the process.
 *
 * Linux, libseccomp. In a build with a sanitizer the list is longer by what its run time needs, and
 * address space is not bounded. There is no way back. One thread.
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

/* True when the build has a sanitizer, whose run time opens files. */
bool confine_is_relaxed(void);
/* Close every descriptor but these, and send standard error nowhere. Before confine_enter(). */
bool confine_descriptors(const int *keep, size_t n_keep, struct err *err) MUST_CHECK;
/* ERR_UNAVAILABLE when the parent ended before: nobody would kill the reader, or tell it to go. */
bool confine_enter(const struct confine_limits *limits, struct err *err) MUST_CHECK;
