#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Permits at the command line: their dates and caps, and how `roster show` lists them. One thread.
 */
#include <cjson/cJSON.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct draft;

/* The options of a permit; NULL: not given. */
struct permit_words {
    const char *id;
    const char *organisation;
    const char *from;   /* YYYY-MM-DD, UTC: the first day */
    const char *until;  /* the last day */
    const char *points; /* at each node; "0": the nodes' policies decide */
};

bool permits_add(struct draft *draft, const struct permit_words *words, struct err *err) MUST_CHECK;

/* Prints the permits for `roster show`. */
void permits_show(const Rikstal__V1__Roster *roster);
cJSON *permits_list(const Rikstal__V1__Roster *roster, bool *ok);
