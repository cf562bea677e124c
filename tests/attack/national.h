#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/* The national figure of noised regional cells by the real merger, before any cut at zero. */
#include <stddef.h>
#include <stdint.h>

#define NATIONAL_REGIONS 21

struct national;

struct national *national_new(void);
void national_free(struct national *national);
/* matched cells of all regions, as their nodes released them; sigma of each. */
int64_t national_total(struct national *national, const int64_t *matched, uint32_t sigma);
