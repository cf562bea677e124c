/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/import_outcome.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/command/commands.h"

#define OUTCOME_BYTES 6144

/* A re-analysis under another name took the place of an older file. */
static void tell_other_file(const char *file, const struct run_result *result)
{
    if (result->other_file)
        printf(
            "%s: of the same samples another file had said something (import %lld); it no longer "
            "counts. If the two files add up: rikstal-node import undo %lld, and import this one "
            "with --beside\n",
            file, (long long)result->other_file, (long long)result->import_id);
}

int import_outcome_report(const char *file, const struct run_result *result, bool json_wanted,
                          bool dry_run)
{
    char text[OUTCOME_BYTES];
    char *json = json_wanted ? run_result_json(result, file) : NULL;

    assert(file && result);
    if (json)
        printf("%s\n", json);
    free(json);
    if (!json_wanted && result->known) {
        printf("%s: nothing to do: imported before, as import %lld\n", file,
               (long long)result->import_id);
        if (result->rejected)
            printf(
                "%s: %llu of %llu are rejected, as they were then: DIR/rejects/import-%lld.jsonl "
                "names them\n",
                file, (unsigned long long)result->rejected, (unsigned long long)result->read,
                (long long)result->import_id);
    } else if (!json_wanted) {
        run_result_text(result, text, sizeof(text));
        printf("%s: %s%s\n", file, dry_run ? "dry run: " : "", text);
        tell_other_file(file, result);
        run_loss_text(result, text, sizeof(text));
        if (*text)
            puts(text);
    }
    return result->rejected || result->items || run_took_nothing(result) ? EXIT_REJECTS : EXIT_OK;
}

int import_outcome_failed(const char *file, const struct err *err)
{
    assert(file && err && err->code != ERR_NONE);
    fprintf(stderr, "rikstal-node import: %s: %s\n", file, err->text);
    return (int)err_exit_code(err);
}

/* The worst of the files' outcomes: a failure before rejects before ok. */
int import_outcome_worse(int a, int b)
{
    if (a == EXIT_OK || b == EXIT_OK)
        return a == EXIT_OK ? b : a;
    return a == EXIT_REJECTS ? b : a;
}
