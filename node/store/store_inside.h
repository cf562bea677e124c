#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a store, for the files of this folder: the connection, the lock, the statements
 * that importing repeats, and the import that is open.
 */
#include <stdint.h>

#include "node/store/batch_table.h"
#include "node/store/person.h"
#include "node/store/store.h"
#include "proto/base/sql.h"

enum store_statement {
    BEGIN_WORK, /* the first three are made at opening: a rollback must not need memory */
    COMMIT_WORK,
    ROLL_BACK,
    STATE_RAISE,
    IMPORT_FIND,
    IMPORT_ADD,
    IMPORT_COUNT,
    DELIVERY_ADD,
    PERSON_FIND,
    PERSON_KNOWN,
    PERSON_ADD,
    PERSON_TOUCH,
    ENTRY_FIND,
    ENTRY_END,
    ENTRY_ADD,
    ENTRY_ASIDE,
    ENTRY_PEER,
    ENTRY_RESTATED,
    ENTRY_SAID,
    ENTRY_CONSENT,
    CONCEPT_FIND,
    CONCEPT_ADD,
    EVENT_WORD_FIND,
    EVENT_WORD_ADD,
    EVENT_ADD,
    ASSAY_FIND,
    CALLSET_ADD,
    CALLSET_SAMPLES,
    CALLSET_JUDGES,
    SAMPLE_ADD,
    SAMPLE_ASSAY,
    CALLS_ADD,
    GAPS_ADD,
    STRUCTURAL_ADD,
    ALLELE_FIND,
    ALLELE_ADD,
    NOTE_ADD,
    AF_ADD,
    BATCH_FIND,
    BATCH_SAID,
    BATCH_END,
    BATCH_END_TOUCH,
    BATCH_PERSONS,
    BATCH_PERSON_ADD,
    BATCH_PERSON_TOUCH,
    BATCH_ADD,
    STORE_STATEMENTS,
};

#define STORE_RECENT 256

/*
 * A concept that the open import has used. Valid for that import only, because it may be rolled
 * back.
 */
struct recent_concept {
    int64_t import;
    int64_t concept;
    char system[EVENT_SYSTEM_BYTES_MAX + 1];
    char code[EVENT_CODE_BYTES_MAX + 1];
};

#define STORE_RECENT_WORDS 64

/* Likewise a unit or an answer. */
struct recent_word {
    int64_t import;
    int64_t id;
    char text[EVENT_WORD_BYTES_MAX + 1];
};

struct store {
    sqlite3 *db;
    int lock;                                   /* file descriptor of the lock file */
    sqlite3_stmt *statements[STORE_STATEMENTS]; /* each is prepared at first use */
    int64_t import;                             /* the open one, or 0 */
    int64_t epoch;                              /* of the open import */
    int64_t replaced;                           /* the entry that the last one put replaced, or 0 */
    bool is_feed;                               /* the open import is a full extract of a feed */
    uint8_t feed_hash[32];                      /* of kind and feed, for keys of entries */
    int64_t sample_callset;                     /* the callset whose samples next_ordinal counts */
    int64_t next_ordinal;
    struct recent_concept recent[STORE_RECENT];
    struct recent_word recent_words[STORE_RECENT_WORDS];
    struct batch_table batch_table; /* what the table "batch" shows */
    bool has_batch_table;
};

/* The statement, reset. NULL with err when it cannot be prepared. */
sqlite3_stmt *store_statement(struct store *store, enum store_statement which, struct err *err);
/* Raises the epoch inside the running transaction. */
bool store_raise_epoch(struct store *store, int64_t *epoch, struct err *err) MUST_CHECK;
/* Begins a transaction that is not an import: undo, withdrawal. */
bool store_start(struct store *store, struct err *err) MUST_CHECK;
/* Ends it: commits when ok, else rolls back. Returns whether it was committed. */
bool store_finish(struct store *store, bool ok, struct err *err) MUST_CHECK;
