/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/program.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/err.h"
#include "proto/base/manual.h"
#include "proto/base/random.h"
#include "proto/base/shell.h"
#include "proto/base/suggest.h"
#include "proto/base/version.h"

static void print_help(const struct program *program, FILE *out)
{
    size_t widest = 0;

    for (size_t i = 0; i < program->n_commands; i++)
        if (program->commands[i].summary && strlen(program->commands[i].name) > widest)
            widest = strlen(program->commands[i].name);
    fprintf(out, "Usage: %s COMMAND [OPTION...]\n\n%s\n\nCommands:\n", program->name,
            program->about);
    for (size_t i = 0; i < program->n_commands; i++)
        if (program->commands[i].summary)
            fprintf(out, "  %-*s  %s\n", (int)widest, program->commands[i].name,
                    program->commands[i].summary);
    fprintf(out, "\n`%s COMMAND --help` tells the rest. %s\n", program->name, program->more);
}

/*
 * If a standard stream were closed, the next file or socket would get its descriptor and receive
 * what we print. So it is opened on a target where reading and writing fail.
 */
static bool streams_open(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

/* Output that could not be written is a failure: a full disk must not look like an empty answer. */
static int finish(const struct program *program, int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fprintf(stderr, "%s: the output could not be written; what is there is not whole\n",
            program->name);
    return EXIT_FAILED;
}

/* What may stand in a command's place. */
static const char *const options[] = {"--help", "--version"};

static const struct command *command_of(const struct program *program, const char *name)
{
    for (size_t i = 0; i < program->n_commands; i++)
        if (strcmp(name, program->commands[i].name) == 0)
            return &program->commands[i];
    return NULL;
}

static int unknown(const struct program *program, const char *name)
{
    const char *what = *name == '-' ? "option" : "command";
    struct suggest suggest;

    suggest_start(&suggest, name, strlen(name));
    for (size_t i = 0; *name == '-' && i < sizeof(options) / sizeof(options[0]); i++)
        suggest_offer(&suggest, options[i]);
    for (size_t i = 0; *name != '-' && i < program->n_commands; i++)
        if (program->commands[i].summary)
            suggest_offer(&suggest, program->commands[i].name);
    if (suggest.best)
        fprintf(stderr, "%s: unknown %s \"%s\"; did you mean %s?\n", program->name, what, name,
                suggest.best);
    else
        fprintf(stderr, "%s: unknown %s \"%s\"; `%s --help` lists them\n", program->name, what,
                name, program->name);
    return EXIT_USAGE;
}

/* Runs `__man`, `__man COMMAND` and `__options COMMAND`. */
static int describe(const struct program *program, int argc, char **argv)
{
    bool rows = strcmp(argv[0], "__options") == 0;
    const struct command *command = argc > 1 ? command_of(program, argv[1]) : NULL;

    if (argc > 2 || (argc > 1 && !command) || (rows && !command))
        return EXIT_USAGE;
    if (!command)
        manual_program(program, stdout);
    else if (!command->table)
        return command->summary ? command->run(argc, argv) : EXIT_USAGE;
    else if (rows)
        manual_rows(command->table, stdout);
    else if (command->summary)
        manual_command(program, command, stdout);
    else
        return EXIT_USAGE;
    return EXIT_OK;
}

/* Runs any command; --help and --version were handled before. */
static int run(const struct program *program, int argc, char **argv)
{
    const struct command *command = command_of(program, argv[0]);

    if (command)
        return command->run(argc, argv);
    if (strcmp(argv[0], "__complete") == 0)
        return shell_complete(program, argc, argv);
    if (strcmp(argv[0], "__man") == 0 || strcmp(argv[0], "__options") == 0)
        return describe(program, argc, argv);
    return unknown(program, argv[0]);
}

int program_main(const struct program *program, int argc, char **argv)
{
    assert(program && program->commands && argv);
    if (!streams_open())
        return EXIT_FAILED;
    if (!random_start()) {
        fprintf(stderr, "%s: the system gives no randomness\n", program->name);
        return EXIT_FAILED;
    }
    if (argc < 2) {
        print_help(program, stderr);
        return EXIT_USAGE;
    }
    if (argc == 3 && strcmp(argv[1], "help") == 0) {
        char *page[] = {argv[2], "--help", NULL};

        return finish(program, run(program, 2, page));
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(program, stdout);
        return finish(program, EXIT_OK);
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("%s %s\n", program->name, rikstal_version);
        return finish(program, EXIT_OK);
    }
    return finish(program, run(program, argc - 1, argv + 1));
}

void program_hold_signals(sigset_t *held, int more)
{
    assert(held);
    sigemptyset(held);
    sigaddset(held, SIGTERM);
    sigaddset(held, SIGINT);
    if (more)
        sigaddset(held, more);
    sigprocmask(SIG_BLOCK, held, NULL);
    signal(SIGPIPE, SIG_IGN);
}
