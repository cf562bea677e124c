#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The codes and genes of the region's own questions against the term releases of its snapshot, as
 * `rikstal` checks them against those of all regions (proto/terms/term_check.h). What a record here
 * has is known, release or not: its answer is no wrong "nobody". One thread.
 */
#include <stddef.h>

#include "node/snapshot/snapshot_releases.h"
#include "proto/base/err.h"
#include "proto/terms/term_check.h"
#include "proto/terms/term_echo.h"

struct arena;
struct ast;

struct count_terms {
    struct snapshot *snapshot;
    bool allow_unknown; /* set after opening: an unknown code or gene is no mistake */
    struct snapshot_release release[TERM_SYSTEMS_MAX];
    struct release_file *file[TERM_SYSTEMS_MAX]; /* NULL: not needed so far */
    struct term_source source[TERM_SYSTEMS_MAX];
    struct term_sources sources;
};

bool count_terms_open(struct snapshot *snapshot, struct count_terms *out,
                      struct err *err) MUST_CHECK;
void count_terms_close(struct count_terms *terms);
/*
 * Checks a question. ERR_INVALID for a code or gene that neither a release nor a record here has
 * (unless allow_unknown), and for a name of several genes, after each was told on stderr with its
 * place and a suggestion. text: what was typed; the findings live in the arena and in the open
 * files.
 */
bool count_terms_check(struct count_terms *terms, const struct ast *question, const char *text,
                       struct arena *arena, struct term_findings *out, struct err *err) MUST_CHECK;
