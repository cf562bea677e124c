/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the connections' table: a peer that keeps the server waiting is cut after its
 * time and not before, sooner when most places are taken; one that is served is never cut; a place
 * that was given back is nobody's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "coordinator/http/connections.h"

#define NOW INT64_C(1000000)

static struct connections *connections;
static int pair[2];

static int up(void **state)
{
    (void)state;
    connections = connections_new();
    return connections && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    connections_free(connections);
    close(pair[0]);
    close(pair[1]);
    return 0;
}

/* The peer of a socket that was shut down reads its end. */
static bool is_cut(void)
{
    char byte;

    return recv(pair[1], &byte, 1, MSG_DONTWAIT) == 0;
}

static void test_each_state_is_cut_after_its_time(void **state)
{
    static const struct {
        enum connection_state state;
        int64_t limit_ms;
    } rows[] = {{CONNECTION_FIRST, CONNECTIONS_FIRST_MS},
                {CONNECTION_NEXT, CONNECTIONS_NEXT_MS},
                {CONNECTION_SENDING, CONNECTIONS_SEND_MS}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t place = connections_add(connections, pair[0], NOW);

        connections_set(connections, place, rows[i].state, NOW);
        assert_int_equal(connections_cut(connections, NOW + rows[i].limit_ms), 0);
        assert_int_equal(connections_cut(connections, NOW + rows[i].limit_ms + 1), 1);
        assert_int_equal(connections_cut(connections, NOW + rows[i].limit_ms + 2), 0); /* once */
        assert_true(is_cut());
        connections_remove(connections, place);
        down(NULL);
        up(NULL);
    }
}

static void test_one_that_is_served_is_never_cut(void **state)
{
    size_t place = connections_add(connections, pair[0], NOW);

    (void)state;
    connections_set(connections, place, CONNECTION_SERVED, NOW);
    assert_int_equal(connections_cut(connections, NOW + INT64_C(1000000000)), 0);
    assert_false(is_cut());
    assert_int_equal(errno, EAGAIN);
}

static void test_times_are_short_when_most_places_are_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < CONNECTIONS_CROWDED; i++)
        assert_int_not_equal(connections_add(connections, pair[0], NOW), CONNECTIONS_NONE);
    assert_int_equal(connections_cut(connections, NOW + CONNECTIONS_CROWDED_MS + 1), 0);
    assert_int_not_equal(connections_add(connections, pair[0], NOW), CONNECTIONS_NONE);
    assert_int_equal(connections_cut(connections, NOW + CONNECTIONS_CROWDED_MS), 0);
    assert_int_equal(connections_cut(connections, NOW + CONNECTIONS_CROWDED_MS + 1),
                     CONNECTIONS_CROWDED + 1);
}

static void test_the_last_place_is_given_and_not_one_more(void **state)
{
    size_t last = CONNECTIONS_NONE;

    (void)state;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        last = connections_add(connections, pair[0], NOW);
    assert_int_equal(last, CONNECTIONS_MAX - 1);
    assert_int_equal(connections_add(connections, pair[0], NOW), CONNECTIONS_NONE);
    connections_set(connections, CONNECTIONS_NONE, CONNECTION_SERVED, NOW); /* nobody's */
    connections_remove(connections, CONNECTIONS_NONE);
    connections_remove(connections, last);
    assert_int_equal(connections_add(connections, pair[0], NOW), last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_state_is_cut_after_its_time, up, down),
        cmocka_unit_test_setup_teardown(test_one_that_is_served_is_never_cut, up, down),
        cmocka_unit_test_setup_teardown(test_times_are_short_when_most_places_are_taken, up, down),
        cmocka_unit_test_setup_teardown(test_the_last_place_is_given_and_not_one_more, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
