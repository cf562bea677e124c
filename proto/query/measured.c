/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses what an event measured or was answered: "lab npu:NPU19651 >= 4.9 mmol/L", the same as
 * "lab.NPU19651 ...", and "observation loinc:89247-1 = LA9622-7".
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/number.h"
#include "proto/query/code.h"
#include "proto/query/parser.h"
#include "proto/query/unit.h"
#include "proto/query/vocabulary.h"

#define ANSWER_BYTES 64 /* a longer one is stored nowhere */

static const char forms[] =
    "= != < <= > >= between and a number with its unit, or = != in and answers";

static bool holds(const struct field *field)
{
    return field->operators & ALLOW_VALUE;
}

const struct field *parser_measured_field(const struct token *name)
{
    assert(name);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct field *field = &vocabulary_fields[i];
        size_t length = strlen(field->name);

        if (holds(field) && name->kind == TOKEN_WORD && name->length > length + 1 &&
            name->text[length] == '.' && memcmp(name->text, field->name, length) == 0)
            return field;
    }
    return NULL;
}

bool parser_at_measured(const struct parser *parser, const struct field *field)
{
    assert(parser && field);
    return holds(field) && (parser->token.kind == TOKEN_CODE || parser->token.kind == TOKEN_STRING);
}

/* "lab.NPU19651": the code is of the first system that has its form. */
static bool bare_code(struct parser *parser, const struct field *field, const struct token *name,
                      struct token *code)
{
    static const char *const systems[] = {"npu", "loinc"};
    const char *bare = name->text + strlen(field->name) + 1;
    int length = (int)(name->length - strlen(field->name) - 1);
    char text[CODE_TEXT_MAX], tried[CODE_TEXT_MAX];
    struct code read;

    *code = *name;
    snprintf(text, sizeof(text), "%.*s", length, bare);
    for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
        int n = snprintf(tried, sizeof(tried), "%s:%s", systems[i], text);

        if (n >= (int)sizeof(tried) || code_read(tried, (size_t)n, &read) != CODE_OK)
            continue;
        code->kind = TOKEN_CODE;
        code->text = parser_copy(parser, tried, (size_t)n);
        code->length = (uint32_t)n;
        return code->text != NULL;
    }
    diagnostic_expect(diagnostic_add(parser->found, FAULT_FORM, name->from, name->to,
                                     "no code of NPU or LOINC has this form: \"%.*s\"", length,
                                     bare),
                      "%s SYSTEM:CODE and an operator, as in %s npu:NPU19651 >= 4.9 mmol/L",
                      field->name, field->name);
    return false;
}

