#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An entry: what one import says about one person, e.g. a phenopacket, a line of persons, a sample
 * of a VCF. Facts, events and samples belong to an entry, and it is replaced as a whole.
 *
 * An entry has a key, the importer's name for "the same thing delivered again" (a keyed hash: of
 * the phenopacket's id; of sample name, assay and the file's base name), and a content hash. An
 * entry with a known key and other content replaces the older one; with the same content nothing
 * changes. Each feed has keys of its own. Call these functions inside an open import. One thread.
 */
#include "node/store/consent.h"
#include "node/store/person.h"
#include "proto/base/err.h"

struct store;

struct entry_key {
    uint8_t b[16];
};

/* What entry.deceased may hold beside 0, alive, and 1, dead: person_facts.vital_lost. */
#define ENTRY_VITAL_LOST 2

enum entry_outcome {
    ENTRY_NEW,
    ENTRY_REPLACED,        /* an older entry with this key is no longer in force */
    ENTRY_REPLACED_PERSON, /* the same, and the older entry was about another person */
    ENTRY_UNCHANGED,       /* *entry is in force with this content: add nothing */
    ENTRY_OTHER_SOURCE,    /* in force from another source without a feed: not changed */
};

/* All pointers are borrowed during the call. */
struct entry_said {
    const struct entry_key *key;
    const uint8_t *content;           /* 32 bytes */
    const struct person_facts *facts; /* NULL: the entry states no facts */
    const struct entry_key *source;   /* key of the file that it came from; NULL: any file */
};

bool entry_put(struct store *store, const struct person_id *person, const struct entry_said *said,
               enum entry_outcome *outcome, int64_t *entry, struct err *err) MUST_CHECK;
/*
 * Marks an entry that has only consent, or only what could not be read: it does not make its person
 * a person of the region.
 */
bool entry_aside(struct store *store, int64_t entry, struct err *err) MUST_CHECK;
/* Sets the entry's peer key, which is the same in all files of one sample and assay: peer.h. */
bool entry_peer(struct store *store, int64_t entry, const struct entry_key *peer,
                struct err *err) MUST_CHECK;
/*
 * Sets the consent of the entry that was put last, at most once. A mask of 0 says nothing and is
 * not stored. What it is silent about stays as the entry had it that this one replaced. *kept:
 * refusals among that.
 */
bool entry_consent(struct store *store, int64_t entry, const struct consent *consent, bool *kept,
                   struct err *err) MUST_CHECK;
/* The id of the event's concept, which is made when it is new. ERR_INVALID for a bad kind or code.
 */
bool entry_concept(struct store *store, const struct event *event, int64_t *concept,
                   struct err *err) MUST_CHECK;
bool entry_event(struct store *store, int64_t entry, const struct event *event,
                 struct err *err) MUST_CHECK;

/* *known: the store has something in force about this person other than consent. */
bool entry_knows_person(struct store *store, const struct person_id *person, bool *known,
                        struct err *err) MUST_CHECK;
/*
 * Withdraws a person: the next snapshot and all later ones leave them out, whatever is imported.
 * *known: the store had data about them. Runs in its own transaction.
 */
bool entry_withdraw_person(struct store *store, const struct person_id *person, bool *known,
                           struct err *err) MUST_CHECK;
