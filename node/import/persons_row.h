#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row of a persons file as values, and whether it agrees with the rows before it. The columns
 * are in persons.h. Texts of a row point into its fields. One thread.
 */
#include "node/import/rejects.h"
#include "node/store/person.h"
#include "proto/base/err.h"
#include "proto/query/code.h"

struct code_memo;
struct csv;

enum persons_column {
    COLUMN_PERSON,
    COLUMN_DOMAIN,
    COLUMN_SEX,
    COLUMN_BIRTH_YEAR,
    COLUMN_BIRTH_DATE,
    COLUMN_AGE,
    COLUMN_DECEASED,
    COLUMN_DEATH_DATE,
    COLUMN_KIND,
    COLUMN_SYSTEM,
    COLUMN_CODE,
    COLUMN_DATE,
    COLUMN_EXCLUDED,
    COLUMN_END, /* this one and the next of a file of events only: event_map.h */
    COLUMN_VALUE,
    COLUMN_UNIT,
    COLUMN_ANSWER,
    PERSONS_COLUMNS,
};

struct persons_columns {
    int at[PERSONS_COLUMNS];  /* -1: the file has no such column */
    struct code_memo *codes;  /* borrowed; NULL: each code is read anew */
    const char *const *fixed; /* PERSONS_COLUMNS of them: what all rows say; NULL: nothing */
    bool decimal_comma;
};

/* Sets at. Fails when person is missing and when a column is none of ours; names them by number. */
bool persons_columns_find(const struct csv *csv, struct persons_columns *columns,
                          struct err *err) MUST_CHECK;

enum persons_answer { ANSWER_NONE, ANSWER_NO, ANSWER_YES };

struct persons_row {
    const char *person;
    const char *domain; /* NULL when empty */
    struct person_facts facts;
    enum persons_answer deceased;
    int32_t today; /* the day on which it was read */
    bool has_event;
    struct code code;
    struct event event; /* system and code point into code */
    bool unit_unknown;  /* of the event's value */
};

/* Why a row is rejected. */
struct persons_fault {
    enum reject_code code;
    const char *field;
};

bool persons_row_parse(const struct persons_columns *columns, const char *const *fields,
                       struct persons_row *row, struct persons_fault *fault) MUST_CHECK;

/* What is known of a rejected row: whose it is, and what may now be missing of this person. */
struct persons_lost {
    const char *person; /* "" when not even that can be read */
    const char *domain; /* NULL when empty */
    bool facts_hold;    /* the event alone is at fault: the row's facts were read */
    bool vital;         /* whether and when the person died may have been said */
    unsigned kinds;     /* bits 1 << enum event_kind: an event of these kinds was lost */
    struct code
        code;      /* of the lost event: system "" means any, code "" means that it was not read */
    bool excluded; /* the code may have been recorded as absent */
};

/*
 * Says what a rejected row of n fields leaves. row and fault are those that persons_row_parse()
 * filled; both are NULL when the row was not parsed because it has not as many fields as the
 * header.
 */
void persons_row_lost(const struct persons_columns *columns, const char *const *fields, size_t n,
                      const struct persons_row *row, const struct persons_fault *fault,
                      struct persons_lost *lost);

/* What the rows so far said of a person. */
struct persons_said {
    struct person_facts facts;
    enum persons_answer deceased;
};

struct persons_said persons_said_nothing(void);
/* Take the row's facts, or say which of them contradicts and take none. */
bool persons_said_agree(struct persons_said *said, const struct persons_row *row,
                        struct persons_fault *fault) MUST_CHECK;
