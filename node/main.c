/*
 * rikstal-node: one region's data, and what may be said about it.
 *
 * A table of commands, in the order in which an operator meets them.
 */
#include <stdio.h>
#include <string.h>

#include "node/command/command.h"
#include "proto/base/err.h"
#include "proto/base/random.h"

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary; /* NULL: not for people */
} commands[] = {
    {"init", init_command, "make a node's folder, its keys and its enrolment request"},
    {"enrol", enrol_command, "take in the coordinator's answer to the enrolment request"},
    {"terms", terms_command, "load terminologies and gene tables; show what is loaded"},
    {"import", import_command, "read VCF, phenopackets or persons into the store"},
    {"publish", publish_command, "make what was imported askable: store to snapshot"},
    {"count", count_command, "true counts for the region's own staff, on its own machine"},
    {"policy", policy_command, "show, check and preview what may be released, and its price"},
    {"hold", hold_command, "questions that wait for a person of this region"},
    {"consent", consent_command, "a person's block or withdrawal, at once"},
    {"audit", audit_command, "read, verify and export the node's log"},
    {"serve", serve_command,
     "answer questions: keeper (data, no network) and link (network, no data)"},
    {"keeper", keeper_command, NULL},
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *out)
{
    fprintf(out, "Usage: rikstal-node COMMAND [OPTION...]\n\n"
                 "One region's node of the rikstal network. Its records never leave it.\n\n"
                 "Commands:\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (commands[i].summary)
            fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].summary);
    fprintf(
        out,
        "\n`rikstal-node COMMAND --help` tells the rest. Exit codes: 0 ok, 1 failure, 2 usage,\n"
        "3 partial, 4 refused, 5 budget exhausted, 6 finished with rejects, 7 unreachable.\n");
}

int main(int argc, char **argv)
{
    if (!random_start()) {
        fprintf(stderr, "rikstal-node: the system gives no randomness\n");
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
        printf("rikstal-node %s\n", RIKSTAL_VERSION);
        return EXIT_OK;
    }
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    fprintf(stderr, "rikstal-node: no command \"%s\"; `rikstal-node --help` lists them\n", argv[1]);
    return EXIT_USAGE;
}
