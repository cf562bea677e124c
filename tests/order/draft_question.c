/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random questions about a draft: every test on a person and on a variant whose answer is about the
 * person and not about the record (so not `sex = unknown`), alone and put together.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/order/draft.h"

struct words {
    struct draft *draft;
    char *text;
    size_t n;
};

static void say(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct words *words, const char *format, ...)
{
    va_list list;
    int n;

    va_start(list, format);
    n = vsnprintf(words->text + words->n, DRAFT_QUESTION_BYTES - words->n, format, list);
    va_end(list);
    if (n > 0 && words->n + (size_t)n < DRAFT_QUESTION_BYTES)
        words->n += (size_t)n;
}

static uint32_t draw(struct words *words, uint32_t below)
{
    return draft_draw(words->draft, below);
}

static void code_test(struct words *words)
{
    const char *term = draft_terms[draw(words, DRAFT_TERMS)];
    const char *icd = draft_icd[draw(words, DRAFT_ICD)];

    switch (draw(words, 11)) {
    case 8:
        say(words, "diagnosis under %s", draw(words, 2) ? "icd10:C50-C56" : "icd10:II");
        return;
    case 9:
        say(words, "phenotype under (%s, %s)", term, draft_terms[draw(words, DRAFT_TERMS)]);
        return;
    case 0:
        say(words, "phenotype under %s", draw(words, 8) ? term : DRAFT_ALIAS);
        return;
    case 1:
        say(words, "phenotype = %s", draw(words, 8) ? term : DRAFT_ALIAS);
        return;
    case 2:
        say(words, "phenotype excluded %s", term);
        return;
    case 3:
        say(words, "phenotype in (%s, %s)", term, draft_terms[draw(words, DRAFT_TERMS)]);
        return;
    case 4:
        say(words, "diagnosis under icd10:%s", draw(words, 2) ? icd : "C50");
        return;
    case 5:
        say(words, "diagnosis = icd10:%s", icd);
        return;
    case 6:
        say(words, "code %s icd10:%s", draw(words, 2) ? "under" : "=", icd);
        return;
    case 7:
        say(words, "code %s %s", draw(words, 2) ? "under" : "=", term);
        return;
    default:
        say(words, "diagnosis = OMIM:%s", draw(words, 2) ? "614959" : "123456");
    }
}

static void person_test(struct words *words)
{
    static const char *const recorded[] = {"age",       "birth_year", "sex", "deceased",
                                           "diagnosis", "phenotype",  "code"};
    uint32_t n = 1 + draw(words, 90);

    switch (draw(words, 11)) {
    case 5:
        say(words, "%s exists", recorded[draw(words, 7)]);
        return;
    case 4:
        say(words, "age %s %u %s", draw(words, 2) ? ">=" : "<", n * (1 + draw(words, 12)),
            draw(words, 2) ? "months" : "weeks");
        return;
    case 0:
        say(words, "sex = %s", draw(words, 2) ? "female" : "male");
        return;
    case 1:
        say(words, "age %s %u", draw(words, 2) ? ">=" : "<", n);
        return;
    case 2:
        say(words, "birth_year < %u", 1940 + n);
        return;
    case 3:
        say(words, "deceased = %s", draw(words, 2) ? "yes" : "no");
        return;
    default:
        code_test(words);
    }
}

/* A part of an exchange, or the exchange of parts; else the variant itself. */
static void change_test(struct words *words, const struct draft_variant *v, unsigned k,
                        unsigned which)
{
    static const struct spelling {
        const char *ref, *alt, *asked;
    } spellings[] = {{"AC", "G", "0-A-G"},   {"AC", "G", "1-C-G"},  {"AC", "G", "0-AC-A"},
                     {"AC", "GT", "0-A-G"},  {"AC", "GT", "1-C-T"}, {"AC", "GT", "0-AC-A"},
                     {"AC", "CA", "0-A-C"},  {"AC", "CA", "1-C-A"}, {"AC", "CA", "1-C-CA"},
                     {"AC", "GC", "0-AC-G"}, {"AC", "A", "0-AC-G"}, {"AC", "A", "0-AC-GT"}};
    const char *chromosome = v->chromosome == 23 ? "X" : "1";
    uint32_t position = which == 0 ? v->position - DRAFT_SHIFT : v->position;
    size_t n = sizeof(spellings) / sizeof(spellings[0]);

    for (size_t i = 0, left = which; !v->in_parts && which < 4 && i < n; i++)
        if (strcmp(spellings[i].ref, v->ref) == 0 && strcmp(spellings[i].alt, v->alt[k]) == 0 &&
            left-- == 0) {
            const char *asked = spellings[i].asked;

            say(words, "change = GRCh%d:%s-%u-%s", which == 0 ? 37 : 38, chromosome,
                position + (uint32_t)(asked[0] - '0'), asked + 2);
            return;
        }
    say(words, "change = GRCh%d:%s-%u-%s-%s", which == 0 ? 37 : 38, chromosome, position, v->ref,
        v->alt[k]);
}

