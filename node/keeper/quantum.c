/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/quantum.h"

#include <assert.h>

#include "proto/base/clock.h"

/* 2^40 ms are 35 years. */
#define LENGTH_MAX_US ((INT64_C(1) << 40) * 1000)

/* 0 only in the control of tests/attack/behind.c, which must notice it. */
#ifndef QUANTUM_FOLLOWS_THE_PRICE
#define QUANTUM_FOLLOWS_THE_PRICE 1
#endif

int64_t quantum_length_us(uint64_t work_ns, uint32_t factor)
{
    uint64_t least_us = work_ns / 1000 + (work_ns % 1000 > 0);
    int64_t length_us = QUANTUM_TICK_US;

    if (!QUANTUM_FOLLOWS_THE_PRICE)
        return length_us;
    if (factor > 1)
        least_us = least_us > LENGTH_MAX_US / factor ? LENGTH_MAX_US : least_us * factor;
    while ((uint64_t)length_us < least_us && length_us < LENGTH_MAX_US)
        length_us *= 2;
    return length_us;
}

int64_t quantum_fit_us(int64_t length_us, int64_t slot_us)
{
    assert(length_us >= QUANTUM_TICK_US && slot_us > 0);
    while (length_us > QUANTUM_TICK_US && length_us > slot_us / 8 * 7)
        length_us /= 2;
    return length_us;
}

int64_t quantum_tick_us(int64_t now_us)
{
    assert(now_us >= 0);
    return (now_us + QUANTUM_TICK_US - 1) / QUANTUM_TICK_US * QUANTUM_TICK_US;
}

int64_t quantum_end_us(int64_t began_us, int64_t now_us, int64_t length_us)
{
    int64_t busy_us = now_us > began_us ? now_us - began_us : 0;

    assert(length_us > 0);
    return began_us + (busy_us / length_us + 1) * length_us;
}

int64_t quantum_begin(void)
{
    int64_t tick_us = quantum_tick_us(clock_mono_us());

    clock_sleep_until_us(tick_us);
    return tick_us;
}

void quantum_keep(int64_t began_us, int64_t length_us)
{
    clock_sleep_until_us(quantum_end_us(began_us, clock_mono_us(), length_us));
}
