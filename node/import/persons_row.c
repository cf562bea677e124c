/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/persons_row.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/code_memo.h"
#include "node/import/identity.h"
#include "node/import/persons.h"
#include "node/import/plausible.h"
#include "node/import/row_value.h"
#include "node/import/rows.h"
#include "proto/base/csv.h"
#include "proto/base/date.h"
#include "proto/query/code_system.h"

static const char *const names[PERSONS_COLUMNS] = {
    [COLUMN_PERSON] = "person",
    [COLUMN_DOMAIN] = "domain",
    [COLUMN_SEX] = "sex",
    [COLUMN_BIRTH_YEAR] = "birth_year",
    [COLUMN_BIRTH_DATE] = "birth_date",
    [COLUMN_AGE] = "age",
    [COLUMN_DECEASED] = "deceased",
    [COLUMN_DEATH_DATE] = "death_date",
    [COLUMN_KIND] = "kind",
    [COLUMN_SYSTEM] = "system",
    [COLUMN_CODE] = "code",
    [COLUMN_DATE] = "date",
    [COLUMN_EXCLUDED] = "excluded",
    [COLUMN_END] = "end",
    [COLUMN_VALUE] = "value",
    [COLUMN_UNIT] = "unit",
    [COLUMN_ANSWER] = "answer",
};

/* A word and what it stands for; a list of them ends with NULL. */
struct header_word {
    const char *word;
    int value;
};

bool persons_columns_find(const struct csv *csv, struct persons_columns *columns, struct err *err)
{
    assert(columns);
    for (size_t i = COLUMN_END; i < PERSONS_COLUMNS; i++)
        columns->at[i] = -1;
    return rows_columns(csv, names, COLUMN_END, columns->at, err);
}

static bool fault_is(struct persons_fault *fault, enum reject_code code, enum persons_column column)
{
    *fault = (struct persons_fault){.code = code, .field = names[column]};
    return false;
}

/* The field, "" where the file has no such column. */
static const char *field(const struct persons_columns *columns, const char *const *fields,
                         enum persons_column column)
{
    if (columns->at[column] >= 0)
        return fields[columns->at[column]];
    return columns->fixed && columns->fixed[column] ? columns->fixed[column] : "";
}

/* The value of a word, which is in lower case in the list; empty leaves *value alone. */
static bool word_value(const char *text, const struct header_word *words, int *value)
{
    for (; *text && words->word; words++)
        if ((*text | 32) == *words->word && strcasecmp(text, words->word) == 0) {
            *value = words->value;
            return true;
        }
    return !*text;
}

static bool answer(const char *text, enum persons_answer *out)
{
    static const struct header_word words[] = {
        {"yes", ANSWER_YES}, {"true", ANSWER_YES}, {"1", ANSWER_YES},
        {"ja", ANSWER_YES},  {"no", ANSWER_NO},    {"false", ANSWER_NO},
        {"0", ANSWER_NO},    {"nej", ANSWER_NO},   {NULL, 0},
    };
    int value = ANSWER_NONE;
    bool ok = word_value(text, words, &value);

    *out = (enum persons_answer)value;
    return ok;
}

/* A whole number in min..max; empty leaves *value alone. */
static bool whole(const char *text, long min, long max, long *value)
{
    char *end;
    long number;

    if (!*text)
        return true;
    if (*text < '0' || *text > '9' || strlen(text) > 9)
        return false;
    number = strtol(text, &end, 10);
    if (*end || number < min || number > max)
        return false;
    *value = number;
    return true;
}

static bool day(const char *text, int32_t *value)
{
    if (!*text)
        return true;
    if (!date_parse(text, value))
        return false;
    plausible_open(value);
    return true;
}

static int year_of(int32_t days)
{
    int year, month, day_of_month;

    date_to_civil(days, &year, &month, &day_of_month);
    return year;
}

