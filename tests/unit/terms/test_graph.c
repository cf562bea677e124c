/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hierarchy's promises: ancestors are each there once, the term first, over every path of a
 * diamond; an alias finds its term, first of all; an obsolete term finds what replaced it as often
 * as that takes, and without a successor is known and has no place; a system that is not loaded is
 * no error.
 */
#include "tests/unit/terms/bench.h"

#include <stdio.h>
#include <string.h>

#include "node/terms/graph.h"
#include "node/terms/term_writer.h"
#include "node/terms/terms.h"
#include "tests/unit/refused.h"

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

static void test_a_system_has_a_name_of_small_letters_and_digits(void **state)
{
    static const char *const bad[] = {"", "HP", "a b",
                                      "sjuttiosju_tecken_ar_for_manga_for_ett_namn"};
    struct term_writer *writer = NULL;
    struct bench b;

    (void)state;
    bench_up(&b);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_refused(term_writer_open(b.db, bad[i], &writer, &b.err), &b.err, ERR_INVALID);
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

/* Successors of obsolete terms A..G; see the test. */
static struct term_graph *successors(struct bench *b)
{
    static const struct term terms[] = {
        {.code = "HP:0000001"},
        {.code = "LIVE"},
        {.code = "LOST"},
        {.code = "A", .obsolete = true, .replaced_by = "LIVE"},
        {.code = "B", .obsolete = true, .replaced_by = "A"},
        {.code = "C", .obsolete = true, .replaced_by = "D"},
        {.code = "D", .obsolete = true, .replaced_by = "C"},
        {.code = "E", .obsolete = true, .replaced_by = "NONE"},
        {.code = "F", .obsolete = true, .replaced_by = "HP:0000001"},
        {.code = "G", .obsolete = true, .replaced_by = "WAS"}};
    struct term_release release = {.release = "x"};
    struct term_writer *writer = NULL;
    struct term_graph *graph = NULL;

    must(b, term_writer_open(b->db, "hp", &writer, &b->err));
    for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++)
        must(b, term_writer_add(writer, &terms[i], NULL, &b->err));
    must(b, term_writer_parent(writer, "LIVE", "HP:0000001", &b->err));
    must(b, term_writer_alias(writer, "WAS", "LIVE", &b->err));
    must(b, term_writer_alias(writer, "F", "LIVE", &b->err)); /* and has a stanza of its own */
    must(b, term_writer_commit(writer, &release, &b->err));
    term_writer_close(writer);
    must(b, term_graph_load(b->db, "hp", &graph, &b->err));
    return graph;
}

static void test_an_obsolete_term_finds_its_successor_or_has_no_place(void **state)
{
    static const char *const found[] = {"A", "B", "F", "G", "WAS"};
    static const char *const nowhere[] = {"C", "D", "E"};
    struct term_graph *graph;
    struct bench b;
    uint32_t live, lost;

    (void)state;
    bench_up(&b);
    graph = successors(&b);
    live = term_graph_find(graph, "LIVE");
    lost = term_graph_find(graph, "LOST");
    for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++)
        assert_int_equal(term_graph_find(graph, found[i]), live);
    for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
        uint32_t term = term_graph_find(graph, nowhere[i]);

        assert_int_not_equal(term, TERM_NONE);
        assert_string_equal(term_graph_code(graph, term), nowhere[i]);
        assert_false(term_graph_placed(graph, term));
    }
    assert_true(term_graph_placed(graph, live));
    assert_false(term_graph_placed(graph, lost)); /* under no root */
    assert_true(term_graph_is_above(graph, term_graph_find(graph, "HP:0000001"), live));
    assert_false(term_graph_is_above(graph, live, lost));
    term_graph_free(graph);
    bench_down(&b);
}

/* O000 leads to O001, ..., the last of n to LIVE: n steps. */
static struct term_graph *chain(struct bench *b, int n)
{
    const struct term fixed[] = {{.code = "HP:0000001"}, {.code = "LIVE"}};
    struct term_release release = {.release = "x"};
    struct term_writer *writer = NULL;
    struct term_graph *graph = NULL;

    must(b, term_writer_open(b->db, "hp", &writer, &b->err));
    for (size_t i = 0; i < 2; i++)
        must(b, term_writer_add(writer, &fixed[i], NULL, &b->err));
    for (int i = 0; i < n; i++) {
        char code[16], next[16];
        struct term term = {
            .code = code, .obsolete = true, .replaced_by = i + 1 < n ? next : "LIVE"};

        snprintf(code, sizeof(code), "O%03d", i);
        snprintf(next, sizeof(next), "O%03d", i + 1);
        must(b, term_writer_add(writer, &term, NULL, &b->err));
    }
    must(b, term_writer_parent(writer, "LIVE", "HP:0000001", &b->err));
    must(b, term_writer_commit(writer, &release, &b->err));
    term_writer_close(writer);
    must(b, term_graph_load(b->db, "hp", &graph, &b->err));
    return graph;
}

static void test_successors_at_the_limit_and_one_past(void **state)
{
    const int successors_max = 64; /* SUCCESSORS_MAX */
    struct term_graph *graph;
    struct bench b;

    (void)state;
    bench_up(&b);
    graph = chain(&b, successors_max);
    assert_int_equal(term_graph_find(graph, "O000"), term_graph_find(graph, "LIVE"));
    term_graph_free(graph);
    graph = chain(&b, successors_max + 1);
    assert_string_equal(term_graph_code(graph, term_graph_find(graph, "O000")), "O000");
    assert_false(term_graph_placed(graph, term_graph_find(graph, "O000")));
    assert_int_equal(term_graph_find(graph, "O001"), term_graph_find(graph, "LIVE"));
    term_graph_free(graph);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ancestors_are_each_there_once),
        cmocka_unit_test(test_codes_aliases_and_strangers_are_told_apart),
        cmocka_unit_test(test_an_obsolete_term_finds_its_successor_or_has_no_place),
        cmocka_unit_test(test_a_system_has_a_name_of_small_letters_and_digits),
        cmocka_unit_test(test_a_system_that_is_not_loaded_is_no_error),
        cmocka_unit_test(test_a_term_may_have_4096_ancestors_and_no_more),
        cmocka_unit_test(test_successors_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
