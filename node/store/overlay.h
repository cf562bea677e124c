#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The overlay D/overlay: withdrawals and blocks that take effect at once, between snapshots.
 *
 * A text of one line "rikstal-overlay-v1 SEQUENCE", then a line "HEX block" or "HEX withdraw" for
 * each person, by keyed hash, in order. It is replaced as a whole. Every change raises the
 * sequence, which is part of the noise keys of later answers. Persons stay in it also when a later
 * snapshot no longer has them, which does no harm. A damaged file is an error; no line is skipped.
 * An overlay is read-only once read. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/store/person.h"
#include "proto/base/err.h"

#define OVERLAY_PERSONS_MAX 1000000

struct overlay;

enum overlay_act { OVERLAY_BLOCK, OVERLAY_WITHDRAW, OVERLAY_UNBLOCK };

/* A path without a file gives an empty overlay of sequence 0. */
bool overlay_read(const char *path, struct overlay **out, struct err *err) MUST_CHECK;
void overlay_free(struct overlay *overlay); /* accepts NULL */
uint64_t overlay_sequence(const struct overlay *overlay);
size_t overlay_count(const struct overlay *overlay);
/* The person's refusals (node/store/consent.h); 0 for a person who is not in it. */
uint64_t overlay_refusals(const struct overlay *overlay, const struct person_id *person);

/*
 * Changes the file at path. Durable when it returns; *sequence is the new sequence. *changed is
 * false when there was nothing to do. A withdrawal cannot be taken back. A lock on path.lock keeps
 * writers apart.
 */
bool overlay_change(const char *path, const struct person_id *person, enum overlay_act act,
                    bool *changed, uint64_t *sequence, struct err *err) MUST_CHECK;
