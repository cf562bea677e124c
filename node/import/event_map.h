#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The declared mapping of a file of events: which of its columns says what, and what holds for all
 * of its rows. A file has columns of its own names; nothing of it is guessed. Texts are borrowed
 * (argv's). Values; one thread.
 */
#include "node/import/persons_row.h"
#include "proto/base/err.h"

#define EVENT_MAP_OPTIONS_MAX 32 /* of --column, and of --set */

struct event_map {
    const char *columns[EVENT_MAP_OPTIONS_MAX]; /* as typed: "code=NPU_KOD" */
    size_t n_columns;
    const char *sets[EVENT_MAP_OPTIONS_MAX]; /* "kind=lab" */
    size_t n_sets;
    bool decimal_comma;
    bool other_columns; /* columns that nobody named are not read; else they refuse the file */
    /* event_map_settle() fills them; NULL: not said */
    const char *header[PERSONS_COLUMNS];
    const char *fixed[PERSONS_COLUMNS];
};

/* Reads what was typed. An error names the word that is no column of events, or was said twice. */
bool event_map_settle(struct event_map *map, struct err *err) MUST_CHECK;
/* Finds the columns of a file. What was declared must be there. */
bool event_map_find(const struct event_map *map, const struct csv *csv,
                    struct persons_columns *columns, struct err *err) MUST_CHECK;
/* The mapping as text: another one is another result of the same file. Cut off at size. */
void event_map_describe(const struct event_map *map, char *text, size_t size);
