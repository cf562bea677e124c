#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mistakes in a question: what is wrong, where, and what to write instead.
 *
 * Every fault has its own code, whose meaning never changes (README.md lists them). Places are byte
 * offsets. A list holds at most DIAGNOSTICS_MAX and counts the rest. Values that need no freeing; a
 * list belongs to one thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes;

#define DIAGNOSTICS_MAX 16

enum fault {
    FAULT_ENCODING = 1,      /* Q001 not UTF-8, or a control character */
    FAULT_CHARACTER = 2,     /* Q002 a character that the language does not use */
    FAULT_STRING_OPEN = 3,   /* Q003 a string that is not closed on its line */
    FAULT_NUMBER = 4,        /* Q004 a number with letters directly after it */
    FAULT_TEXT_LONG = 5,     /* Q005 more than AST_TEXT_MAX bytes */
    FAULT_DEEP = 6,          /* Q006 nested deeper than AST_DEPTH_MAX */
    FAULT_NODES = 7,         /* Q007 more than AST_NODES_MAX nodes */
    FAULT_VALUES = 8,        /* Q008 more than AST_VALUES_MAX values */
    FAULT_VALUE_LONG = 9,    /* Q009 a value of more than AST_STRING_MAX bytes */
    FAULT_SYNTAX = 10,       /* Q010 a syntax error: another token was expected */
    FAULT_CAPITALS = 11,     /* Q011 a keyword in capital letters */
    FAULT_FIELD = 12,        /* Q012 unknown field */
    FAULT_UNSUPPORTED = 13,  /* Q013 a word of the full language that is not supported yet */
    FAULT_OPERATOR = 14,     /* Q014 an operator that the field does not have */
    FAULT_WORD = 15,         /* Q015 a value that the closed list does not have */
    FAULT_FORM = 16,         /* Q016 a code, change or locus that does not have the required form */
    FAULT_KIND = 17,         /* Q017 a value of the wrong kind (number, code or word) */
    FAULT_RANGE = 18,        /* Q018 a number out of bounds, not whole, or with too many digits */
    FAULT_EMPTY = 19,        /* Q019 a range that no number lies in */
    FAULT_NESTING = 20,      /* Q020 variant( ) inside variant( ) */
    FAULT_SCOPE = 21,        /* Q021 a field of a person inside variant( ) */
    FAULT_SAME_VARIANT = 22, /* Q022 bare variant tests where it is unclear which belong together */
    FAULT_BARE_NOT = 23,     /* Q023 a bare != on a variant field, no positive test beside it */
    FAULT_AT_LEAST = 24,     /* Q024 n is 0 or larger than the list */
    FAULT_UNIT_PLACE = 25,   /* Q025 a unit after something that is not a number */
    FAULT_UNIT = 26,         /* Q026 a unit that the field does not have */
    FAULT_TWICE = 27,        /* Q027 the same variant field twice, bare, in one `and` */
    FAULT_PERCENT = 28,      /* Q028 a percentage for a field that is not a share */
    FAULT_MEMORY = 29,       /* Q029 out of memory: not a mistake in the question */
    FAULT_UNKNOWN = 30,      /* Q030 a code or gene that no term release has */
    FAULT_TESTED = 31,       /* Q031 tested( ) around anything but one variant( ) */
    FAULT_EVENT = 32,        /* Q032 what stands inside event( ) is not one event */
    FAULT_ASSEMBLY = 33,     /* Q033 a place of which the assembly is not named */
    FAULT_SET = 34,          /* Q034 a named set that is not found, or cannot stand here */
    FAULT_STRUCTURAL = 35,   /* Q035 tests of small and of structural variants in one variant( ) */
    FAULT_TWO_HITS = 36,     /* Q036 tests that two hits( ) does not have, or no gene */
    FAULT_STEP = 60,         /* Q060 a line of a protocol that is no criterion with a name */
    FAULT_END,
};

struct diagnostic {
    enum fault fault;
    uint32_t from; /* byte offsets; `to` is the byte after the last */
    uint32_t to;
    uint32_t line;   /* counted from 1 */
    uint32_t column; /* counted from 1, in characters */
    char message[200];
    char expected[160];  /* what could stand here; empty when unknown */
    char suggestion[80]; /* "did you mean": text to write instead; empty when there is none */
};

struct diagnostics {
    const char *text; /* borrowed: the text that the offsets refer to */
    uint32_t length;
    uint32_t n; /* number found in all; the list holds the first DIAGNOSTICS_MAX */
    struct diagnostic list[DIAGNOSTICS_MAX];
};

void diagnostics_init(struct diagnostics *found, const char *text, size_t length);
/*
 * Adds a diagnostic and returns it, so that the caller can add an expectation or a suggestion.
 * Never NULL: when the list is full, the fault is counted only, and the last entry is returned with
 * its text unchanged.
 */
struct diagnostic *diagnostic_add(struct diagnostics *found, enum fault fault, uint32_t from,
                                  uint32_t to, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void diagnostic_expect(struct diagnostic *diagnostic, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void diagnostic_suggest(struct diagnostic *diagnostic, const char *text);

/* Writes "Q012"; out must hold 5 bytes. */
void fault_code(enum fault fault, char *out);
/*
 * Writes it for a person at a terminal:
 *   error[Q012]: unknown field "genee" at 1:1
 *     genee = BRCA1
 *     ^^^^^
 *     did you mean gene?
 */
void diagnostic_print(const struct diagnostics *found, const struct diagnostic *one,
                      struct bytes *out);
/* Writes all that are in the list to stderr. */
void diagnostics_tell(const struct diagnostics *found);
