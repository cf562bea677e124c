#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waits, at a terminal, for the answers to one question: a line of progress on stderr, and Ctrl-C,
 * which withdraws the question; a second Ctrl-C ends the program at once. One thread.
 */
#include <cjson/cJSON.h>

#include "coordinator/analyst/asking.h"
#include "coordinator/analyst/verify_report.h"
#include "proto/base/err.h"

/*
 * Hands the question in, and waits until the coordinator says that it is complete. `quiet`: no
 * progress. *document, which the caller deletes, and the verified report, which the caller clears,
 * may be set after a failure too. ERR_UNAVAILABLE after Ctrl-C.
 */
bool waiting_run(const struct asking *asking, bool quiet, cJSON **document,
                 struct verified_report *verified_report, struct err *err) MUST_CHECK;
