/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/synth/truth_course.h"

#include <string.h>

const struct step steps[STEPS] = {
    {"I1 adult", "age >= 18"},
    {"I2 lung cancer", "diagnosis under icd10:C34"},
    {"I3 stage III or IV", "observation in (local:stage_3, local:stage_4)"},
    {"I4 L858R in the tumour", "somatic variant(change = GRCh38:7-55191822-T-G)"},
    {"E1 immunotherapy", "treatment under atc:L01FF"},
    {"E2 deceased", "deceased = yes"},
};

const char *const curve_from = "diagnosis under icd10:C34", *const curve_to = "deceased = yes";
const char *const genotype_names[GENOTYPES] = {"ref",  "het",         "hom",
                                               "hemi", "ref_haploid", "not_assessed"};

/* In the order of `changes`. */
enum { T790M, L858R, V600E, G12C };

void truth_add(struct truth *truth, enum answer answer)
{
    truth->matched += answer == YES;
    truth->undetermined += answer == CANNOT_TELL;
}

static enum answer yes_if(bool is)
{
    return is ? YES : NO;
}

/* The number of the first diagnosis under a code; of each of them there is one. */
static int diagnosis_at(const struct person *person, const char *prefix)
{
    for (int i = 0; i < person->n_diagnoses; i++)
        if (strncmp(person->diagnoses[i], prefix, strlen(prefix)) == 0)
            return i;
    return -1;
}

static int32_t day_of(const struct person *person, const char *prefix)
{
    return person->course.diagnosed[diagnosis_at(person, prefix)];
}

static const struct treatment *treatment_at(const struct person *person, const char *prefix)
{
    for (int i = 0; i < person->course.n_treatments; i++)
        if (strncmp(person->course.treatments[i].code, prefix, strlen(prefix)) == 0)
            return &person->course.treatments[i];
    return NULL;
}

/* The first at most so many days before the second; one without a day may lie on any. */
static enum answer within_before(int32_t first, int32_t second, int32_t days)
{
    if (first == NO_DAY || second == NO_DAY)
        return CANNOT_TELL;
    return yes_if(first < second && second - first <= days);
}

static enum answer young_breast(const struct person *p)
{
    enum answer young = diagnosis_at(p, "C50") < 0 ? NO : answer_age_on(p, day_of(p, "C50"), 0, 49);

    return answer_both(answer_sex(p, SEX_FEMALE), young);
}

static enum answer soon_treated(const struct person *p)
{
    enum answer any = NO;

    if (diagnosis_at(p, "C34") < 0)
        return NO;
    for (int i = 0; i < p->course.n_treatments; i++)
        if (strncmp(p->course.treatments[i].code, "L01", 3) == 0)
            any = answer_either(any,
                                within_before(day_of(p, "C34"), p->course.treatments[i].day, 60));
    return any;
}

/* The first line always begins within 180 days, and the second after it, on a day that is known. */
static enum answer two_lines(const struct person *p)
{
    const struct treatment *second = treatment_at(p, "L01FF"), *first = p->course.treatments;

    if (diagnosis_at(p, "C34") < 0 || !second)
        return NO;
    return day_of(p, "C34") == NO_DAY || first->day == NO_DAY ? CANNOT_TELL : YES;
}

static const struct value *cholesterol(const struct person *p)
{
    for (int i = 0; i < p->course.n_values; i++)
        if (strcmp(p->course.values[i].code, "NPU19651") == 0)
            return &p->course.values[i];
    return NULL;
}

/* Of a value without a unit it cannot be told. */
static enum answer high_cholesterol(const struct person *p)
{
    const struct value *value = cholesterol(p);

    if (!value)
        return NO;
    return value->unit[0] ? yes_if(value->tenths >= 49) : CANNOT_TELL;
}

static enum answer high_before_statin(const struct person *p)
{
    const struct treatment *statin = treatment_at(p, "C10AA");

    if (!cholesterol(p) || !statin)
        return NO;
    return answer_both(high_cholesterol(p),
                       within_before(cholesterol(p)->day, statin->day, INT32_MAX));
}

