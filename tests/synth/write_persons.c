/* SPDX-License-Identifier: Apache-2.0 */
/*
 * persons.csv: a row of attributes for each person, then a row for each event. Two in a hundred of
 * the event rows are followed by a malformed one, as hospital exports have them; a node rejects
 * those rows by line and field, so the truth does not depend on them. events.csv: stages, and
 * values with their units.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/synth/files.h"

static const char *const sexes[] = {"unknown", "male", "female"};

/* "2024-02-29", or nothing */
static void put_day(FILE *out, int32_t day)
{
    char text[DATE_TEXT_BYTES];

    if (day == NO_DAY)
        return;
    date_text(day, text);
    fputs(text, out);
}

static void put_facts(FILE *out, const struct person *person)
{
    const struct course *course = &person->course;

    fprintf(out, "%s,%s,", person->id, sexes[person->sex]);
    if (person->birth_year && course->born == NO_DAY)
        fprintf(out, "%d", person->birth_year);
    fputc(',', out);
    put_day(out, course->born);
    fprintf(out, ",%s,", course->died == NO_DAY ? "no" : "yes");
    put_day(out, course->died);
    fputs(",,,,\n", out);
}

static void put_event(FILE *out, const struct person *person, const char *of, const char *code,
                      int32_t day)
{
    fprintf(out, "%s,,,,,,%s,%s,", person->id, of, code);
    put_day(out, day);
    fputc('\n', out);
}

static void write_person(FILE *out, const struct person *person)
{
    const struct course *course = &person->course;

    put_facts(out, person);
    for (int i = 0; i < person->n_diagnoses; i++)
        put_event(out, person, "diagnosis,icd10", person->diagnoses[i], course->diagnosed[i]);
    for (int i = 0; i < course->n_treatments; i++)
        put_event(out, person, "treatment,atc", course->treatments[i].code,
                  course->treatments[i].day);
}

bool write_persons(const char *folder, const struct person *people, uint32_t n, struct err *err)
{
    char path[4096];
    uint32_t events = 0;
    FILE *out;

    snprintf(path, sizeof(path), "%s/persons.csv", folder);
    out = fopen(path, "w");
    if (!out)
        return err_set(err, ERR_INTERNAL, "cannot create %s: %s", path, strerror(errno));
    fprintf(out, "person,sex,birth_year,birth_date,deceased,death_date,kind,system,code,date\n");
    for (uint32_t i = 0; i < n; i++) {
        write_person(out, &people[i]);
        events += (uint32_t)people[i].n_diagnoses;
        if (events >= 50) { /* a day that does not exist, in a row of its own */
            fprintf(out, "%s,,,,,,diagnosis,icd10,R69,2025-02-30\n", people[i].id);
            events = 0;
        }
    }
    if (fclose(out) != 0)
        return err_set(err, ERR_INTERNAL, "cannot write %s: %s", path, strerror(errno));
    return true;
}

static void put_stage(FILE *out, const struct person *person)
{
    const struct course *course = &person->course;

    if (!course->stage)
        return;
    fprintf(out, "%s,observation,local,%s,", person->id, course->stage);
    put_day(out, course->staged);
    fputs(",,\n", out);
}

static void put_value(FILE *out, const struct person *person, const struct value *value)
{
    int tenths = value->tenths * value->times;

    fprintf(out, "%s,lab,npu,%s,", person->id, value->code);
    put_day(out, value->day);
    fprintf(out, ",%d.%d,%s\n", tenths / 10, tenths % 10, value->unit);
}

bool write_events(const char *folder, const struct person *people, uint32_t n, struct err *err)
{
    char path[4096];
    FILE *out;

    snprintf(path, sizeof(path), "%s/events.csv", folder);
    out = fopen(path, "w");
    if (!out)
        return err_set(err, ERR_INTERNAL, "cannot create %s: %s", path, strerror(errno));
    fprintf(out, "person,kind,system,code,start,value,unit\n");
    for (uint32_t i = 0; i < n; i++) {
        put_stage(out, &people[i]);
        for (int v = 0; v < people[i].course.n_values; v++)
            put_value(out, &people[i], &people[i].course.values[v]);
    }
    if (fclose(out) != 0)
        return err_set(err, ERR_INTERNAL, "cannot write %s: %s", path, strerror(errno));
    return true;
}
