/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/facts_writer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/publish/segment_writer.h"
#include "node/store/consent.h"
#include "node/store/entry.h"
#include "node/store/person.h"
#include "proto/base/bytes.h"
#include "proto/base/date.h"

struct facts_writer {
    uint32_t n;
    struct person_id *pid;
    uint8_t *sex;
    int16_t *birth_year;
    int32_t *birth_date;
    uint8_t *age_fixed;
    uint8_t *deceased;
    int32_t *death_date;
    uint64_t *consent;
    int32_t *consent_from;
    int32_t *consent_to;
    uint16_t *consent_disease; /* 1 for the first of diseases; 0: none */
    struct bytes diseases;     /* texts, each with its NUL */
    bool has_consent;          /* some person has consent recorded */
    /* Of the person whose entries are being taken: entries say different ones. */
    bool two_sexes;
    bool two_days; /* of birth */
    bool two_years;
    bool two_ages;
    bool two_deaths;
};

static bool make_room(struct facts_writer *facts)
{
    size_t room = (size_t)facts->n + 1;

    facts->pid = calloc(room, sizeof(*facts->pid));
    facts->sex = calloc(room, sizeof(*facts->sex));
    facts->birth_year = calloc(room, sizeof(*facts->birth_year));
    facts->birth_date = calloc(room, sizeof(*facts->birth_date));
    facts->age_fixed = calloc(room, sizeof(*facts->age_fixed));
    facts->deceased = calloc(room, sizeof(*facts->deceased));
    facts->death_date = calloc(room, sizeof(*facts->death_date));
    facts->consent = calloc(room, sizeof(*facts->consent));
    facts->consent_from = calloc(room, sizeof(*facts->consent_from));
    facts->consent_to = calloc(room, sizeof(*facts->consent_to));
    facts->consent_disease = calloc(room, sizeof(*facts->consent_disease));
    return facts->pid && facts->sex && facts->birth_year && facts->birth_date && facts->age_fixed &&
           facts->deceased && facts->death_date && facts->consent && facts->consent_from &&
           facts->consent_to && facts->consent_disease;
}

void facts_writer_free(struct facts_writer *facts)
{
    if (!facts)
        return;
    free(facts->pid);
    free(facts->sex);
    free(facts->birth_year);
    free(facts->birth_date);
    free(facts->age_fixed);
    free(facts->deceased);
    free(facts->death_date);
    free(facts->consent);
    free(facts->consent_from);
    free(facts->consent_to);
    free(facts->consent_disease);
    bytes_clear(&facts->diseases);
    free(facts);
}

bool facts_writer_new(uint32_t n, struct facts_writer **out, struct err *err)
{
    assert(out);
    struct facts_writer *facts = calloc(1, sizeof(*facts));

    *out = facts;
    if (!facts)
        return err_memory(err);
    facts->n = n;
    return make_room(facts) || err_memory(err);
}

static bool known(sqlite3_stmt *row, int column)
{
    return sqlite3_column_type(row, column) != SQLITE_NULL;
}

/* Death in one entry decides; without it, a status that could not be read may have been death. */
static uint8_t vital_of(uint8_t before, int entry)
{
    if (before == SEGMENT_DECEASED || entry == 1)
        return SEGMENT_DECEASED;
    return before == SEGMENT_VITAL_LOST || entry == ENTRY_VITAL_LOST ? SEGMENT_VITAL_LOST
                                                                     : SEGMENT_ALIVE;
}

static void take_sex(struct facts_writer *facts, uint32_t i, sqlite3_stmt *row)
{
    uint8_t sex = known(row, 0) ? (uint8_t)sqlite3_column_int(row, 0) : PERSON_SEX_UNKNOWN;

    if (sex == PERSON_SEX_UNKNOWN)
        return;
    facts->two_sexes |= facts->sex[i] != PERSON_SEX_UNKNOWN && facts->sex[i] != sex;
    facts->sex[i] = sex;
}

static void take_birth(struct facts_writer *facts, uint32_t i, sqlite3_stmt *row)
{
    int32_t date = known(row, 1) ? sqlite3_column_int(row, 1) : PERSON_NO_DATE;
    int year = known(row, 2) ? sqlite3_column_int(row, 2) : 0, month, day;

    if (date != PERSON_NO_DATE) {
        facts->two_days |= facts->birth_date[i] != PERSON_NO_DATE && facts->birth_date[i] != date;
        facts->birth_date[i] = date;
        date_to_civil(date, &year, &month, &day);
    }
    if (year == 0)
        return;
    facts->two_years |= facts->birth_year[i] != 0 && facts->birth_year[i] != year;
    facts->birth_year[i] = (int16_t)year;
}

static void take_age(struct facts_writer *facts, uint32_t i, sqlite3_stmt *row)
{
    uint8_t age = known(row, 3) ? (uint8_t)sqlite3_column_int(row, 3) : PERSON_NO_AGE;

    if (age == PERSON_NO_AGE)
        return;
    facts->two_ages |= facts->age_fixed[i] != PERSON_NO_AGE && facts->age_fixed[i] != age;
    facts->age_fixed[i] = age;
}

static void take_death(struct facts_writer *facts, uint32_t i, sqlite3_stmt *row)
{
    int32_t date = known(row, 5) ? sqlite3_column_int(row, 5) : PERSON_NO_DATE;

    if (known(row, 4))
        facts->deceased[i] = vital_of(facts->deceased[i], sqlite3_column_int(row, 4));
    if (date == PERSON_NO_DATE)
        return;
    facts->two_deaths |= facts->death_date[i] != PERSON_NO_DATE && facts->death_date[i] != date;
    facts->death_date[i] = date;
}

