/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/language_page.h"

#include <assert.h>
#include <stdio.h>

#include "proto/base/bytes.h"
#include "proto/query/code_system.h"
#include "proto/query/region.h"
#include "proto/query/unit.h"
#include "proto/query/vocabulary.h"

const char *const language_examples[FIELD_COUNT] = {
    [FIELD_AGE] = "age < 6 months",
    [FIELD_BIRTH_YEAR] = "birth_year between 1980 and 1989",
    [FIELD_SEX] = "sex = female",
    [FIELD_REGION] = "region in (Skåne, 12, M)",
    [FIELD_DIAGNOSIS] = "diagnosis under (icd10:C50-C56, icd10:II, omim:613707)",
    [FIELD_PHENOTYPE] = "phenotype under HP:0001250 and phenotype excluded HP:0001627",
    [FIELD_CODE] = "code under atc:L01XK",
    [FIELD_GENE] = "gene in (BRCA1, BRCA2)",
    [FIELD_CONSEQUENCE] = "gene = BRCA1 and consequence in (lof, missense_variant)",
    [FIELD_CHANGE] = "change = GRCh38:17-43044295-G-A",
    [FIELD_LOCUS] = "locus = GRCh38:17:43044295-43125483",
    [FIELD_ZYGOSITY] = "gene = PAH and zygosity = hom",
    [FIELD_AF] = "gene = TTN and af < 0.1%",
    [FIELD_CLINVAR] = "gene = SCN1A and clinvar in (pathogenic, likely_pathogenic)",
    [FIELD_DECEASED] = "deceased = no",
    [FIELD_TREATMENT] = "treatment under atc:L01XK",
    [FIELD_PROCEDURE] = "procedure = kva:UJF32",
    [FIELD_DATE] = "event(diagnosis under icd10:C50 and date >= 2020-01-01)",
    [FIELD_OBSERVATION] = "observation loinc:89247-1 <= 1",
    [FIELD_LAB] = "lab npu:NPU19651 >= 4.9 mmol/L",
    [FIELD_SPECIMEN] =
        "event(specimen = local:tumour) within 60 days before event(report = local:wgs)",
    [FIELD_REPORT] = "report local:wgs = solved",
    [FIELD_DEATH] = "event(death under icd10:I21 and date >= 2020-01-01)",
    [FIELD_PATHOGEN] = "event(pathogen local:mrsa = ct1234 and date >= 2026-01-01)",
    [FIELD_CLASSIFICATION] = "classification local:SCN1A in (pathogenic, likely_pathogenic)",
    [FIELD_SVTYPE] = "variant(svtype = DEL and gene = BRCA1)",
    [FIELD_LENGTH] = "variant(svtype = DUP and length >= 1000000)",
    [FIELD_COPIES] = "variant(svtype = CNV and gene = ERBB2 and copies >= 6)",
    [FIELD_VAF] = "somatic variant(gene = JAK2 and vaf >= 1%)",
};

const struct language_construct language_constructs[] = {
    {"sex = female and age >= 18", "both", "båda"},
    {"diagnosis under icd10:C50 or diagnosis under icd10:C56", "one or both", "den ena eller båda"},
    {"not diagnosis under icd10:C50", "no record of it", "ingen uppgift om det"},
    {"at least 2 of (phenotype under HP:0001250, phenotype under HP:0001263, sex = male)",
     "so many of the list", "så många i listan"},
    {"variant(gene = BRCA1 and consequence in (lof) and af < 1%)",
     "one and the same variant; bare tests of one `and` are read so",
     "en och samma variant; fristående villkor i ett `and` läses så"},
    {"germline variant(gene = BRCA1 and consequence in (lof))",
     "in a sample of the germline, a tumour's normal with it",
     "i ett prov av könsbanan, även det normala provet till en tumör"},
    {"somatic variant(gene = KRAS and consequence = missense_variant)",
     "in a sample of a tumour or of cell-free DNA; without the word, of either origin",
     "i ett prov av en tumör eller av fritt DNA; utan ordet, av endera ursprung"},
    {"two hits(gene = PAH and clinvar in (pathogenic, likely_pathogenic))",
     "both copies of the gene: one variant on both, or two that are known to lie on different ones",
     "båda kopiorna av genen: en variant på båda, eller två som man vet ligger på olika"},
    {"tested(variant(gene in (BRCA1, BRCA2)))",
     "who was looked at well enough to tell: the denominator",
     "den som är undersökt så väl att det kan sägas: nämnaren"},
    {"event(diagnosis under icd10:C50) within 12 months before event(treatment under atc:L01)",
     "two events so far apart, on that side", "två händelser så långt isär, på den sidan"},
    {"sequence(diagnosis under icd10:C50 then within 6 months treatment under atc:L01)",
     "each after the one before", "var och en efter den föregående"},
    {"sequence(treatment under atc:L01EB then at least 90 days somatic variant(gene = EGFR))",
     "a variant of a tumour is on the day on which its sample was taken",
     "en variant i en tumör är på den dag då dess prov togs"},
    {"at least 3 times (treatment under atc:L01) within 12 months", "on so many different days",
     "på så många olika dagar"},
    {"lab npu:NPU19651 between 2.5 and 4.9 mmol/L", "one value at least; lab.NPU19651 is the same",
     "minst ett värde; lab.NPU19651 är detsamma"},
    {"observation loinc:89247-1 in (LA9622-7, LA9623-5)", "one of these answers",
     "något av dessa svar"},
    {"event(lab npu:NPU19651 >= 4.9 mmol/L) before event(treatment under atc:C10AA)",
     "a value on its day", "ett värde på sin dag"},
    {"clinvar exists", "something is recorded of it", "något är registrerat om det"},
    {"age between 18 and 75 # a comment", "to the end of the line", "till radens slut"},
    {NULL, NULL, NULL},
};

