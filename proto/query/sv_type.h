#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of structural variants that are kept. A number of copies that differs from the usual
 * one, of which a file does not say whether it is more or fewer, is SV_CNV. Numbers are stored and
 * never change. Constant; any thread.
 */
#include <stdbool.h>
#include <stddef.h>

enum sv_type { SV_DEL, SV_DUP, SV_INV, SV_INS, SV_CNV };
#define SV_TYPES 5
#define SV_BIT(type) (1u << (type))
/* More or fewer copies: what "CNV" means in a question. */
#define SV_COPIES (SV_BIT(SV_DEL) | SV_BIT(SV_DUP) | SV_BIT(SV_CNV))

/* The shortest change that is structural by its length alone, in bases. */
#define SV_LENGTH_LEAST 50

/*
 * What a word of a VCF (SVTYPE, or ALT without its brackets) means; parts behind a colon only say
 * more ("DUP:TANDEM"). False for BND, CPX and all others, which are not kept.
 */
bool sv_type_read(const char *text, size_t length, enum sv_type *type);
/* What a question of these types (SV_BITs) means for a variant of a type. */
enum sv_fit { SV_NO, SV_PERHAPS, SV_YES };
enum sv_fit sv_type_fits(enum sv_type type, unsigned asked);
