/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of why: every undetermined person is counted once, by the first reason that holds;
 * reasons are those of the tests of whom it could not be told in the end, and of nobody else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/evaluate/truth.h"
#include "node/evaluate/why.h"
#include "proto/base/arena.h"
#include "proto/base/random.h"
#include "proto/query/parse.h"
#include "tests/unit/evaluate/world.h"

#define PERSONS 14
#define WGS 0
#define PLACE 1500

/* One for each reason, by number; the last is a carrier of unknown zygosity. */
static struct world *reasons_of(bool tumours)
{
    struct world *world = calloc(1, sizeof(*world));
    struct world_file *file;

    assert_non_null(world);
    world->n_persons = PERSONS;
    world->n_files = 1;
    for (size_t i = 0; i < WORLD_VARIANTS; i++)
        world->variants[i] = (struct world_variant){
            .name = {VARIANT_GRCH38, 1, PLACE + 100 * (uint32_t)i, "A", "C"}, .af_nano = -1};
    file = &world->files[0];
    *file = (struct world_file){.assembly = VARIANT_GRCH38, .judges = true, .sites = 2};
    for (size_t p = 0; p < PERSONS; p++) {
        world->persons[p] = (struct world_person){.sex = 1, .age = p == 12 ? -1 : 40};
        file->has_person[p] = p != WHY_NO_SAMPLE;
        file->assay[p] = p == WHY_NOT_COVERED ? -1 : WGS;
        if (p < GAP_REASONS)
            file->gap[p] = (struct world_gap){PLACE, PLACE, (enum gap_reason)p, true};
    }
    world->persons[WHY_VARIANT].genotype[1] = GENO_CARRIER;
    if (tumours) { /* of the first two: one has lost the place, of the other it can be told */
        file = &world->files[world->n_files++];
        *file = (struct world_file){
            .assembly = VARIANT_GRCH38, .judges = true, .somatic = true, .sites = 2};
        file->has_person[0] = file->has_person[1] = true;
        file->gap[0] = (struct world_gap){PLACE, PLACE, GAP_FAILED, true};
    }
    world_build(world);
    return world;
}

static struct world *reasons(void)
{
    return reasons_of(false);
}

static void end(struct world *world)
{
    world_clear(world);
    free(world);
}

static struct why ask_why(struct world *world, const char *question)
{
    struct asked_of of = world_asked_of(world);
    struct true_count is;
    uint64_t sum = 0;
    struct why why;
    struct ast ast;
    struct err err;

    assert_true(parse_text(question, world->arena, &ast, &err));
    assert_true(truth_count(&of, &ast, &is, &err));
    if (!why_count(&of, &ast, &why, &err))
        fail_msg("%s", err.text);
    for (unsigned reason = 0; reason < WHY_REASONS; reason++)
        sum += why.persons[reason];
    if (sum != is.undetermined)
        fail_msg("%s: %lu reasons of %lu undetermined", question, (unsigned long)sum,
                 (unsigned long)is.undetermined);
    return why;
}

static void test_each_reason_at_a_change(void **state)
{
    struct world *world = reasons();
    struct why why = ask_why(world, "variant(change = GRCh38:1-1500-A-C)");

    (void)state;
    for (unsigned reason = 0; reason < WHY_REASONS; reason++)
        assert_int_equal(why.persons[reason], reason <= WHY_NO_SAMPLE ? 1 : 0);
    why = ask_why(world, "variant(change = GRCh38:1-1600-A-C and zygosity = het)");
    assert_int_equal(why.persons[WHY_VARIANT], 1);
    assert_int_equal(why.persons[GAP_FILTERED], 0); /* that gap lies elsewhere */
    end(world);
}

/* What the germline has lost is no reason why a tumour cannot be told, and the other way round. */
static void test_a_tumour_has_reasons_of_its_own(void **state)
{
    struct world *world = reasons();
    struct why why = ask_why(world, "somatic variant(change = GRCh38:1-1500-A-C)");

    (void)state;
    assert_int_equal(why.persons[WHY_NO_SAMPLE], PERSONS);
    end(world);
    world = reasons_of(true);
    why = ask_why(world, "somatic variant(change = GRCh38:1-1500-A-C)");
    assert_int_equal(why.persons[WHY_NO_SAMPLE], PERSONS - 2);
    assert_int_equal(why.persons[GAP_FAILED], 1);
    for (unsigned reason = 0; reason < GAP_REASONS; reason++)
        assert_true(reason == GAP_FAILED || why.persons[reason] == 0);
    why = ask_why(world, "germline variant(change = GRCh38:1-1500-A-C)");
    for (unsigned reason = 0; reason < WHY_REASONS; reason++)
        assert_int_equal(why.persons[reason], reason <= WHY_NO_SAMPLE ? 1 : 0);
    end(world);
}

static void test_losses_at_a_stretch_and_anywhere(void **state)
{
    struct world *world = reasons();
    struct why why = ask_why(world, "variant(locus = GRCh38:1:1000-1999)");

    (void)state;
    assert_int_equal(why.persons[GAP_STRUCTURAL], 1);
    assert_int_equal(why.persons[GAP_LOW], 0); /* one base of a thousand may be missing */
    why = ask_why(world, "variant(zygosity = hom)");
    assert_int_equal(why.persons[GAP_FILTERED], 1);
    assert_int_equal(why.persons[GAP_UNCOVERED], 0);
    assert_int_equal(why.persons[WHY_NO_SAMPLE], 1);
    end(world);
}

static void test_facts_and_who_is_settled_by_another_test(void **state)
{
    struct world *world = reasons();
    struct why why = ask_why(world, "age >= 18");

    (void)state;
    assert_int_equal(why.persons[WHY_NOT_RECORDED], 1);
    why = ask_why(world, "variant(change = GRCh38:1-1500-A-C) and age >= 90");
    assert_int_equal(why.persons[GAP_FILTERED], 0); /* no, whatever their genotype */
    why = ask_why(world, "diagnosis = orpha:558");
    assert_int_equal(why.persons[WHY_NOT_DELIVERED], PERSONS);
    end(world);
}

static void test_every_undetermined_person_has_one_reason(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct world *world = calloc(1, sizeof(*world));

        assert_non_null(world);
        world_make(world, seed);
        for (int i = 0; i < 25; i++) {
            char question[4096];

            world_question(world, question, sizeof(question));
            (void)ask_why(world, question);
        }
        end(world);
    }
}

static void test_reasons_have_words(void **state)
{
    (void)state;
    for (unsigned reason = 0; reason < WHY_REASONS; reason++)
        assert_non_null(why_name((enum why_reason)reason));
    assert_null(why_name(WHY_REASONS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_reason_at_a_change),
        cmocka_unit_test(test_a_tumour_has_reasons_of_its_own),
        cmocka_unit_test(test_losses_at_a_stretch_and_anywhere),
        cmocka_unit_test(test_facts_and_who_is_settled_by_another_test),
        cmocka_unit_test(test_every_undetermined_person_has_one_reason),
        cmocka_unit_test(test_reasons_have_words),
    };

    if (!random_start())
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