/* An entry adds its facts to those of the others. */
static void take_facts(struct facts_writer *facts, uint32_t i, sqlite3_stmt *row)
{
    take_sex(facts, i, row);
    take_birth(facts, i, row);
    take_age(facts, i, row);
    take_death(facts, i, row);
}

/* The number of a disease's text, which is added when it is new. */
static uint16_t disease_number(struct bytes *diseases, const char *text)
{
    uint32_t number = 1;

    for (size_t at = 0; at < diseases->size; number++) {
        const char *one = (const char *)diseases->data + at;

        if (strcmp(one, text) == 0)
            return (uint16_t)number;
        at += strlen(one) + 1;
    }
    bytes_add(diseases, text, strlen(text) + 1);
    diseases->failed = diseases->failed || number > UINT16_MAX;
    return (uint16_t)number;
}

/*
 * When entries permit research on two different diseases, no disease is permitted by both: no
 * permission is left.
 */
static uint64_t take_disease(sqlite3_stmt *row, struct facts_writer *facts, uint32_t i)
{
    const char *text = (const char *)sqlite3_column_text(row, 9);
    uint16_t number = text ? disease_number(&facts->diseases, text) : 0;

    if (facts->consent_disease[i] && facts->consent_disease[i] != number)
        return CONSENT_BIT(CONSENT_DISEASE);
    facts->consent_disease[i] = number;
    return 0;
}

/*
 * A delivery of consents replaces the one before, so a person should have only one. When there are
 * several, the permissions are those that all of them give, and the refusals all that any of them
 * makes.
 */
static void take_consent(sqlite3_stmt *row, struct facts_writer *facts, uint32_t i)
{
    const uint64_t permissions = UINT64_C(0xffff);
    uint64_t mask = (uint64_t)sqlite3_column_int64(row, 6);
    int32_t from = known(row, 7) ? sqlite3_column_int(row, 7) : PERSON_NO_DATE;
    int32_t to = known(row, 8) ? sqlite3_column_int(row, 8) : PERSON_NO_DATE;
    uint64_t old = facts->consent[i], permits = mask & permissions;

    if (old & CONSENT_BIT(CONSENT_PERMIT))
        permits = mask & CONSENT_BIT(CONSENT_PERMIT) ? permits & old : old & permissions;
    if (mask & CONSENT_BIT(CONSENT_DISEASE))
        permits &= ~take_disease(row, facts, i);
    facts->consent[i] = ((old | mask) & ~permissions) | permits;
    if (from > facts->consent_from[i])
        facts->consent_from[i] = from;
    if (to != PERSON_NO_DATE &&
        (facts->consent_to[i] == PERSON_NO_DATE || to < facts->consent_to[i]))
        facts->consent_to[i] = to;
    facts->has_consent = true;
}

void facts_writer_begin(struct facts_writer *facts, uint32_t i, const struct person_id *pid)
{
    assert(facts && i < facts->n && pid);
    facts->pid[i] = *pid;
    facts->birth_date[i] = facts->death_date[i] = PERSON_NO_DATE;
    facts->consent_from[i] = facts->consent_to[i] = PERSON_NO_DATE;
    facts->age_fixed[i] = PERSON_NO_AGE;
    facts->two_sexes = facts->two_days = facts->two_years = false;
    facts->two_ages = facts->two_deaths = false;
}

void facts_writer_take(struct facts_writer *facts, uint32_t i, sqlite3_stmt *row)
{
    assert(facts && i < facts->n && row);
    take_facts(facts, i, row);
    if (known(row, 6))
        take_consent(row, facts, i);
}

void facts_writer_end(struct facts_writer *facts, uint32_t i)
{
    assert(facts && i < facts->n);
    if (facts->two_sexes)
        facts->sex[i] = PERSON_SEX_UNKNOWN;
    if (facts->two_days || facts->two_years)
        facts->birth_date[i] = PERSON_NO_DATE;
    if (facts->two_years)
        facts->birth_year[i] = 0;
    if (facts->two_years || facts->two_ages) /* it would stand in for the birth of one of them */
        facts->age_fixed[i] = PERSON_NO_AGE;
    if (facts->two_deaths)
        facts->death_date[i] = PERSON_NO_DATE;
}

bool facts_writer_columns(const struct facts_writer *facts, struct segment_writer *writer,
                          struct err *err)
{
    assert(facts && writer);
    size_t n = facts->n;

    if (facts->diseases.failed)
        return err_memory(err);
    return segment_writer_column(writer, "pid", facts->pid, n * sizeof(*facts->pid), err) &&
           segment_writer_column(writer, "sex", facts->sex, n, err) &&
           segment_writer_column(writer, "birth_year", facts->birth_year, 2 * n, err) &&
           segment_writer_column(writer, "birth_date", facts->birth_date, 4 * n, err) &&
           segment_writer_column(writer, "age_fixed", facts->age_fixed, n, err) &&
           segment_writer_column(writer, "deceased", facts->deceased, n, err) &&
           segment_writer_column(writer, "death_date", facts->death_date, 4 * n, err) &&
           (!facts->has_consent ||
            (segment_writer_column(writer, "consent", facts->consent, 8 * n, err) &&
             segment_writer_column(writer, "consent_from", facts->consent_from, 4 * n, err) &&
             segment_writer_column(writer, "consent_to", facts->consent_to, 4 * n, err))) &&
           (!facts->diseases.size ||
            (segment_writer_column(writer, "consent_disease", facts->consent_disease, 2 * n, err) &&
             segment_writer_column(writer, "diseases", facts->diseases.data, facts->diseases.size,
                                   err)));
}
