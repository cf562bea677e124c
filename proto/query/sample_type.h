#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a sample is of, and the origin of its calls, which follows from that. A normal that was
 * taken beside a tumour is of the germline. RNA and isolates have no calls that a question about
 * variants counts. The numbers are stored in files and never change. Values; any thread.
 */
#include <stdbool.h>
#include <stddef.h>

enum sample_type {
    SAMPLE_GERMLINE = 1,
    SAMPLE_TUMOUR = 2,
    SAMPLE_NORMAL = 3, /* of a patient of whom a tumour was taken */
    SAMPLE_CFDNA = 4,
    SAMPLE_RNA = 5,
    SAMPLE_ISOLATE = 6,
};
#define SAMPLE_TYPES 6

/* ORIGIN_ANY: of a question that names none. */
enum origin { ORIGIN_ANY, ORIGIN_GERMLINE, ORIGIN_SOMATIC };

/* "germline", "tumour", ... in the order of their numbers; NULL behind the last. */
const char *sample_type_word(size_t i);
/* False when it is no such word. */
bool sample_type_read(const char *text, enum sample_type *type);
/* True when the calls of such a sample are of this origin (one of the two). */
bool sample_type_is(enum sample_type type, enum origin origin);
