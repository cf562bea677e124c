#pragma once
/*
 * One import: one transaction, known again by content, undone by its id.
 *
 * import_begin() … entry_put(), calls_add(), … import_commit(). Anything that fails in between
 * must end in import_rollback(), after which the store is as before. The same content with the same
 * kind and options is known and needs no second import; an undone import is not known, nor one that
 * was replaced in part. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct store;

/* What is imported; the three together are its identity. */
struct import_source {
    const char *kind;    /* "vcf", "phenopacket", "persons", … */
    const char *options; /* canonical text of the options that change the result; may be "" */
    const char *name;    /* file name for people to read; not part of the identity */
    uint8_t content[32]; /* BLAKE2b-256 of the bytes */
};

/* read = stored + unchanged + filtered + rejected, asserted at commit. */
struct import_counts {
    uint64_t read;
    uint64_t stored;
    uint64_t unchanged;
    uint64_t filtered;
    uint64_t rejected;
};

struct import_run {
    int64_t id;
    char kind[32];
    char name[256];
    int64_t started_s; /* wall clock */
    int64_t undone_s;  /* 0 when in force */
    struct import_counts counts;
};

/* Was this imported before (and not undone)? Then *id is that import, else 0. */
bool import_known(struct store *store, const struct import_source *source, int64_t *id,
                  struct err *err) MUST_CHECK;
/* Opens the transaction. */
bool import_begin(struct store *store, const struct import_source *source, int64_t *id,
                  struct err *err) MUST_CHECK;
/* All of it becomes visible. On failure nothing is, and the import is over. */
bool import_commit(struct store *store, const struct import_counts *counts,
                   struct err *err) MUST_CHECK;
/* Nothing of it remains. Without an open import it does nothing. */
void import_rollback(struct store *store);

/*
 * Takes back an import: its entries go, and those that they had replaced count again. Fails with
 * ERR_INVALID when there is no such import or it is undone already. Its own transaction.
 */
bool import_undo(struct store *store, int64_t id, struct err *err) MUST_CHECK;
/* Import runs from newest to oldest, at most n_max, the first `skip` left out. */
bool import_list(struct store *store, size_t skip, struct import_run *runs, size_t n_max, size_t *n,
                 struct err *err) MUST_CHECK;
