/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses what is said of events in time: event( ), alone or in relation to another, sequence( ) and
 * "at least n times ( )". What stands inside is one event: tests of codes, of which one must hold,
 * or one somatic variant( ), which is on the day of its sample; and tests of its date and of the
 * age then, which must all hold.
 */
#include <assert.h>
#include <string.h>

#include "proto/query/parser.h"
#include "proto/query/two_hits.h"
#include "proto/query/vocabulary.h"

#define NUMBER_DIGITS 5

/* A whole number without sign and percent. */
static bool read_number(struct parser *parser, uint32_t *n)
{
    const struct token *token = &parser->token;
    bool whole = token->kind == TOKEN_NUMBER && token->length <= NUMBER_DIGITS;

    *n = 0;
    for (uint32_t i = 0; whole && i < token->length; i++) {
        whole = token->text[i] >= '0' && token->text[i] <= '9';
        *n = *n * 10 + (uint32_t)(token->text[i] - '0');
    }
    if (parser->stopped || !whole) {
        parser_unexpected(parser, "a whole number, as in within 12 months");
        return false;
    }
    parser_next(parser);
    return true;
}

/* The unit, and the bounds in it: weeks become days. */
static bool read_time(struct parser *parser, struct ast_gap *gap)
{
    const struct token *token = &parser->token;
    uint32_t each = 1, most = 0;

    if (parser->stopped || !parser_time(token, &gap->time, &each, &most)) {
        parser_unexpected(parser, "days, weeks, months or years");
        return false;
    }
    if (gap->first > most || gap->last > most)
        diagnostic_expect(diagnostic_add(parser->found, FAULT_RANGE, token->from, token->to,
                                         "a time between events is not so long"),
                          "at most %u %.*s", most, parser_shown(token), token->text);
    gap->first *= each;
    gap->last *= each;
    parser_next(parser);
    return true;
}

static bool at_number(const struct parser *parser)
{
    return parser_at(parser, TOKEN_NUMBER);
}

static bool read_between(struct parser *parser, struct ast_gap *gap)
{
    struct token place = parser->token;

    gap->form = GAP_BETWEEN;
    if (!read_number(parser, &gap->first))
        return false;
    if (!parser_at_word(parser, "to")) {
        parser_unexpected(parser, "to, as in 1 to 3 months");
        return false;
    }
    parser_next(parser);
    if (!read_number(parser, &gap->last))
        return false;
    if (gap->first > gap->last)
        diagnostic_add(parser->found, FAULT_EMPTY, place.from, parser->last_to,
                       "no time is from %u to %u", gap->first, gap->last);
    return read_time(parser, gap);
}

static bool read_within(struct parser *parser, struct ast_gap *gap)
{
    gap->form = GAP_WITHIN;
    parser_next(parser);
    return read_number(parser, &gap->last) && read_time(parser, gap);
}

/* Leaves a gap of no form where none is said. */
static bool read_gap(struct parser *parser, struct ast_gap *gap)
{
    if (parser_at_word(parser, "within"))
        return read_within(parser, gap);
    if (at_number(parser))
        return read_between(parser, gap);
    if (!parser_at_word(parser, "at"))
        return true;
    gap->form = GAP_LEAST;
    parser_next(parser);
    if (!parser_at_word(parser, "least")) {
        parser_unexpected(parser, "least, as in at least 90 days");
        return false;
    }
    parser_next(parser);
    return read_number(parser, &gap->first) && read_time(parser, gap);
}

/* ---- what stands inside ---------------------------------------------------------------------- */

static bool is_coded(const struct ast_node *node)
{
    return node->kind == AST_TEST && vocabulary_fields[node->field].form == FORM_CODE &&
           node->op != OP_EXCLUDED;
}

static bool is_codes(const struct ast_node *node)
{
    if (node->kind != AST_OR)
        return is_coded(node);
    for (uint32_t i = 0; i < node->n_children; i++)
        if (!is_coded(node->children[i]))
            return false;
    return true;
}

/* Of structural variants no day is kept. */
static bool is_of_sample(const struct ast_node *node)
{
    return node->kind == AST_VARIANT && node->origin == ORIGIN_SOMATIC && !two_hits_is(node) &&
           !vocabulary_structural(node->children[0]);
}

static bool is_what(const struct ast_node *node)
{
    return is_codes(node) || is_of_sample(node);
}

static bool is_of_time(const struct ast_node *node)
{
    return node->kind == AST_TEST && (node->field == FIELD_DATE || node->field == FIELD_AGE);
}

static bool is_one_event(const struct ast_node *node)
{
    uint32_t codes = 0, times = 0;

    if (node->kind != AST_AND)
        return is_what(node);
    for (uint32_t i = 0; i < node->n_children; i++) {
        codes += is_what(node->children[i]);
        times += is_of_time(node->children[i]);
    }
    return codes == 1 && codes + times == node->n_children;
}

/* The node of one event, around what was read of it. */
static struct ast_node *event_node(struct parser *parser, uint32_t from, struct ast_node *inside)
{
    struct ast_node *node = inside ? parser_around(parser, AST_EVENT, from, inside) : NULL;

