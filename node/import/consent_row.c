/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row that is not understood to the last word is rejected: half a consent would be a wrong one.
 */
#include "node/import/consent_row.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "node/import/identity.h"
#include "node/import/rows.h"
#include "node/store/person.h"
#include "proto/base/csv.h"
#include "proto/base/date.h"
#include "proto/query/code.h"

#define WORD_BYTES 32
#define GAPS " ,|+"

static const char *const names[CONSENT_COLUMNS] = {
    "person",   "domain",  "permit",    "disease",    "valid_from",
    "valid_to", "blocked", "opted_out", "count_here",
};

static const struct {
    const char *word;
    const char *duo;
    enum consent_bit bit;
} permits[] = {
    {"GRU", "DUO:0000042", CONSENT_GENERAL},
    {"HMB", "DUO:0000006", CONSENT_HEALTH},
    {"DS", "DUO:0000007", CONSENT_DISEASE},
    {"QUALITY", NULL, CONSENT_QUALITY},
    {"STATISTICS", NULL, CONSENT_STATISTICS},
    {"NPOA", "DUO:0000044", CONSENT_NO_ANCESTRY},
    {"NPUNCU", "DUO:0000018", CONSENT_NOT_FOR_PROFIT},
    {"NCU", "DUO:0000046", CONSENT_NOT_COMMERCIAL},
    {"IRB", "DUO:0000021", CONSENT_ETHICS_APPROVAL},
    {"RS", "DUO:0000012", CONSENT_SPECIFIC},
    {"TS", "DUO:0000025", CONSENT_TIME_LIMIT},
};

bool consent_columns_find(const struct csv *csv, struct consent_columns *columns, struct err *err)
{
    assert(columns);
    return rows_columns(csv, names, CONSENT_COLUMNS, columns->at, err);
}

static const char *field(const struct consent_columns *columns, const char *const *fields,
                         enum consent_column column)
{
    return columns->at[column] < 0 ? "" : fields[columns->at[column]];
}

static bool permit_bit(const char *word, size_t length, uint64_t *mask)
{
    char text[WORD_BYTES] = "";

    if (length >= sizeof(text))
        return false;
    memcpy(text, word, length);
    for (size_t i = 0; i < sizeof(permits) / sizeof(permits[0]); i++)
        if (strcasecmp(text, permits[i].word) == 0 ||
            (permits[i].duo && strcasecmp(text, permits[i].duo) == 0)) {
            *mask |= CONSENT_BIT(permits[i].bit);
            return true;
        }
    return false;
}

static bool parse_permit(const char *text, uint64_t *mask)
{
    *mask |= CONSENT_BIT(CONSENT_PERMIT);
    for (text += strspn(text, GAPS); *text; text += strspn(text, GAPS)) {
        size_t length = strcspn(text, GAPS);

        if (!permit_bit(text, length, mask))
            return false;
        text += length;
    }
    if (*mask & CONSENT_BIT(CONSENT_GENERAL))
        *mask |= CONSENT_BIT(CONSENT_HEALTH);
    return true;
}

static bool parse_disease(const char *text, struct consent *consent)
{
    struct code code;

    if (!*text != !(consent->mask & CONSENT_BIT(CONSENT_DISEASE)))
        return false; /* a disease needs the permit DS, and DS needs a disease */
    if (!*text)
        return true;
    if (identity_seen(text, strlen(text)) || !code_parse(text, strlen(text), &code))
        return false;
    code_print(&code, consent->disease);
    return true;
}

/* Reads yes or no; an empty field gives the value of `otherwise`. */
static bool parse_answer(const char *text, bool otherwise, bool *value)
{
    static const char *const yes[] = {"yes", "true", "1", "ja"};
    static const char *const no[] = {"no", "false", "0", "nej"};

    *value = otherwise;
    for (size_t i = 0; i < 4; i++) {
        if (strcasecmp(text, yes[i]) == 0)
            return *value = true;
        if (strcasecmp(text, no[i]) == 0)
            return !(*value = false);
    }
    return !*text;
}

