#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Genotype calls on their way into the store: one callset a file, its samples, its variants.
 *
 *   callset_put() → sample_add() for each sample, in order: ordinals 0, 1, ...
 *   → calls_open() → for each variant calls_site(), then calls_add() for each sample that carries
 * it or is not called → calls_close()
 *
 * The calls of a variant come together; variants come in genome order where the file has it (any
 * other order is stored right, with more parts). Appended to buffers of constant size, so a call
 * costs nanoseconds and no look-up. Where the callset judges sites, a sample that
 * is not added at one was judged there and has the reference. Inside an open import. One thread.
 */
#include <stdint.h>

#include "node/store/call_code.h"
#include "node/store/variant.h"
#include "proto/base/err.h"

struct store;
struct calls;

#define CALLSET_SAMPLES_MAX 1000000

struct callset {
    uint8_t assembly;
    bool has_af;         /* the file declares population frequencies: no value counts as 0 */
    bool has_annotation; /* the file declares genes and consequences */
    bool judges_sites;   /* a sample without a call at a site was judged to have the reference */
};

bool callset_put(struct store *store, const struct callset *callset, int64_t *id,
                 struct err *err) MUST_CHECK;
/* The next sample of the callset: an entry (ENTRY_NEW or ENTRY_REPLACED), its assay or 0. */
bool sample_add(struct store *store, int64_t callset, int64_t entry, int64_t assay,
                struct err *err) MUST_CHECK;

/* All samples of the callset were looked at by this assay, whatever was said before. */
bool samples_assay(struct store *store, int64_t callset, int64_t assay, struct err *err) MUST_CHECK;

/*
 * The vid of a variant: computed when short, else found or made in the allele table. Fails with
 * ERR_INVALID on a fourth collision and on what variant_pack() refuses.
 */
bool allele_vid(struct store *store, const struct variant *variant, uint64_t *vid,
                struct err *err) MUST_CHECK;

bool calls_open(struct store *store, int64_t callset, struct calls **out,
                struct err *err) MUST_CHECK;
/* The same for gaps (gap.h), which are kept apart: vids of gaps, and only samples that are added.
 */
bool calls_open_gaps(struct store *store, int64_t callset, struct calls **out,
                     struct err *err) MUST_CHECK;
/* The file has a record for this variant. */
bool calls_site(struct calls *calls, uint64_t vid, struct err *err) MUST_CHECK;
/* At the site given last. sample < the number added; ascending is fastest. */
bool calls_add(struct calls *calls, uint32_t sample, enum call_code code,
               struct err *err) MUST_CHECK;
/* Writes what is buffered; the calls are over, whether or not it succeeds. */
bool calls_close(struct calls *calls, struct err *err) MUST_CHECK;
/* Gives up without writing. Accepts NULL. */
void calls_abandon(struct calls *calls);