static void place_test(struct words *words)
{
    const struct draft *draft = words->draft;
    const struct draft_variant *v = &draft->variants[draw(words, (uint32_t)draft->n_variants)];
    const char *chromosome = v->chromosome == 23 ? "X" : "1";
    unsigned k = v->alt[1] ? draw(words, 2) : 0;
    unsigned which = draw(words, 8);
    bool is_37 = which == 0;
    uint32_t position = is_37 ? v->position - DRAFT_SHIFT : v->position;

    if (draw(words, 2) && !v->length)
        change_test(words, v, k, which);
    else if (draw(words, 2))
        say(words, "locus = GRCh%d:%s:%u-%u", is_37 ? 37 : 38, chromosome, position - 3,
            position + 3);
    else
        say(words, "locus = GRCh%d:%s:%u-%u", is_37 ? 37 : 38, chromosome,
            position - draw(words, 900), position + draw(words, 2000));
}

static void variant_test(struct words *words)
{
    static const char *const states[] = {"het", "hom", "hemi"};
    static const char *const consequences[] = {"lof", "missense_or_worse", "stop_gained",
                                               "synonymous_variant", "intron_variant"};
    static const char *const classes[] = {"pathogenic", "benign", "likely_pathogenic"};

    switch (draw(words, 10)) {
    case 6:
        say(words, "%s exists", draw(words, 2) ? "af" : "clinvar");
        return;
    case 0:
    case 1:
        say(words, "gene = %s", draft_genes[draw(words, DRAFT_GENES)]);
        return;
    case 2:
        say(words, "consequence in (%s)", consequences[draw(words, 5)]);
        return;
    case 3:
        say(words, "zygosity = %s", states[draw(words, 3)]);
        return;
    case 4:
        say(words, "af %s %s", draw(words, 2) ? "<=" : ">=", draw(words, 2) ? "1%" : "5%");
        return;
    case 5:
        say(words, "clinvar = %s", classes[draw(words, 3)]);
        return;
    default:
        place_test(words);
    }
}

static void tests(struct words *words, bool inside, int depth);

static void listed(struct words *words, bool inside, int depth, const char *between)
{
    uint32_t n = 2 + draw(words, 2);

    say(words, "(");
    for (uint32_t i = 0; i < n; i++) {
        if (i)
            say(words, "%s", between);
        tests(words, inside, depth - 1);
    }
    say(words, ")");
}

static void one_test(struct words *words, bool inside)
{
    static const char *const origins[] = {"", "", "", "", "germline ", "somatic "};

    if (inside) {
        variant_test(words);
    } else if (draw(words, 2)) {
        bool tested = draw(words, 4) == 0;

        if (!tested && words->draft->is_rich)
            say(words, "%s", origins[draw(words, 6)]);
        say(words, tested ? "tested(variant(" : "variant(");
        tests(words, true, 2);
        say(words, tested ? "))" : ")");
    } else {
        person_test(words);
    }
}

static void tests(struct words *words, bool inside, int depth)
{
    switch (depth > 0 ? draw(words, inside ? 6 : 9) : 9) {
    case 0:
    case 1:
        listed(words, inside, depth, " and ");
        return;
    case 2:
        listed(words, inside, depth, " or ");
        return;
    case 3:
        say(words, "not ");
        tests(words, inside, depth - 1);
        return;
    case 4:
        say(words, "at least %u of ", 1 + draw(words, 2));
        listed(words, inside, depth, ", ");
        return;
    default:
        one_test(words, inside);
    }
}

