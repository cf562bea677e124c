/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line is read by its table: every type of option reaches its place, other words stand where they
 * may, and what is wrong is named in one line with the nearest right word; --help prints each
 * option once. No word that may be a person's id is repeated.
 */
#include "proto/base/arguments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/help.h"

#define ROLES 2
#define WORDS_MAX 10

enum form { FORM_NONE, FORM_JSON, FORM_TABLE };

struct options {
    bool quiet;
    enum form form;
    const char *name;
    const char *dir;
    const char *role[ROLES];
    size_t n_roles;
    long days;
    const char *mode;
    int twice;
};

static const char *mode_words(size_t i)
{
    static const char *const words[] = {"regions", "sum", NULL};

    return words[i];
}

static bool read_twice(const char *text, void *target, struct err *err)
{
    long number = 0;

    if (!option_number("it", text, 0, 9, &number, err))
        return false;
    *(int *)target = (int)(2 * number);
    return true;
}

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"quiet", OPTION_FLAG, NULL, "no progress", AT(quiet)},
    {"json", OPTION_SET, NULL, "as JSON", AT(form), .least = FORM_JSON, .verbs = "show"},
    {"table", OPTION_SET, NULL, "as a table", AT(form), .least = FORM_TABLE},
    {"name", OPTION_TEXT, "N", "whose", AT(name), .letter = 'n'},
    {"dir", OPTION_PATH, "DIR", "where", AT(dir), .needed = OPTION_ALWAYS},
    {.type = OPTION_HEADING, .help = "More:"},
    {"role", OPTION_TEXTS, "R", "as whom", AT(role), .count_at = offsetof(struct options, n_roles),
     .most = ROLES},
    {"days", OPTION_NUMBER, "D", "how long", AT(days), .least = 1, .most = 7},
    {"mode", OPTION_WORD, "M", "in which mode", AT(mode), .words = mode_words},
    {"twice", OPTION_READ, "N", "a number", AT(twice), .read = read_twice, .example = "4"},
};

static const struct option_words words[] = {{"show", "ID", "one ID", 1, 1, "show one"},
                                            {"list", NULL, NULL, 0, 0, "list all"}};

static const struct option_table table = {.command = "prog cmd",
                                          .about = "About it.",
                                          .words = words,
                                          .n_words = 2,
                                          .specs = specs,
                                          .n_specs = sizeof(specs) / sizeof(specs[0]),
                                          .exits = "0 ok."};

static struct options got;
static struct arguments rest;

/* Reads "cmd" and these words; what it prints on this descriptor is in text. */
static bool reads(const char *const *line, int fd, char *text, size_t size, int *code)
{
    static char copy[WORDS_MAX][64], first[] = "cmd";
    char *argv[WORDS_MAX + 2] = {first};
    int saved = dup(fd), pipes[2], argc = 1;
    ssize_t n;
    bool ok;

    for (; line[argc - 1]; argc++) {
        assert_true(argc <= WORDS_MAX);
        snprintf(copy[argc - 1], sizeof(copy[0]), "%s", line[argc - 1]);
        argv[argc] = copy[argc - 1];
    }
    assert_int_equal(pipe(pipes), 0);
    fflush(stdout);
    dup2(pipes[1], fd);
    close(pipes[1]);
    got = (struct options){.days = 3};
    ok = arguments_read(&table, argc, argv, &got, &rest, code);
    fflush(stdout);
    dup2(saved, fd);
    close(saved);
    n = read(pipes[0], text, size - 1);
    close(pipes[0]);
    text[n > 0 ? n : 0] = 0;
    return ok;
}

#define LINE(...) ((const char *const[]){__VA_ARGS__, NULL})

static void fits(const char *const *line)
{
    char text[400];
    int code;

    if (!reads(line, STDERR_FILENO, text, sizeof(text), &code))
        fail_msg("%s", text);
    assert_string_equal(text, "");
}

static void says(const char *const *line, const char *wanted)
{
    char text[400];
    int code = 0;

    assert_false(reads(line, STDERR_FILENO, text, sizeof(text), &code));
    assert_int_equal(code, EXIT_USAGE);
    assert_string_equal(text, wanted);
}

static void test_every_type_reaches_its_place(void **state)
{
    (void)state;
    fits(LINE("show", "--quiet", "--json", "ab", "--name", "x y", "--dir=/d"));
    assert_true(got.quiet);
    assert_int_equal(got.form, FORM_JSON);
    assert_string_equal(got.name, "x y");
    assert_string_equal(got.dir, "/d");
    assert_int_equal(got.days, 3);
    assert_int_equal(rest.verb, 0);
    assert_int_equal(rest.n, 1);
    assert_string_equal(rest.word[0], "ab");
    fits(LINE("--dir", "d", "--role", "a", "--role=b", "list", "--days", "7", "--mode", "sum"));
    assert_int_equal(got.n_roles, 2);
    assert_string_equal(got.role[1], "b");
    assert_int_equal(got.days, 7);
    assert_string_equal(got.mode, "sum");
    assert_int_equal(rest.verb, 1);
    assert_int_equal(rest.n, 0);
    fits(LINE("list", "--dir", "d", "--twice", "4", "-n", "a", "--table"));
    assert_int_equal(got.twice, 8);
    assert_int_equal(got.form, FORM_TABLE);
    fits(LINE("list", "--dir", "d", "-nb"));
    assert_string_equal(got.name, "b");
}

