/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small automaton over the tokens before the place. It does not check the question: it only
 * tracks which kind of word comes next. A text that it cannot follow gets no completions.
 */
#include "proto/query/complete.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "proto/query/diagnostic.h"
#include "proto/query/lex.h"
#include "proto/query/region.h"
#include "proto/query/vocabulary.h"

#define PARENTHESES_MAX 64

enum expects {
    EXPECT_OPERAND,
    EXPECT_ORIGIN, /* after germline and somatic */
    EXPECT_HITS,   /* after two */
    EXPECT_VARIANT_OPEN,
    EXPECT_TESTED_OPEN,
    EXPECT_EVENT_OPEN,
    EXPECT_RELATION, /* after event( ): how it is related, or what EXPECT_JOIN is */
    EXPECT_GAP,      /* the rest of a gap: numbers and units, up to before, after, of or event */
    EXPECT_LEAST,
    EXPECT_NUMBER,
    EXPECT_OF,
    EXPECT_LIST_OPEN, /* the parenthesis after "at least n of" */
    EXPECT_OPERATOR,
    EXPECT_VALUES_OPEN,
    EXPECT_VALUE,
    EXPECT_NEXT_VALUE, /* a comma, or the end of the values */
    EXPECT_BETWEEN_AND,
    EXPECT_TIME, /* a unit of an age, or what EXPECT_JOIN is */
    EXPECT_JOIN, /* and, or, a closing parenthesis */
    EXPECT_LOST,
};

enum parenthesis { IS_GROUP, IS_VARIANT, IS_TESTED, IS_AT_LEAST, IS_EVENT, IS_VALUES };

struct place {
    enum expects expects;
    const struct field *field;
    bool valued;  /* a code stands after the field: of its value */
    bool between; /* inside `between`, before its first value */
    uint32_t depth;
    enum parenthesis open[PARENTHESES_MAX];
};

static const char *const times[] = {"days", "weeks", "months", "years", NULL};

static bool inside(const struct place *place, enum parenthesis kind)
{
    for (uint32_t i = 0; i < place->depth; i++)
        if (place->open[i] == kind)
            return true;
    return false;
}

static enum expects opened(struct place *place, enum parenthesis kind)
{
    if (place->depth == PARENTHESES_MAX)
        return EXPECT_LOST;
    place->open[place->depth++] = kind;
    return kind == IS_VALUES ? EXPECT_VALUE : EXPECT_OPERAND;
}

static const struct field *field_of(const struct token *token)
{
    char name[32];

    if (token->length >= sizeof(name))
        return NULL;
    snprintf(name, sizeof(name), "%.*s", (int)token->length, token->text);
    return field_by_name(name);
}

static enum expects after_operand(struct place *place, const struct token *token)
{
    if (token->kind == TOKEN_OPEN)
        return opened(place, IS_GROUP);
    if (token->kind != TOKEN_WORD)
        return EXPECT_LOST;
    if (token_is(token, "not"))
        return EXPECT_OPERAND;
    if (token_is(token, "variant"))
        return EXPECT_VARIANT_OPEN;
    if (token_is(token, "two"))
        return EXPECT_HITS;
    if (token_is(token, "germline") || token_is(token, "somatic"))
        return EXPECT_ORIGIN;
    if (token_is(token, "tested"))
        return EXPECT_TESTED_OPEN;
    if (token_is(token, "event") || token_is(token, "sequence"))
        return EXPECT_EVENT_OPEN;
    if (token_is(token, "at"))
        return EXPECT_LEAST;
    place->field = field_of(token);
    place->valued = false;
    return place->field ? EXPECT_OPERATOR : EXPECT_LOST;
}

static enum expects after_operator(struct place *place, const struct token *token)
{
    place->between = token_is(token, "between");
    if (place->field->operators & ALLOW_VALUE && token->kind == TOKEN_CODE)
        return place->valued = true, EXPECT_OPERATOR;
    if (token_is(token, "in"))
        return EXPECT_VALUES_OPEN;
    if (token->kind == TOKEN_COMPARE || place->between || token_is(token, "under") ||
        token_is(token, "excluded"))
        return EXPECT_VALUE;
    if (token_is(token, "exists"))
        return EXPECT_JOIN;
    return EXPECT_LOST;
}

