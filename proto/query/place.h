#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change and a stretch of genome as text: GRCh38:17-31327718-C-T and
 * GRCh38:22:50674415-50733212. Positions are 1-based and inclusive; alleles are the bases A C G T,
 * trimmed of what REF and ALT share so that each keeps at least one base (last bases first, as VCF
 * normalisation does; shifting to the left needs the reference and is the asker's). Any thread.
 */
#include <stdbool.h>
#include <stddef.h>

#include "proto/query/ast.h"

struct arena;

#define PLACE_POSITION_MAX ((UINT32_C(1) << 28) - 1)

enum place_fault {
    PLACE_OK,
    PLACE_FORM,       /* not of the form at all */
    PLACE_ASSEMBLY,   /* another assembly than GRCh37 and GRCh38 */
    PLACE_CHROMOSOME, /* not 1..22 X Y MT */
    PLACE_POSITION,   /* 0, past the end of the chromosome, or end before start */
    PLACE_ALLELE,     /* not bases, or REF and ALT are the same */
    PLACE_MEMORY,
};

/* Fill value (kind, text, locus, ref, alt) with copies in the arena. */
enum place_fault place_change(const char *text, size_t length, struct arena *arena,
                              struct ast_value *value) __attribute__((warn_unused_result));
enum place_fault place_locus(const char *text, size_t length, struct arena *arena,
                             struct ast_value *value) __attribute__((warn_unused_result));
/* What is wrong, in words, with the form that is expected. */
const char *place_fault_text(enum place_fault fault);

/* "1".."22" "X" "Y" "MT", also with "chr" in front and "M" for MT; 0 when there is none. */
int chromosome_by_name(const char *name, size_t length);
const char *chromosome_name(int chromosome);
/* In bases; 0 for a chromosome that does not exist. */
uint32_t chromosome_length(enum ast_assembly assembly, int chromosome);
const char *assembly_name(enum ast_assembly assembly);
