#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dimensions of a breakdown. Each puts every person into exactly one of its classes, so a table
 * over several dimensions is disjoint and one person changes one cell.
 *
 * The classes follow from the dimension's name alone, so that a table has the same shape at every
 * node, whatever its data. Persons for whom the value is not known have a class of their own.
 * Constant tables; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define DIMENSIONS_MAX 4 /* dimensions of one table, all different */

enum dimension_kind {
    DIMENSION_SEX,
    DIMENSION_AGE,    /* bands of ten years */
    DIMENSION_DECADE, /* of birth */
    DIMENSION_ASSAY,  /* size of the widest assay that examined the person */
    DIMENSION_KINDS,
    DIMENSION_BINS = DIMENSION_KINDS, /* of a question's own: bins.h; no name finds it */
};

struct dimension {
    enum dimension_kind kind;
    const char *name; /* the name in a question */
    uint32_t n_classes;
    const char *const *classes; /* names of the classes */
};

/* The names as a closed list (proto/base/words.h). */
const char *dimension_word(size_t i);
/* NULL when there is none. */
const struct dimension *dimension_by_name(const char *name);

/* A table over some dimensions in the given order; the last dimension varies fastest. */
struct dimension_table {
    const struct dimension *dimensions[DIMENSIONS_MAX];
    size_t n_dimensions;
    uint32_t n_parts; /* cells of the table; each has a matched and an undetermined number */
};

/* ERR_INVALID for an unknown name, a name given twice, no name, or too many. */
bool dimension_table_of(const char *const *names, size_t n, struct dimension_table *out,
                        struct err *err) MUST_CHECK;
/* Finds the class in each dimension for table cell `part` (below n_parts). */
void dimension_table_classes(const struct dimension_table *breakdown, uint32_t part,
                             uint32_t classes[static DIMENSIONS_MAX]);

/* The class that a value belongs to. */
uint32_t dimension_of_sex(int sex);         /* 0 not known, 1 female, 2 male, 3 other */
uint32_t dimension_of_age(int age);         /* in years; -1: not known */
uint32_t dimension_of_birth_year(int year); /* 0: not known */
/*
 * `bases` is what the person's widest assay covers; 0 when the person has no sample, or only
 * samples without a declared assay. A person may have several samples; counting only the widest
 * makes the dimension disjoint.
 */
uint32_t dimension_of_assay(uint64_t bases);