/* "1970" and "1970-02-28" must be the same year. */
static bool parse_birth(const struct persons_columns *columns, const char *const *fields,
                        struct persons_row *row, struct persons_fault *fault)
{
    struct person_facts *facts = &row->facts;
    long birth_year = 0;
    int year = 0;

    if (!whole(field(columns, fields, COLUMN_BIRTH_YEAR), PERSONS_YEAR_MIN, year_of(row->today),
               &birth_year))
        return fault_is(fault, REJECT_PERSON_FIELD, COLUMN_BIRTH_YEAR);
    if (!day(field(columns, fields, COLUMN_BIRTH_DATE), &facts->birth_date))
        return fault_is(fault, REJECT_PERSON_FIELD, COLUMN_BIRTH_DATE);
    if (facts->birth_date != PERSON_NO_DATE) {
        year = year_of(facts->birth_date);
        if (year < PERSONS_YEAR_MIN || year > year_of(row->today) ||
            (birth_year && birth_year != year))
            return fault_is(fault, REJECT_PERSON_FIELD, COLUMN_BIRTH_DATE);
    }
    facts->birth_year = year ? year : (int)birth_year;
    return true;
}

static bool check_facts(const struct person_facts *facts, int32_t today,
                        struct persons_fault *fault)
{
    if (!plausible_birth(facts, today))
        return fault_is(fault, REJECT_PERSON_IMPLAUSIBLE, COLUMN_BIRTH_DATE);
    return plausible_death(facts, today) ||
           fault_is(fault, REJECT_PERSON_IMPLAUSIBLE, COLUMN_DEATH_DATE);
}

static bool parse_facts(const struct persons_columns *columns, const char *const *fields,
                        struct persons_row *row, struct persons_fault *fault)
{
    static const struct header_word sexes[] = {
        {"female", PERSON_FEMALE},
        {"f", PERSON_FEMALE},
        {"kvinna", PERSON_FEMALE},
        {"k", PERSON_FEMALE},
        {"male", PERSON_MALE},
        {"m", PERSON_MALE},
        {"man", PERSON_MALE},
        {"other", PERSON_SEX_OTHER},
        {"unknown", PERSON_SEX_UNKNOWN},
        {NULL, 0},
    };
    int sex = PERSON_SEX_UNKNOWN;
    long age = PERSON_NO_AGE;

    if (!word_value(field(columns, fields, COLUMN_SEX), sexes, &sex))
        return fault_is(fault, REJECT_PERSON_FIELD, COLUMN_SEX);
    if (!parse_birth(columns, fields, row, fault))
        return false;
    if (!whole(field(columns, fields, COLUMN_AGE), 0, PERSON_AGE_MAX, &age))
        return fault_is(fault, REJECT_PERSON_FIELD, COLUMN_AGE);
    if (!answer(field(columns, fields, COLUMN_DECEASED), &row->deceased))
        return fault_is(fault, REJECT_PERSON_FIELD, COLUMN_DECEASED);
    if (!day(field(columns, fields, COLUMN_DEATH_DATE), &row->facts.death_date) ||
        (row->facts.death_date != PERSON_NO_DATE && row->deceased == ANSWER_NO))
        return fault_is(fault, REJECT_PERSON_FIELD, COLUMN_DEATH_DATE);
    if (row->facts.death_date != PERSON_NO_DATE)
        row->deceased = ANSWER_YES;
    row->facts.sex = (enum person_sex)sex;
    row->facts.age_fixed = (uint8_t)age;
    row->facts.deceased = row->deceased == ANSWER_YES;
    row->facts.alive = row->deceased == ANSWER_NO;
    return check_facts(&row->facts, row->today, fault);
}

static const struct header_word kinds[] = {
    {"diagnosis", EVENT_DIAGNOSIS},
    {"phenotype", EVENT_PHENOTYPE},
    {"treatment", EVENT_TREATMENT},
    {"procedure", EVENT_PROCEDURE},
    {"other", EVENT_OTHER},
    {"lab", EVENT_LAB},
    {"observation", EVENT_OBSERVATION},
    {"specimen", EVENT_SPECIMEN},
    {"report", EVENT_REPORT},
    {"death", EVENT_DEATH},
    {"pathogen", EVENT_PATHOGEN},
    {"classification", EVENT_CLASSIFICATION},
    {NULL, 0},
};

