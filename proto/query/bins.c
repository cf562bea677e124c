/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/bins.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/date.h"
#include "proto/base/number.h"

#define NAME_BYTES 32
#define MONTHS_A_YEAR 12
#define YEARS_MOST 9999
#define FIRST_YEAR 1970

/* Of each unit: the name in a table, and what its numbers may be. */
static const struct {
    const char *name;
    uint32_t events;
    int32_t least;
    int32_t most;
} units[] = {
    [BINS_MONTHS] = {"period", 1, (1 - FIRST_YEAR) * MONTHS_A_YEAR,
                     (YEARS_MOST - FIRST_YEAR) * MONTHS_A_YEAR},
    [BINS_YEARS] = {"age", 0, 0, 150},
    [BINS_DAYS] = {"days", 2, 0, 73000},
};

#define UNITS (int)(sizeof(units) / sizeof(units[0]))

/* ---- names ----------------------------------------------------------------------------------- */

static void month_text(int32_t month, int32_t width, char out[static NAME_BYTES])
{
    int32_t from_year_1 = month - units[BINS_MONTHS].least;
    int32_t year = from_year_1 / MONTHS_A_YEAR + 1, in_year = from_year_1 % MONTHS_A_YEAR;

    if (width == MONTHS_A_YEAR && in_year == 0)
        snprintf(out, NAME_BYTES, "%04d", (int)year);
    else if (width == 3 && in_year % 3 == 0)
        snprintf(out, NAME_BYTES, "%04dQ%d", (int)year, (int)in_year / 3 + 1);
    else
        snprintf(out, NAME_BYTES, "%04d-%02d", (int)year, (int)in_year + 1);
}

static void edge_text(const struct bins *bins, uint32_t at, char out[static NAME_BYTES])
{
    uint32_t next = at + 1 < bins->n_edges ? at : bins->n_edges - 2;

    if (bins->unit == BINS_MONTHS)
        month_text(bins->edges[at], bins->edges[next + 1] - bins->edges[next], out);
    else
        snprintf(out, NAME_BYTES, "%d", (int)bins->edges[at]);
}

/* From this edge to before the next one. */
static void bin_text(const struct bins *bins, uint32_t at, char out[static NAME_BYTES])
{
    int32_t from = bins->edges[at], width = bins->edges[at + 1] - from;
    char end[NAME_BYTES];

    edge_text(bins, at, out);
    if (width == 1 || (bins->unit == BINS_MONTHS && strlen(out) != strlen("2019-01")))
        return;
    if (bins->unit == BINS_MONTHS)
        month_text(from + width - 1, 1, end);
    else
        snprintf(end, sizeof(end), "%d", (int)(from + width - 1));
    snprintf(out + strlen(out), NAME_BYTES - strlen(out), "%s%.12s",
             bins->unit == BINS_MONTHS ? ".." : "-", end);
}

static void class_text(const struct bins *bins, uint32_t class, char out[static NAME_BYTES])
{
    char edge[NAME_BYTES];
    uint32_t at = class - bins->has_below;

    if (class == bins_unknown(bins)) {
        snprintf(out, NAME_BYTES, "unknown");
    } else if (bins->has_below && class == 0) {
        edge_text(bins, 0, edge);
        snprintf(out, NAME_BYTES, "before %.16s", edge);
    } else if (at + 1 == bins->n_edges) {
        edge_text(bins, at, edge);
        snprintf(out, NAME_BYTES, "%.12s and %s", edge,
                 bins->unit == BINS_MONTHS ? "later" : "more");
    } else {
        bin_text(bins, at, out);
    }
}

static bool name_all(struct bins *bins, struct arena *arena, struct err *err)
{
    uint32_t n = bins_unknown(bins) + 1;
    const char **names = arena_array(arena, n, sizeof(*names));
    char text[NAME_BYTES];

    for (uint32_t i = 0; names && i < n; i++) {
        class_text(bins, i, text);
        names[i] = arena_strdup(arena, text);
        if (!names[i])
            names = NULL;
    }
    if (!names)
        return err_memory(err);
    bins->dimension = (struct dimension){DIMENSION_BINS, units[bins->unit].name, n, names};
    return true;
}

/* ---- bins ------------------------------------------------------------------------------------ */

bool bins_of(int unit, const int32_t *edges, size_t n, struct arena *arena, struct bins *out,
             struct err *err)
{
    assert((edges || !n) && arena && out);
    int32_t *copy;

