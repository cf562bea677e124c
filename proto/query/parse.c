/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recursive descent over the grammar (reference: analyst, 1.1). Every recursion passes enter(),
 * which limits it to AST_DEPTH_MAX whatever the text is. The finished tree then passes bare.c and
 * the limits, which need the tree as a whole.
 */
#include "proto/query/parse.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/bare.h"
#include "proto/query/parser.h"
#include "proto/query/print.h"
#include "proto/query/two_hits.h"
#include "proto/query/vocabulary.h"

static struct ast_node *parse_not(struct parser *parser);

/* Enters a level of nesting; leave() leaves it. */
static bool enter(struct parser *parser)
{
    if (parser->stopped)
        return false;
    if (parser->nesting >= AST_DEPTH_MAX) {
        diagnostic_add(parser->found, FAULT_DEEP, parser->token.from, parser->token.to,
                       "a question is nested at most %d deep", AST_DEPTH_MAX);
        parser->stopped = true;
        return false;
    }
    parser->nesting++;
    return true;
}

static void leave(struct parser *parser)
{
    parser->nesting--;
}

bool parser_list(struct parser *parser, struct node_list *list, struct ast_node *node)
{
    if (list->n == list->room) {
        uint32_t room = list->room ? 2 * list->room : 4;
        struct ast_node **grown = parser_memory(parser, room * sizeof(struct ast_node *));

        if (!grown)
            return false;
        if (list->n)
            memcpy(grown, list->items, list->n * sizeof(struct ast_node *));
        list->items = grown;
        list->room = room;
    }
    list->items[list->n++] = node;
    return true;
}

/* Adds an operand of `and` or `or`. An operand of the same kind is replaced by its own operands. */
static bool list_add_flat(struct parser *parser, struct node_list *list, enum ast_kind kind,
                          struct ast_node *node)
{
    if (node->kind != kind)
        return parser_list(parser, list, node);
    for (uint32_t i = 0; i < node->n_children; i++)
        if (!parser_list(parser, list, node->children[i]))
            return false;
    return true;
}

/* Returns the single operand itself when there is only one. */
static struct ast_node *node_of(struct parser *parser, enum ast_kind kind,
                                const struct node_list *list)
{
    struct ast_node *node;

    if (list->n == 1)
        return list->items[0];
    node = parser_node(parser, kind, list->items[0]->from);
    if (!node)
        return NULL;
    node->children = list->items;
    node->n_children = list->n;
    node->to = parser->last_to;
    return node;
}

/* Parses operands with the word `and` or `or` between them. */
static struct ast_node *parse_chain(struct parser *parser, enum ast_kind kind, const char *word,
                                    struct ast_node *(*operand)(struct parser *))
{
    struct node_list list = {0};

    for (;;) {
        struct ast_node *node = operand(parser);

        if (!node || !list_add_flat(parser, &list, kind, node))
            return NULL;
        if (!parser_at_word(parser, word))
            return parser->stopped ? NULL : node_of(parser, kind, &list);
        parser_next(parser);
    }
}

static struct ast_node *parse_and(struct parser *parser)
{
    return parse_chain(parser, AST_AND, "and", parse_not);
}

struct ast_node *parser_or(struct parser *parser)
{
    return parse_chain(parser, AST_OR, "or", parse_and);
}

/* A node with this one child; its place starts at its keyword. */
static struct ast_node *over(struct parser *parser, enum ast_kind kind, uint32_t from,
                             struct ast_node *child)
{
    struct node_list list = {0};
    struct ast_node *node = child ? parser_node(parser, kind, from) : NULL;

    if (!node || !parser_list(parser, &list, child))
        return NULL;
    node->children = list.items;
    node->n_children = 1;
    node->to = parser->last_to;
    return node;
}

struct ast_node *parser_group(struct parser *parser)
{
    struct ast_node *node;

