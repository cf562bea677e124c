/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/output.h"
#include "proto/base/arguments.h"

struct options {
    struct session_options session;
};

static const struct option_spec specs[] = {
    OUTPUT_CONFIG_SPEC(struct options),
    OUTPUT_KEY_SPEC(struct options),
    OUTPUT_ROOTS_SPEC(struct options),
};

static const struct option_words words[] = {{0}};

const struct option_table token_table = {
    .command = "rikstal token",
    .about =
        "Print a token with which a program reads over HTTP, for five minutes, what only members "
        "of\n"
        "the network may read: the roster, your organisation's budget and its answers. It gives "
        "no\n"
        "right to ask. `rikstal` makes its own; this is for other programs:\n"
        "\n"
        "  curl -H \"Authorization: Rikstal $(rikstal token)\" "
        "http://127.0.0.1:8480/api/v1/budget",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
};

static bool token_run(const struct session_options *options, struct err *err)
{
    struct session session;
    const char *token;
    bool ok;

    if (!session_open(options, &session, err))
        return false;
    ok = session_token(&session, &token, err);
    if (ok)
        puts(token);
    session_close(&session);
    return ok;
}

int token_command(int argc, char **argv)
{
    struct options options = {0};
    struct arguments arguments;
    struct err err;
    int code;

    if (!arguments_read(&token_table, argc, argv, &options, &arguments, &code))
        return code;
    return token_run(&options.session, &err) ? EXIT_OK : arguments_failed(&token_table, &err);
}
