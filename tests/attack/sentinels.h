#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * E2: true counts that must lie nowhere on a keeper's disk. Asks some at the first node, by the
 * numbers from *number on, and prints the rows. One thread.
 */
#include <stdint.h>

#include "tests/attack/net.h"

void sentinels(struct net *net, uint64_t *number);
