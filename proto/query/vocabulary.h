#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed vocabularies of a question: the fields with their operators and forms of values, and
 * the words of consequence, ClinVar, zygosity and sex. They also list every word of the full
 * language that this release does not answer, so that it is refused by its name and never ignored.
 *
 * Import stores bit numbers, so they must never change their meaning; new terms get new bits. When
 * any meaning here changes, VOCABULARY_VERSION must be raised, which is part of a question's
 * identity. All tables are constant; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/query/ast.h"

#define VOCABULARY_VERSION 1

/* A gene or locus counts as tested when an assay covers this share of it (DESIGN, section 4). */
#define TESTED_SHARE_PERCENT 95

enum field_scope { SCOPE_PERSON, SCOPE_VARIANT };

/* The operators that a field allows (a set of bits). */
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
    int64_t least; /* FORM_INTEGER: the smallest and largest value that make sense */
    int64_t most;
    const char *english; /* a short description, for help and completion */
    const char *swedish;
};

#define FIELD_COUNT 15
/* Indexed by enum ast_field. */
extern const struct field vocabulary_fields[FIELD_COUNT];

/* NULL when there is no such field. */
const struct field *field_by_name(const char *name);

/* A word of the full language that this release does not answer. */
struct unsupported {
    const char *name; /* a trailing '.' means: any name that begins so ("lab.") */
    const char *what; /* a description: "treatments" */
};
/* Finds a field, or a word that opens a construct. NULL when it is unknown or supported. */
const struct unsupported *unsupported_by_name(const char *name);

/*
 * A word of a closed list. For consequence and clinvar, `mask` is the set of bits that it stands
 * for.
 */
struct word {
    const char *text;
    uint64_t mask;
    const char *english; /* NULL: the text itself is plain enough */
    const char *swedish;
};

/* The words that a question may use with a FORM_WORD field. */
const struct word *field_words(enum ast_field field, size_t *n);
/* NULL when the field has no such word. */
const struct word *field_word(enum ast_field field, const char *text);

/* ---- consequence: Sequence Ontology terms, one bit each ------------------------------------ */

#define CONSEQUENCE_BITS 42

/*
 * The bit (0..CONSEQUENCE_BITS-1) of a term as files write it: `length` bytes in any case. A former
 * name gives the bit of today's name, a finer term the bit of the next wider term. -1 for an
 * unknown term.
 */
int consequence_bit(const char *term, size_t length);
/*
 * The bits of a list as VEP and SnpEff write it ("missense_variant&splice_region_variant"; also
 * with , and | between terms). Unknown terms set no bit and are counted in *unknown, which may be
 * NULL.
 */
uint64_t consequence_mask(const char *list, size_t length, size_t *unknown);
/*
 * The rank of the most severe term of a mask; 0 is the most severe of all. CONSEQUENCE_BITS for an
 * empty mask.
 */
int consequence_rank(uint64_t mask);
/*
 * True when a term of the mask says that the variant lies in a transcript. Upstream, downstream,
 * intergenic and regulatory terms do not say so.
 */
bool consequence_in_gene(uint64_t mask);
/*
 * An extra bit beside those of the terms: the annotation had something that was not understood, so
 * a term that the mask lacks cannot be ruled out.
 */
#define CONSEQUENCE_UNREAD (UINT64_C(1) << 62)

/* ---- ClinVar: its statements about a variant, one bit each ---------------------------------- */

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
 * The bits of a significance as files write it: texts of CLNSIG and CLIN_SIG of any age and case
 * ("Pathogenic/Likely_pathogenic", "Conflicting_classifications_of_pathogenicity|risk_factor"), and
 * the numbers of CLNSIG before 2017 ("5|0", "255"). Unknown words set no bit and are counted in
 * *unknown. An empty text and "." give 0.
 */
uint32_t clinvar_mask(const char *text, size_t length, size_t *unknown);
/*
 * An extra bit beside those: ClinVar was looked up and all of its statements were understood, so
 * ClinVar does not say a word whose bit is missing.
 */
#define CLINVAR_READ (UINT32_C(1) << 31)
/*
 * Another, in notes of the store: something was said that could not be read, so another file's
 * CLINVAR_READ does not hold. Neither of the two: nothing was said.
 */
#define CLINVAR_UNREAD (UINT32_C(1) << 30)

/* ---- masks of the tests in a question -------------------------------------------------------- */

/*
 * The union of the masks of an OP_IN test's words, for consequence (classes are expanded), clinvar,
 * zygosity (bits of enum zygosity), sex (bits of enum sex) and deceased (bits of enum deceased).
 */
uint64_t test_mask(const struct ast_node *test);

/* ---- zygosity and sex ------------------------------------------------------------------------ */

/* The value is the bit number in the mask of a zygosity word or a sex word. */
enum zygosity { ZYGOSITY_HET, ZYGOSITY_HOM, ZYGOSITY_HEMI };
enum sex { SEX_UNKNOWN, SEX_FEMALE, SEX_MALE, SEX_OTHER };
/* The value is the bit number in the mask of a deceased word. */
enum deceased { DECEASED_NO, DECEASED_YES };
