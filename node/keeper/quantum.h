#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the keeper busy for whole steps of time after it looks at data.
 *
 * One thread computes. An asker whose question comes right behind another one, or whose answer
 * falls due meanwhile, could see when the other computation ended. So the thread stays busy until
 * the end of a step. The step's length depends only on the question's class and the snapshot's
 * published size; work that takes longer than a step takes whole further steps. Slots (outbox.h)
 * hide the time of the question itself, steps hide it from other askers. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/keeper/outbox.h"

/* Length of a step in microseconds. A segment holds at most 2^14 persons. */
int64_t quantum_step_us(enum slot_class slot, size_t segments);
/* The end of the step in which now_us lies, on clock_mono_us(). */
int64_t quantum_end_us(int64_t began_us, int64_t now_us, int64_t step_us);
/* Waits until the end of the step in which the work ended. */
void quantum_keep(enum slot_class slot, size_t segments, int64_t began_us);
