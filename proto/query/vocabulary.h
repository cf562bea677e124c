#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed vocabularies of a question: the fields with their operators and forms of values, and
 * the words of consequence (consequence.h), ClinVar (clinvar.h), zygosity and sex. They also list
 * every word of the full language that this release does not answer, so that it is refused by its
 * name and never ignored.
 *
 * Import stores bit numbers, so they must never change their meaning; new terms get new bits. When
 * any meaning here changes, VOCABULARY_VERSION must be raised, which is part of a question's
 * identity. All tables are constant; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/query/ast.h"
#include "proto/query/clinvar.h"
#include "proto/query/consequence.h"

/*
 * 7: variants of a tumour as events. 6: structural variants. 4: variant( ) is of any origin,
 * germline or somatic by a word before it; values of laboratory results and observations. 3:
 * tested( ), treatments, procedures, observations, events in time. 2: codes are a "no" only where
 * they are delivered, a year of birth alone leaves two ages, genes are found by HGNC id, annotation
 * is a property of an allele, and tested means judged. A question of another version is refused
 * (REFUSAL_VOCABULARY).
 */
#define VOCABULARY_VERSION 8

/* A gene or locus counts as tested when an assay covers this share of it (DESIGN, section 4). */
#define TESTED_SHARE_PERCENT 95

enum field_scope { SCOPE_PERSON, SCOPE_VARIANT, SCOPE_EVENT };

/* The operators that a field allows (a set of bits). */
enum field_operator {
    ALLOW_IN = 1,       /* = != in */
    ALLOW_UNDER = 2,    /* under */
    ALLOW_EXCLUDED = 4, /* excluded */
    ALLOW_RANGE = 8,    /* = != < <= > >= between, on a number */
    ALLOW_EXISTS = 16,  /* exists */
    ALLOW_VALUE = 32,   /* after a code: a number with a unit, or an answer */
};

enum field_form {
    FORM_INTEGER, /* a whole number */
    FORM_SHARE,   /* a decimal between 0 and 1, or a percentage */
    FORM_DATE,    /* YYYY-MM-DD; a number of days since 1970-01-01 */
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

/* Indexed by enum ast_field. */
extern const struct field vocabulary_fields[FIELD_COUNT];

/* The name of field i, a words_function (proto/base/words.h). NULL from FIELD_COUNT on. */
const char *field_name(size_t i);
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

/* ---- masks of the tests in a question -------------------------------------------------------- */

/*
 * Is a variant( ) with these tests about structural variants? It is where a test asks for a type, a
 * length or copies. Of such a variant no annotation, frequency, share of reads and exact change is
 * known.
 */
bool vocabulary_structural(const struct ast_node *inner);
bool vocabulary_field_is_structural(enum ast_field field);

/*
 * The union of the masks of an OP_IN test's words (of an OP_EXISTS test: of all words that say
 * something), for consequence (classes are expanded), clinvar, svtype (bits of sv_type.h),
 * zygosity (bits of enum zygosity), sex (bits of enum sex) and deceased (bits of enum deceased).
 */
uint64_t vocabulary_test_mask(const struct ast_node *test);

/* ---- zygosity and sex ------------------------------------------------------------------------ */

/* The value is the bit number in the mask of a zygosity word or a sex word. */
enum zygosity { ZYGOSITY_HET, ZYGOSITY_HOM, ZYGOSITY_HEMI };
enum sex { SEX_UNKNOWN, SEX_FEMALE, SEX_MALE, SEX_OTHER };
/* The value is the bit number in the mask of a deceased word. */
enum deceased { DECEASED_NO, DECEASED_YES };
