/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/delivery.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/store/store_inside.h"

static const char *const kinds[] = {
    [EVENT_DIAGNOSIS] = "diagnosis",
    [EVENT_PHENOTYPE] = "phenotype",
    [EVENT_TREATMENT] = "treatment",
    [EVENT_PROCEDURE] = "procedure",
    [EVENT_OTHER] = "other",
    [EVENT_LAB] = "lab",
    [EVENT_OBSERVATION] = "observation",
    [EVENT_SPECIMEN] = "specimen",
    [EVENT_REPORT] = "report",
    [EVENT_DEATH] = "death",
    [EVENT_PATHOGEN] = "pathogen",
    [EVENT_CLASSIFICATION] = "classification",
};

const char *delivery_kind_name(int kind)
{
    return kind >= EVENT_NO_KIND && kind <= EVENT_KIND_LAST ? kinds[kind] : NULL;
}

int delivery_kind_find(const char *word)
{
    for (int kind = EVENT_DIAGNOSIS; kind <= EVENT_KIND_LAST; kind++)
        if (strcmp(kinds[kind], word) == 0)
            return kind;
    return EVENT_NO_KIND;
}

static int compare(const struct delivery *a, const struct delivery *b)
{
    return a->kind != b->kind ? (a->kind > b->kind) - (a->kind < b->kind)
                              : strcmp(a->system, b->system);
}

/*
 * A declaration without a day counts as earlier than any day: PERSON_NO_DATE is the least number.
 */
bool deliveries_add(struct deliveries *deliveries, const struct delivery *delivery)
{
    assert(deliveries && delivery);
    size_t i = 0;

    while (i < deliveries->n && compare(&deliveries->at[i], delivery) < 0)
        i++;
    if (i < deliveries->n && compare(&deliveries->at[i], delivery) == 0) {
        if (delivery->since < deliveries->at[i].since)
            deliveries->at[i].since = delivery->since;
        return true;
    }
    if (deliveries->n == DELIVERIES_MAX)
        return false;
    memmove(&deliveries->at[i + 1], &deliveries->at[i],
            (deliveries->n++ - i) * sizeof(deliveries->at[0]));
    deliveries->at[i] = *delivery;
    return true;
}

/* Reads rows of kind, system and since. */
static bool read_rows(sqlite3_stmt *stmt, struct deliveries *out, struct err *err)
{
    bool row = true;

    while (row) {
        struct delivery delivery = {.since = PERSON_NO_DATE};

        if (!sql_next(stmt, &row, err))
            return false;
        if (!row)
            break;
        delivery.kind = sqlite3_column_int(stmt, 0);
        snprintf(delivery.system, sizeof(delivery.system), "%s",
                 (const char *)sqlite3_column_text(stmt, 1));
        if (sqlite3_column_type(stmt, 2) != SQLITE_NULL)
            delivery.since = sqlite3_column_int(stmt, 2);
        if (!deliveries_add(out, &delivery))
            return err_set(err, ERR_EXHAUSTED, "feeds declare more than %d kinds and systems",
                           DELIVERIES_MAX);
    }
    return true;
}

bool deliveries_of_feed(struct store *store, const char *kind, const char *feed,
                        struct deliveries *out, struct err *err)
{
    assert(store && out);
    sqlite3_stmt *stmt = NULL;
    bool ok = sql_prepare(store->db,
                          "SELECT kind, system, since FROM delivery WHERE import_id ="
                          " (SELECT max(id) FROM import_run WHERE kind = ?1 AND feed = ?2"
                          " AND undone_s = 0)",
                          &stmt, err);

    out->n = 0;
    if (ok) {
        sqlite3_bind_text(stmt, 1, kind, -1, SQLITE_STATIC);
        sqlite3_bind_text(stmt, 2, feed, -1, SQLITE_STATIC);
        ok = read_rows(stmt, out, err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

bool deliveries_in_force(struct store *store, struct deliveries *out, struct err *err)
{
    assert(store && out);
    sqlite3_stmt *stmt = NULL;
    bool ok = sql_prepare(store->db,
                          "SELECT delivery.kind, system, since FROM delivery"
                          " JOIN import_run AS run ON run.id = import_id"
                          " WHERE delivery.kind > 0 AND undone_s = 0 AND (feed IS NULL"
                          " OR NOT EXISTS (SELECT 1 FROM import_run AS later WHERE"
                          " later.kind = run.kind AND later.feed = run.feed"
                          " AND later.undone_s = 0 AND later.id > run.id))",
                          &stmt, err);

    out->n = 0;
    ok = ok && read_rows(stmt, out, err);
    sqlite3_finalize(stmt);
    return ok;
}
