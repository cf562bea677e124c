/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/compose.h"
#include "coordinator/analyst/known_terms.h"
#include "coordinator/analyst/output.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/query/explain.h"
#include "proto/query/print.h"

struct options {
    enum language language;
    struct session_options session;
};

static const char *language_word(size_t i)
{
    static const char *const names[] = {"en", "sv", NULL};

    return names[i];
}

static bool language_read(const char *text, void *language, struct err *err)
{
    static const enum language languages[] = {LANGUAGE_ENGLISH, LANGUAGE_SWEDISH};
    char room[WORDS_TEXT_BYTES];
    size_t which;

    if (!words_find(language_word, text, &which))
        return err_set(err, ERR_INVALID, "no language \"%.40s\"; say %s", text,
                       words_join(language_word, " or ", room));
    memcpy(language, &languages[which], sizeof(languages[which]));
    return true;
}

static const struct option_spec specs[] = {
    {"lang", OPTION_READ, "LANG", "in which language (default: en)",
     .at = offsetof(struct options, language), .words = language_word, .read = language_read},
    OUTPUT_CONFIG_SPEC(struct options),
    OUTPUT_COORDINATOR_SPEC(struct options),
    OUTPUT_KEY_SPEC(struct options),
    OUTPUT_ROOTS_SPEC(struct options),
};

static const struct option_words words[] = {
    {NULL, "'QUESTION'", "one question, in quotes", 1, 1, NULL}};

const struct option_table explain_table = {
    .command = "rikstal explain",
    .about =
        "What the question means, in words, as every region will evaluate it: which tests hold "
        "for\n"
        "one and the same variant, what counts as \"no record of\", what implies \"tested\". Asks "
        "no\n"
        "region. The last line is the question as it is sent. Before it stand the labels of codes "
        "and\n"
        "today's names of genes, from the term releases of the regions, which the coordinator "
        "has;\n"
        "a code or gene that no release has is a mistake. Without root keys or a coordinator that "
        "is\n"
        "not checked, and told.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 ok, 1 failure, 2 usage, or a question that has mistakes.",
    .complete = analyst_complete,
};

static bool explain_run(const char *text, const struct options *o, struct err *err)
{
    struct known_terms known = {.n_nodes = 0};
    struct session session;
    struct bytes out = {0};
    struct ast ast;
    bool ok;

    if (!session_open(&o->session, &session, err))
        return false;
    session.patience_ms = 0;
    ok = compose_parse(text, session.arena, &ast, err) &&
         known_terms_look("rikstal explain", &session, &ast, text, &known, err);
    if (ok) {
        explain(&ast, o->language, &out);
        bytes_add_u8(&out, '\n');
        if (known.echo.findings)
            term_echo_lines(&known.echo, "", &out);
        print(&ast, &out);
        bytes_add_u8(&out, '\n');
        ok = (!out.failed || err_memory(err)) && output_bytes(out.data, out.size, err);
    }
    bytes_clear(&out);
    known_terms_clear(&known);
    session_close(&session);
    return ok;
}

int explain_command(int argc, char **argv)
{
    struct options options = {.language = LANGUAGE_ENGLISH};
    struct arguments arguments;
    struct err err;
    int code;

    if (!arguments_read(&explain_table, argc, argv, &options, &arguments, &code))
        return code;
    return explain_run(arguments.word[0], &options, &err) ? EXIT_OK
                                                          : arguments_failed(&explain_table, &err);
}
