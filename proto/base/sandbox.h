#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rights that a process gives up, until it ends, before it reads the first foreign byte.
 *
 * Two barriers. seccomp: each profile is an allowlist (sandbox_profiles.c), and a call that is not
 * on it kills the whole process (SIGSYS) before it has any effect; the few calls that a library
 * tries but can do without fail with an errno instead. Landlock, where the kernel has it (5.19 and
 * newer): the process sees only files below the places given here; only the coordinator may listen;
 * only link and coordinator may connect (Linux 6.7); no process may send signals to processes
 * outside (Linux 6.12).
 *
 * Threads inherit both, so sandbox_enter() must be called before the first thread starts. A build
 * with a sanitizer also allows the calls of its run time (sandbox_is_relaxed()), and a build with
 * b_coverage may write line counts into the build folder: such builds are for tests only. Linux,
 * libseccomp.
 */
#include <stddef.h>

#include "proto/base/err.h"

enum sandbox_profile {
    SANDBOX_READER,      /* import's reader of foreign files: open files, memory, exit */
    SANDBOX_KEEPER,      /* files; no sockets, processes, threads or executable memory */
    SANDBOX_LINK,        /* IP connections, threads; reads files */
    SANDBOX_COORDINATOR, /* IP connections and listening sockets, threads, files */
    SANDBOX_PROFILES,
};

struct sandbox_place {
    const char *path; /* a file, or a folder with everything below it; skipped when it does not
                       * exist */
    bool may_write;   /* false: read and list; true: also write, make, rename and remove */
};

/* Call it first in a process with keys: it forbids core dumps and debuggers (not dumpable). */
bool sandbox_prepare(struct err *err) MUST_CHECK;
/* Raises both barriers. Files that are already open stay open, wherever they are. */
bool sandbox_enter(enum sandbox_profile profile, const struct sandbox_place *places, size_t n,
                   struct err *err) MUST_CHECK;
/* True when the build has a sanitizer or counts lines. */
bool sandbox_is_relaxed(void);
/* True when this kernel has a Landlock version that sandbox_enter() uses. False: seccomp alone. */
bool sandbox_has_landlock(void);
