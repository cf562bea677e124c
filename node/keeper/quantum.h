#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the keeper busy with data from a public tick on, for a public number of ticks.
 *
 * One thread computes. An asker whose question comes right behind another one, or whose answer
 * falls due meanwhile, could see when the other computation ended. So a computation starts at a
 * tick of the clock, and the thread stays busy for as long as the question's price in work says
 * (node/privacy/work.h), rounded up to a power of two of ticks, however early it is done. Work that
 * takes longer, which is a fault of the machine or of the price, takes whole further lengths. Slots
 * (outbox.h) hide the time of the question itself, quanta hide it from other askers. One thread.
 */
#include <stdint.h>

#define QUANTUM_TICK_US 2000

/* The length in microseconds; factor: home.h, times as long on a slow machine (0 is 1). */
int64_t quantum_length_us(uint64_t work_ns, uint32_t factor);
/* The length, halved until an answer that is made in it can be recorded before its slot. */
int64_t quantum_fit_us(int64_t length_us, int64_t slot_us);
/* The first tick that is not before now_us, on clock_mono_us(). */
int64_t quantum_tick_us(int64_t now_us);
/* The end of the length, or of the whole further length, in which now_us lies. */
int64_t quantum_end_us(int64_t began_us, int64_t now_us, int64_t length_us);
/* Waits for the next tick and returns it. */
int64_t quantum_begin(void);
/* Waits until the end of the length in which the work ended. */
void quantum_keep(int64_t began_us, int64_t length_us);
