#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dimensions of a breakdown: each puts every person into exactly one of its classes, so a table
 * over several of them is disjoint and one person changes one cell.
 *
 * Classes are fixed here, from nothing but the dimension's name, so a table has the same shape at
 * every node and whatever the data hold; whoever is not known gets a class of their own. Constant
 * tables; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define DIMENSIONS_MAX 4 /* of one table, each once */

enum dimension_kind {
    DIMENSION_SEX,
    DIMENSION_AGE,    /* bands of ten years */
    DIMENSION_DECADE, /* of birth */
    DIMENSION_ASSAY,  /* how much of the genome was looked at, at most */
    DIMENSION_KINDS,
};

struct dimension {
    enum dimension_kind kind;
    const char *name; /* as a question names it */
    uint32_t n_classes;
    const char *const *classes; /* their names */
};

/* NULL when there is none. */
const struct dimension *dimension_by_name(const char *name);

/* A table over some dimensions, in the order given; the last varies fastest. */
struct breakdown {
    const struct dimension *dimensions[DIMENSIONS_MAX];
    size_t n_dimensions;
    uint32_t n_parts; /* table cells; each has matched and undetermined */
};

/* ERR_INVALID for an unknown name, one given twice, none or too many. */
bool breakdown_of(const char *const *names, size_t n, struct breakdown *out,
                  struct err *err) MUST_CHECK;
/* The class of each dimension that part (below n_parts) stands for. */
void breakdown_classes(const struct breakdown *breakdown, uint32_t part,
                       uint32_t classes[static DIMENSIONS_MAX]);

/* Classes of values. */
uint32_t dimension_of_sex(int sex);         /* 0 not known, 1 female, 2 male, 3 other */
uint32_t dimension_of_age(int age);         /* -1: not known */
uint32_t dimension_of_birth_year(int year); /* 0: not known */
/*
 * Bases that the person's widest assay looks at; 0: no sample, or by no declared assay. A person
 * may have several samples; counting the widest makes the dimension disjoint.
 */
uint32_t dimension_of_assay(uint64_t bases);
