#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can stand at a place of a question that is being written: keywords, fields, operators, and
 * the words of closed vocabularies. Knowledge of genes and terminologies is not here. The text
 * need not be a whole question, nor a right one. Values; any thread.
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
    char text[COMPLETION_TEXT_MAX]; /* to be put in; with quotes where the language needs them */
    const char *english;            /* what it is; NULL when the text says it */
    const char *swedish;
};

struct completions {
    uint32_t from; /* bytes to be replaced: the word that the offset touches, or nothing */
    uint32_t to;
    uint32_t n;
    struct completion list[COMPLETIONS_MAX];
};

/* At this byte offset (the end, when it lies past it). */
void complete(const char *text, size_t length, uint32_t offset, struct completions *found);
