#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The asker's half of a blind sum: an ephemeral X25519 key whose public part travels in the signed
 * question, and the veil that it takes off the total.
 *
 * The secret is in locked memory and wiped when it is freed; it never leaves the client, but for a
 * receipt (receipt.h). Without it the total cannot be made by anybody: not by the coordinator, and
 * not by the asker. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/sum.h"
#include "proto/base/err.h"

struct blind;

/* A fresh key; NULL when memory is out. */
struct blind *blind_new(void);
/* The key of this secret, STREAM_KEY_BYTES: of a receipt. NULL when memory is out. */
struct blind *blind_of(const uint8_t *secret);
void blind_free(struct blind *blind); /* wipes; accepts NULL */
const uint8_t *blind_public_key(const struct blind *blind);
const uint8_t *blind_secret_key(const struct blind *blind);

/*
 * What sum_cells() is to take off: the streams of everybody in the list, which the caller has
 * verified (sum_list_verify()), each one's key included. n cells.
 */
bool blind_veil(const struct blind *blind, const struct sum_list *list, int64_t *veil, size_t n,
                struct err *err) MUST_CHECK;
