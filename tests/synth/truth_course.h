#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is true of people's courses: questions about days, values and tumours, the trial's protocol,
 * the curve of survival and the frequencies that the demo shows.
 */
#include "tests/synth/answer.h"

#define COURSES 7
#define STEPS 6
#define CURVE_BINS 9
#define CURVE_DAYS 180 /* a bin; the last one has no end */
#define CURVE_CELLS (2 * (CURVE_BINS + 1))
#define FREQUENCIES 3
#define GENOTYPES 6

struct truth {
    uint32_t matched;
    uint32_t undetermined;
};

/* A criterion of the protocol, as its file has it; one whose name begins with E excludes. */
struct step {
    const char *name;
    const char *text;
};

extern const struct step steps[STEPS];
/* What the curve begins and ends with. */
extern const char *const curve_from, *const curve_to;
extern const char *const genotype_names[GENOTYPES];

/* Of one region. */
struct measured {
    struct truth steps[STEPS]; /* who meets this criterion and all before it */
    uint32_t
        curve[CURVE_CELLS]; /* had the event in the bin, was last heard of in it; time unknown */
    uint32_t genotypes[FREQUENCIES][GENOTYPES];
};

void truth_add(struct truth *truth, enum answer answer);
enum answer truth_course(int q, const struct plan *plan, const struct person *person);
/* The variant whose frequency is told: common ones of autosomes, outside the panel. */
int truth_frequency(int i);
void truth_measure(const struct plan *plan, const struct person *people, uint32_t n,
                   struct measured *measured);
