/* SPDX-License-Identifier: Apache-2.0 */
#include "random_question.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/bytes.h"
#include "proto/base/random.h"

#define COUNT_OF(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static const char *const genes[] = {"BRCA1", "brca2", "\"brca1\"", "HLA-A", "c9orf72", "\"in\""};
static const char *const consequences[] = {"lof", "missense_or_worse", "stop_gained",
                                           "\"5_prime_UTR_variant\"", "missense_variant"};
static const char *const changes[] = {"GRCh38:17-31327718-C-T", "GRCh37:chr1-1000-ACGT-ACT",
                                      "grch38:X-5000-c-g"};
static const char *const loci[] = {"GRCh38:22:50674415-50733212", "GRCh38:M:7", "GRCh37:1:5-9"};
static const char *const zygosities[] = {"het", "hom", "hemi"};
static const char *const clinvars[] = {"pathogenic", "likely_pathogenic", "benign", "conflicting"};
static const char *const diagnoses[] = {"C50",         "icd10:c50.1",  "icd10:C501",
                                        "omim:613707", "ORPHANET:558", "MONDO:0007947"};
static const char *const stretches[] = {
    "icd10:C50-C56", "II", "icd10:c", "icd9:140-239", "icd10:C18.0-C18.5", "icd10:X60-X84"};
static const char *const phenotypes[] = {"HP:0001250", "hp:0001263", "HP:0000252"};
static const char *const treatments[] = {"atc:L01XK", "atc:l01eb02", "rxnorm:1187832"};
static const char *const procedures[] = {"kva:JKB00", "snomed:392021009"};
static const char *const observations[] = {"snomed:423740007", "local:ecog_1"};
static const char *const lab_codes[] = {"npu:NPU19651", "loinc:13457-7"};
static const char *const codes[] = {"igsr:EUR", "igsr:AFR", "atc:l01xk", "icd10:C50"};
static const char *const sexes[] = {"female", "male", "other", "unknown"};
static const char *const places[] = {"Skåne", "12", "M", "03", "\"Västra Götaland\"", "Gotland"};
static const char *const ages[] = {"0", "17", "18", "18.0", "65", "150"};
static const char *const years[] = {"1900", "1970", "2010"};
static const char *const shares[] = {"0", "0.001", "0.1%", "1%", "0.25", "1"};

static const struct kind {
    const char *field;
    const char *const *values;
    uint32_t n;
    char operators; /* i: = != in; u: also under; x: also excluded; s: under alone; r: range;
                     * v: range, never exists */
} kinds[] = {
    {"gene", genes, COUNT_OF(genes), 'i'},
    {"consequence", consequences, COUNT_OF(consequences), 'i'},
    {"change", changes, COUNT_OF(changes), 'i'},
    {"locus", loci, COUNT_OF(loci), 'i'},
    {"zygosity", zygosities, COUNT_OF(zygosities), 'i'},
    {"clinvar", clinvars, COUNT_OF(clinvars), 'i'},
    {"af", shares, COUNT_OF(shares), 'r'},
    {"vaf", shares, COUNT_OF(shares), 'v'},
    {"diagnosis", diagnoses, COUNT_OF(diagnoses), 'u'},
    {"diagnosis", stretches, COUNT_OF(stretches), 's'},
    {"phenotype", phenotypes, COUNT_OF(phenotypes), 'x'},
    {"treatment", treatments, COUNT_OF(treatments), 'u'},
    {"procedure", procedures, COUNT_OF(procedures), 'u'},
    {"observation", observations, COUNT_OF(observations), 'u'},
    {"lab", lab_codes, COUNT_OF(lab_codes), 'u'},
    {"specimen", observations, COUNT_OF(observations), 'u'},
    {"report", observations, COUNT_OF(observations), 'u'},
    {"death", codes, COUNT_OF(codes), 'u'},
    {"pathogen", observations, COUNT_OF(observations), 'u'},
    {"classification", observations, COUNT_OF(observations), 'u'},
    {"code", codes, COUNT_OF(codes), 'u'},
    {"sex", sexes, COUNT_OF(sexes), 'i'},
    {"region", places, COUNT_OF(places), 'i'},
    {"age", ages, COUNT_OF(ages), 'r'},
    {"birth_year", years, COUNT_OF(years), 'r'},
};

#define VARIANT_KINDS 8

static void put(struct bytes *out, const char *text)
{
    bytes_add_text(out, text);
}

static const char *any_value(const struct kind *kind)
{
    return kind->values[random_below(kind->n)];
}

static void put_list(struct bytes *out, const struct kind *kind)
{
    uint32_t n = 1 + random_below(4);

    put(out, kind->operators == 's' ? " under (" : " in (");
    for (uint32_t i = 0; i < n; i++) {
        put(out, i ? "," : "");
        put(out, any_value(kind));
    }
    put(out, ")");
}

/* Values of a range stand in ascending order; strict bounds are used where they leave something. */
static void put_range(struct bytes *out, const struct kind *kind)
{
    static const char *const signs[] = {" = ", " != ", " <= ", " >= "};
    static const char *const units[] = {" days", " weeks", " months", " year"};
    uint32_t low = random_below(kind->n), high = low + random_below(kind->n - low);

    switch (random_below(4)) {
    case 0:
        put(out, " between ");
        put(out, kind->values[low]);
        put(out, " and ");
        put(out, kind->values[high]);
        return;
    case 1:
        put(out, low == 0 ? " > " : " < ");
        break;
    default:
        put(out, signs[random_below(COUNT_OF(signs))]);
        break;
    }
    put(out, kind->values[low]);
    if (kind->values == ages && random_below(2))
        put(out, units[random_below(COUNT_OF(units))]);
}

