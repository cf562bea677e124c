#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that may be printed on a terminal as it is: UTF-8 without control characters, without format
 * characters (some of them reverse the order of letters) and without line or paragraph separators.
 * A pure function; any thread.
 */
#include <stdbool.h>

bool printable(const char *text);
