/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/outbox.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/wire/framed.h"

static const int64_t slot_ms[] = {
    [SLOT_A] = 25, [SLOT_B] = 100, [SLOT_C] = 500, [SLOT_D] = 3000, [SLOT_E] = 30000};

int64_t outbox_slot_ms(enum slot_class slot, int64_t began_ms, uint32_t factor)
{
    int64_t length = slot_ms[slot];

    assert(factor <= SLOT_FACTOR_MAX);
    if (slot < SLOT_D && factor > 1) {
        length *= factor;
        if (length > slot_ms[SLOT_D])
            length = slot_ms[SLOT_D];
    }
    return began_ms + length;
}

/* Half of a slot is for what the work does not hold: a busy machine, noise, and the disk. */
bool outbox_slot_for(uint64_t work_ns, enum slot_class least, enum slot_class *out)
{
    for (int class = least; class <= SLOT_E; class ++)
        if (work_ns <= (uint64_t)slot_ms[class] * 1000000 / 2) {
            *out = (enum slot_class) class;
            return true;
        }
    return false;
}

int64_t outbox_failed_slot_ms(int64_t began_ms, int64_t ready_ms)
{
    int64_t last = slot_ms[SLOT_E];
    int64_t slots = ready_ms <= began_ms ? 1 : (ready_ms - began_ms + last - 1) / last;

    return began_ms + slots * last;
}

bool outbox_full(const struct outbox *outbox)
{
    return outbox->n == OUTBOX_MAX;
}

bool outbox_put(struct outbox *outbox, const struct waiting *one, struct err *err)
{
    size_t at = outbox->n;
    uint8_t *copy;

    assert(one->size > 0);
    if (outbox_full(outbox))
        return err_set(err, ERR_EXHAUSTED, "%d answers are waiting", OUTBOX_MAX);
    copy = malloc(one->size);
    if (!copy)
        return err_memory(err);
    memcpy(copy, one->frame, one->size);
    for (; at > 0 && outbox->waiting[at - 1].due_ms > one->due_ms; at--)
        outbox->waiting[at] = outbox->waiting[at - 1];
    outbox->waiting[at] = *one;
    outbox->waiting[at].frame = copy;
    outbox->n++;
    return true;
}

int64_t outbox_wait_ms(const struct outbox *outbox, int64_t now_ms)
{
    assert(outbox);
    if (outbox->n == 0)
        return -1;
    return outbox->waiting[0].due_ms > now_ms ? outbox->waiting[0].due_ms - now_ms : 0;
}

static void drop(struct outbox *outbox, size_t at)
{
    struct waiting *one = &outbox->waiting[at];

    free(one->frame);
    outbox->n--;
    memmove(one, one + 1, (outbox->n - at) * sizeof(*one));
}

size_t outbox_withhold(struct outbox *outbox)
{
    assert(outbox);
    size_t before = outbox->n;

    for (size_t i = outbox->n; i > 0; i--) {
        if (outbox->waiting[i - 1].figures)
            drop(outbox, i - 1);
    }
    return before - outbox->n;
}

bool outbox_flush(struct outbox *outbox, int fd, int64_t now_ms, int64_t patience_ms,
                  struct err *err)
{
    assert(outbox);
    while (outbox->n > 0 && outbox->waiting[0].due_ms <= now_ms) {
        const struct waiting *first = &outbox->waiting[0];

        if (!framed_write_within(fd, first->frame, first->size, patience_ms, err))
            return false;
        drop(outbox, 0);
    }
    return true;
}

void outbox_clear(struct outbox *outbox)
{
    assert(outbox);
    while (outbox->n > 0)
        drop(outbox, 0);
}