static enum answer is_dead(const struct person *p)
{
    return yes_if(p->course.died != NO_DAY);
}

static enum answer mutated_egfr(const struct person *p)
{
    return answer_either(answer_tumour(p, T790M), answer_tumour(p, L858R));
}

enum answer truth_course(int q, const struct plan *plan, const struct person *p)
{
    enum answer lung = answer_diagnosis(p, "C34");

    switch (q) {
    case 0:
        return young_breast(p);
    case 1:
        return soon_treated(p);
    case 2:
        return two_lines(p);
    case 3:
        return answer_both(high_cholesterol(p), answer_negate(answer_treatment(p, "C10AA")));
    case 4:
        return high_before_statin(p);
    case 5:
        return answer_both(answer_both(is_dead(p), lung), answer_age(plan, p, 70, 200));
    default:
        return answer_either(answer_tumour(p, G12C),
                             answer_both(lung, answer_negate(mutated_egfr(p))));
    }
}

static enum answer meets(int step, const struct plan *plan, const struct person *p)
{
    switch (step) {
    case 0:
        return answer_age(plan, p, 18, 200);
    case 1:
        return answer_diagnosis(p, "C34");
    case 2:
        return yes_if(p->course.stage && p->course.stage[6] >= '3');
    case 3:
        return answer_tumour(p, L858R);
    case 4:
        return answer_negate(answer_treatment(p, "L01FF"));
    default:
        return answer_negate(is_dead(p));
    }
}

static int32_t later(int32_t one, int32_t other)
{
    return one > other ? one : other; /* NO_DAY is before all */
}

static int32_t last_heard_of(const struct course *course, int n_diagnoses)
{
    int32_t last = course->staged;

    for (int i = 0; i < n_diagnoses; i++)
        last = later(last, course->diagnosed[i]);
    for (int i = 0; i < course->n_treatments; i++)
        last = later(last, course->treatments[i].day);
    for (int i = 0; i < course->n_values; i++)
        last = later(last, course->values[i].day);
    return last;
}

/* The cell of the curve; -1: in none. */
static int curve_cell(const struct person *p)
{
    const struct course *course = &p->course;
    int32_t from, days;
    bool censored = course->died == NO_DAY;

    if (diagnosis_at(p, "C34") < 0)
        return -1;
    from = day_of(p, "C34");
    if (from == NO_DAY || (!censored && course->born == NO_DAY)) /* of the dead, an age is known */
        return 2 * CURVE_BINS;
    days = (censored ? last_heard_of(course, p->n_diagnoses) : course->died) - from;
    days = days / CURVE_DAYS < CURVE_BINS ? days / CURVE_DAYS : CURVE_BINS - 1;
    return 2 * (int)days + censored;
}

int truth_frequency(int i)
{
    static const char *const symbols[FREQUENCIES] = {"CFTR", "HBB", "LDLR"};

    return gene_index(symbols[i]) * VARIANTS_PER_GENE + 1;
}

static int genotype_of(const struct person *p, int variant)
{
    static const int of_calls[] = {
        [CALL_REF] = 0, [CALL_HET] = 1, [CALL_HOM] = 2, [CALL_HEMI] = 3, [CALL_MISSING] = 5};

    return p->assay == ASSAY_WGS ? of_calls[p->calls[variant]] : 5;
}

void truth_measure(const struct plan *plan, const struct person *people, uint32_t n,
                   struct measured *measured)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct person *p = &people[i];
        enum answer so_far = YES;
        int cell = curve_cell(p);

        for (int s = 0; s < STEPS; s++) {
            so_far = answer_both(so_far, meets(s, plan, p));
            truth_add(&measured->steps[s], so_far);
        }
        if (cell >= 0)
            measured->curve[cell]++;
        for (int f = 0; f < FREQUENCIES; f++)
            measured->genotypes[f][genotype_of(p, truth_frequency(f))]++;
    }
}
