#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The randomness seam. In a program every byte comes from the system (libsodium); a test may switch
 * to a seeded stream so that a failure replays. Keys and nonces come from here; the privacy noise
 * does not: it comes from a keyed PRF (node/privacy). Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Once, before threads: starts libsodium. False when the system has no randomness. */
bool random_start(void) __attribute__((warn_unused_result));
void random_bytes(void *out, size_t bytes);
/* Uniform in 0..below-1; below > 0. */
uint32_t random_below(uint32_t below);

/* For tests only: a ChaCha20 stream of this seed until random_unseed(). */
void random_seed(uint64_t seed);
void random_unseed(void);
