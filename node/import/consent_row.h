#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row of a file of consents as a value. The columns are in consents.h. Texts of a row point
 * into its fields. One thread.
 */
#include "node/import/rejects.h"
#include "node/store/consent.h"
#include "proto/base/err.h"

struct csv;

enum consent_column {
    CONSENT_PERSON_COLUMN,
    CONSENT_DOMAIN_COLUMN,
    CONSENT_PERMIT_COLUMN,
    CONSENT_DISEASE_COLUMN,
    CONSENT_FROM_COLUMN,
    CONSENT_TO_COLUMN,
    CONSENT_BLOCKED_COLUMN,
    CONSENT_OPTED_OUT_COLUMN,
    CONSENT_COUNT_HERE_COLUMN,
    CONSENT_COLUMNS,
};

struct consent_columns {
    int at[CONSENT_COLUMNS]; /* -1: the file has no such column */
};

/* Fails when person is missing and when a column is none of ours; names it by number. */
bool consent_columns_find(const struct csv *csv, struct consent_columns *columns,
                          struct err *err) MUST_CHECK;

struct consent_row {
    const char *person;
    const char *domain; /* NULL when empty */
    struct consent consent;
};

/* False: *code and *field say why the row is rejected. */
bool consent_row_parse(const struct consent_columns *columns, const char *const *fields,
                       struct consent_row *row, enum reject_code *code,
                       const char **field) MUST_CHECK;
