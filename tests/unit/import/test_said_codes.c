/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise: present, and absent there or above it, is a contradiction in whatever order it is
 * said; of another person, kind or system, or with the absent one below, it is none.
 */
#include "tests/unit/import/bench.h"

#include "node/import/said_codes.h"
#include "node/store/person.h"

struct said_row {
    int person;
    enum event_kind kind;
    const char *system;
    const char *code;
    bool excluded;
    bool contradicts;
};

static void test_what_contradicts_is_told_in_whatever_order(void **state)
{
    static const struct said_row rows[] = {
        {1, EVENT_DIAGNOSIS, "icd10", "C501", false, false},
        {1, EVENT_DIAGNOSIS, "icd10", "C501", false, false},
        {1, EVENT_DIAGNOSIS, "icd10", "C501", true, true},
        {2, EVENT_DIAGNOSIS, "icd10", "C50", true, false},
        {2, EVENT_DIAGNOSIS, "icd10", "C501", false, true}, /* absent above */
        {3, EVENT_DIAGNOSIS, "icd10", "C501", true, false},
        {3, EVENT_DIAGNOSIS, "icd10", "C50", false, false}, /* absent below */
        {3, EVENT_TREATMENT, "icd10", "C501", false, false},
        {3, EVENT_DIAGNOSIS, "icd10cm", "C501", false, false},
        {4, EVENT_PHENOTYPE, "hp", "HP:0001250", false, false},
        {4, EVENT_PHENOTYPE, "hp", "HP:0001250", true, true},
        {5, EVENT_PHENOTYPE, "hp", "HP:000125", true, false}, /* not spelled so */
        {5, EVENT_PHENOTYPE, "hp", "HP:0001250", false, false},
    };
    struct said_codes *said = said_codes_new(NULL);

    (void)state;
    assert_non_null(said);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct person_id person = {{(uint8_t)rows[i].person}};
        struct event event = {.kind = rows[i].kind,
                              .system = rows[i].system,
                              .code = rows[i].code,
                              .excluded = rows[i].excluded};

        if (said_codes_take(said, &person, &event) != rows[i].contradicts)
            fail_msg("row %zu", i);
    }
    said_codes_free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_contradicts_is_told_in_whatever_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