static bool parse_code(const struct persons_columns *columns, const char *system, const char *code,
                       struct code *out, struct persons_fault *fault)
{
    enum code_fault wrong;

    if (columns->codes && code_memo_find(columns->codes, system, code, out))
        return true;
    wrong = *system ? code_take(system, code, out) : code_read(code, strlen(code), out);
    if (wrong == CODE_NO_SYSTEM)
        return fault_is(fault, REJECT_EVENT_SYSTEM, *system ? COLUMN_SYSTEM : COLUMN_CODE);
    if (wrong != CODE_OK)
        return fault_is(fault, REJECT_EVENT_CODE, COLUMN_CODE);
    if (identity_seen(out->code, strlen(out->code)))
        return fault_is(fault, REJECT_PERSON_ID_LOOKS_PERSONAL, COLUMN_CODE);
    if (columns->codes)
        code_memo_keep(columns->codes, system, code, out);
    return true;
}

/* The last day of its span. */
static bool parse_end(const struct persons_columns *columns, const char *const *fields,
                      struct event *event, struct persons_fault *fault)
{
    int32_t end = PERSON_NO_DATE;

    if (!day(field(columns, fields, COLUMN_END), &end))
        return fault_is(fault, REJECT_EVENT_DATE, COLUMN_END);
    if (end == PERSON_NO_DATE)
        return true;
    if (event->date == PERSON_NO_DATE || end < event->date)
        return fault_is(fault, REJECT_EVENT_IMPLAUSIBLE, COLUMN_END);
    event->lasts = end - event->date;
    return true;
}

static bool parse_value(const struct persons_columns *columns, const char *const *fields,
                        struct persons_row *row, struct persons_fault *fault)
{
    struct row_value_texts texts = {.number = field(columns, fields, COLUMN_VALUE),
                                    .unit = field(columns, fields, COLUMN_UNIT),
                                    .answer = field(columns, fields, COLUMN_ANSWER),
                                    .decimal_comma = columns->decimal_comma};
    bool known;

    switch (row_value_read(&texts, &row->event.value, &known)) {
    case ROW_VALUE_OK:
        break;
    case ROW_VALUE_NUMBER:
        return fault_is(fault, REJECT_VALUE_FORM, COLUMN_VALUE);
    case ROW_VALUE_UNIT:
        return fault_is(fault, REJECT_VALUE_FORM, COLUMN_UNIT);
    case ROW_VALUE_ANSWER:
        return fault_is(fault, REJECT_VALUE_FORM, COLUMN_ANSWER);
    case ROW_VALUE_PERSONAL:
        return fault_is(fault, REJECT_PERSON_ID_LOOKS_PERSONAL, COLUMN_VALUE);
    }
    row->unit_unknown = !known;
    return !row->event.excluded || row->event.value.form == EVENT_NO_VALUE ||
           fault_is(fault, REJECT_VALUE_FORM, COLUMN_EXCLUDED);
}

static bool parse_event(const struct persons_columns *columns, const char *const *fields,
                        struct persons_row *row, struct persons_fault *fault)
{
    const char *system = field(columns, fields, COLUMN_SYSTEM);
    const char *code = field(columns, fields, COLUMN_CODE);
    enum persons_answer excluded = ANSWER_NONE;
    int kind = 0;

