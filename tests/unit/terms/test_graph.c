/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hierarchy's promises: ancestors are each there once, the term first, over every path of a
 * diamond; an alias finds its term; an obsolete term is known and has no ancestors but itself; a
 * system that is not loaded is no error.
 */
#include "tests/unit/terms/bench.h"

#include <stdio.h>
#include <string.h>

#include "node/terms/graph.h"
#include "node/terms/term_writer.h"
#include "node/terms/terms.h"

static void must(struct bench *b, bool ok)
{
    if (!ok)
        print_error("%s\n", b->err.text);
    assert_true(ok);
}

/* ROOT over LEFT and RIGHT, both over LEAF; OLD is obsolete; WAS is merged into LEAF. */
static struct term_graph *diamond(struct bench *b)
{
    static const char *const codes[] = {"ROOT", "LEFT", "RIGHT", "LEAF", "OLD"};
    static const char *const edges[][2] = {
        {"LEFT", "ROOT"}, {"RIGHT", "ROOT"}, {"LEAF", "LEFT"}, {"LEAF", "RIGHT"}};
    struct term_release release = {.release = "2024-04-26"};
    struct term_writer *writer = NULL;
    struct term_graph *graph = NULL;

    must(b, term_writer_open(b->db, "hp", &writer, &b->err));
    for (size_t i = 0; i < 5; i++) {
        struct term term = {.code = codes[i], .obsolete = strcmp(codes[i], "OLD") == 0};

        must(b, term_writer_add(writer, &term, NULL, &b->err));
    }
    for (size_t i = 0; i < 4; i++)
        must(b, term_writer_parent(writer, edges[i][0], edges[i][1], &b->err));
    must(b, term_writer_alias(writer, "WAS", "LEAF", &b->err));
    must(b, term_writer_commit(writer, &release, &b->err));
    term_writer_close(writer);
    must(b, term_graph_load(b->db, "hp", &graph, &b->err));
    return graph;
}

static void test_ancestors_are_each_there_once(void **state)
{
    struct term_graph *graph;
    const uint32_t *above;
    struct bench b;
    uint32_t leaf;
    size_t n = 0;

    (void)state;
    bench_up(&b);
    graph = diamond(&b);
    leaf = term_graph_find(graph, "LEAF");
    above = term_graph_ancestors(graph, leaf, &n);
    assert_int_equal(n, 4);
    assert_int_equal(above[0], leaf);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(above[i], above[k]);
    (void)term_graph_ancestors(graph, term_graph_find(graph, "ROOT"), &n);
    assert_int_equal(n, 1);
    term_graph_free(graph);
    bench_down(&b);
}

static void test_codes_aliases_and_strangers_are_told_apart(void **state)
{
    struct term_graph *graph;
    struct bench b;
    size_t n = 0;

    (void)state;
    bench_up(&b);
    graph = diamond(&b);
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(term_graph_find(graph, term_graph_code(graph, i)), i);
    assert_int_equal(term_graph_find(graph, "WAS"), term_graph_find(graph, "LEAF"));
    assert_int_equal(term_graph_find(graph, "NOBODY"), TERM_NONE);
    assert_int_equal(term_graph_find(graph, ""), TERM_NONE);
    (void)term_graph_ancestors(graph, term_graph_find(graph, "OLD"), &n);
    assert_int_equal(n, 1);
    term_graph_free(graph);
    bench_down(&b);
}

static void test_a_system_that_is_not_loaded_is_no_error(void **state)
{
    struct term_graph *graph = (struct term_graph *)&state;
    struct bench b;

    bench_up(&b);
    assert_true(term_graph_load(b.db, "hp", &graph, &b.err));
    assert_null(graph);
    term_graph_free(graph);
    bench_down(&b);
}

static void test_a_term_may_have_4096_ancestors_and_no_more(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    for (int more = 0; more < 2; more++) {
        struct term_release release = {.release = "x"};
        struct term_writer *writer = NULL;
        char code[16], parent[16] = "";

        must(&b, term_writer_open(b.db, "hp", &writer, &b.err));
        for (int i = 0; i < TERM_ANCESTORS_MAX + more; i++) {
            struct term term = {.code = code};

            snprintf(code, sizeof(code), "T%06d", i);
            must(&b, term_writer_add(writer, &term, NULL, &b.err));
            if (i)
                must(&b, term_writer_parent(writer, code, parent, &b.err));
            memcpy(parent, code, sizeof(parent));
        }
        assert_int_equal(term_writer_commit(writer, &release, &b.err), !more);
        term_writer_close(writer);
    }
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ancestors_are_each_there_once),
        cmocka_unit_test(test_codes_aliases_and_strangers_are_told_apart),
        cmocka_unit_test(test_a_system_that_is_not_loaded_is_no_error),
        cmocka_unit_test(test_a_term_may_have_4096_ancestors_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
