#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for arrays of many megabytes that are gone through as a whole. From LARGE_PAGE on it comes
 * in large pages, where the machine has them: the first touch of each of 512 small ones is what
 * takes the time. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#define LARGE_PAGE ((size_t)2 << 20)

/* Not zeroed; free() frees it. NULL when memory is out. size > 0. */
void *large_new(size_t size);
