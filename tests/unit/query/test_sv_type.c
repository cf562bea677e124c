/* SPDX-License-Identifier: Apache-2.0 */
/* Words of files become types, and a question of types means what it says for each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/query/sv_type.h"

static void expect(const char *word, bool known, enum sv_type type)
{
    enum sv_type got = SV_TYPES;

    assert_int_equal(sv_type_read(word, strlen(word), &got), known);
    if (known)
        assert_int_equal(got, type);
}

static void test_words_of_files(void **state)
{
    (void)state;
    expect("DEL", true, SV_DEL);
    expect("DEL:ME:ALU", true, SV_DEL);
    expect("DUP", true, SV_DUP);
    expect("DUP:TANDEM", true, SV_DUP);
    expect("TDUP", true, SV_DUP);
    expect("INV", true, SV_INV);
    expect("INS", true, SV_INS);
    expect("CNV", true, SV_CNV);
    expect("BND", false, SV_CNV);
    expect("CPX", false, SV_CNV);
    expect("DELETION", false, SV_CNV);
    expect("del", false, SV_CNV);
    expect("", false, SV_CNV);
}

static void test_what_a_question_means(void **state)
{
    (void)state;
    assert_int_equal(sv_type_fits(SV_DEL, SV_BIT(SV_DEL)), SV_YES);
    assert_int_equal(sv_type_fits(SV_DEL, SV_BIT(SV_DUP)), SV_NO);
    assert_int_equal(sv_type_fits(SV_DEL, SV_COPIES), SV_YES);
    assert_int_equal(sv_type_fits(SV_INV, SV_COPIES), SV_NO);
    assert_int_equal(sv_type_fits(SV_CNV, SV_COPIES), SV_YES);
    assert_int_equal(sv_type_fits(SV_CNV, SV_BIT(SV_DEL)), SV_PERHAPS);
    assert_int_equal(sv_type_fits(SV_CNV, SV_BIT(SV_DEL) | SV_BIT(SV_DUP)), SV_YES);
    assert_int_equal(sv_type_fits(SV_CNV, SV_BIT(SV_INS)), SV_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_of_files),
        cmocka_unit_test(test_what_a_question_means),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
