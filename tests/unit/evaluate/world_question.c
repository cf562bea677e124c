/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random questions: every field, every operator and every connective, with values that the world
 * holds more often than not.
 */
#include <stdio.h>
#include <string.h>

#include "tests/unit/evaluate/world.h"

const struct world_validity world_validity[WORLD_VALIDITIES] = {
    {PERSON_NO_DATE, PERSON_NO_DATE, true},
    {PERSON_NO_DATE, WORLD_TODAY, true},
    {PERSON_NO_DATE, WORLD_TODAY - 1, false},
    {WORLD_TODAY, PERSON_NO_DATE, true},
    {WORLD_TODAY + 1, WORLD_TODAY + 9, false}};

bool world_disease_under(const struct world *world, unsigned d, unsigned c)
{
    return d == c || (d == 1 && c == 0 && world->has_hpo) || (d == 3 && c == 2);
}

struct text {
    char *at;
    size_t left;
};

static void say(struct text *text, const char *words)
{
    int n = snprintf(text->at, text->left, "%s", words);

    if (n > 0 && (size_t)n < text->left) {
        text->at += n;
        text->left -= (size_t)n;
    }
}

#define SAY(text, ...)                                                                             \
    do {                                                                                           \
        char words[160];                                                                           \
        snprintf(words, sizeof(words), __VA_ARGS__);                                               \
        say(text, words);                                                                          \
    } while (0)

/* Numbers that follow from where the draws are, and move nothing: what is drawn later stays. */
static uint32_t aside(uint64_t *state, uint32_t below)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((*state >> 33) % below);
}

void world_days(const struct world *world, struct world_person *p)
{
    static const int32_t days[] = {0, 0, 0, 1, 1, 2, 30, 31, 32, 59, 60, 364, 365, 366, 367, 800};
    uint64_t state = world->seed;

    for (int c = 0; c < 7; c++)
        for (int i = 0; i < 2; i++) {
            int32_t day = 15000 + days[aside(&state, 16)]; /* 2011-01-26 */

            if (aside(&state, 4) == 0)
                day = 0;
            if (c < 4)
                p->icd_days[c][i] = day;
            else
                p->atc_days[c - 4][i] = day;
        }
}

static void treatment_test(uint64_t *state, struct text *text)
{
    static const char *const fields[] = {"treatment", "procedure", "treatment", "code"};
    bool under = aside(state, 2);

    SAY(text, "%s %s atc:%s", fields[aside(state, 4)], under ? "under" : "=",
        under && aside(state, 2) ? "L01EB" : world_atc[aside(state, 3)]);
}

static void one_event(const struct world *world, uint64_t *state, struct text *text)
{
    static const char *const variants[] = {
        "gene = AAA1", "consequence in (lof)",
        "gene in (BBB2, CCC3) and consequence in (missense_or_worse)", "locus = GRCh38:1:1000-1500",
        "vaf >= 5%"};
    static const char *const codes[] = {"diagnosis under icd10:C50",
                                        "diagnosis = icd10:C50.1",
                                        "treatment under atc:L01EB",
                                        "treatment under atc:L01",
                                        "code = atc:N02BE01",
                                        "code under icd10:C50-E11",
                                        "(diagnosis = icd10:E11.9 or treatment = atc:L01EB02)"};
    static const char *const times[] = {"",
                                        "",
                                        "",
                                        " and date >= 2011-02-01",
                                        " and age < 40",
                                        " and age >= 500 months",
                                        " and date < 2012-01-27 and age between 30 and 50"};

    if (world->has_tumours && aside(state, 2))
        SAY(text, "somatic variant(%s)%s", variants[aside(state, 5)], times[aside(state, 7)]);
    else
        SAY(text, "%s%s", codes[aside(state, 7)], times[aside(state, 7)]);
}

static const char *any_gap(uint64_t *state)
{
    static const char *const gaps[] = {"",
                                       "",
                                       " within 30 days",
                                       " within 1 month",
                                       " within 1 year",
                                       " at least 1 day",
                                       " at least 31 days",
                                       " at least 12 months",
                                       " 0 to 5 weeks",
                                       " 1 to 2 months",
                                       " 0 to 1 year"};

    return gaps[aside(state, 11)];
}

