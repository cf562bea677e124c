/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/waiting.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "coordinator/analyst/http.h"
#include "coordinator/report/report.h"
#include "proto/base/bytes.h"

#define LOOK_MS 1000  /* how often a terminal's progress line is updated */
#define LONG_MS 20000 /* longest wait of one HTTP call */

static void withdraw(const struct asking *asking)
{
    char id[2 * QUESTION_ID_BYTES + 1];

    http_resume();
    bytes_to_hex(asking->composed.plan->id, QUESTION_ID_BYTES, id);
    if (asking_withdraw(asking))
        fprintf(stderr, "\nwithdrawn: question %s\n", id);
}

static void on_interrupt(int number)
{
    (void)number;
    /* NOLINTNEXTLINE(bugprone-signal-handler): it only sets a flag */
    http_stop();
    signal(SIGINT, SIG_DFL); /* a second signal ends the program */
}

static void progress(const struct verified_report *verified_report, const struct plan *plan)
{
    fprintf(stderr, "\r\033[K%zu of %zu regions have answered, %zu waiting",
            verified_report->report->n_answered, plan->n_regions, verified_report->waiting);
    fflush(stderr);
}

bool waiting_run(const struct asking *asking, bool quiet, cJSON **document,
                 struct verified_report *verified_report, struct err *err)
{
    assert(asking && document && verified_report);
    bool show = !quiet && isatty(STDERR_FILENO);
    int64_t wait_ms = show ? LOOK_MS : LONG_MS;
    bool ok;

    signal(SIGINT, on_interrupt);
    ok = asking_hand_in(asking, wait_ms, document, err) &&
         asking_verify(asking, *document, verified_report, err);
    while (ok && verified_report->open && !http_stopped()) {
        cJSON *newer = NULL;

        if (show)
            progress(verified_report, asking->composed.plan);
        verified_report_clear(verified_report);
        ok = asking_look(asking, wait_ms, &newer, err);
        if (ok) {
            cJSON_Delete(*document);
            *document = newer;
            ok = asking_verify(asking, *document, verified_report, err);
        }
    }
    if (show)
        fprintf(stderr, "\r\033[K");
    if (!http_stopped())
        return ok;
    withdraw(asking);
    return err_set(err, ERR_UNAVAILABLE, "interrupted");
}
