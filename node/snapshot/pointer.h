#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file that names a snapshot: its hash in hex and a newline. D/snapshot/current is one, and so is
 * the pin of each national release (pin.h). Read and replaced whole. One thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "proto/base/err.h"

#define POINTER_HASH_BYTES 32

/* *found is false, and nothing is said, when there is no such file. ERR_INTERNAL for another form.
 */
bool pointer_read(const char *path, uint8_t hash[static POINTER_HASH_BYTES], bool *found,
                  struct err *err) MUST_CHECK;
/* Durable when it returns. */
bool pointer_write(const char *path, const uint8_t hash[static POINTER_HASH_BYTES],
                   struct err *err) MUST_CHECK;
