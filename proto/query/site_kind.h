#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bands of population frequency, and which expressions inside variant( ) they decide.
 *
 * A snapshot sums up its sites by kind: sites of one band, with the same words of annotation. An
 * expression that names no gene, place or change, and whose frequencies begin and end at bounds of
 * bands, is true of all sites of a kind or of none, so no site needs to be looked at. The bounds
 * are public and constant, so which questions these are follows from the question alone. Values;
 * any thread.
 */
#include <stdbool.h>
#include <stdint.h>

struct ast_node;

#define SITE_KIND_BANDS 61

/* The band of a frequency in units of 1e-9; negative: not known, which is a band of its own. */
uint8_t site_kind_band(int64_t af_nano);
/* A frequency in the band; negative for that of those that are not known. */
int64_t site_kind_frequency(uint8_t band);
/* Of what stands inside variant( ). */
bool site_kind_decides(const struct ast_node *inner);
