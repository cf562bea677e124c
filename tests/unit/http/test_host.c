/* SPDX-License-Identifier: Apache-2.0 */
/*
 * With names, a Host header is answered that is one of them, an address or localhost, with or
 * without port, in any case, and no other; without a header everything is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/api/route.h"
#include "coordinator/http/host.h"

static const char *const names[] = {"rikstal.example.se", "count.example.se"};

static void test_one_s_own_names_addresses_and_localhost_are_answered(void **state)
{
    static const char *const good[] = {
        "rikstal.example.se", "RIKSTAL.example.se:443", "count.example.se.", "localhost",
        "localhost:8480",     "127.0.0.1:8480",         "192.0.2.1",         "[::1]",
        "[2001:db8::1]:8480"};

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        if (!host_answered(good[i], names, 2))
            fail_msg("%s is refused", good[i]);
    assert_true(host_answered(NULL, names, 2));
    assert_true(host_answered("", names, 2));
}

static void test_another_s_name_is_not(void **state)
{
    static const char *const bad[] = {"attacker.example",
                                      "rikstal.example.se.attacker.example",
                                      "xrikstal.example.se",
                                      "rikstal.example",
                                      "localhost.attacker.example",
                                      "127.0.0.1.attacker.example",
                                      "[::1].attacker.example",
                                      "[attacker.example]",
                                      ":8480",
                                      ".",
                                      "[",
                                      "[::1"};
    char longest[600];

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (host_answered(bad[i], names, 2))
            fail_msg("%s is answered", bad[i]);
    memset(longest, 'a', sizeof(longest));
    longest[sizeof(longest) - 1] = 0;
    assert_false(host_answered(longest, names, 2));
}

static void test_without_names_addresses_and_localhost_are(void **state)
{
    (void)state;
    assert_false(host_answered("attacker.example", NULL, 0));
    assert_true(host_answered("localhost:8480", NULL, 0));
    assert_true(host_answered("127.0.0.1", NULL, 0));
}

static void test_a_star_leaves_it_to_the_proxy(void **state)
{
    static const char *const star[] = {"*"};

    (void)state;
    assert_true(host_answered("attacker.example", star, 1));
}

static unsigned status_of(const char *host, size_t n_names)
{
    struct route_owner owner = {.hosts = names, .n_hosts = n_names};
    struct exchange_request request = {.method = "GET", .path = "/livez", .host = host};
    struct exchange_response response;

    route(&owner, ROUTE_STATUS, &request, &response);
    bytes_clear(&response.body);
    return response.status;
}

static void test_every_resource_is_behind_it(void **state)
{
    (void)state;
    assert_int_equal(status_of("attacker.example", 2), 421);
    assert_int_equal(status_of("count.example.se", 2), 200);
    assert_int_equal(status_of("count.example.se", 1), 421);
    assert_int_equal(status_of("attacker.example", 0), 421);
    assert_int_equal(status_of("localhost", 0), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_s_own_names_addresses_and_localhost_are_answered),
        cmocka_unit_test(test_another_s_name_is_not),
        cmocka_unit_test(test_without_names_addresses_and_localhost_are),
        cmocka_unit_test(test_a_star_leaves_it_to_the_proxy),
        cmocka_unit_test(test_every_resource_is_behind_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
