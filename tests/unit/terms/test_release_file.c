/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public file of a release: what is written is read back, codes find the term of today, genes
 * their symbol; a file of any other form is refused with its line, and size and pieces hold at the
 * limit and one past.
 */
#include "proto/terms/release_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/terms/release_piece.h"
#include "tests/unit/refused.h"

#define HEAD "rikstal-terms 1\nsystem\thp\nrelease\t2026-06-01\n"

static struct release_file *open_text(const char *text)
{
    struct release_file *file = NULL;
    struct err err;

    assert_true(release_file_open((const uint8_t *)text, strlen(text), &file, &err));
    return file;
}

static const char *today(const struct release_file *file, const char *code)
{
    struct release_term term;

    return release_file_find(file, code, &term) ? term.code : NULL;
}

static void test_a_code_finds_the_term_of_today(void **state)
{
    struct release_file *file = open_text(HEAD "T\tA\tRoot\t+\t\t\n"
                                               "T\tB\tSeizure\t+\t\tA\n"
                                               "T\tC\told\t-\tD\t\n"
                                               "T\tD\tolder\t-\tM\t\n"
                                               "T\tE\tgone\t-\t\t\n"
                                               "T\tF\tcircle\t-\tG\t\n"
                                               "T\tG\tcircle\t-\tF\t\n"
                                               "T\tH\tlost\t-\tZ\t\n"
                                               "A\tM\tB\n"
                                               "end\t9\n");
    struct release_term term;

    (void)state;
    assert_string_equal(release_file_system(file), "hp");
    assert_string_equal(release_file_release(file), "2026-06-01");
    assert_int_equal(release_file_n_terms(file), 8);
    assert_string_equal(release_file_nth(file, 1).label, "Seizure");
    assert_string_equal(release_file_nth(file, 1).parents, "A");
    assert_string_equal(today(file, "B"), "B");
    assert_string_equal(today(file, "M"), "B");
    assert_string_equal(today(file, "C"), "B");
    assert_string_equal(today(file, "F"), "F");
    assert_string_equal(today(file, "H"), "H");
    assert_null(today(file, "Z"));
    assert_null(today(file, ""));
    assert_true(release_file_find(file, "E", &term));
    assert_true(term.obsolete);
    release_file_free(file);
}

static void test_what_lies_below(void **state)
{
    struct release_file *file = open_text(HEAD "T\tA\t\t+\t\t\n"
                                               "T\tA1\t\t+\t\tX A\n"
                                               "T\tAA\t\t+\t\tA1\n"
                                               "T\tB\t\t+\t\tAB\n"
                                               "T\tBB\t\t-\t\t\n"
                                               "A\tM\tA\n"
                                               "end\t6\n");

    (void)state;
    assert_true(release_file_has_below(file, "A", true));
    assert_false(release_file_has_below(file, "AA", true));
    assert_true(release_file_has_below(file, "", true));
    assert_false(release_file_has_below(file, "C", true));
    assert_true(release_file_has_below(file, "A", false));
    assert_true(release_file_has_below(file, "M", false));
    assert_true(release_file_has_below(file, "A1", false));
    assert_false(release_file_has_below(file, "B", false));
    assert_false(release_file_has_below(file, "Q", false));
    release_file_free(file);
}

