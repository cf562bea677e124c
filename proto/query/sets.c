/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts named sets into the tree: the values of a test, or a sub-question. The text of a set is read
 * by a parser of its own, because places in it are not places in the question; its mistakes are
 * told at the place where the question names it.
 */
#include <string.h>

#include "proto/base/arena.h"
#include "proto/query/named_set.h"
#include "proto/query/parser.h"

/* A set that the question names, and its text. */
struct naming {
    struct parser *parser;
    const struct token *token;
    struct ast_set set;
    struct named_set_text text;
};

static bool refuse(const struct naming *naming, const char *why, const char *expected)
{
    const struct token *token = naming->token;

    diagnostic_expect(diagnostic_add(naming->parser->found, FAULT_SET, token->from, token->to,
                                     "%.*s: %.120s", parser_shown(token), token->text, why),
                      "%s", expected);
    return false;
}

static bool find(struct naming *naming)
{
    struct parser *parser = naming->parser;
    const struct token *token = naming->token;
    char name[NAMED_SET_NAME_MAX + 1];
    struct named_set_wanted wanted = {name, 0};
    struct err err;

    if (token->length < 2 ||
        !named_set_read(token->text + 1, token->length - 1, name, &wanted.version))
        return refuse(naming, "this is no name of a set", "@name or @name@version");
    if (!parser->sets)
        return refuse(naming, "no sets are known here", "their values, or rikstal with its folder");
    if (!parser->sets->find(parser->sets->of, &wanted, &naming->text, &err))
        return refuse(naming, err.text, "a set that is there");
    naming->set.name = parser_copy(parser, name, strlen(name));
    naming->set.version = naming->text.version;
    return naming->set.name != NULL;
}

/* The first mistake in the text of the set, told where the question names it. */
static bool tell(const struct naming *naming, const struct diagnostics *inside)
{
    const struct diagnostic *one = &inside->list[0];
    const struct token *token = naming->token;
    struct diagnostic *told;

    if (!inside->n)
        return true;
    told = diagnostic_add(naming->parser->found, one->fault, token->from, token->to,
                          "in %.*s, line %u: %.110s", parser_shown(token), token->text, one->line,
                          one->message);
    if (one->expected[0])
        diagnostic_expect(told, "%s", one->expected);
    diagnostic_suggest(told, one->suggestion[0] ? one->suggestion : NULL);
    return false;
}

