#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many samples' calls at one site become persons in classes: each person in one class at most.
 *
 * A carrier beats everything (hom, hemi, het, zygosity unknown, in this order), and "not called"
 * beats a reference that another file judged: spoiling what one file says makes nobody certain. One
 * thread.
 */
#include "node/publish/site_sources.h"

struct site_merge {
    struct segment_writer *writer;
    uint16_t *persons[SITE_CLASSES];
    size_t room[SITE_CLASSES];
    uint32_t count[SITE_CLASSES];
    uint16_t *callsets; /* listed ones that judged the site, ascending */
    size_t n_callsets;
    bool gaps;                        /* of gaps, not of variants: no file lists them */
    bool mixed;                       /* a person may be in several classes, or twice in one */
    uint64_t seen[SEGMENT_WORDS_MAX]; /* all 0 between sites */
};

bool merge_init(struct site_merge *merge, struct segment_writer *writer,
                struct err *err) MUST_CHECK;
void merge_clear(struct site_merge *merge);
/* Takes the site with this vid from the sources; the fields say what it is. */
bool merge_site(struct site_merge *merge, struct site_sources *sources, uint64_t vid,
                struct err *err) MUST_CHECK;
