#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a release of a terminology, for the readers of term files: its terms, their parents, their
 * other ids and other names, in one transaction of the store's database, which the caller lends.
 * Without a commit nothing changes. One thread.
 */
#include <stdbool.h>

#include "node/terms/terms.h"
#include "proto/base/err.h"

struct sqlite3;
struct term_writer;

struct term {
    const char *code;
    const char *label; /* NULL or "" when the file gives none */
    bool obsolete;
    const char *replaced_by; /* NULL: not replaced */
};

/* Begins a transaction and deletes the system's terms in it. */
bool term_writer_open(struct sqlite3 *db, const char *system, struct term_writer **out,
                      struct err *err) MUST_CHECK;
/*
 * Adds a term. A code that exists already is an error; when known is not NULL, it sets *known
 * instead.
 */
bool term_writer_add(struct term_writer *writer, const struct term *term, bool *known,
                     struct err *err) MUST_CHECK;
bool term_writer_parent(struct term_writer *writer, const char *child, const char *parent,
                        struct err *err) MUST_CHECK;
/* Adds alias, another spelling of code: an id that was merged into it. */
bool term_writer_alias(struct term_writer *writer, const char *alias, const char *code,
                       struct err *err) MUST_CHECK;
/* Adds another name of the term. */
bool term_writer_synonym(struct term_writer *writer, const char *code, const char *synonym,
                         struct err *err) MUST_CHECK;
/*
 * Checks that there are terms and that every parent, alias and synonym leads to one, writes the
 * release and commits. Fills in release->n_terms and loaded_s.
 */
bool term_writer_commit(struct term_writer *writer, struct term_release *release,
                        struct err *err) MUST_CHECK;
/* Rolls back unless committed, and frees. Accepts NULL. */
void term_writer_close(struct term_writer *writer);