/* What an event measured or was answered. */
static void put_measured(struct bytes *out)
{
    static const char *const codes_of[] = {"lab.NPU19651", "lab npu:NPU19651", "lab loinc:13457-7",
                                           "observation.89247-1", "observation local:ecog_1"};
    static const char *const values[] = {">= 4.9 mmol/L",
                                         "< -0.5",
                                         "between 1 and 2.5 \"10*9/L\"",
                                         "!= 5%",
                                         "= a",
                                         "in (\"1\", b, a)",
                                         "!= \"in part\"",
                                         "= 3 \"{score}\""};

    put(out, codes_of[random_below(COUNT_OF(codes_of))]);
    put(out, " ");
    put(out, values[random_below(COUNT_OF(values))]);
}

static void put_test(struct bytes *out, bool variant)
{

    uint32_t which = variant ? random_below(VARIANT_KINDS)
                             : VARIANT_KINDS + random_below(COUNT_OF(kinds) - VARIANT_KINDS);
    const struct kind *kind = &kinds[which];
    uint32_t form = random_below(kind->operators == 'x' ? 5 : kind->operators == 'u' ? 4 : 3);

    put(out, kind->field);
    if (strchr("rux", kind->operators) && random_below(8) == 0) {
        put(out, " exists");
        return;
    }
    if (strchr("rv", kind->operators)) {
        put_range(out, kind);
        return;
    }
    if (form == 2) {
        put_list(out, kind);
        return;
    }
    if (kind->operators == 's')
        form = 3;
    put(out, form == 0 ? "=" : form == 1 ? " != " : form == 3 ? " under " : " excluded ");
    put(out, any_value(kind));
}

/* Of one gene or several, of any origin. */
static void put_two_hits(struct bytes *out)
{
    static const char *const heads[] = {"two hits(", "germline two hits(", "somatic two hits("};
    static const char *const tests[] = {"gene = brca1", "gene in (BRCA2, BRCA1)",
                                        "consequence in (lof) and gene = BRCA1",
                                        "gene = BRCA1 and (af < 1% or not clinvar = benign)"};

    put(out, heads[random_below(COUNT_OF(heads))]);
    put(out, tests[random_below(COUNT_OF(tests))]);
    put(out, ")");
}

static void put_expr(struct bytes *out, bool variant, uint32_t depth)
{
    static const char *const joins[] = {" and ", " or ", ", "};
    uint32_t form = depth ? random_below(8) : 0, n = 2 + random_below(3);

    if (form < 2) {
        put_test(out, variant);
    } else if (form < 6) {
        uint32_t join = form < 5 ? form & 1 : 2;

        if (join == 2) {
            char head[32];

            snprintf(head, sizeof(head), "at least %u of ", 1 + random_below(n));
            put(out, head);
        }
        put(out, "(");
        for (uint32_t i = 0; i < n; i++) {
            put(out, i ? joins[join] : "");
            put_expr(out, variant, depth - 1);
        }
        put(out, ")");
    } else if (form == 6) {
        put(out, "not ");
        put_expr(out, variant, depth - 1);
    } else {
        static const char *const origins[] = {"variant(", "germline variant(", "somatic variant("};
        bool tested = !variant && random_below(3) == 0;

        put(out, tested ? "tested(" : "");
        if (!variant && random_below(6) == 0) {
            put_two_hits(out);
            put(out, tested ? ")" : "");
            return;
        }
        put(out, variant ? "(" : origins[random_below(COUNT_OF(origins))]);
        put_expr(out, true, depth - 1);
        put(out, tested ? "))" : ")");
    }
}

/* One event: codes, and its date and age. */
static void put_one_event(struct bytes *out)
{
    static const char *const events[] = {
        "diagnosis under c50",
        "treatment=atc:l01xk",
        "(code in (atc:L01XK, igsr:EUR) or procedure under kva:JKB00)",
        "lab npu:NPU19651 >= 4.9 mmol/l",
        "(observation.89247-1 in (a, b) or lab = npu:NPU19651)",
        "somatic variant(gene = egfr and consequence in (lof))"};
    static const char *const when[] = {"", " and date > 2019-12-31", " and age < 6 months",
                                       " and date between 2020-01-01 and 2020-06-30 and age >= 18"};

    put(out, events[random_below(COUNT_OF(events))]);
    put(out, when[random_below(COUNT_OF(when))]);
}

static const char *any_gap(void)
{
    static const char *const gaps[] = {"",
                                       " within 1 year",
                                       " within 12 months",
                                       " at least 2 weeks",
                                       " 0 to 90 days",
                                       " 1 to 1 months",
                                       " at least 150 years"};

    return gaps[random_below(COUNT_OF(gaps))];
}

void random_events(struct bytes *out)
{
    static const char *const sides[] = {" before", " after", " of"};
    uint32_t form = random_below(4), n = 1 + random_below(3);
    char head[32];

    snprintf(head, sizeof(head), "at least %u times (", n);
    if (random_below(4) == 0) {
        put_measured(out);
        return;
    }
    put(out, form == 0 ? head : form == 1 ? "sequence(" : "event(");
    put_one_event(out);
    for (uint32_t i = 0; form == 1 && i < n; i++) {
        put(out, " then");
        put(out, any_gap());
        put(out, " ");
        put_one_event(out);
    }
    put(out, form == 0 && n > 1 ? ") within 2 years" : ")");
    if (form < 3)
        return;
    put(out, any_gap());
    put(out, sides[random_below(COUNT_OF(sides))]);
    put(out, " event(");
    put_one_event(out);
    put(out, ")");
}

void random_question(struct bytes *out)
{
    put_expr(out, false, 1 + random_below(4));
}
