#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/* The page of `rikstal-node import --help`. */
#include <stdbool.h>

/* False when standard output does not take it. */
bool import_help_print(void);
