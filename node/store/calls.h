#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes genotype calls into the store: one callset for a file, its samples, its variants.
 *
 *   callset_put() → callset_add_sample() for each sample, in order: ordinals 0, 1, ...
 *   → calls_open() → for each variant calls_site(), then calls_add() for each sample that carries
 *
 * it or is not called → calls_close()
 *
 * All calls of a variant must be added together; variants should come in genome order where the
 * file has it (any other order is stored right, with more parts). Calls are appended to buffers of
 * constant size without a look-up, which takes nanoseconds each. Where the callset judges sites, a
 * sample that is not added at a site was judged there and has the reference. Call these functions
 * inside an open import. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/store/call_code.h"
#include "node/store/sample_row.h"
#include "node/store/variant.h"
#include "proto/base/err.h"

struct store;
struct calls;

#define CALLSET_SAMPLES_MAX 1000000

struct callset {
    uint8_t assembly;
    bool has_af;         /* the file declares population frequencies: a variant without one has 0 */
    bool has_annotation; /* the file declares genes and consequences */
    bool judges_sites;   /* a sample without a call at a site has the reference there */
    unsigned judged;     /* types of structural variants, as bits of proto/query/sv_type.h */
};

bool callset_put(struct store *store, const struct callset *callset, int64_t *id,
                 struct err *err) MUST_CHECK;
/* Adds the next sample of the callset. entry must be ENTRY_NEW or ENTRY_REPLACED. */
bool callset_add(struct store *store, int64_t callset, int64_t entry,
                 const struct sample_row *sample, struct err *err) MUST_CHECK;

/* The same of a sample of the germline of which nothing else is known; assay may be 0. */
static inline bool callset_add_sample(struct store *store, int64_t callset, int64_t entry,
                                      int64_t assay, struct err *err)
{
    const struct sample_row sample = {assay, SAMPLE_ROW_GERMLINE, NULL, PERSON_NO_DATE};

    return callset_add(store, callset, entry, &sample, err);
}

/* Sets the assay of all samples of the callset, in place of what was set before. */
bool callset_set_assay(struct store *store, int64_t callset, int64_t assay,
                       struct err *err) MUST_CHECK;

/*
 * The vid of a variant: computed when it is short, else found or made in the allele table.
 * ERR_INVALID on a fourth hash collision, and on a variant that variant_pack() refuses.
 */
bool calls_vid(struct store *store, const struct variant *variant, uint64_t *vid,
               struct err *err) MUST_CHECK;

bool calls_open(struct store *store, int64_t callset, struct calls **out,
                struct err *err) MUST_CHECK;
/*
 * As calls_open(), for gaps (gap.h), which have a table of their own: takes vids of gaps, and
 * stores only the samples that are added.
 */
bool calls_open_gaps(struct store *store, int64_t callset, struct calls **out,
                     struct err *err) MUST_CHECK;
/* Likewise for structural variants (structural.h): takes vids of their alleles. */
bool calls_open_structural(struct store *store, int64_t callset, struct calls **out,
                           struct err *err) MUST_CHECK;
/* Begins a site: the file has a record of this variant. */
bool calls_site(struct calls *calls, uint64_t vid, struct err *err) MUST_CHECK;
/*
 * Adds a call at the site begun last. sample < the number of samples added; ascending order is
 * fastest.
 */
bool calls_add(struct calls *calls, uint32_t sample, enum call_code code,
               struct err *err) MUST_CHECK;
/*
 * Is the share of reads (fraction.h) of carriers kept on all chromosomes? Else it is on MT alone,
 * where it is heteroplasmy. Call it before the first site.
 */
void calls_keep_fractions(struct calls *calls, bool everywhere);
/* The share of the call added last; FRACTION_UNKNOWN until it is said. */
void calls_fraction(struct calls *calls, uint8_t fraction);
/* Writes what is buffered and frees calls, whether or not that succeeds. */
bool calls_close(struct calls *calls, struct err *err) MUST_CHECK;
/* Frees calls without writing. Accepts NULL. */
void calls_abandon(struct calls *calls);
