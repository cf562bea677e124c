#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One import: one transaction, recognised by its content, and undone by its id.
 *
 * The order is import_run_begin(), then entry_put(), calls_add() and so on, then
 * import_run_commit(). After any failure in between, call import_run_rollback(); the store is then
 * as before. The same content with the same kind and options counts as known and need not be
 * imported again. Not known are an import that was undone, one of which a part was replaced, and
 * one of a feed that is not the feed's newest. One thread.
 *
 * A source with a feed is a full extract: import_run_end_unsaid() ends what the feed said before
 * and this import does not say. Entries belong to their feed: two feeds that say the same thing
 * have an entry each. An import without a feed only adds and replaces; an entry that two such
 * imports say belongs to both.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct store;
struct deliveries;

#define IMPORT_FEED_MAX 255 /* bytes of a feed's name */

/* What is imported. kind, options, content and feed identify it. */
struct import_source {
    const char *kind;    /* "vcf", "phenopacket", "persons", … */
    const char *options; /* canonical text of the options that change the result; may be "" */
    const char *name;    /* file name for people to read; not part of the identity */
    uint8_t content[32]; /* BLAKE2b-256 of the bytes */
    const char *feed;    /* NULL: not a full extract, the import only adds and replaces */
    const struct deliveries *deliveries; /* the feed's declaration; NULL: none */
};

/* read = stored + unchanged + filtered + rejected, asserted at commit. */
struct import_counts {
    uint64_t read;
    uint64_t stored;
    uint64_t unchanged;
    uint64_t filtered;
    uint64_t rejected;
    uint64_t replaced; /* entries, among those stored, that ended an older one */
    uint64_t items;    /* parts of stored entries that could not be read */
    uint64_t removed;  /* entries that ended because the feed no longer says them */
};

struct import_run {
    int64_t id;
    char kind[32];
    char name[256];
    char feed[IMPORT_FEED_MAX + 1]; /* "" without one */
    int64_t started_s;              /* wall clock */
    int64_t undone_s;               /* 0 when in force */
    struct import_counts counts;
};

/* Was this imported before and is still known? *id is that import, else 0. */
bool import_run_known(struct store *store, const struct import_source *source, int64_t *id,
                      struct err *err) MUST_CHECK;
/* Reads one import. ERR_INVALID when none has this id. */
bool import_run_find(struct store *store, int64_t id, struct import_run *run,
                     struct err *err) MUST_CHECK;
/* Opens the transaction. */
bool import_run_begin(struct store *store, const struct import_source *source, int64_t *id,
                      struct err *err) MUST_CHECK;
/*
 * For an import with a feed: ends the entries that the feed said before and this import did not.
 * *n: how many.
 */
bool import_run_end_unsaid(struct store *store, uint64_t *n, struct err *err) MUST_CHECK;
/* Commits the import. On failure the import is rolled back and over. */
bool import_run_commit(struct store *store, const struct import_counts *counts,
                       struct err *err) MUST_CHECK;
/* Rolls the open import back. Does nothing when none is open. */
void import_run_rollback(struct store *store);

/*
 * Takes an import back, as if it had never been made. Entries that only it said are deleted,
 * entries that it ended are in force again unless a later import ended them too, and entries that
 * another import says as well belong to that one. ERR_INVALID when there is no such import or it is
 * undone already. Runs in its own transaction.
 */
bool import_run_undo(struct store *store, int64_t id, struct err *err) MUST_CHECK;
/* Lists imports from newest to oldest: leaves out the first `skip` and gives at most n_max. */
bool import_run_list(struct store *store, size_t skip, struct import_run *runs, size_t n_max,
                     size_t *n, struct err *err) MUST_CHECK;
