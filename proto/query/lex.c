/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/lex.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/query/ast.h"
#include "proto/query/diagnostic.h"

const char *const lex_reserved[] = {
    "after", "and",   "at",    "before", "between", "event",   "excluded", "exists",  "germline",
    "hits",  "in",    "least", "not",    "of",      "or",      "sequence", "somatic", "tested",
    "then",  "times", "to",    "two",    "under",   "variant", "within",   NULL,
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool lex_is_reserved(const char *text, size_t length)
{
    for (size_t i = 0; lex_reserved[i]; i++)
        if (strlen(lex_reserved[i]) == length && memcmp(lex_reserved[i], text, length) == 0)
            return true;
    return false;
}

bool token_is(const struct token *token, const char *word)
{
    return token->kind == TOKEN_WORD && token->length == strlen(word) &&
           memcmp(token->text, word, token->length) == 0;
}

/* The length of the valid UTF-8 character at text; 0 when there is none. */
static size_t character(const unsigned char *text, size_t left)
{
    uint32_t code;
    size_t size;

    if (text[0] < 0x80)
        return 1;
    size = text[0] >= 0xF0 ? 4 : text[0] >= 0xE0 ? 3 : 2;
    if (text[0] < 0xC2 || text[0] > 0xF4 || left < size)
        return 0;
    code = text[0] & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (text[i] & 0x3F);
    }
    if ((size == 3 && code < 0x800) || (size == 4 && (code < 0x10000 || code > 0x10FFFF)) ||
        (code >= 0xD800 && code < 0xE000))
        return 0;
    return size;
}

bool lex_check(const char *text, size_t length, struct diagnostics *found)
{
    assert(found && (text || !length));

    if (length <= AST_TEXT_MAX)
        return lex_check_encoding(text, length, found);
    diagnostic_add(found, FAULT_TEXT_LONG, AST_TEXT_MAX, AST_TEXT_MAX,
                   "a question has at most %d bytes, this one has %zu", AST_TEXT_MAX, length);
    return false;
}

bool lex_check_encoding(const char *text, size_t length, struct diagnostics *found)
{
    assert(found && (text || !length));
    const unsigned char *bytes = (const unsigned char *)text;
    size_t size;

    for (size_t i = 0; i < length; i += size) {
        size = character(bytes + i, length - i);
        if (!size) {
            diagnostic_add(found, FAULT_ENCODING, (uint32_t)i, (uint32_t)i + 1,
                           "the text is not UTF-8");
            return false;
        }
        if ((bytes[i] < 0x20 && !strchr("\t\n\r", bytes[i])) || bytes[i] == 0x7F || !bytes[i]) {
            diagnostic_add(found, FAULT_ENCODING, (uint32_t)i, (uint32_t)i + 1,
                           "the text has a control character");
            return false;
        }
    }
    return true;
}

/* The length of the letter at this place: ASCII, or U+00C0..U+024F. 0 when there is none. */
static uint32_t letter_at(const struct lexer *lexer, uint32_t at)
{
    unsigned char c;

    if (at >= lexer->length)
        return 0;
    c = (unsigned char)lexer->text[at];
    if (is_letter((char)c) || c == '_')
        return 1;
    /* C3 80 .. C9 8F */
    if (c >= 0xC3 && c <= 0xC8)
        return 2;
    return c == 0xC9 && (unsigned char)lexer->text[at + 1] <= 0x8F ? 2 : 0;
}

/*
 * Characters after the first of a word: also digits . - * and combining marks U+0300..U+036F (macOS
 * writes å with one).
 */
static uint32_t word_char_at(const struct lexer *lexer, uint32_t at)
{
    uint32_t size = letter_at(lexer, at);
    unsigned char c;

    if (size || at >= lexer->length)
        return size;
    c = (unsigned char)lexer->text[at];
    if (is_digit((char)c) || c == '.' || c == '-' || c == '*')
        return 1;
    /* CC 80 .. CD AF */
    return c == 0xCC || (c == 0xCD && (unsigned char)lexer->text[at + 1] <= 0xAF) ? 2 : 0;
}

