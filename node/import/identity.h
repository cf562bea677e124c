#pragma once
/*
 * Personal identity: a person id in any notation becomes a keyed hash at the first touch.
 *
 * The key K_pid lies in DIR/keys/pid.key (one line, mode 0400), one a node, and is never backed up
 * with the database. The hash is BLAKE2b-128 over domain, a NUL, and the normalised id, so an
 * identity is (domain, id), never the id alone. A clear id is never stored, logged, or written into
 * an error. Working copies are wiped. An identity belongs to one thread.
 *
 * Normalisation: blanks at both ends fall away. What has the form of a Swedish personnummer or
 * samordningsnummer (day + 60) becomes YYYYMMDDNNNC in the domain "se", so YYMMDD-NNNC,
 * YYMMDDNNNC, YYYYMMDD-NNNC and YYYYMMDDNNNC of one person are one hash; '+' means a hundred years
 * or older. The check digit is not asked for: a number with a wrong one is still a patient's. Every
 * other id is taken letter by letter in the caller's domain ("local" when none is given).
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

/* The hash of (domain, id). domain NULL is "local". The error names the rule, never the id. */
bool identity_hash(const struct identity *identity, const char *domain, const char *id,
                   struct person_id *pid, struct err *err) MUST_CHECK;

/*
 * A keyed hash of what must not be guessed but is no person: the key of an entry, a sample's name.
 * use keeps the uses apart ("packet"); it and text are hashed as they are.
 */
void identity_mark(const struct identity *identity, const char *use, const void *text, size_t size,
                   uint8_t mark[static 16]);

/*
 * True when text holds what may be a personal identity number: a run of exactly 10 or 12 digits
 * (also with '-', '+' or a blank before the last four) whose last ten pass the Luhn check.
 */
bool identity_seen(const char *text, size_t size);
/*
 * Refuse such a text: sample names, file names and free text pass through here before they are
 * kept. what names the place ("a sample name"). There is no option that allows it.
 */
bool identity_guard(const char *what, const char *text, struct err *err) MUST_CHECK;
