#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers as text, exactly. Decimals are counted in units of 1e-9 (nano), without floating point:
 * 0.1 % is always 1000000. Whole numbers consist of digits alone (no sign, blank or other base) and
 * have a limit that the caller gives. Values; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define NUMBER_NANO INT64_C(1000000000)
/* Room for any int64 in nano: sign, ten digits, point, nine digits, NUL. */
#define NUMBER_TEXT_MAX 24

enum number_fault {
    NUMBER_OK,
    NUMBER_FINE,  /* it has digits beyond 1e-9 */
    NUMBER_LARGE, /* it does not fit the type */
};

/* Reads [-]digits[.digits][%]; a percentage is divided by 100. */
enum number_fault number_read(const char *text, size_t length, int64_t *nano) MUST_CHECK;
/*
 * Writes the shortest decimal, never a percentage: "18", "0.001". out must hold NUMBER_TEXT_MAX
 * bytes.
 */
void number_write(int64_t nano, char *out);

/* True when all bytes are digits, there is at least one, and the number is at most `most`. */
bool number_whole(const char *text, size_t length, uint64_t most, uint64_t *value) MUST_CHECK;
/*
 * Reads the digits at *text under the same rules and moves *text behind them. The text must end
 * with a NUL.
 */
bool number_leading(const char **text, uint64_t most, uint64_t *value) MUST_CHECK;
