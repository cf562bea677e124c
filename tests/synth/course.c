/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/synth/course.h"

#include <assert.h>
#include <string.h>

#include "tests/synth/country.h"

#define YEARS_BACK 8

const struct change changes[CHANGES] = {
    {"7", 55181378, 'C', 'T', "EGFR", "T790M", 30000},
    {"7", 55191822, 'T', 'G', "EGFR", "L858R", 150000},
    {"7", 140753336, 'A', 'T', "BRAF", "V600E", 40000},
    {"12", 25245351, 'C', 'A', "KRAS", "G12C", 160000},
};
#define L858R 1

const char *const tumour_genes[TUMOUR_GENES] = {"EGFR", "KRAS", "BRAF"};

/* The years of which records are, cut to a life. */
struct span {
    int32_t first;
    int32_t last;
};

static struct span span_of(const struct person *person, int year)
{
    struct span span = {date_from_civil(year - YEARS_BACK, 1, 1),
                        date_from_civil(year - 1, 12, 31)};
    int32_t born = date_from_civil(person->birth_year + 1, 1, 1);

    if (person->birth_year && born > span.first)
        span.first = born;
    return span;
}

/* NO_DAY for three in a hundred, and where there is none left. */
static int32_t draw_day(struct dice *dice, struct span span)
{
    if (span.first > span.last || dice_chance(dice, 30000))
        return NO_DAY;
    return span.first + (int32_t)dice_below(dice, (uint32_t)(span.last - span.first) + 1);
}

static int diagnosis_under(const struct person *person, const char *prefix)
{
    for (int i = 0; i < person->n_diagnoses; i++)
        if (strncmp(person->diagnoses[i], prefix, strlen(prefix)) == 0)
            return i;
    return -1;
}

static void add_treatment(struct course *course, const char *code, int32_t day)
{
    assert(course->n_treatments < COURSE_TREATMENTS);
    course->treatments[course->n_treatments++] = (struct treatment){code, day};
}

static void add_value(struct course *course, struct value value)
{
    assert(course->n_values < COURSE_VALUES);
    course->values[course->n_values++] = value;
}

static void draw_stage(struct dice *dice, struct course *course, int32_t day,
                       const uint32_t per_hundred[3])
{
    static const char *const stages[] = {"stage_1", "stage_2", "stage_3", "stage_4"};
    uint32_t at = dice_below(dice, 100);
    int stage = 0;

    while (stage < 3 && at >= per_hundred[stage])
        at -= per_hundred[stage++];
    course->stage = stages[stage];
    course->staged = day;
}

static bool is_late(const struct course *course)
{
    return course->stage[6] >= '3';
}

/* Of the dead the day of birth is known, where the year is; who is born so late is alive. */
static void draw_death(struct dice *dice, struct person *person, int32_t from, int32_t last)
{
    struct course *course = &person->course;
    uint32_t typical = is_late(course) ? 500 : 3000;
    int32_t day =
        from + 30 + (int32_t)dice_below(dice, typical) + (int32_t)dice_below(dice, typical);

    if (day > last)
        return;
    course->died = day;
    if (person->birth_year)
        course->born = date_from_civil(person->birth_year, 1, 1) + (int32_t)dice_below(dice, 365);
}

static void draw_tumour(struct dice *dice, struct course *course)
{
    course->has_tumour = dice_chance(dice, 600000);
    for (int c = 0; course->has_tumour && c < CHANGES; c++)
        course->tumour[c] = dice_chance(dice, 20000)                    ? CALL_MISSING
                            : dice_chance(dice, changes[c].per_million) ? CALL_HET
                                                                        : CALL_REF;
}

/* Two lines, each after the one before, and a value at the last visit. */
static void draw_lung(struct dice *dice, struct person *person, int32_t day, struct span span)
{
    static const uint32_t stages[] = {20, 10, 25};
    struct course *course = &person->course;
    int32_t from = day == NO_DAY ? span.first : day, line;

    draw_stage(dice, course, day, stages);
    draw_tumour(dice, course);
    draw_death(dice, person, from, span.last);
    if (course->died != NO_DAY)
        span.last = course->died;
    line = from + 10 + (int32_t)dice_below(dice, 90);
    if (line > span.last)
        return;
    if (is_late(course))
        add_treatment(course, course->tumour[L858R] == CALL_HET ? "L01EB04" : "L01XA01",
                      dice_chance(dice, 30000) ? NO_DAY : line);
    line += 90 + (int32_t)dice_below(dice, 400);
    if (is_late(course) && line <= span.last && dice_chance(dice, 600000))
        add_treatment(course, "L01FF02", line);
    line = span.last - (int32_t)dice_below(dice, 200);
    if (course->died == NO_DAY && line > from)
        add_value(course,
                  (struct value){"NPU28309", line, 1000 + (int)dice_below(dice, 600), 1, "g/L"});
}

static void draw_breast(struct dice *dice, struct person *person, int32_t day, struct span span)
{
    static const uint32_t stages[] = {45, 35, 12};
    int32_t from = day == NO_DAY ? span.first : day;
    int32_t line = from + 10 + (int32_t)dice_below(dice, 60);

    draw_stage(dice, &person->course, day, stages);
    if (person->drug)
        add_treatment(&person->course, person->drug, line > span.last ? NO_DAY : line);
}

/* Of the pressure of the blood: LDL cholesterol, and for some a statin. */
static void draw_pressure(struct dice *dice, struct course *course, struct span span)
{
    bool whole = dice_chance(dice, 150000), bare = dice_chance(dice, 20000);
    int tenths = 15 + (int)dice_below(dice, 50);
    int32_t day = draw_day(dice, span);

    if (dice_chance(dice, 600000))
        add_value(course, (struct value){"NPU19651", day, tenths, whole ? 1000 : 1,
                                         bare    ? ""
                                         : whole ? "umol/L"
                                                 : "mmol/L"});
    if (!dice_chance(dice, 400000))
        return;
    day = draw_day(dice, span);
    if (course->n_values > 0 && course->values[course->n_values - 1].day == day)
        day = NO_DAY;
    add_treatment(course, "C10AA05", day);
}

void course_draw(struct dice *dice, struct person *person, int year)
{
    struct course *course = &person->course;
    struct span span = span_of(person, year);
    int breast = diagnosis_under(person, "C50"), lung = diagnosis_under(person, "C34");

    course->born = course->died = NO_DAY;
    for (int i = 0; i < person->n_diagnoses; i++)
        course->diagnosed[i] = draw_day(dice, span);
    if (breast >= 0)
        draw_breast(dice, person, course->diagnosed[breast], span);
    else if (lung >= 0)
        draw_lung(dice, person, course->diagnosed[lung], span);
    if (course->died != NO_DAY)
        span.last = course->died;
    for (int i = 0; i < person->n_diagnoses; i++)
        if (course->diagnosed[i] != NO_DAY && course->diagnosed[i] > span.last)
            course->diagnosed[i] = NO_DAY;
    if (diagnosis_under(person, "I10") >= 0)
        draw_pressure(dice, course, span);
}
