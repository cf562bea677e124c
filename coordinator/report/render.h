#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report as JSON, CSV, TSV or a table for people.
 *
 * The same marks everywhere: a value, "<T", and each kind of missing region are never alike; no
 * format has a number where there is no value. JSON carries schema_version; its names are stable.
 * Output goes to a byte string (or a cJSON tree); nothing is printed here. Any thread.
 */
#include <cjson/cJSON.h>
#include <stdint.h>

#include "coordinator/report/report.h"
#include "proto/base/bytes.h"

#define RENDER_SCHEMA_VERSION 1
#define RENDER_REGION_PARTS_MAX 512 /* parts of a region that JSON repeats beside its envelope */

struct render_options {
    const char *question;  /* the text as asked; NULL: not known here */
    const char *explained; /* in words; NULL */
    int64_t asked_s;       /* unix seconds; 0: not known */
    bool envelopes;        /* JSON: with each region's signed answer, in base64 */
    const uint8_t *list;   /* with these, of a sum: its participants' packed MaskList; NULL */
    size_t list_size;
    bool verified; /* the signatures were checked by who prints this */
    bool colour;   /* table: with terminal colours */
};

/* The document; NULL when memory is out. The caller deletes it. */
cJSON *render_json(const struct report *report, const struct render_options *options);
/* What is left to an organisation at a region, as that signed it, into this object. */
void render_balance(cJSON *object, const struct answer_balance *balance, bool *ok);
/*
 * One line for each part of each region and of the total, then, of a breakdown, one for what its
 * parts sum up to and the hidden ones hold together: without names of a part, in the columns sum_*
 * and *_hidden_*, so that no column has a part and its sum. Separator ',' (RFC 4180) or '\t'.
 */
void render_csv(const struct report *report, char separator, struct bytes *out);
void render_table(const struct report *report, const struct render_options *options,
                  struct bytes *out);
