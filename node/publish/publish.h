#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish: store → snapshot. Persons who are new or changed since the last publish are written into
 * the open segment. A full segment is written again only when too many of its persons are dead, or
 * when all segments must be.
 *
 * Each file is built under a temporary name, made durable, hashed and renamed; then the manifest is
 * written, and `current` last. A crash or a full disk at any point leaves the old snapshot in
 * force, and the next publish removes the remains. Memory is bounded by a constant. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct store;

struct publish_result {
    uint8_t id[32]; /* of the snapshot in force now */
    bool changed;   /* false: nothing was new, and the snapshot is the one from before */
    uint64_t persons;
    uint64_t persons_new; /* in the segments written now */
    uint64_t persons_dead;
    uint64_t variants;    /* of the segments written now */
    uint64_t carriers;    /* of the segments written now */
    uint64_t bytes;       /* of the whole snapshot */
    uint64_t persons_was; /* before; 0 at the first publish */
    uint64_t events_was;
    uint64_t events; /* coded events; of segments with dead persons, by the share of the living */
    size_t segments_written;
    size_t segments_kept;
    bool has_hp; /* the ontology is loaded: phenotypes are closed over their ancestors */
};

/* Told now and then: what is done ("variants"), how far of how much. */
typedef void publish_progress(void *of, const char *stage, uint64_t done, uint64_t total);

/* Persons or events that go by more than this are more often a broken delivery than the truth. */
#define PUBLISH_SHRINK_PERCENT 20

struct publish_options {
    const char *folder;         /* D/snapshot; made when it is not there */
    const char *dir;            /* D, for its references; NULL: there are none */
    int32_t date;               /* today */
    bool guards_shrink;         /* refuse PUBLISH_SHRINK_PERCENT fewer persons or events */
    bool rebuild;               /* write every segment anew: newer annotation reaches old persons */
    publish_progress *progress; /* NULL: quiet */
    void *progress_of;
};

bool publish(struct store *store, const struct publish_options *options,
             struct publish_result *result, struct err *err) MUST_CHECK;
