#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed vocabularies of a question: its fields with their operators and value forms, the words
 * of consequence, ClinVar, zygosity and sex, and everything that the language knows but this
 * release does not answer, so that it is refused by name and never ignored.
 *
 * Bit numbers are stored by import and must never change their meaning; new terms take new bits.
 * A change of any meaning here raises VOCABULARY_VERSION, which is part of a question's identity.
 * All tables are constant; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/query/ast.h"

#define VOCABULARY_VERSION 1

/* A gene or locus counts as tested when an assay covers this share of it (DESIGN, section 4). */
#define TESTED_SHARE_PERCENT 95

enum field_scope { SCOPE_PERSON, SCOPE_VARIANT };

/* Which operators of the text a field allows (a set of bits). */
enum field_operator {
    ALLOW_IN = 1,       /* = != in */
    ALLOW_UNDER = 2,    /* under */
    ALLOW_EXCLUDED = 4, /* excluded */
    ALLOW_RANGE = 8,    /* = != < <= > >= between, on a number */
};

enum field_form {
    FORM_INTEGER, /* a whole number */
    FORM_SHARE,   /* a decimal between 0 and 1, or a percentage */
    FORM_WORD,    /* a word of a closed list: field_words() */
    FORM_REGION,  /* one of the 21 regions: region.h */
    FORM_GENE,    /* a gene symbol */
    FORM_CODE,    /* SYSTEM:CODE: code.h */
    FORM_CHANGE,  /* GRCh38:17-31327718-C-T: place.h */
    FORM_LOCUS,   /* GRCh38:22:50674415-50733212: place.h */
};

struct field {
    enum ast_field field;
    const char *name;
    enum field_scope scope;
    unsigned operators; /* of enum field_operator */
    enum field_form form;
    int64_t least; /* FORM_INTEGER: the bounds of a sensible value */
    int64_t most;
    const char *english; /* what it is, in a few words: for help and completion */
    const char *swedish;
};

#define FIELD_COUNT 15
/* Indexed by enum ast_field. */
extern const struct field vocabulary_fields[FIELD_COUNT];

/* NULL when there is no such field. */
const struct field *field_by_name(const char *name);

/* Of the full language, not answered by this release. */
struct unsupported {
    const char *name; /* a trailing '.' means: any name that begins so ("lab.") */
    const char *what; /* in words: "treatments" */
};
/* NULL when the name is unknown or supported. Fields, and the words that open a construct. */
const struct unsupported *unsupported_by_name(const char *name);

/* A word of a closed list; for consequence and clinvar it stands for the bits of mask. */
struct word {
    const char *text;
    uint64_t mask;
    const char *english; /* NULL: the text itself is the plain word */
    const char *swedish;
};

/* The words that a FORM_WORD field accepts in a question. */
const struct word *field_words(enum ast_field field, size_t *n);
/* NULL when the field has no such word. */
const struct word *field_word(enum ast_field field, const char *text);

/* ---- consequence: Sequence Ontology terms, one bit each ------------------------------------ */

#define CONSEQUENCE_BITS 42

/*
 * The bit of a term as files write it (length bytes, any case), 0..CONSEQUENCE_BITS-1; former names
 * and finer terms give the bit of today's name or of the next wider term. -1: not known.
 */
int consequence_bit(const char *term, size_t length);
/* Bits of a list as VEP and SnpEff write it ("missense_variant&splice_region_variant"; also , and |
 * between). Unknown terms are counted in *unknown (NULL: not wanted) and set no bit. */
uint64_t consequence_mask(const char *list, size_t length, size_t *unknown);
/* 0 is the most severe; of a mask the most severe of its terms, CONSEQUENCE_BITS for an empty one.
 */
int consequence_rank(uint64_t mask);
/*
 * Does a term of the mask say that the variant lies in a transcript? Upstream, downstream,
 * intergenic and regulatory ones do not.
 */
bool consequence_in_gene(uint64_t mask);
/* Beside the bits of terms: something was said that was not understood, so that a term that the
 * mask lacks cannot be excluded. */
#define CONSEQUENCE_UNREAD (UINT64_C(1) << 62)

/* ---- ClinVar: what has been said of a variant, one bit each --------------------------------- */

enum clinvar_bit {
    CLINVAR_PATHOGENIC,
    CLINVAR_LIKELY_PATHOGENIC,
    CLINVAR_UNCERTAIN,
    CLINVAR_LIKELY_BENIGN,
    CLINVAR_BENIGN,
    CLINVAR_CONFLICTING,
    CLINVAR_DRUG_RESPONSE,
    CLINVAR_RISK_FACTOR,
    CLINVAR_ASSOCIATION,
    CLINVAR_PROTECTIVE,
    CLINVAR_AFFECTS,
    CLINVAR_NOT_PROVIDED,
    CLINVAR_OTHER,
    CLINVAR_BITS,
};

/*
 * Bits of a significance as files write it: CLNSIG and CLIN_SIG texts of any age and case
 * ("Pathogenic/Likely_pathogenic", "Conflicting_classifications_of_pathogenicity|risk_factor"),
 * and the numbers of CLNSIG before 2017 ("5|0", "255"). Words that are not known are counted in
 * *unknown and set no bit. Empty and "." give 0.
 */
uint32_t clinvar_mask(const char *text, size_t length, size_t *unknown);
/* Beside those bits: ClinVar was looked up and all that it says was understood, so that a word
 * whose bit is missing is not said. */
#define CLINVAR_READ (UINT32_C(1) << 31)

/* ---- masks of the tests in a question -------------------------------------------------------- */

/* The union of the masks of an OP_IN test's words: consequence (classes expanded), clinvar,
 * zygosity (bits of enum zygosity), sex (bits of enum sex) and deceased (of enum deceased). */
uint64_t test_mask(const struct ast_node *test);

/* ---- zygosity and sex ------------------------------------------------------------------------ */

/* The value is the bit number in the mask of a zygosity or sex word. */
enum zygosity { ZYGOSITY_HET, ZYGOSITY_HOM, ZYGOSITY_HEMI };
enum sex { SEX_UNKNOWN, SEX_FEMALE, SEX_MALE, SEX_OTHER };
/* Of a deceased word. */
enum deceased { DECEASED_NO, DECEASED_YES };
