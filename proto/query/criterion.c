/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses one test: field, operator, values. The vocabulary determines what each field allows.
 */
#include <string.h>
#include <strings.h>

#include "proto/base/date.h"
#include "proto/base/number.h"
#include "proto/base/suggest.h"
#include "proto/query/code_range.h"
#include "proto/query/parser.h"
#include "proto/query/vocabulary.h"

/* A test as it was read, before its meaning is checked. */
struct criterion_reading {
    const struct field *field; /* NULL: unknown or not supported, which was reported */
    struct token name;
    struct token sign; /* a TOKEN_COMPARE, or the word of the operator */
    struct token *values;
    uint32_t n_values;
    uint32_t room;
    const struct time_word *time; /* the unit of an age; NULL: none was given */
};

/* Weeks are days, seven at a time. */
static const struct time_word {
    const char *word; /* or the same without s */
    enum ast_time time;
    int64_t each;
    int64_t most;
} time_words[] = {
    {"years", TIME_YEARS, 1, 150},
    {"months", TIME_MONTHS, 1, 12 * 150},
    {"weeks", TIME_DAYS, 7, 366 * 150 / 7},
    {"days", TIME_DAYS, 1, 366 * 150},
};
#define N_TIME_WORDS (sizeof(time_words) / sizeof(time_words[0]))

static bool at_any_case(const struct parser *parser, const char *word)
{
    return parser->token.kind == TOKEN_WORD && parser->token.length == strlen(word) &&
           strncasecmp(parser->token.text, word, parser->token.length) == 0;
}

static const struct field *look_up_field(struct parser *parser, const struct token *name)
{
    char *text = parser_copy(parser, name->text, name->length);
    const struct field *measured = parser_measured_field(name);
    const struct field *field = measured ? measured : text ? field_by_name(text) : NULL;
    const struct unsupported *later = text ? unsupported_by_name(text) : NULL;
    struct suggest suggest;

    if (!text)
        return NULL;
    if (later) {
        diagnostic_add(parser->found, FAULT_UNSUPPORTED, name->from, name->to,
                       "not supported yet: \"%.*s\" (%s)", parser_shown(name), name->text,
                       later->what);
    } else if (!field) {
        struct diagnostic *one =
            diagnostic_add(parser->found, FAULT_FIELD, name->from, name->to,
                           "unknown field \"%.*s\"", parser_shown(name), name->text);

        suggest_start(&suggest, name->text, name->length);
        for (size_t i = 0; i < FIELD_COUNT; i++)
            suggest_offer(&suggest, vocabulary_fields[i].name);
        diagnostic_suggest(one, suggest.best);
    }
    return field;
}

static bool is_value(const struct token *token)
{
    return token->kind == TOKEN_SET || token->kind == TOKEN_CODE || token->kind == TOKEN_NUMBER ||
           token->kind == TOKEN_DATE || token->kind == TOKEN_STRING ||
           (token->kind == TOKEN_WORD && !lex_is_reserved(token->text, token->length));
}

static bool take_value(struct parser *parser, struct criterion_reading *test)
{
    if (!is_value(&parser->token)) {
        parser_unexpected(parser, parser->token.kind == TOKEN_WORD
                                      ? "a value; a keyword as a value is put in quotes"
                                      : "a value");
        return false;
    }
    if (test->n_values == test->room) {
        uint32_t room = test->room ? 2 * test->room : 4;
        struct token *grown = parser_memory(parser, room * sizeof(*grown));

        if (!grown)
            return false;
        if (test->n_values)
            memcpy(grown, test->values, test->n_values * sizeof(*grown));
        test->values = grown;
        test->room = room;
    }
    test->values[test->n_values++] = parser->token;
    parser_next(parser);
    return true;
}

/* True when the present token can only be a unit here. Keywords in capitals (AND) are not units. */
static bool at_unit(const struct parser *parser)
{
    if (parser->token.kind == TOKEN_STRING)
        return true;
    return parser->token.kind == TOKEN_WORD && is_value(&parser->token) &&
           !at_any_case(parser, "and") && !at_any_case(parser, "or");
}

