#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which snapshot a node has pinned for a national release (proto/trust/calendar.h). The file
 * D/release/NAME names it (pointer.h). As long as it is there, publishing
 * keeps the files of that snapshot and the keeper keeps its noise key. A pin is never pointed to
 * another snapshot: a wrong release is replaced by one of another name. One thread; a folder is
 * written by the keeper and by `publish`, each file whole or not at all.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define PIN_NAME_BYTES 16
#define PINS_MAX 32 /* releases of a node at a time, those that come included */

struct pin {
    char release[PIN_NAME_BYTES];
    uint8_t snapshot[32];
};

/* All pins of D, in no order. Files that are called otherwise than a release are not looked at. */
bool pin_list(const char *dir, struct pin out[static PINS_MAX], size_t *n,
              struct err *err) MUST_CHECK;
/* *found is false when the release is not pinned. */
bool pin_read(const char *dir, const char *release, struct pin *out, bool *found,
              struct err *err) MUST_CHECK;
/* Durable when it returns. ERR_DENIED when the release is pinned to another snapshot. */
bool pin_put(const char *dir, const struct pin *pin, struct err *err) MUST_CHECK;
/* The next publish removes the files that no other snapshot needs. */
bool pin_drop(const char *dir, const char *release, struct err *err) MUST_CHECK;