/* A stretch of codes has no one value. */
static bool take_code(struct parser *parser, const struct field *field, const struct token *token,
                      struct ast_node *node)
{
    if (!parser_value(parser, field, token, &node->values[0]))
        return false;
    node->n_values = 1;
    parser->n_values++;
    if (node->values[0].kind == VALUE_CODE)
        return true;
    diagnostic_expect(diagnostic_add(parser->found, FAULT_OPERATOR, token->from, token->to,
                                     "several codes have not one value"),
                      "one code");
    return false;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static bool take_number(struct parser *parser, int64_t *nano, bool *percent)
{
    const struct token *token = &parser->token;
    enum number_fault fault;

    if (token->kind != TOKEN_NUMBER) {
        parser_unexpected(parser, "a number");
        return false;
    }
    fault = number_read(token->text, token->length, nano);
    if (fault != NUMBER_OK)
        diagnostic_expect(diagnostic_add(parser->found, FAULT_RANGE, token->from, token->to,
                                         fault == NUMBER_FINE ? "%.*s is finer than 0.000000001"
                                                              : "a value cannot be %.*s",
                                         parser_shown(token), token->text),
                          "a number from -999999999 to 999999999");
    *percent = token->text[token->length - 1] == '%';
    parser_next(parser);
    return true;
}

/* The unit after the last number. A percentage was made a share of 1. */
static bool take_unit(struct parser *parser, bool percent, struct ast_node *node)
{
    const struct token *token = &parser->token;
    char keyword[16];
    bool here = token->kind == TOKEN_STRING ||
                (token->kind == TOKEN_WORD && !lex_is_reserved(token->text, token->length) &&
                 !parser_in_capitals(token, keyword, sizeof(keyword)));
    const struct unit *unit = NULL;
    char *text;

    if (!here && !percent)
        return true;
    text = parser_copy(parser, here ? token->text : "1", here ? token->length : 1);
    if (!text)
        return false;
    unit = here && percent ? NULL : unit_find(text);
    if (!unit)
        diagnostic_expect(
            diagnostic_add(parser->found, FAULT_UNIT, token->from, token->to,
                           percent ? "a percentage has no other unit" : "there is no unit \"%.*s\"",
                           parser_shown(token), token->text),
            "a unit of UCUM, such as mmol/L, g/L, U/L or \"10*9/L\"");
    else
        node->values[node->n_values++] = (struct ast_value){.kind = VALUE_WORD,
                                                            .text = unit->name,
                                                            .from = token->from,
                                                            .to = here ? token->to : token->from};
    if (here)
        parser_next(parser);
    return true;
}

static bool take_range(struct parser *parser, const struct token *sign, struct ast_node *node)
{
    bool strict = sign->kind == TOKEN_COMPARE && sign->length == 1, percent, second = false;
    int64_t first, last;

    if (!take_number(parser, &first, &percent))
        return false;
    last = first;
    if (sign->kind != TOKEN_COMPARE) {
        if (!parser_at_word(parser, "and")) {
            parser_unexpected(parser, "and, as in between 4 and 6 mmol/L");
            return false;
        }
        parser_next(parser);
        if (!take_number(parser, &last, &second))
            return false;
    }
    node->op = OP_MEASURED;
    node->low_nano = sign->text[0] == '<' ? INT64_MIN : first + (sign->text[0] == '>' && strict);
    node->high_nano = sign->text[0] == '>' ? INT64_MAX : last - (sign->text[0] == '<' && strict);
    if (sign->kind != TOKEN_COMPARE && percent != second)
        diagnostic_expect(diagnostic_add(parser->found, FAULT_UNIT, sign->from, parser->last_to,
                                         "the two ends are in different units"),
                          "one unit, after the second number");
    else if (node->low_nano > node->high_nano)
        diagnostic_add(parser->found, FAULT_EMPTY, sign->from, parser->last_to,
                       "no value is in this range");
    return take_unit(parser, percent || second, node);
}

/* ---- answers --------------------------------------------------------------------------------- */

static bool is_answer(const struct token *token)
{
    return token->kind == TOKEN_STRING || token->kind == TOKEN_CODE ||
           (token->kind == TOKEN_WORD && !lex_is_reserved(token->text, token->length));
}

/* Makes room as it goes: a list is as long as it is. */
static bool take_answer(struct parser *parser, struct ast_node *node)
{
    const struct token *token = &parser->token;
    struct ast_value *grown;

    if (!is_answer(token) || !token->length) {
        parser_unexpected(parser, "an answer; one that is a number or a keyword stands in quotes");
        return false;
    }
    if (token->length > ANSWER_BYTES)
        diagnostic_add(parser->found, FAULT_VALUE_LONG, token->from, token->to,
                       "an answer has at most %d bytes", ANSWER_BYTES);
    if (++parser->n_values > AST_VALUES_MAX) {
        diagnostic_add(parser->found, FAULT_VALUES, token->from, token->to,
                       "a question has at most %d values", AST_VALUES_MAX);
        parser->stopped = true;
        return false;
    }
    grown = parser_memory(parser, (node->n_values + (size_t)1) * sizeof(*grown));
    if (!grown)
        return false;
    memcpy(grown, node->values, node->n_values * sizeof(*grown));
    node->values = grown;
    grown += node->n_values;
    *grown = (struct ast_value){.kind = VALUE_WORD, .from = token->from, .to = token->to};
    grown->text = parser_copy(parser, token->text, token->length);
    node->n_values += grown->text != NULL;
    parser_next(parser);
    return grown->text != NULL;
}

static bool take_answers(struct parser *parser, const struct token *sign, struct ast_node *node)
{
    node->op = OP_ANSWERED;
    if (sign->kind == TOKEN_COMPARE)
        return take_answer(parser, node);
    if (!parser_eat(parser, TOKEN_OPEN, "a list in parentheses"))
        return false;
    while (take_answer(parser, node)) {
        if (!parser_at(parser, TOKEN_COMMA))
            return parser_eat(parser, TOKEN_CLOSE, "a comma or )");
        parser_next(parser);
    }
    return false;
}

/* ---- the test -------------------------------------------------------------------------------- */

static bool take_rest(struct parser *parser, struct ast_node *node, bool *unequal)
{
    struct token sign = parser->token;
    bool equals = sign.kind == TOKEN_COMPARE && (sign.text[0] == '=' || sign.text[0] == '!');

    *unequal = sign.text && sign.length && sign.text[0] == '!';
    if (sign.kind != TOKEN_COMPARE && !token_is(&sign, "between") && !token_is(&sign, "in")) {
        parser_unexpected(parser, forms);
        return false;
    }
    parser_next(parser);
    if (token_is(&sign, "in") || (equals && parser->token.kind != TOKEN_NUMBER))
        return take_answers(parser, &sign, node);
    return take_range(parser, &sign, node);
}

bool parser_measured(struct parser *parser, const struct field *field, const struct token *name,
                     struct ast_node *node, bool *unequal)
{
    assert(parser && field && name && node && unequal);
    struct token code = parser->token;

    *unequal = false;
    node->values = parser_memory(parser, 2 * sizeof(*node->values));
    if (!node->values)
        return false;
    if (parser_measured_field(name)) {
        if (!bare_code(parser, field, name, &code))
            parser->stopped = true;
    } else {
        parser_next(parser);
    }
    if (parser->stopped)
        return false;
    if (!take_code(parser, field, &code, node))
        parser->stopped = true;
    return !parser->stopped && take_rest(parser, node, unequal);
}
