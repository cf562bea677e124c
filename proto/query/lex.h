#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of a question: analyst.md 1.1. A token points into the text; nothing is copied.
 *
 * The text must be UTF-8 without control characters (lex_check()). A WORD starts with a letter and
 * may hold . - _ * so there is no arithmetic; a CODE is letters, a colon, and what follows, never a
 * closing parenthesis. Keywords are words of the text and are told apart by is_reserved().
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diagnostics;

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_CODE,
    TOKEN_NUMBER,
    TOKEN_DATE,
    TOKEN_STRING, /* text is what stands between the quotes */
    TOKEN_COMPARE,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
    TOKEN_BAD, /* has been reported */
};

struct token {
    enum token_kind kind;
    uint32_t from; /* bytes, quotes included */
    uint32_t to;
    const char *text;
    uint32_t length;
};

struct lexer {
    const char *text;
    uint32_t length;
    uint32_t at;
    struct diagnostics *found;
};

/* Length and encoding of the whole text; false with a diagnostic when it must not be read. */
bool lex_check(const char *text, size_t length, struct diagnostics *found)
    __attribute__((warn_unused_result));
/* The next token, comments and white space skipped. TOKEN_BAD with a diagnostic. */
struct token lex_next(struct lexer *lexer);

bool token_is(const struct token *token, const char *word);
/* A keyword of the language: as a value it has to be quoted. */
bool is_reserved(const char *text, size_t length);
/* Does this text, unquoted, lex as exactly one WORD that is not reserved? */
bool is_plain_word(const char *text);
/* The same for a CODE. */
bool is_plain_code(const char *text);
/* All keywords, NULL at the end. */
extern const char *const lex_reserved[];