static void test_a_start_of_a_name_serves_when_it_is_of_no_other(void **state)
{
    (void)state;
    fits(LINE("list", "--di", "d", "--qui"));
    assert_true(got.quiet);
    says(LINE("list", "--d", "d"), "prog cmd: option \"--d\" may be --dir or --days\n");
}

static void test_behind_two_dashes_all_are_words(void **state)
{
    (void)state;
    fits(LINE("show", "--dir", "d", "--", "--json"));
    assert_string_equal(rest.word[0], "--json");
    fits(LINE("show", "--dir", "d", "-"));
    assert_string_equal(rest.word[0], "-");
    fits(LINE("list", "--dir=--quiet"));
    assert_string_equal(got.dir, "--quiet");
}

static void test_a_wrong_option_is_named_with_the_nearest(void **state)
{
    (void)state;
    says(LINE("list", "--jsn"), "prog cmd: unknown option \"--jsn\"; did you mean --json?\n");
    says(LINE("list", "--xyzzy=3"),
         "prog cmd: unknown option \"--xyzzy\"; `prog cmd --help` lists them\n");
    says(LINE("list", "-q"), "prog cmd: unknown option \"-q\"; `prog cmd --help` lists them\n");
    says(LINE("list", "--quiet=1"), "prog cmd: --quiet takes no value\n");
    says(LINE("list", "--dir"), "prog cmd: --dir takes a value: DIR\n");
    says(LINE("list", "--dir", "--quiet"), "prog cmd: --dir takes a value: DIR\n");
    says(LINE("list", "--dir", "d", "--json"), "prog cmd: --json goes with show\n");
}

static void test_a_wrong_value_is_named_with_what_is_taken(void **state)
{
    (void)state;
    says(LINE("list", "--days", "8"), "prog cmd: --days takes 1 to 7, not \"8\"\n");
    says(LINE("list", "--days", "0"), "prog cmd: --days takes 1 to 7, not \"0\"\n");
    says(LINE("list", "--mode", "som"), "prog cmd: --mode takes regions or sum, not \"som\"\n");
    says(LINE("list", "--mode", "a\033[2J\n"),
         "prog cmd: --mode takes regions or sum, not \"a?[2J?\"\n");
    says(LINE("list", "--twice", "x"), "prog cmd: --twice: it takes 0 to 9, not \"x\"\n");
    says(LINE("--role", "a", "--role", "b", "--role", "c"),
         "prog cmd: --role may be given 2 times at most\n");
}

static void test_verbs_and_words_are_what_the_table_says(void **state)
{
    (void)state;
    says(LINE("--dir", "d"), "prog cmd: say show or list; --help says more\n");
    says(LINE("shw", "--dir", "d"), "prog cmd: unknown verb \"shw\"; did you mean show?\n");
    says(LINE("xyzzy", "--dir", "d"), "prog cmd: unknown verb \"xyzzy\"; say show or list\n");
    says(LINE("19121212-1212"), "prog cmd: that is no verb; say show or list\n");
    says(LINE("show", "--dir", "d"), "prog cmd: show takes one ID; `prog cmd --help` says more\n");
    says(LINE("list", "19121212-1212", "--dir", "d"),
         "prog cmd: list takes no word more; `prog cmd --help` says more\n");
    says(LINE("list"), "prog cmd: --dir DIR is needed\n");
}

static void test_help_says_each_option_once(void **state)
{
    char text[4096];
    int code = 9;

    (void)state;
    assert_false(reads(LINE("--name", "x", "--help", "--nonsense"), STDOUT_FILENO, text,
                       sizeof(text), &code));
    assert_int_equal(code, EXIT_OK);
    assert_string_equal(text, "Usage: prog cmd show ID --dir DIR [OPTION...]\n"
                              "       prog cmd list --dir DIR [OPTION...]\n"
                              "\n"
                              "About it.\n"
                              "\n"
                              "  show       show one\n"
                              "  list       list all\n"
                              "\n"
                              "  --quiet    no progress\n"
                              "  --json     as JSON\n"
                              "  --table    as a table\n"
                              "  --name N   whose\n"
                              "  --dir DIR  where\n"
                              "  --help     this page\n"
                              "\n"
                              "More:\n"
                              "  --role R   as whom; may be repeated\n"
                              "  --days D   how long; 1 to 7\n"
                              "  --mode M   in which mode; regions or sum\n"
                              "  --twice N  a number\n"
                              "\n"
                              "Exit codes: 0 ok.\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_type_reaches_its_place),
        cmocka_unit_test(test_a_start_of_a_name_serves_when_it_is_of_no_other),
        cmocka_unit_test(test_behind_two_dashes_all_are_words),
        cmocka_unit_test(test_a_wrong_option_is_named_with_the_nearest),
        cmocka_unit_test(test_a_wrong_value_is_named_with_what_is_taken),
        cmocka_unit_test(test_verbs_and_words_are_what_the_table_says),
        cmocka_unit_test(test_help_says_each_option_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