static bool parse_dates(const char *from, const char *to, struct consent *consent)
{
    if ((*from && !date_parse(from, &consent->valid_from)) ||
        (*to && !date_parse(to, &consent->valid_to)))
        return false;
    if (!*to)
        return !(consent->mask & CONSENT_BIT(CONSENT_TIME_LIMIT));
    return !*from || consent->valid_from <= consent->valid_to;
}

static bool parse_refusal(const struct consent_columns *columns, const char *const *fields,
                          enum consent_column column, enum consent_bit bit, uint64_t *mask)
{
    bool otherwise = column == CONSENT_COUNT_HERE_COLUMN, value;

    if (!parse_answer(field(columns, fields, column), otherwise, &value))
        return false;
    if (value != otherwise)
        *mask |= CONSENT_BIT(bit);
    return true;
}

/* The first column that is not in order, or CONSENT_COLUMNS. */
static enum consent_column parse_consent(const struct consent_columns *columns,
                                         const char *const *fields, struct consent *consent)
{
    if (columns->at[CONSENT_PERMIT_COLUMN] >= 0 &&
        !parse_permit(field(columns, fields, CONSENT_PERMIT_COLUMN), &consent->mask))
        return CONSENT_PERMIT_COLUMN;
    if (!parse_disease(field(columns, fields, CONSENT_DISEASE_COLUMN), consent))
        return CONSENT_DISEASE_COLUMN;
    if (!parse_dates(field(columns, fields, CONSENT_FROM_COLUMN),
                     field(columns, fields, CONSENT_TO_COLUMN), consent))
        return CONSENT_TO_COLUMN;
    if (!parse_refusal(columns, fields, CONSENT_BLOCKED_COLUMN, CONSENT_BLOCKED, &consent->mask))
        return CONSENT_BLOCKED_COLUMN;
    if (!parse_refusal(columns, fields, CONSENT_OPTED_OUT_COLUMN, CONSENT_OPTED_OUT,
                       &consent->mask))
        return CONSENT_OPTED_OUT_COLUMN;
    if (!parse_refusal(columns, fields, CONSENT_COUNT_HERE_COLUMN, CONSENT_ELSEWHERE,
                       &consent->mask))
        return CONSENT_COUNT_HERE_COLUMN;
    return CONSENT_COLUMNS;
}

/* Of what the file has no column. */
static uint64_t silent_of(const struct consent_columns *columns)
{
    static const struct {
        enum consent_column column;
        enum consent_bit bit;
    } refusals[] = {{CONSENT_BLOCKED_COLUMN, CONSENT_BLOCKED},
                    {CONSENT_OPTED_OUT_COLUMN, CONSENT_OPTED_OUT},
                    {CONSENT_COUNT_HERE_COLUMN, CONSENT_ELSEWHERE}};
    uint64_t silent = CONSENT_PERMISSIONS;

    for (int c = CONSENT_PERMIT_COLUMN; c <= CONSENT_TO_COLUMN; c++)
        if (columns->at[c] >= 0)
            silent = 0;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
        if (columns->at[refusals[i].column] < 0)
            silent |= CONSENT_BIT(refusals[i].bit);
    return silent;
}

bool consent_row_parse(const struct consent_columns *columns, const char *const *fields,
                       struct consent_row *row, enum reject_code *code, const char **name)
{
    assert(columns && fields && row && code && name);
    const char *domain = field(columns, fields, CONSENT_DOMAIN_COLUMN);
    enum consent_column bad;

    *row = (struct consent_row){.person = field(columns, fields, CONSENT_PERSON_COLUMN),
                                .domain = *domain ? domain : NULL,
                                .consent = {.mask = CONSENT_BIT(CONSENT_SAID),
                                            .silent = silent_of(columns),
                                            .valid_from = PERSON_NO_DATE,
                                            .valid_to = PERSON_NO_DATE}};
    bad = *row->person ? parse_consent(columns, fields, &row->consent) : CONSENT_PERSON_COLUMN;
    if (bad == CONSENT_COLUMNS)
        return true;
    *code = bad == CONSENT_PERSON_COLUMN ? REJECT_PERSON_ID : REJECT_PERSON_FIELD;
    *name = names[bad];
    return false;
}
