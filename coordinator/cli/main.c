/*
 * rikstal: the analyst's command. A table of commands, in the order in which an analyst meets them.
 */
#include <stdio.h>
#include <string.h>

#include "coordinator/cli/cli.h"
#include "proto/base/random.h"

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary; /* NULL: not for people */
} commands[] = {
    {"keys", keys_command, "make and show your signing key"},
    {"explain", explain_command, "say in words what a question means"},
    {"price", price_command, "what a question costs, and how precise it is"},
    {"ask", ask_command, "ask every region, verify and add up the answers"},
    {"nodes", nodes_command, "who is connected, with data of when"},
    {"budget", budget_command, "what is left of your organisation's privacy budget"},
    {"verify", verify_command, "check the receipt of an answer, offline"},
    {"__complete", complete_command, NULL},
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *out)
{
    fprintf(out, "Usage: rikstal COMMAND [OPTION...]\n\n"
                 "How many patients in Sweden are like this? The question travels, the records "
                 "never do.\n\n"
                 "Commands:\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (commands[i].summary)
            fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\n`rikstal COMMAND --help` tells the rest. Configuration: "
                 "~/.config/rikstal/config (INI):\n"
                 "  [rikstal]\n"
                 "  coordinator = http://127.0.0.1:8480\n"
                 "  key = analyst.key\n"
                 "  roots = roots\n"
                 "Exit codes: 0 ok, 1 failure, 2 usage or mistakes in the question, 3 partial "
                 "answer,\n4 refused, 5 budget exhausted, 7 unreachable.\n");
}

int cli_failed(const char *command, const struct err *err)
{
    fprintf(stderr, "rikstal %s: %s\n", command, err->text);
    return (int)err_exit_code(err);
}

int main(int argc, char **argv)
{
    if (!random_start()) {
        fprintf(stderr, "rikstal: the system gives no randomness\n");
        return EXIT_FAILED;
    }
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("rikstal %s\n", RIKSTAL_VERSION);
        return EXIT_OK;
    }
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    fprintf(stderr, "rikstal: no command \"%s\"; `rikstal --help` lists them\n", argv[1]);
    return EXIT_USAGE;
}
