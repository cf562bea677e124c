/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/synth/truth.h"

#include <string.h>

#include "tests/synth/answer.h"
#include "tests/synth/truth_course.h"

static bool truncating(const struct variant *variant)
{
    return variant->truncating;
}

static bool rare_missense_or_worse(const struct variant *variant)
{
    return variant->missense_or_worse && variant->per_million <= 5000;
}

static bool pathogenic(const struct variant *variant)
{
    return strcmp(variant->clinical, "Pathogenic") == 0;
}

static const char *const questions[TRUTHS] = {
    "variant(gene in (BRCA1, BRCA2) and consequence in (lof)) and diagnosis under icd10:C50 "
    "and age >= 18",
    "phenotype under HP:0001250 and sex = female",
    "variant(gene = ATM and consequence in (missense_or_worse) and af <= 0.5%)",
    "diagnosis under icd10:E11 and age between 40 and 60",
    "at least 2 of (phenotype under HP:0001250, phenotype under HP:0001263, "
    "phenotype under HP:0000252)",
    "not variant(gene = BRCA1 and consequence in (lof)) and diagnosis = icd10:C50.4",
    "phenotype excluded HP:0001639",
    "variant(gene = SCN1A and clinvar = pathogenic) or phenotype under HP:0002069",
    "sex = female and event(diagnosis under icd10:C50 and age < 50)",
    "event(diagnosis under icd10:C34) within 60 days before event(treatment under atc:L01)",
    "sequence(diagnosis under icd10:C34 then within 180 days treatment under atc:L01 "
    "then treatment under atc:L01FF)",
    "lab npu:NPU19651 >= 4.9 mmol/L and not treatment under atc:C10AA",
    "event(lab npu:NPU19651 >= 4.9 mmol/L) before event(treatment under atc:C10AA)",
    "deceased = yes and diagnosis under icd10:C34 and age >= 70",
    "somatic variant(change = GRCh38:12-25245351-C-A) or (diagnosis under icd10:C34 and not "
    "somatic variant(gene = EGFR and consequence = missense_variant))",
};

const char *truth_question(int q)
{
    return questions[q];
}

static enum answer answer_of(int q, const struct plan *plan, const struct person *p)
{
    int present;

    switch (q) {
    case 0:
        return answer_both(answer_both(answer_either(answer_carries(plan, p, "BRCA1", truncating),
                                                     answer_carries(plan, p, "BRCA2", truncating)),
                                       answer_diagnosis(p, "C50")),
                           answer_age(plan, p, 18, 200));
    case 1:
        return answer_both(answer_feature(p, "HP:0001250"), answer_sex(p, SEX_FEMALE));
    case 2:
        return answer_carries(plan, p, "ATM", rare_missense_or_worse);
    case 3:
        return answer_both(answer_diagnosis(p, "E11"), answer_age(plan, p, 40, 60));
    case 4:
        present = (answer_feature(p, "HP:0001250") == YES) +
                  (answer_feature(p, "HP:0001263") == YES) +
                  (answer_feature(p, "HP:0000252") == YES);
        return present >= 2 ? YES : NO;
    case 5:
        return answer_both(answer_negate(answer_carries(plan, p, "BRCA1", truncating)),
                           answer_diagnosis(p, "C50.4"));
    case 6: /* absent above HP:0001639 is absent in it */
        return p->excluded && feature_under("HP:0001639", p->excluded) ? YES : NO;
    case 7:
        return answer_either(answer_carries(plan, p, "SCN1A", pathogenic),
                             answer_feature(p, "HP:0002069"));
    default:
        return truth_course(q - TRUTHS_OF_STATE, plan, p);
    }
}

void truth_tally(const struct plan *plan, const struct person *people, uint32_t n,
                 struct truth tally[TRUTHS])
{
    for (uint32_t i = 0; i < n; i++)
        for (int q = 0; q < TRUTHS; q++)
            truth_add(&tally[q], answer_of(q, plan, &people[i]));
}
