#pragma once
/*
 * Genotype calls on their way into the store: one callset a file, its samples, its variants.
 *
 *   callset_put() → sample_add() for each sample, in order: ordinals 0, 1, …
 *   → calls_open() → for each variant calls_site(), then calls_add() for each sample that carries
 * it or is not called → calls_close()
 *
 * The calls of a variant come together; variants come in genome order where the file has it (any
 * other order is stored right, with more parts). Appended to buffers of constant size, so a call
 * costs nanoseconds and no look-up. A sample that is neither added nor "not called" at a site was
 * judged there and has the reference. Inside an open import. One thread.
 */
#include <stdint.h>

#include "node/store/variant.h"
#include "proto/base/err.h"

struct store;
struct calls;

enum call_code {
    CALL_NONE = 0, /* ./. : not called here */
    CALL_HET = 1,
    CALL_HOM = 2,
    CALL_HEMI = 3,    /* a haploid call of ALT */
    CALL_CARRIER = 4, /* carries ALT, zygosity unknown (./1, an interpretation without state) */
};
#define CALL_CODES 5

#define CALLSET_SAMPLES_MAX 1000000

struct callset {
    uint8_t assembly;
    bool has_af;         /* the file declares population frequencies: no value counts as 0 */
    bool has_annotation; /* the file declares genes and consequences */
};

bool callset_put(struct store *store, const struct callset *callset, int64_t *id,
                 struct err *err) MUST_CHECK;
/* The next sample of the callset: a record (RECORD_NEW or RECORD_REPLACED), its assay or 0. */
bool sample_add(struct store *store, int64_t callset, int64_t record, int64_t assay,
                struct err *err) MUST_CHECK;

/*
 * The vid of a variant: computed when short, else found or made in the allele table. Fails with
 * ERR_INVALID on a fourth collision and on what variant_pack() refuses.
 */
bool allele_vid(struct store *store, const struct variant *variant, uint64_t *vid,
                struct err *err) MUST_CHECK;

bool calls_open(struct store *store, int64_t callset, struct calls **out,
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
