/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/output.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/query/language_page.h"

static const struct option_words words[] = {{0}};

const struct option_table language_table = {
    .command = "rikstal language",
    .about =
        "The whole language on one page, in Markdown: every field with its operators, values and\n"
        "an example, words, code systems, units, sets and limits. Asks nobody.",
    .words = words,
    .n_words = 1,
    .exits = "0 ok, 1 failure, 2 usage.",
};

int language_command(int argc, char **argv)
{
    struct arguments arguments;
    int nothing = 0; /* it has no options */
    struct bytes page = {0};
    struct err err;
    bool ok;
    int code;

    if (!arguments_read(&language_table, argc, argv, &nothing, &arguments, &code))
        return code;
    language_page(&page);
    ok = (!page.failed || err_memory(&err)) && output_bytes(page.data, page.size, &err);
    bytes_clear(&page);
    return ok ? EXIT_OK : arguments_failed(&language_table, &err);
}
