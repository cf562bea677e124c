#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Codes and genes by words of their labels and synonyms, over term releases, in the language that a
 * list is written in. Every word of the text must stand in the label, or in one synonym, in
 * whatever case: a word of three letters or fewer at the beginning of one of its words, a longer
 * one also within, as in Swedish compounds. A gene is found by its symbol, and by any one name that
 * it has or had. What a release calls obsolete is left out. Pure; any thread.
 */
#include <stdbool.h>
#include <stddef.h>

#include "proto/base/err.h"
#include "proto/terms/term_check.h"

struct arena;

#define TERM_SEARCH_WORDS_MAX 8

struct term_match {
    const char *code;    /* as a question writes it: "icd10:R56.8", "SCN1A" */
    const char *label;   /* "" for a gene */
    const char *synonym; /* the shortest that has the words, where the label has them not; "" */
    const char *system;
    const char *release;
};

struct term_matches {
    /* The shortest labels first, then the shortest synonyms, then by code; each code once. */
    struct term_match *match;
    size_t n;
};

/* ERR_INVALID for a text without a word, or with more than TERM_SEARCH_WORDS_MAX. */
bool term_search(const struct term_sources *sources, const char *text, struct arena *arena,
                 struct term_matches *out, struct err *err) MUST_CHECK;