static const struct time_word *time_word_of(const struct token *token)
{
    for (size_t i = 0; i < N_TIME_WORDS; i++) {
        size_t n = strlen(time_words[i].word);

        if (token->kind == TOKEN_WORD && (token->length == n || token->length == n - 1) &&
            strncasecmp(time_words[i].word, token->text, token->length) == 0)
            return &time_words[i];
    }
    return NULL;
}

bool parser_time(const struct token *token, enum ast_time *time, uint32_t *each, uint32_t *most)
{
    const struct time_word *word = time_word_of(token);

    if (!word)
        return false;
    *time = word->time;
    *each = (uint32_t)word->each;
    *most = (uint32_t)word->most;
    return true;
}

/* Both ends of a range have one unit: "between 6 months and 2 years" would have two meanings. */
static void take_time(struct parser *parser, struct criterion_reading *test)
{
    const struct token *unit = &parser->token;
    const struct time_word *time = time_word_of(unit);

    if (time && test->time && time != test->time)
        diagnostic_expect(diagnostic_add(parser->found, FAULT_UNIT, unit->from, unit->to,
                                         "the two ends of %s are in different units",
                                         test->field->name),
                          "%s at both ends", test->time->word);
    else if (!time)
        diagnostic_expect(diagnostic_add(parser->found, FAULT_UNIT, unit->from, unit->to,
                                         "%s has no unit \"%.*s\"", test->field->name,
                                         parser_shown(unit), unit->text),
                          "days, weeks, months, years, or no unit");
    test->time = time;
}

static void take_unit(struct parser *parser, struct criterion_reading *test)
{
    const struct token *unit = &parser->token, *value = &test->values[test->n_values - 1];
    struct diagnostic *one;

    if (!at_unit(parser))
        return;
    if (value->kind != TOKEN_NUMBER) {
        one = diagnostic_add(parser->found, FAULT_UNIT_PLACE, unit->from, unit->to,
                             "\"%.*s\" follows a value that is not a number", parser_shown(unit),
                             unit->text);
        diagnostic_expect(one, "and, or, or the end; a unit stands only after a number");
    } else if (test->field && test->field->field == FIELD_AGE) {
        take_time(parser, test);
    } else if (test->field) {
        one = diagnostic_add(parser->found, FAULT_UNIT, unit->from, unit->to,
                             "%s has no unit \"%.*s\"", test->field->name, parser_shown(unit),
                             unit->text);
        diagnostic_expect(one, "no unit");
    }
    parser_next(parser);
}

static bool take_list(struct parser *parser, struct criterion_reading *test)
{
    if (!parser_eat(parser, TOKEN_OPEN, "a list in parentheses"))
        return false;
    for (;;) {
        if (!take_value(parser, test))
            return false;
        if (!parser_at(parser, TOKEN_COMMA))
            break;
        parser_next(parser);
    }
    return parser_eat(parser, TOKEN_CLOSE, "a comma or )");
}

static bool take_between(struct parser *parser, struct criterion_reading *test)
{
    if (!take_value(parser, test))
        return false;
    if (time_word_of(&parser->token))
        take_unit(parser, test);
    if (!parser_at_word(parser, "and")) {
        parser_unexpected(parser, "and, as in between 18 and 65");
        return false;
    }
    parser_next(parser);
    if (!take_value(parser, test))
        return false;
    take_unit(parser, test);
    return true;
}

static bool read_operator(struct parser *parser, struct criterion_reading *test)
{
    static const char operators[] = "an operator: = != < <= > >= in between under excluded "
                                    "exists";

    test->sign = parser->token;
    if (parser_at(parser, TOKEN_COMPARE)) {
        parser_next(parser);
        if (!take_value(parser, test))
            return false;
        take_unit(parser, test);
        return true;
    }
    parser_next(parser);
    if (token_is(&test->sign, "in"))
        return parser_at(parser, TOKEN_SET) ? take_value(parser, test) : take_list(parser, test);
    if (token_is(&test->sign, "between"))
        return take_between(parser, test);
    if (token_is(&test->sign, "under") && parser_at(parser, TOKEN_OPEN))
        return take_list(parser, test);
    if (token_is(&test->sign, "under") || token_is(&test->sign, "excluded"))
        return take_value(parser, test);
    if (token_is(&test->sign, "exists"))
        return true;
    parser->token = test->sign;
    parser_unexpected(parser, operators);
    return false;
}

