#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames that wait for their slot: when an answer leaves must tell nothing about the data.
 *
 * A computed answer leaves at the slot of its question's class, counted from the question's
 * arrival; one that missed it leaves at the next class's slot, so that what can be seen from
 * outside is one of five steps and never the time itself (reference: privacy, section 4.5). One
 * thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define OUTBOX_MAX 256 /* frames waiting; beyond, a question is refused before it is charged */

/* By the question's shape alone. */
enum slot_class { SLOT_A, SLOT_B, SLOT_C, SLOT_D, SLOT_E };

struct outbox {
    size_t n;
    struct waiting {
        int64_t due_ms; /* clock_mono_ms() */
        bool figures;   /* an answer, which a stop holds back; else a refusal or an attestation */
        uint8_t *frame; /* owned */
        size_t size;
    } waiting[OUTBOX_MAX];
};

/* When a computed answer may leave that arrived then and is ready now; *missed: not its own slot.
 */
int64_t slot_due_ms(enum slot_class slot, int64_t arrived_ms, int64_t ready_ms, bool *missed);

bool outbox_full(const struct outbox *outbox);
/* A copy of the frame is kept until it is due. ERR_INTERNAL when memory is out. */
bool outbox_put(struct outbox *outbox, const struct waiting *one, struct err *err) MUST_CHECK;
/* Answers that wait are dropped; how many. They are recorded, and given again without a charge. */
size_t outbox_withhold(struct outbox *outbox);
/* Milliseconds until the first is due, 0 when one is; -1 when nothing waits. */
int64_t outbox_wait_ms(const struct outbox *outbox, int64_t now_ms);
/* Write to fd what is due; each frame within patience_ms, or it fails. */
bool outbox_flush(struct outbox *outbox, int fd, int64_t now_ms, int64_t patience_ms,
                  struct err *err) MUST_CHECK;
void outbox_clear(struct outbox *outbox);
