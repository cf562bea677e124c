/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a value of a test: from its token to the one spelling that all comparisons use.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/suggest.h"
#include "proto/query/code.h"
#include "proto/query/code_range.h"
#include "proto/query/code_system.h"
#include "proto/query/gene_symbol.h"
#include "proto/query/parser.h"
#include "proto/query/place.h"
#include "proto/query/place_typed.h"
#include "proto/query/region.h"
#include "proto/query/vocabulary.h"

static struct diagnostic *complain(struct parser *parser, enum fault fault,
                                   const struct token *token, const char *what)
{
    return diagnostic_add(parser->found, fault, token->from, token->to, "%s \"%.*s\"", what,
                          parser_shown(token), token->text);
}

static bool is_text(const struct token *token)
{
    return token->kind == TOKEN_WORD || token->kind == TOKEN_STRING;
}

static bool wrong_kind(struct parser *parser, const struct token *token, const char *expected)
{
    diagnostic_expect(complain(parser, FAULT_KIND, token, "another kind of value is needed than"),
                      "%s", expected);
    return false;
}

static void expect_words(struct diagnostic *one, const struct field *field)
{
    char list[sizeof(one->expected)] = "";
    size_t n, used = 0;
    const struct word *words = field_words(field->field, &n);

    if (field->field == FIELD_CONSEQUENCE) {
        diagnostic_expect(one, "lof, missense_or_worse, or a term such as missense_variant");
        return;
    }
    for (size_t i = 0; i < n && used < sizeof(list); i++)
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i ? ", " : "",
                                 words[i].text);
    diagnostic_expect(one, "%s", list);
}

static bool word_value(struct parser *parser, const struct field *field, const struct token *token,
                       struct ast_value *value)
{
    char *text = is_text(token) ? parser_copy(parser, token->text, token->length) : NULL;
    const struct word *words;
    struct diagnostic *one;
    struct suggest suggest;
    size_t n;

    if (!is_text(token))
        return wrong_kind(parser, token, "a word");
    if (!text)
        return false;
    *value = (struct ast_value){.kind = VALUE_WORD, .text = text};
    if (field_word(field->field, text))
        return true;
    one = diagnostic_add(parser->found, FAULT_WORD, token->from, token->to,
                         "%s has no value \"%.*s\"", field->name, parser_shown(token), token->text);
    suggest_start(&suggest, token->text, token->length);
    words = field_words(field->field, &n);
    for (size_t i = 0; i < n; i++)
        suggest_offer(&suggest, words[i].text);
    diagnostic_suggest(one, suggest.best);
    expect_words(one, field);
    return false;
}

static bool region_value(struct parser *parser, const struct token *token, struct ast_value *value)
{
    const struct region *region;
    struct diagnostic *one;
    struct suggest suggest;
    char *text;

    if (!is_text(token) && token->kind != TOKEN_NUMBER)
        return wrong_kind(parser, token, "a region: Skåne, 12 or M");
    text = parser_copy(parser, token->text, token->length);
    if (!text)
        return false;
    region = region_by_text(text);
    if (region) {
        *value = (struct ast_value){.kind = VALUE_WORD, .text = region->code};
        return true;
    }
    one = complain(parser, FAULT_WORD, token, "there is no region");
    if (token->length == 1 && isdigit((unsigned char)text[0])) {
        char padded[3] = {'0', text[0], 0};

        diagnostic_suggest(one, region_by_code(padded) ? padded : NULL);
    }
    suggest_start(&suggest, token->text, token->length);
    for (size_t i = 0; i < REGION_COUNT; i++)
        suggest_offer(&suggest, regions[i].word);
    diagnostic_suggest(one, suggest.best);
    diagnostic_expect(one, "a region by name, letter or two-digit code: Skåne, M or 12");
    return false;
}

