/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/attack/wording.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define VALUES_MAX 5
#define SPELLINGS 2

static const struct {
    const char *name;
    const char *operators[2];
    unsigned n_values; /* 0: a range */
    int most;
    const char *value[VALUES_MAX][SPELLINGS];
} fields[P_FIELDS] = {
    [P_AGE] = {"age", {0}, 0, 120, {{0}}},
    [P_BIRTH_YEAR] = {"birth_year", {0}, 0, 0, {{0}}},
    [P_SEX] = {"sex", {"in", 0}, 2, 0, {{"female", "female"}, {"male", "male"}}},
    [P_DIAGNOSIS] = {"diagnosis",
                     {"in", "under"},
                     4,
                     0,
                     {{"C50", "icd10:C50"},
                      {"C50.1", "icd10:c501"},
                      {"icd10:C502", "C50.2"},
                      {"ORPHA:558", "orphanet:558"}}},
    [P_PHENOTYPE] = {"phenotype",
                     {"in", "excluded"},
                     3,
                     0,
                     {{"HP:0001250", "hp:0001250"},
                      {"HP:0001263", "hp:0001263"},
                      {"HP:0000252", "hp:0000252"}}},
    [P_GENE] =
        {"gene", {"in", 0}, 3, 0, {{"BRCA1", "brca1"}, {"BRCA2", "brca2"}, {"TP53", "TP53"}}},
    [P_CONSEQUENCE] = {"consequence",
                       {"in", 0},
                       5,
                       0,
                       {{"stop_gained", "stop_gained"},
                        {"frameshift_variant", "frameshift_variant"},
                        {"missense_variant", "missense_variant"},
                        {"synonymous_variant", "synonymous_variant"},
                        {"lof", "lof"}}}, /* the first two */
    [P_ZYGOSITY] =
        {"zygosity", {"in", 0}, 3, 0, {{"het", "het"}, {"hom", "hom"}, {"hemi", "hemi"}}},
    [P_CLINVAR] =
        {"clinvar", {"in", 0}, 2, 0, {{"pathogenic", "pathogenic"}, {"benign", "benign"}}},
    [P_AF] = {"af", {0}, 0, 1000, {{0}}},
};

/* Bounds that occur; equal bounds in many questions are what makes rewrites meet. */
static const int bounds[P_FIELDS][5] = {[P_AGE] = {18, 30, 40, 65, 80},
                                        [P_BIRTH_YEAR] = {1940, 1950, 1960, 1980, 2000},
                                        [P_AF] = {1, 5, 10, 50, 100}};

static struct phrase *make(struct wording *wording, enum phrase_kind kind)
{
    struct phrase *phrase;

    if (wording->n == PHRASES_MAX)
        return NULL;
    phrase = &wording->pool[wording->n++];
    *phrase = (struct phrase){.kind = kind, .low = -1, .high = -1};
    return phrase;
}

static struct phrase *random_test(struct wording *wording, bool variant)
{
    struct phrase *test = make(wording, P_TEST);
    struct rng *rng = &wording->rng;

    if (!test)
        return NULL;
    test->field = (enum phrase_field)(variant ? P_GENE + rng_below(rng, P_FIELDS - P_GENE)
                                              : rng_below(rng, P_GENE));
    if (fields[test->field].n_values) {
        test->other_operator = fields[test->field].operators[1] && rng_below(rng, 2);
        test->values = 1 + (uint32_t)rng_below(rng, (1u << fields[test->field].n_values) - 1);
        if (test->other_operator) /* takes one value */
            test->values = 1u << rng_below(rng, fields[test->field].n_values);
        return test;
    }
    size_t low = rng_below(rng, 5), high = low + rng_below(rng, 5 - low);

    test->low = rng_below(rng, 3) ? bounds[test->field][low] : -1;
    test->high = rng_below(rng, 3) || test->low < 0 ? bounds[test->field][high] : -1;
    return test;
}

static struct phrase *random_phrase(struct wording *wording, int depth, bool variant)
{
    static const enum phrase_kind kinds[] = {P_AND, P_AND,      P_OR,       P_OR,  P_NOT,
                                             P_NOT, P_AT_LEAST, P_AT_LEAST, P_TEST};
    struct rng *rng = &wording->rng;
    enum phrase_kind kind = depth ? kinds[rng_below(rng, 9)] : P_TEST;
    struct phrase *phrase;

    if (!variant && rng_below(rng, 4) == 0)
        kind = P_VARIANT;
    if (kind == P_TEST)
        return random_test(wording, variant);
    phrase = make(wording, kind);
    if (!phrase)
        return NULL;
    phrase->n = kind == P_NOT || kind == P_VARIANT ? 1 : 2 + (uint32_t)rng_below(rng, 2);
    phrase->at_least = 1 + (uint32_t)rng_below(rng, phrase->n);
    for (uint32_t i = 0; i < phrase->n; i++) {
        phrase->child[i] =
            random_phrase(wording, depth ? depth - 1 : 0, variant || kind == P_VARIANT);
        if (!phrase->child[i])
            return NULL;
    }
    return phrase;
}

