#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calendar at the command line: a release, or those of a year, and how `roster show` lists
 * them. One thread.
 */
#include <cjson/cJSON.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct draft;

#define RELEASES_GRACE_DAYS 7 /* how long a release stays open beside the next one */

/* The options of a release; NULL: not given. */
struct release_words {
    const char *name;    /* of one release; or a year, "2027" */
    const char *from;    /* YYYY-MM-DD, UTC: when it opens */
    const char *until;   /* the last day */
    const char *purpose; /* that alone it is for */
    const char *every;   /* of a year: "month", "quarter" or "week" */
    long grace;          /* days */
};

/* The words that --every takes, as a list (proto/base/words.h). */
const char *releases_every(size_t i);
/*
 * One release. It opens with its month, quarter or week, one that replaces another at once, and
 * closes --grace days after its time, when nothing else is said.
 */
bool releases_add(struct draft *draft, const struct release_words *words,
                  struct err *err) MUST_CHECK;
/* All releases of a year that have not closed. */
bool releases_add_year(struct draft *draft, const struct release_words *words,
                       struct err *err) MUST_CHECK;

/* Prints the releases for `roster show`. */
void releases_show(const Rikstal__V1__Roster *roster);
cJSON *releases_list(const Rikstal__V1__Roster *roster, bool *ok);
