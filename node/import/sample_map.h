#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose the samples are: a table with a header line that has the columns "sample" and "person".
 *
 * CSV as proto/base/csv.h reads it; other columns are ignored. A sample may stand twice only with
 * the same person. It is read in the confined process; no text of it gets out. One thread.
 */
#include <stddef.h>

#include "proto/base/err.h"

struct sample_map;

#define SAMPLE_MAP_BYTES_MAX (64u * 1024 * 1024)

/* Borrows fd, at its beginning. */
bool sample_map_read(int fd, struct sample_map **out, struct err *err) MUST_CHECK;
/* Wipes. Accepts NULL. */
void sample_map_free(struct sample_map *map);
/* The person's id, or NULL when the sample is not in the map. */
const char *sample_map_person(const struct sample_map *map, const char *sample);
