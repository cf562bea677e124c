/* SPDX-License-Identifier: Apache-2.0 */
#include "node/privacy/ledger_in_force.h"

#include <assert.h>
#include <string.h>

#include "proto/base/sql.h"

/* 1 only in the control of tests/attack/promises.c: data set and window may be renamed. */
#ifndef LEDGER_POLICY_RENAMES
#define LEDGER_POLICY_RENAMES 0
#endif

#define NEWEST                                                                                     \
    "SELECT version, hash, window, coalesce((SELECT dataset FROM policy WHERE dataset <> ''"       \
    " ORDER BY id DESC LIMIT 1), '') FROM policy ORDER BY id DESC LIMIT 1"

static bool row_read(sqlite3_stmt *row, struct ledger_in_force *out, struct err *err)
{
    const void *hash = sqlite3_column_blob(row, 1);
    const char *window = (const char *)sqlite3_column_text(row, 2);

    if (!hash || sqlite3_column_bytes(row, 1) != LEDGER_HASH_BYTES || !window ||
        strlen(window) >= sizeof(out->window))
        return err_set(err, ERR_INTERNAL, "ledger: the policy in force cannot be read");
    *out = (struct ledger_in_force){.any = true, .version = (uint64_t)sqlite3_column_int64(row, 0)};
    memcpy(out->hash, hash, sizeof(out->hash));
    memcpy(out->window, window, strlen(window) + 1);
    sql_text(row, 3, out->dataset, sizeof(out->dataset));
    return true;
}

bool ledger_in_force_window_is_year(const char *window)
{
    return LEDGER_POLICY_RENAMES || (strlen(window) == 4 && strspn(window, "0123456789") == 4);
}

bool ledger_in_force_read(struct sqlite3 *db, struct ledger_in_force *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    bool read = sql_prepare(db, NEWEST, &stmt, err) && sql_next(stmt, &row, err);

    if (!read)
        err_wrap(err, "ledger: the policy in force cannot be read: ");
    else if (row)
        read = row_read(stmt, out, err);
    else
        *out = (struct ledger_in_force){0};
    sqlite3_finalize(stmt);
    return read;
}

bool ledger_in_force_precedes(const struct ledger_in_force *in_force,
                              const struct ledger_policy *policy, bool *same, struct err *err)
{
    assert(in_force && policy);
    *same = in_force->any && in_force->version == policy->version &&
            memcmp(in_force->hash, policy->hash, LEDGER_HASH_BYTES) == 0;
    if (*same)
        return true;
    if (!ledger_in_force_window_is_year(policy->window))
        return err_set(err, ERR_DENIED,
                       "budget window %s is not a year of four digits: a renamed window would give "
                       "spent budgets back",
                       policy->window);
    if (!in_force->any)
        return true;
    if (policy->version <= in_force->version)
        return err_set(err, ERR_DENIED,
                       "policy version %llu does not follow version %llu, which is in force: "
                       "give a changed policy a higher version",
                       (unsigned long long)policy->version, (unsigned long long)in_force->version);
    if (strcmp(policy->window, in_force->window) < 0)
        return err_set(err, ERR_DENIED, "budget window %s is older than %s, which is open",
                       policy->window, in_force->window);
    if (!LEDGER_POLICY_RENAMES && in_force->dataset[0] &&
        strcmp(policy->dataset, in_force->dataset) != 0)
        return err_set(err, ERR_DENIED,
                       "the data set was called %s and is %s%s now: keep its name; budgets are by "
                       "organisation, and a renamed data set gives none back",
                       in_force->dataset, policy->dataset[0] ? "called " : "not named",
                       policy->dataset);
    return true;
}
