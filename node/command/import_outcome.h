#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/* What an import came to, for people or as JSON, and its exit code. */
#include <stdbool.h>

#include "node/import/run.h"

/* Prints the closing line. EXIT_OK or EXIT_REJECTS. */
int import_outcome_report(const char *file, const struct run_result *result, bool json_wanted,
                          bool dry_run);
/* Prints the error. Its exit code. */
int import_outcome_failed(const char *file, const struct err *err);
/* Of two exit codes: a failure before rejects before ok. */
int import_outcome_worse(int a, int b);
