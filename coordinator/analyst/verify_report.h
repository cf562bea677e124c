#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the coordinator's document to a report that the analyst can stand by: every answer's
 * signature is verified against the roster, every answer must fit the question that was signed, and
 * the total is added up again. A region that the document leaves out, or whose answer does not
 * verify, is shown as failed.
 *
 * Of a sum the list of participants is verified too: each one's attestation, that every one of them
 * has signed a vector of this list's session, and that the masks cancel. Else there is no total. Of
 * a blind sum they cancel under the asker's key; without it the report is sealed.
 */
#include <cjson/cJSON.h>

#include "coordinator/report/merge.h"
#include "coordinator/report/plan.h"
#include "proto/base/err.h"

struct arena;
struct blind;
struct roster;

struct verified_report {
    struct answer *answer[REGIONS_MAX]; /* verified; in the order of the plan's regions */
    struct sum_list *list;              /* verified; NULL without a sum */
    struct report *report;              /* in the arena */
    bool open;                          /* answers may still come */
    size_t waiting;                     /* regions that have neither answered nor failed */
};

/* now_s: when keys must hold. adds_up: printed regions add up to the printed total. */
struct verify_report_options {
    const struct plan *plan;
    const struct roster *roster;
    const struct blind *blind; /* of a blind sum, by who asked; else NULL */
    int64_t now_s;
    bool adds_up;
};
bool verify_report(const struct verify_report_options *options, const cJSON *document,
                   struct arena *arena, struct verified_report *out, struct err *err) MUST_CHECK;
void gathered_clear(struct verified_report *verified_report);
