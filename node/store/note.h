#pragma once
/*
 * What a file's own annotation says about a variant: per gene its consequences and ClinVar words,
 * and the highest population frequency. Kept once a variant; what is said last wins.
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
    uint64_t consequences; /* of the chosen transcript; 0 = not said */
    uint32_t clinvar;      /* 0 = not said */
    enum note_picked_by picked_by;
};

bool note_put(struct store *store, uint64_t vid, const struct note *note,
              struct err *err) MUST_CHECK;
/* The highest population frequency, in units of 1e-9 (0..1e9). */
bool af_put(struct store *store, uint64_t vid, int64_t af_nano, struct err *err) MUST_CHECK;
