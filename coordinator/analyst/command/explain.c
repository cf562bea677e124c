/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/compose.h"
#include "coordinator/analyst/output.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/explain.h"
#include "proto/query/print.h"

#define ARENA_BYTES ((size_t)8 << 20)

static const char help[] =
    "Usage: rikstal explain 'QUESTION' [--lang en|sv]\n"
    "\n"
    "What the question means, in words, as every region will evaluate it: which tests hold for "
    "one\n"
    "and the same variant, what counts as \"no record of\", what implies \"tested\". Asks nobody.\n"
    "The last line is the question as it is sent. Exit code 2 when it has mistakes.\n";

static bool explain_run(const char *text, enum language language, struct err *err)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct bytes out = {0};
    struct ast ast;
    bool ok;

    if (!arena)
        return err_memory(err);
    ok = compose_parse(text, arena, &ast, err);
    if (ok) {
        explain(&ast, language, &out);
        bytes_add_u8(&out, '\n');
        print(&ast, &out);
        bytes_add_u8(&out, '\n');
        ok = (!out.failed || err_memory(err)) && output_bytes(out.data, out.size, err);
    }
    bytes_clear(&out);
    arena_free(arena);
    return ok;
}

int explain_command(int argc, char **argv)
{
    static const struct option known[] = {
        {"lang", required_argument, NULL, 'l'}, {"help", no_argument, NULL, 'h'}, {0}};
    enum language language = LANGUAGE_ENGLISH;
    struct err err;
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (c == 'h') {
            fputs(help, stdout);
            return EXIT_OK;
        }
        if (c == 'l' && strcmp(optarg, "sv") == 0) {
            language = LANGUAGE_SWEDISH;
        } else if (c != 'l' || strcmp(optarg, "en") != 0) {
            err_set(&err, ERR_INVALID, "`rikstal explain --help` tells the options");
            return cli_failed("explain", &err);
        }
    }
    if (optind + 1 != argc) {
        err_set(&err, ERR_INVALID, "give one question, in quotes");
        return cli_failed("explain", &err);
    }
    return explain_run(argv[optind], language, &err) ? EXIT_OK : cli_failed("explain", &err);
}
