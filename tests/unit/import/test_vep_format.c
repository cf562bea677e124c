/* SPDX-License-Identifier: Apache-2.0 */
/* The columns of an annotation are those that its Description names, in whatever form. */
#include "tests/unit/import/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/vep.h"

#define BCSQ                                                                                       \
    "Local consequence annotation from BCFtools/csq. Format: '[*]consequence|gene|transcript|"     \
    "biotype[|strand|amino_acid_change|dna_change]' or, for consequences of variants split "       \
    "across multiple sites, a pointer to the record storing the consequences '@position'."

static void test_forms_and_columns(void **state)
{
    static const struct {
        const char *description;
        enum vep_form form;
        unsigned n_columns;
        unsigned at; /* this column ... */
        enum vep_column column;
    } cases[] = {
        {"VEP. Format: Allele|Consequence|SYMBOL", VEP_FORM_VEP, 3, 2, VEP_SYMBOL},
        {"Format:consequence|ALLELE|x", VEP_FORM_VEP, 3, 1, VEP_ALLELE},
        {"Format: Consequence|MANE_SELECT|MANE", VEP_FORM_VEP, 3, 2, VEP_MANE},
        {"Format: Consequence|gnomADg_AF|CLIN_SIG", VEP_FORM_VEP, 3, 1, VEP_FREQUENCY},
        {"Format: Consequence|gnomADg_AF|CLIN_SIG", VEP_FORM_VEP, 3, 2, VEP_CLINVAR},
        {"Functional annotations: 'Allele | Annotation | Gene_Name' ", VEP_FORM_ANN, 3, 2,
         VEP_SYMBOL},
        {"Effects.Format: 'Effect ( Impact | Gene_Name [ | ERRORS ] )' ", VEP_FORM_EFF, 4, 2,
         VEP_SYMBOL},
        {BCSQ, VEP_FORM_BCSQ, 7, 0, VEP_CONSEQUENCE},
        {BCSQ, VEP_FORM_BCSQ, 7, 1, VEP_GENE},
    };
    struct vep_format format;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_true(vep_format_read(&format, cases[i].description, strlen(cases[i].description)));
        assert_int_equal(format.form, cases[i].form);
        assert_int_equal(format.n_columns, cases[i].n_columns);
        assert_int_equal(format.columns[cases[i].at], cases[i].column);
    }
}

static void test_what_has_no_known_form_is_none(void **state)
{
    static const char *const none[] = {"",
                                       "some text",
                                       "Format: Allele|SYMBOL",
                                       "Format:",
                                       "annotations: 'Allele'",
                                       "format: Consequence"};
    struct vep_format format;

    (void)state;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_false(vep_format_read(&format, none[i], strlen(none[i])));
}

static void test_as_many_columns_as_fit_and_one_more(void **state)
{
    char *text = malloc(16 + 2 * VEP_COLUMNS_MAX);
    size_t n = (size_t)snprintf(text, 32, "Format: Effect");
    struct vep_format format;

    (void)state;
    for (unsigned i = 1; i < VEP_COLUMNS_MAX; i++, n += 2)
        memcpy(text + n, "|x", 2);
    assert_true(vep_format_read(&format, text, n));
    memcpy(text + n, "|x", 2);
    assert_false(vep_format_read(&format, text, n + 2));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms_and_columns),
        cmocka_unit_test(test_what_has_no_known_form_is_none),
        cmocka_unit_test(test_as_many_columns_as_fit_and_one_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
