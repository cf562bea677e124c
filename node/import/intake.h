#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent's side of an import: items of the stream into the store, within one open transaction.
 *
 * Without a store (dry run) everything is checked and counted and nothing is written. What the
 * reader says in its closing must agree with what came through. One thread.
 */
#include <stdint.h>

#include "node/import/run.h"
#include "node/import/stream.h"
#include "proto/base/err.h"

struct store;
struct intake;

struct intake_settings {
    struct store *store; /* with an open import; NULL: a dry run. All pointers here are borrowed */
    struct rejects *rejects;
    const struct run_inputs *inputs;
    const char *assay; /* NULL: none */
    bool assay_whole;  /* the assay covers the whole genome */
    bool sites_are_units;
    bool rows; /* of a feed: units say facts and events only and are stored many at a time */
    uint8_t content[32]; /* content of a unit that does not say its own */
};

bool intake_open(const struct intake_settings *settings, struct intake **out,
                 struct err *err) MUST_CHECK;
void intake_close(struct intake *intake);
/* Any item but progress, closing and failure. */
bool intake_take(struct intake *intake, const struct stream_item *item, struct err *err) MUST_CHECK;
/* Writes what is buffered, fills the counts of result, and compares them with the reader's closing.
 */
bool intake_finish(struct intake *intake, const struct stream_closing *closing,
                   struct run_result *result, struct err *err) MUST_CHECK;
