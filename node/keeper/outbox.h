#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds frames back until their slot, so that the time at which an answer leaves tells nothing
 * about the data.
 *
 * A computed answer leaves at the slot of its question's class. The slot counts from the first look
 * at the data: the time of earlier steps, such as writing the charge, does not depend on the data
 * (reference: privacy, section 4.5). An answer that is not ready at its slot is not sent. A failure
 * is sent in its place at the last class's slot, so that the time does not tell how long the work
 * took. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define OUTBOX_MAX 256 /* frames waiting; when full, a question is refused uncharged */

/* Classes of how long a question takes, by the question and public sizes alone. */
enum slot_class { SLOT_A, SLOT_B, SLOT_C, SLOT_D, SLOT_E };

struct outbox {
    size_t n;
    struct waiting {
        int64_t due_ms; /* clock_mono_ms() */
        bool figures;   /* an answer, dropped at a stop; else a refusal or attestation */
        uint8_t *frame; /* owned */
        size_t size;
    } waiting[OUTBOX_MAX];
};

#define SLOT_FACTOR_MAX 50

/*
 * The slot, on clock_mono_ms(), of work that began at began_ms. The answer must be ready before it.
 * On a slow or shared machine the slots of classes A, B and C are `factor` times as long (home.h; 0
 * is 1), but never longer than that of class D; a coordinator does not wait for longer ones.
 */
int64_t outbox_slot_ms(enum slot_class slot, int64_t began_ms, uint32_t factor);
/* When the failure of late work leaves: at the last class's slot, or a whole multiple of it. */
int64_t outbox_failed_slot_ms(int64_t began_ms, int64_t ready_ms);

/*
 * The class in whose slot so much work is done with room to spare, from `least` on; false: none.
 */
bool outbox_slot_for(uint64_t work_ns, enum slot_class least, enum slot_class *out);

bool outbox_full(const struct outbox *outbox);
/* Keeps a copy of the frame until it is due. ERR_INTERNAL when memory is out. */
bool outbox_put(struct outbox *outbox, const struct waiting *one, struct err *err) MUST_CHECK;
/*
 * Drops the answers that wait and returns their number. They stay recorded, so a repeat gets them
 * without a charge.
 */
size_t outbox_withhold(struct outbox *outbox);
/* Milliseconds until the first frame is due, 0 when one is due now; -1 when nothing waits. */
int64_t outbox_wait_ms(const struct outbox *outbox, int64_t now_ms);
/* Writes the frames that are due to fd. Fails when one frame takes longer than patience_ms. */
bool outbox_flush(struct outbox *outbox, int fd, int64_t now_ms, int64_t patience_ms,
                  struct err *err) MUST_CHECK;
void outbox_clear(struct outbox *outbox);
