#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file's own annotation says about a variant: per gene its consequences and ClinVar words,
 * and the highest population frequency. One note is stored for each variant and gene. A newer note
 * replaces an older one, except that an incomplete note never replaces a complete one, and that a
 * note which says nothing of ClinVar leaves what was said of it.
 *
 * Only annotated variants have notes. Bits of the masks: proto/query/vocabulary.h. Call these
 * functions inside an open import. One thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct store;

enum note_picked_by { /* how the transcript was chosen */
                      NOTE_MANE = 1,
                      NOTE_CANONICAL = 2,
                      NOTE_PICK = 3,
                      NOTE_WORST = 4,
};

#define NOTE_GENE_BYTES_MAX 64
#define NOTE_GENE_IDS_BYTES_MAX 64
/* Of more ids than fit. */
#define NOTE_GENE_IDS_MANY "*"

struct note {
    const char *gene;      /* HGNC symbol as in the file; "" between genes */
    uint64_t consequences; /* of the chosen transcript; 0 = not said; CONSEQUENCE_UNREAD */
    uint32_t clinvar;      /* CLINVAR_READ, CLINVAR_UNREAD, or neither: nothing was said */
    enum note_picked_by picked_by;
    bool complete; /* the variant lies in no gene but those of its notes */
    /* What stands beside the gene, "HGNC:7526" or "ENSG00000146085"; several with ',' between, or
     * NOTE_GENE_IDS_MANY; NULL or "": nothing. */
    const char *gene_ids;
};

bool note_put(struct store *store, uint64_t vid, const struct note *note,
              struct err *err) MUST_CHECK;
/* Sets the highest population frequency, in units of 1e-9 (0..1e9); 0: looked up and not found. */
bool note_put_af(struct store *store, uint64_t vid, int64_t af_nano, struct err *err) MUST_CHECK;
