/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/parser.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/arena.h"

#define SHOWN_MAX 48 /* bytes of a token in a message */

int parser_shown(const struct token *token)
{
    uint32_t n = token->length < SHOWN_MAX ? token->length : SHOWN_MAX;

    while (n && n < token->length && ((unsigned char)token->text[n] & 0xC0) == 0x80)
        n--;
    return (int)n;
}

void parser_next(struct parser *parser)
{
    parser->last_to = parser->token.to;
    parser->token = lex_next(&parser->lexer);
    if (parser->token.kind == TOKEN_BAD)
        parser->stopped = true;
}

bool parser_at(const struct parser *parser, enum token_kind kind)
{
    return !parser->stopped && parser->token.kind == kind;
}

bool parser_at_word(const struct parser *parser, const char *word)
{
    return !parser->stopped && token_is(&parser->token, word);
}

void *parser_memory(struct parser *parser, size_t bytes)
{
    void *memory = bytes ? arena_alloc(parser->arena, bytes) : NULL;

    if (!memory && !parser->stopped) {
        diagnostic_add(parser->found, FAULT_MEMORY, 0, 0, "out of memory");
        parser->stopped = true;
    }
    return memory;
}

char *parser_copy(struct parser *parser, const char *text, size_t length)
{
    char *copy = parser_memory(parser, length + 1);

    if (copy)
        memcpy(copy, text, length);
    return copy;
}

struct ast_node *parser_node(struct parser *parser, enum ast_kind kind, uint32_t from)
{
    assert(kind <= AST_SET);
    struct ast_node *node = parser_memory(parser, sizeof(*node));

    if (node) {
        node->kind = kind;
        node->from = from;
    }
    return node;
}

struct ast_node *parser_around(struct parser *parser, enum ast_kind kind, uint32_t from,
                               struct ast_node *child)
{
    assert(child);
    struct ast_node *node = parser_node(parser, kind, from);

    if (!node)
        return NULL;
    node->children = parser_memory(parser, sizeof(struct ast_node *));
    if (!node->children)
        return NULL;
    node->children[0] = child;
    node->n_children = 1;
    node->to = child->to;
    return node;
}

/* An unexpected word is most likely a keyword in capitals; then *keyword is set. */
bool parser_in_capitals(const struct token *token, char *keyword, size_t room)
{
    if (token->kind != TOKEN_WORD || token->length >= room ||
        lex_is_reserved(token->text, token->length))
        return false;
    for (uint32_t i = 0; i < token->length; i++) {
        char c = token->text[i];

        keyword[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    keyword[token->length] = 0;
    return lex_is_reserved(keyword, token->length);
}

struct ast_node *parser_unexpected(struct parser *parser, const char *expected)
{
    assert(expected);
    const struct token *token = &parser->token;
    char keyword[16];
    struct diagnostic *one;

    if (parser->stopped)
        return NULL;
    parser->stopped = true;
    if (parser_in_capitals(token, keyword, sizeof(keyword))) {
        one = diagnostic_add(parser->found, FAULT_CAPITALS, token->from, token->to,
                             "keywords are written in lower case: \"%.*s\"", parser_shown(token),
                             token->text);
        diagnostic_suggest(one, keyword);
        return NULL;
    }
    if (token->kind == TOKEN_END)
        one = diagnostic_add(parser->found, FAULT_SYNTAX, token->from, token->to,
                             "the question ends too early");
    else
        one = diagnostic_add(parser->found, FAULT_SYNTAX, token->from, token->to,
                             "\"%.*s\" was not expected here", parser_shown(token), token->text);
    diagnostic_expect(one, "%s", expected);
    return NULL;
}

bool parser_eat(struct parser *parser, enum token_kind kind, const char *expected)
{
    if (!parser_at(parser, kind)) {
        parser_unexpected(parser, expected);
        return false;
    }
    parser_next(parser);
    return !parser->stopped;
}