static void add(struct bytes *out, const char *text)
{
    bytes_add_text(out, text);
}

static void row(struct bytes *out, const char *const *cells, size_t n)
{
    add(out, "|");
    for (size_t i = 0; i < n; i++) {
        add(out, " ");
        add(out, cells[i]);
        add(out, " |");
    }
    add(out, "\n");
}

#define ROW(out, ...)                                                                              \
    row(out, (const char *const[]){__VA_ARGS__},                                                   \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static const char *operators_of(const struct field *field)
{
    static _Thread_local char text[120];
    unsigned allowed = field->operators;

    (void)snprintf(text, sizeof(text), "`%s%s%s%s`%s",
                   allowed & ALLOW_RANGE ? "= != < <= > >= between" : "= != in",
                   allowed & ALLOW_UNDER ? " under" : "",
                   allowed & ALLOW_EXCLUDED ? " excluded" : "",
                   allowed & ALLOW_EXISTS ? " exists" : "",
                   allowed & ALLOW_VALUE ? "; after a code `= != < <= > >= between in`" : "");
    return text;
}

static const char *values_of(const struct field *field)
{
    static _Thread_local char text[120];

    switch (field->form) {
    case FORM_INTEGER:
        (void)snprintf(text, sizeof(text), "a whole number from %lld to %lld%s",
                       (long long)field->least, (long long)field->most,
                       field->field == FIELD_AGE ? "; days, weeks, months or years" : "");
        return text;
    case FORM_SHARE:
        return "a share from 0 to 1, or a percentage";
    case FORM_DATE:
        return "a day, YYYY-MM-DD";
    case FORM_WORD:
        return "a word of the list below";
    case FORM_REGION:
        return "a region by name, letter or code";
    case FORM_GENE:
        return "a symbol of HGNC; in quotes as it is written";
    case FORM_CODE:
        return "SYSTEM:CODE of the list below";
    case FORM_CHANGE:
        return "ASSEMBLY:CHROMOSOME-POSITION-REF-ALT";
    case FORM_LOCUS:
        return "ASSEMBLY:CHROMOSOME:START-END";
    }
    return "";
}

static void fields(struct bytes *out, enum field_scope scope, const char *title)
{
    add(out, title);
    add(out, "| field | what | vad | operators | values | example |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct field *field = &vocabulary_fields[i];
        char name[64], example[256];

        if (field->scope != scope)
            continue;
        (void)snprintf(name, sizeof(name), "`%s`", field->name);
        (void)snprintf(example, sizeof(example), "`%s`",
                       language_examples[i] ? language_examples[i] : field->name);
        ROW(out, name, field->english, field->swedish, operators_of(field), values_of(field),
            example);
    }
}

static void words(struct bytes *out)
{
    add(out, "\n## Words\n\n| field | word | means | betyder |\n|---|---|---|---|\n");
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        size_t n;
        const struct word *list = field_words((enum ast_field)i, &n);

        for (size_t k = 0; k < n; k++) {
            char word[64];

            (void)snprintf(word, sizeof(word), "`%s`", list[k].text);
            ROW(out, vocabulary_fields[i].name, word,
                list[k].english ? list[k].english : list[k].text,
                list[k].swedish ? list[k].swedish : list[k].text);
        }
    }
    add(out, "\n## Regions\n\n");
    for (size_t i = 0; i < REGION_COUNT; i++) {
        add(out, i ? ", " : "");
        add(out, regions[i].code);
        add(out, " ");
        add(out, regions[i].word);
    }
    add(out, "\n");
}

