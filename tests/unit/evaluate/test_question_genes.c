/* SPDX-License-Identifier: Apache-2.0 */
/* The promise of question_genes: the genes of a question, each once and in order, are found by key.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/evaluate/candidate.h"
#include "node/evaluate/question_genes.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"
#include "tests/unit/evaluate/world.h"

struct bench {
    struct world *world;
    struct arena *arena;
};

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof(*b));

    b->world = calloc(1, sizeof(*b->world));
    b->arena = arena_new(1 << 20);
    world_make(b->world, 5);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;

    world_clear(b->world);
    free(b->world);
    arena_free(b->arena);
    free(b);
    return 0;
}

static struct question_genes gather(const struct bench *b, const char *text)
{
    struct question_genes genes;
    struct err err;
    struct ast ast;

    if (!parse_text(text, b->arena, &ast, &err))
        fail_msg("%s: %s", text, err.text);
    assert_true(
        question_genes_gather(b->world->snapshot, ast.root->children[0], b->arena, &genes, &err));
    return genes;
}

static void test_each_gene_once_and_in_order(void **state)
{
    struct question_genes genes =
        gather(*state, "variant(gene in (CCC3, AAA1) and not (gene = BBB2 or (gene = AAA1 and "
                       "locus = GRCh38:1:1-1000)))");

    assert_int_equal(genes.n, 3);
    for (size_t i = 0; i < genes.n; i++)
        assert_int_equal(question_genes_find(&genes, genes.keys[i]), i);
    for (size_t i = 1; i < genes.n; i++)
        assert_true(strcmp(genes.keys[i - 1], genes.keys[i]) < 0);
    assert_int_equal(question_genes_find(&genes, "no gene"), GENE_OTHER);
}

static void test_a_question_without_genes(void **state)
{
    struct question_genes genes = gather(*state, "variant(clinvar = pathogenic)");

    assert_int_equal(genes.n, 0);
    assert_int_equal(question_genes_find(&genes, "AAA1"), GENE_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_gene_once_and_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_question_without_genes, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
