#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public files of term releases that the coordinator has, one file a hash in a folder, written
 * once and never changed. A file is stored only when its bytes have that hash and are a release
 * file. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"

struct release_store;

#define RELEASE_STORE_FILES_MAX 512

/* Makes the folder. Files in it that are not named by a hash are left alone. */
bool release_store_open(const char *folder, struct release_store **out, struct err *err) MUST_CHECK;
void release_store_close(struct release_store *store); /* accepts NULL */
bool release_store_has(struct release_store *store, const uint8_t hash[static 32]);
/*
 * Stores the file durably. ERR_DENIED when the bytes have another hash; ERR_INVALID when they are
 * no release file; ERR_EXHAUSTED when RELEASE_STORE_FILES_MAX files are here.
 */
bool release_store_put(struct release_store *store, const uint8_t hash[static 32],
                       struct bytes_view file, struct err *err) MUST_CHECK;
/* Reads a file that release_store_has(). */
bool release_store_read(struct release_store *store, const uint8_t hash[static 32],
                        struct bytes *out, struct err *err) MUST_CHECK;
