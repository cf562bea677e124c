#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A BED file (plain, gzip or BGZF): the stretches of genome that an assay looks at.
 *
 * BED counts from 0 and excludes the end; what comes out is 1-based and inclusive, sorted, and
 * overlapping or touching stretches are one. Lines of other contigs are left out and counted. One
 * thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/store/assay.h"
#include "proto/base/err.h"
#include "proto/query/ast.h"

struct bed {
    struct assay_interval *intervals;
    size_t n;
    uint64_t other_contigs; /* lines */
};

#define BED_LINE_BYTES_MAX (1u << 20)

/* Takes fd, at its beginning. Clear with bed_clear() also on failure. */
bool bed_read(struct bed *bed, int fd, enum ast_assembly assembly, struct err *err) MUST_CHECK;
void bed_clear(struct bed *bed);
