#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question as an attacker words it: a tree of the attackers' own, random, rewritten in ways that
 * keep its meaning and in ways that do not, printed in varying spellings, and understood by a naive
 * interpreter over persons that are known to the last bit. It shares no code with the node.
 *
 * Phrases live in a pool that is emptied at once. One thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/attack/rng.h"

#define PHRASES_MAX 512
#define PHRASE_CHILDREN_MAX 6
#define PHRASE_TEXT_MAX 4096

enum phrase_kind { P_AND, P_OR, P_NOT, P_AT_LEAST, P_VARIANT, P_TEST };

/* The last five are of a variant and stand inside P_VARIANT only. */
enum phrase_field {
    P_AGE,
    P_BIRTH_YEAR,
    P_SEX,
    P_DIAGNOSIS,
    P_PHENOTYPE,
    P_GENE,
    P_CONSEQUENCE,
    P_ZYGOSITY,
    P_CLINVAR,
    P_AF, /* in thousandths */
    P_FIELDS,
};

struct phrase {
    enum phrase_kind kind;
    uint32_t at_least;
    uint32_t n;
    struct phrase *child[PHRASE_CHILDREN_MAX];
    /* P_TEST */
    enum phrase_field field;
    bool other_operator; /* diagnosis: under; phenotype: excluded */
    uint32_t values;     /* bits into the field's values */
    int low;             /* of a range; -1: open */
    int high;
};

struct wording {
    struct rng rng;
    size_t n;
    struct phrase pool[PHRASES_MAX];
};

/* A question of at most this depth; NULL when the pool is full. */
struct phrase *wording_random(struct wording *wording, int depth);
struct phrase *wording_copy(struct wording *wording, const struct phrase *phrase);
/*
 * Change one place of it. kept: only in ways that canon promises to see through (order, nesting,
 * duplicates, double negation); else in any way, most of which change the meaning.
 */
struct phrase *wording_edit(struct wording *wording, struct phrase *phrase, bool kept);
/* How many phrases it has. */
size_t wording_size(const struct phrase *phrase);
/* In one of its spellings; false when it does not fit into PHRASE_TEXT_MAX. */
bool wording_print(struct wording *wording, const struct phrase *phrase, char *text);
/* The same phrases in the same order? */
bool wording_same(const struct phrase *a, const struct phrase *b);

/* ---- what it means ----------------------------------------------------------------------- */

enum kleene_word { NO, CANNOT_TELL, YES };

struct fiction_variant {
    unsigned gene;
    int consequence; /* -1: not said */
    int zygosity;    /* -1: not known */
    uint32_t clinvar;
    int af; /* -1: not known */
};

struct fiction_person {
    int age;        /* -1 unknown */
    int birth_year; /* -1 unknown */
    unsigned sex;   /* 0 unknown */
    uint32_t codes;
    bool terms; /* is it known what lies under a code? */
    uint32_t present;
    uint32_t excluded;
    unsigned n_variants;
    struct fiction_variant variant[3];
    bool tested;
};

struct fiction_person fiction_random(struct rng *rng);
enum kleene_word fiction_answer(const struct phrase *phrase, const struct fiction_person *person);