void draft_question(struct draft *draft, char text[static DRAFT_QUESTION_BYTES])
{
    struct words words = {draft, text, 0};

    text[0] = '\0';
    tests(&words, false, (int)draft_draw(draft, 3));
}

static void number_test(struct words *words)
{
    uint32_t tenths = 5 * draw(words, 20);
    bool micro = draw(words, 2);

    if (micro)
        say(words, "%u umol/L", tenths * 100);
    else
        say(words, "%u.%u mmol/L", tenths / 10, tenths % 10);
}

static void measured(struct words *words)
{
    static const char *const than[] = {"<", "<=", ">", ">=", "="};
    const char *code = draft_measured_codes[draw(words, DRAFT_MEASURED_CODES - 1)];

    switch (draw(words, 6)) {
    case 0:
        say(words, "lab = npu:%s", code);
        return;
    case 1:
        say(words, "observation loinc:%s in (%s)", draft_measured_codes[DRAFT_MEASURED_CODES - 1],
            draw(words, 2) ? "LA9622-7" : "LA9622-7, LA9623-5");
        return;
    case 2:
        say(words, "observation = loinc:%s", draft_measured_codes[DRAFT_MEASURED_CODES - 1]);
        return;
    default:
        say(words, "lab npu:%s %s ", code, than[draw(words, 5)]);
        number_test(words);
    }
}

/* An indel, and another line close enough to be it in other words? */
static bool has_neighbour(const struct draft *draft, size_t at)
{
    const struct draft_variant *v = &draft->variants[at];

    if (v->length || strlen(v->ref) == strlen(v->alt[0]))
        return false;
    for (size_t i = 0; i < draft->n_variants; i++)
        if (i != at && draft->variants[i].chromosome == v->chromosome &&
            draft->variants[i].position + 200 > v->position &&
            draft->variants[i].position < v->position + 200 && !draft->variants[i].length &&
            strlen(draft->variants[i].ref) != strlen(draft->variants[i].alt[0]))
            return true;
    return false;
}

void draft_question_of_change(struct draft *draft, char text[static DRAFT_QUESTION_BYTES])
{
    struct words words = {draft, text, 0};
    const struct draft_variant *v = &draft->variants[draw(&words, (uint32_t)draft->n_variants)];
    bool of_parts = draw(&words, 2);

    for (size_t i = 0; i < draft->n_variants; i++)
        if (of_parts ? draft->variants[i].in_parts : has_neighbour(draft, i))
            v = &draft->variants[i];
    text[0] = '\0';
    if (v->length) {
        draft_question(draft, text);
        return;
    }
    say(&words, draw(&words, 4) ? "variant(" : "not variant(");
    change_test(&words, v, 0, 8);
    say(&words, ")");
}

void draft_question_of_annotation(struct draft *draft, char text[static DRAFT_QUESTION_BYTES])
{
    static const char *const around[][2] = {
        {"", ""}, {"", ""}, {"", ""}, {"not ", ""}, {"tested(", ")"}};
    static const char *const of_files[] = {"pathogenic", "benign", "likely_pathogenic"};
    struct words words = {draft, text, 0};
    const struct draft_variant *v = &draft->variants[draw(&words, (uint32_t)draft->n_variants)];
    unsigned k = v->alt[1] ? draw(&words, 2) : 0;
    uint32_t form = draw(&words, 5);

    text[0] = '\0';
    say(&words, "%svariant(locus = GRCh38:%s:%u-%u and %s", around[form][0],
        v->chromosome == 23 ? "X" : "1", v->position, v->position + 3,
        draw(&words, 4) ? "" : "not ");
    if (draw(&words, 4) == 0)
        say(&words, "af %s %s", draw(&words, 2) ? "<=" : ">=", draw(&words, 2) ? "1%" : "5%");
    else if (v->clinvar[k] == 3 || draw(&words, 4) == 0)
        say(&words, "clinvar exists");
    else
        say(&words, "clinvar = %s", of_files[v->clinvar[k]]);
    say(&words, ")%s", around[form][1]);
}

