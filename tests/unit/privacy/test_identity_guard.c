/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a Swedish personal identity number in any of its notations is seen wherever it stands
 * in a text; ordinary digits, hashes and dates are not.
 *
 * The numbers are made up from Skatteverket's published test series and the Luhn rule.
 */
#include "node/privacy/identity_guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_identity_numbers_are_seen(void **state)
{
    static const char *const dirty[] = {
        "189001019802",
        "19890201-3286",
        "890201-3286",
        "8902013286",
        "890201+3286",
        "x890201-3286y",
        "person 8902013286, again",
        "890261-3283",
        "/tmp/8902013286.vcf",
        "a 1 b 19890201-3286",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(dirty) / sizeof(dirty[0]); i++)
        if (identity_guard_clean(dirty[i]))
            fail_msg("not seen: row %zu", i);
}

static void test_other_digits_pass(void **state)
{
    static const char *const clean[] = {
        "",           "2026-11-21",           "12",          "region 12",
        "8902013287", "8913013286",           "1234567",     "89020132860",
        "GRCh38",     "2026-11-21T18:31:07Z", "890200-3286", "17-31327718-C-T",
        "500000000",  "HP:0001250",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(clean) / sizeof(clean[0]); i++)
        if (!identity_guard_clean(clean[i]))
            fail_msg("seen: row %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identity_numbers_are_seen),
        cmocka_unit_test(test_other_digits_pass),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