static unsigned operator_kind(const struct token *sign)
{
    char c = sign->text[0];

    if (sign->kind == TOKEN_COMPARE)
        return c == '=' || c == '!' ? ALLOW_IN | ALLOW_RANGE : ALLOW_RANGE;
    if (token_is(sign, "in"))
        return ALLOW_IN;
    if (token_is(sign, "under"))
        return ALLOW_UNDER;
    if (token_is(sign, "exists"))
        return ALLOW_EXISTS;
    return token_is(sign, "excluded") ? ALLOW_EXCLUDED : ALLOW_RANGE;
}

static bool operator_fits(struct parser *parser, const struct criterion_reading *test)
{
    const struct token *sign = &test->sign;
    unsigned allowed = test->field->operators;
    struct diagnostic *one;

    if (operator_kind(sign) & allowed)
        return true;
    one = diagnostic_add(parser->found, FAULT_OPERATOR, sign->from, sign->to,
                         "%s has no operator \"%.*s\"", test->field->name, parser_shown(sign),
                         sign->text);
    diagnostic_expect(one, "%s%s%s%s", allowed & ALLOW_RANGE ? "= != < <= > >= between" : "= != in",
                      allowed & ALLOW_UNDER ? " under" : "",
                      allowed & ALLOW_EXCLUDED ? " excluded" : "",
                      allowed & ALLOW_EXISTS ? " exists" : "");
    return false;
}

/* The largest number that makes sense, in the unit that was given. */
static int64_t most_of(const struct criterion_reading *test)
{
    return test->time ? test->time->most : test->field->most;
}

static bool date_value(struct parser *parser, const struct criterion_reading *test,
                       const struct token *token, int64_t *nano)
{
    const struct field *field = test->field;
    const char *text = parser_copy(parser, token->text, token->length);
    int32_t day;

    if (!text)
        return false;
    if (token->kind == TOKEN_DATE && date_parse(text, &day) && day >= field->least &&
        day <= field->most) {
        *nano = day * NUMBER_NANO;
        return true;
    }
    diagnostic_expect(diagnostic_add(parser->found,
                                     token->kind == TOKEN_DATE ? FAULT_RANGE : FAULT_KIND,
                                     token->from, token->to, "\"%.*s\" is no day",
                                     parser_shown(token), token->text),
                      "a day from 1850-01-01 to 2200-12-31");
    return false;
}

static bool number_value(struct parser *parser, const struct criterion_reading *test,
                         const struct token *token, int64_t *nano)
{
    const struct field *field = test->field;
    bool whole = field->form == FORM_INTEGER;
    enum number_fault fault;

    if (field->form == FORM_DATE)
        return date_value(parser, test, token, nano);
    if (token->kind != TOKEN_NUMBER) {
        diagnostic_expect(diagnostic_add(parser->found, FAULT_KIND, token->from, token->to,
                                         "\"%.*s\" is not a number", parser_shown(token),
                                         token->text),
                          "a number");
        return false;
    }
    if (whole && token->text[token->length - 1] == '%') {
        diagnostic_add(parser->found, FAULT_PERCENT, token->from, token->to,
                       "%s is not given in percent", field->name);
        return false;
    }
    fault = number_read(token->text, token->length, nano);
    if (fault == NUMBER_OK && *nano >= field->least * NUMBER_NANO &&
        *nano <= most_of(test) * NUMBER_NANO && !(whole && *nano % NUMBER_NANO))
        return true;
    diagnostic_expect(diagnostic_add(parser->found, FAULT_RANGE, token->from, token->to,
                                     fault == NUMBER_FINE ? "%s: %.*s is finer than 0.000000001"
                                                          : "%s cannot be %.*s",
                                     field->name, parser_shown(token), token->text),
                      "a %snumber from %lld to %lld", whole ? "whole " : "",
                      (long long)field->least, (long long)most_of(test));
    return false;
}