static void test_a_name_finds_its_gene(void **state)
{
    struct release_file *file = open_text("rikstal-terms 1\nsystem\thgnc\nrelease\tx\n"
                                          "G\t9\tTP9\nG\t1100\tBRCA1\nG\t1101\tBRCA2\n"
                                          "G\t3430\tERBB2\n"
                                          "N\tBRCA1\t1100\t1\nN\tBRCA1\t1101\t3\n"
                                          "N\tENSG1\t3430\t4\nN\tHER2\t3430\t3\n"
                                          "N\tLOST\t7\t3\n"
                                          "N\tXYZ\t1100\t3\nN\tXYZ\t1101\t2\n"
                                          "S\tC9ORF72\tC9orf72\n"
                                          "end\t12\n");
    static const struct {
        const char *name;
        enum release_gene_state state;
        const char *symbol;
        uint32_t hgnc;
    } rows[] = {
        {"HER2", RELEASE_GENE_KNOWN, "ERBB2", 3430},
        {"her2", RELEASE_GENE_KNOWN, "ERBB2", 3430},
        {"BRCA1", RELEASE_GENE_KNOWN, "BRCA1", 1100},
        {"ENSG1.7", RELEASE_GENE_KNOWN, "ERBB2", 3430},
        {"HGNC:9", RELEASE_GENE_KNOWN, "TP9", 9},
        {"HGNC:8", RELEASE_GENE_UNKNOWN, NULL, 0},
        {"HGNC:09", RELEASE_GENE_UNKNOWN, NULL, 0},
        {"HGNC:", RELEASE_GENE_UNKNOWN, NULL, 0},
        {"LOST", RELEASE_GENE_UNKNOWN, NULL, 0},
        {"c9orf72", RELEASE_GENE_KNOWN, "C9orf72", 0},
        {"XYZ", RELEASE_GENE_AMBIGUOUS, NULL, 0},
        {"", RELEASE_GENE_UNKNOWN, NULL, 0},
    };
    struct release_gene gene;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        release_file_gene(file, rows[i].name, &gene);
        assert_int_equal(gene.state, rows[i].state);
        if (rows[i].symbol) {
            assert_string_equal(gene.symbol, rows[i].symbol);
            assert_int_equal(gene.hgnc, rows[i].hgnc);
        }
    }
    release_file_gene(file, "XYZ", &gene);
    assert_string_equal(gene.others, "BRCA1, BRCA2");
    assert_int_equal(release_file_n_symbols(file), 5);
    assert_string_equal(release_file_symbol(file, 0), "TP9");
    assert_string_equal(release_file_symbol(file, 4), "C9orf72");
    release_file_free(file);
}

static void test_synonyms_stand_in_the_second_form(void **state)
{
    static const char first[] = HEAD "T\tA\ta\t+\t\t\nY\tA\tb\nend\t2\n";
    static const char none[] = "rikstal-terms 2\nsystem\thp\nrelease\tx\nT\tA\ta\t+\t\t\nend\t1\n";
    static const char unsorted[] = "rikstal-terms 2\nsystem\thp\nrelease\tx\n"
                                   "Y\tA\tc\nY\tA\tb\nend\t2\n";
    struct release_file *file = open_text("rikstal-terms 2\nsystem\thp\nrelease\tx\n"
                                          "T\tA\ta\t+\t\t\nY\tA\tb\nY\tA\tc\nend\t3\n");
    struct err err;

    (void)state;
    assert_int_equal(release_file_n_synonyms(file), 2);
    assert_string_equal(release_file_synonym(file, 1).code, "A");
    assert_string_equal(release_file_synonym(file, 1).text, "c");
    release_file_free(file);
    assert_refused(release_file_open((const uint8_t *)first, strlen(first), &file, &err), &err,
                   ERR_INVALID);
    assert_refused(release_file_open((const uint8_t *)none, strlen(none), &file, &err), &err,
                   ERR_INVALID);
    assert_refused(release_file_open((const uint8_t *)unsorted, strlen(unsorted), &file, &err),
                   &err, ERR_INVALID);
}

static void test_what_is_written_is_read(void **state)
{
    struct release_term term = {.code = "C50", .label = "a\tb", .parents = "", .replace = NULL};
    struct release_file *file = NULL;
    struct bytes out = {0};
    struct err err;

    (void)state;
    release_file_begin("icd10", "2026", false, &out);
    release_file_add_term(&term, &out);
    release_file_add('A', "C51", "C50", NULL, &out);
    release_file_add('N', "X", "3", "1", &out);
    release_file_end(3, &out);
    assert_true(release_file_open(out.data, out.size, &file, &err));
    assert_string_equal(release_file_nth(file, 0).label, ""); /* it could not be printed */
    assert_string_equal(today(file, "C51"), "C50");
    release_file_free(file);
    bytes_clear(&out);
}

