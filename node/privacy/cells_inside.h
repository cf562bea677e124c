#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The definition of sealed cells: for cells.c, which fills them, and noise.c, the only reader.
 *
 * tests/tidy refuses any other file that includes this header. The struct and its values are one
 * block of libsodium's guarded heap: locked in memory, left out of core dumps, wiped when freed.
 */
#include <stddef.h>
#include <stdint.h>

struct account;

struct cells {
    size_t n;
    const struct account *account; /* NULL: whoever is in a cell is counted, and pays nothing */
    int64_t value[];
};
