#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose question is next: the questions that wait for the keeper's one thread, in rounds.
 *
 * In one round each organisation has one turn, in the order in which they asked. So whatever one
 * organisation has waiting, another's question waits for at most one of its turns, and for the one
 * that runs. An echo waits, as it came, for everything that came before it, and for nothing that
 * came later.
 *
 * The organisation is the one that the question names, which is not verified yet. Only the
 * coordinator could pass on a false name, and it can hold back any question anyway. In memory; what
 * waits when the keeper ends was not charged. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define TURNS_MAX 512       /* frames that wait, of all organisations */
#define TURNS_OF_ONE_MAX 32 /* of one organisation; more than a coordinator passes on at once */
#define TURNS_NAME_BYTES 65

/* A frame that waits. */
struct turn {
    struct turn *next;
    uint64_t round;
    uint64_t correlation;
    int64_t arrived_ms; /* clock_mono_ms() */
    bool is_echo;
    char organisation[TURNS_NAME_BYTES];
    size_t size;
    uint8_t frame[];
};

/* Zeroed is empty. */
struct turns {
    size_t n;
    uint64_t round;     /* of the last turn that was taken */
    struct turn *first; /* in the order in which they came */
};

/* What turns_put() is to copy. A longer name of an organisation is cut. */
struct turns_frame {
    const char *organisation; /* NULL: an echo */
    uint64_t correlation;
    int64_t arrived_ms;
    const uint8_t *data;
    size_t size;
};

/*
 * ERR_EXHAUSTED when the organisation, or all together, have too many; its text may be told the
 * asker.
 */
bool turns_put(struct turns *turns, const struct turns_frame *frame, struct err *err) MUST_CHECK;
/* The frame whose turn it is, which the caller frees; NULL when none waits. */
struct turn *turns_take(struct turns *turns);
/* Takes away the questions with this number; they have not begun. */
void turns_cancel(struct turns *turns, uint64_t correlation);
void turns_clear(struct turns *turns);
