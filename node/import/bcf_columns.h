#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The genotypes of a BCF record, and the fields that are read beside them. BCF has one array for
 * each field, with a value for each sample (VCF specification, 6.3.3). Nothing is copied; the
 * arrays live as long as the record.
 *
 * A record is read in this way only when its text would say the same: GT and AD as integers, DP and
 * GQ as one integer each, FT as text without characters that end a field of a line. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "node/import/text_span.h"

struct bcf_hdr_t; /* of htslib */
struct bcf1_t;

/* One integer of each sample. */
struct bcf_columns_numbers {
    const uint8_t *data; /* NULL: FORMAT does not have the field */
    unsigned width;      /* bytes of an integer: 1, 2 or 4 */
};

struct bcf_columns {
    uint32_t n_samples;
    unsigned copies; /* integers of GT, for each sample */
    struct bcf_columns_numbers gt;
    struct bcf_columns_numbers depth;
    struct bcf_columns_numbers quality;
    struct bcf_columns_numbers reads; /* AD */
    unsigned alleles;                 /* integers of AD, for each sample */
    const char *filter;               /* FT; NULL: FORMAT does not have it */
    size_t filter_bytes;              /* of each sample; what is shorter ends with a NUL */
};

/*
 * The columns of an unpacked record; false where they must be read as text. The lengths that the
 * record states have been compared with its bytes (bcf_read() does that).
 */
bool bcf_columns_find(const struct bcf_hdr_t *header, const struct bcf1_t *record,
                      struct bcf_columns *columns);

/* Integer number i; one that is missing, or behind the end of a list, is negative. */
static inline int32_t bcf_columns_number(const struct bcf_columns_numbers *numbers, size_t i)
{
    int16_t two;
    int32_t four;

    if (numbers->width == 1)
        return (int8_t)numbers->data[i];
    if (numbers->width == 2) {
        memcpy(&two, numbers->data + 2 * i, sizeof(two)); /* little endian, as x86-64 is */
        return two;
    }
    memcpy(&four, numbers->data + 4 * i, sizeof(four));
    return four;
}

static inline bool bcf_columns_is_missing(const struct bcf_columns_numbers *numbers, int32_t value)
{
    return value <= (numbers->width == 1   ? INT8_MIN + 1
                     : numbers->width == 2 ? INT16_MIN + 1
                                           : INT32_MIN + 1);
}

/* True for the value that fills up a sample's list when other samples have longer ones. */
static inline bool bcf_columns_is_end(const struct bcf_columns_numbers *numbers, int32_t value)
{
    return value == (numbers->width == 1   ? INT8_MIN + 1
                     : numbers->width == 2 ? INT16_MIN + 1
                                           : INT32_MIN + 1);
}

/* FT of a sample, "." where it is missing; {NULL, 0} where FORMAT does not have it. */
struct text_span bcf_columns_filter(const struct bcf_columns *columns, uint32_t sample);
