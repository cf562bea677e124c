#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of a question (reference: analyst, 1.1). A token points into the text; nothing is
 * copied.
 *
 * The text must be UTF-8 without control characters (lex_check()). A WORD starts with a letter and
 * may hold . - _ * which is possible because the language has no arithmetic. A CODE is letters, a
 * colon, and further characters, but never a closing parenthesis. Keywords are WORDs;
 * lex_is_reserved() recognises them.
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
    TOKEN_BAD, /* a mistake, which was reported */
    TOKEN_SET, /* "@epilepsy", "@epilepsy@3" */
};

struct token {
    enum token_kind kind;
    uint32_t from; /* byte offset; the token includes its quotes */
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

/*
 * Checks length and encoding of the whole text. False, with a diagnostic, when it must not be
 * parsed.
 */
bool lex_check(const char *text, size_t length, struct diagnostics *found)
    __attribute__((warn_unused_result));
/* The same for a text of any length. */
bool lex_check_encoding(const char *text, size_t length, struct diagnostics *found)
    __attribute__((warn_unused_result));
/* Reads the next token after comments and white space. TOKEN_BAD when a diagnostic was added. */
struct token lex_next(struct lexer *lexer);

bool token_is(const struct token *token, const char *word);
/* True for a keyword of the language, which needs quotes when it is used as a value. */
bool lex_is_reserved(const char *text, size_t length);
/* True when this text, without quotes, is exactly one WORD that is not reserved. */
bool lex_is_plain_word(const char *text);
/* True when this text, without quotes, is exactly one CODE. */
bool lex_is_plain_code(const char *text);
/* All keywords, ended by NULL. */
extern const char *const lex_reserved[];
