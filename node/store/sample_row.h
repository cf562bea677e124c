#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store keeps of a sample beside whose it is and its calls: one row of table `sample`.
 * Strings are borrowed. Any thread.
 */
#include <stdint.h>

#include "node/store/person.h"

#define SAMPLE_ROW_GERMLINE 1 /* of whom nothing else is said */

struct sample_row {
    int64_t assay;      /* 0: none */
    uint8_t type;       /* enum sample_type of proto/query/sample_type.h */
    const char *tissue; /* a code as code_print() writes it; NULL: not known */
    int32_t taken;      /* day, or PERSON_NO_DATE */
};
