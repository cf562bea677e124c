#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The days of timestamps, as phenopackets write them. Any thread.
 */
#include <stdbool.h>
#include <stdint.h>

/* The day in Sweden of a moment, in seconds since 1970: CET, and CEST from 1981 on. */
int32_t timestamp_swedish_day(int64_t seconds);
/*
 * The day of "1998-03-01", or the day in Sweden of "1998-02-28T23:00:00Z" (RFC 3339 with a zone or
 * an offset); a time without a zone is one in Sweden.
 */
bool timestamp_day(const char *text, int32_t *day);