/* Weeks become days, and months years where both ends are those of whole years. */
static void settle_time(const struct criterion_reading *test, struct ast_node *node)
{
    const int64_t year = 12 * NUMBER_NANO, each = test->time ? test->time->each : 1;
    bool low = node->low_nano != INT64_MIN, high = node->high_nano != INT64_MAX;

    node->time = test->time ? test->time->time : TIME_YEARS;
    if (low)
        node->low_nano *= each;
    if (high)
        node->high_nano = node->high_nano * each + (each - 1) * NUMBER_NANO;
    if (node->time != TIME_MONTHS || (low && node->low_nano % year) ||
        (high && (node->high_nano + NUMBER_NANO) % year))
        return;
    node->time = TIME_YEARS;
    if (low)
        node->low_nano /= 12;
    if (high)
        node->high_nano = (node->high_nano + NUMBER_NANO) / 12 - NUMBER_NANO;
}

/* Turns strict bounds into closed ones, by one whole number or by 1e-9. */
static bool understand_range(struct parser *parser, const struct criterion_reading *test,
                             struct ast_node *node)
{
    const struct field *field = test->field;
    int64_t first, last, step = field->form == FORM_SHARE ? 1 : NUMBER_NANO;
    const char *form = test->sign.text;
    bool strict = test->sign.length == 1;

    if (!number_value(parser, test, &test->values[0], &first))
        return false;
    last = first;
    if (test->n_values > 1 && !number_value(parser, test, &test->values[1], &last))
        return false;
    node->op = OP_RANGE;
    node->low_nano = form[0] == '<' ? INT64_MIN : form[0] == '>' && strict ? first + step : first;
    node->high_nano = form[0] == '>' ? INT64_MAX : form[0] == '<' && strict ? last - step : last;
    if (node->low_nano <= node->high_nano && node->high_nano >= field->least * NUMBER_NANO &&
        node->low_nano <= most_of(test) * NUMBER_NANO) {
        settle_time(test, node);
        return true;
    }
    diagnostic_add(parser->found, FAULT_EMPTY, test->name.from, parser->last_to,
                   "no %s is in this range", field->name);
    return false;
}

static bool few_values(struct parser *parser, const struct criterion_reading *test)
{
    if (parser->n_values <= AST_VALUES_MAX)
        return true;
    diagnostic_add(parser->found, FAULT_VALUES, test->name.from, parser->last_to,
                   "a question has at most %d values", AST_VALUES_MAX);
    return false;
}

/* A stretch of codes stands after `under` alone, and counts as what is looked up for it. */
static bool take_codes(struct parser *parser, const struct criterion_reading *test,
                       const struct ast_value *value)
{
    struct code_prefixes prefixes;
    struct code_range range;

    if (value->kind != VALUE_CODES)
        return true;
    if (!token_is(&test->sign, "under")) {
        diagnostic_expect(diagnostic_add(parser->found, FAULT_OPERATOR, test->sign.from,
                                         test->sign.to, "%s are several codes: \"%.*s\" takes none",
                                         value->text, parser_shown(&test->sign), test->sign.text),
                          "%s under %s", test->field->name, value->text);
        return false;
    }
    if (code_range_read(value->text, strlen(value->text), &range)) {
        code_range_prefixes(&range, &prefixes);
        parser->n_values += (uint32_t)prefixes.n - 1;
    }
    return true;
}

/* The values of sets come after all others. */
static bool take_sets(struct parser *parser, const struct criterion_reading *test,
                      struct ast_node *node)
{
    for (uint32_t i = 0; i < test->n_values; i++) {
        const struct token *token = &test->values[i];

        if (token->kind != TOKEN_SET)
            continue;
        if (test->sign.kind == TOKEN_COMPARE) {
            diagnostic_expect(diagnostic_add(parser->found, FAULT_SET, token->from, token->to,
                                             "%.*s has several values", parser_shown(token),
                                             token->text),
                              "%s in %.*s", test->field->name, parser_shown(token), token->text);
            return false;
        }
        if (!parser_set_values(parser, test->field, token, node))
            return false;
    }
    return true;
}

static bool understand_values(struct parser *parser, const struct criterion_reading *test,
                              struct ast_node *node)
{
    bool ok = true;