static void systems(struct bytes *out)
{
    static const char *const below[] = {
        [HIERARCHY_NONE] = "itself",
        [HIERARCHY_SPELLED] = "what begins with it",
        [HIERARCHY_TABLE] = "by the loaded list; cannot tell without it",
    };

    add(out, "\n## Code systems\n\n| system | name | form | `under` | diagnosis | phenotype |\n"
             "|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < code_systems_n; i++) {
        const struct code_system *system = &code_systems[i];
        char name[40];

        (void)snprintf(name, sizeof(name), "`%s`", system->name);
        ROW(out, name, system->english, system->form, below[system->hierarchy],
            system->diagnosis ? "yes" : "", system->phenotype ? "yes" : "");
    }
    add(out,
        "\nAny system by `code`. After `under` a stretch of icd10 or icd9 may stand: "
        "`icd10:C50-C56`, a\n"
        "chapter `icd10:II`, a letter `icd10:C`; and a list, `under (icd10:C50, icd10:D05)`.\n");
}

static void constructs(struct bytes *out)
{
    add(out, "\n## Putting tests together\n\n| question | meets | uppfylls av |\n|---|---|---|\n");
    for (const struct language_construct *one = language_constructs; one->question; one++) {
        char question[160];

        (void)snprintf(question, sizeof(question), "`%s`", one->question);
        ROW(out, question, one->english, one->swedish);
    }
    add(out, "\n`not` binds tighter than `and`, and `and` tighter than `or`; parentheses group. "
             "Keywords are in\n"
             "lower case. A value that is a keyword, or begins with a digit, stands in quotes.\n\n"
             "A named set is a file `sets/NAME@VERSION.txt` here or in `~/.config/rikstal`, with "
             "values or with\n"
             "one question: `gene in @epilepsy`, `diagnosis under @breast@2`, `@ecog_0_1 and sex = "
             "female`. Its\n"
             "name, version and hash are part of the question. Without a version, the newest is "
             "taken, and\n"
             "`rikstal explain` shows which.\n");
}

static void all_units(struct bytes *out)
{
    add(out, "\n## Units\n\nAfter a number of `lab` and `observation`: ");
    for (size_t i = 0; i < units_n; i++) {
        bool next = i > 0 && unit_converts(&units[i - 1], &units[i]);

        add(out, i == 0 ? "" : next ? ", " : "; ");
        add(out, "`");
        add(out, units[i].name);
        add(out, "`");
    }
    add(out,
        ".\nThose without a semicolon between them are converted, exactly; others never, and a "
        "value in one is\n"
        "\"cannot tell\" then, as is one that was recorded without a unit, or without a number. A "
        "number without\n"
        "a unit is compared with what was recorded without one. What begins with a digit or has "
        "other signs than\n"
        "`/` stands in quotes: `\"10*9/L\"`.\n");
}

static void limits(struct bytes *out)
{
    char text[400];

    (void)snprintf(
        text, sizeof(text),
        "\n## Limits\n\nA question has at most %d bytes of text, %d parts, nested %d deep, and %d "
        "values (those of its sets\nwith them) of %d bytes each. A gene or stretch counts as "
        "tested where an assay covers %d %% of it.\nThe vocabulary is version %d.\n",
        AST_TEXT_MAX, AST_NODES_MAX, AST_DEPTH_MAX, AST_VALUES_MAX, AST_STRING_MAX,
        TESTED_SHARE_PERCENT, VOCABULARY_VERSION);
    add(out, text);
}

void language_page(struct bytes *out)
{
    assert(out);
    add(out, "# The language of questions\n\n"
             "Printed by `rikstal language`. The unit is always persons. Every test is yes, no or "
             "cannot tell of\n"
             "a person; `rikstal explain 'QUESTION'` says in words, English or Swedish, what one "
             "means.\n");
    fields(out, SCOPE_PERSON, "\n## Fields of a person\n\n");
    fields(out, SCOPE_EVENT, "\n## Fields of an event, beside its code and the age on its day\n\n");
    fields(out, SCOPE_VARIANT, "\n## Fields of a variant\n\n");
    add(out, "\nAges are completed days, weeks, months or years, at the day of the data or at "
             "death. `change` and\n"
             "`locus` are read as people type them (`hg38:chr17:43044295:G:A`, "
             "`NC_000017.11:g.43044295G>A`,\n"
             "`hg38:chr17:1-9`) where the assembly is clear.\n");
    constructs(out);
    words(out);
    systems(out);
    all_units(out);
    limits(out);
}

bool language_page_field(const char *name, struct bytes *out)
{
    assert(name && out);
    const struct field *field = field_by_name(name);
    char text[512];

    if (!field)
        return false;
    (void)snprintf(text, sizeof(text), "%s: %s (%s), of a%s\n%s\n%s\n", field->name, field->english,
                   field->swedish,
                   field->scope == SCOPE_PERSON    ? " person"
                   : field->scope == SCOPE_VARIANT ? " variant"
                                                   : "n event",
                   operators_of(field), values_of(field));
    add(out, text);
    if (language_examples[field->field]) {
        add(out, language_examples[field->field]);
        add(out, "\n");
    }
    return true;
}
