#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One import: one transaction, known again by content, undone by its id.
 *
 * import_begin() … entry_put(), calls_add(), … import_commit(). Anything that fails in between
 * must end in import_rollback(), after which the store is as before. The same content with the same
 * kind and options is known and needs no second import; an undone import is not known, nor one that
 * was replaced in part, nor one of a feed that is not the feed's newest. One thread.
 *
 * A source with a feed is a full extract: import_end_unsaid() ends what the feed said before and
 * this import does not say. Entries belong to their feed: two feeds that say the same thing have an
 * entry each. Without a feed an import only adds and replaces; what it says and an older import
 * said already, both own.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct store;
struct deliveries;

#define IMPORT_FEED_MAX 255 /* bytes of a feed's name */

/* What is imported; kind, options, content and feed are its identity. */
struct import_source {
    const char *kind;    /* "vcf", "phenopacket", "persons", … */
    const char *options; /* canonical text of the options that change the result; may be "" */
    const char *name;    /* file name for people to read; not part of the identity */
    uint8_t content[32]; /* BLAKE2b-256 of the bytes */
    const char *feed;    /* NULL: it only adds */
    const struct deliveries *deliveries; /* the feed's declaration; NULL: none */
};

/* read = stored + unchanged + filtered + rejected, asserted at commit. */
struct import_counts {
    uint64_t read;
    uint64_t stored;
    uint64_t unchanged;
    uint64_t filtered;
    uint64_t rejected;
    uint64_t replaced; /* entries that ended for one of the same key or sample; of those stored */
    uint64_t items;    /* of those stored, what of them could not be read */
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

/* Was this imported before (and not undone)? Then *id is that import, else 0. */
bool import_known(struct store *store, const struct import_source *source, int64_t *id,
                  struct err *err) MUST_CHECK;
/* One import run; ERR_INVALID when there is none of this id. */
bool import_find(struct store *store, int64_t id, struct import_run *run,
                 struct err *err) MUST_CHECK;
/* Opens the transaction. */
bool import_begin(struct store *store, const struct import_source *source, int64_t *id,
                  struct err *err) MUST_CHECK;
/* Of an import with a feed: what the feed said and this import did not say ends. *n: how many. */
bool import_end_unsaid(struct store *store, uint64_t *n, struct err *err) MUST_CHECK;
/* How many entries the feed has in force, without the open import's own. */
bool import_feed_entries(struct store *store, const char *kind, const char *feed, uint64_t *n,
                         struct err *err) MUST_CHECK;
/* All of it becomes visible. On failure nothing is, and the import is over. */
bool import_commit(struct store *store, const struct import_counts *counts,
                   struct err *err) MUST_CHECK;
/* Nothing of it remains. Without an open import it does nothing. */
void import_rollback(struct store *store);

/*
 * Takes back an import: the store is as if it had never been there. What it alone said goes, what
 * it ended counts again unless a later one ended it too, and what another import says as well is
 * that import's now. Fails with ERR_INVALID when there is no such import or it is undone already.
 * Its own transaction.
 */
bool import_undo(struct store *store, int64_t id, struct err *err) MUST_CHECK;
/* Import runs from newest to oldest, at most n_max, the first `skip` left out. */
bool import_list(struct store *store, size_t skip, struct import_run *runs, size_t n_max, size_t *n,
                 struct err *err) MUST_CHECK;