    if (unit < 1 || unit >= UNITS)
        return err_set(err, ERR_INVALID, "bins of unit %d; there are 1 to %d", unit, UNITS - 1);
    if (n < 2 || n > BINS_EDGES_MAX)
        return err_set(err, ERR_INVALID, "%zu edges of bins; 2 to %d are allowed", n,
                       BINS_EDGES_MAX);
    for (size_t i = 0; i < n; i++)
        if (edges[i] < units[unit].least || edges[i] > units[unit].most ||
            (i && edges[i] <= edges[i - 1]))
            return err_set(err, ERR_INVALID,
                           "edge number %zu of the bins is %d: edges rise, from %d to at most %d",
                           i + 1, (int)edges[i], (int)units[unit].least, (int)units[unit].most);
    copy = arena_array(arena, n, sizeof(*copy));
    if (!copy)
        return err_memory(err);
    memcpy(copy, edges, n * sizeof(*copy));
    *out = (struct bins){.unit = (enum bins_unit)unit,
                         .n_edges = (uint32_t)n,
                         .edges = copy,
                         .has_below = edges[0] > 0 || unit == BINS_MONTHS};
    return name_all(out, arena, err);
}

uint32_t bins_events(enum bins_unit unit)
{
    assert(unit >= 1 && (int)unit < UNITS);
    return units[unit].events;
}

uint32_t bins_unknown(const struct bins *bins)
{
    assert(bins);
    return bins->n_edges + bins->has_below;
}

uint32_t bins_class(const struct bins *bins, int32_t number)
{
    assert(bins);
    uint32_t reached = 0; /* edges that it is not below; all are looked at, whatever it is */

    for (uint32_t i = 0; i < bins->n_edges; i++)
        reached += number >= bins->edges[i];
    if (reached == 0 && !bins->has_below)
        return bins_unknown(bins);
    return reached - !bins->has_below;
}

int32_t bins_month(int32_t day)
{
    int year, month, in_month;

    date_to_civil(day, &year, &month, &in_month);
    return (year - FIRST_YEAR) * MONTHS_A_YEAR + month - 1;
}

/* ---- what an analyst writes ------------------------------------------------------------------ */

static bool leading(const char **text, int32_t *out)
{
    uint64_t number;

    if (!number_leading(text, INT32_MAX / 2, &number))
        return false;
    *out = (int32_t)number;
    return true;
}

static bool steps(int32_t first, int32_t last, int32_t width, int32_t *edges, size_t *n)
{
    *n = 0;
    for (int64_t at = first; at <= last; at += width) {
        if (*n == BINS_EDGES_MAX)
            return false;
        edges[(*n)++] = (int32_t)at;
    }
    return true;
}

/* "0..120/10" after its first number. */
static bool read_steps(const char *text, int32_t first, int32_t *edges, size_t *n)
{
    int32_t last, width;

    text += 2;
    return leading(&text, &last) && *text++ == '/' && leading(&text, &width) && !*text &&
           width > 0 && steps(first, last, width, edges, n);
}

bool bins_read_list(const char *text, struct arena *arena, const int32_t **edges, size_t *n,
                    struct err *err)
{
    assert(text && arena && edges && n);
    int32_t *out = arena_array(arena, BINS_EDGES_MAX, sizeof(*out));
    bool ok;

    if (!out)
        return err_memory(err);
    *edges = out;
    *n = 1;
    ok = leading(&text, &out[0]);
    if (ok && strncmp(text, "..", 2) == 0) {
        ok = read_steps(text, out[0], out, n);
    } else {
        while (ok && *text == ',' && *n < BINS_EDGES_MAX) {
            text++;
            ok = leading(&text, &out[*n]);
            *n += ok;
        }
        ok = ok && !*text;
    }
    return ok || err_set(err, ERR_INVALID,
                         "bins are given by their edges, as in 0,18,40,65, or in steps, as in "
                         "0..120/10; at most %d edges",
                         BINS_EDGES_MAX);
}

/* "2019-01", "2019Q1" or "2019": a month, and how many months it stands for. */
static bool read_moment(const char **text, int32_t *month, int32_t *width)
{
    int32_t year, part = 1;

    if (!leading(text, &year) || year < 1 || year > YEARS_MOST)
        return false;
    *width = MONTHS_A_YEAR;
    if (**text == '-' || **text == 'Q') {
        *width = **text == 'Q' ? 3 : 1;
        (*text)++;
        if (!leading(text, &part) || part < 1 || part > MONTHS_A_YEAR / *width)
            return false;
    }
    *month = (year - FIRST_YEAR) * MONTHS_A_YEAR + (part - 1) * *width;
    return true;
}

bool bins_read_period(const char *text, struct arena *arena, const int32_t **edges, size_t *n,
                      struct err *err)
{
    assert(text && arena && edges && n);
    int32_t *out = arena_array(arena, BINS_EDGES_MAX, sizeof(*out));
    int32_t first, last, width, other;
    bool ok;

    if (!out)
        return err_memory(err);
    *edges = out;
    ok = read_moment(&text, &first, &width) && strncmp(text, "..", 2) == 0;
    text += ok ? 2 : 0;
    ok = ok && read_moment(&text, &last, &other) && !*text && width == other && first <= last &&
         steps(first, last + width, width, out, n);
    return ok || err_set(err, ERR_INVALID,
                         "a period is two months, quarters or years, as in 2019-01..2023-12, "
                         "2019Q1..2023Q4 or 2019..2023; at most %d of them",
                         BINS_EDGES_MAX - 1);
}