/* A gene symbol without quotes is changed to HGNC's spelling; in quotes it is used unchanged. */
static bool gene_value(struct parser *parser, const struct token *token, struct ast_value *value)
{
    char *text;

    if (!is_text(token))
        return wrong_kind(parser, token, "a gene symbol such as BRCA1");
    text = parser_copy(parser, token->text, token->length);
    if (!text)
        return false;
    if (!gene_symbol_is_one(text)) {
        diagnostic_expect(complain(parser, FAULT_FORM, token, "this is no gene symbol:"),
                          "letters, digits and signs of ASCII, without spaces");
        return false;
    }
    if (token->kind == TOKEN_WORD)
        gene_symbol_fold(text);
    *value = (struct ast_value){.kind = VALUE_WORD, .text = text};
    return true;
}

static bool system_fits(struct parser *parser, const struct field *field, const struct token *token,
                        const char *system)
{
    const struct code_system *of = code_system_named(system);
    struct diagnostic *one;

    if ((field->field != FIELD_DIAGNOSIS && field->field != FIELD_PHENOTYPE) ||
        (field->field == FIELD_PHENOTYPE ? of->phenotype : of->diagnosis))
        return true;
    one = diagnostic_add(parser->found, FAULT_WORD, token->from, token->to,
                         "a %s is not given in %s", field->name, system);
    diagnostic_expect(one, "%s; any other system by code = SYSTEM:CODE",
                      field->field == FIELD_PHENOTYPE
                          ? "HP:0001250"
                          : "a code of icd10, snomed, omim, orpha or mondo, such as icd10:C50");
    if (strcmp(system, "hp") == 0)
        diagnostic_suggest(one, "phenotype");
    return false;
}

/* Reports the unknown system, or the form that a code of its system must have. */
static bool wrong_code(struct parser *parser, const struct token *token, enum code_fault fault)
{
    const char *colon = memchr(token->text, ':', token->length);
    char system[CODE_SYSTEM_MAX] = "icd10", repaired[CODE_TEXT_MAX];
    struct diagnostic *one;
    const char *form;

    if (colon)
        snprintf(system, sizeof(system), "%.*s", (int)(colon - token->text), token->text);
    if (fault == CODE_NO_SYSTEM) {
        one = complain(parser, FAULT_WORD, token, "there is no code system of this name:");
        diagnostic_suggest(one, code_system_near(system));
        diagnostic_expect(one, "a system such as icd10, hp, snomed, orpha, omim, atc or kva");
        return false;
    }
    if (code_range_twofold(token->text, token->length)) {
        diagnostic_expect(complain(parser, FAULT_FORM, token, "a chapter or a letter:"), "%s",
                          code_range_twofold(token->text, token->length));
        return false;
    }
    one = complain(parser, FAULT_FORM, token, "this has not the form of a code:");
    if (code_repair(token->text, token->length, repaired))
        diagnostic_suggest(one, repaired);
    form = code_shape(system);
    diagnostic_expect(one, "%s", form ? form : "SYSTEM:CODE");
    return false;
}

/* False, and nothing is reported, when the token is no stretch of codes. */
static bool codes_value(struct parser *parser, const struct token *token, struct ast_value *value)
{
    struct code_range range;
    char text[CODE_TEXT_MAX];

    if (!code_range_read(token->text, token->length, &range))
        return false;
    code_range_print(&range, text);
    *value = (struct ast_value){.kind = VALUE_CODES};
    value->system = parser_copy(parser, range.system, strlen(range.system));
    value->text = parser_copy(parser, text, strlen(text));
    value->code = value->text ? strchr(value->text, ':') + 1 : NULL;
    return value->system && value->text;
}

static bool code_value(struct parser *parser, const struct field *field, const struct token *token,
                       struct ast_value *value)
{
    bool right = token->kind == TOKEN_CODE || is_text(token);
    bool colon = memchr(token->text, ':', token->length) != NULL;
    enum code_fault fault;
    char text[CODE_TEXT_MAX];
    struct code code;

