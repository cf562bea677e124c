/* SPDX-License-Identifier: Apache-2.0 */
#include "node/privacy/ledger_policy.h"

#include <string.h>

#include "proto/base/sql.h"

#define NEWEST "SELECT version, hash, window FROM policy ORDER BY id DESC LIMIT 1"

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
    return true;
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

bool ledger_policy_follows(const struct ledger_in_force *in_force,
                           const struct ledger_policy *policy, bool *same, struct err *err)
{
    *same = in_force->any && in_force->version == policy->version &&
            memcmp(in_force->hash, policy->hash, LEDGER_HASH_BYTES) == 0;
    if (!in_force->any || *same)
        return true;
    if (policy->version <= in_force->version)
        return err_set(err, ERR_DENIED,
                       "policy version %llu does not follow version %llu, which is in force: "
                       "give a changed policy a higher version",
                       (unsigned long long)policy->version, (unsigned long long)in_force->version);
    if (strcmp(policy->window, in_force->window) < 0)
        return err_set(err, ERR_DENIED, "budget window %s is older than %s, which is open",
                       policy->window, in_force->window);
    return true;
}
