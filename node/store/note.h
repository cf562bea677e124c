#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file's own annotation says about a variant: per gene its consequences and ClinVar words,
 * and the highest population frequency. Kept once a variant and gene; what is said last wins, but a
 * statement that is complete never gives way to one that is not.
 *
 * Only for variants that have any, so files without annotation pay nothing. Bits of the masks:
 * proto/query/vocabulary.h. Inside an open import. One thread.
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

struct note {
    const char *gene;      /* HGNC symbol as in the file; "" between genes */
    uint64_t consequences; /* of the chosen transcript; 0 = not said; CONSEQUENCE_UNREAD */
    uint32_t clinvar;      /* without CLINVAR_READ what it does not say is not known */
    enum note_picked_by picked_by;
    bool complete; /* all of the variant's notes are: it lies in no gene that they do not name */
};

bool note_put(struct store *store, uint64_t vid, const struct note *note,
              struct err *err) MUST_CHECK;
/* The highest population frequency, in units of 1e-9 (0..1e9); 0: looked up and not found. */
bool af_put(struct store *store, uint64_t vid, int64_t af_nano, struct err *err) MUST_CHECK;
