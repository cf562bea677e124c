#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers as text, exactly. Decimals in units of 1e-9 (nano), without floating point: 0.1 % is
 * 1000000, always. Whole numbers of digits alone: no sign, no blank, no other base, and a limit
 * that the caller names. Values; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define NUMBER_NANO INT64_C(1000000000)
/* Holds any int64 in nano: sign, ten digits, point, nine digits, NUL. */
#define NUMBER_TEXT_MAX 24

enum number_fault {
    NUMBER_OK,
    NUMBER_FINE,  /* has digits beyond 1e-9 */
    NUMBER_LARGE, /* does not fit */
};

/* A NUMBER token: [-]digits[.digits][%]; a percentage is divided by 100. */
enum number_fault number_read(const char *text, size_t length, int64_t *nano) MUST_CHECK;
/* The shortest decimal, never a percentage: "18", "0.001". out holds NUMBER_TEXT_MAX. */
void number_write(int64_t nano, char *out);

/* All of these bytes are digits, at least one, and their number is at most `most`. */
bool number_whole(const char *text, size_t length, uint64_t most, uint64_t *value) MUST_CHECK;
/* The digits at *text, which moves behind them; likewise. The text ends with a NUL. */
bool number_leading(const char **text, uint64_t most, uint64_t *value) MUST_CHECK;
