/*
 * rikstal-coordinator: the question to all nodes, and one answer back.
 *
 * A table of commands, in the order in which an operator meets them.
 */
#include <stdio.h>
#include <string.h>

#include "coordinator/command/command.h"
#include "proto/base/err.h"
#include "proto/base/random.h"

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} commands[] = {
    {"init", init_command, "make a new network: root keys, certificates, an empty roster"},
    {"serve", serve_command, "take questions, ask the nodes, gather and merge"},
    {"enrol", enrol_command, "take a node into the network"},
    {"roster", roster_command, "show and change who belongs to the network"},
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *out)
{
    fprintf(out,
            "Usage: rikstal-coordinator COMMAND [OPTION...]\n\n"
            "The meeting point of a rikstal network. It holds no patient data, and can neither\n"
            "forge a question nor alter an answer.\n\n"
            "Commands:\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        fprintf(out, "  %-7s %s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\n`rikstal-coordinator COMMAND --help` tells the rest. Exit codes: 0 ok,\n"
                 "1 failure, 2 usage, 4 refused, 7 unreachable.\n");
}

int main(int argc, char **argv)
{
    if (!random_start()) {
        fprintf(stderr, "rikstal-coordinator: the system gives no randomness\n");
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
        printf("rikstal-coordinator %s\n", RIKSTAL_VERSION);
        return EXIT_OK;
    }
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    fprintf(stderr, "rikstal-coordinator: no command \"%s\"; --help lists them\n", argv[1]);
    return EXIT_USAGE;
}
