#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a question, where, and what to write instead.
 *
 * Every fault has its own code that never changes its meaning (README.md lists them). Places are
 * byte offsets. A list holds at most DIAGNOSTICS_MAX and counts the rest. Values, nothing to free;
 * one thread a list.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes;

#define DIAGNOSTICS_MAX 16

enum fault {
    FAULT_ENCODING = 1,      /* Q001 not UTF-8, or a control character */
    FAULT_CHARACTER = 2,     /* Q002 a character that has no place in a question */
    FAULT_STRING_OPEN = 3,   /* Q003 a string that is not closed on its line */
    FAULT_NUMBER = 4,        /* Q004 a number that runs into letters */
    FAULT_TEXT_LONG = 5,     /* Q005 more than AST_TEXT_MAX bytes */
    FAULT_DEEP = 6,          /* Q006 nested deeper than AST_DEPTH_MAX */
    FAULT_NODES = 7,         /* Q007 more than AST_NODES_MAX nodes */
    FAULT_VALUES = 8,        /* Q008 more than AST_VALUES_MAX values */
    FAULT_VALUE_LONG = 9,    /* Q009 a value of more than AST_STRING_MAX bytes */
    FAULT_SYNTAX = 10,       /* Q010 something else was expected here */
    FAULT_CAPITALS = 11,     /* Q011 a keyword in capital letters */
    FAULT_FIELD = 12,        /* Q012 unknown field */
    FAULT_UNSUPPORTED = 13,  /* Q013 known, and not supported yet */
    FAULT_OPERATOR = 14,     /* Q014 an operator that the field does not have */
    FAULT_WORD = 15,         /* Q015 a value that is not in the closed list */
    FAULT_FORM = 16,         /* Q016 a code, change or locus that has not the form of one */
    FAULT_KIND = 17,         /* Q017 a number, code or word where another kind is needed */
    FAULT_RANGE = 18,        /* Q018 a number out of bounds, not whole, or too fine */
    FAULT_EMPTY = 19,        /* Q019 a range that holds no number */
    FAULT_NESTING = 20,      /* Q020 variant( ) inside variant( ) */
    FAULT_SCOPE = 21,        /* Q021 a field of a person inside variant( ) */
    FAULT_SAME_VARIANT = 22, /* Q022 bare variant tests where it is unclear which belong together */
    FAULT_BARE_NOT = 23,     /* Q023 a bare != on a variant field, standing alone */
    FAULT_AT_LEAST = 24,     /* Q024 n is 0 or larger than the list */
    FAULT_UNIT_PLACE = 25,   /* Q025 a unit after something that is not a number */
    FAULT_UNIT = 26,         /* Q026 a unit that the field does not have */
    FAULT_TWICE = 27,        /* Q027 the same variant field twice, bare, in one and */
    FAULT_PERCENT = 28,      /* Q028 a percentage of something that is not a share */
    FAULT_MEMORY = 29,       /* Q029 out of memory: not the asker's mistake */
};

struct diagnostic {
    enum fault fault;
    uint32_t from; /* bytes; to is the byte after the last */
    uint32_t to;
    uint32_t line;   /* from 1 */
    uint32_t column; /* from 1, in characters */
    char message[200];
    char expected[160];  /* what could stand here; empty: nothing to add */
    char suggestion[80]; /* "did you mean": text to put in its place; empty: none */
};

struct diagnostics {
    const char *text; /* borrowed: what the offsets refer to */
    uint32_t length;
    uint32_t n; /* found in all; the first DIAGNOSTICS_MAX are in the list */
    struct diagnostic list[DIAGNOSTICS_MAX];
};

void diagnostics_init(struct diagnostics *found, const char *text, size_t length);
/* Add one and return it, to be given an expectation or suggestion. Never NULL: when the list is
 * full it is the last one that is lent and counted, and its text is as it was. */
struct diagnostic *diagnostic_add(struct diagnostics *found, enum fault fault, uint32_t from,
                                  uint32_t to, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void diagnostic_expect(struct diagnostic *diagnostic, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void diagnostic_suggest(struct diagnostic *diagnostic, const char *text);

/* "Q012"; out holds 5. */
void fault_code(enum fault fault, char *out);
/*
 * As a person reads it at a terminal:
 *   error[Q012]: unknown field "genee" at 1:1
 *     genee = BRCA1
 *     ^^^^^
 *     did you mean gene?
 */
void diagnostic_print(const struct diagnostics *found, const struct diagnostic *one,
                      struct bytes *out);
