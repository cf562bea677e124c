#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorts u64 keys in linear time, beginning with the least significant digit and leaving out digits
 * in which all keys agree. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

/* Sorts keys ascending. spare must have room for n keys too. */
void radix_sort(uint64_t *keys, uint64_t *spare, size_t n);
