#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last look at text that leaves a node: no Swedish personal identity number passes.
 *
 * A run of 10 or 12 digits (with or without - or + before the last four) that has a plausible date,
 * co-ordination numbers included, and a right Luhn digit is taken for one. Any thread.
 */
#include <stdbool.h>

/* True when text holds no such number. */
bool identity_guard_clean(const char *text);
