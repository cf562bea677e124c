/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/shell.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* The command line up to the word that is being typed. */
struct begun {
    const struct option_table *table;
    const char *last;
    const struct option_spec *open; /* the option whose value comes next, or NULL */
    const char *verb;
    size_t n; /* number of words that are not options, the verb included */
};

static void offer(const char *before, const char *word, const char *last)
{
    size_t dashes = strlen(before);

    if (strncmp(before, last, strlen(last) < dashes ? strlen(last) : dashes) == 0 &&
        (strlen(last) <= dashes || strncmp(word, last + dashes, strlen(last + dashes)) == 0))
        fprintf(stdout, "%s%s\n", before, word);
}

static const struct option_spec *spec_of(const struct option_table *table, const char *word)
{
    for (size_t i = 0; i < table->n_specs; i++)
        if (table->specs[i].name && strcmp(table->specs[i].name, word) == 0)
            return &table->specs[i];
    return NULL;
}

static const char *verb_of(const struct option_table *table, const char *word)
{
    for (size_t i = 0; i < table->n_words; i++)
        if (table->words[i].name && strcmp(table->words[i].name, word) == 0)
            return table->words[i].name;
    return NULL;
}

static struct begun line_of(const struct option_table *table, int n, char **word)
{
    struct begun begun = {.table = table, .last = word[n - 1]};

    for (int i = 0; i < n - 1; i++) {
        if (begun.open) {
            begun.open = NULL;
        } else if (strncmp(word[i], "--", 2) == 0) {
            const struct option_spec *spec = spec_of(table, word[i] + 2);

            begun.open = spec && option_takes(spec) ? spec : NULL;
        } else {
            begun.verb = begun.n == 0 ? verb_of(table, word[i]) : begun.verb;
            begun.n++;
        }
    }
    return begun;
}

static void options_offer(const struct begun *begun)
{
    for (size_t i = 0; i < begun->table->n_specs; i++) {
        const struct option_spec *spec = &begun->table->specs[i];

        if (spec->name && option_goes(spec, begun->verb))
            offer("--", spec->name, begun->last);
    }
    offer("--", "help", begun->last);
}

static void begun_offer(const struct begun *begun)
{
    const struct option_table *table = begun->table;
    bool has_verbs = table->words[0].name != NULL;

    if (begun->open) {
        for (size_t i = 0; begun->open->words && begun->open->words(i); i++)
            offer("", begun->open->words(i), begun->last);
    } else if (begun->last[0] == '-') {
        options_offer(begun);
    } else if (has_verbs && begun->n == 0) {
        for (size_t i = 0; i < table->n_words; i++)
            offer("", table->words[i].name, begun->last);
    } else if (table->complete && begun->n == (has_verbs ? 1 : 0)) {
        table->complete(begun->last);
    }
}

int shell_complete(const struct program *program, int argc, char **argv)
{
    assert(program && argc > 0);
    int first = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;

    if (argc <= first)
        return EXIT_USAGE;
    for (size_t i = 0; i < program->n_commands; i++) {
        const struct command *command = &program->commands[i];

        if (argc == first + 1 && command->summary)
            offer("", command->name, argv[first]);
        if (argc == first + 1 || strcmp(command->name, argv[first]) != 0)
            continue;
        if (!command->table)
            return command->summary ? command->run(argc, argv) : EXIT_OK;

        struct begun begun = line_of(command->table, argc - first - 1, argv + first + 1);

        begun_offer(&begun);
    }
    return EXIT_OK;
}