static bool keep_set(struct naming *naming, struct ast_node *node)
{
    struct ast_set *sets =
        parser_memory(naming->parser, (node->n_sets + (size_t)1) * sizeof(*sets));

    if (!sets)
        return false;
    if (node->n_sets)
        memcpy(sets, node->sets, node->n_sets * sizeof(*sets));
    sets[node->n_sets++] = naming->set;
    node->sets = sets;
    return true;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* The next value of a set's text, whatever stands between two of them. TOKEN_END after the last. */
static struct token next_value(struct lexer *lexer)
{
    struct token token;

    do
        token = lex_next(lexer);
    while (token.kind == TOKEN_COMMA);
    return token;
}

static bool is_value(const struct token *token)
{
    return token->kind == TOKEN_CODE || token->kind == TOKEN_STRING ||
           token->kind == TOKEN_NUMBER ||
           (token->kind == TOKEN_WORD && !lex_is_reserved(token->text, token->length));
}

/* How many there are; more than AST_VALUES_MAX are not counted further. */
static uint32_t count_values(const struct named_set_text *text)
{
    struct diagnostics ignored;
    struct lexer lexer = {text->text, (uint32_t)text->length, 0, &ignored};
    struct token token;
    uint32_t n = 0;

    diagnostics_init(&ignored, text->text, text->length);
    for (token = next_value(&lexer);
         token.kind != TOKEN_END && token.kind != TOKEN_BAD && n <= AST_VALUES_MAX;
         token = next_value(&lexer))
        n++;
    return n;
}

static bool read_values(struct naming *naming, const struct field *field, struct ast_node *test)
{
    struct diagnostics inside;
    struct parser reader = {.lexer = {naming->text.text, (uint32_t)naming->text.length, 0, &inside},
                            .arena = naming->parser->arena,
                            .found = &inside};

    diagnostics_init(&inside, naming->text.text, naming->text.length);
    if (!lex_check_encoding(naming->text.text, naming->text.length, &inside))
        return tell(naming, &inside);
    for (uint32_t i = 0; i < naming->set.n && !inside.n; i++) {
        struct token token = next_value(&reader.lexer);
        struct ast_value *value = &test->values[naming->set.first + i];

        if (token.kind == TOKEN_BAD)
            break;
        if (!is_value(&token))
            diagnostic_expect(diagnostic_add(&inside, FAULT_SYNTAX, token.from, token.to,
                                             "\"%.*s\" is no value", parser_shown(&token),
                                             token.text),
                              "values: genes, codes or changes");
        else if (parser_value(&reader, field, &token, value)) {
            value->from = naming->token->from;
            value->to = naming->token->to;
        }
    }
    if (!inside.n) /* what ended the counting shows now */
        (void)next_value(&reader.lexer);
    return tell(naming, &inside);
}

static bool make_room(struct naming *naming, struct ast_node *test)
{
    struct parser *parser = naming->parser;
    struct ast_value *values;

    naming->set.first = test->n_values;
    naming->set.n = count_values(&naming->text);
    if (naming->set.n == 0)
        return refuse(naming, "the set has no values", "at least one");
    parser->n_values += naming->set.n;
    if (parser->n_values > AST_VALUES_MAX) {
        diagnostic_add(parser->found, FAULT_VALUES, naming->token->from, naming->token->to,
                       "a question has at most %d values, those of its sets with them",
                       AST_VALUES_MAX);
        return false;
    }
    values = parser_memory(parser, (test->n_values + naming->set.n) * sizeof(*values));
    if (!values)
        return false;
    if (test->n_values)
        memcpy(values, test->values, test->n_values * sizeof(*values));
    test->values = values;
    test->n_values += naming->set.n;
    return true;
}

bool parser_set_values(struct parser *parser, const struct field *field, const struct token *token,
                       struct ast_node *test)
{
    struct naming naming = {.parser = parser, .token = token};
    struct err err;

    if (!find(&naming) || !make_room(&naming, test) || !read_values(&naming, field, test))
        return false;
    if (!named_set_hash_values(test, naming.set.first, naming.set.n, naming.set.hash, &err))
        return parser_memory(parser, 0), false;
    return keep_set(&naming, test);
}

/* ---- a sub-question -------------------------------------------------------------------------- */

/* Recursion is bounded by AST_DEPTH_MAX. */
static void put_at(struct ast_node *node, const struct token *token)
{
    node->from = token->from;
    node->to = token->to;
    for (uint32_t i = 0; i < node->n_values; i++) {
        node->values[i].from = token->from;
        node->values[i].to = token->to;
    }
    for (uint32_t i = 0; i < node->n_children; i++)
        put_at(node->children[i], token);
}

static struct ast_node *read_question(struct naming *naming)
{
    struct diagnostics inside;
    struct parser reader = {.lexer = {naming->text.text, (uint32_t)naming->text.length, 0, &inside},
                            .arena = naming->parser->arena,
                            .found = &inside,
                            .nesting = naming->parser->nesting,
                            .n_values = naming->parser->n_values};
    struct ast_node *root = NULL;

    diagnostics_init(&inside, naming->text.text, naming->text.length);
    if (lex_check(naming->text.text, naming->text.length, &inside))
        root = parser_question(&reader);
    if (!tell(naming, &inside))
        return NULL;
    if (!root)
        return parser_memory(naming->parser, 0);
    if (root->kind == AST_ALL) {
        refuse(naming, "the set is empty", "a question");
        return NULL;
    }
    naming->parser->n_values = reader.n_values;
    put_at(root, naming->token);
    return root;
}

struct ast_node *parser_set_question(struct parser *parser)
{
    struct token token = parser->token;
    struct naming naming = {.parser = parser, .token = &token};
    struct ast_node *node, *inside;
    struct err err;

    parser_next(parser);
    if (parser->in_variant || parser->in_event) {
        refuse(&naming, "a set of a question cannot stand inside variant( ) or event( )",
               "its tests, or the set outside");
        parser->stopped = true;
        return NULL;
    }
    inside = find(&naming) ? read_question(&naming) : NULL;
    node = inside ? parser_around(parser, AST_SET, token.from, inside) : NULL;
    if (node)
        node->to = token.to;
    if (!node || !named_set_hash_question(inside, naming.set.hash, &err) ||
        !keep_set(&naming, node)) {
        parser->stopped = true;
        return NULL;
    }
    return node;
}
