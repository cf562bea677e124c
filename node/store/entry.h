#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An entry: what one import says about one person, e.g. a phenopacket, a line of persons, a sample
 * of a VCF. Facts, events and samples hang on it, and it is replaced as a whole.
 *
 * An entry has a key, the importer's name for "the same thing delivered again" (a keyed hash: of
 * the phenopacket's id; of sample name, assay and the file's base name), and a content hash. Put
 * again with another content it replaces the older one; put with the same content nothing is to be
 * done. In an import of a feed the key is one among the feed's own. All of it inside an open
 * import. One thread.
 */
#include "node/store/consent.h"
#include "node/store/person.h"
#include "proto/base/err.h"

struct store;

struct entry_key {
    uint8_t b[16];
};

enum entry_outcome {
    ENTRY_NEW,
    ENTRY_REPLACED,        /* an older entry of this key is no longer in force */
    ENTRY_REPLACED_PERSON, /* likewise, and it was of another person */
    ENTRY_UNCHANGED,       /* in force with this content: add nothing, *entry is the old one */
    ENTRY_OTHER_SOURCE,    /* in force from another source that is no feed: nothing was done */
};

/* All of it is borrowed for the call. */
struct entry_said {
    const struct entry_key *key;
    const uint8_t *content;           /* 32 bytes */
    const struct person_facts *facts; /* NULL: it says none */
    const struct entry_key *source;   /* of the file that says it; NULL: whatever file it was */
};

bool entry_put(struct store *store, const struct person_id *person, const struct entry_said *said,
               enum entry_outcome *outcome, int64_t *entry, struct err *err) MUST_CHECK;
/* It says only what could not be read, or consent: of it alone nobody is a person of the region. */
bool entry_aside(struct store *store, int64_t entry, struct err *err) MUST_CHECK;
/* peer is the same in all files of one sample and assay: calls_end_peers() in calls.h. */
bool entry_peer(struct store *store, int64_t entry, const struct entry_key *peer,
                struct err *err) MUST_CHECK;
/* Once an entry; a mask of 0 says nothing and is not kept. */
bool entry_consent(struct store *store, int64_t entry, const struct consent *consent,
                   struct err *err) MUST_CHECK;
bool entry_event(struct store *store, int64_t entry, const struct event *event,
                 struct err *err) MUST_CHECK;

/* *known: the store has something about this person, beside consent, that is in force. */
bool person_known(struct store *store, const struct person_id *person, bool *known,
                  struct err *err) MUST_CHECK;
/*
 * The person withdraws: nothing about them is in the next snapshot, nor in any later one, whatever
 * is imported. *known says whether the store had them. Its own transaction.
 */
bool person_withdraw(struct store *store, const struct person_id *person, bool *known,
                     struct err *err) MUST_CHECK;
