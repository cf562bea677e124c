#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bins of a timeline, a histogram or a curve: stretches of a number, which the question
 * declares, so that they are the same at every node, whatever its data.
 *
 * With n edges there are n - 1 bins, from an edge up to the next, which is not in it, and one from
 * the last edge on. What lies below the first edge has a class of its own, unless nothing can: ages
 * and days begin at 0. Whose number is not known is in a last class. So everybody is in one class,
 * and a table over bins is a dimension like others. Lives in the caller's arena; any thread.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/dimension.h"

struct arena;

#define BINS_EDGES_MAX 241 /* 20 years of months */

/* What is binned; the numbers are on the wire. */
enum bins_unit {
    BINS_MONTHS = 1, /* in which month it was, counted from January 1970 */
    BINS_YEARS = 2,  /* age, in completed years */
    BINS_DAYS = 3,   /* days from one event to another */
};

struct bins {
    enum bins_unit unit;
    uint32_t n_edges;
    const int32_t *edges;       /* rising */
    bool has_below;             /* the first class is what lies below the first edge */
    struct dimension dimension; /* the classes, by their names */
};

/*
 * ERR_INVALID for another unit, for fewer than two edges or more than BINS_EDGES_MAX, for edges
 * that do not rise, and for such that no number of the unit can have.
 */
bool bins_of(int unit, const int32_t *edges, size_t n, struct arena *arena, struct bins *out,
             struct err *err) MUST_CHECK;
/*
 * How many events a number of this unit is made of: a month of one, days of two, an age of none.
 */
uint32_t bins_events(enum bins_unit unit);
/* The class of a number. */
uint32_t bins_class(const struct bins *bins, int32_t number);
/* The class of whose number is not known. */
uint32_t bins_unknown(const struct bins *bins);
/* The month of a day, counted from January 1970; days since 1970-01-01. */
int32_t bins_month(int32_t day);

/*
 * Reads edges as an analyst writes them: "0,18,40,65", or in steps "0..120/10" (the last edge is
 * the end or the last step before it); a period "2019-01..2023-12" of months, "2019Q1..2023Q4" of
 * quarters or "2019..2023" of years, both ends included.
 */
bool bins_read_list(const char *text, struct arena *arena, const int32_t **edges, size_t *n,
                    struct err *err) MUST_CHECK;
bool bins_read_period(const char *text, struct arena *arena, const int32_t **edges, size_t *n,
                      struct err *err) MUST_CHECK;
