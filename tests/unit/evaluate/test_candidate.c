/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A variant is seen in the genes that its notes name, and, open, in each other gene of the question
 * whose span it meets: once in each, however many genes there are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "node/evaluate/candidate.h"
#include "node/evaluate/question_genes.h"
#include "node/snapshot/snapshot.h"
#include "node/store/variant.h"
#include "proto/query/vocabulary.h"

#define GENES 130 /* three words of bits */

/* Every third gene spans the base 500 of chromosome 1, the others lie behind it. */
struct fixture {
    char keys[GENES][8];
    const char *names[GENES];
    struct vid_range ranges[GENES];
    struct target targets[GENES];
    struct question_genes genes;
};

static void make_genes(struct fixture *f)
{
    for (size_t g = 0; g < GENES; g++) {
        uint32_t start = g % 3 == 0 ? 100 : 2000;

        snprintf(f->keys[g], sizeof(f->keys[g]), "G%03zu", g);
        f->names[g] = f->keys[g];
        f->ranges[g] = (struct vid_range){variant_floor(VARIANT_GRCH38, 1, start),
                                          variant_floor(VARIANT_GRCH38, 1, start + 1000)};
        f->targets[g] =
            (struct target){.kind = TARGET_GENE, .ranges = &f->ranges[g], .n_ranges = 1};
    }
    f->genes = (struct question_genes){f->names, f->targets, GENES};
}

static void test_seen_once_in_each_gene_that_no_note_names(void **state)
{
    static struct fixture f;
    const struct site_note notes[] = {{.gene = "G000"}, {.gene = "G128"}, {.gene = "ELSEWHERE"}};
    uint64_t named[GENES / 64 + 1];
    struct candidate open = {.vid = variant_floor(VARIANT_GRCH38, 1, 500),
                             .end = 500,
                             .gene = GENE_OTHER,
                             .open = true,
                             .named = named,
                             .consequences = CONSEQUENCE_UNREAD,
                             .clinvar = 3};
    struct candidate seen;
    size_t gene = 0, n = 0;

    (void)state;
    make_genes(&f);
    candidate_named(&f.genes, notes, 3, named);
    for (size_t g = 0; g < GENES; g++)
        assert_int_equal(named[g / 64] >> (g % 64) & 1, g == 0 || g == 128);
    while (candidate_in_span(&open, &f.genes, named, &gene, &seen)) {
        n++;
        assert_int_equal(seen.gene, 3 * n);
        assert_false(seen.open);
        assert_null(seen.named);
        assert_int_equal(seen.vid, open.vid);
        assert_int_equal(seen.clinvar, 3);
        assert_int_equal(seen.consequences, CONSEQUENCE_UNREAD);
    }
    assert_int_equal(n, (GENES + 2) / 3 - 1);
    gene = 0;
    assert_false(candidate_in_span(&open, &f.genes, named, &gene, &seen));
    assert_true(named[GENES / 64] >> (129 % 64) & 1);
}

static void test_a_note_without_a_known_name_is_open(void **state)
{
    struct site_note note = {.gene = "G000", .consequences = CONSEQUENCE_UNREAD};

    (void)state;
    assert_false(candidate_is_open(&note, false));
    note.gene = "?G000";
    assert_true(candidate_is_open(&note, true));
    note.gene = "";
    assert_true(candidate_is_open(&note, false));
    assert_false(candidate_is_open(&note, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seen_once_in_each_gene_that_no_note_names),
        cmocka_unit_test(test_a_note_without_a_known_name_is_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
