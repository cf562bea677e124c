#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The codes and genes of a question against term releases, before anything is asked, counted or
 * charged: one that no release knows is most often a slip, and its answer would be a wrong
 * "nobody".
 *
 * The client checks with the releases that all nodes have announced, `rikstal-node count` with
 * those of its own snapshot. Nodes are the bits of a mask. Everything found lives in the caller's
 * arena and in the release files. Pure functions; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/ast.h"
#include "proto/terms/release_file.h"

struct arena;
struct diagnostics;

#define TERM_CHECK_NODES_MAX 64

struct term_source {
    const char *system; /* "hp"; for genes "hgnc" and "genes:…" */
    const char *release;
    const struct release_file *file; /* NULL: it cannot be read, so nothing is known of it */
    uint64_t nodes;                  /* which nodes have loaded it */
};

struct term_sources {
    const struct term_source *source;
    size_t n;
};

enum term_state {
    TERM_UNCHECKED, /* no node has loaded a release that could be read */
    TERM_KNOWN,
    TERM_UNKNOWN,   /* every release that was read lacks it */
    TERM_AMBIGUOUS, /* of a gene: a former symbol or an alias of several */
};

struct term_finding {
    const struct ast_value *value;
    bool gene;
    const char *system; /* "hgnc" for a gene */
    enum term_state state;
    uint64_t lacking;    /* nodes whose release lacks it: they cannot tell for that reason */
    const char *release; /* KNOWN or UNKNOWN: of the first release that was read */
    /* KNOWN: */
    const char *label; /* "" for a gene, or when the release gives none */
    const char *today; /* the code or symbol of today, as a question prints it, where it is
                        * another one; else NULL */
    uint32_t hgnc;     /* 0: not known */
    bool obsolete;     /* and nothing replaced it */
    bool hint_under;   /* asked for with "=", and other codes lie below it */
    /* AMBIGUOUS: the genes; UNKNOWN: the nearest that a release has. "" when there is none. */
    const char *near;
};

struct term_findings {
    struct term_finding *finding; /* each code and gene of the question once, in its order */
    size_t n;
};

/* Does the question have codes of this system, or genes where it is a release of genes? */
bool term_check_needs(const struct ast *question, const char *system);
/* Checks all codes and genes of the question. False only when memory is out. */
bool term_check(const struct ast *question, const struct term_sources *sources, struct arena *arena,
                struct term_findings *out, struct err *err) MUST_CHECK;
/* Checks one code, such as the disease of a research question. */
bool term_check_code(const struct ast_value *code, const struct term_sources *sources,
                     struct arena *arena, struct term_finding *out, struct err *err) MUST_CHECK;
/*
 * Adds a diagnostic, with its place and a suggestion, for each code or gene that is unknown or
 * ambiguous. who: "no region's", "no"; it begins the message.
 */
void term_check_tell(const struct term_findings *findings, const char *who,
                     struct diagnostics *found);
