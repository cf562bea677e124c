#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The question as a tree, the form that the parser, the wire coding and the evaluation share.
 *
 * parse.h makes a tree from text, wire.h from a postfix list. A tree is complete: every test was
 * checked against the vocabulary, so the evaluation meets no unknown field, operator or form of
 * value. It lives in one arena and is never changed. Its depth is at most AST_DEPTH_MAX, so
 * recursion over it is bounded. Any thread may read it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/query/sample_type.h"

#define AST_DEPTH_MAX 32
#define AST_NODES_MAX 200
#define AST_VALUES_MAX                                                                             \
    4000 /* codes, genes and changes in one question, those of its sets with them */
#define AST_TEXT_MAX 4096  /* bytes of a question as text */
#define AST_STRING_MAX 256 /* bytes of one value */

enum ast_kind {
    AST_ALL,      /* the empty question: the base population */
    AST_AND,      /* 2 or more children */
    AST_OR,       /* 2 or more children */
    AST_NOT,      /* 1 child */
    AST_AT_LEAST, /* at least `at_least` of the children */
    AST_VARIANT,  /* 1 child; all its tests must hold for the same variant; or two_hits.h */
    AST_TEST,     /* a leaf */
    AST_TESTED,   /* 1 child, a criterion about variants: could it be told of the person? */
    AST_EVENT,    /* 1 child: tests of codes, or an AST_VARIANT of a tumour, and of dates and ages,
                     that hold for one and the same event */
    AST_RELATION, /* 2 events, the first on one side of the second */
    AST_SEQUENCE, /* 2 or more events, each after the one before; its gap is to that one */
    AST_TIMES,    /* 1 event, on at least `at_least` different days */
    AST_SET,      /* 1 child, a whole question, which sets[0] names */
};

/*
 * Fields of a person, then fields of a variant (inside AST_VARIANT only), then fields added later.
 */
enum ast_field {
    FIELD_AGE,
    FIELD_BIRTH_YEAR,
    FIELD_SEX,
    FIELD_REGION,
    FIELD_DIAGNOSIS,
    FIELD_PHENOTYPE,
    FIELD_CODE,
    FIELD_GENE,
    FIELD_CONSEQUENCE,
    FIELD_CHANGE,
    FIELD_LOCUS,
    FIELD_ZYGOSITY,
    FIELD_AF,
    FIELD_CLINVAR,
    FIELD_DECEASED, /* of a person; what comes later stands last: the numbers are on the wire */
    FIELD_TREATMENT,
    FIELD_PROCEDURE,
    FIELD_OBSERVATION,
    FIELD_DATE, /* of an event, inside AST_EVENT only */
    FIELD_LAB,
    FIELD_VAF, /* of a call of a variant */
    FIELD_SPECIMEN,
    FIELD_REPORT,
    FIELD_DEATH,
    FIELD_PATHOGEN,
    FIELD_CLASSIFICATION,
    FIELD_SVTYPE, /* of a structural variant, as the next two */
    FIELD_LENGTH,
    FIELD_COPIES,
};

#define FIELD_COUNT (FIELD_COPIES + 1) /* the last of them, and one */

enum ast_op {
    OP_IN,       /* = and in: equal to one of the values */
    OP_UNDER,    /* equal to a code, or to one below it */
    OP_EXCLUDED, /* explicitly recorded as absent */
    OP_RANGE,    /* a number from low to high, both included */
    OP_EXISTS,   /* something is recorded of it */
    OP_MEASURED, /* values[0] measured a number in a range, in the unit values[1] or in none */
    OP_ANSWERED, /* values[0] was answered with one of the other values */
};

/* In what an age is counted. A number of weeks is made one of days. */
enum ast_time { TIME_YEARS, TIME_MONTHS, TIME_DAYS };

/* On which side of the second event the first one is; SIDE_OF: on either, or on the same day. */
enum ast_side { SIDE_BEFORE, SIDE_AFTER, SIDE_OF };