void draft_question_of_hits(struct draft *draft, char text[static DRAFT_QUESTION_BYTES])
{
    static const char *const others[] = {"",
                                         "",
                                         " and consequence in (missense_or_worse)",
                                         " and not consequence in (lof)",
                                         " and not clinvar = benign",
                                         " and af < 5%"};
    static const char *const around[][2] = {
        {"", ""}, {"", ""}, {"germline ", ""}, {"not ", ""}, {"tested(", ")"}};
    struct words words = {draft, text, 0};
    const char *gene = draft_genes[draw(&words, DRAFT_GENES)];
    uint32_t form = draw(&words, 5);

    text[0] = '\0';
    say(&words, "%stwo hits(gene in (%s, %s)%s)%s", around[form][0], gene,
        draft_genes[draw(&words, DRAFT_GENES)], others[draw(&words, 6)], around[form][1]);
}

void draft_question_of_shares(struct draft *draft, char text[static DRAFT_QUESTION_BYTES])
{
    static const char *const places[] = {"change = GRCh38:MT-3243-A-G and ",
                                         "locus = GRCh38:MT:3200-3300 and ", ""};
    static const char *const bounds[] = {"0.4%", "10%", "12%", "20%", "35%"};
    static const char *const around[][2] = {{"", ""}, {"not ", ""}, {"tested(", ")"}};
    struct words words = {draft, text, 0};
    uint32_t form = draw(&words, 3);

    text[0] = '\0';
    say(&words, "%svariant(%s%svaf %s %s)%s", around[form][0], places[draw(&words, 3)],
        draw(&words, 3) ? "" : "not ", draw(&words, 2) ? ">=" : "<", bounds[draw(&words, 5)],
        around[form][1]);
}

/* A variant of a tumour, on the day of its sample. */
static void one_sample(struct words *words)
{
    const struct draft_variant *v =
        &words->draft->variants[draw(words, (uint32_t)words->draft->n_variants)];

    if (draw(words, 3) == 0)
        say(words, "somatic variant(consequence in (lof))");
    else
        say(words, "somatic variant(locus = GRCh38:%s:%u-%u)", v->chromosome == 23 ? "X" : "1",
            v->position, v->position + 3);
}

static void one_event(struct words *words)
{
    static const char *const times[] = {"",
                                        "",
                                        " and date >= 2020-03-05",
                                        " and date < 2020-03-05",
                                        " and age >= 40",
                                        " and age < 480 months"};

    if (words->draft->is_rich && draw(words, 2))
        one_sample(words);
    else if (draw(words, 2))
        say(words, "phenotype under %s", draft_terms[draw(words, DRAFT_TERMS)]);
    else
        say(words, "diagnosis under icd10:%s",
            draw(words, 2) ? "C50" : draft_icd[draw(words, DRAFT_ICD)]);
    say(words, "%s", times[draw(words, 6)]);
}

void draft_question_in_time(struct draft *draft, char text[static DRAFT_QUESTION_BYTES])
{
    static const char *const between[] = {" before event(", " within 30 days of event(",
                                          " at least 1 month after event(",
                                          " 0 to 1 year before event("};
    struct words words = {draft, text, 0};
    uint32_t form = draw(&words, 4);

    text[0] = '\0';
    say(&words, "%s", form == 0 ? "at least 2 times (" : draw(&words, 2) ? "not event(" : "event(");
    one_event(&words);
    say(&words, ")%s", form == 0 && draw(&words, 2) ? " within 12 months" : "");
    if (form < 2)
        return;
    say(&words, "%s", between[draw(&words, 4)]);
    one_event(&words);
    say(&words, ")");
}

void draft_question_of_values(struct draft *draft, char text[static DRAFT_QUESTION_BYTES])
{
    struct words words = {draft, text, 0};
    uint32_t form = draw(&words, 6);

    text[0] = '\0';
    if (form == 0)
        say(&words, "not ");
    if (form < 3) {
        measured(&words);
        return;
    }
    say(&words, "%s", form == 3 ? "at least 2 times (" : "event(");
    measured(&words);
    say(&words, "%s", draw(&words, 2) ? " and date >= 2020-03-05)" : ")");
    if (form < 5)
        return;
    say(&words, " before event(");
    measured(&words);
    say(&words, ")");
}
