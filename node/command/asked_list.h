#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a region was asked, month by month, from its audit log: the citizen's ledger
 * (decisions/002-citizens-ledger.md).
 *
 * A row has the questions of one month that are alike in purpose and gist (node/audit/gist.h); a
 * question counts once, however many sets of participants it was charged for. No row says who
 * asked, or what beyond the gist. All months up to `until` are in it, later ones not at all. What
 * is made follows from the log and `until` alone, and lives in the arena. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/audit/gist.h"
#include "proto/base/bytes.h"
#include "proto/base/err.h"
#include "proto/tlog/merkle.h"

#define ASKED_LIST_MONTH_BYTES 8 /* "2026-11" */

struct arena;
struct audit;

struct asked_row {
    const char *month;
    const char *purpose;
    bool told; /* false: charged before gists were kept */
    struct gist gist;
    size_t questions;
};

struct asked_month {
    char month[ASKED_LIST_MONTH_BYTES];
    uint64_t refused;      /* questions that the node refused */
    uint64_t staff_counts; /* true counts by the region's own staff */
};

struct asked_list {
    const char *network;
    const char *node;
    char until[ASKED_LIST_MONTH_BYTES];
    uint64_t leaves;                 /* of the log, of which this was made */
    uint8_t root[MERKLE_HASH_BYTES]; /* of these leaves */
    struct asked_row *row;           /* sorted by month, purpose, gist */
    size_t n_rows;
    struct asked_month *month; /* sorted; those with anything to tell */
    size_t n_months;
};

/* The last month that may be told at this time: `embargo` whole months have passed since. */
void asked_list_until(int64_t now_s, int embargo, char until[static ASKED_LIST_MONTH_BYTES]);
/* network, node and until stand in *out. ERR_UNAVAILABLE when memory is out. */
bool asked_list_make(struct audit *audit, struct arena *arena, struct asked_list *out,
                     struct err *err) MUST_CHECK;
/* schemas/ledger.json. */
bool asked_list_json(const struct asked_list *list, struct bytes *out, struct err *err) MUST_CHECK;
/* The same as a page of HTML without scripts. The caller checks out->failed. */
void asked_list_page(const struct asked_list *list, struct bytes *out);
