#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change and a stretch of the genome as text: GRCh38:17-31327718-C-T and
 * GRCh38:22:50674415-50733212. Positions are 1-based and inclusive. Alleles consist of the bases A
 * C G T. Bases that REF and ALT share are removed, last bases first as in VCF normalisation, but
 * each keeps at least one. Shifting an indel to the left needs the reference genome, so whoever
 * writes the question must do it. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>

#include "proto/query/ast.h"

struct arena;

#define PLACE_POSITION_MAX ((UINT32_C(1) << 28) - 1)

enum place_fault {
    PLACE_OK,
    PLACE_FORM,       /* the text does not have the form */
    PLACE_ASSEMBLY,   /* an assembly other than GRCh37 and GRCh38 */
    PLACE_CHROMOSOME, /* not 1..22 X Y MT */
    PLACE_POSITION,   /* 0, past the end of the chromosome, or end before start */
    PLACE_ALLELE,     /* not bases, or REF and ALT are the same */
    PLACE_MEMORY,
};

/* Fills value (kind, text, locus, ref, alt); its texts are copies in the arena. */
enum place_fault place_change(const char *text, size_t length, struct arena *arena,
                              struct ast_value *value) __attribute__((warn_unused_result));
enum place_fault place_locus(const char *text, size_t length, struct arena *arena,
                             struct ast_value *value) __attribute__((warn_unused_result));
/* What is wrong, in words, and the form that is expected. */
const char *place_fault_text(enum place_fault fault);

/* Reads "1".."22" "X" "Y" "MT", also with "chr" in front, and "M" for MT. 0 for anything else. */
int place_chromosome_by_name(const char *name, size_t length);
const char *place_chromosome_name(int chromosome);
/* Length in bases; 0 for a chromosome that does not exist. */
uint32_t place_chromosome_length(enum ast_assembly assembly, int chromosome);
const char *place_assembly_name(enum ast_assembly assembly);
