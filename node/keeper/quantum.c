/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/quantum.h"

#include "proto/base/clock.h"

/* 16 segments are 262,144 persons; counting them takes 1 ms in class B (node/evaluate). */
#define SEGMENTS_A_UNIT 16

static const int64_t unit_us[] = {
    [SLOT_A] = 1000, [SLOT_B] = 2000, [SLOT_C] = 10000, [SLOT_D] = 25000, [SLOT_E] = 250000};

int64_t quantum_step_us(enum slot_class slot, size_t segments)
{
    return unit_us[slot] * (int64_t)(1 + segments / SEGMENTS_A_UNIT);
}

int64_t quantum_end_us(int64_t began_us, int64_t now_us, int64_t step_us)
{
    int64_t busy_us = now_us > began_us ? now_us - began_us : 0;

    return began_us + (busy_us / step_us + 1) * step_us;
}

void quantum_keep(enum slot_class slot, size_t segments, int64_t began_us)
{
    clock_sleep_until_us(
        quantum_end_us(began_us, clock_mono_us(), quantum_step_us(slot, segments)));
}
