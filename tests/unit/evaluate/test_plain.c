/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of plain: where it takes an expression at all, it says of every row what the tree
 * says of the same candidate; and it takes the common forms, and refuses those that are no plain
 * "and".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "node/evaluate/plain.h"
#include "node/evaluate/question_genes.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"
#include "proto/query/vocabulary.h"
#include "tests/unit/evaluate/world.h"

static const char *const taken[] = {
    "variant(gene = AAA1)",
    "variant(gene in (AAA1, BBB2) and consequence in (lof))",
    "variant(gene = AAA1 and consequence = stop_gained and clinvar = pathogenic)",
    "variant(gene = AAA1 and af <= 1%)",
    "variant(gene = AAA1 and af between 0.5% and 2% and af <= 1%)",
    "variant(gene = BBB2 and zygosity = hom)",
    "variant(gene = AAA1 and zygosity in (het, hom) and zygosity = hom and clinvar = benign)",
    "variant(gene = AAA1 and gene = BBB2 and af = 0)",
    "variant(consequence in (missense_or_worse) and clinvar in (pathogenic, benign))",
};
static const char *const left[] = {
    "variant(gene = AAA1 or consequence in (lof))",
    "variant(gene = AAA1 and not consequence in (lof))",
    "variant(gene = AAA1 and consequence in (lof) and consequence = stop_gained)",
    "variant(gene = AAA1 and locus = GRCh38:1:1-1000)",
    "variant(gene = AAA1 and (clinvar = benign or af <= 1%))",
    "variant(at least 2 of (gene = AAA1, clinvar = benign, af <= 1%))",
};

struct bench {
    struct world *world;
    struct arena *arena;
    struct question_genes genes;
    struct expression *root;
};

static void make(struct bench *b, const char *text)
{
    struct err err;
    struct ast ast;

    arena_clear(b->arena);
    if (!parse_text(text, b->arena, &ast, &err))
        fail_msg("%s: %s", text, err.text);
    assert_int_equal(ast.root->kind, AST_VARIANT);
    assert_true(expression_new(b->world->snapshot, ast.root->children[0], b->arena, &b->genes,
                               &b->root, &err));
}

struct row {
    uint64_t vid;
    uint64_t consequences;
    int64_t af_nano;
    uint32_t clinvar;
};

static struct row draw_row(struct world *world)
{
    static const int64_t frequencies[] = {SITE_AF_UNKNOWN, 0,        1,       5000000,
                                          10000000,        10000001, 20000000};

    return (struct row){.vid = 1,
                        .consequences =
                            (world_draw(world, 4) ? UINT64_C(1) << world_draw(world, 24) : 0) |
                            (world_draw(world, 4) ? 0 : CONSEQUENCE_UNREAD),
                        .clinvar = (world_draw(world, 2) ? 1u << world_draw(world, 5) : 0) |
                                   (world_draw(world, 2) ? CLINVAR_READ : 0),
                        .af_nano = frequencies[world_draw(world, 7)]};
}

/* What the choice among this one row says of it. */
static struct verdict choose(const struct plain *plain, const struct row *row)
{
    struct gene_sites sites = {1, &row->vid, &row->consequences, &row->af_nano, &row->clinvar};
    uint64_t sure = 0, unsure = 0;
    struct plain_choice choice = {.sure = &sure, .unsure = &unsure};

    plain_choose(plain, &sites, &choice);
    assert_int_equal(choice.n_sure, sure == row->vid);
    assert_int_equal(choice.n_unsure, unsure == row->vid);
    return (struct verdict){.yes = choice.n_sure ? plain->yes : 0,
                            .possible = choice.n_sure + choice.n_unsure ? plain->possible : 0};
}

/* Of every gene of the question, and of one that it does not ask for. */
static void compare(struct bench *b, const char *text)
{
    for (int i = 0; i < 400; i++) {
        struct row row = draw_row(b->world);

        for (int gene = 0; gene < (int)b->genes.n; gene++) {
            struct candidate candidate = {.vid = row.vid,
                                          .gene = gene,
                                          .consequences = row.consequences,
                                          .clinvar = row.clinvar,
                                          .af_nano = row.af_nano};
            struct verdict tree = expression_truth(b->root, &candidate);
            struct verdict fast;
            struct plain plain;

            assert_true(plain_of(b->root, gene, &plain));
            fast = choose(&plain, &row);
            if (fast.yes != tree.yes || fast.possible != tree.possible)
                fail_msg("%s: yes %x possible %x, the tree says %x %x", text, fast.yes,
                         fast.possible, tree.yes, tree.possible);
        }
    }
}

static void test_it_says_what_the_tree_says(void **state)
{
    struct bench b = {.world = calloc(1, sizeof(*b.world)), .arena = arena_new(1 << 22)};

    (void)state;
    world_make(b.world, 77);
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
        make(&b, taken[i]);
        compare(&b, taken[i]);
    }
    world_clear(b.world);
    free(b.world);
    arena_free(b.arena);
}

static void test_other_forms_are_left_to_the_tree(void **state)
{
    struct bench b = {.world = calloc(1, sizeof(*b.world)), .arena = arena_new(1 << 22)};
    struct plain plain;

    (void)state;
    world_make(b.world, 78);
    for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
        make(&b, left[i]);
        if (plain_of(b.root, 0, &plain))
            fail_msg("taken: %s", left[i]);
    }
    world_clear(b.world);
    free(b.world);
    arena_free(b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_says_what_the_tree_says),
        cmocka_unit_test(test_other_forms_are_left_to_the_tree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
