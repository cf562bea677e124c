#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parser's state and its primitives. parse.c has the grammar, criterion.c the tests on a field,
 * measured.c those on what an event measured, values.c their values, bare.c what may stand outside
 * variant( ); all of them use this header and only parse.c calls the others. Private to
 * proto/query; one thread.
 */
#include "proto/query/ast.h"
#include "proto/query/diagnostic.h"
#include "proto/query/lex.h"

struct arena;
struct field;
struct named_sets;

struct parser {
    struct lexer lexer;
    struct token token; /* the present token: the next one to be parsed */
    uint32_t last_to;   /* offset of the byte after the previous token */
    struct arena *arena;
    struct diagnostics *found;
    const struct named_sets *sets; /* where named sets are found; NULL: nowhere */
    uint32_t nesting;              /* of parentheses, groups and nots */
    uint32_t n_values;             /* in the whole question so far */
    bool in_variant;
    bool in_event; /* inside event( ), sequence( ) or times ( ) */
    bool stopped;  /* true after a mistake that parsing cannot continue from */
};

/* Children or values while their number is not yet known: an array that grows in the arena. */
struct node_list {
    struct ast_node **items;
    uint32_t n;
    uint32_t room;
};

void parser_next(struct parser *parser);
bool parser_at(const struct parser *parser, enum token_kind kind);
bool parser_at_word(const struct parser *parser, const char *word);
/* Reports that something else was expected at the present token, and stops. Returns NULL. */
struct ast_node *parser_unexpected(struct parser *parser, const char *expected);
/* Moves past a token of this kind, or reports that it is missing. */
bool parser_eat(struct parser *parser, enum token_kind kind, const char *expected)
    __attribute__((warn_unused_result));
/* A new zeroed node with this place. NULL when the arena is full; the parser has then stopped. */
struct ast_node *parser_node(struct parser *parser, enum ast_kind kind, uint32_t from);
/* As parser_node(), around this one child, which must not be NULL; it ends where the child does. */
struct ast_node *parser_around(struct parser *parser, enum ast_kind kind, uint32_t from,
                               struct ast_node *child);
/* A copy in the arena, ended by a NUL. NULL when the arena is full; the parser has then stopped. */
char *parser_copy(struct parser *parser, const char *text, size_t length);
void *parser_memory(struct parser *parser, size_t bytes);
/* Is it a keyword in capitals, the likeliest reason for an unexpected word? Then *keyword is set.
 */
bool parser_in_capitals(const struct token *token, char *keyword, size_t room);
/* The text of a token for a message, cut to fit a line and ended with "..." then. */
int parser_shown(const struct token *token);

/* parse.c: an expression, and one in parentheses. */
struct ast_node *parser_or(struct parser *parser);
struct ast_node *parser_group(struct parser *parser);
bool parser_list(struct parser *parser, struct node_list *list, struct ast_node *node)
    __attribute__((warn_unused_result));

/* event.c: event( ) with what it is related to, sequence( ), and, at "times", at least n of them.
 */
struct ast_node *parser_event(struct parser *parser);
struct ast_node *parser_sequence(struct parser *parser);
struct ast_node *parser_times(struct parser *parser, uint32_t from, uint32_t n);

/* criterion.c: is it a unit of time? each: of *time; most: of the unit, that makes sense. */
bool parser_time(const struct token *token, enum ast_time *time, uint32_t *each, uint32_t *most);
/*
 * sets.c: the values of the set at this token, onto the test's; the question of the set at the
 * present token. False or NULL when there is none, which was reported.
 */
bool parser_set_values(struct parser *parser, const struct field *field, const struct token *token,
                       struct ast_node *test) __attribute__((warn_unused_result));
struct ast_node *parser_set_question(struct parser *parser);
/* parse.c: one whole question; bare tests are in their variant( ). NULL when it has mistakes. */
struct ast_node *parser_question(struct parser *parser);
/* criterion.c: the test at the present token (a field). NULL when the parser has stopped. */
struct ast_node *parser_criterion(struct parser *parser);
/*
 * measured.c: the field of "lab.NPU19651", or NULL; are its values asked for at the present token;
 * and the code, the operator and the value, into a test. False when the parser has stopped.
 */
const struct field *parser_measured_field(const struct token *name);
bool parser_at_measured(const struct parser *parser, const struct field *field);
bool parser_measured(struct parser *parser, const struct field *field, const struct token *name,
                     struct ast_node *node, bool *unequal) __attribute__((warn_unused_result));
/* values.c: reads one token as a value of this field. False when it is none, which was reported. */
bool parser_value(struct parser *parser, const struct field *field, const struct token *token,
                  struct ast_value *value) __attribute__((warn_unused_result));
