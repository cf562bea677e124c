/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/gene_names.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/terms/terms.h"
#include "proto/base/sql.h"

#define APPROVED 1

struct gene_names {
    sqlite3_stmt *by_name;  /* ?1 name: hgnc, kind, approved symbol */
    sqlite3_stmt *by_id;    /* ?1 hgnc: approved symbol */
    sqlite3_stmt *names_of; /* ?1 hgnc: names, the approved one first */
    sqlite3_stmt *in_table; /* ?1 name, ?2 assembly or NULL: symbol */
    sqlite3_stmt *has_name; /* ?1 name, ?2 hgnc: a row if it is a name of the gene */
    bool has_hgnc;
    bool has_genes;
};

static bool prepare(struct gene_names *names, sqlite3 *db, struct err *err)
{
    int64_t hgnc, genes;

    if (!sql_number(db, "SELECT count(*) FROM term_release WHERE system = 'hgnc'", 0, &hgnc, err) ||
        !sql_number(db, "SELECT count(*) FROM term_release WHERE system LIKE 'genes:%'", 0, &genes,
                    err))
        return false;
    names->has_hgnc = hgnc > 0;
    names->has_genes = genes > 0;
    return sql_prepare(
               db,
               "SELECT gene_name.hgnc, kind, symbol FROM gene_name JOIN gene_id USING (hgnc)"
               " WHERE name = ?1 ORDER BY kind, symbol",
               &names->by_name, err) &&
           sql_prepare(db, "SELECT symbol FROM gene_id WHERE hgnc = ?1", &names->by_id, err) &&
           sql_prepare(db, "SELECT name FROM gene_name WHERE hgnc = ?1 ORDER BY kind, name",
                       &names->names_of, err) &&
           sql_prepare(db, "SELECT 1 FROM gene_name WHERE name = ?1 AND hgnc = ?2",
                       &names->has_name, err) &&
           sql_prepare(db,
                       "SELECT symbol FROM gene WHERE upper(symbol) = ?1"
                       " AND (?2 IS NULL OR assembly = ?2) GROUP BY symbol LIMIT 2",
                       &names->in_table, err);
}

bool gene_names_open(struct sqlite3 *db, struct gene_names **out, struct err *err)
{
    assert(db && out);
    struct gene_names *names;

    if (!terms_prepare(db, err))
        return false;
    names = calloc(1, sizeof(*names));
    if (!names)
        return err_memory(err);
    if (!prepare(names, db, err)) {
        gene_names_close(names);
        return false;
    }
    *out = names;
    return true;
}

void gene_names_close(struct gene_names *names)
{
    if (!names)
        return;
    sqlite3_finalize(names->by_name);
    sqlite3_finalize(names->by_id);
    sqlite3_finalize(names->names_of);
    sqlite3_finalize(names->in_table);
    sqlite3_finalize(names->has_name);
    free(names);
}