static enum expects after_value(struct place *place, const struct token *token)
{
    if (place->depth && place->open[place->depth - 1] == IS_VALUES)
        return EXPECT_NEXT_VALUE;
    if (place->between)
        return EXPECT_BETWEEN_AND;
    return place->field->field == FIELD_AGE && token->kind == TOKEN_NUMBER ? EXPECT_TIME
                                                                           : EXPECT_JOIN;
}

static enum expects closed(struct place *place)
{
    if (!place->depth)
        return EXPECT_LOST;
    place->depth--;
    return place->open[place->depth] == IS_EVENT ? EXPECT_RELATION : EXPECT_JOIN;
}

static enum expects after_join(struct place *place, const struct token *token)
{
    if (token_is(token, "and") || token_is(token, "or"))
        return EXPECT_OPERAND;
    if (token->kind == TOKEN_CLOSE)
        return closed(place);
    if (token->kind == TOKEN_COMMA && place->depth && place->open[place->depth - 1] == IS_AT_LEAST)
        return EXPECT_OPERAND;
    return EXPECT_LOST;
}

/* What follows event( ): a relation to another, or what follows any operand. */
static enum expects after_event(struct place *place, const struct token *token)
{
    static const char *const words[] = {"within", "at", "before", "after", "of"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (token_is(token, words[i]))
            return EXPECT_GAP;
    return token->kind == TOKEN_NUMBER ? EXPECT_GAP : after_join(place, token);
}

static enum expects after(struct place *place, const struct token *token)
{
    bool opens = token->kind == TOKEN_OPEN;

    switch (place->expects) {
    case EXPECT_OPERAND:
        return after_operand(place, token);
    case EXPECT_ORIGIN:
        return token_is(token, "variant") ? EXPECT_VARIANT_OPEN
               : token_is(token, "two")   ? EXPECT_HITS
                                          : EXPECT_LOST;
    case EXPECT_HITS:
        return token_is(token, "hits") ? EXPECT_VARIANT_OPEN : EXPECT_LOST;
    case EXPECT_VARIANT_OPEN:
        return opens ? opened(place, IS_VARIANT) : EXPECT_LOST;
    case EXPECT_EVENT_OPEN:
        return opens ? opened(place, IS_EVENT) : EXPECT_LOST;
    case EXPECT_RELATION:
        return after_event(place, token);
    case EXPECT_GAP:
        return token_is(token, "event") ? EXPECT_EVENT_OPEN : EXPECT_GAP;
    case EXPECT_TESTED_OPEN:
        return opens ? opened(place, IS_TESTED) : EXPECT_LOST;
    case EXPECT_LEAST:
        return token_is(token, "least") ? EXPECT_NUMBER : EXPECT_LOST;
    case EXPECT_NUMBER:
        return token->kind == TOKEN_NUMBER ? EXPECT_OF : EXPECT_LOST;
    case EXPECT_OF:
        return token_is(token, "of") ? EXPECT_LIST_OPEN : EXPECT_LOST;
    case EXPECT_LIST_OPEN:
        return opens ? opened(place, IS_AT_LEAST) : EXPECT_LOST;
    case EXPECT_OPERATOR:
        return after_operator(place, token);
    case EXPECT_VALUES_OPEN:
        return opens ? opened(place, IS_VALUES) : EXPECT_LOST;
    case EXPECT_VALUE:
        return after_value(place, token);
    case EXPECT_NEXT_VALUE:
        return token->kind == TOKEN_COMMA   ? EXPECT_VALUE
               : token->kind == TOKEN_CLOSE ? closed(place)
                                            : EXPECT_LOST;
    case EXPECT_BETWEEN_AND:
        place->between = false;
        return token_is(token, "and") ? EXPECT_VALUE : EXPECT_LOST;
    case EXPECT_TIME:
        for (const char *const *unit = times; *unit; unit++)
            if (token_is(token, *unit))
                return EXPECT_JOIN;
        return after_join(place, token);
    case EXPECT_JOIN:
        return after_join(place, token);
    case EXPECT_LOST:
        break;
    }
    return EXPECT_LOST;
}

/* The part of the word that is typed before the place, and the list for the candidates. */
struct typed {
    const char *text;
    size_t length;
    struct completions *found;
};

static void offer(const struct typed *typed, enum completion_kind kind, const char *text,
                  struct completion words)
{
    struct completions *found = typed->found;
    const char *bare =
        text[0] == '"' && !(typed->length && typed->text[0] == '"') ? text + 1 : text;

