#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames that wait for their slot: when an answer leaves must tell nothing about the data.
 *
 * A computed answer leaves at the slot of its question's class, counted from when the data were
 * first looked at; what came before, such as writing the charge, does not follow from them
 * (reference: privacy, section 4.5). One that is not ready then does not leave at all: in its place
 * a failure leaves at the last class's slot, so that nothing between the two tells how long it
 * took. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define OUTBOX_MAX 256 /* frames waiting; beyond, a question is refused before it is charged */

/* By the question and public sizes alone. */
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

/* When what is computed since began_ms leaves, on clock_mono_ms(); it must be ready before. */
int64_t slot_due_ms(enum slot_class slot, int64_t began_ms);
/* When the failure leaves of what was not ready: the last slot, or a whole multiple of it. */
int64_t slot_failed_ms(int64_t began_ms, int64_t ready_ms);

/*
 * The class in whose slot so much work is done with room to spare, from `least` on; false: none.
 */
bool slot_for(uint64_t work_ns, enum slot_class least, enum slot_class *out);

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
