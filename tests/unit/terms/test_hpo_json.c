/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the obographs reader: the same terms as from OBO, IRIs shortened, properties and
 * other relations left out and counted; what is no such document is refused.
 */
#include "tests/unit/terms/bench.h"

#include <string.h>

#include "node/terms/graph.h"
#include "node/terms/hpo.h"
#include "node/terms/term_file.h"

#define OBO "http://purl.obolibrary.org/obo/"

static bool read_json(struct bench *b, const char *text, uint64_t *skipped)
{
    struct term_release release = {0};
    struct term_writer *writer = NULL;
    struct term_file *file = NULL;
    bool ok;

    *skipped = 0;
    bench_text(b, text);
    assert_true(term_file_open(b->path, &file, &b->err));
    assert_true(term_writer_open(b->db, "hp", &writer, &b->err));
    ok = hpo_json_read(file, writer, release.release, skipped, &b->err) &&
         term_writer_commit(writer, &release, &b->err);
    term_writer_close(writer);
    term_file_close(file);
    return ok;
}

static const char good[] =
    "{\"graphs\":[{\"meta\":{\"version\":\"" OBO "hp/releases/2024-04-26/hp.json\"},"
    "\"nodes\":["
    "{\"id\":\"" OBO "HP_0000001\",\"lbl\":\"All\",\"type\":\"CLASS\"},"
    "{\"id\":\"" OBO "HP_0001250\",\"lbl\":\"Seizure\",\"type\":\"CLASS\",\"meta\":{"
    "\"synonyms\":[{\"pred\":\"hasExactSynonym\",\"val\":\"Fits\",\"xrefs\":[]},{\"val\":\"\"},{}],"
    "\"basicPropertyValues\":[{\"pred\":\"http://www.geneontology.org/formats/"
    "oboInOwl#hasAlternativeId\",\"val\":\"HP:0001275\"}]}},"
    "{\"id\":\"" OBO "HP_0000057\",\"meta\":{\"deprecated\":true,\"basicPropertyValues\":["
    "{\"pred\":\"" OBO "IAO_0100001\",\"val\":\"HP:0001250\"}]}},"
    "{\"id\":\"" OBO "BFO_0000050\",\"type\":\"PROPERTY\"}],"
    "\"edges\":["
    "{\"sub\":\"" OBO "HP_0001250\",\"pred\":\"is_a\",\"obj\":\"" OBO "HP_0000001\"},"
    "{\"sub\":\"" OBO "HP_0001250\",\"pred\":\"part_of\",\"obj\":\"" OBO "HP_0000057\"}]}]}";

static void test_terms_parents_and_release_are_read(void **state)
{
    struct term_graph *graph = NULL;
    struct bench b;
    uint64_t skipped;
    size_t n = 0;

    (void)state;
    bench_up(&b);
    assert_true(read_json(&b, good, &skipped));
    assert_int_equal(skipped, 2);
    assert_true(term_graph_load(b.db, "hp", &graph, &b.err));
    assert_string_equal(bench_string(&b, "SELECT release FROM term_release"), "2024-04-26");
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM term"), 3);
    (void)term_graph_ancestors(graph, term_graph_find(graph, "HP:0001275"), &n);
    assert_int_equal(n, 2);
    assert_int_equal(bench_number(&b, "SELECT obsolete FROM term WHERE code = 'HP:0000057'"), 1);
    term_graph_free(graph);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM term_synonym"), 1);
    assert_string_equal(bench_string(&b, "SELECT synonym FROM term_synonym"), "Fits");
    bench_down(&b);
}

static void test_what_is_no_such_document_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{}",
        "{\"graphs\":[]}",
        "{\"graphs\":[{\"nodes\":[]}]}",
        "{\"graphs\":[{\"meta\":{\"version\":\"1\"},\"nodes\":[]}]}",
        "{\"graphs\":[{\"meta\":{\"version\":\"1\"},\"nodes\":\"many\",\"edges\":7}]}",
        "{\"graphs\":[{\"meta\":{\"version\":\"1\"},\"nodes\":[{\"id\":7},null,[]]}]}",
        "{\"graphs\":[{\"meta\":{\"version\":\"1\",\"version\":\"2\"},\"nodes\":[]}]}",
    };
    struct bench b;
    uint64_t skipped;

    (void)state;
    bench_up(&b);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_false(read_json(&b, texts[i], &skipped));
        assert_int_equal(b.err.code, ERR_INVALID);
    }
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms_parents_and_release_are_read),
        cmocka_unit_test(test_what_is_no_such_document_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
