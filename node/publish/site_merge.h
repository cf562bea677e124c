#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merges the calls of many samples at one site to persons in classes; each person is in at most
 * one.
 *
 * A carrier class wins over all others (hom, hemi, het, zygosity unknown, in this order), and "not
 * called" wins over a reference from another file: a damaged file must never make a statement
 * certain. One thread.
 */
#include "node/publish/site_sources.h"

struct site_merge {
    struct segment_writer *writer;
    uint16_t *persons[SITE_CLASSES];
    size_t room[SITE_CLASSES];
    uint32_t count[SITE_CLASSES];
    uint16_t *callsets; /* the listed callsets that judged the site, ascending */
    size_t n_callsets;
    bool gaps;                        /* the sites are gaps, not variants: no file lists them */
    bool mixed;                       /* a person may be in several classes, or twice in one */
    uint64_t seen[SEGMENT_WORDS_MAX]; /* all 0 between sites */
};

bool site_merge_init(struct site_merge *merge, struct segment_writer *writer,
                     struct err *err) MUST_CHECK;
void site_merge_clear(struct site_merge *merge);
/* Takes the site with this vid from the sources. The fields describe it afterwards. */
bool site_merge_site(struct site_merge *merge, struct site_sources *sources, uint64_t vid,
                     struct err *err) MUST_CHECK;
