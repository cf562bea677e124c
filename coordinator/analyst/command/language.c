/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/output.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/query/language_page.h"

struct options {
    const char *field;
};

static const struct option_spec specs[] = {
    {"field", OPTION_TEXT, "NAME", "this field alone", .at = offsetof(struct options, field)},
};

static const struct option_words words[] = {{0}};

const struct option_table language_table = {
    .command = "rikstal language",
    .about =
        "The whole language on one page, in Markdown: every field with its operators, values and\n"
        "an example, words, code systems, units, sets and limits. Asks nobody.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 ok, 1 failure, 2 usage.",
};

int language_command(int argc, char **argv)
{
    struct arguments arguments;
    struct options options = {NULL};
    struct bytes page = {0};
    struct err err;
    bool ok = true;
    int code;

    if (!arguments_read(&language_table, argc, argv, &options, &arguments, &code))
        return code;
    if (!options.field)
        language_page(&page);
    else if (!language_page_field(options.field, &page))
        ok = err_set(&err, ERR_INVALID,
                     "--field: there is no field \"%.40s\"; `rikstal language` "
                     "has all",
                     options.field);
    ok = ok && (!page.failed || err_memory(&err)) && output_bytes(page.data, page.size, &err);
    bytes_clear(&page);
    return ok ? EXIT_OK : arguments_failed(&language_table, &err);
}
