/* SPDX-License-Identifier: Apache-2.0 */
#include "node/privacy/spent.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "proto/base/sql.h"
#include "proto/base/statements.h"

#define OF_ACCOUNT " WHERE scope = ?1 AND key = ?2 AND window = ?3"

enum spent_statement { FIND, SUM, ADD, TAKE_BACK, EMPTY, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [FIND] = "SELECT nrho FROM spent" OF_ACCOUNT,
    [SUM] = "SELECT coalesce(sum(nrho), 0) FROM spent WHERE scope = ?1 AND key = ?2"
            " AND (?3 IS NULL OR window = ?3)",
    [ADD] = "INSERT INTO spent VALUES(?1, ?2, ?3, ?4)"
            " ON CONFLICT DO UPDATE SET nrho = nrho + excluded.nrho",
    [TAKE_BACK] = "UPDATE spent SET nrho = nrho - ?4" OF_ACCOUNT " AND nrho > ?4",
    [EMPTY] = "DELETE FROM spent" OF_ACCOUNT " AND nrho = ?4",
};

struct spent {
    sqlite3 *db; /* borrowed */
    struct statements statements;
};

bool spent_open(sqlite3 *db, struct spent **out, struct err *err)
{
    struct spent *spent = calloc(1, sizeof(*spent));

    if (!spent)
        return err_memory(err);
    if (!statements_prepare(&spent->statements, db, "ledger", sql, STATEMENTS, err)) {
        free(spent);
        return false;
    }
    spent->db = db;
    *out = spent;
    return true;
}

void spent_close(struct spent *spent)
{
    if (!spent)
        return;
    statements_finalize(&spent->statements);
    free(spent);
}

static bool sum_of(struct spent *spent, const struct spent_account *account, int64_t *nrho,
                   struct err *err)
{
    const union statement_value keys[] = {
        {.text = account->scope}, {.text = account->key}, {.text = account->window}};
    sqlite3_stmt *row;

    if (!statements_look(&spent->statements, FIND, "ttt", keys, &row, err))
        return false;
    *nrho = row ? sqlite3_column_int64(row, 0) : 0;
    if (row)
        statements_rewind(row);
    assert(*nrho >= 0);
    return true;
}

bool spent_sum(struct spent *spent, const char *scope, const char *key, const char *window,
               int64_t *nrho, struct err *err)
{
    assert(spent && scope && key && nrho);
    const union statement_value keys[] = {{.text = scope}, {.text = key}, {.text = window}};
    sqlite3_stmt *row;

    if (!statements_look(&spent->statements, SUM, "ttt", keys, &row, err))
        return false;
    *nrho = sqlite3_column_int64(row, 0);
    statements_rewind(row);
    return true;
}

static bool change(struct spent *spent, enum spent_statement which,
                   const struct spent_account *account, int64_t nrho, struct err *err)
{
    const union statement_value values[] = {{.text = account->scope},
                                            {.text = account->key},
                                            {.text = account->window},
                                            {.integer = nrho}};

    return statements_run(&spent->statements, which, "ttti", values, err);
}

bool spent_left(struct spent *spent, const struct spent_account *account, int64_t *left,
                struct err *err)
{
    int64_t sum;

    if (!sum_of(spent, account, &sum, err))
        return false;
    *left = account->cap_nrho > sum ? account->cap_nrho - sum : 0;
    return true;
}

bool spent_take(struct spent *spent, const struct spent_account *account, size_t n, int64_t nrho,
                size_t *refused, struct err *err)
{
    assert(sql_in_transaction(spent->db) && nrho > 0);
    for (size_t i = 0; i < n; i++) {
        int64_t left;

        if (!spent_left(spent, &account[i], &left, err))
            return false;
        *refused = i;
        if (nrho > left)
            return true;
    }
    *refused = n;
    for (size_t i = 0; i < n; i++)
        if (!change(spent, ADD, &account[i], nrho, err))
            return false;
    return true;
}

bool spent_give_back(struct spent *spent, const struct spent_account *account, int64_t nrho,
                     struct err *err)
{
    int64_t sum;

    assert(sql_in_transaction(spent->db));
    if (!sum_of(spent, account, &sum, err))
        return false;
    if (sum < nrho)
        return err_set(err, ERR_INTERNAL, "the ledger's sum of scope %s lacks a charge",
                       account->scope);
    return change(spent, sum == nrho ? EMPTY : TAKE_BACK, account, nrho, err);
}
