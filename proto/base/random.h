#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam for randomness. In a program every byte comes from the system (libsodium). A test may
 * switch to a seeded stream, so that a failure can be repeated. Keys and nonces come from here; the
 * privacy noise does not: it comes from a keyed PRF (node/privacy). Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Starts libsodium; call it once, before any thread. False when the system has no randomness. */
bool random_start(void) __attribute__((warn_unused_result));
void random_bytes(void *out, size_t bytes);
/* Uniform in 0..below-1; below must be > 0. */
uint32_t random_below(uint32_t below);

/* For tests only: draws come from a ChaCha20 stream of this seed until random_unseed(). */
void random_seed(uint64_t seed);
void random_unseed(void);
