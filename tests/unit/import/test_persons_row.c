/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row's promises: every word of the documented header is understood, an empty field says nothing,
 * a wrong one names its column, and what rows say of one person may add up and never contradict.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "node/import/persons_row.h"
#include "proto/base/clock.h"
#include "proto/base/csv.h"
#include "proto/base/date.h"
#include "tests/unit/refused.h"

#define NOW_S INT64_C(1795280000) /* November 2026 */

/* Every column, in the order of enum persons_column. */
static const struct persons_columns all = {
    .at = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

struct text {
    const char *data;
};

static ssize_t from_text(void *context, void *buffer, size_t room)
{
    struct text *text = context;
    size_t n = strlen(text->data);

    assert_true(n < room);
    memcpy(buffer, text->data, n);
    text->data += n;
    return (ssize_t)n;
}

static bool find_columns(const char *header, struct persons_columns *columns, struct err *err)
{
    struct text text = {header};
    struct csv *csv = NULL;
    bool ok;

    assert_true(csv_open(from_text, &text, &csv, err));
    ok = persons_columns_find(csv, columns, err);
    csv_close(csv);
    return ok;
}

/* A row of person A with these fields set; the others are empty. */
static bool parse(enum persons_column a, const char *a_text, enum persons_column b,
                  const char *b_text, struct persons_row *row, struct persons_fault *fault)
{
    const char *fields[PERSONS_COLUMNS];

    for (int i = 0; i < PERSONS_COLUMNS; i++)
        fields[i] = "";
    fields[COLUMN_PERSON] = "A";
    fields[a] = a_text;
    fields[b] = b_text;
    return persons_row_parse(&all, fields, row, fault);
}

static void test_the_header_is_closed(void **state)
{
    struct persons_columns columns;
    struct err err = {0};

    (void)state;
    assert_true(find_columns("Sex;Person\n", &columns, &err));
    assert_int_equal(columns.at[COLUMN_PERSON], 1);
    assert_int_equal(columns.at[COLUMN_SEX], 0);
    assert_int_equal(columns.at[COLUMN_CODE], -1);
    assert_refused(find_columns("sex,code\n", &columns, &err), &err, ERR_INVALID);
    assert_non_null(strstr(err.text, "person"));
    assert_refused(find_columns("person,gender\n", &columns, &err), &err, ERR_INVALID);
    assert_non_null(strstr(err.text, "column 2"));
    assert_null(strstr(err.text, "gender")); /* names by number: it is text of the file */
}

static void test_facts_are_understood(void **state)
{
    struct persons_fault fault;
    struct persons_row row;

    (void)state;
    clock_set(0, NOW_S);
    assert_true(parse(COLUMN_SEX, "Kvinna", COLUMN_BIRTH_YEAR, "1850", &row, &fault));
    assert_int_equal(row.facts.sex, PERSON_FEMALE);
    assert_int_equal(row.facts.birth_year, 1850);
    assert_false(row.has_event);
    assert_true(parse(COLUMN_BIRTH_DATE, "1990-02-28", COLUMN_AGE, "130", &row, &fault));
    assert_int_equal(row.facts.birth_year, 1990);
    assert_int_equal(row.facts.age_fixed, PERSON_AGE_MAX);
    assert_true(parse(COLUMN_DECEASED, "nej", COLUMN_AGE, "0", &row, &fault));
    assert_false(row.facts.deceased);
    assert_int_equal(row.deceased, ANSWER_NO);
    assert_int_equal(row.facts.age_fixed, 0);
    assert_true(parse(COLUMN_DEATH_DATE, "2020-01-01", COLUMN_AGE, "", &row, &fault));
    assert_true(row.facts.deceased);
    assert_int_equal(row.facts.age_fixed, PERSON_NO_AGE);
    assert_true(parse(COLUMN_SEX, "", COLUMN_DOMAIN, "skane", &row, &fault));
    assert_string_equal(row.domain, "skane");
    clock_release();
}

static void test_events_are_understood(void **state)
{
    const char *fields[PERSONS_COLUMNS] = {"A",   "", "",          "",      "",      "",
                                           "",    "", "Diagnosis", "ICD10", "c50.1", "2020-02-29",
                                           "yes", "", "",          "",      ""};
    struct persons_fault fault;
    struct persons_row row;

    (void)state;
    assert_true(persons_row_parse(&all, fields, &row, &fault));
    assert_true(row.has_event);
    assert_int_equal(row.event.kind, EVENT_DIAGNOSIS);
    assert_string_equal(row.event.system, "icd10");
    assert_string_equal(row.event.code, "C501");
    assert_int_equal(row.event.date, date_from_civil(2020, 2, 29));
    assert_true(row.event.excluded);
    fields[COLUMN_SYSTEM] = "";
    fields[COLUMN_CODE] = "HP:0001250";
    fields[COLUMN_DATE] = fields[COLUMN_EXCLUDED] = "";
    assert_true(persons_row_parse(&all, fields, &row, &fault));
    assert_string_equal(row.event.system, "hp");
    assert_int_equal(row.event.date, PERSON_NO_DATE);
}

static void test_a_wrong_field_names_its_column(void **state)
{
    static const struct {
        enum persons_column a;
        const char *a_text;
        enum persons_column b;
        const char *b_text;
        enum reject_code code;
        const char *field;
    } rows[] = {
        {COLUMN_PERSON, "", COLUMN_SEX, "f", REJECT_PERSON_ID, "person"},
        {COLUMN_SEX, "x", COLUMN_AGE, "", REJECT_PERSON_FIELD, "sex"},
        {COLUMN_BIRTH_YEAR, "1849", COLUMN_AGE, "", REJECT_PERSON_FIELD, "birth_year"},
        {COLUMN_BIRTH_YEAR, "2027", COLUMN_AGE, "", REJECT_PERSON_FIELD, "birth_year"},
        {COLUMN_BIRTH_YEAR, "19900", COLUMN_AGE, "", REJECT_PERSON_FIELD, "birth_year"},
        {COLUMN_BIRTH_DATE, "1990-02-30", COLUMN_AGE, "", REJECT_PERSON_FIELD, "birth_date"},
        {COLUMN_BIRTH_DATE, "1990-02-28", COLUMN_BIRTH_YEAR, "1991", REJECT_PERSON_FIELD,
         "birth_date"},
        {COLUMN_AGE, "131", COLUMN_SEX, "", REJECT_PERSON_FIELD, "age"},
        {COLUMN_AGE, "4.5", COLUMN_SEX, "", REJECT_PERSON_FIELD, "age"},
        {COLUMN_DECEASED, "maybe", COLUMN_SEX, "", REJECT_PERSON_FIELD, "deceased"},
        {COLUMN_DECEASED, "no", COLUMN_DEATH_DATE, "2020-01-01", REJECT_PERSON_FIELD, "death_date"},
        {COLUMN_KIND, "illness", COLUMN_CODE, "icd10:C50", REJECT_PERSON_FIELD, "kind"},
        {COLUMN_SYSTEM, "icd10", COLUMN_CODE, "C50", REJECT_PERSON_FIELD, "kind"},
        {COLUMN_KIND, "diagnosis", COLUMN_SYSTEM, "icd10", REJECT_EVENT_CODE, "code"},
        {COLUMN_KIND, "diagnosis", COLUMN_CODE, "C50", REJECT_EVENT_SYSTEM, "system"},
        {COLUMN_KIND, "diagnosis", COLUMN_CODE, "icd10:50", REJECT_EVENT_CODE, "code"},
        {COLUMN_KIND, "other", COLUMN_CODE, "local:1212121212", REJECT_PERSON_ID_LOOKS_PERSONAL,
         "code"},
        {COLUMN_KIND, "other", COLUMN_DATE, "2020", REJECT_EVENT_DATE, "date"},
        {COLUMN_KIND, "other", COLUMN_EXCLUDED, "perhaps", REJECT_PERSON_FIELD, "excluded"},
    };
    struct persons_fault fault;
    struct persons_row row;

    (void)state;
    clock_set(0, NOW_S);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_false(parse(rows[i].a, rows[i].a_text, rows[i].b, rows[i].b_text, &row, &fault));
        assert_int_equal(fault.code, rows[i].code);
        assert_string_equal(fault.field, rows[i].field);
    }
    clock_release();
}

