#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Variants of which the carriers of the same classes count, so that they can be looked up in one
 * go.
 *
 * Zeroed, it is empty; basket_clear() frees it. To empty it and keep its room, set n to 0. One
 * thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct basket {
    uint64_t *vids; /* ascending, as they were added */
    size_t n;
    size_t room;
};

/* At least so much room in all; what is in it stays. */
bool basket_room(struct basket *basket, size_t room, struct err *err) MUST_CHECK;
/* Once, also where one variant comes twice in a row because it was seen in two genes. */
bool basket_add(struct basket *basket, uint64_t vid, struct err *err) MUST_CHECK;
void basket_clear(struct basket *basket);
