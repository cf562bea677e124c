/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of code lists: three shapes are told apart by the first row, codes are kept in the
 * spelling in which questions ask for them, and a row that is no code names its line.
 */
#include "tests/unit/terms/bench.h"

#include <stdio.h>
#include <string.h>

#include "node/terms/codes.h"
#include "node/terms/term_file.h"
#include "node/terms/term_writer.h"
#include "node/terms/terms.h"
#include "tests/unit/refused.h"

static bool read_list(struct bench *b, const char *system, const char *text, uint64_t *skipped)
{
    struct term_release release = {.release = "x"};
    struct term_writer *writer = NULL;
    struct term_file *file = NULL;
    bool ok;

    *skipped = 0;
    bench_text(b, text);
    assert_true(term_file_open(b->path, &file, &b->err));
    assert_true(term_writer_open(b->db, system, &writer, &b->err));
    ok = codes_read(file, system, writer, skipped, &b->err) &&
         term_writer_commit(writer, &release, &b->err);
    term_writer_close(writer);
    term_file_close(file);
    return ok;
}

static void expect_label(struct bench *b, const char *system, const char *code, const char *label)
{
    char sql[160];

    snprintf(sql, sizeof(sql), "SELECT label FROM term WHERE system = '%s' AND code = '%s'", system,
             code);
    assert_string_equal(bench_string(b, sql), label);
}

static void test_three_shapes_are_told_apart(void **state)
{
    struct bench b;
    uint64_t skipped;

    (void)state;
    bench_up(&b);
    assert_true(read_list(&b, "icd10", "Titel;Kod\nBr\xf6st;c50.1A\n", &skipped));
    expect_label(&b, "icd10", "C501A", "Br\xc3\xb6st");
    assert_true(read_list(&b, "icd10", "A00,Cholera\nA00.1,\"Cholera, eltor\"\n", &skipped));
    expect_label(&b, "icd10", "A001", "Cholera, eltor");
    assert_true(read_list(&b, "icd10cm",
                          "A00,0,A000,\"Cholera, a\",\"Cholera, a\",\"Cholera\"\n"
                          "A00,1,A001,Cholera b,Cholera b,\"Cholera\"\n",
                          &skipped));
    expect_label(&b, "icd10cm", "A00", "Cholera");
    expect_label(&b, "icd10cm", "A000", "Cholera, a");
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM term WHERE system = 'icd10cm'"), 3);
    assert_true(read_list(&b, "atc", "code,name\nL01XK01,olaparib\nL01XK,PARP\n", &skipped));
    expect_label(&b, "atc", "L01XK01", "olaparib");
    bench_down(&b);
}

static void test_a_code_that_stands_twice_is_counted(void **state)
{
    struct bench b;
    uint64_t skipped;

    (void)state;
    bench_up(&b);
    assert_true(read_list(&b, "atc", "code,label\nL01,one\nL01,two\n", &skipped));
    assert_int_equal(skipped, 1);
    expect_label(&b, "atc", "L01", "one");
    bench_down(&b);
}

static void test_what_is_no_code_names_its_line(void **state)
{
    struct bench b;
    uint64_t skipped;

    (void)state;
    bench_up(&b);
    assert_refused(read_list(&b, "atc", "code,label\nL01,one\nL1X,two\n", &skipped), &b.err,
                   ERR_INVALID);
    assert_non_null(strstr(b.err.text, "line 3: "));
    assert_refused(read_list(&b, "icd10", "code,label\n50.1,one\n", &skipped), &b.err, ERR_INVALID);
    assert_refused(read_list(&b, "icd10", "root:x:0:0\n", &skipped), &b.err, ERR_INVALID);
    assert_refused(read_list(&b, "icd10", "code,label\nC50,\"open\n", &skipped), &b.err,
                   ERR_INVALID);
    assert_refused(read_list(&b, "icd10", "", &skipped), &b.err, ERR_INVALID);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM term"), 0);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_shapes_are_told_apart),
        cmocka_unit_test(test_a_code_that_stands_twice_is_counted),
        cmocka_unit_test(test_what_is_no_code_names_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
