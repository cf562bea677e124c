#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sessions of a desk of many. A seat has a name of 256 random bits, which the desk draws at
 * each log-in and the browser keeps in a cookie: a name that a browser brings along opens nothing.
 * It ends when nobody has used it for the idle time, at the end of the log-in, and at log-out. When
 * there are SEATS_MAX, that which was used longest ago ends. Any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "proto/base/err.h"

#define SEAT_TEXT_BYTES 65 /* 64 hexadecimal digits and a NUL */
#define SEATS_MAX 1024

struct seat_office;
struct colleague;

/* NULL when memory is out. */
struct seat_office *seat_office_new(int64_t idle_ms);
void seat_office_free(struct seat_office *office); /* accepts NULL */

/* brought: the name that the browser came with, which ends; NULL: none. */
void seat_begin(struct seat_office *office, struct colleague *colleague, int64_t life_ms,
                const char *brought, char name[static SEAT_TEXT_BYTES]);

/* A seat that is there. */
struct seat_look {
    struct colleague *colleague;
    int64_t idle_ms; /* it ends after so long without use */
    int64_t left_ms; /* it ends after so long in any case */
};
/* use: this counts as use. False: there is no such seat. */
bool seat_find(struct seat_office *office, const char *name, bool use,
               struct seat_look *out) MUST_CHECK;
void seat_end(struct seat_office *office, const char *name);
