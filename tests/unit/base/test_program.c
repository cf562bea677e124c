/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program's promises: the command named runs with its own arguments and its exit code is the
 * program's, help goes to stdout when asked for and to stderr when not, hidden commands are not
 * listed, an unknown one is a usage error, output that could not be written is a failure, and a
 * closed stream is none that a file takes the place of.
 */
#include "proto/base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/err.h"

static int got_argc;
static char *got_first, *got_second;

static int run_shown(int argc, char **argv)
{
    got_argc = argc;
    got_first = argv[0];
    got_second = argc > 1 ? argv[1] : NULL;
    return EXIT_REJECTS;
}

static const struct command commands[] = {
    {"shown", run_shown, "a command for people", NULL},
    {"hidden", run_shown, NULL, NULL},
};
static const struct program program = {"prog",   "short", "About it.", "Exit codes: some.",
                                       commands, 2};

/* What the program prints on this descriptor. */
static const char *printed(int fd, int *code, char *word)
{
    static char text[4096];
    char name[] = "prog";
    char *argv[] = {name, word, NULL};
    int saved = dup(fd), pipes[2];
    ssize_t n;

    assert_int_equal(pipe(pipes), 0);
    fflush(stdout);
    dup2(pipes[1], fd);
    close(pipes[1]);
    *code = program_main(&program, word ? 2 : 1, argv);
    fflush(stdout);
    dup2(saved, fd);
    close(saved);
    n = read(pipes[0], text, sizeof(text) - 1);
    close(pipes[0]);
    text[n > 0 ? n : 0] = 0;
    return text;
}

static void test_what_could_not_be_written_is_a_failure(void **state)
{
    char name[] = "prog", word[] = "--help";
    char *argv[] = {name, word, NULL};
    int saved = dup(STDOUT_FILENO), full = open("/dev/full", O_WRONLY), code;

    (void)state;
    assert_true(saved >= 0 && full >= 0);
    fflush(stdout);
    dup2(full, STDOUT_FILENO);
    code = program_main(&program, 2, argv);
    dup2(saved, STDOUT_FILENO);
    clearerr(stdout);
    close(saved);
    close(full);
    assert_int_equal(code, EXIT_FAILED);
}

static void test_the_command_named_runs_with_its_arguments(void **state)
{
    char name[] = "prog", word[] = "hidden", option[] = "--x";
    char *argv[] = {name, word, option, NULL};

    (void)state;
    assert_int_equal(program_main(&program, 3, argv), EXIT_REJECTS);
    assert_int_equal(got_argc, 2);
    assert_string_equal(got_first, "hidden");
}

static void test_help_is_data_when_asked_for(void **state)
{
    char word[] = "--help";
    int code;
    const char *text = printed(STDOUT_FILENO, &code, word);

    (void)state;
    assert_int_equal(code, EXIT_OK);
    assert_non_null(strstr(text, "Usage: prog COMMAND"));
    assert_non_null(strstr(text, "  shown  a command for people\n"));
    assert_null(strstr(text, "hidden"));
    assert_non_null(strstr(text, "Exit codes: some."));
}

static void test_no_command_and_a_wrong_one_are_usage_errors(void **state)
{
    char word[] = "wrong", near[] = "shwn", option[] = "--verson";
    int code;

    (void)state;
    assert_non_null(strstr(printed(STDERR_FILENO, &code, NULL), "Usage: prog"));
    assert_int_equal(code, EXIT_USAGE);
    assert_string_equal(printed(STDERR_FILENO, &code, word),
                        "prog: unknown command \"wrong\"; `prog --help` lists them\n");
    assert_int_equal(code, EXIT_USAGE);
    assert_string_equal(printed(STDERR_FILENO, &code, near),
                        "prog: unknown command \"shwn\"; did you mean shown?\n");
    assert_int_equal(code, EXIT_USAGE);
    assert_string_equal(printed(STDERR_FILENO, &code, option),
                        "prog: unknown option \"--verson\"; did you mean --version?\n");
    assert_int_equal(code, EXIT_USAGE);
}

static void test_help_of_a_command_is_its_page(void **state)
{
    char name[] = "prog", help[] = "help", word[] = "shown", wrong[] = "shwn";
    char *argv[] = {name, help, word, NULL};

    (void)state;
    got_argc = 0;
    assert_int_equal(program_main(&program, 3, argv), EXIT_REJECTS);
    assert_int_equal(got_argc, 2);
    assert_string_equal(got_first, "shown");
    assert_string_equal(got_second, "--help");
    argv[2] = wrong;
    assert_int_equal(program_main(&program, 3, argv), EXIT_USAGE);
}

/* 0: a file that is opened while standard output is closed does not become it. */
static int run_opens(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return open("/dev/null", O_WRONLY) > STDERR_FILENO ? 0 : 1;
}

static void test_no_file_takes_the_place_of_a_closed_stream(void **state)
{
    static const struct command opens = {"opens", run_opens, NULL, NULL};
    static const struct program opener = {"prog", "", "", "", &opens, 1};
    char name[] = "prog", word[] = "opens";
    char *argv[] = {name, word, NULL};
    pid_t child;
    int status;

    (void)state;
    fflush(stdout);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
            close(fd);
        _exit(program_main(&opener, 2, argv));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* 0: a signal that came is taken by sigwait(), and a closed reader is no end. */
static int held_signals(int more)
{
    int ends[2], number = 0;
    sigset_t held;

    program_hold_signals(&held, more);
    if (pipe(ends) != 0 || close(ends[0]) != 0 || write(ends[1], "x", 1) != -1 || errno != EPIPE)
        return 1;
    raise(more ? more : SIGTERM);
    return sigwait(&held, &number) == 0 && number == (more ? more : SIGTERM) ? 0 : 2;
}

static void test_signals_wait_until_they_are_taken(void **state)
{
    static const int more[] = {0, SIGHUP};
    int status;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        pid_t child = fork();

        assert_true(child >= 0);
        if (child == 0)
            _exit(held_signals(more[i]));
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_could_not_be_written_is_a_failure),
        cmocka_unit_test(test_the_command_named_runs_with_its_arguments),
        cmocka_unit_test(test_help_is_data_when_asked_for),
        cmocka_unit_test(test_no_command_and_a_wrong_one_are_usage_errors),
        cmocka_unit_test(test_help_of_a_command_is_its_page),
        cmocka_unit_test(test_no_file_takes_the_place_of_a_closed_stream),
        cmocka_unit_test(test_signals_wait_until_they_are_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
