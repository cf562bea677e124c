/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the forms of codes: what a system writes is read, its neighbour one character
 * away is not.
 */
#include "proto/query/code_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/query/code.h"

typedef bool form(const char *code, char *out);

static const struct row {
    form *form;
    const char *text;
    const char *made; /* NULL: refused */
} rows[] = {
    {form_icd10, "c50", "C50"},
    {form_icd10, "C50.1", "C501"},
    {form_icd10, "C50-", "C50"},
    {form_icd10, "E10.4+", "E104"},
    {form_icd10, "E10.4\xe2\x80\xa0*", "E104"},
    {form_icd10, "J06P", "J06P"},
    {form_icd10, "Z51X", "Z51X"},
    {form_icd10, "C5", NULL},
    {form_icd10, "C5O", NULL},
    {form_icd10, "C50.", NULL},
    {form_icd10, "C50.O", NULL},
    {form_icd10, "C50 ", NULL},
    {form_icd10, "C4A", NULL},
    {form_icd10cm, "C4A.0", "C4A0"},
    {form_icd10cm, "S72.001A", "S72001A"},
    {form_icd10cm, "C4C", NULL},
    {form_icd9, "174.9", "1749"},
    {form_icd9, "E999", "E999"},
    {form_icd9, "17", NULL},
    {form_icd11, "2c60.z", "2C60.Z"},
    {form_icd11, "260", NULL},
    {form_icdo3, "8500/3", "8500/3"},
    {form_icdo3, "M-8500/3", "8500/3"},
    {form_icdo3, "C50.4", "C504"},
    {form_icdo3, "8500", NULL},
    {form_icdo3, "85003", NULL},
    {form_icdo3, "D50.4", NULL},
    {form_snomed, "254837009", "254837009"},
    {form_snomed, "25483", NULL},
    {form_snomed, "054837009", NULL},
    {form_atc, "l", "L"},
    {form_atc, "L01XK01", "L01XK01"},
    {form_atc, "L0", NULL},
    {form_atc, "L01XK0", NULL},
    {form_kva, "AA001", "AA001"},
    {form_kva, "jab30", "JAB30"},
    {form_kva, "AA01", NULL},
    {form_loinc, "2160-0", "2160-0"},
    {form_loinc, "-0", NULL},
    {form_loinc, "2160", NULL},
    {form_npu, "npu03429", "NPU03429"},
    {form_npu, "SWE05170", "SWE05170"},
    {form_npu, "NPU3429", NULL},
    {form_omimps, "PS227650", "227650"},
    {form_omimps, "P227650", NULL},
    {form_ncit, "C4872", "C4872"},
    {form_ncit, "4872", NULL},
    {form_umls, "C0006142", "C0006142"},
    {form_umls, "C006142", NULL},
    {form_igsr, "FIN", "FIN"},
    {form_igsr, "FI", NULL},
    {form_local, "a/b-1", "a/b-1"},
    {form_local, "a b", NULL},
    {form_local, "", NULL},
};

static void test_a_form_is_read_and_its_neighbour_is_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char made[CODE_CODE_MAX];
        bool read = rows[i].form(rows[i].text, made);

        if (read != (rows[i].made != NULL) || (read && strcmp(made, rows[i].made) != 0))
            fail_msg("%s: %s", rows[i].text, read ? made : "refused");
    }
}

static void test_a_code_holds_at_the_limit_and_not_one_past(void **state)
{
    char text[CODE_CODE_MAX + 1], made[CODE_CODE_MAX];

    (void)state;
    memset(text, 'a', sizeof(text));
    text[CODE_CODE_MAX - 1] = 0;
    assert_true(form_local(text, made));
    assert_false(form_icd10(text, made));
    assert_false(form_kva(text, made));
    text[CODE_CODE_MAX - 1] = 'a';
    text[CODE_CODE_MAX] = 0;
    assert_false(form_local(text, made));
    assert_false(form_icd10(text, made));
    assert_false(form_kva(text, made));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_form_is_read_and_its_neighbour_is_not),
        cmocka_unit_test(test_a_code_holds_at_the_limit_and_not_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
