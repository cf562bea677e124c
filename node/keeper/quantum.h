#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long the keeper is busy with data: whole steps.
 *
 * One thread computes, and whoever asks right behind a question, or whose answer falls due while it
 * is computed, would see when it was done. So the thread is busy until a step ends whose length
 * follows from the question's class and the snapshot's published size; work that overruns a step
 * takes the next one too. Slots (outbox.h) hide the question's own time, steps that of its
 * neighbour. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/keeper/outbox.h"

/* Microseconds; a snapshot has so many segments of at most 2^14 persons. */
int64_t quantum_step_us(enum slot_class slot, size_t segments);
/* The end of the step in which now_us lies, on clock_mono_us(). */
int64_t quantum_end_us(int64_t began_us, int64_t now_us, int64_t step_us);
/* Wait for it. */
void quantum_keep(enum slot_class slot, size_t segments, int64_t began_us);
