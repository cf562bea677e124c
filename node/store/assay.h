#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An assay: what of the genome a laboratory method looks at, as sorted intervals.
 *
 * Positions are 1-based and inclusive. An assay is identified by name and assembly; put again with
 * other intervals it is another version, and samples keep the one that they were imported with.
 * Inside an open import. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct store;

#define ASSAY_NAME_BYTES_MAX 128
#define ASSAY_INTERVALS_MAX 4000000

struct assay_interval {
    uint8_t chromosome; /* 1..25 */
    uint32_t start;
    uint32_t end;
};

struct assay {
    const char *name;                       /* "panel-breast-v3", "exome-twist-2", "wgs" */
    uint8_t assembly;                       /* VARIANT_GRCH37, VARIANT_GRCH38 */
    bool whole_genome;                      /* covers all; no intervals then */
    const struct assay_interval *intervals; /* any order, overlaps are merged */
    size_t n_intervals;
};

/* The assay's id; an equal one that is there is used again. */
bool assay_put(struct store *store, const struct assay *assay, int64_t *id,
               struct err *err) MUST_CHECK;
/* The newest assay with this name and assembly, or 0. */
bool assay_find(struct store *store, const char *name, uint8_t assembly, int64_t *id,
                struct err *err) MUST_CHECK;