static void test_any_other_form_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "rikstal-terms 2\nsystem\thp\nrelease\tx\nend\t0\n",
        "rikstal-terms 1\nrelease\tx\nsystem\thp\nend\t0\n",
        "rikstal-terms 1\nsystem\t\nrelease\tx\nend\t0\n",
        HEAD "end\t0",
        HEAD "end\t1\n",
        HEAD "end\t00\n",
        HEAD "end\t0\nend\t0\n",
        HEAD "T\tA\t\t+\t\t\n",
        HEAD "T\tA\t\t+\t\nend\t1\n",
        HEAD "T\tA\t\t+\t\t\t\nend\t1\n",
        HEAD "T\t\t\t+\t\t\nend\t1\n",
        HEAD "T\tA\t\t*\t\t\nend\t1\n",
        HEAD "T\tA\t\t+\t\t\nT\tA\t\t+\t\t\nend\t2\n",
        HEAD "T\tB\t\t+\t\t\nT\tA\t\t+\t\t\nend\t2\n",
        HEAD "A\tB\tA\nT\tA\t\t+\t\t\nend\t2\n",
        HEAD "A\tB\t\nend\t1\n",
        HEAD "X\tB\tA\nend\t1\n",
        HEAD "\nend\t0\n",
        HEAD "TT\tB\tA\nend\t1\n",
        HEAD "G\t0\tA\nend\t1\n",
        HEAD "G\t01\tA\nend\t1\n",
        HEAD "G\t4294967296\tA\nend\t1\n",
        HEAD "G\t10\tA\nG\t9\tB\nend\t2\n",
        HEAD "N\tA\t1\t5\nend\t1\n",
        HEAD "N\tA\t1\t\nend\t1\n",
        HEAD "N\tA\t2\t1\nN\tA\t1\t1\nend\t2\n",
        HEAD "S\tA\ta\nS\tA\tA\nend\t2\n",
        HEAD "T\tA\t\033[2J\t+\t\t\nend\t1\n",
        HEAD "T\tA\t\xff\t+\t\t\nend\t1\n",
        HEAD "T\tA\t\t+\t\t\r\nend\t1\n",
    };
    struct release_file *file = NULL;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_refused(release_file_open((const uint8_t *)texts[i], strlen(texts[i]), &file, &err),
                       &err, ERR_INVALID);
    assert_refused_for(release_file_open((const uint8_t *)HEAD "T\tB\t\t+\t\t\nx\nend\t1\n",
                                         sizeof(HEAD "T\tB\t\t+\t\t\nx\nend\t1\n") - 1, &file,
                                         &err),
                       &err, ERR_INVALID, "line 5");
    assert_refused_for(
        release_file_open((const uint8_t *)HEAD "end\t0\0\n", sizeof(HEAD) + 6, &file, &err), &err,
        ERR_INVALID, "NUL");
    assert_null(file);
}

static void test_a_file_holds_at_the_limit_and_one_past(void **state)
{
    static const char end[] = "\nend\t1\n", row[] = HEAD "S\tA\t";
    char *text = malloc(RELEASE_FILE_BYTES_MAX + 1);
    struct release_file *file = NULL;
    struct err err;

    (void)state;
    assert_non_null(text);
    memset(text, 'x', RELEASE_FILE_BYTES_MAX + 1);
    memcpy(text, row, sizeof(row) - 1);
    memcpy(text + RELEASE_FILE_BYTES_MAX - (sizeof(end) - 1), end, sizeof(end) - 1);
    assert_true(release_file_open((uint8_t *)text, RELEASE_FILE_BYTES_MAX, &file, &err));
    release_file_free(file);
    assert_refused_for(release_file_open((uint8_t *)text, RELEASE_FILE_BYTES_MAX + 1, &file, &err),
                       &err, ERR_INVALID, "at most");
    free(text);
}

static void test_pieces_cover_a_file_once(void **state)
{
    static const uint64_t sizes[] = {1, RELEASE_PIECE_BYTES, RELEASE_PIECE_BYTES + 1,
                                     3 * RELEASE_PIECE_BYTES - 1, RELEASE_FILE_BYTES_MAX};

    (void)state;
    assert_int_equal(release_pieces(0), 1);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        uint64_t sum = 0;
        uint32_t n = release_pieces(sizes[i]);

        for (uint32_t piece = 0; piece < n; piece++)
            sum += release_piece_size(sizes[i], piece);
        assert_int_equal(sum, sizes[i]);
        assert_true(release_piece_size(sizes[i], n - 1) > 0);
        assert_int_equal(release_piece_size(sizes[i], n), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_code_finds_the_term_of_today),
        cmocka_unit_test(test_what_lies_below),
        cmocka_unit_test(test_a_name_finds_its_gene),
        cmocka_unit_test(test_synonyms_stand_in_the_second_form),
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_any_other_form_is_refused),
        cmocka_unit_test(test_a_file_holds_at_the_limit_and_one_past),
        cmocka_unit_test(test_pieces_cover_a_file_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
