/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the table of code systems: every spelling finds one system and no two share one,
 * the example in each form is a code of that system, and an unknown spelling finds nothing.
 */
#include "proto/query/code_system.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/query/code.h"

static void test_every_spelling_finds_its_own_system(void **state)
{
    (void)state;
    for (size_t i = 0; i < code_systems_n; i++) {
        const struct code_system *system = &code_systems[i];

        assert_ptr_equal(code_system_find(system->name), system);
        assert_ptr_equal(code_system_named(system->name), system);
        for (const char *const *at = system->spellings; *at; at++)
            if (code_system_find(*at) != system)
                fail_msg("%s is not found as %s", *at, system->name);
    }
}

static void test_what_files_write_is_folded(void **state)
{
    static const char *const rows[][2] = {
        {"SNOMED CT", "snomed"},
        {"snomed-ct", "snomed"},
        {"SNOMEDCT_US", "snomed"},
        {"http://snomed.info/sct|http://snomed.info/sct/45991000052106", "snomed"},
        {"http://snomed.info/sct/45991000052106/version/20250531", "snomed"},
        {"https://snomed.info/sct/", "snomed"},
        {"urn:oid:2.16.840.1.113883.6.96", "snomed"},
        {"2.16.840.1.113883.6.96", "snomed"},
        {"ICD-10-SE", "icd10"},
        {"http://hl7.org/fhir/sid/icd-10", "icd10"},
        {"urn:oid:1.2.752.116.1.1.1.1.3", "icd10"},
        {"http://hl7.org/fhir/sid/icd-10-cm", "icd10cm"},
        {"KV\xc3\x85", "kva"},
        {"kv\xc3\xa5", "kva"},
        {"KVA\xcc\x8a", "kva"},
        {"ICD-O-3", "icdo3"},
        {"http://www.whocc.no/atc", "atc"},
        {"http://www.orpha.net", "orpha"},
        {"Orphanet", "orpha"},
        {"http://www.omim.org", "omim"},
        {"http://purl.obolibrary.org/obo/hp.owl", "hp"},
        {"http://human-phenotype-ontology.org", "hp"},
        {"http://npu-terminology.org", "npu"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct code_system *system = code_system_find(rows[i][0]);

        if (!system || strcmp(system->name, rows[i][1]) != 0)
            fail_msg("%s finds %s", rows[i][0], system ? system->name : "nothing");
    }
}

static void test_an_unknown_spelling_finds_nothing(void **state)
{
    static const char *const names[] = {
        "",       "icd",           "icd10gm", "snomd", "1.2.752.116.1.1.1.1.4",   "http://",
        "sct99x", "sn\xc3\xb8med", "|",       "hpx",   "http://snomed.info/sct/x"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (code_system_find(names[i]))
            fail_msg("%s finds %s", names[i], code_system_find(names[i])->name);
    assert_string_equal(code_system_near("snomd"), "snomed");
    assert_string_equal(code_system_near("icd10s"), "icd10");
}

static void test_no_two_systems_share_a_spelling(void **state)
{
    (void)state;
    for (size_t i = 0; i < code_systems_n; i++)
        for (const char *const *a = code_systems[i].spellings; *a; a++)
            for (size_t j = i + 1; j < code_systems_n; j++)
                for (const char *const *b = code_systems[j].spellings; *b; b++)
                    assert_string_not_equal(*a, *b);
}

static void test_the_example_of_each_form_is_a_code(void **state)
{
    (void)state;
    for (size_t i = 0; i < code_systems_n; i++) {
        const char *example = strstr(code_systems[i].form, "as in ");
        struct code code;

        assert_non_null(example);
        example += strlen("as in ");
        assert_true(code_parse(example, strcspn(example, " "), &code));
        assert_string_equal(code.system, code_systems[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_spelling_finds_its_own_system),
        cmocka_unit_test(test_what_files_write_is_folded),
        cmocka_unit_test(test_an_unknown_spelling_finds_nothing),
        cmocka_unit_test(test_no_two_systems_share_a_spelling),
        cmocka_unit_test(test_the_example_of_each_form_is_a_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
