/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/event_map.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/bytes.h"
#include "proto/base/csv.h"

/* The columns of a file of events, by their own names. */
static const struct {
    const char *name;
    enum persons_column column;
} own[] = {
    {"person", COLUMN_PERSON}, {"domain", COLUMN_DOMAIN},     {"kind", COLUMN_KIND},
    {"system", COLUMN_SYSTEM}, {"code", COLUMN_CODE},         {"start", COLUMN_DATE},
    {"end", COLUMN_END},       {"value", COLUMN_VALUE},       {"unit", COLUMN_UNIT},
    {"answer", COLUMN_ANSWER}, {"excluded", COLUMN_EXCLUDED},
};
#define HEADER_BYTES 256
#define OWN (sizeof(own) / sizeof(own[0]))

static bool no_column(const char *option, struct err *err)
{
    char all[256] = "";

    for (size_t i = 0, at = 0; i < OWN && at < sizeof(all); i++)
        at += (size_t)snprintf(all + at, sizeof(all) - at, " %s", own[i].name);
    return err_set(err, ERR_INVALID, "%s takes one of%s, then = and its text", option, all);
}

/* "code=NPU_KOD" */
static bool take(const char *option, const char *typed, const char *said[static PERSONS_COLUMNS],
                 struct err *err)
{
    size_t length = strcspn(typed, "=");

    for (size_t i = 0; i < OWN; i++) {
        if (strlen(own[i].name) != length || memcmp(own[i].name, typed, length) != 0)
            continue;
        if (!typed[length] || !typed[length + 1])
            break;
        if (said[own[i].column])
            return err_set(err, ERR_INVALID, "%s says \"%s\" twice", option, own[i].name);
        said[own[i].column] = typed + length + 1;
        return true;
    }
    return no_column(option, err);
}

bool event_map_settle(struct event_map *map, struct err *err)
{
    assert(map);
    for (size_t i = 0; i < map->n_columns; i++)
        if (!take("--column", map->columns[i], map->header, err))
            return false;
    for (size_t i = 0; i < map->n_sets; i++)
        if (!take("--set", map->sets[i], map->fixed, err))
            return false;
    for (size_t i = 0; i < OWN; i++)
        if (map->header[own[i].column] && map->fixed[own[i].column])
            return err_set(err, ERR_INVALID, "--column and --set both say \"%s\"", own[i].name);
    return !map->fixed[COLUMN_PERSON] ||
           err_set(err, ERR_INVALID, "--set cannot give all rows one person");
}

/* The column of a header; its ASCII letters are in lower case (csv.h). */
static int find_column(const struct csv *csv, const char *header)
{
    char lower[HEADER_BYTES];
    size_t n = 0;

    for (; header[n] && n + 1 < sizeof(lower); n++)
        lower[n] = (char)(header[n] >= 'A' && header[n] <= 'Z' ? header[n] + 32 : header[n]);
    lower[n] = 0;
    return header[n] ? -1 : csv_find(csv, lower);
}

/* What was declared, and person, must be there. */
static bool check(const struct event_map *map, const int at[static OWN], struct err *err)
{
    for (size_t i = 0; i < OWN; i++)
        if (at[i] < 0 && (map->header[own[i].column] || own[i].column == COLUMN_PERSON))
            return err_set(err, ERR_INVALID,
                           "line 1: the header has not the column that says \"%s\"; name it with "
                           "--column %s=HEADER",
                           own[i].name, own[i].name);
    return true;
}

static bool all_named(const struct csv *csv, const int at[static OWN], struct err *err)
{
    for (size_t i = 0; i < csv_columns(csv); i++) {
        size_t column = 0;

        while (column < OWN && at[column] != (int)i)
            column++;
        if (column == OWN)
            return err_set(err, ERR_INVALID,
                           "line 1: column %zu says nothing that was declared; name it with "
                           "--column, or say --other-columns",
                           i + 1);
    }
    return true;
}

bool event_map_find(const struct event_map *map, const struct csv *csv,
                    struct persons_columns *columns, struct err *err)
{
    assert(map && csv && columns);
    int at[OWN];

    for (size_t i = 0; i < OWN; i++) {
        const char *header = map->header[own[i].column];

        at[i] = map->fixed[own[i].column] ? -1 : find_column(csv, header ? header : own[i].name);
    }
    if (!check(map, at, err) || (!map->other_columns && !all_named(csv, at, err)))
        return false;
    for (size_t i = 0; i < PERSONS_COLUMNS; i++)
        columns->at[i] = -1;
    for (size_t i = 0; i < OWN; i++)
        columns->at[own[i].column] = at[i];
    columns->fixed = map->fixed;
    columns->decimal_comma = map->decimal_comma;
    return true;
}

void event_map_describe(const struct event_map *map, char *text, size_t size)
{
    assert(map && text && size > 0);
    crypto_generichash_state state;
    uint8_t hash[16];
    char hex[2 * sizeof(hash) + 1];

    crypto_generichash_init(&state, NULL, 0, sizeof(hash));
    for (size_t i = 0; i < PERSONS_COLUMNS; i++) {
        const char *said[] = {map->header[i] ? map->header[i] : "",
                              map->fixed[i] ? map->fixed[i] : ""};

        crypto_generichash_update(&state, (const uint8_t *)said[0], strlen(said[0]) + 1);
        crypto_generichash_update(&state, (const uint8_t *)said[1], strlen(said[1]) + 1);
    }
    crypto_generichash_final(&state, hash, sizeof(hash));
    bytes_to_hex(hash, sizeof(hash), hex);
    (void)snprintf(text, size, "map=%s;comma=%d;others=%d", hex, map->decimal_comma,
                   map->other_columns);
}