static bool code_char_at(const struct lexer *lexer, uint32_t at)
{
    char c;

    if (at >= lexer->length)
        return false;
    c = lexer->text[at];
    return is_letter(c) || is_digit(c) || strchr("_.>*-:+=/", c);
}

static void skip_blank(struct lexer *lexer)
{
    bool comment = false;

    for (; lexer->at < lexer->length; lexer->at++) {
        char c = lexer->text[lexer->at];

        if (c == '#')
            comment = true;
        if (c == '\n')
            comment = false;
        if (!comment && !strchr(" \t\r\n", c))
            return;
    }
}

static struct token token_to(struct lexer *lexer, enum token_kind kind, uint32_t to)
{
    uint32_t from = lexer->at;

    lexer->at = to;
    return (struct token){kind, from, to, lexer->text + from, to - from};
}

/* "mmol/L" needs no quotes: nothing else has a stroke between two words. */
static struct token lex_unit(struct lexer *lexer, uint32_t to)
{
    uint32_t size;

    while ((size = word_char_at(lexer, to)) || (to < lexer->length && lexer->text[to] == '/'))
        to += size ? size : 1;
    return token_to(lexer, TOKEN_STRING, to);
}

static struct token lex_word(struct lexer *lexer)
{
    uint32_t to = lexer->at, size;
    bool plain = true; /* the name of a system may contain Å, but no '*' */

    while ((size = word_char_at(lexer, to))) {
        plain = plain && lexer->text[to] != '*';
        to += size;
    }
    if (to + 1 < lexer->length && lexer->text[to] == '/' && letter_at(lexer, to + 1))
        return lex_unit(lexer, to + 1);
    if (!plain || to >= lexer->length || lexer->text[to] != ':')
        return token_to(lexer, TOKEN_WORD, to);
    to++;
    if (!code_char_at(lexer, to)) {
        diagnostic_expect(diagnostic_add(lexer->found, FAULT_SYNTAX, to, to + 1,
                                         "there is no code after the colon"),
                          "SYSTEM:CODE, such as icd10:C50 or HP:0001250");
        return token_to(lexer, TOKEN_BAD, to);
    }
    while (code_char_at(lexer, to))
        to++;
    return token_to(lexer, TOKEN_CODE, to);
}

static uint32_t digits(const struct lexer *lexer, uint32_t at)
{
    while (at < lexer->length && is_digit(lexer->text[at]))
        at++;
    return at;
}

static bool is_date(const struct lexer *lexer, uint32_t at)
{
    static const char form[] = "9999-99-99";

    for (uint32_t i = 0; form[i]; i++) {
        if (at + i >= lexer->length)
            return false;
        if (form[i] == '9' ? !is_digit(lexer->text[at + i]) : lexer->text[at + i] != form[i])
            return false;
    }
    return true;
}

/* "17-43044295-G-A", "17:1-9": a chromosome, and digits after a sign. */
static bool is_place(const struct lexer *lexer)
{
    uint32_t to = digits(lexer, lexer->at);

    return to - lexer->at <= 2 && to + 1 < lexer->length && strchr(":-_", lexer->text[to]) &&
           is_digit(lexer->text[to + 1]);
}

/*
 * Reports digits with letters directly after them: most often a code or allele that needs quotes.
 */
static struct token lex_run_on(struct lexer *lexer, uint32_t to)
{
    uint32_t size;
    struct diagnostic *one;

    while ((size = word_char_at(lexer, to)) || code_char_at(lexer, to))
        to += size ? size : 1;
    if (is_place(lexer))
        return token_to(lexer, TOKEN_CODE, to);
    one = diagnostic_add(lexer->found, FAULT_NUMBER, lexer->at, to,
                         "a number ends in something else");
    diagnostic_expect(one, "a number; a value that begins with a digit is put in quotes");
    if (to - lexer->at < sizeof(one->suggestion) - 3) {
        char quoted[sizeof(one->suggestion)];

        snprintf(quoted, sizeof(quoted), "\"%.*s\"", (int)(to - lexer->at),
                 lexer->text + lexer->at);
        diagnostic_suggest(one, quoted);
    }
    return token_to(lexer, TOKEN_BAD, to);
}