    if (found->n == COMPLETIONS_MAX || strlen(text) >= COMPLETION_TEXT_MAX ||
        strncasecmp(bare, typed->text, typed->length) != 0)
        return;
    words.kind = kind;
    snprintf(words.text, sizeof(words.text), "%s", text);
    found->list[found->n++] = words;
}

static void offer_plain(const struct typed *typed, enum completion_kind kind,
                        const char *const *texts)
{
    for (; *texts; texts++)
        offer(typed, kind, *texts, (struct completion){0});
}

static void offer_operands(const struct place *place, const struct typed *typed)
{
    static const char *const anywhere[] = {"not", "at least", NULL};
    static const char *const variant[] = {"variant(",  "germline variant(",  "somatic variant(",
                                          "two hits(", "germline two hits(", NULL};
    static const char *const tested[] = {"tested(", NULL};
    static const char *const events[] = {"event(", "sequence(", NULL};
    static const char *const sampled[] = {"somatic variant(", NULL};
    bool in_variant = inside(place, IS_VARIANT), in_tested = inside(place, IS_TESTED);
    bool in_event = inside(place, IS_EVENT) && !in_variant;

    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct field *field = &vocabulary_fields[i];

        if (in_event ? field->form == FORM_CODE || field->field == FIELD_AGE ||
                           field->scope == SCOPE_EVENT
                     : (field->scope != SCOPE_EVENT &&
                        ((!in_variant && !in_tested) || field->scope == SCOPE_VARIANT)))
            offer(typed, COMPLETION_FIELD, field->name,
                  (struct completion){.english = field->english, .swedish = field->swedish});
    }
    if (in_event)
        offer_plain(typed, COMPLETION_KEYWORD, sampled);
    if (in_event)
        return;
    offer_plain(typed, COMPLETION_KEYWORD, anywhere);
    if (!in_variant)
        offer_plain(typed, COMPLETION_KEYWORD, variant);
    if (!in_variant && !in_tested)
        offer_plain(typed, COMPLETION_KEYWORD, tested);
    if (!in_variant && !in_tested)
        offer_plain(typed, COMPLETION_KEYWORD, events);
}

static void offer_operators(const struct field *field, bool valued, const struct typed *typed)
{
    static const char *const in[] = {"=", "!=", "in (", NULL};
    static const char *const under[] = {"under", NULL};
    static const char *const excluded[] = {"excluded", NULL};
    static const char *const exists[] = {"exists", NULL};
    static const char *const range[] = {"=", "!=", "<", "<=", ">", ">=", "between", NULL};
    static const char *const list[] = {"in (", NULL};

    if (valued) {
        offer_plain(typed, COMPLETION_OPERATOR, range);
        offer_plain(typed, COMPLETION_OPERATOR, list);
        return;
    }

    if (field->operators & ALLOW_IN)
        offer_plain(typed, COMPLETION_OPERATOR, in);
    if (field->operators & ALLOW_UNDER)
        offer_plain(typed, COMPLETION_OPERATOR, under);
    if (field->operators & ALLOW_EXCLUDED)
        offer_plain(typed, COMPLETION_OPERATOR, excluded);
    if (field->operators & ALLOW_RANGE)
        offer_plain(typed, COMPLETION_OPERATOR, range);
    if (field->operators & ALLOW_EXISTS)
        offer_plain(typed, COMPLETION_OPERATOR, exists);
}

static void offer_word(const struct typed *typed, const char *word, struct completion words)
{
    char quoted[COMPLETION_TEXT_MAX + 2];

    if (lex_is_plain_word(word)) {
        offer(typed, COMPLETION_VALUE, word, words);
        return;
    }
    snprintf(quoted, sizeof(quoted), "\"%.*s\"", COMPLETION_TEXT_MAX - 3, word);
    offer(typed, COMPLETION_VALUE, quoted, words);
}