    if (!node)
        return NULL;
    node->to = parser->last_to;
    if (!parser->found->n && !is_one_event(inside))
        diagnostic_expect(
            diagnostic_add(parser->found, FAULT_EVENT, inside->from, inside->to,
                           "an event is one code, or one of several, or one somatic variant of "
                           "bases, and its date and age"),
            "codes joined by or, and then date and age joined by and, as in "
            "event(diagnosis under icd10:C50 and age < 50)");
    return node;
}

static bool enter_event(struct parser *parser)
{
    if (parser->in_event || parser->in_variant) {
        diagnostic_add(parser->found, FAULT_NESTING, parser->token.from, parser->token.to,
                       "\"%.*s\" cannot stand inside another group", parser_shown(&parser->token),
                       parser->token.text);
        parser->stopped = true;
        return false;
    }
    return true;
}

/* event( ) at its keyword. */
static struct ast_node *read_event(struct parser *parser)
{
    uint32_t from = parser->token.from;
    struct ast_node *inside;

    parser_next(parser);
    parser->in_event = true;
    inside = parser_group(parser);
    parser->in_event = false;
    return event_node(parser, from, inside);
}

/* ---- the three forms ------------------------------------------------------------------------- */

static bool read_side(struct parser *parser, struct ast_node *node)
{
    static const char *const words[] = {
        [SIDE_BEFORE] = "before", [SIDE_AFTER] = "after", [SIDE_OF] = "of"};

    for (int side = SIDE_BEFORE; side <= SIDE_OF; side++)
        if (parser_at_word(parser, words[side])) {
            node->side = (enum ast_side)side;
            parser_next(parser);
            return true;
        }
    parser_unexpected(parser, "before, after or of, and then event(...)");
    return false;
}

static bool at_relation(const struct parser *parser)
{
    static const char *const words[] = {"within", "at", "before", "after", "of"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (parser_at_word(parser, words[i]))
            return true;
    return at_number(parser);
}

/* Events of different days are never within no time. */
static void refuse_none(struct parser *parser, const struct ast_gap *gap, uint32_t from)
{
    if (gap->form == GAP_WITHIN && gap->last == 0)
        diagnostic_expect(diagnostic_add(parser->found, FAULT_EMPTY, from, parser->last_to,
                                         "no other day is within 0"),
                          "0 to 0 days, or within 0 days of, for the same day");
}

struct ast_node *parser_event(struct parser *parser)
{
    assert(parser);
    struct ast_node *first, *node;

    if (!enter_event(parser))
        return NULL;
    first = read_event(parser);
    if (!first || parser->stopped || !at_relation(parser))
        return first;
    node = parser_node(parser, AST_RELATION, first->from);
    if (!node || !read_gap(parser, &node->gap) || !read_side(parser, node))
        return NULL;
    if (node->side != SIDE_OF)
        refuse_none(parser, &node->gap, first->from);
    if (!parser_at_word(parser, "event"))
        return parser_unexpected(parser, "event(...)");
    node->children = parser_memory(parser, 2 * sizeof(struct ast_node *));
    if (!node->children)
        return NULL;
    node->children[0] = first;
    node->children[1] = read_event(parser);
    node->n_children = 2;
    node->to = parser->last_to;
    return node->children[1] ? node : NULL;
}

/* The events of a sequence, up to its closing parenthesis. */
static bool read_steps(struct parser *parser, struct node_list *list)
{
    struct ast_gap gap = {0};

    for (;;) {
        uint32_t from = parser->token.from;
        struct ast_node *inside = parser_or(parser), *step = event_node(parser, from, inside);

        if (!step || !parser_list(parser, list, step))
            return false;
        step->gap = gap;
        if (!parser_at_word(parser, "then"))
            return parser_eat(parser, TOKEN_CLOSE, "then, or a closing parenthesis");
        parser_next(parser);
        gap = (struct ast_gap){0};
        if (!read_gap(parser, &gap))
            return false;
        refuse_none(parser, &gap, from);
    }
}

struct ast_node *parser_sequence(struct parser *parser)
{
    assert(parser);
    uint32_t from = parser->token.from;
    struct node_list list = {0};
    struct ast_node *node;
    bool read;

    if (!enter_event(parser))
        return NULL;
    parser_next(parser);
    if (!parser_eat(parser, TOKEN_OPEN, "("))
        return NULL;
    parser->in_event = true;
    read = read_steps(parser, &list);
    parser->in_event = false;
    node = read ? parser_node(parser, AST_SEQUENCE, from) : NULL;
    if (!node)
        return NULL;
    if (list.n < 2)
        return parser_unexpected(parser, "then and another event before the parenthesis");
    node->children = list.items;
    node->n_children = list.n;
    node->to = parser->last_to;
    return node;
}

struct ast_node *parser_times(struct parser *parser, uint32_t from, uint32_t n)
{
    assert(parser);
    struct ast_node *node, *event;

    if (!enter_event(parser))
        return NULL;
    if (n < 1)
        diagnostic_expect(diagnostic_add(parser->found, FAULT_AT_LEAST, from, parser->token.to,
                                         "at least %u times", n),
                          "a number from 1 on");
    event = read_event(parser); /* "times" stands where "event" does */
    node = event ? parser_around(parser, AST_TIMES, from, event) : NULL;
    if (!node)
        return NULL;
    node->at_least = n;
    if (parser_at_word(parser, "within") && !read_within(parser, &node->gap))
        return NULL;
    if (n > 1)
        refuse_none(parser, &node->gap, from);
    node->to = parser->last_to;
    return node;
}