static struct token lex_number(struct lexer *lexer)
{
    uint32_t to = lexer->at;
    enum token_kind kind = TOKEN_NUMBER;

    if (is_date(lexer, to)) {
        kind = TOKEN_DATE;
        to += 10;
    } else {
        to = digits(lexer, to + (lexer->text[to] == '-'));
        if (to + 1 < lexer->length && lexer->text[to] == '.' && is_digit(lexer->text[to + 1]))
            to = digits(lexer, to + 1);
        if (to < lexer->length && lexer->text[to] == '%')
            to++;
    }
    if (word_char_at(lexer, to) || (to < lexer->length && lexer->text[to] == ':'))
        return lex_run_on(lexer, to);
    return token_to(lexer, kind, to);
}

static struct token lex_string(struct lexer *lexer)
{
    uint32_t to = lexer->at + 1;
    struct token token;

    while (to < lexer->length && lexer->text[to] != '"' && lexer->text[to] != '\n')
        to++;
    if (to >= lexer->length || lexer->text[to] == '\n') {
        diagnostic_add(lexer->found, FAULT_STRING_OPEN, lexer->at, lexer->at + 1,
                       "the string that begins here is not closed on its line");
        return token_to(lexer, TOKEN_BAD, to);
    }
    token = token_to(lexer, TOKEN_STRING, to + 1);
    token.text++;
    token.length -= 2;
    return token;
}

/* Signs of other languages and of word processors, and what stands for them here. */
static const struct {
    const char *sign;
    const char *name; /* NULL: the sign itself shows what it is */
    const char *type; /* NULL: an ordinary space */
} typed_otherwise[] = {
    {"==", NULL, "="},
    {"=>", NULL, ">="},
    {"=<", NULL, "<="},
    {"<>", NULL, "!="},
    {"&&", NULL, "and"},
    {"&", NULL, "and"},
    {"||", NULL, "or"},
    {"|", NULL, "or"},
    {"'", NULL, "\""},
    {"`", NULL, "\""},
    {"\xc2\xa0", "a no-break space", NULL},
    {"\xe2\x80\xaf", "a narrow no-break space", NULL},
    {"\xe2\x80\x87", "a figure space", NULL},
    {"\xe2\x80\x89", "a thin space", NULL},
    {"\xe2\x80\x8b", "a zero-width space", NULL},
    {"\xef\xbb\xbf", "a byte order mark", NULL},
    {"\xe2\x89\xa5", NULL, ">="}, /* greater than or equal */
    {"\xe2\xa9\xbe", NULL, ">="}, /* the same, slanted */
    {"\xe2\x89\xa4", NULL, "<="}, /* less than or equal */
    {"\xe2\xa9\xbd", NULL, "<="}, /* the same, slanted */
    {"\xe2\x89\xa0", NULL, "!="}, /* not equal */
    {"\xe2\x80\x90", "a hyphen of a word processor", "-"},
    {"\xe2\x80\x91", "a no-break hyphen", "-"},
    {"\xe2\x80\x92", "a figure dash", "-"},
    {"\xe2\x80\x93", "an en dash", "-"},
    {"\xe2\x80\x94", "an em dash", "-"},
    {"\xe2\x88\x92", "a minus sign", "-"},
    {"\xe2\x80\x9c", "a curly quote", "\""},
    {"\xe2\x80\x9d", "a curly quote", "\""},
    {"\xe2\x80\x9e", "a low quote", "\""},
    {"\xe2\x80\x98", "a curly quote", "\""},
    {"\xe2\x80\x99", "a curly quote", "\""},
    {"\xc2\xab", NULL, "\""}, /* guillemets */
    {"\xc2\xbb", NULL, "\""},
    {"\xe2\x88\xa7", NULL, "and"},
    {"\xe2\x88\xa8", NULL, "or"},
    {"\xc2\xac", NULL, "not"},
    {"\xe2\x88\x88", NULL, "in"},
};