    if (!parser_eat(parser, TOKEN_OPEN, "(") || !enter(parser))
        return NULL;
    node = parser_or(parser);
    leave(parser);
    return node && parser_eat(parser, TOKEN_CLOSE, "and, or, or a closing parenthesis") ? node
                                                                                        : NULL;
}

/* What a germline has, it has on every day. */
static struct ast_node *refuse_in_event(struct parser *parser)
{
    diagnostic_expect(
        diagnostic_add(parser->found, FAULT_UNSUPPORTED, parser->token.from, parser->token.to,
                       "not supported yet: \"%.*s\" inside an event; the variants of a tumour "
                       "alone have a day, on which its sample was taken",
                       parser_shown(&parser->token), parser->token.text),
        "somatic variant(...) inside, or this outside, joined by and");
    parser->stopped = true;
    return NULL;
}

/* Passes `two` of two hits( ); the next token is to be `hits`. False: something else stands there.
 */
static bool passes_two(struct parser *parser)
{
    parser_next(parser);
    if (parser_at_word(parser, "hits"))
        return true;
    parser_unexpected(parser, "hits, as in two hits(...)");
    return false;
}

/* variant( ) or two hits( ), or a word of origin before it. */
static struct ast_node *parse_variant(struct parser *parser)
{
    uint32_t from = parser->token.from;
    bool outer = parser->in_variant, in_event = parser->in_event, two;
    struct ast_node *inside, *node;
    enum origin origin = parser_at_word(parser, "germline")  ? ORIGIN_GERMLINE
                         : parser_at_word(parser, "somatic") ? ORIGIN_SOMATIC
                                                             : ORIGIN_ANY;

    if (origin != ORIGIN_ANY)
        parser_next(parser);
    two = parser_at_word(parser, "two");
    if (two && in_event)
        return refuse_in_event(parser);
    if (two && !passes_two(parser))
        return NULL;
    if (!two && !parser_at_word(parser, "variant"))
        return parser_unexpected(parser, "variant(...) or two hits(...)");
    if (outer)
        diagnostic_add(parser->found, FAULT_NESTING, from, parser->token.to,
                       "%s cannot stand inside variant( )", two ? "two hits( )" : "variant( )");
    parser_next(parser);
    parser->in_variant = true;
    parser->in_event = false;
    inside = parser_group(parser);
    parser->in_variant = outer;
    parser->in_event = in_event;
    node = over(parser, AST_VARIANT, from, inside);
    if (!node)
        return NULL;
    node->origin = origin;
    node->at_least = two ? TWO_HITS : 0;
    return node;
}

/* bare.c sees to it that one variant( ) stands inside, once bare tests are in theirs. */
static struct ast_node *parse_tested(struct parser *parser)
{
    uint32_t from = parser->token.from;

    if (parser->in_variant)
        diagnostic_add(parser->found, FAULT_NESTING, from, parser->token.to,
                       "tested( ) cannot stand inside variant( )");
    parser_next(parser);
    return over(parser, AST_TESTED, from, parser_group(parser));
}

/* Reads a whole number of at most four digits, without sign and percent. */
static bool is_count(const struct token *token)
{
    if (token->kind != TOKEN_NUMBER || token->length > 4)
        return false;
    for (uint32_t i = 0; i < token->length; i++)
        if (token->text[i] < '0' || token->text[i] > '9')
            return false;
    return true;
}

static bool read_n(struct parser *parser, uint32_t *n, struct token *place)
{
    *place = parser->token;
    if (parser->stopped || !is_count(place)) {
        parser_unexpected(parser, "a whole number, as in at least 2 of (...)");
        return false;
    }
    *n = 0;
    for (uint32_t i = 0; i < place->length; i++)
        *n = *n * 10 + (uint32_t)(place->text[i] - '0');
    parser_next(parser);
    return true;
}

static bool read_at_least_list(struct parser *parser, struct node_list *list)
{
    for (;;) {
        struct ast_node *node = parser_or(parser);

        if (!node || !parser_list(parser, list, node))
            return false;
        if (!parser_at(parser, TOKEN_COMMA))
            return parser_eat(parser, TOKEN_CLOSE, "a comma or )");
        parser_next(parser);
    }
}

