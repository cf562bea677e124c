/* SPDX-License-Identifier: Apache-2.0 */
/*
 * persons.csv: a row of attributes for each person, then a row for each event. Two in a hundred of
 * the event rows are followed by a malformed one, as hospital exports have them; a node rejects
 * those rows by line and field, so the truth does not depend on them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/synth/files.h"

static const char *const sexes[] = {"unknown", "male", "female"};

static void write_person(FILE *out, const struct person *person)
{
    if (person->birth_year)
        fprintf(out, "%s,%s,%d,,,,\n", person->id, sexes[person->sex], person->birth_year);
    else
        fprintf(out, "%s,%s,,,,,\n", person->id, sexes[person->sex]);
    for (int i = 0; i < person->n_diagnoses; i++)
        fprintf(out, "%s,,,diagnosis,icd10,%s,\n", person->id, person->diagnoses[i]);
    if (person->drug)
        fprintf(out, "%s,,,treatment,atc,%s,2025-03-01\n", person->id, person->drug);
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
    fprintf(out, "person,sex,birth_year,kind,system,code,date\n");
    for (uint32_t i = 0; i < n; i++) {
        write_person(out, &people[i]);
        events += (uint32_t)people[i].n_diagnoses;
        if (events >= 50) { /* a day that does not exist, in a row of its own */
            fprintf(out, "%s,,,diagnosis,icd10,R69,2025-02-30\n", people[i].id);
            events = 0;
        }
    }
    if (fclose(out) != 0)
        return err_set(err, ERR_INTERNAL, "cannot write %s: %s", path, strerror(errno));
    return true;
}
