#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/* The page of `rikstal-node count --help`. */

void count_help_print(void);
