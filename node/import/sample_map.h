#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose the samples are: a table with a header line that has the columns "sample" and "person".
 *
 * It may have "type" (sample_type.h), "tissue" (a code) and "taken" (a day) as well; an empty field
 * says nothing. CSV as proto/base/csv.h reads it; other columns are ignored. A sample may stand
 * twice only with the same words. It is read in the confined process; no text of it gets out but
 * the code of a tissue. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/sample_type.h"

struct sample_map;

#define SAMPLE_MAP_BYTES_MAX (64u * 1024 * 1024)

/* Borrows fd, at its beginning. */
bool sample_map_read(int fd, struct sample_map **out, struct err *err) MUST_CHECK;
/* Wipes. Accepts NULL. */
void sample_map_free(struct sample_map *map);
/* What the table says of a sample. */
struct sample_map_row {
    const char *sample;
    const char *person;
    enum sample_type type; /* 0: not said */
    const char *tissue;    /* as code_print() writes it; "": not said */
    int32_t taken;         /* PERSON_NO_DATE: not said */
};
/* NULL when the sample is not in the map. */
const struct sample_map_row *sample_map_find(const struct sample_map *map, const char *sample);
