#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Personal identity: a person id in any notation becomes a keyed hash at the first touch.
 *
 * The key K_pid lies in DIR/keys/pid.key (one line, mode 0400), one a node, and is never backed up
 * with the database. The hash is BLAKE2b-128 over domain, a NUL, and the normalised id, so an
 * identity is (domain, id), never the id alone. A clear id is never stored, logged, or written into
 * an error. Working copies are wiped. An identity belongs to one thread.
 *
 * Normalisation of a person's id: Unicode NFC, invisible characters fall away, every blank is ' ',
 * blanks at both ends fall away. What has the form of a Swedish personnummer or samordningsnummer
 * (person_number.h) with a check digit that holds, or agrees with the year of birth that the same
 * record gives, or stands in the domain "se", becomes
 * YYYYMMDDNNNC in the domain "se", so that all its notations are one hash, in whatever domain they
 * are delivered. Where its century is not certain the id is refused. Every other id is taken letter
 * by letter, with its capitals and leading zeros, in the caller's domain ("local" when none is
 * given). A number as a spreadsheet rounds it (1.6E+11) is refused.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct identity;
struct person_id;

#define IDENTITY_KEY_BYTES 32
#define IDENTITY_ID_MAX 256    /* bytes of a person id */
#define IDENTITY_DOMAIN_MAX 64 /* bytes of a domain: letters, digits, '-', '_', '.' */

/* Make a new random DIR/keys/pid.key; fails when there is one. DIR/keys must exist. */
bool identity_create(const char *dir, struct err *err) MUST_CHECK;
/* Read DIR/keys/pid.key into guarded memory. Refuses a key that others may read. */
bool identity_open(const char *dir, struct identity **out, struct err *err) MUST_CHECK;
/* An identity with this key, for tests and for a process that was handed the key. */
bool identity_from_key(const uint8_t key[static IDENTITY_KEY_BYTES], struct identity **out,
                       struct err *err) MUST_CHECK;
/* Wipes the key. Accepts NULL. */
void identity_close(struct identity *identity);

struct identity_who {
    const char *domain; /* NULL: "local" */
    const char *id;
    int birth_year; /* from the same record, to find the century of a number; 0: not said */
};

/* The hash of a person. The error names the rule, never the id. */
bool identity_person(const struct identity *identity, const struct identity_who *who,
                     struct person_id *pid, struct err *err) MUST_CHECK;
/*
 * A mark that is the same for all ids that differ only in capitals, leading zeros, blanks and
 * hyphens, so that the operator can be told of two persons whose ids are nearly the same. All zero
 * when the text is no id.
 */
void identity_near(const struct identity *identity, const struct identity_who *who,
                   uint8_t mark[static 16]);
/* The hash of another name (of a sample, of a file) in a domain of its own, letter by letter. */
bool identity_hash(const struct identity *identity, const char *domain, const char *name,
                   struct person_id *hashed, struct err *err) MUST_CHECK;

/*
 * A keyed hash of what must not be guessed but is no person: the key of an entry, a sample's name.
 * use keeps the uses apart ("packet"); it and text are hashed as they are.
 */
void identity_mark(const struct identity *identity, const char *use, const void *text, size_t size,
                   uint8_t mark[static 16]);

/*
 * The same in eight bytes (SipHash-2-4), which is many times faster. Only for values that are
 * compared among the rows of one person, where eight bytes are enough.
 */
uint64_t identity_row(const struct identity *identity, const void *text, size_t size);
/* The same in 16 bytes: for what need only differ from another one under the same key. */
void identity_said(const struct identity *identity, const void *text, size_t size,
                   uint8_t mark[static 16]);

/* True when text holds what may be a personal identity number: person_number_seen(). */
bool identity_seen(const char *text, size_t size);
/*
 * Refuse such a text: sample names, file names and free text pass through here before they are
 * kept. what names the place ("a sample name"). There is no option that allows it.
 */
bool identity_is_absent(const char *what, const char *text, struct err *err) MUST_CHECK;