static void test_rows_add_up_and_never_contradict(void **state)
{
    struct persons_said said = persons_said_nothing(), before;
    struct persons_fault fault;
    struct persons_row row;

    (void)state;
    clock_set(0, NOW_S);
    assert_true(parse(COLUMN_SEX, "f", COLUMN_BIRTH_YEAR, "1990", &row, &fault));
    assert_true(persons_said_agree(&said, &row, &fault));
    assert_true(parse(COLUMN_DECEASED, "yes", COLUMN_BIRTH_DATE, "1990-05-01", &row, &fault));
    assert_true(persons_said_agree(&said, &row, &fault));
    assert_int_equal(said.facts.sex, PERSON_FEMALE);
    assert_int_equal(said.facts.birth_date, date_from_civil(1990, 5, 1));
    assert_true(said.facts.deceased);
    before = said;
    assert_true(parse(COLUMN_SEX, "male", COLUMN_AGE, "7", &row, &fault));
    assert_false(persons_said_agree(&said, &row, &fault));
    assert_string_equal(fault.field, "sex");
    assert_true(parse(COLUMN_BIRTH_YEAR, "1991", COLUMN_AGE, "7", &row, &fault));
    assert_false(persons_said_agree(&said, &row, &fault));
    assert_true(parse(COLUMN_DECEASED, "no", COLUMN_AGE, "7", &row, &fault));
    assert_false(persons_said_agree(&said, &row, &fault));
    assert_int_equal(fault.code, REJECT_PERSON_CONTRADICTS);
    assert_memory_equal(&said, &before, sizeof(said)); /* a rejected row leaves no trace */
    clock_release();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_header_is_closed),
        cmocka_unit_test(test_facts_are_understood),
        cmocka_unit_test(test_events_are_understood),
        cmocka_unit_test(test_a_wrong_field_names_its_column),
        cmocka_unit_test(test_rows_add_up_and_never_contradict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