/* Parses "at least n of (", or "at least n" up to "times". */
static bool read_at_least_head(struct parser *parser, uint32_t *n, struct token *place)
{
    parser_next(parser);
    if (!parser_at_word(parser, "least")) {
        parser_unexpected(parser, "least, as in at least 2 of (...)");
        return false;
    }
    parser_next(parser);
    if (!read_n(parser, n, place))
        return false;
    if (parser_at_word(parser, "times"))
        return true;
    if (!parser_at_word(parser, "of")) {
        parser_unexpected(parser, "of or times, as in at least 2 of (...)");
        return false;
    }
    parser_next(parser);
    return parser_eat(parser, TOKEN_OPEN, "a list in parentheses");
}

static struct ast_node *parse_at_least(struct parser *parser)
{
    uint32_t from = parser->token.from, n;
    struct node_list list = {0};
    struct token place;
    struct ast_node *node;
    bool read;

    if (!read_at_least_head(parser, &n, &place))
        return NULL;
    if (parser_at_word(parser, "times"))
        return parser_times(parser, from, n);
    if (!enter(parser))
        return NULL;
    read = read_at_least_list(parser, &list);
    leave(parser);
    if (!read)
        return NULL;
    if (list.n < 2 || n < 1 || n > list.n) {
        struct diagnostic *one = diagnostic_add(parser->found, FAULT_AT_LEAST, place.from, place.to,
                                                "at least %u of a list of %u", n, list.n);

        diagnostic_expect(one, list.n < 2 ? "a list of two or more" : "a number from 1 to %u",
                          list.n);
    }
    node = parser_node(parser, AST_AT_LEAST, from);
    if (!node)
        return NULL;
    node->at_least = n;
    node->children = list.items;
    node->n_children = list.n;
    node->to = parser->last_to;
    return node;
}

static struct ast_node *parse_primary(struct parser *parser)
{
    static const char expected[] =
        "a test such as age >= 18, variant(...), two hits(...), tested(...), "
        "at least n of (...), not, or a parenthesis";
    char keyword[16];

    if (parser_at(parser, TOKEN_OPEN))
        return parser_group(parser);
    if (parser->in_event &&
        (parser_at_word(parser, "variant") || parser_at_word(parser, "tested") ||
         parser_at_word(parser, "germline") || parser_at_word(parser, "two")))
        return refuse_in_event(parser);
    if (parser_at_word(parser, "variant") || parser_at_word(parser, "germline") ||
        parser_at_word(parser, "somatic") || parser_at_word(parser, "two"))
        return parse_variant(parser);
    if (parser_at_word(parser, "tested"))
        return parse_tested(parser);
    if (parser_at_word(parser, "at"))
        return parse_at_least(parser);
    if (parser_at_word(parser, "event"))
        return parser_event(parser);
    if (parser_at_word(parser, "sequence"))
        return parser_sequence(parser);
    if (parser_at(parser, TOKEN_SET))
        return parser_set_question(parser);
    if (!parser_at(parser, TOKEN_WORD) ||
        lex_is_reserved(parser->token.text, parser->token.length) ||
        parser_in_capitals(&parser->token, keyword, sizeof(keyword)))
        return parser_unexpected(parser, expected);
    return parser_criterion(parser);
}

static struct ast_node *parse_not(struct parser *parser)
{
    uint32_t from = parser->token.from;
    struct ast_node *child;

    if (!parser_at_word(parser, "not"))
        return parse_primary(parser);
    parser_next(parser);
    if (!enter(parser))
        return NULL;
    child = parse_not(parser);
    leave(parser);
    return over(parser, AST_NOT, from, child);
}

/* An empty text is the question for the base population. */
static struct ast_node *parse_query(struct parser *parser)
{
    struct ast_node *root;

