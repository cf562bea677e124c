/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of tls: both ends believe their own CA only; a server's name is checked;
 * certificates are renewed without restart, and a file that is not right changes nothing; that one
 * ends is told in time.
 */
#include "proto/rpc/tls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "tests/unit/refused.h"
#include "tests/unit/rpc/loop.h"

static struct loop loop;

static void test_a_certificate_of_another_ca_gets_no_link(void **state)
{
    struct tls_files files = loop_node_files(&loop, "01", true);

    (void)state;
    loop_serve(&loop, 4, 0);
    assert_false(loop_links(&loop, &files)); /* the node does not believe the server either */
    assert_int_equal(loop.err.code, ERR_UNAVAILABLE);
    files.ca = loop.server_files.ca;
    {
        struct channel_options options = {.target = loop.target, .tls = files};
        struct channel *channel = NULL;

        assert_refused(channel_open(&options, &channel, &loop.err), &loop.err,
                       ERR_DENIED); /* seen before dialling */
    }
    assert_int_equal(atomic_load(&loop.opened), 0);
}

static void replace(const char *path, const char *text)
{
    assert_true(file_write(path, text, strlen(text), 0600, &loop.err));
}

static void test_certificates_are_renewed_without_restart_and_garbage_is_ignored(void **state)
{
    static const char *const names[] = {"127.0.0.1"};
    struct tls_files files = loop_node_files(&loop, "01", false);
    struct x509_pair renewed = {0};

    (void)state;
    loop_serve(&loop, 4, 0);
    assert_true(loop_links(&loop, &files));
    replace(loop.server_files.cert, "garbage");
    assert_true(loop_links(&loop, &files)); /* the old pair serves on */
    assert_true(x509_server_new(&loop.ca,
                                (struct x509_names){"spiffe://test/coordinator", names, 1},
                                loop.arena, &renewed, &loop.err));
    replace(loop.server_files.cert, renewed.cert);
    assert_true(loop_links(&loop, &files)); /* the key does not fit yet */
    replace(loop.server_files.key, renewed.key);
    assert_true(loop_links(&loop, &files));
}

static void test_a_server_of_another_name_is_not_believed(void **state)
{
    static const char *const names[] = {"elsewhere.example"};
    struct tls_files files = loop_node_files(&loop, "01", false);
    struct x509_pair other = {0};

    (void)state;
    assert_true(x509_server_new(&loop.ca,
                                (struct x509_names){"spiffe://test/coordinator", names, 1},
                                loop.arena, &other, &loop.err));
    replace(loop.server_files.cert, other.cert);
    replace(loop.server_files.key, other.key);
    loop_serve(&loop, 4, 0);
    assert_false(loop_links(&loop, &files));
    assert_int_equal(loop.err.code, ERR_UNAVAILABLE);
}

static struct tls_end end;

static void look(void)
{
    tls_end_look(&end, loop.server_files.cert);
}

/* Whether a look says that the certificate ends. */
static bool warned(void)
{
    static char text[4096];
    int saved = dup(STDERR_FILENO), pipes[2];
    ssize_t n;

    assert_int_equal(pipe(pipes), 0);
    dup2(pipes[1], STDERR_FILENO);
    close(pipes[1]);
    look();
    dup2(saved, STDERR_FILENO);
    close(saved);
    n = read(pipes[0], text, sizeof(text) - 1);
    close(pipes[0]);
    text[n > 0 ? n : 0] = 0;
    return strstr(text, "event=certificate_ends") && strstr(text, loop.server_files.cert);
}

static void test_the_end_of_a_certificate_is_told_at_once_and_daily(void **state)
{
    const int64_t day_s = 86400, now_s = clock_wall_s();

    (void)state;
    end = (struct tls_end){0};
    clock_set(0, now_s);
    assert_false(warned());
    clock_set(0, now_s + (X509_DAYS_LEAF - 30) * day_s - 3600);
    assert_false(warned());
    clock_set(0, now_s + (X509_DAYS_LEAF - 30) * day_s + 3600);
    assert_false(warned()); /* not looked at yet: within a day of the last look */
    end = (struct tls_end){0};
    assert_true(warned()); /* at the start */
    assert_false(warned());
    clock_set(0, now_s + (X509_DAYS_LEAF - 29) * day_s + 3599);
    assert_false(warned());
    clock_set(0, now_s + (X509_DAYS_LEAF - 29) * day_s + 3600);
    assert_true(warned());
    clock_set(0, now_s); /* set back: looked at anew */
    assert_false(warned());
    clock_set(0, now_s + (X509_DAYS_LEAF + 1) * day_s);
    assert_true(warned()); /* also when it is over */
    clock_release();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_TEST(&loop, test_a_certificate_of_another_ca_gets_no_link),
        LOOP_TEST(&loop, test_certificates_are_renewed_without_restart_and_garbage_is_ignored),
        LOOP_TEST(&loop, test_a_server_of_another_name_is_not_believed),
        LOOP_TEST(&loop, test_the_end_of_a_certificate_is_told_at_once_and_daily),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
