#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which words can stand at a place of an unfinished question: keywords, fields, operators, and
 * words of the closed vocabularies. Genes and terminologies are not offered. The text may be
 * incomplete or wrong. Values; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#define COMPLETIONS_MAX 64
#define COMPLETION_TEXT_MAX 48

enum completion_kind {
    COMPLETION_KEYWORD,
    COMPLETION_FIELD,
    COMPLETION_OPERATOR,
    COMPLETION_VALUE,
};

struct completion {
    enum completion_kind kind;
    char text[COMPLETION_TEXT_MAX]; /* text to insert, in quotes where needed */
    const char *english;            /* an explanation; NULL when the text needs none */
    const char *swedish;
};

struct completions {
    uint32_t from; /* the bytes to replace: the word at the offset; empty when there is none */
    uint32_t to;
    uint32_t n;
    struct completion list[COMPLETIONS_MAX];
};

/* Completions at this byte offset; an offset beyond the text means its end. */
void complete(const char *text, size_t length, uint32_t offset, struct completions *found);