    parser_next(parser);
    if (parser_at(parser, TOKEN_END))
        return parser_node(parser, AST_ALL, 0);
    root = parser_or(parser);
    if (root && !parser_at(parser, TOKEN_END))
        return parser_unexpected(parser, "and, or, or the end of the question");
    return parser->stopped ? NULL : root;
}

struct parse_extent {
    uint32_t nodes;
    uint32_t depth;
};

static void measure(const struct ast_node *node, uint32_t depth, struct parse_extent *extent)
{
    extent->nodes++;
    if (depth > extent->depth)
        extent->depth = depth;
    for (uint32_t i = 0; i < node->n_children; i++)
        measure(node->children[i], depth + 1, extent);
}

/* The canonical text must itself be a valid question, so the limit on text applies to it. */
static bool text_fits(const struct ast *ast, struct diagnostics *found)
{
    struct bytes text = {0};
    size_t size;
    bool failed;

    print(ast, &text);
    size = text.size;
    failed = text.failed;
    bytes_clear(&text);
    if (failed)
        diagnostic_add(found, FAULT_MEMORY, 0, 0, "out of memory");
    else if (size > AST_TEXT_MAX)
        diagnostic_add(found, FAULT_TEXT_LONG, 0, 0,
                       "in canonical form the question has %zu bytes, at most %d are allowed", size,
                       AST_TEXT_MAX);
    return !failed && size <= AST_TEXT_MAX;
}

static bool within_limits(struct ast *ast, struct diagnostics *found)
{
    struct parse_extent extent = {0};

    measure(ast->root, 1, &extent);
    ast->n_nodes = extent.nodes;
    if (extent.nodes > AST_NODES_MAX)
        diagnostic_add(found, FAULT_NODES, 0, 0, "a question has at most %d parts, this one has %u",
                       AST_NODES_MAX, extent.nodes);
    if (extent.depth > AST_DEPTH_MAX)
        diagnostic_add(found, FAULT_DEEP, 0, 0, "a question is nested at most %d deep",
                       AST_DEPTH_MAX);
    return extent.nodes <= AST_NODES_MAX && extent.depth <= AST_DEPTH_MAX && text_fits(ast, found);
}

struct ast_node *parser_question(struct parser *parser)
{
    struct ast_node *root = parse_query(parser);

    if (!root || parser->found->n)
        return NULL;
    root = bare_wrap(parser, root);
    return root && bare_is_of_one_kind(parser, root) && two_hits_stand(parser->found, root) ? root
                                                                                            : NULL;
}

bool parse_with_sets(const char *text, size_t length, const struct named_sets *sets,
                     struct arena *arena, struct ast *ast, struct diagnostics *found)
{
    assert(arena && ast && found && (text || !length));
    const char *some = length ? text : ""; /* an empty text may be NULL */
    struct parser parser = {
        .lexer = {some, (uint32_t)length, 0, found}, .arena = arena, .found = found, .sets = sets};
    struct ast made = {0};

    diagnostics_init(found, some, length);
    if (!lex_check(some, length, found))
        return false;
    made.root = parser_question(&parser);
    if (!made.root || found->n || !within_limits(&made, found))
        return false;
    *ast = made;
    return true;
}

bool parse(const char *text, size_t length, struct arena *arena, struct ast *ast,
           struct diagnostics *found)
{
    return parse_with_sets(text, length, NULL, arena, ast, found);
}

bool parse_text(const char *text, struct arena *arena, struct ast *ast, struct err *err)
{
    assert(text);
    struct diagnostics found;
    const struct diagnostic *one = &found.list[0];
    char code[5];

    if (parse(text, strlen(text), arena, ast, &found))
        return true;
    fault_code(one->fault, code);
    return err_set(err, one->fault == FAULT_MEMORY ? ERR_INTERNAL : ERR_INVALID,
                   "error[%s]: %s at %u:%u%s%s%s", code, one->message, one->line, one->column,
                   one->suggestion[0] ? "; did you mean " : "", one->suggestion,
                   one->suggestion[0] ? "?" : "");
}
