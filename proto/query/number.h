#pragma once
/*
 * Exact decimals in units of 1e-9 (nano), as text. No floating point: 0.1 % is 1000000, always.
 * Values; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/query/ast.h"

/* Holds any int64 in nano: sign, ten digits, point, nine digits, NUL. */
#define NUMBER_TEXT_MAX 24

enum number_fault {
    NUMBER_OK,
    NUMBER_FINE,  /* has digits beyond 1e-9 */
    NUMBER_LARGE, /* does not fit */
};

/* A NUMBER token: [-]digits[.digits][%]; a percentage is divided by 100. */
enum number_fault number_read(const char *text, size_t length, int64_t *nano)
    __attribute__((warn_unused_result));
/* The shortest decimal, never a percentage: "18", "0.001". out holds NUMBER_TEXT_MAX. */
void number_write(int64_t nano, char *out);
