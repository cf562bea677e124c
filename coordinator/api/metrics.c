/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/api/metrics.h"

#include <assert.h>
#include <inttypes.h>

#include "coordinator/report/put.h"
#include "proto/base/version.h"

static void one(struct bytes *out, const char *name, const char *type, const char *help,
                uint64_t value)
{
    put(out, "# HELP rikstal_%s %s\n# TYPE rikstal_%s %s\nrikstal_%s %" PRIu64 "\n", name, help,
        name, type, name, value);
}

void metrics_write(const struct service_counts *counts, struct bytes *out)
{
    assert(counts && out);
    put(out,
        "# HELP rikstal_build_info The version that runs.\n# TYPE rikstal_build_info gauge\n"
        "rikstal_build_info{version=\"%s\"} 1\n",
        rikstal_version);
    one(out, "questions_total", "counter", "Questions handed in.", counts->asked);
    one(out, "questions_refused_total", "counter", "Questions not taken.", counts->refused);
    one(out, "questions_completed_total", "counter", "Questions complete.", counts->completed);
    one(out, "partial_results_total", "counter", "Completed with a region missing.",
        counts->partial);
    one(out, "answers_total", "counter", "Signed answers received.", counts->answers);
    one(out, "answers_late_total", "counter", "Answers after completion.", counts->answers_late);
    one(out, "answers_bad_total", "counter", "Answers that did not verify.", counts->answers_bad);
    one(out, "links_refused_total", "counter", "Links that were not a node's.",
        counts->links_refused);
    one(out, "questions_open", "gauge", "Questions waiting for answers.", counts->open);
    one(out, "nodes_reachable", "gauge", "Nodes with a link.", counts->connected);
    one(out, "nodes_enrolled", "gauge", "Nodes in the roster.", counts->enrolled);
    one(out, "roster_version", "gauge", "Version of the roster.", counts->roster_version);
}