static void event_test(const struct world *world, uint64_t *state, struct text *text)
{
    static const char *const sides[] = {"before", "after", "of"};
    static const char *const spans[] = {"", " within 30 days", " within 12 months"};
    uint32_t form = aside(state, 6), n = 2 + aside(state, 3);

    if (form == 0)
        SAY(text, "at least %u times ", 1 + aside(state, 3));
    say(text, form == 5 ? "sequence(" : form == 0 ? "(" : "event(");
    one_event(world, state, text);
    for (uint32_t i = 1; form == 5 && i < n; i++) {
        SAY(text, " then%s ", any_gap(state));
        one_event(world, state, text);
    }
    SAY(text, ")%s", form == 0 ? spans[aside(state, 3)] : "");
    if (form < 2 || form == 5)
        return;
    SAY(text, "%s %s event(", any_gap(state), sides[aside(state, 3)]);
    one_event(world, state, text);
    say(text, ")");
}

static void two_hits(uint64_t *state, struct text *text)
{
    static const char *const genes[] = {"= AAA1", "= BBB2", "= CCC3", "in (AAA1, BBB2)",
                                        "in (CCC3, AAA1, BBB2)"};
    static const char *const others[] = {"",
                                         "",
                                         " and consequence in (lof)",
                                         " and consequence in (missense_or_worse)",
                                         " and not clinvar = benign",
                                         " and (af < 1% or clinvar in (pathogenic))",
                                         " and zygosity = het"};

    SAY(text, "two hits(gene %s%s", genes[aside(state, 5)], others[aside(state, 7)]);
}

static void person_test(struct world *world, struct text *text)
{
    static const char *const sexes[] = {"female", "male", "other", "unknown"};
    static const char *const recorded[] = {"age",       "birth_year", "sex",
                                           "diagnosis", "phenotype",  "code"};
    static const char *const stretches[] = {"icd10:C50-C56",
                                            "icd10:II",
                                            "icd10:E",
                                            "(icd10:E10-E14, C50.1)",
                                            "icd10:C50.1-C50.8",
                                            "(icd10:C51, icd10:A00-B99)",
                                            "(icd10:C50.9, icd10:E119)"};
    const char *term = world_terms[world_draw(world, WORLD_TERMS)];
    uint32_t n = world_draw(world, 90);
    uint64_t state = world->seed;
    uint32_t form;

    switch (world_draw(world, 14)) {
    case 12:
        SAY(text, "%s exists", recorded[world_draw(world, 6)]);
        return;
    case 11:
        SAY(text, "age %s %u %s", world_draw(world, 2) ? "<" : ">=", 1 + n * 12, "months");
        SAY(text, " or age between %u and %u %s", n, n * 80,
            world_draw(world, 2) ? "days" : "weeks");
        return;
    case 0:
        SAY(text, "sex = %s", sexes[world_draw(world, 4)]);
        return;
    case 1:
        SAY(text, "age >= %u", n);
        return;
    case 2:
        SAY(text, "age between %u and %u", n, n + world_draw(world, 30));
        return;
    case 3:
        SAY(text, "birth_year < %u", 1940 + n);
        return;
    case 4:
        SAY(text, "region = %s", world_draw(world, 2) ? "12" : "01");
        return;
    case 5:
    case 6:
        SAY(text, "phenotype under %s", world_draw(world, 8) ? term : "HP:7777777");
        return;
    case 7:
        SAY(text, "phenotype in (%s, %s)", term, world_terms[world_draw(world, WORLD_TERMS)]);
        return;
    case 8:
        SAY(text, "phenotype excluded %s", term);
        return;
    case 9:
        SAY(text, "diagnosis %s icd10:%s", world_draw(world, 2) ? "under" : "=",
            world_icd[world_draw(world, 4)]);
        return;
    case 10:
        SAY(text, "diagnosis under %s", stretches[world_draw(world, 7)]);
        return;
    default:
        form = aside(&state, 4);
        if (form == 0)
            SAY(text, "code = igsr:%s", world_draw(world, 2) ? "GBR" : "FIN");
        else
            (void)world_draw(world, 2);
        if (form == 1)
            treatment_test(&state, text);
        if (form > 1)
            event_test(world, &state, text);
    }
}

