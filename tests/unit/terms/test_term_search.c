/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of a search: every word of the text stands in the label, in whatever case and, when
 * it is long, within a word; a code comes once, the shortest label first; what is obsolete is left
 * out; a term comes by its synonyms too, genes by every name they have.
 */
#include "proto/terms/term_search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "tests/unit/refused.h"
#include "tests/unit/terms/releases.h"

static const char cramps[] = "rikstal-terms 1\nsystem\ticd10\nrelease\tx\n"
                             "T\tG40\tEpilepsi\t+\t\t\n"
                             "T\tR560\tFeberkramper\t+\t\t\n"
                             "T\tR568\tAndra och ospecificerade kramper\t+\t\t\n"
                             "T\tR600\t\u00d6dem i ben\t+\t\t\n"
                             "end\t4\n";

static void assert_found(struct releases *r, const char *text, const char *codes)
{
    struct arena *arena = arena_new(1 << 20);
    struct term_matches matches;
    char found[256] = "";
    size_t n = 0;
    struct err err;

    assert_true(term_search(&r->sources, text, arena, &matches, &err));
    for (size_t i = 0; i < matches.n; i++) {
        n += (size_t)snprintf(found + n, sizeof(found) - n, "%s%s", i ? " " : "",
                              matches.match[i].code);
    }
    assert_string_equal(found, codes);
    arena_free(arena);
}

static void test_every_word_stands_in_the_label(void **state)
{
    struct releases r;

    (void)state;
    releases_up(&r);
    releases_add(&r, cramps, 1);
    releases_add(&r, RELEASES_ICD10_OLD, 2);
    releases_add(&r, RELEASES_ICD10_NEW, 4);
    releases_add(&r, RELEASES_HP, 8);
    assert_found(&r, "kramper", "icd10:R56.0 icd10:R56.8");
    assert_found(&r, "KRAMPER andra", "icd10:R56.8");
    assert_found(&r, "kramper nej", "");
    assert_found(&r, "br\u00f6st", "icd10:C50"); /* in two releases, once */
    assert_found(&r, "BR\u00d6ST", "icd10:C50");
    assert_found(&r, "\u00f6dem", "icd10:R60.0");
    assert_found(&r, "och", "icd10:R56.8");
    assert_found(&r, "ch", ""); /* a short word begins one */
    assert_found(&r, "seizure", "HP:0001250");
    assert_found(&r, "old", ""); /* replaced */
    assert_found(&r, "gone", "");
    releases_down(&r);
}

static void test_genes_are_found_by_any_of_their_names(void **state)
{
    struct releases r;

    (void)state;
    releases_up(&r);
    releases_unread(&r, "hp", 1);
    releases_add(&r, RELEASES_HGNC, 1);
    releases_add(&r, RELEASES_GENES, 2);
    assert_found(&r, "brca", "BRCA1 BRCA2");
    assert_found(&r, "BRCA1", "BRCA1");
    assert_found(&r, "HER2", "ERBB2");
    assert_found(&r, "her2", "ERBB2");
    assert_found(&r, "nothing", "");
    releases_down(&r);
}

static void test_words_at_the_limit_and_one_past(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct term_matches matches;
    struct releases r;
    struct err err;

    (void)state;
    releases_up(&r);
    releases_add(&r, cramps, 1);
    assert_int_equal(TERM_SEARCH_WORDS_MAX, 8);
    assert_true(term_search(&r.sources, "a b c d e f g h", arena, &matches, &err));
    assert_refused(term_search(&r.sources, "a b c d e f g h i", arena, &matches, &err), &err,
                   ERR_INVALID);
    assert_refused(term_search(&r.sources, " ,-", arena, &matches, &err), &err, ERR_INVALID);
    releases_down(&r);
    arena_free(arena);
}

static const char fits[] = "rikstal-terms 2\nsystem\thp\nrelease\tx\n"
                           "T\tHP:1\tSeizure\t+\t\t\n"
                           "T\tHP:2\told\t-\tHP:1\t\n"
                           "T\tHP:3\tFit of a long name\t+\t\t\n"
                           "Y\tHP:1\tEpileptic fits\n"
                           "Y\tHP:1\tFit\n"
                           "Y\tHP:2\tFit of before\n"
                           "Y\tHP:3\tFit\n"
                           "Y\tHP:9\tFit of nothing\n"
                           "end\t8\n";

/* By the label where that has the words, else by the shortest synonym, once. */
static void test_a_synonym_finds_its_term(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct term_matches matches;
    struct releases r;
    struct err err;

    (void)state;
    releases_up(&r);
    releases_add(&r, fits, 1);
    assert_found(&r, "fit", "HP:3 HP:1");
    assert_found(&r, "epileptic fit", "HP:1");
    assert_found(&r, "seizure fit", ""); /* no name has both */
    assert_found(&r, "before", "");      /* of an obsolete term */
    assert_true(term_search(&r.sources, "fit", arena, &matches, &err));
    assert_string_equal(matches.match[0].synonym, "");
    assert_string_equal(matches.match[1].label, "Seizure");
    assert_string_equal(matches.match[1].synonym, "Fit");
    releases_down(&r);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_word_stands_in_the_label),
        cmocka_unit_test(test_genes_are_found_by_any_of_their_names),
        cmocka_unit_test(test_a_synonym_finds_its_term),
        cmocka_unit_test(test_words_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
