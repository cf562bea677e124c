#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Terminologies of this node: which releases are loaded, and their terms.
 *
 * The tables lie in the store's database, which the caller lends and which must outlive what is
 * opened here. A release is loaded whole or not at all and replaces the one of its system. Systems
 * are lower case: "hp", "icd10", "atc"; gene tables are "genes:GRCh37" and "genes:GRCh38". One
 * thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct sqlite3;
struct term_writer;

#define TERM_SYSTEM_BYTES 32
#define TERM_RELEASE_BYTES 64
#define TERM_CODE_BYTES_MAX 64
#define TERM_LABEL_BYTES_MAX 1024
#define TERM_SYSTEMS_MAX 16
#define TERMS_MAX 2000000 /* of one system */

struct term_release {
    char system[TERM_SYSTEM_BYTES];
    char release[TERM_RELEASE_BYTES]; /* "2024-04-26": from the file where it says so */
    uint8_t file_hash[32];            /* BLAKE2b-256 of the file as it lay on disk */
    int64_t loaded_s;                 /* wall clock */
    uint64_t n_terms;
};

/* Make the tables where they are missing. Every other function does so itself. */
bool terms_prepare(struct sqlite3 *db, struct err *err) MUST_CHECK;

/* The loaded release of a system; *found is false when there is none. */
bool terms_release(struct sqlite3 *db, const char *system, struct term_release *release,
                   bool *found, struct err *err) MUST_CHECK;
/* All loaded releases, by system; at most TERM_SYSTEMS_MAX. */
bool terms_releases(struct sqlite3 *db, struct term_release releases[static TERM_SYSTEMS_MAX],
                    size_t *n, struct err *err) MUST_CHECK;

/*** writing, for the readers of term files ***/

struct term {
    const char *code;
    const char *label; /* NULL or "" when the file has none */
    bool obsolete;
    const char *replaced_by; /* NULL */
};

/* Opens a transaction in which the system's terms are gone. */
bool term_writer_open(struct sqlite3 *db, const char *system, struct term_writer **out,
                      struct err *err) MUST_CHECK;
/* A code that is there already is an error; *known (may be NULL) asks for it to be told instead. */
bool term_writer_add(struct term_writer *writer, const struct term *term, bool *known,
                     struct err *err) MUST_CHECK;
bool term_writer_parent(struct term_writer *writer, const char *child, const char *parent,
                        struct err *err) MUST_CHECK;
/* alias is another spelling of code: an id that was merged into it. */
bool term_writer_alias(struct term_writer *writer, const char *alias, const char *code,
                       struct err *err) MUST_CHECK;
/*
 * Checks that there are terms and that every parent and alias leads to one, writes the release and
 * commits. release->n_terms and loaded_s are filled in.
 */
bool term_writer_commit(struct term_writer *writer, struct term_release *release,
                        struct err *err) MUST_CHECK;
/* Rolls back what is not committed. Accepts NULL. */
void term_writer_close(struct term_writer *writer);