    node->op = token_is(&test->sign, "under")      ? OP_UNDER
               : token_is(&test->sign, "excluded") ? OP_EXCLUDED
                                                   : OP_IN;
    node->values = parser_memory(parser, test->n_values * sizeof(*node->values));
    if (!node->values)
        return false;
    for (uint32_t i = 0; i < test->n_values; i++) {
        if (test->values[i].kind == TOKEN_SET)
            continue;
        ok = parser_value(parser, test->field, &test->values[i], &node->values[node->n_values++]) &&
             ok;
        parser->n_values++;
    }
    if (!ok || !few_values(parser, test) || !take_sets(parser, test, node))
        return false;
    for (uint32_t i = 0; ok && i < node->n_values; i++)
        ok = take_codes(parser, test, &node->values[i]);
    return ok && few_values(parser, test);
}

/* A number exists when it is any; a frequency, when the resource has the variant at all. */
static void understand_exists(struct parser *parser, const struct criterion_reading *test,
                              struct ast_node *node)
{
    if (parser->in_event)
        diagnostic_expect(diagnostic_add(parser->found, FAULT_OPERATOR, test->sign.from,
                                         test->sign.to, "exists has no place inside event( )"),
                          "= in under, or %s exists outside it", test->field->name);
    node->op = OP_EXISTS;
    if (!(test->field->operators & ALLOW_RANGE))
        return;
    node->low_nano = test->field->form == FORM_SHARE ? 1 : INT64_MIN;
    node->high_nano = INT64_MAX;
}

/* Inside event( ) stand the codes of events, and the date and age of the one that is meant. */
static void check_event_scope(struct parser *parser, const struct criterion_reading *test)
{
    const struct field *field = test->field;
    bool coded = field->form == FORM_CODE || field->field == FIELD_AGE;

    if (parser->in_event == (field->scope == SCOPE_EVENT) || (parser->in_event && coded))
        return;
    diagnostic_expect(diagnostic_add(parser->found, FAULT_SCOPE, test->name.from, test->name.to,
                                     parser->in_event ? "%s is no field of an event"
                                                      : "%s is a field of an event and stands "
                                                        "inside event( ) only",
                                     field->name),
                      parser->in_event ? "diagnosis phenotype treatment procedure observation lab "
                                         "specimen report death pathogen classification code date "
                                         "age"
                                       : "event(diagnosis under icd10:C50 and date >= 2020-01-01)");
}

static void check_scope(struct parser *parser, const struct criterion_reading *test)
{
    if (!parser->in_variant)
        check_event_scope(parser, test);
    if (!parser->in_variant || test->field->scope == SCOPE_VARIANT)
        return;
    diagnostic_expect(
        diagnostic_add(parser->found, FAULT_SCOPE, test->name.from, test->name.to,
                       "%s is a field of a person and cannot stand inside variant( )",
                       test->field->name),
        "a field of a variant: gene consequence change locus zygosity af vaf clinvar svtype length "
        "copies");
}

static struct ast_node *negate(struct parser *parser, struct ast_node *node)
{
    node->negated = true;
    return parser_around(parser, AST_NOT, node->from, node);
}

static struct ast_node *read_measured(struct parser *parser, const struct criterion_reading *test,
                                      struct ast_node *node)
{
    bool unequal;

    node->field = test->field->field;
    check_scope(parser, test);
    if (!parser_measured(parser, test->field, &test->name, node, &unequal))
        return NULL;
    node->to = parser->last_to;
    return unequal ? negate(parser, node) : node;
}

struct ast_node *parser_criterion(struct parser *parser)
{
    struct criterion_reading test = {.name = parser->token};
    struct ast_node *node = parser_node(parser, AST_TEST, test.name.from);

    if (!node)
        return NULL;
    test.field = look_up_field(parser, &test.name);
    parser_next(parser);
    if (test.field && !parser->stopped &&
        (parser_measured_field(&test.name) || parser_at_measured(parser, test.field)))
        return read_measured(parser, &test, node);
    if (parser->stopped || !read_operator(parser, &test))
        return NULL;
    node->to = parser->last_to;
    if (!test.field)
        return node; /* the mistake was reported; parsing goes on to find more, but the tree will
                      * not be used */
    node->field = test.field->field;
    check_scope(parser, &test);
    if (!operator_fits(parser, &test))
        return node;
    if (token_is(&test.sign, "exists"))
        understand_exists(parser, &test, node);
    else if (test.field->operators & ALLOW_RANGE)
        understand_range(parser, &test, node);
    else
        understand_values(parser, &test, node);
    return test.sign.text[0] == '!' ? negate(parser, node) : node;
}
