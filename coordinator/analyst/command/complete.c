/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal __complete -- WORD...: what may stand in place of the last word, one a line, for a
 * shell's completion. A question (the word behind `ask` or `explain`) is completed by the parser.
 */
#include <stdio.h>
#include <string.h>

#include "coordinator/analyst/analyst.h"
#include "proto/query/complete.h"

const struct cli_word cli_words[] = {
    {"ask", "--measure --by --changes --mode --blind --sigma --role --purpose --disease --permit "
            "--nodes --wait --adds-up --receipt --dry-run --json --csv --tsv --table --quiet "
            "--config --coordinator --key --roots --help"},
    {"nodes", "--json --tsv --table --config --coordinator --key --roots --help"},
    {"explain", "--lang --help"},
    {"price", "--measure --by --changes --disease --regions --json --help"},
    {"budget", "--organisation --json --config --coordinator --key --roots --help"},
    {"keys", "new show organisation sign --key --organisation-key --analyst --organisation --role "
             "--days --network --config --help"},
    {"verify", "--json --csv --tsv --table --roots --config --help"},
    {0},
};

static void words_print(const char *words, const char *begun)
{
    size_t length = strlen(begun);

    while (*words) {
        size_t word = strcspn(words, " ");

        if (word >= length && strncmp(words, begun, length) == 0)
            printf("%.*s\n", (int)word, words);
        words += word;
        words += strspn(words, " ");
    }
}

static void commands_print(const char *begun)
{
    for (const struct cli_word *word = cli_words; word->command; word++)
        words_print(word->command, begun);
}

static void question_print(const char *text)
{
    struct completions found;

    complete(text, strlen(text), (uint32_t)strlen(text), &found);
    for (uint32_t i = 0; i < found.n; i++)
        printf("%.*s%s\n", (int)found.from, text, found.list[i].text);
}

int complete_command(int argc, char **argv)
{
    const char *last;

    if (argc > 1 && strcmp(argv[1], "--") == 0) {
        argc--;
        argv++;
    }
    if (argc < 2)
        return EXIT_USAGE;
    last = argv[argc - 1];
    if (argc == 2) {
        commands_print(last);
        return EXIT_OK;
    }
    if (argc == 3 && last[0] != '-' &&
        (strcmp(argv[1], "ask") == 0 || strcmp(argv[1], "explain") == 0)) {
        question_print(last);
        return EXIT_OK;
    }
    for (const struct cli_word *word = cli_words; word->command; word++)
        if (strcmp(word->command, argv[1]) == 0)
            words_print(word->options, last);
    return EXIT_OK;
}
