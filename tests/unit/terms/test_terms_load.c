/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of loading: the format is told by the content, plain or packed; the same file again
 * is nothing to do; a file that breaks off in the middle leaves the older release whole; a gene
 * file needs its assembly. With the project's shared data beside the tree, the real files load too.
 */
#include "tests/unit/terms/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/terms/graph.h"
#include "node/terms/terms_load.h"
#include "proto/base/sql.h"
#include "tests/unit/refused.h"

static const char obo[] = "data-version: hp/releases/2024-04-26\n\n"
                          "[Term]\nid: HP:0000001\nname: All\n\n"
                          "[Term]\nid: HP:0001250\nname: Seizure\nis_a: HP:0000001 ! All\n";
static const char json[] =
    " {\"graphs\":[{\"meta\":{\"version\":\"releases/2025-01-16/hp.json\"},\"nodes\":["
    "{\"id\":\"http://purl.obolibrary.org/obo/HP_0000001\",\"lbl\":\"All\"}],\"edges\":[]}]}";

static bool load(struct bench *b, const char *system, struct terms_load_result *result)
{
    struct terms_load_options options = {0};

    return terms_load(b->db, system, b->path, &options, result, &b->err);
}

static void test_the_format_is_told_by_the_content(void **state)
{
    struct terms_load_result result;
    struct bench b;

    (void)state;
    bench_up(&b);
    bench_gzip(&b, obo);
    assert_true(load(&b, "hpo", &result));
    assert_string_equal(result.release.release, "2024-04-26");
    assert_int_equal(result.release.n_terms, 2);
    bench_text(&b, json);
    assert_true(load(&b, "hpo", &result));
    assert_string_equal(result.release.release, "2025-01-16");
    assert_int_equal(result.release.n_terms, 1);
    assert_refused(load(&b, "snomed", &result), &b.err, ERR_INVALID);
    bench_down(&b);
}

static void test_the_same_file_again_is_nothing_to_do(void **state)
{
    struct terms_load_options named = {.release = "2026"};
    struct terms_load_result result;
    struct bench b;

    (void)state;
    bench_up(&b);
    bench_text(&b, "code,label\nC50,Breast\n");
    assert_true(load(&b, "icd10", &result));
    assert_false(result.known);
    assert_true(load(&b, "icd10", &result));
    assert_true(result.known);
    assert_int_equal(result.release.n_terms, 1);
    assert_true(terms_load(b.db, "icd10", b.path, &named, &result, &b.err));
    assert_false(result.known); /* another name for it */
    assert_true(sql_run(b.db, "UPDATE term_release SET reader = 1", &b.err));
    assert_true(terms_load(b.db, "icd10", b.path, &named, &result, &b.err));
    assert_false(result.known); /* an older reader kept less of it */
    assert_string_equal(result.release.release, "2026");
    bench_down(&b);
}

static void test_a_file_that_breaks_off_leaves_the_older_release(void **state)
{
    struct terms_load_result result;
    struct bench b;
    char cut[sizeof(obo)];

    (void)state;
    bench_up(&b);
    bench_text(&b, "data-version: 1\n[Term]\nid: HP:0000009\n");
    assert_true(load(&b, "hpo", &result));
    snprintf(cut, sizeof(cut), "%.*s", (int)(strstr(obo, "name: Seizure") - obo + 3), obo);
    bench_text(&b, cut); /* ends in "nam" */
    assert_refused(load(&b, "hpo", &result), &b.err, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "line 9: "));
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM term WHERE code = 'HP:0000009'"), 1);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM term"), 1);
    bench_down(&b);
}

static void test_a_gene_file_needs_its_assembly(void **state)
{
    struct terms_load_options options = {.assembly = 2, .release = "109"};
    struct terms_load_result result;
    struct bench b;

    (void)state;
    bench_up(&b);
    bench_text(&b, "symbol\tchr\tstart\tend\nA\t1\t5\t9\n");
    assert_refused(load(&b, "genes", &result), &b.err, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "--assembly"));
    assert_true(terms_load(b.db, "genes", b.path, &options, &result, &b.err));
    assert_string_equal(result.release.system, "genes:GRCh38");
    assert_true(terms_load(b.db, "genes", b.path, &options, &result, &b.err));
    assert_true(result.known);
    options.assembly = 1;
    assert_true(terms_load(b.db, "genes", b.path, &options, &result, &b.err));
    assert_false(result.known);
    bench_down(&b);
}

/* DIR/data/NAME of the shared data, or false. */
static bool shared(const char *name, char path[static 512])
{
    const char *dir = getenv("RIKSTAL_SHARED");

    snprintf(path, 512, "%s/data/%s", dir ? dir : "../shared", name);
    return access(path, R_OK) == 0;
}

static void test_the_published_files_load(void **state)
{
    struct terms_load_options options = {.assembly = 2};
    struct terms_load_result result;
    struct bench b;
    char path[512];

    (void)state;
    if (!shared("ontology/hp.v2024-04-26.json.gz", path)) {
        print_message("skipped: no shared data (RIKSTAL_SHARED)\n");
        skip();
    }
    bench_up(&b);
    bench_text(&b, "");
    assert_true(terms_load(b.db, "hpo", path, &options, &result, &b.err));
    assert_string_equal(result.release.release, "2024-04-26");
    assert_int_equal(result.release.n_terms, 18962);
    assert_true(shared("ontology/icd_codes.csv.gz", path));
    assert_true(terms_load(b.db, "icd10cm", path, &options, &result, &b.err));
    assert_true(result.release.n_terms >= 71704);
    assert_true(shared("genes/ensembl_genes_grch38.tsv.gz", path));
    assert_true(terms_load(b.db, "genes", path, &options, &result, &b.err));
    options.assembly = 1;
    assert_true(shared("genes/hg19_refFlat.txt.gz", path));
    assert_true(terms_load(b.db, "genes", path, &options, &result, &b.err));
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_format_is_told_by_the_content),
        cmocka_unit_test(test_the_same_file_again_is_nothing_to_do),
        cmocka_unit_test(test_a_file_that_breaks_off_leaves_the_older_release),
        cmocka_unit_test(test_a_gene_file_needs_its_assembly),
        cmocka_unit_test(test_the_published_files_load),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