static void say_change(struct world *world, struct text *text)
{
    const struct variant *v;

    do
        v = &world->variants[world_draw(world, WORLD_VARIANTS)].name;
    while (v->chromosome == CHROMOSOME_NONE);
    if (world_draw(world, 8) == 0)
        SAY(text, "change = GRCh38:1-%u-A-G", 1900 + world_draw(world, 200));
    else
        SAY(text, "change = GRCh%d:1-%u-%s-%s", v->assembly == VARIANT_GRCH37 ? 37 : 38,
            v->position, v->ref, v->alt);
}

static void variant_test(struct world *world, struct text *text)
{
    static const char *const states[] = {"het", "hom", "hemi"};
    static const char *const consequences[] = {"lof", "missense_or_worse", "stop_gained",
                                               "synonymous_variant", "intron_variant"};
    static const char *const clinvar[] = {"pathogenic", "benign", "likely_pathogenic"};
    static const char *const shares[] = {"0.02%", "1%", "4.9%", "5%", "10%", "100%"};
    uint64_t state = world->seed;
    uint32_t start = 950 + world_draw(world, 1200);

    if (world->has_tumours && aside(&state, 5) == 0) {
        SAY(text, "vaf %s %s", aside(&state, 3) ? ">=" : "<", shares[aside(&state, 6)]);
        return;
    }
    switch (world_draw(world, 11)) {
    case 9:
        SAY(text, "%s exists", world_draw(world, 2) ? "af" : "clinvar");
        return;
    case 0:
    case 1:
        SAY(text, "gene = %s", world_genes[world_draw(world, WORLD_GENES)]);
        return;
    case 2:
        SAY(text, "gene in (%s, %s)", world_genes[world_draw(world, WORLD_GENES)],
            world_genes[world_draw(world, WORLD_GENES)]);
        return;
    case 3:
        SAY(text, "consequence in (%s)", consequences[world_draw(world, 5)]);
        return;
    case 4:
        say_change(world, text);
        return;
    case 5:
        SAY(text, "locus = GRCh3%d:1:%u-%u", world_draw(world, 4) ? 8 : 7, start,
            start + world_draw(world, 3000));
        return;
    case 6:
        SAY(text, "locus in (GRCh38:1:1000-1500, GRCh38:1:%u-%u)", start, start + 40);
        return;
    case 7:
        SAY(text, "zygosity = %s", states[world_draw(world, 3)]);
        return;
    case 8:
        SAY(text, "af <= 0.%03u", 5 * world_draw(world, 4));
        return;
    default:
        SAY(text, "clinvar = %s", clinvar[world_draw(world, 3)]);
    }
}

static void tests(struct world *world, struct text *text, bool inside, int depth);

static void listed(struct world *world, struct text *text, bool inside, int depth,
                   const char *between)
{
    uint32_t n = 2 + world_draw(world, 2);

    say(text, "(");
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0)
            say(text, between);
        tests(world, text, inside, depth - 1);
    }
    say(text, ")");
}

static void tests(struct world *world, struct text *text, bool inside, int depth)
{
    switch (depth > 0 ? world_draw(world, 8) : 7) {
    case 0:
    case 1:
        listed(world, text, inside, depth, " and ");
        return;
    case 2:
        listed(world, text, inside, depth, " or ");
        return;
    case 3:
        say(text, "not ");
        tests(world, text, inside, depth - 1);
        return;
    case 4:
        SAY(text, "at least %u of ", 1 + world_draw(world, 2));
        listed(world, text, inside, depth, ", ");
        return;
    default:
        if (inside) {
            variant_test(world, text);
        } else if (world_draw(world, 2)) {
            static const char *const origins[] = {"", "germline ", "somatic ", "somatic "};
            bool tested = world_draw(world, 4) == 0;
            uint64_t state = world->seed;

            say(text, tested ? "tested(" : "");
            say(text, world->has_tumours ? origins[aside(&state, 4)] : "");
            if (aside(&state, 4) == 0) {
                two_hits(&state, text);
            } else {
                say(text, "variant(");
                tests(world, text, true, 2);
            }
            say(text, tested ? "))" : ")");
        } else {
            person_test(world, text);
        }
    }
}

void world_question(struct world *world, char *text, size_t size)
{
    struct text out = {text, size};

    tests(world, &out, false, 3);
}
