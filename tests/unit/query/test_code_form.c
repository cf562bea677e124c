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
    {code_form_icd10, "c50", "C50"},
    {code_form_icd10, "C50.1", "C501"},
    {code_form_icd10, "C50-", "C50"},
    {code_form_icd10, "E10.4+", "E104"},
    {code_form_icd10, "E10.4\xe2\x80\xa0*", "E104"},
    {code_form_icd10, "J06P", "J06P"},
    {code_form_icd10, "Z51X", "Z51X"},
    {code_form_icd10, "C5", NULL},
    {code_form_icd10, "C5O", NULL},
    {code_form_icd10, "C50.", NULL},
    {code_form_icd10, "C50.O", NULL},
    {code_form_icd10, "C50 ", NULL},
    {code_form_icd10, "C4A", NULL},
    {code_form_icd10cm, "C4A.0", "C4A0"},
    {code_form_icd10cm, "S72.001A", "S72001A"},
    {code_form_icd10cm, "C4C", NULL},
    {code_form_icd9, "174.9", "1749"},
    {code_form_icd9, "E999", "E999"},
    {code_form_icd9, "17", NULL},
    {code_form_icd11, "2c60.z", "2C60.Z"},
    {code_form_icd11, "260", NULL},
    {code_form_icdo3, "8500/3", "8500/3"},
    {code_form_icdo3, "M-8500/3", "8500/3"},
    {code_form_icdo3, "C50.4", "C504"},
    {code_form_icdo3, "8500", NULL},
    {code_form_icdo3, "85003", NULL},
    {code_form_icdo3, "D50.4", NULL},
    {code_form_snomed, "254837009", "254837009"},
    {code_form_snomed, "22298006", "22298006"},
    {code_form_snomed, "45991000052106", "45991000052106"},
    {code_form_snomed, "254837008", NULL}, /* a wrong digit */
    {code_form_snomed, "245837009", NULL}, /* two digits that changed places */
    {code_form_snomed, "25483", NULL},
    {code_form_snomed, "054837009", NULL},
    {code_form_atc, "l", "L"},
    {code_form_atc, "L01XK01", "L01XK01"},
    {code_form_atc, "L0", NULL},
    {code_form_atc, "L01XK0", NULL},
    {code_form_kva, "AA001", "AA001"},
    {code_form_kva, "jab30", "JAB30"},
    {code_form_kva, "AA01", NULL},
    {code_form_loinc, "2160-0", "2160-0"},
    {code_form_loinc, "718-7", "718-7"},
    {code_form_loinc, "2160-1", NULL},
    {code_form_loinc, "2610-0", NULL},
    {code_form_loinc, "-0", NULL},
    {code_form_loinc, "2160", NULL},
    {code_form_npu, "npu03429", "NPU03429"},
    {code_form_npu, "SWE05170", "SWE05170"},
    {code_form_npu, "NPU3429", NULL},
    {code_form_omimps, "PS227650", "227650"},
    {code_form_omimps, "P227650", NULL},
    {code_form_ncit, "C4872", "C4872"},
    {code_form_ncit, "4872", NULL},
    {code_form_umls, "C0006142", "C0006142"},
    {code_form_umls, "C006142", NULL},
    {code_form_igsr, "FIN", "FIN"},
    {code_form_igsr, "FI", NULL},
    {code_form_local, "a/b-1", "a/b-1"},
    {code_form_local, "a b", NULL},
    {code_form_local, "", NULL},
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
    assert_true(code_form_local(text, made));
    assert_false(code_form_icd10(text, made));
    assert_false(code_form_kva(text, made));
    text[CODE_CODE_MAX - 1] = 'a';
    text[CODE_CODE_MAX] = 0;
    assert_false(code_form_local(text, made));
    assert_false(code_form_icd10(text, made));
    assert_false(code_form_kva(text, made));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_form_is_read_and_its_neighbour_is_not),
        cmocka_unit_test(test_a_code_holds_at_the_limit_and_not_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
