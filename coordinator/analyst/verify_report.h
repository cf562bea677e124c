#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a verified report from the coordinator's document: every answer's signature is verified
 * with the roster, every answer must fit the signed question, and the total is added up again. A
 * region that the document leaves out, or whose answer cannot be verified, is shown as failed.
 *
 * For a sum it also verifies the list of participants: each one's attestation, that each has signed
 * a vector of this list's session, and that the masks cancel. Otherwise there is no total. For a
 * blind sum the masks cancel only with the asker's key; without it the report is sealed.
 */
#include <cjson/cJSON.h>

#include "coordinator/report/merge.h"
#include "coordinator/report/plan.h"
#include "proto/base/err.h"

struct arena;
struct blind;
struct roster;

struct verified_report {
    struct answer *answer[REGIONS_MAX]; /* verified; indexed like the plan's regions */
    struct sum_list *list;              /* verified; NULL when the question is not a sum */
    struct report *report;              /* in the arena */
    bool open;                          /* answers may still come */
    size_t waiting;                     /* regions that have neither answered nor failed */
};

/* Keys must be valid at now_s. adds_up: the printed regions must add up to the printed total. */
struct verify_report_options {
    const struct plan *plan;
    const struct roster *roster;
    const struct blind *blind; /* the asker's key of a blind sum; else NULL */
    int64_t now_s;
    bool adds_up;
};
bool verify_report(const struct verify_report_options *options, const cJSON *document,
                   struct arena *arena, struct verified_report *out, struct err *err) MUST_CHECK;
void verified_report_clear(struct verified_report *verified_report);
