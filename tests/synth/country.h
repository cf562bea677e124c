#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The synthetic country: regions in proportion to their population, and people with an age, a sex,
 * diagnoses, phenotypes, a course in care and, for some of them, sequencing. Everything follows
 * from one seed.
 *
 * A region's people are made one region at a time, so memory is that of the largest region.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/synth/course.h"
#include "tests/synth/genome.h"

#define REGIONS 21
#define DIAGNOSES_MAX COURSE_DIAGNOSES
#define FEATURES_MAX 8

enum sex { SEX_UNKNOWN, SEX_MALE, SEX_FEMALE };
enum assay { ASSAY_NONE, ASSAY_WGS, ASSAY_PANEL };
enum call { CALL_REF, CALL_HET, CALL_HOM, CALL_HEMI, CALL_MISSING };

struct region {
    const char *code;
    const char *name;
    uint32_t population;
};

struct person {
    char id[20];
    enum sex sex;
    int birth_year; /* 0: not recorded */
    enum assay assay;
    const char *diagnoses[DIAGNOSES_MAX]; /* ICD-10 codes */
    int n_diagnoses;
    const char *drug;                   /* of the breast: an ATC code, or NULL */
    const char *features[FEATURES_MAX]; /* HPO ids recorded present */
    int n_features;
    const char *excluded;          /* an HPO id recorded absent, or NULL */
    const struct disease *disease; /* of the rare-disease arm, or NULL */
    uint8_t calls[VARIANTS];
    struct course course;
};

/* A model of a rare disease: its gene, its code and its profile of features. */
struct disease {
    const char *gene;
    const char *omim;
    const char *label;
    const char *features[FEATURES_MAX];
};

extern const struct region regions[REGIONS];

/* A term of the demo's small phenotype terminology: HPO ids, invented labels. */
struct feature {
    const char *id;
    const char *parent; /* NULL: the root */
    const char *label;
};

extern const struct feature features[];
size_t features_count(void);
/* Is this feature the other, or below it? */
int feature_under(const char *id, const char *ancestor);

/* How many of `persons` live in region r. */
uint32_t region_share(int r, uint32_t persons);

/* What everything follows from. */
struct plan {
    uint64_t seed;
    uint32_t persons;
    int regions;    /* the first ones of the table */
    int year;       /* in which ages are taken */
    bool year_ends; /* today is its last day, so everybody's birthday has been */
    struct variant variants[VARIANTS];
};

/* n people of region r, allocated; free() them. NULL when memory is out. */
struct person *country_people(const struct plan *plan, int r, uint32_t n);