    if (!word_value(field(columns, fields, COLUMN_KIND), kinds, &kind))
        return fault_is(fault, REJECT_PERSON_FIELD, COLUMN_KIND);
    if (!answer(field(columns, fields, COLUMN_EXCLUDED), &excluded))
        return fault_is(fault, REJECT_PERSON_FIELD, COLUMN_EXCLUDED);
    row->event.date = PERSON_NO_DATE;
    if (!day(field(columns, fields, COLUMN_DATE), &row->event.date))
        return fault_is(fault, REJECT_EVENT_DATE, COLUMN_DATE);
    row->has_event = kind || *code || *system || excluded || row->event.date != PERSON_NO_DATE ||
                     *field(columns, fields, COLUMN_END) || *field(columns, fields, COLUMN_VALUE) ||
                     *field(columns, fields, COLUMN_UNIT) || *field(columns, fields, COLUMN_ANSWER);
    if (!row->has_event)
        return true;
    if (!kind)
        return fault_is(fault, REJECT_PERSON_FIELD, COLUMN_KIND);
    if (!*system && !strchr(code, ':'))
        return fault_is(fault, REJECT_EVENT_SYSTEM, COLUMN_SYSTEM);
    if (!parse_code(columns, system, code, &row->code, fault))
        return false;
    row->event.kind = (enum event_kind)kind;
    row->event.excluded = excluded == ANSWER_YES;
    row->event.system = row->code.system;
    row->event.code = row->code.code;
    row->event.age_days = EVENT_NO_AGE;
    return parse_end(columns, fields, &row->event, fault) &&
           parse_value(columns, fields, row, fault);
}

bool persons_row_parse(const struct persons_columns *columns, const char *const *fields,
                       struct persons_row *row, struct persons_fault *fault)
{
    assert(row);
    const char *domain = field(columns, fields, COLUMN_DOMAIN);

    memset(row, 0, sizeof(*row));
    row->facts = person_facts_none();
    row->today = plausible_today();
    row->person = field(columns, fields, COLUMN_PERSON);
    row->domain = *domain ? domain : NULL;
    if (!*row->person)
        return fault_is(fault, REJECT_PERSON_ID, COLUMN_PERSON);
    return parse_facts(columns, fields, row, fault) && parse_event(columns, fields, row, fault);
}

/*** what a rejected row leaves ***/

static const char *field_of(const struct persons_columns *columns, const char *const *fields,
                            size_t n, enum persons_column column)
{
    int at = columns->at[column];

    return at >= 0 && (size_t)at >= n ? "" : field(columns, fields, column);
}

/* Is it a code that only another system spells so? Then the system may be what is wrong. */
static bool is_anothers(const struct code_system *system, const char *code)
{
    static const char *const own_forms[] = {"hp", "snomed", "loinc", "npu"};
    struct code other;

    for (size_t i = 0; i < sizeof(own_forms) / sizeof(own_forms[0]); i++)
        if (strcmp(own_forms[i], system->name) != 0 &&
            code_take(own_forms[i], code, &other) == CODE_OK)
            return true;
    return strchr(code, ':') && code_read(code, strlen(code), &other) == CODE_OK;
}

/* Reads the code of a rejected row, or only its system, as far as it can. */
static void lost_code(const char *system, const char *code, struct code *out)
{
    const struct code_system *found = NULL;
    char prefix[CODE_SYSTEM_MAX] = "";
    size_t length = strcspn(code, ":");

    if ((*system ? code_take(system, code, out) : code_read(code, strlen(code), out)) == CODE_OK &&
        !identity_seen(out->code, strlen(out->code)))
        return;
    memset(out, 0, sizeof(*out));
    if (!*system && code[length] == ':' && length < sizeof(prefix)) {
        memcpy(prefix, code, length);
        system = prefix;
    }
    if (*system)
        found = code_system_find(system);
    if (found && !is_anothers(found, code))
        (void)snprintf(out->system, sizeof(out->system), "%s", found->name);
}

void persons_row_lost(const struct persons_columns *columns, const char *const *fields, size_t n,
                      const struct persons_row *row, const struct persons_fault *fault,
                      struct persons_lost *lost)
{
    static const enum persons_column of_event[] = {COLUMN_KIND,  COLUMN_SYSTEM,   COLUMN_CODE,
                                                   COLUMN_DATE,  COLUMN_EXCLUDED, COLUMN_END,
                                                   COLUMN_VALUE, COLUMN_UNIT,     COLUMN_ANSWER};
    const char *domain = field_of(columns, fields, n, COLUMN_DOMAIN);
    bool has_event = !row; /* a row that was not parsed may have held an event */
    int kind = 0;

