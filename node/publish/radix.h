#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting u64 keys in linear time: least significant digit first, digits in which all keys agree
 * left out. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

/* Sorts keys ascending; spare has room for n, too. */
void radix_sort(uint64_t *keys, uint64_t *spare, size_t n);
