#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the regions' term releases know of a question, before it is asked: fetches the list that
 * each node has signed, and the public files that it names, each once in the life of a machine.
 *
 * The coordinator is believed in nothing: a list counts with its node's signature, a file with the
 * hash that the node signed. Files are kept in $XDG_CACHE_HOME/rikstal/terms or
 * ~/.cache/rikstal/terms, one a hash, and are verified whenever they are read. One thread.
 */
#include "coordinator/analyst/session.h"
#include "coordinator/report/plan.h"
#include "proto/base/err.h"
#include "proto/query/code.h"
#include "proto/terms/term_check.h"
#include "proto/terms/term_echo.h"

struct known_terms {
    struct term_sources sources;
    struct release_file **files; /* of the sources; NULL where one could not be read */
    size_t n_nodes;
    const char *names[TERM_CHECK_NODES_MAX]; /* of the roster's nodes, in its order */
    const char *ids[TERM_CHECK_NODES_MAX];
    struct term_findings findings;
    struct term_echo echo; /* of the findings, for all nodes; without findings when not checked */
};

/*
 * Fetches what is needed for the codes and genes of the question and checks them. All lives in the
 * session's arena; the caller clears it. ERR_DENIED when the coordinator sends another file than
 * the one that a node has signed. A file that the coordinator does not have yet is not read.
 */
bool known_terms_fetch(const struct session *session, const struct roster *roster,
                       const struct ast *question, struct known_terms *out,
                       struct err *err) MUST_CHECK;
/* Fetches all releases that nodes announce, without a question. */
bool known_terms_all(const struct session *session, struct known_terms *out,
                     struct err *err) MUST_CHECK;
void known_terms_clear(struct known_terms *known);
/*
 * For commands that ask nobody: fetches and judges as well as can be. Without root keys or a
 * coordinator it says on stderr, as `command`, that nothing was checked, and finds nothing.
 */
bool known_terms_look(const char *command, const struct session *session,
                      const struct ast *question, const char *text, struct known_terms *out,
                      struct err *err) MUST_CHECK;
/*
 * ERR_INVALID for a code or gene that no region's release has, after each was told on stderr with
 * its place and a suggestion. text: the question.
 */
bool known_terms_judge(const struct known_terms *known, const char *text,
                       struct err *err) MUST_CHECK;
/* The same for the disease of a research question, which has no place in its text. */
bool known_terms_disease(const struct session *session, const struct roster *roster,
                         const struct code *disease, struct err *err) MUST_CHECK;
