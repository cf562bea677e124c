#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults that can be planted: each brings back one old behaviour that took the absence of a trace
 * for a "no". They stand between the product's own functions (ld --wrap), in this program alone.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct plant {
    const char *name;
    const char *about;
    uint64_t near; /* the search of an ordinary run begins with this world */
};
extern const struct plant plants[];
extern const size_t n_plants;

/* From here on, in this process and in the readers that it starts. SIZE_MAX: none. */
void plant_set(size_t which);
bool plant_is(size_t which);
