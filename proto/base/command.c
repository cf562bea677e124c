/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/err.h"
#include "proto/base/random.h"
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

/* A stream that was closed would be the next file or socket opened, and get what we print: it gets
 * a place where writing and reading fail instead. */
static bool streams_open(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

/* What did not reach its file or pipe was not said: a full disk is no empty answer. */
static int finish(const struct program *program, int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fprintf(stderr, "%s: the output could not be written; what is there is not whole\n",
            program->name);
    return EXIT_FAILED;
}

int program_main(const struct program *program, int argc, char **argv)
{
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
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(program, stdout);
        return finish(program, EXIT_OK);
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("%s %s\n", program->name, rikstal_version);
        return finish(program, EXIT_OK);
    }
    for (size_t i = 0; i < program->n_commands; i++)
        if (strcmp(argv[1], program->commands[i].name) == 0)
            return finish(program, program->commands[i].run(argc - 1, argv + 1));
    fprintf(stderr, "%s: no command \"%s\"; `%s --help` lists them\n", program->name, argv[1],
            program->name);
    return EXIT_USAGE;
}

bool option_number(const char *option, const char *text, long least, long most, long *out,
                   struct err *err)
{
    char *end;
    long value;

    errno = 0;
    value = strtol(text, &end, 10);
    if (end == text || *end || errno || value < least || value > most)
        return err_set(err, ERR_INVALID, "%s takes %ld to %ld, not \"%.40s\"", option, least, most,
                       text);
    *out = value;
    return true;
}
