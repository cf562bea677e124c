/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A wrong verb, option or argument of policy, hold, consent and audit is a usage error that is
 * named in one line, with the nearest right word; nothing is done, and no person's id is repeated.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/command/commands.h"
#include "proto/base/err.h"

#define WORDS_MAX 8

typedef int (*command_run)(int argc, char **argv);

/* The one line on stderr of this command line, which must be a usage error. */
static const char *line_of(command_run run, const char *const *words)
{
    static char text[4096], copy[WORDS_MAX][64];
    char *argv[WORDS_MAX + 1] = {0};
    int saved = dup(STDERR_FILENO), pipes[2], argc = 0;
    ssize_t n;

    for (; words[argc]; argc++) {
        assert_true(argc < WORDS_MAX);
        snprintf(copy[argc], sizeof(copy[argc]), "%s", words[argc]);
        argv[argc] = copy[argc];
    }
    assert_int_equal(pipe(pipes), 0);
    dup2(pipes[1], STDERR_FILENO);
    close(pipes[1]);
    int code = run(argc, argv);

    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    n = read(pipes[0], text, sizeof(text) - 1);
    close(pipes[0]);
    text[n > 0 ? n : 0] = 0;
    assert_int_equal(code, EXIT_USAGE);
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    return text;
}

static void says(command_run run, const char *const *words, const char *what)
{
    const char *line = line_of(run, words);

    if (!strstr(line, what))
        fail_msg("no \"%s\" in: %s", what, line);
}

#define SAYS(run, what, ...) says(run, (const char *const[]){__VA_ARGS__, NULL}, what)

static void test_a_wrong_verb_is_named_with_the_nearest(void **state)
{
    (void)state;
    SAYS(hold_command, "hold: unknown verb \"aprove\"; did you mean approve?", "hold", "aprove",
         "ab");
    SAYS(hold_command, "unknown verb \"xyzzy\"; say list, show, approve or deny", "hold", "xyzzy");
    SAYS(hold_command, "say list, show, approve or deny", "hold", "--dir", "x");
    SAYS(consent_command, "consent: unknown verb \"blok\"; did you mean block?", "consent", "blok");
    SAYS(policy_command, "policy: unknown verb \"priview\"; did you mean preview?", "policy",
         "priview");
    SAYS(policy_command, "did you mean install?", "policy", "instal", "x");
    SAYS(audit_command, "audit: unknown verb \"exprt\"; did you mean export?", "audit", "exprt");
}

static void test_a_wrong_option_is_named_with_the_nearest(void **state)
{
    (void)state;
    SAYS(hold_command, "unknown option \"--jsn\"; did you mean --json?", "hold", "list", "--jsn");
    SAYS(hold_command, "--json takes no value", "hold", "list", "--json=1");
    SAYS(hold_command, "--dir takes a value: DIR", "hold", "list", "--dir");
    SAYS(hold_command, "unknown option \"-q\"", "hold", "list", "-q");
    SAYS(consent_command, "did you mean --domain?", "consent", "block", "--domein", "x");
    SAYS(policy_command, "did you mean --role?", "policy", "preview", "x", "--rol3", "y");
    SAYS(policy_command, "did you mean --region?", "policy", "sign", "--regin", "y");
    SAYS(audit_command, "did you mean --lines?", "audit", "tail", "--line-s", "1");
}

static void test_a_wrong_argument_is_named(void **state)
{
    (void)state;
    SAYS(hold_command, "--dir DIR is needed", "hold", "list");
    SAYS(hold_command, "show takes one ID", "hold", "show", "--dir", "x");
    SAYS(hold_command, "list takes no ID", "hold", "list", "ab", "--dir", "x");
    SAYS(consent_command, "--dir DIR is needed", "consent", "status");
    SAYS(consent_command, "--json goes with status", "consent", "block", "--json", "--dir", "x");
    SAYS(policy_command, "--role ROLE is needed", "policy", "preview", "x");
    SAYS(policy_command, "preview takes one question", "policy", "preview", "--role", "public");
    SAYS(policy_command, "--dir DIR is needed", "policy", "stop");
    SAYS(policy_command, "stop takes no word more", "policy", "stop", "now", "--dir", "x");
    SAYS(policy_command, "no sigma \"7\"", "policy", "preview", "x", "--sigma", "7");
    SAYS(policy_command, "no mode \"som\"", "policy", "preview", "x", "--mode", "som");
    SAYS(policy_command, "--role goes with preview", "policy", "sign", "--role", "public");
    SAYS(policy_command, "--key KEY is needed", "policy", "sign", "--dir", "x");
    SAYS(policy_command, "a FILE and at most 16 SIG files", "policy", "install", "--dir", "x");
    SAYS(audit_command, "--dir DIR is needed", "audit", "tail");
    SAYS(audit_command, "--log takes ledger or count, not \"y\"", "audit", "tail", "--dir", "x",
         "--log", "y");
    SAYS(audit_command, "--lines takes 0 to 1000000000000, not \"x\"", "audit", "tail", "--lines",
         "x");
}

static void test_what_may_be_an_id_is_not_repeated(void **state)
{
    static const char *const verb[] = {"consent", "19121212-1212", "--dir", "x", NULL};
    static const char *const word[] = {"consent", "block", "19121212-1212", "--dir", "x", NULL};

    (void)state;
    assert_null(strstr(line_of(consent_command, verb), "1212"));
    assert_null(strstr(line_of(consent_command, word), "1212"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_wrong_verb_is_named_with_the_nearest),
        cmocka_unit_test(test_a_wrong_option_is_named_with_the_nearest),
        cmocka_unit_test(test_a_wrong_argument_is_named),
        cmocka_unit_test(test_what_may_be_an_id_is_not_repeated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
