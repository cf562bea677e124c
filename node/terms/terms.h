#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminologies of this node: which releases are loaded. term_writer.h writes one.
 *
 * The tables are in the store's database, which the caller lends and which must stay open as long
 * as anything opened here. A release is loaded completely or not at all and replaces the system's
 * older one. Systems are lower case: "hp", "icd10", "atc"; gene tables are "genes:GRCh37" and
 * "genes:GRCh38". One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct sqlite3;

#define TERM_SYSTEM_BYTES 32
#define TERM_RELEASE_BYTES 64
#define TERM_CODE_BYTES_MAX 64
#define TERM_LABEL_BYTES_MAX 1024
#define TERM_SYSTEMS_MAX 16
#define TERMS_MAX 2000000 /* of one system */

struct term_release {
    char system[TERM_SYSTEM_BYTES];
    char release[TERM_RELEASE_BYTES]; /* "2024-04-26"; from the file when it names one */
    uint8_t file_hash[32];            /* BLAKE2b-256 of the file's bytes on disk, packed or not */
    int64_t loaded_s;                 /* wall clock */
    uint64_t n_terms;
    unsigned reader; /* what was kept of the file: TERM_READER, or less by an older reader */
};
#define TERM_READER 2 /* 2: synonyms too */

/* Makes the tables if they are missing. Those that read call it. */
bool terms_prepare(struct sqlite3 *db, struct err *err) MUST_CHECK;

/* Notes that this release is loaded by this reader, instead of another one of its system. */
bool terms_release_put(struct sqlite3 *db, const struct term_release *release,
                       struct err *err) MUST_CHECK;
/* Reads the loaded release of a system. *found is false when there is none. */
bool terms_release(struct sqlite3 *db, const char *system, struct term_release *release,
                   bool *found, struct err *err) MUST_CHECK;
/* Reads all loaded releases, in the order of systems; at most TERM_SYSTEMS_MAX. */
bool terms_releases(struct sqlite3 *db, struct term_release releases[static TERM_SYSTEMS_MAX],
                    size_t *n, struct err *err) MUST_CHECK;
