/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of links: a node has one link, the newest; the end of an old one does not take the
 * new one's place; who has no link is told so; and there is room for LINKS_MAX nodes and not one
 * more.
 */
#include "proto/rpc/links.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/clock.h"
#include "tests/unit/refused.h"
#include "tests/unit/rpc/loop.h"

static struct loop loop;

static void test_the_newest_link_of_a_node_wins(void **state)
{
    struct channel *old, *new;
    struct rpc_stream *old_stream, *new_stream;

    (void)state;
    loop_serve(&loop, 4, 0);
    old = loop_link(&loop, "01", &old_stream);
    new = loop_link(&loop, "01", &new_stream);
    assert_false(loop_read(&loop, old));
    assert_int_equal(loop.err.code, ERR_UNAVAILABLE);
    assert_true(loop_wait(&loop.ended, 1));
    /* the old one's end did not take the new one's place */
    assert_true(links_send(loop.links, "01", "still", 5, RPC_STREAM_ORDINARY, &loop.err));
    assert_true(loop_read(&loop, new));
    channel_close(old);
    channel_close(new);
}

static void test_a_node_that_is_gone_is_told_from_one_that_closed(void **state)
{
    struct rpc_stream *stream;

    (void)state;
    loop_serve(&loop, 4, 0);
    channel_close(loop_link(&loop, "01", &stream));
    assert_true(loop_wait(&loop.ended, 1));
    assert_int_equal(loop_last_end(&loop).code, ERR_UNAVAILABLE);
    assert_refused(links_send(loop.links, "01", "x", 1, RPC_STREAM_ORDINARY, &loop.err), &loop.err,
                   ERR_UNAVAILABLE);
}

static void test_there_is_room_for_so_many_nodes_and_not_one_more(void **state)
{
    struct links *links = links_new();
    char node[80];

    (void)state;
    assert_non_null(links);
    for (int i = 0; i < LINKS_MAX; i++) { /* the table never looks into a stream */
        snprintf(node, sizeof(node), "n%d", i);
        assert_true(links_put(links, node, (struct rpc_stream *)&loop, &loop.err));
    }
    assert_refused(links_put(links, "more", (struct rpc_stream *)&loop, &loop.err), &loop.err,
                   ERR_EXHAUSTED);
    assert_int_equal(links_count(links), LINKS_MAX);
    assert_true(links_remove(links, "n3", (struct rpc_stream *)&loop));
    assert_false(links_remove(links, "n3", (struct rpc_stream *)&loop));
    assert_true(links_put(links, "more", (struct rpc_stream *)&loop, &loop.err));
    memset(node, 'x', 65);
    node[65] = 0;
    assert_refused(links_put(links, node, (struct rpc_stream *)&loop, &loop.err), &loop.err,
                   ERR_INVALID);
    links_free(links);
}

static void test_what_is_for_all_reaches_all(void **state)
{
    struct channel *channels[3];
    struct rpc_stream *stream;
    char node[8];

    (void)state;
    loop_serve(&loop, 4, 0);
    for (int i = 0; i < 3; i++) {
        snprintf(node, sizeof(node), "%02d", i);
        channels[i] = loop_link(&loop, node, &stream);
    }
    assert_int_equal(links_send_all(loop.links, "roster", 6, RPC_STREAM_URGENT), 3);
    for (int i = 0; i < 3; i++) {
        assert_true(loop_read(&loop, channels[i]));
        channel_close(channels[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_TEST(&loop, test_the_newest_link_of_a_node_wins),
        LOOP_TEST(&loop, test_a_node_that_is_gone_is_told_from_one_that_closed),
        LOOP_TEST(&loop, test_there_is_room_for_so_many_nodes_and_not_one_more),
        LOOP_TEST(&loop, test_what_is_for_all_reaches_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
