/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may have a change in other words is no certain "no" because a gene or a stretch around it was
 * tested: not for a change beside a place, not below an "or", not for one that is said to be on
 * the other assembly too, and not for an indel of another spelling. Of whom the question cannot be
 * true all the same stays no, and so does who has one part alone. The keeper says the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/evaluate/other_words.h"
#include "node/snapshot/snapshot.h"
#include "tests/unit/evaluate/ask.h"

#define LOST 4 /* lost something in the first base of the change, and has nothing else there */

/*
 * All of whole genomes. Person 0 has the first variant, 1 the second and the third, 2 the second,
 * 3 nothing; 4 is LOST.
 */
static struct world *make(const struct variant names[static 3])
{
    struct world *world = calloc(1, sizeof(*world));

    world->has_genes = true;
    world->n_persons = 5;
    world->n_files = 2;
    for (size_t i = 0; i < WORLD_VARIANTS; i++)
        world->variants[i] = (struct world_variant){
            .name = {VARIANT_GRCH38, 1, 70000 + (uint32_t)i, "A", "C"}, .af_nano = -1};
    for (size_t i = 0; i < 3; i++)
        world->variants[i].name = names[i];
    world->persons[0].genotype[0] = world->persons[1].genotype[1] = GENO_HET;
    world->persons[1].genotype[2] = world->persons[2].genotype[1] = GENO_HET;
    /* The first variant in a file of its own, so that nobody else is judged there. */
    for (size_t f = 0; f < 2; f++)
        world->files[f] =
            (struct world_file){.assembly = VARIANT_GRCH38, .judges = true, .sites = f ? 6 : 1};
    for (size_t p = 0; p < world->n_persons; p++) {
        world->persons[p].age = -1;
        world->files[p ? 1 : 0].has_person[p] = true;
    }
    world->files[1].gap[LOST] = (struct world_gap){.start = names[0].position,
                                                   .end = names[0].position,
                                                   .reason = GAP_UNREADABLE,
                                                   .own = true};
    world_build(world);
    return world;
}

static const struct asked {
    const char *question;
    const char *answer;
} exchange[] = {
    {"variant(change = GRCh38:1-1500-AC-GT)", "Y?NN?"},
    {"variant(change = GRCh38:1-1500-AC-GT and gene = AAA1)", "Y?NN?"},
    {"variant(change = GRCh38:1-1500-AC-GT and locus = GRCh38:1:1000-1999)", "Y?NN?"},
    {"variant(change = GRCh38:1-1500-AC-GT and locus = GRCh38:1:1501-1999)", "Y?NN?"},
    {"variant(gene = AAA1 and (change = GRCh38:1-1500-AC-GT or zygosity = hom))", "Y?NN?"},
    {"variant(gene = AAA1 and change in (GRCh38:1-1500-AC-GT, GRCh38:1-1600-A-C))", "Y?NN?"},
    {"variant(change = GRCh38:1-1500-AC-GT and locus = GRCh37:1:1000-1999)", "??NN?"},
    {"variant(at least 2 of ((zygosity = hom or gene = AAA1), (change = GRCh38:1-1500-AC-GT and "
     "gene = AAA1 and locus = GRCh37:1:1000-1999)))",
     "??NN?"},
    {"tested(variant(change = GRCh38:1-1500-AC-GT and gene = AAA1 and locus = GRCh37:1:1-999))",
     "??YY?"},
    {"variant(change = GRCh38:1-1500-AC-GT and gene = BBB2)", "NNNNN"}, /* nobody's lies in it */
    {"variant(change = GRCh38:1-1500-AC-GT and locus = GRCh38:1:1502-1999)", "NNNNN"},
    /* both parts of it may be it, and one of them is another variant */
    {"variant(gene = AAA1 and not change = GRCh38:1-1500-AC-GT)", "N?YN?"},
    {"variant(zygosity = het and not change = GRCh38:1-1500-AC-GT)", "N?YN?"},
    {"variant(gene = AAA1 and not change in (GRCh38:1-1500-AC-GT, GRCh38:1-1500-A-G))", "N?NN?"},
    {"variant(gene = AAA1 and not change = GRCh38:1-1500-A-G)", "YYNN?"},
};

static void check(struct world *world, const struct asked *asked, size_t n)
{
    for (int keeper = 0; keeper < 2; keeper++) {
        for (size_t i = 0; i < n; i++)
            if (strcmp(ask(world, asked[i].question), asked[i].answer) != 0)
                fail_msg("%s: %s, not %s", asked[i].question, ask(world, asked[i].question),
                         asked[i].answer);
        snapshot_by_assays(world->snapshot);
        world->fixed_work = true;
    }
    world_clear(world);
    free(world);
}

static void test_an_exchange_in_parts(void **state)
{
    static const struct variant names[] = {{VARIANT_GRCH38, 1, 1500, "AC", "GT"},
                                           {VARIANT_GRCH38, 1, 1500, "A", "G"},
                                           {VARIANT_GRCH38, 1, 1501, "C", "T"}};

    (void)state;
    check(make(names), exchange, sizeof(exchange) / sizeof(exchange[0]));
}

/* Nobody has the change itself. */
static void test_a_change_that_nobody_has_in_its_own_words(void **state)
{
    static const struct variant names[] = {{VARIANT_GRCH38, 1, 1700, "A", "G"},
                                           {VARIANT_GRCH38, 1, 1500, "A", "G"},
                                           {VARIANT_GRCH38, 1, 1501, "C", "T"}};
    static const struct asked asked[] = {
        {"variant(change = GRCh38:1-1500-AC-GT)", "N?NNN"},
        {"variant(change = GRCh38:1-1500-AC-GT and gene = AAA1)", "N?NNN"},
        {"variant(change = GRCh38:1-1500-AC-GT and gene = BBB2)", "NNNNN"},
    };

    (void)state;
    check(make(names), asked, 3);
}

static void test_an_indel_of_another_spelling(void **state)
{
    static const struct variant names[] = {{VARIANT_GRCH38, 1, 1500, "CA", "C"},
                                           {VARIANT_GRCH38, 1, 1504, "AA", "A"},
                                           {VARIANT_GRCH38, 1, 1520, "T", "G"}};
    static const struct asked asked[] = {
        {"variant(change = GRCh38:1-1500-CA-C and gene = AAA1)", "Y??N?"},
        {"variant(change = GRCh38:1-1500-CA-C and gene = BBB2)", "NNNNN"},
        {"variant(gene = AAA1 and not change = GRCh38:1-1500-CA-C)", "NY?N?"},
    };

    (void)state;
    check(make(names), asked, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_exchange_in_parts),
        cmocka_unit_test(test_a_change_that_nobody_has_in_its_own_words),
        cmocka_unit_test(test_an_indel_of_another_spelling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
