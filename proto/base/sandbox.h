#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process gives up before it looks at the first foreign byte, for the rest of its life.
 *
 * Two walls. A seccomp allowlist a profile (sandbox_profiles.c): a call that is not on it kills the
 * whole process (SIGSYS) before anything happens; the few that a library tries and can do without
 * fail with an errno. Landlock, where the kernel has it (5.19 and newer): of all files only those
 * below the places given here, no listening but the coordinator's, no connections but those of link
 * and coordinator, no signals to processes outside (Linux 6.7, 6.12).
 *
 * Threads inherit both, so call it before the first one. A build with a sanitizer allows what its
 * run time needs as well (sandbox_is_relaxed), and one that counts lines (b_coverage) writes
 * them into the build folder: they are for tests. Linux, libseccomp.
 */
#include <stddef.h>

#include "proto/base/err.h"

enum sandbox_profile {
    SANDBOX_READER,      /* import's reader of foreign files: what is open, memory, the end */
    SANDBOX_KEEPER,      /* files; no sockets, processes, threads, executable memory */
    SANDBOX_LINK,        /* IP connections, threads; reads files */
    SANDBOX_COORDINATOR, /* IP connections and listeners, threads, files */
    SANDBOX_PROFILES,
};

struct sandbox_place {
    const char *path; /* a file, or a folder with all below; one that is not there is left out */
    bool may_write;   /* read and list, or also write, make, rename and remove */
};

/* First thing in a process with keys: no core dumps, not dumpable, nobody attaches a debugger. */
bool sandbox_prepare(struct err *err) MUST_CHECK;
/* Both walls. Files that are open already stay open, whatever the places. */
bool sandbox_enter(enum sandbox_profile profile, const struct sandbox_place *places, size_t n,
                   struct err *err) MUST_CHECK;
/* True when the build has a sanitizer, or counts lines. */
bool sandbox_is_relaxed(void);
/* True when this kernel has a Landlock that sandbox_enter() uses; false: seccomp alone. */
bool sandbox_has_landlock(void);
