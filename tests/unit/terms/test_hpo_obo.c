/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the OBO reader: terms, parents, merged ids and the release are read; comments,
 * qualifiers and typedefs do not disturb; a file without a release and a line that is no OBO are
 * refused.
 */
#include "tests/unit/terms/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/terms/graph.h"
#include "node/terms/hpo.h"
#include "node/terms/term_file.h"
#include "tests/unit/refused.h"

static bool read_obo(struct bench *b, const char *text, uint64_t *skipped)
{
    struct term_release release = {0};
    struct term_writer *writer = NULL;
    struct term_file *file = NULL;
    bool ok;

    *skipped = 0;
    bench_text(b, text);
    assert_true(term_file_open(b->path, &file, &b->err));
    assert_true(term_writer_open(b->db, "hp", &writer, &b->err));
    ok = hpo_obo_read(file, writer, release.release, skipped, &b->err) &&
         term_writer_commit(writer, &release, &b->err);
    term_writer_close(writer);
    term_file_close(file);
    return ok;
}

static const char good[] = "format-version: 1.2\r\n"
                           "data-version: hp/releases/2024-04-26\r\n"
                           "! a comment\n\n"
                           "[Term]\n"
                           "id: HP:0000001\n"
                           "name: All\n\n"
                           "[Term]\n"
                           "id: HP:0001250\n"
                           "name: Seizure\\, of any kind\n"
                           "alt_id: HP:0001275\n"
                           "def: \"A: thing.\" [PMID:1]\n"
                           "synonym: \"A \\\"fit\\\"\" BROAD layperson [ORCID:1, x:\"y\"]\n"
                           "synonym: \"Fits\" EXACT []\n"
                           "synonym: \"Fits\" RELATED []\n"
                           "is_a: HP:0000001 {xref=\"x\"} ! All\n"
                           "is_a: UPHENO:0000001 ! of another ontology\n\n"
                           "[Term]\n"
                           "id: HP:0000057\n"
                           "name: obsolete Something\n"
                           "synonym: \"Nothing\" EXACT []\n"
                           "is_obsolete: true\n"
                           "replaced_by: HP:0001250\n\n"
                           "[Term]\n"
                           "id: MONDO:0000001\n"
                           "name: disease\n\n"
                           "[Typedef]\n"
                           "id: part_of\n"
                           "is_a: HP:0000001\n";

static void test_terms_parents_and_release_are_read(void **state)
{
    struct term_graph *graph = NULL;
    struct bench b;
    uint64_t skipped;
    size_t n = 0;

    (void)state;
    bench_up(&b);
    assert_true(read_obo(&b, good, &skipped));
    assert_int_equal(skipped, 1);
    assert_true(term_graph_load(b.db, "hp", &graph, &b.err));
    assert_string_equal(bench_string(&b, "SELECT release FROM term_release"), "2024-04-26");
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM term"), 3);
    (void)term_graph_ancestors(graph, term_graph_find(graph, "HP:0001275"), &n);
    assert_int_equal(n, 2);
    assert_int_equal(bench_number(&b, "SELECT obsolete FROM term WHERE code = 'HP:0000057'"), 1);
    term_graph_free(graph);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM term_synonym"), 2);
    assert_string_equal(bench_string(&b, "SELECT synonym FROM term_synonym ORDER BY synonym"),
                        "A \"fit\"");
    assert_string_equal(bench_string(&b, "SELECT label FROM term WHERE code = 'HP:0001250'"),
                        "Seizure, of any kind");
    bench_down(&b);
}

