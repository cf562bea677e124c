#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks a receipt offline, as of its own time: that an analyst of its roster signed the question,
 * that its text is the signed one, that each region signed its answer to this very question; and
 * adds the total up again. The caller has opened the roster with the pinned root keys. One thread.
 */
#include "coordinator/analyst/receipt.h"
#include "coordinator/analyst/verify_report.h"
#include "proto/base/err.h"

struct arena;
struct blind;
struct roster;

/* What is here was signed; nothing is taken from what only the receipt claims. */
struct verified_receipt {
    const Rikstal__V1__Question *message;
    const char *text; /* canonical */
    struct plan *plan;
    struct blind *blind;
    struct verified_report report;
    size_t n_bad; /* answers that do not verify */
};

/* All lives in the arena until verified_receipt_clear(), which a failure does not need. */
bool verify_receipt(const struct receipt *receipt, const struct roster *roster, struct arena *arena,
                    struct verified_receipt *out, struct err *err) MUST_CHECK;
void verified_receipt_clear(struct verified_receipt *verified);
