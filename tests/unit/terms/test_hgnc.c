/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HGNC's complete set: columns by name, lists in quotes or not, withdrawn entries left out; a file
 * that is broken anywhere changes nothing, and its line is named.
 */
#include "tests/unit/terms/bench.h"

#include <stdio.h>
#include <string.h>

#include "node/terms/gene_names.h"
#include "node/terms/hgnc.h"
#include "node/terms/term_file.h"
#include "node/terms/terms.h"
#include "tests/unit/refused.h"

static bool read_file(struct bench *b, const char *text, uint64_t *n, uint64_t *skipped)
{
    struct term_release release = {.release = "x"};
    struct term_file *file = NULL;
    bool ok;

    *skipped = 0;
    bench_text(b, text);
    assert_true(term_file_open(b->path, &file, &b->err));
    ok = hgnc_read(file, b->db, &release, skipped, &b->err);
    term_file_close(file);
    *n = release.n_terms;
    return ok;
}

static void test_names_and_columns_hold_at_the_limit_and_one_past(void **state)
{
    enum { COLUMNS_MAX = 128 }; /* of node/terms/hgnc.c */
    char name[GENE_NAME_BYTES_MAX + 2] = "", text[1024], more[2 * COLUMNS_MAX] = "";
    struct bench b;
    uint64_t n, skipped;

    (void)state;
    bench_up(&b);
    memset(name, 'N', GENE_NAME_BYTES_MAX);
    for (int past = 0; past < 2; past++) { /* what is longer is no name that anybody writes */
        snprintf(text, sizeof(text), "hgnc_id\tsymbol\talias_symbol\nHGNC:2\tZZZ\t%s\n", name);
        assert_true(read_file(&b, text, &n, &skipped));
        assert_int_equal(bench_number(&b, "SELECT count(*) FROM gene_name"), 2 - past);
        name[GENE_NAME_BYTES_MAX] = 'N';
    }
    for (int most = COLUMNS_MAX; most <= COLUMNS_MAX + 1; most++) {
        for (int i = 2; i < most; i++)
            memcpy(more + 2 * (i - 2), "\tx", 3);
        snprintf(text, sizeof(text), "hgnc_id\tsymbol%s\nHGNC:2\tZZZ\n", more);
        if (most == COLUMNS_MAX)
            assert_true(read_file(&b, text, &n, &skipped));
        else
            assert_refused(read_file(&b, text, &n, &skipped), &b.err, ERR_INVALID);
    }
    bench_down(&b);
}

static void test_names_of_all_columns_lead_to_the_gene(void **state)
{
    static const char text[] =
        "symbol\thgnc_id\tlocus\talias_symbol\tprev_symbol\tstatus\tensembl_gene_id\trefseq_"
        "accession\n"
        "ERBB2\tHGNC:3430\tx\t\"NEU|HER-2\"\tNGL\tApproved\tENSG00000141736\tNM_004448\n"
        "MMUT\tHGNC:7526\tx\tMCM\tMUT\tApproved\n"
        "GONE\tHGNC:1\tx\tHER2\t\tEntry Withdrawn\t\t\n"
        "ABC1\t5\tx\ta b|\xC3\xA5|ABC1|abc1\t\tApproved\t\t\tof a later release\r\n";
    struct bench b;
    uint64_t n, skipped;

    (void)state;
    bench_up(&b);
    assert_true(read_file(&b, text, &n, &skipped));
    assert_int_equal(n, 3);
    assert_int_equal(skipped, 1);
    assert_int_equal(bench_number(&b, "SELECT hgnc FROM gene_name WHERE name = 'NEU'"), 3430);
    assert_int_equal(bench_number(&b, "SELECT hgnc FROM gene_name WHERE name = 'HER-2'"), 3430);
    assert_int_equal(bench_number(&b, "SELECT kind FROM gene_name WHERE name = 'NGL'"), 2);
    assert_int_equal(bench_number(&b, "SELECT kind FROM gene_name WHERE name = 'MCM'"), 3);
    assert_int_equal(bench_number(&b, "SELECT kind FROM gene_name WHERE name = 'ENSG00000141736'"),
                     4);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM gene_name WHERE hgnc = 5"), 1);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM gene_name WHERE hgnc = 1"), 0);
    assert_string_equal(bench_string(&b, "SELECT symbol FROM gene_id WHERE hgnc = 5"), "ABC1");
    /* another file replaces it whole */
    assert_true(read_file(&b, "hgnc_id\tsymbol\nHGNC:2\tZZZ\n", &n, &skipped));
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM gene_name"), 1);
    bench_down(&b);
}

static void test_a_broken_file_changes_nothing_and_names_its_line(void **state)
{
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"", "no approved gene"},
        {"hgnc_id\tsymbol\n", "no approved gene"},
        {"hgnc_id\tname\nHGNC:1\tA\n", "line 1: the header"},
        {"a,b\n", "line 1: the header"},
        {"hgnc_id\tsymbol\nHGNC:x\tA\n", "line 2: hgnc_id"},
        {"hgnc_id\tsymbol\nHGNC:0\tA\n", "line 2: hgnc_id"},
        {"hgnc_id\tsymbol\nHGNC:1234567890\tA\n", "line 2: hgnc_id"},
        {"hgnc_id\tsymbol\nHGNC:1\t\n", "line 2: symbol"},
        {"hgnc_id\tsymbol\nHGNC:1\tA B\n", "line 2: symbol"},
        {"hgnc_id\tsymbol\nHGNC:1\n", "line 2: no hgnc_id"},
        {"hgnc_id\tsymbol\nHGNC:1\tA\nHGNC:1\tB\n", "line 3: its hgnc_id"},
    };
    struct bench b;
    uint64_t n, skipped;

    (void)state;
    bench_up(&b);
    assert_true(read_file(&b, "hgnc_id\tsymbol\nHGNC:2\tZZZ\n", &n, &skipped));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_refused(read_file(&b, cases[i].text, &n, &skipped), &b.err, ERR_INVALID);
        if (!strstr(b.err.text, cases[i].says))
            fail_msg("%zu: %s", i, b.err.text);
        assert_string_equal(bench_string(&b, "SELECT symbol FROM gene_id"), "ZZZ");
    }
    bench_down(&b);
}

/* At the limit of a symbol's bytes and of columns, and one past it. */
static void test_limits(void **state)
{
    char text[1024];
    struct bench b;
    uint64_t n, skipped;

    (void)state;
    bench_up(&b);
    for (int length = 64; length <= 65; length++) {
        snprintf(text, sizeof(text), "hgnc_id\tsymbol\nHGNC:1\t%0*d\n", length, 7);
        assert_int_equal(read_file(&b, text, &n, &skipped), length == 64);
    }
    for (size_t columns = 128; columns <= 129; columns++) {
        size_t at = (size_t)snprintf(text, sizeof(text), "hgnc_id\tsymbol");

        memset(text + at, '\t', columns - 2);
        snprintf(text + at + columns - 2, sizeof(text) - at - columns + 2, "\nHGNC:1\tA\n");
        assert_int_equal(read_file(&b, text, &n, &skipped), columns == 128);
    }
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_and_columns_hold_at_the_limit_and_one_past),
        cmocka_unit_test(test_names_of_all_columns_lead_to_the_gene),
        cmocka_unit_test(test_a_broken_file_changes_nothing_and_names_its_line),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
