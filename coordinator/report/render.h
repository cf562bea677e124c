#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints a report as JSON, CSV, TSV or a table for people.
 *
 * All formats make the same distinctions: a value, "<T" and each kind of missing region look
 * different, and where there is no value no format has a number. JSON carries schema_version, and
 * its names are stable. Output goes to a byte string (or a cJSON tree), never to a stream. Any
 * thread.
 */
#include <cjson/cJSON.h>
#include <stdint.h>

#include "coordinator/report/report.h"
#include "proto/base/bytes.h"
#include "proto/terms/term_echo.h"

#define RENDER_SCHEMA_VERSION 1
#define RENDER_REGION_PARTS_MAX 512 /* more parts of a region JSON has only in its envelope */

struct render_options {
    const char *question;         /* the question's text; NULL: not known here */
    const char *explained;        /* the question in words; NULL: none */
    const char *const *steps;     /* of a funnel the criterion of each step; NULL: not known here */
    int64_t asked_s;              /* unix seconds; 0: not known */
    const struct term_echo *echo; /* what term releases say of the question; NULL: nothing */
    bool envelopes;               /* JSON: include each region's signed answer, in base64 */
    const uint8_t *list;          /* with envelopes, for a sum: the packed MaskList; else NULL */
    size_t list_size;
    bool verified; /* the program that prints has verified the signatures itself */
    bool colour;   /* table: use terminal colours */
    bool mark;     /* CSV and TSV: begin with the UTF-8 mark */
};

/* Makes the JSON document. NULL when memory is out. The caller deletes it. */
cJSON *render_json(const struct report *report, const struct render_options *options);
/*
 * Adds to this object the remaining budget of an organisation at a region, as the region signed it.
 */
void render_balance(cJSON *object, const struct answer_balance *balance, bool *ok);
/*
 * Prints one line for each part of each region and of the total. A breakdown has a further line for
 * the sum of its parts and for the hidden parts together; on that line the names of the part are
 * empty and the figures are in the columns sum_* and *_hidden_*, so that no column mixes parts with
 * sums. Every line ends with what the figures rest on: mode, releases of terms, the question, its
 * id and time. `terms` is empty on lines of the total, because releases are a region's.
 * `everybody_could_pay` is "no" where persons with nothing left may be missing from the figures, of
 * the total where it is so of one region; empty where no person pays. Separator ',' (RFC 4180) or
 * '\t'.
 */
void render_csv(const struct report *report, const struct render_options *options, char separator,
                struct bytes *out);
void render_table(const struct report *report, const struct render_options *options,
                  struct bytes *out);
