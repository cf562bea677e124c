#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Are the tumour and the normal of a somatic file exchanged? A somatic caller's lines are of what
 * the tumour has and the normal lacks. Where more lines have it the other way round, names or
 * header are wrong, and the file would say "tested, none" of a tumour: it is refused. Lines in
 * which both columns have an alternative allele, or neither, tell nothing. Value; any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "proto/base/err.h"

struct genotypes;

#define ROLE_CHECK_LEAST 5u /* lines that tell something; fewer are not judged */

struct role_check {
    bool pair; /* the file has one tumour and one normal */
    uint32_t tumour;
    uint32_t normal;
    uint64_t right; /* lines in which the tumour alone has an alternative allele */
    uint64_t exchanged;
};

/* The line that was read last, of n_alts; lost: it was read as one that is not taken. */
void role_check_line(struct role_check *check, const struct genotypes *genotypes, unsigned n_alts,
                     bool lost);
bool role_check_judge(const struct role_check *check, struct err *err) MUST_CHECK;
