#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the INFO of a line says about its alleles, gathered: genes with consequences, ClinVar's
 * words and the highest population frequency.
 *
 *   annotation_begin() → annotation_take() for each INFO field of interest → annotation_end()
 *   → annotation_site() for each allele, annotation_warning_next() until there is none
 *
 * Of several annotations the best that the header declares is read (header.h), the others are told.
 * "Annotated" is a property of an allele: where a line lacks the field, or has it twice, nothing is
 * said of its alleles, and a frequency or ClinVar word that cannot be read is not known. Values of
 * Number=A, R or . go to their allele. What a site points to lives until the next begin, which the
 * texts of REF and ALT must outlive. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/import/header.h"
#include "node/import/rejects.h"
#include "node/import/stream.h"
#include "node/import/vcf_line.h"
#include "proto/base/err.h"

struct annotation;

/* Borrows the header. */
bool annotation_open(const struct header *header, struct annotation **out,
                     struct err *err) MUST_CHECK;
void annotation_close(struct annotation *annotation);

/* False when memory is out. */
bool annotation_begin(struct annotation *annotation, struct text_span ref,
                      const struct text_span *alts, unsigned n_alts) MUST_CHECK;
void annotation_take(struct annotation *annotation, const struct info_key *key,
                     struct text_span value);
void annotation_end(struct annotation *annotation);

/* Fills notes, n_notes and af_nano of the site of the alt'th allele. */
void annotation_site(struct annotation *annotation, unsigned alt, struct stream_site *site);

struct annotation_warning {
    enum reject_code code;
    const char *field;
};
/* Gives the next kind of thing in this line that was not understood. False when there is none left.
 */
bool annotation_warning_next(struct annotation *annotation, struct annotation_warning *warning);