static void offer_values(const struct field *field, const struct typed *typed)
{
    static const char *const diagnosis[] = {"icd10:", "omim:", "orpha:", "mondo:", NULL};
    static const char *const phenotype[] = {"HP:", NULL};
    static const char *const treatment[] = {"atc:", NULL};
    static const char *const procedure[] = {"kva:", NULL};
    static const char *const places[] = {"GRCh38:", "GRCh37:", NULL};
    size_t n;
    const struct word *words = field_words(field->field, &n);

    for (size_t i = 0; i < n; i++)
        offer_word(typed, words[i].text,
                   (struct completion){.english = words[i].english, .swedish = words[i].swedish});
    for (size_t i = 0; field->form == FORM_REGION && i < REGION_COUNT; i++)
        offer_word(typed, regions[i].word,
                   (struct completion){.english = regions[i].name, .swedish = regions[i].name});
    if (field->field == FIELD_DIAGNOSIS)
        offer_plain(typed, COMPLETION_VALUE, diagnosis);
    if (field->field == FIELD_PHENOTYPE)
        offer_plain(typed, COMPLETION_VALUE, phenotype);
    if (field->field == FIELD_TREATMENT)
        offer_plain(typed, COMPLETION_VALUE, treatment);
    if (field->field == FIELD_PROCEDURE)
        offer_plain(typed, COMPLETION_VALUE, procedure);
    if (field->form == FORM_CHANGE || field->form == FORM_LOCUS)
        offer_plain(typed, COMPLETION_VALUE, places);
}

static void offer_at(const struct place *place, const struct typed *typed)
{
    static const char *const variant[] = {"variant(", "two hits(", NULL};
    static const char *const hits[] = {"hits(", NULL};
    static const char *const least[] = {"least", NULL};
    static const char *const of[] = {"of (", NULL};
    static const char *const between_and[] = {"and", NULL};
    static const char *const join[] = {"and", "or", NULL};
    static const char *const relation[] = {"within", "at least", "before", "after", "of", NULL};

    switch (place->expects) {
    case EXPECT_OPERAND:
        offer_operands(place, typed);
        break;
    case EXPECT_ORIGIN:
        offer_plain(typed, COMPLETION_KEYWORD, variant);
        break;
    case EXPECT_HITS:
        offer_plain(typed, COMPLETION_KEYWORD, hits);
        break;
    case EXPECT_LEAST:
        offer_plain(typed, COMPLETION_KEYWORD, least);
        break;
    case EXPECT_OF:
        offer_plain(typed, COMPLETION_KEYWORD, of);
        break;
    case EXPECT_OPERATOR:
        offer_operators(place->field, place->valued, typed);
        break;
    case EXPECT_VALUE:
        offer_values(place->field, typed);
        break;
    case EXPECT_BETWEEN_AND:
        offer_plain(typed, COMPLETION_KEYWORD, between_and);
        break;
    case EXPECT_TIME:
        offer_plain(typed, COMPLETION_KEYWORD, times);
        offer_plain(typed, COMPLETION_KEYWORD, join);
        break;
    case EXPECT_RELATION:
        offer_plain(typed, COMPLETION_KEYWORD, relation);
        offer_plain(typed, COMPLETION_KEYWORD, join);
        break;
    case EXPECT_JOIN:
        offer_plain(typed, COMPLETION_KEYWORD, join);
        break;
    default:
        break;
    }
}

/* True when the place is inside or at the end of this word, which is then the word being typed. */
static bool touches(const struct token *token, uint32_t offset)
{
    return token->kind != TOKEN_END && token->kind != TOKEN_OPEN && token->kind != TOKEN_CLOSE &&
           token->kind != TOKEN_COMMA && token->from < offset && offset <= token->to;
}

void complete(const char *text, size_t length, uint32_t offset, struct completions *found)
{
    assert(found && (text || !length));
    struct diagnostics faults;
    struct lexer lexer = {text, (uint32_t)length, 0, &faults};
    struct place place = {0};
    struct token token;

    *found = (struct completions){0};
    diagnostics_init(&faults, text, length);
    if (!lex_check(text, length, &faults))
        return;
    offset = offset < length ? offset : (uint32_t)length;
    for (;;) {
        token = lex_next(&lexer);
        if (token.kind == TOKEN_END || token.from >= offset || touches(&token, offset))
            break;
        place.expects = token.kind == TOKEN_BAD ? EXPECT_LOST : after(&place, &token);
    }
    found->from = offset;
    found->to = offset;
    if (touches(&token, offset)) {
        found->from = token.from;
        found->to = token.to;
    }
    offer_at(&place, &(struct typed){text + found->from, offset - found->from, found});
}