static bool begins(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

/* Turns the name to upper case, and drops the version of an id of Ensembl or RefSeq. */
static void fold(const char *name, char out[static GENE_KEY_BYTES])
{
    size_t n = 0;

    for (; name[n] && n + 1 < GENE_KEY_BYTES; n++)
        out[n] = (char)toupper((unsigned char)name[n]);
    out[n] = 0;
    if (begins(out, "ENSG") || begins(out, "NM_") || begins(out, "NR_") || begins(out, "XM_"))
        out[strcspn(out, ".")] = 0;
}

static void know(struct gene_name *out, int64_t hgnc, const char *symbol)
{
    out->state = GENE_NAME_KNOWN;
    out->hgnc = hgnc;
    snprintf(out->key, sizeof(out->key), "HGNC:%lld", (long long)hgnc);
    snprintf(out->symbol, sizeof(out->symbol), "%s", symbol);
}

/* "HGNC:3430" */
static bool find_id(struct gene_names *names, const char *digits, struct gene_name *out,
                    struct err *err)
{
    char *end;
    long long hgnc = strtoll(digits, &end, 10);
    bool row;

    if (!isdigit((unsigned char)*digits) || *end)
        return true;
    sqlite3_bind_int64(names->by_id, 1, hgnc);
    if (!sql_next(names->by_id, &row, err))
        return false;
    if (row)
        know(out, hgnc, (const char *)sqlite3_column_text(names->by_id, 0));
    sqlite3_reset(names->by_id);
    return true;
}

static void add_other(struct gene_name *out, const char *symbol)
{
    size_t n = strlen(out->others);

    snprintf(out->others + n, sizeof(out->others) - n, "%s%s", n ? ", " : "", symbol);
}

/* The approved symbol comes first, and each gene has one row. */
static bool find_name(struct gene_names *names, const char *folded, struct gene_name *out,
                      struct err *err)
{
    size_t n = 0;
    bool row = true, approved = false;

    sqlite3_bind_text(names->by_name, 1, folded, -1, SQLITE_STATIC);
    while (row) {
        const char *symbol;
        bool is;

        if (!sql_next(names->by_name, &row, err))
            return false;
        if (!row)
            break;
        is = sqlite3_column_int(names->by_name, 1) == APPROVED;
        if (approved && !is)
            continue; /* the approved symbol wins over other uses */
        approved |= is;
        symbol = (const char *)sqlite3_column_text(names->by_name, 2);
        know(out, sqlite3_column_int64(names->by_name, 0), symbol);
        add_other(out, symbol);
        n++;
    }
    if (n > 1) {
        out->state = GENE_NAME_AMBIGUOUS;
        out->hgnc = 0;
        snprintf(out->key, sizeof(out->key), "*");
    }
    return true;
}

/* *symbol is "" when the table has no such name, or several that differ in case. */
static bool find_in_table(struct gene_names *names, const char *folded, uint8_t assembly,
                          char symbol[static GENE_KEY_BYTES], struct err *err)
{
    bool row = true;

    *symbol = 0;
    sqlite3_bind_text(names->in_table, 1, folded, -1, SQLITE_STATIC);
    if (assembly)
        sqlite3_bind_int(names->in_table, 2, assembly);
    else
        sqlite3_bind_null(names->in_table, 2);
    for (int n = 0; row; n++) {
        if (!sql_next(names->in_table, &row, err))
            return false;
        if (row && n == 0)
            sql_text(names->in_table, 0, symbol, GENE_KEY_BYTES);
        else if (row && assembly)
            *symbol = 0;
    }
    return true;
}

bool gene_names_find(struct gene_names *names, const char *name, struct gene_name *out,
                     struct err *err)
{
    assert(name && out);
    char folded[GENE_KEY_BYTES], symbol[GENE_KEY_BYTES];

    *out = (struct gene_name){.state = GENE_NAME_UNKNOWN};
    fold(name, folded);
    if (!names || (!names->has_hgnc && !names->has_genes)) {
        out->state = GENE_NAME_KNOWN;
        memcpy(out->key, folded, sizeof(folded));
        snprintf(out->symbol, sizeof(out->symbol), "%s", name);
        return true;
    }
    if (names->has_hgnc &&
        !(begins(folded, "HGNC:") ? find_id(names, folded + strlen("HGNC:"), out, err)
                                  : find_name(names, folded, out, err)))
        return false;
    if (out->state != GENE_NAME_UNKNOWN) {
        if (out->state == GENE_NAME_AMBIGUOUS)
            snprintf(out->symbol, sizeof(out->symbol), "%s", name);
        return true;
    }
    if (!find_in_table(names, folded, 0, symbol, err))
        return false;
    if (*symbol)
        out->state = GENE_NAME_KNOWN;
    snprintf(out->symbol, sizeof(out->symbol), "%s", *symbol ? symbol : name);
    if (out->state == GENE_NAME_KNOWN)
        memcpy(out->key, folded, sizeof(folded));
    else
        snprintf(out->key, sizeof(out->key), "%c%.*s", GENE_KEY_UNKNOWN, GENE_NAME_BYTES_MAX,
                 folded);
    return true;
}

/* The one gene of HGNC's table that the ids are of; *n counts how many they are of, 2 at most. */
static bool find_ids(struct gene_names *names, const char *ids, struct gene_name *out, int *n,
                     struct err *err)
{
    *n = 0;
    while (*ids && *n < 2) {
        size_t length = strcspn(ids, ",");
        char id[GENE_KEY_BYTES];
        struct gene_name found;

        snprintf(id, sizeof(id), "%.*s", (int)length, ids);
        if (!gene_names_find(names, id, &found, err))
            return false;
        if (found.hgnc && (!*n || found.hgnc != out->hgnc)) {
            *out = found;
            ++*n;
        }
        ids += length + (ids[length] == ',');
    }
    return true;
}

static bool has_name(struct gene_names *names, const char *name, int64_t hgnc, bool *has,
                     struct err *err)
{
    char folded[GENE_KEY_BYTES];

    fold(name, folded);
    sqlite3_bind_text(names->has_name, 1, folded, -1, SQLITE_STATIC);
    sqlite3_bind_int64(names->has_name, 2, hgnc);
    if (!sql_next(names->has_name, has, err))
        return false;
    sqlite3_reset(names->has_name);
    return true;
}

bool gene_names_find_said(struct gene_names *names, const char *name, const char *ids,
                          struct gene_name *out, struct err *err)
{
    assert(ids);
    bool many = strcmp(ids, "*") == 0, fits = false;
    struct gene_name meant;
    int n = 0;

    if (!gene_names_find(names, name, out, err))
        return false;
    if (!names || !names->has_hgnc || !*ids)
        return true;
    if (!many && !find_ids(names, ids, &meant, &n, err))
        return false;
    if (n == 1 && !has_name(names, name, meant.hgnc, &fits, err))
        return false;
    if (n == 1 && (fits || out->state == GENE_NAME_UNKNOWN || out->hgnc == meant.hgnc)) {
        *out = meant;
    } else if (n || many) {
        *out = (struct gene_name){.state = GENE_NAME_AMBIGUOUS, .key = "*"};
        snprintf(out->symbol, sizeof(out->symbol), "%s", name);
    }
    return true;
}

bool gene_names_in_table(struct gene_names *names, const struct gene_name *gene, uint8_t assembly,
                         char symbol[static GENE_KEY_BYTES], struct err *err)
{
    assert(gene);
    char folded[GENE_KEY_BYTES];
    bool row = true;

    *symbol = 0;
    if (gene->state != GENE_NAME_KNOWN)
        return true;
    if (!gene->hgnc)
        return find_in_table(names, gene->key, assembly, symbol, err);
    sqlite3_bind_int64(names->names_of, 1, gene->hgnc);
    while (row && !*symbol) {
        struct gene_name meant;

        if (!sql_next(names->names_of, &row, err))
            return false;
        if (!row)
            break;
        sql_text(names->names_of, 0, folded, sizeof(folded));
        /* A name that now means another gene, or several, is no name of this one. */
        if (!gene_names_find(names, folded, &meant, err)) {
            sqlite3_reset(names->names_of);
            return false;
        }
        if (meant.hgnc == gene->hgnc && !find_in_table(names, folded, assembly, symbol, err)) {
            sqlite3_reset(names->names_of);
            return false;
        }
    }
    sqlite3_reset(names->names_of);
    return true;
}