static void test_what_is_no_obo_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "data-version: 1\n",                                         /* no term */
        "[Term]\nid: HP:0000001\n",                                  /* no release */
        "data-version: 1\nthis is prose\n",                          /* no tag */
        "data-version: 1\n[Term]\nid: HP:0000001\nid: HP:0000002\n", /* two ids */
        "data-version: 1\n[Term]\nid: MONDO:1\nid: HP:0000002\n",
        "data-version: 1\n[Term]\nid: HP:000001\n", /* ids that are none */
        "data-version: 1\n[Term]\nid: HP:00000012\n",
        "data-version: 1\n[Term]\nid: hp:0000001\n",
        "data-version: 1\n[Term]\nid: HP_0000001\n",
        "data-version: 1\n[Term]\nid:\n",
        "data-version: 1\n[Term]\nname: without an id\n",
        "data-version: 1\n[Term]\nid: HP:0000001\nis_a: HP:000000l\n",
        "data-version: 1\n[Term]\nid: HP:0000001\nis_a:\n",
        "data-version: 1\n[Term]\nid: HP:0000001\nis_a: ! All\n",
        "data-version: 1\n[Term]\nid: HP:0000001\nis_a: UPHENO:\n",
        "data-version: 1\n[Term]\nid: HP:0000001\nalt_id: 0000002\n",
        "data-version: 1\n[Term]\nid: HP:0000001\nis_obsolete: true\nreplaced_by: HP:12\n",
        "data-version: 1\n[Term]\nid: HP:0000001\n[Term]\nid: HP:0000001\n",
        "data-version: 1\n[Term]\nid: HP:0000001\nis_a: HP:0000009\n",
        "data-version: 1\n[Term]\nid: HP:0000001\nis_a: HP:0000001\n",
        "data-version: 1\n[Term]\nid: HP:0000001\nsynonym: Fits EXACT []\n",
        "data-version: 1\n[Term]\nid: HP:0000001\nsynonym: \"Fits EXACT []\n",
        "data-version: 1\n[Term]\nid: HP:0000001\nsynonym: \"\" EXACT []\n",
    };
    struct bench b;
    uint64_t skipped;

    (void)state;
    bench_up(&b);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_false(read_obo(&b, texts[i], &skipped));
        assert_int_equal(b.err.code, ERR_INVALID);
    }
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM term"), 0);
    bench_down(&b);
}

static void test_a_term_has_so_many_merged_ids_and_not_one_more(void **state)
{
    enum { TERM_LINKS_MAX = 256 }; /* of node/terms/hpo_obo.c */
    char *text = malloc(16384);
    struct bench b;
    uint64_t skipped;

    (void)state;
    assert_non_null(text);
    bench_up(&b);
    for (int most = TERM_LINKS_MAX; most <= TERM_LINKS_MAX + 1; most++) {
        size_t at = (size_t)snprintf(text, 16384, "data-version: 1\n[Term]\nid: HP:0000001\n");

        for (int i = 0; i < most; i++)
            at += (size_t)snprintf(text + at, 16384 - at, "alt_id: HP:%07d\n", 1000 + i);
        if (most == TERM_LINKS_MAX)
            assert_true(read_obo(&b, text, &skipped));
        else
            assert_refused_for(read_obo(&b, text, &skipped), &b.err, ERR_INVALID, "256 links");
    }
    free(text);
    bench_down(&b);
}

static void test_ids_and_releases_have_their_forms(void **state)
{
    char release[TERM_RELEASE_BYTES];

    (void)state;
    assert_true(hpo_is_id("HP:0001250"));
    assert_false(hpo_is_id("HP:001250"));
    assert_false(hpo_is_id("HP:00012500"));
    assert_false(hpo_is_id("hp:0001250"));
    hpo_release("http://x/hp/releases/2024-04-26/hp.json", release);
    assert_string_equal(release, "2024-04-26");
    hpo_release("v7", release);
    assert_string_equal(release, "v7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms_parents_and_release_are_read),
        cmocka_unit_test(test_what_is_no_obo_is_refused),
        cmocka_unit_test(test_a_term_has_so_many_merged_ids_and_not_one_more),
        cmocka_unit_test(test_ids_and_releases_have_their_forms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
