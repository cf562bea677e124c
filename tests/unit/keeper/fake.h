#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A snapshot and an evaluation that a test decides, in place of node/snapshot and node/evaluate:
 * the keeper is tested for what it does with a count, not for how it is found. One thread
 * evaluates.
 */
#include <stdbool.h>
#include <stdint.h>

#include "node/evaluate/population.h"
#include "node/snapshot/sizes.h"

/* Of the file of the one release: byte i is fake_file_byte(i). */
#define FAKE_FILE_BYTES (2 * 65536 + 5)
#define fake_file_byte(i) ((uint8_t)((i)*7 + (i) / 251))

#define FAKE_PERSONS 4000 /* at most in `persons` */
#define FAKE_STEP 1000    /* cell i of a table or of frequencies is matched + i * FAKE_STEP */

struct fake {
    int64_t matched;
    int64_t undetermined;
    bool out_of_time; /* the evaluation stops at its deadline */
    int64_t left_ms;  /* to the last evaluation's deadline when it began */
    bool broken;      /* the evaluation fails otherwise */
    bool bad_change;  /* the reference does not have REF of the question's change */
    unsigned evaluations;
    uint32_t persons;       /* above 0: of the one segment, whose first `matched` a count finds */
    struct sizes sizes;     /* of the snapshot, from its next opening on */
    const char *release;    /* of the one terminology */
    struct eligibility who; /* the last population was made for */
    bool by_assays;         /* of the snapshot that it was made of */
};
extern struct fake fake;
