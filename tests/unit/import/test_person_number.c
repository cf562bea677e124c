/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of Swedish numbers: what is one is read in every notation, its century comes from
 * the number, the sign or the record and is never guessed; a wrong check digit needs a reason.
 * Finding them in texts is tested with identity. All numbers here are made up.
 */
#include "bench.h"

#include <string.h>

#include "node/import/person_number.h"
#include "proto/base/clock.h"

#define NOW_S INT64_C(1795280000) /* November 2026 */

static void test_a_number_is_read_or_refused(void **state)
{
    static const struct {
        const char *id;
        int birth_year;
        bool any_check;
        enum person_number_form form;
        const char *number;
    } rows[] = {
        {"201212121212", 0, false, PERSON_NUMBER, "201212121212"},
        {"20121212-1212", 0, false, PERSON_NUMBER, "201212121212"},
        {"20121212\xe2\x80\x93"
         "1212",
         0, false, PERSON_NUMBER, "201212121212"},
        {"20121212\xe2\x88\x92"
         "1212",
         0, false, PERSON_NUMBER, "201212121212"}, /* the minus sign */
        {"20121212_1212", 0, false, PERSON_NUMBER, "201212121212"},
        {"121212-1212", 0, false, PERSON_NUMBER, "201212121212"},
        {"121212+1212", 0, false, PERSON_NUMBER, "191212121212"},
        {"1212121212", 0, false, PERSON_NUMBER_CENTURY, NULL},
        {"121212 1212", 0, false, PERSON_NUMBER_CENTURY, NULL},
        {"1212121212", 1912, false, PERSON_NUMBER, "191212121212"},
        {"121212-1212", 1912, false, PERSON_NUMBER, "191212121212"},
        {"1212121212", 1913, false, PERSON_NUMBER_CENTURY, NULL},
        {"1212121213", 0, false, PERSON_NUMBER_NONE, NULL},
        {"1212121213", 2012, false, PERSON_NUMBER, "201212121213"},
        {"201212121213", 0, false, PERSON_NUMBER_NONE, NULL},
        {"201212121213", 0, true, PERSON_NUMBER, "201212121213"},
        {"201212121213", 2012, false, PERSON_NUMBER, "201212121213"},
        {"201212121213", 1912, false, PERSON_NUMBER_NONE, NULL},
        {"201213121211", 0, true, PERSON_NUMBER_NONE, NULL}, /* month 13 */
        {"201201139999", 0, true, PERSON_NUMBER, "201201139999"},
        {"201202301234", 0, true, PERSON_NUMBER_NONE, NULL}, /* 30 February */
        {"2012-12-12-1212", 0, false, PERSON_NUMBER_NONE, NULL},
        {"12121212123", 0, true, PERSON_NUMBER_NONE, NULL},
        {"", 0, true, PERSON_NUMBER_NONE, NULL},
        {"A1", 0, true, PERSON_NUMBER_NONE, NULL},
    };

    (void)state;
    clock_set(0, NOW_S);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char out[PERSON_NUMBER_DIGITS + 1] = "";
        enum person_number_form form =
            person_number_read(rows[i].id, rows[i].birth_year, rows[i].any_check, out);

        if (form != rows[i].form || (rows[i].number && strcmp(out, rows[i].number) != 0))
            fail_msg("row %zu", i);
    }
    clock_release();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_number_is_read_or_refused)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
