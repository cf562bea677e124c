#pragma once
/*
 * A record: what one import says about one person, e.g. a phenopacket, a line of persons, a sample
 * of a VCF. Facts, events and samples hang on it, and it is replaced as a whole.
 *
 * A record has a key, the importer's name for "the same thing delivered again" (a keyed hash: of
 * the phenopacket's id; of sample name, assay and the file's base name), and a content hash. Put
 * again with another content it replaces the older one; put with the same content nothing is to be
 * done. All of it inside an open import. One thread.
 */
#include "node/store/person.h"
#include "proto/base/err.h"

struct store;

struct record_key {
    uint8_t b[16];
};

enum record_outcome {
    RECORD_NEW,
    RECORD_REPLACED,  /* an older record of this key is no longer in force */
    RECORD_UNCHANGED, /* in force with this content: add nothing, *record is the old one */
};

bool record_put(struct store *store, const struct person_id *person, const struct record_key *key,
                const uint8_t content[static 32], enum record_outcome *outcome, int64_t *record,
                struct err *err) MUST_CHECK;
/* Once a record. */
bool record_facts(struct store *store, int64_t record, const struct person_facts *facts,
                  struct err *err) MUST_CHECK;
bool record_event(struct store *store, int64_t record, const struct event *event,
                  struct err *err) MUST_CHECK;

/*
 * The person withdraws: nothing about them is in the next snapshot, nor in any later one, whatever
 * is imported. *known says whether the store had them. Its own transaction.
 */
bool person_withdraw(struct store *store, const struct person_id *person, bool *known,
                     struct err *err) MUST_CHECK;
/* Is this person in the store (and not withdrawn)? */
bool person_known(struct store *store, const struct person_id *person, bool *known,
                  struct err *err) MUST_CHECK;
