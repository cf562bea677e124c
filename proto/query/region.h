#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 21 regions of Sweden: county codes of SCB, letters of ISO 3166-2:SE. Codes are strings with a
 * leading zero. Constant tables; any thread.
 */
#include <stddef.h>

#define REGION_COUNT 21

struct region {
    const char *code; /* "12" */
    const char *iso;  /* "M" */
    const char *name; /* "Region Skåne" */
    const char *word; /* the name in questions: "Skåne" */
};

/* All regions, in order of code. */
extern const struct region regions[REGION_COUNT];

/*
 * Finds a region by code, ISO letters ("M", "SE-M"), or name. The name may be in any case, with or
 * without "Region" and "län", and with or without the dots and rings of å ä ö. NULL when there is
 * no such region.
 */
const struct region *region_by_text(const char *text);
const struct region *region_by_code(const char *code);
