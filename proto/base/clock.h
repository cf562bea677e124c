#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam for time. Monotonic time is for deadlines only, wall time for records and validity only.
 * No other file asks the system for the time (tests/tidy checks this). Tests can set both. Any
 * thread. Texts are RFC 3339, UTC.
 */
#include <stdint.h>

#include "proto/base/err.h"

int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);
int64_t clock_wall_s(void);
/* Waits, measured on monotonic time. */
void clock_sleep_ms(int64_t ms);
/* Waits until clock_mono_us() has reached this value; returns at once when it already has. */
void clock_sleep_until_us(int64_t mono_us);

/* For tests: both clocks stand still at these times until clock_release(). */
void clock_set(int64_t mono_ms, int64_t wall_s);
void clock_release(void);

#define CLOCK_TEXT_BYTES 32
/* "2026-11-21T18:31:07Z" */
void clock_text(int64_t wall_s, char text[static CLOCK_TEXT_BYTES]);
