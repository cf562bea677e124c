#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The asker's half of a blind sum: an ephemeral X25519 key, whose public part is in the signed
 * question, and the veil that the asker subtracts from the total.
 *
 * The secret is in locked memory and is wiped when it is freed. It leaves the client only in a
 * receipt (receipt.h). Without it nobody can compute the total, neither the coordinator nor the
 * asker. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/sum.h"
#include "proto/base/err.h"

struct blind;

/* Makes a new key. NULL when memory is out. */
struct blind *blind_new(void);
/*
 * Makes the key from this secret of KEYSTREAM_KEY_BYTES bytes, taken from a receipt. NULL when
 * memory is out.
 */
struct blind *blind_of(const uint8_t *secret);
void blind_free(struct blind *blind); /* wipes; accepts NULL */
const uint8_t *blind_public_key(const struct blind *blind);
const uint8_t *blind_secret_key(const struct blind *blind);

/*
 * Computes the veil, n cells, that sum_cells() subtracts: the sum of the streams shared with every
 * node in the list. The caller must have verified the list and its keys (sum_list_verify()).
 */
bool blind_veil(const struct blind *blind, const struct sum_list *list, int64_t *veil, size_t n,
                struct err *err) MUST_CHECK;
