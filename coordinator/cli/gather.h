#pragma once
/*
 * From the coordinator's document to a report that the analyst can stand by: every answer's
 * signature is verified against the roster, every answer must fit the question that was signed, and
 * the total is added up again. A region that the document leaves out, or whose answer does not
 * verify, is shown as failed.
 */
#include <cjson/cJSON.h>

#include "coordinator/merge/merge.h"
#include "coordinator/plan/plan.h"
#include "proto/base/err.h"

struct arena;
struct roster;

struct gathered {
    struct answer *answer[REGIONS_MAX]; /* verified; in the order of the plan's regions */
    struct report *report;              /* in the arena */
    bool open;                          /* answers may still come */
    size_t waiting;                     /* regions that have neither answered nor failed */
};

/* now_s: when keys must hold. adds_up: printed regions add up to the printed total. */
struct gather_options {
    const struct plan *plan;
    const struct roster *roster;
    int64_t now_s;
    bool adds_up;
};
bool gather(const struct gather_options *options, const cJSON *document, struct arena *arena,
            struct gathered *out, struct err *err) MUST_CHECK;
void gathered_clear(struct gathered *gathered);
