#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manifest of a snapshot: a JSON file named by its BLAKE2b-256. Only the manifest says which
 * segment files belong together.
 *
 *   D/snapshot/current           the manifest's hash in hex and a newline; replaced atomically
 *   D/snapshot/<hash>.manifest   {"format":1,"date":...,"epoch":...,"terms":{...}|null,
 *                                 "delivers":[...],"assays":[...],"segments":[...]}
 *   D/snapshot/<hash>.segment    segment_schema.h
 *   D/snapshot/<hash>.terms      the tables of node/terms at the time of publishing
 *   D/snapshot/<hash>.reference  a reference genome (node/terms/reference.h), and <hash>.index
 *
 * date is in days since 1970-01-01; epoch is the store's, up to which it was published. delivers
 * and assays are what the operator declared: kind, system and, where it was said, from
 * ("2015-01-01"); name, assembly, whole_genome. A segment has its hash, bytes, persons, variants,
 * carriers, coded events when it was written, and the ordinals that are dead; one with "tumour_of":
 * n has the calls of tumours of the persons of segment n - 1, and stands behind all of those; one
 * with "structural_of": n has the structural variants of segment n - 1, and stands behind those;
 * one with "day_of": n and "nth": k has the calls of the samples of tumours of the persons of
 * segment n - 1 on their kth day, and stands behind all others. references
 * ([{"assembly","hash","bytes","index"}], not in older files) are what changes are spelled by.
 * Anything that is not in order is an error, never a guess. The manifest owns what it points to.
 * One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/snapshot/sizes.h"
#include "node/snapshot/snapshot.h"
#include "node/store/delivery.h"
#include "proto/base/err.h"

#define MANIFEST_FORMAT 1
#define MANIFEST_BYTES_MAX ((size_t)64 << 20)
#define MANIFEST_SEGMENTS_MAX 16384

struct manifest_segment {
    uint8_t hash[32];
    uint64_t bytes;
    uint32_t persons;
    uint64_t variants;
    uint64_t carriers;
    uint64_t gene;   /* rows of the gene that has most; in older files: all variants */
    uint64_t events; /* of its persons, when the segment was written */
    uint64_t kinds;  /* of sites; 0: the segment has no table of them */
    uint64_t dead[SEGMENT_WORDS_MAX];
    uint32_t n_dead;
    uint32_t tumour_of; /* 0: persons and their germline; n: tumours of those of segment n - 1 */
    uint32_t structural_of; /* n: the structural variants of segment n - 1; 0: small ones */
    uint32_t day_of;        /* n: tumours of those of segment n - 1, of one day each; 0: no */
    uint32_t nth;           /* which of their days, from 1 */
};

/* An assay as the operator declared it, whether or not anybody was tested with it. */
#define MANIFEST_ASSAYS_MAX 32 /* most declared assays that are shown */
#define MANIFEST_ASSAY_BYTES 64
struct manifest_assay {
    char name[MANIFEST_ASSAY_BYTES];
    uint8_t assembly; /* VARIANT_GRCH37, VARIANT_GRCH38 */
    bool whole_genome;
};

/* The reference genome of an assembly; the files are <hash>.reference and <hash>.index. */
struct manifest_reference {
    bool there;
    uint8_t hash[32]; /* of the bases */
    uint64_t bytes;
    uint8_t index_hash[32];
};

struct manifest {
    uint8_t id[32]; /* the manifest's own hash, set when read or written */
    int32_t date;
    int64_t epoch;
    bool has_terms;
    uint8_t terms_hash[32];
    uint8_t terms_content[32]; /* hash of the releases from which the terms file was made */
    uint64_t terms_bytes;
    struct deliveries deliveries; /* what the region delivers in full */
    struct manifest_assay assays[MANIFEST_ASSAYS_MAX];
    size_t n_assays;
    struct manifest_reference references[3]; /* by assembly */
    struct manifest_segment *segments;
    size_t n_segments;
    size_t n_main;  /* the first ones, which are no tumours' */
    size_t n_small; /* the first ones, which have small variants, of whatever day */
    size_t n_whole; /* the first ones, which are not of one day */
    bool has_sizes; /* manifests from before there were sizes have none */
    struct sizes sizes;
};

/* Of all segments, dead persons included: what an evaluation goes through. */
struct sizes_of manifest_sizes_of(const struct manifest *manifest);

/* The public ones; of a manifest from before there were sizes, as they would be chosen now. */
struct sizes manifest_sizes(const struct manifest *manifest);

void manifest_clear(struct manifest *manifest);
/* Reads the manifest with this hash. */
bool manifest_read_id(const char *folder, const uint8_t id[static 32], struct manifest *manifest,
                      struct err *err) MUST_CHECK;
/* Reads the manifest that `current` names. *found is false when there is none. */
bool manifest_read(const char *folder, struct manifest *manifest, bool *found,
                   struct err *err) MUST_CHECK;
/* Writes the manifest under its hash, which it sets, and points `current` to it. */
bool manifest_write(const char *folder, struct manifest *manifest, struct err *err) MUST_CHECK;
/* folder/<hash>.<kind> */
bool manifest_path(const char *folder, const uint8_t hash[static 32], const char *kind, char *path,
                   size_t room) MUST_CHECK;
