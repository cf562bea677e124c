#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last check of text that leaves a node: it must hold no Swedish personal identity number.
 *
 * A run of 10 or 12 digits (with or without - or + before the last four) counts as such a number
 * when its date is plausible (co-ordination numbers included) and its Luhn digit is right. Any
 * thread.
 */
#include <stdbool.h>

/* True when text holds no such number. */
bool identity_guard_clean(const char *text);