/* Reports the sign at the present place with what to type for it. False when it is none of them. */
static bool names_sign(struct lexer *lexer, uint32_t *size)
{
    for (size_t i = 0; i < sizeof(typed_otherwise) / sizeof(typed_otherwise[0]); i++) {
        const char *sign = typed_otherwise[i].sign, *name = typed_otherwise[i].name;
        const char *type = typed_otherwise[i].type;
        struct diagnostic *one;

        *size = (uint32_t)strlen(sign);
        if (lexer->length - lexer->at < *size || memcmp(lexer->text + lexer->at, sign, *size) != 0)
            continue;
        one = diagnostic_add(lexer->found, FAULT_CHARACTER, lexer->at, lexer->at + *size,
                             "%s has no place in a question%s", name ? name : sign,
                             type && *type != '"' ? " outside quotes" : "");
        diagnostic_expect(one, "%s", type ? type : "an ordinary space");
        diagnostic_suggest(one, type);
        return true;
    }
    return false;
}

static struct token lex_compare(struct lexer *lexer)
{
    uint32_t at = lexer->at, size;
    bool two = at + 1 < lexer->length && lexer->text[at] != '=' && lexer->text[at + 1] == '=';

    if (names_sign(lexer, &size))
        return token_to(lexer, TOKEN_BAD, at + size);
    if (lexer->text[at] == '!' && !two) {
        diagnostic_suggest(
            diagnostic_add(lexer->found, FAULT_CHARACTER, at, at + 1, "! stands alone"), "!=");
        return token_to(lexer, TOKEN_BAD, at + 1);
    }
    return token_to(lexer, TOKEN_COMPARE, at + (two ? 2 : 1));
}

static struct token lex_other(struct lexer *lexer)
{
    uint32_t to = lexer->at + 1, size;

    if (names_sign(lexer, &size))
        return token_to(lexer, TOKEN_BAD, lexer->at + size);
    while (to < lexer->length && ((unsigned char)lexer->text[to] & 0xC0) == 0x80)
        to++;
    diagnostic_add(lexer->found, FAULT_CHARACTER, lexer->at, to,
                   "%.*s has no place in a question outside quotes", (int)(to - lexer->at),
                   lexer->text + lexer->at);
    return token_to(lexer, TOKEN_BAD, to);
}

static struct token lex_set(struct lexer *lexer)
{
    uint32_t to = lexer->at + 1, size;

    while (to < lexer->length && ((size = word_char_at(lexer, to)) || lexer->text[to] == '@'))
        to += size ? size : 1;
    return token_to(lexer, TOKEN_SET, to);
}

struct token lex_next(struct lexer *lexer)
{
    char c;

    skip_blank(lexer);
    if (lexer->at >= lexer->length)
        return token_to(lexer, TOKEN_END, lexer->length);
    c = lexer->text[lexer->at];
    if (letter_at(lexer, lexer->at))
        return lex_word(lexer);
    if (is_digit(c) || (c == '-' && digits(lexer, lexer->at + 1) > lexer->at + 1))
        return lex_number(lexer);
    switch (c) {
    case '"':
        return lex_string(lexer);
    case '@':
        return lex_set(lexer);
    case '(':
        return token_to(lexer, TOKEN_OPEN, lexer->at + 1);
    case ')':
        return token_to(lexer, TOKEN_CLOSE, lexer->at + 1);
    case ',':
        return token_to(lexer, TOKEN_COMMA, lexer->at + 1);
    case '=':
    case '!':
    case '<':
    case '>':
        return lex_compare(lexer);
    default:
        return lex_other(lexer);
    }
}

static bool is_one_token(const char *text, enum token_kind kind)
{
    struct diagnostics found;
    struct lexer lexer = {text, (uint32_t)strlen(text), 0, &found};
    struct token token;

    if (lexer.length > AST_STRING_MAX)
        return false;
    diagnostics_init(&found, text, lexer.length);
    token = lex_next(&lexer);
    return token.kind == kind && token.from == 0 && token.to == lexer.length;
}

bool lex_is_plain_word(const char *text)
{
    assert(text);
    return !lex_is_reserved(text, strlen(text)) && is_one_token(text, TOKEN_WORD);
}

bool lex_is_plain_code(const char *text)
{
    assert(text);
    return is_one_token(text, TOKEN_CODE);
}
