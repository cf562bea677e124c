#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An assay: the part of the genome that a laboratory method covers, as sorted intervals.
 *
 * Positions are 1-based and inclusive. An assay is identified by name and assembly. Putting it
 * again with other intervals makes a new version; samples keep the version that they were imported
 * with. Call these functions inside an open import. One thread.
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
    bool whole_genome;                      /* covers the whole genome; then it has no intervals */
    const struct assay_interval *intervals; /* any order, overlaps are merged */
    size_t n_intervals;
    uint32_t apart; /* tells assays apart that are equal otherwise: assay_looked() */
};

/* *id is the assay's id. An equal assay that exists already is used again. */
bool assay_put(struct store *store, const struct assay *assay, int64_t *id,
               struct err *err) MUST_CHECK;
/*
 * *looked: has a person of the callset a sample of this assay in another callset? Gaps of bases
 * count for the assay of their sample, so a sample that stands for itself alone takes another one.
 */
bool assay_looked(struct store *store, int64_t assay, int64_t callset, bool *looked,
                  struct err *err) MUST_CHECK;
/* The newest assay with this name and assembly, or 0. */
bool assay_find(struct store *store, const char *name, uint8_t assembly, int64_t *id,
                struct err *err) MUST_CHECK;