/*
 * How far two events are apart, in whole days, or in completed months or years: a month after a day
 * is the same day of the next month, or the first of the one after where it has none.
 */
enum ast_gap_form {
    GAP_NONE,    /* any time later: on another day */
    GAP_WITHIN,  /* the same, at most `last` */
    GAP_LEAST,   /* at least `first` */
    GAP_BETWEEN, /* from `first` to `last`; 0: on the same day too */
};

struct ast_gap {
    enum ast_gap_form form;
    enum ast_time time;
    uint32_t first;
    uint32_t last;
};

/* Decimals are exact, in units of 1e-9: af <= 0.1 % is 1000000. There is no floating point. */

enum ast_value_kind {
    VALUE_WORD,   /* gene symbol, SO term, sex, zygosity, clinvar word, region: .text */
    VALUE_CODE,   /* .system and .code, as made by code_parse() of code.h */
    VALUE_CHANGE, /* .locus with start = end = position, and .ref, .alt */
    VALUE_LOCUS,  /* .locus */
    VALUE_CODES,  /* a stretch of codes of .system, under which something may lie: code_range.h */
};

enum ast_assembly { ASSEMBLY_GRCH37 = 1, ASSEMBLY_GRCH38 = 2 };

struct ast_locus {
    enum ast_assembly assembly;
    uint8_t chromosome; /* 1..22, 23 = X, 24 = Y, 25 = MT */
    uint32_t start;     /* 1-based, inclusive */
    uint32_t end;
};

struct ast_value {
    enum ast_value_kind kind;
    const char *text;   /* the canonical form, always set: "BRCA1", "icd10:C50.1", "12" (region) */
    const char *system; /* VALUE_CODE: in lower case: "hp", "icd10", "omim", "igsr" */
    const char *code;   /* VALUE_CODES: both ends, "C50-C56". VALUE_CODE: "HP:0001250" (hp keeps its
                           prefix), "C501" (icd10: no dot) */
    struct ast_locus locus;
    const char *ref;
    const char *alt;
    uint32_t from; /* byte offsets in the text, as in struct ast_node */
    uint32_t to;
};

#define AST_SET_HASH_BYTES 32

/* A named set (named_set.h) of which the expansion stands in the tree. */
struct ast_set {
    const char *name; /* "epilepsy" */
    uint32_t version;
    uint8_t hash[AST_SET_HASH_BYTES];
    uint32_t first; /* of a test: which of its values the set gave */
    uint32_t n;
};

struct ast_node {
    enum ast_kind kind;
    uint32_t at_least; /* AST_AT_LEAST, AST_TIMES; AST_VARIANT: 2 of two hits( ), else 0 */
    uint32_t n_children;
    struct ast_node **children;
    enum origin origin; /* AST_VARIANT: of the calls that count */
    bool bare; /* AST_VARIANT that the text did not write as variant( ); the echo shows it */
    enum ast_side side; /* AST_RELATION */
    struct ast_gap gap; /* AST_RELATION, AST_TIMES (none or within), an event of AST_SEQUENCE */
    /* below: only for AST_TEST */
    enum ast_field field;
    enum ast_op op;
    bool negated; /* written with != ; the test is then below an AST_NOT; only bare.h reads it */
    uint32_t n_values;
    struct ast_value *values; /* those of sets last, set after set */
    uint32_t n_sets;          /* also of an AST_SET: 1 */
    struct ast_set *sets;
    int64_t low_nano; /* OP_RANGE, OP_MEASURED; INT64_MIN and INT64_MAX mean that an end is open.
                         FIELD_DATE: days since 1970-01-01 */
    int64_t high_nano;
    enum ast_time time; /* FIELD_AGE; else TIME_YEARS */
    uint32_t from; /* byte offsets in the text, for diagnostics; 0,0 when the tree was not made from
                    * text */
    uint32_t to;
};

struct ast {
    struct ast_node *root;
    uint32_t n_nodes;
};