    if (!right || (!colon && field->field != FIELD_DIAGNOSIS))
        return wrong_kind(parser, token,
                          field->field == FIELD_PHENOTYPE ? "HP: and seven digits" : "SYSTEM:CODE");
    /* A stretch first: without its hyphen "X60-X84" would be one code too, with X as fourth sign.
     */
    if (codes_value(parser, token, value))
        return system_fits(parser, field, token, value->system);
    fault = code_read(token->text, token->length, &code);
    if (fault != CODE_OK)
        return wrong_code(parser, token, fault);
    if (!system_fits(parser, field, token, code.system))
        return false;
    code_print(&code, text);
    *value = (struct ast_value){.kind = VALUE_CODE};
    value->system = parser_copy(parser, code.system, strlen(code.system));
    value->code = parser_copy(parser, code.code, strlen(code.code));
    value->text = parser_copy(parser, text, strlen(text));
    return value->system && value->code && value->text;
}

static enum place_fault read_place(struct parser *parser, bool change, const char *text,
                                   size_t length, struct ast_value *value)
{
    return change ? place_change(text, length, parser->arena, value)
                  : place_locus(text, length, parser->arena, value);
}

/* What people type otherwise: read where it can be one place only, and else asked back. */
static enum place_fault read_typed(struct parser *parser, bool change, const struct token *token,
                                   struct ast_value *value)
{
    const char *other = place_typed_other(token->text, token->length);
    struct place_typed typed;

    place_typed(token->text, token->length, change, &typed);
    if (typed.n == 1)
        return read_place(parser, change, typed.text[0], strlen(typed.text[0]), value);
    if (typed.n == 2)
        diagnostic_expect(complain(parser, FAULT_ASSEMBLY, token, "which assembly is meant by"),
                          "%.70s or %.70s", typed.text[0], typed.text[1]);
    else if (other)
        diagnostic_expect(diagnostic_add(parser->found, FAULT_UNSUPPORTED, token->from, token->to,
                                         "not supported yet: \"%.*s\" (%s)", parser_shown(token),
                                         token->text, other),
                          "the change itself, such as GRCh38:17-31327718-C-T");
    return PLACE_FORM;
}

static bool place_value(struct parser *parser, const struct field *field, const struct token *token,
                        struct ast_value *value)
{
    bool change = field->form == FORM_CHANGE;
    const char *form = change ? "GRCh38:17-31327718-C-T" : "GRCh38:22:50674415-50733212";
    uint32_t before = parser->found->n;
    enum place_fault fault;

    if (token->kind != TOKEN_CODE && !is_text(token))
        return wrong_kind(parser, token, form);
    fault = read_place(parser, change, token->text, token->length, value);
    if (fault == PLACE_FORM || fault == PLACE_ASSEMBLY)
        fault = read_typed(parser, change, token, value);
    if (fault == PLACE_OK)
        return true;
    if (fault == PLACE_MEMORY)
        return parser_memory(parser, 0), false;
    if (parser->found->n > before)
        return false;
    if (token->kind == TOKEN_WORD)
        return wrong_kind(parser, token, form);
    diagnostic_expect(
        complain(parser, FAULT_FORM, token, change ? "this is no change:" : "this is no locus:"),
        "%s: %s", form, place_fault_text(fault));
    return false;
}

static bool read_value(struct parser *parser, const struct field *field, const struct token *token,
                       struct ast_value *value)
{
    switch (field->form) {
    case FORM_WORD:
        return word_value(parser, field, token, value);
    case FORM_REGION:
        return region_value(parser, token, value);
    case FORM_GENE:
        return gene_value(parser, token, value);
    case FORM_CODE:
        return code_value(parser, field, token, value);
    case FORM_CHANGE:
    case FORM_LOCUS:
        return place_value(parser, field, token, value);
    default:
        return wrong_kind(parser, token, "a number");
    }
}

bool parser_value(struct parser *parser, const struct field *field, const struct token *token,
                  struct ast_value *value)
{
    if (token->length <= AST_STRING_MAX && !read_value(parser, field, token, value))
        return false;
    value->from = token->from;
    value->to = token->to;
    if (token->length <= AST_STRING_MAX && strlen(value->text) <= AST_STRING_MAX)
        return true;
    diagnostic_add(parser->found, FAULT_VALUE_LONG, token->from, token->to,
                   "a value has at most %d bytes", AST_STRING_MAX);
    return false;
}
