#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of a person in care: on which days the diagnoses were made, treatments in lines, a
 * stage, measured values, a tumour beside its normal, and death. Days are of proto/base/date.h, all
 * before this year and not before the year after birth.
 */
#include <stdbool.h>
#include <stdint.h>

#include "proto/base/date.h"

#define COURSE_DIAGNOSES 6
#define COURSE_TREATMENTS 4
#define COURSE_VALUES 2
#define CHANGES 4

#define NO_DAY INT32_MIN /* recorded without a day; of birth and death: not known, not dead */

struct treatment {
    const char *code; /* ATC */
    int32_t day;
};

struct value {
    const char *code; /* NPU */
    int32_t day;
    int tenths;       /* of the unit of the question */
    int times;        /* written as so many times that, in */
    const char *unit; /* this unit; "": written without one */
};

/* A change of a tumour. Real coordinates on GRCh38. */
struct change {
    const char *chromosome;
    uint32_t position;
    char ref;
    char alt;
    const char *gene;
    const char *name;
    uint32_t per_million; /* of tumours of the lung */
};

extern const struct change changes[CHANGES];
/* The genes of the tumours' assay. */
extern const char *const tumour_genes[];
#define TUMOUR_GENES 3

struct course {
    int32_t born; /* to the day: of the dead */
    int32_t died;
    int32_t diagnosed[COURSE_DIAGNOSES]; /* of each diagnosis */
    struct treatment treatments[COURSE_TREATMENTS];
    int n_treatments;
    const char *stage; /* "stage_1", or NULL */
    int32_t staged;
    struct value values[COURSE_VALUES];
    int n_values;
    bool has_tumour;
    uint8_t tumour[CHANGES]; /* enum call: CALL_REF, CALL_HET, CALL_MISSING */
};

struct dice;
struct person;

/* Of a person who has everything else. */
void course_draw(struct dice *dice, struct person *person, int year);