struct phrase *wording_random(struct wording *wording, int depth)
{
    return random_phrase(wording, depth, false);
}

struct phrase *wording_copy(struct wording *wording, const struct phrase *phrase)
{
    struct phrase *copy = make(wording, phrase->kind);

    if (!copy)
        return NULL;
    *copy = *phrase;
    for (uint32_t i = 0; i < copy->n; i++) {
        copy->child[i] = wording_copy(wording, phrase->child[i]);
        if (!copy->child[i])
            return NULL;
    }
    return copy;
}

size_t wording_size(const struct phrase *phrase)
{
    size_t size = 1;

    for (uint32_t i = 0; i < phrase->n; i++)
        size += wording_size(phrase->child[i]);
    return size;
}

bool wording_same(const struct phrase *a, const struct phrase *b)
{
    if (a->kind != b->kind || a->n != b->n || a->field != b->field || a->values != b->values ||
        a->other_operator != b->other_operator || a->low != b->low || a->high != b->high ||
        (a->kind == P_AT_LEAST && a->at_least != b->at_least))
        return false;
    for (uint32_t i = 0; i < a->n; i++)
        if (!wording_same(a->child[i], b->child[i]))
            return false;
    return true;
}

/* ---- printing ---------------------------------------------------------------------------- */

struct pen {
    struct wording *wording;
    char *text;
    size_t size;
};

static void put(struct pen *pen, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct pen *pen, const char *format, ...)
{
    size_t room = pen->size < PHRASE_TEXT_MAX ? PHRASE_TEXT_MAX - pen->size : 0;
    va_list values;

    va_start(values, format);
    pen->size += (size_t)vsnprintf(room ? pen->text + pen->size : NULL, room, format, values);
    va_end(values);
}

static void put_number(struct pen *pen, enum phrase_field field, int value)
{
    if (field == P_AF)
        put(pen, "%d.%03d", value / 1000, value % 1000);
    else
        put(pen, "%d", value);
}

static void put_range(struct pen *pen, const struct phrase *test)
{
    struct rng *rng = &pen->wording->rng;
    bool strict = test->field != P_AF && rng_below(rng, 2);

    put(pen, "%s ", fields[test->field].name);
    if (test->low >= 0 && test->high >= 0) {
        put(pen, "between ");
        put_number(pen, test->field, test->low);
        put(pen, " and ");
        put_number(pen, test->field, test->high);
    } else if (test->low >= 0) {
        put(pen, strict ? "> " : ">= ");
        put_number(pen, test->field, strict ? test->low - 1 : test->low);
    } else {
        put(pen, strict ? "< " : "<= ");
        put_number(pen, test->field, strict ? test->high + 1 : test->high);
    }
}

static void put_test(struct pen *pen, const struct phrase *test)
{
    struct rng *rng = &pen->wording->rng;
    unsigned n = fields[test->field].n_values, start = 0, many = 0;

    if (!n) {
        put_range(pen, test);
        return;
    }
    for (unsigned v = 0; v < n; v++)
        many += test->values >> v & 1;
    put(pen, "%s %s %s", fields[test->field].name,
        fields[test->field].operators[test->other_operator], test->other_operator ? "" : "(");
    start = (unsigned)rng_below(rng, n); /* any rotation, either way round, some said twice */
    for (unsigned i = 0, said = 0; i < n; i++) {
        unsigned v = (start + i) % n;

        if (!(test->values >> v & 1))
            continue;
        put(pen, "%s%s", said++ ? ", " : "", fields[test->field].value[v][rng_below(rng, 2)]);
        if (!test->other_operator && many < 3 && rng_below(rng, 8) == 0)
            put(pen, ",%s", fields[test->field].value[v][rng_below(rng, 2)]);
    }
    put(pen, "%s", test->other_operator ? "" : ")");
}

static void put_phrase(struct pen *pen, const struct phrase *phrase)
{
    static const char *const joins[] = {[P_AND] = " and ", [P_OR] = " or ", [P_AT_LEAST] = ", "};

    switch (phrase->kind) {
    case P_TEST:
        put_test(pen, phrase);
        return;
    case P_NOT:
        put(pen, "not (");
        put_phrase(pen, phrase->child[0]);
        break;
    case P_VARIANT:
        put(pen, "variant(");
        put_phrase(pen, phrase->child[0]);
        break;
    default:
        if (phrase->kind == P_AT_LEAST)
            put(pen, "at least %u of ", phrase->at_least);
        put(pen, "(");
        for (uint32_t i = 0; i < phrase->n; i++) {
            put(pen, "%s", i ? joins[phrase->kind] : "");
            put_phrase(pen, phrase->child[i]);
        }
    }
    put(pen, ")");
}

bool wording_print(struct wording *wording, const struct phrase *phrase, char *text)
{
    struct pen pen = {wording, text, 0};

    put_phrase(&pen, phrase);
    return pen.size < PHRASE_TEXT_MAX;
}
