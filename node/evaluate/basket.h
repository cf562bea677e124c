#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A basket collects variants whose carriers of the same classes count, so that they can be looked
 * up in one call.
 *
 * A zeroed basket is empty; basket_clear() frees it. To empty it and keep its memory, set n to 0.
 * One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct basket {
    uint64_t *vids; /* must be added in ascending order */
    size_t n;
    size_t room;
};

/* Makes room for at least so many variants in all; keeps the contents. */
bool basket_room(struct basket *basket, size_t room, struct err *err) MUST_CHECK;
/* Adds the variant, unless it was the last one added because it was seen in two genes. */
bool basket_add(struct basket *basket, uint64_t vid, struct err *err) MUST_CHECK;
void basket_clear(struct basket *basket);