    *lost = (struct persons_lost){.person = field_of(columns, fields, n, COLUMN_PERSON),
                                  .domain = *domain ? domain : NULL};
    for (size_t i = 0; i < sizeof(of_event) / sizeof(of_event[0]); i++) {
        has_event |= *field_of(columns, fields, n, of_event[i]) != 0;
        lost->facts_hold |= row && strcmp(fault->field, names[of_event[i]]) == 0;
    }
    lost->vital = !row || *field_of(columns, fields, n, COLUMN_DECEASED) ||
                  *field_of(columns, fields, n, COLUMN_DEATH_DATE);
    if (!has_event)
        return;
    if (!row || !word_value(field_of(columns, fields, n, COLUMN_KIND), kinds, &kind) || !kind) {
        lost->kinds = EVENT_KINDS_ALL;
        return;
    }
    lost->kinds = 1u << kind;
    lost->excluded = *field_of(columns, fields, n, COLUMN_EXCLUDED) != 0;
    lost_code(field_of(columns, fields, n, COLUMN_SYSTEM),
              field_of(columns, fields, n, COLUMN_CODE), &lost->code);
}

/*** agreement ***/

struct persons_said persons_said_nothing(void)
{
    return (struct persons_said){.facts = person_facts_none()};
}

/* The new value when there is one, otherwise the old. *agree becomes false when there are both and
 * they differ. */
static int32_t join(int32_t old, int32_t new, int32_t none, bool *agree)
{
    if (old != none && new != none && old != new)
        *agree = false;
    return new != none ? new : old;
}

bool persons_said_agree(struct persons_said *said, const struct persons_row *row,
                        struct persons_fault *fault)
{
    assert(row);
    struct persons_said next = *said;
    bool agree = true;

    next.facts.sex =
        (enum person_sex)join((int32_t)said->facts.sex, (int32_t)row->facts.sex, 0, &agree);
    if (!agree)
        return fault_is(fault, REJECT_PERSON_CONTRADICTS, COLUMN_SEX);
    next.facts.birth_year = join(said->facts.birth_year, row->facts.birth_year, 0, &agree);
    if (!agree)
        return fault_is(fault, REJECT_PERSON_CONTRADICTS, COLUMN_BIRTH_YEAR);
    next.facts.birth_date =
        join(said->facts.birth_date, row->facts.birth_date, PERSON_NO_DATE, &agree);
    if (!agree)
        return fault_is(fault, REJECT_PERSON_CONTRADICTS, COLUMN_BIRTH_DATE);
    next.facts.age_fixed =
        (uint8_t)join(said->facts.age_fixed, row->facts.age_fixed, PERSON_NO_AGE, &agree);
    if (!agree)
        return fault_is(fault, REJECT_PERSON_CONTRADICTS, COLUMN_AGE);
    next.deceased = (enum persons_answer)join((int32_t)said->deceased, (int32_t)row->deceased,
                                              ANSWER_NONE, &agree);
    if (!agree)
        return fault_is(fault, REJECT_PERSON_CONTRADICTS, COLUMN_DECEASED);
    next.facts.death_date =
        join(said->facts.death_date, row->facts.death_date, PERSON_NO_DATE, &agree);
    if (!agree)
        return fault_is(fault, REJECT_PERSON_CONTRADICTS, COLUMN_DEATH_DATE);
    next.facts.deceased = next.deceased == ANSWER_YES;
    next.facts.alive = next.deceased == ANSWER_NO;
    if (!check_facts(&next.facts, row->today, fault))
        return false;
    if (row->has_event && !plausible_event(&next.facts, row->event.date, row->today))
        return fault_is(fault, REJECT_EVENT_IMPLAUSIBLE, COLUMN_DATE);
    *said = next;
    return true;
}
