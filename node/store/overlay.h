#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The overlay D/overlay: withdrawals and blocks that take effect at once, between snapshots.
 *
 * A text of one line "rikstal-overlay-v1 SEQUENCE", then a line "HEX block" or "HEX withdraw" for
 * each person, by keyed hash, in order. It is replaced as a whole; every change raises the
 * sequence, which enters the noise keys of what is computed afterwards. Persons stay in it: a later
 * snapshot from which they are gone loses nothing by it. A file that is not in order is an error,
 * never a shorter list. An overlay is read-only once read. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/store/person.h"
#include "proto/base/err.h"

#define OVERLAY_PERSONS_MAX 1000000

struct overlay;

enum overlay_act { OVERLAY_BLOCK, OVERLAY_WITHDRAW, OVERLAY_UNBLOCK };

/* A path where nothing is gives an empty overlay of sequence 0. */
bool overlay_read(const char *path, struct overlay **out, struct err *err) MUST_CHECK;
void overlay_free(struct overlay *overlay); /* accepts NULL */
uint64_t overlay_sequence(const struct overlay *overlay);
size_t overlay_count(const struct overlay *overlay);
/* Refusals (node/store/consent.h) of this person; 0 for who is not in it. */
uint64_t overlay_refusals(const struct overlay *overlay, const struct person_id *person);

/*
 * Change the file at path: durable when this returns, *sequence is the new one; unchanged when
 * there was nothing to do (*changed). A withdrawal cannot be taken back. Writers exclude each other
 * by a lock on path.lock.
 */
bool overlay_change(const char *path, const struct person_id *person, enum overlay_act act,
                    bool *changed, uint64_t *sequence, struct err *err) MUST_CHECK;
