/* SPDX-License-Identifier: Apache-2.0 */
/* A file judges what its header declares and a known caller looks for, and nothing without one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/import/sv_caller.h"
#include "proto/query/sv_type.h"

static unsigned judged(const char *const *lines)
{
    struct sv_caller_marks marks = {0};

    for (; *lines; lines++)
        sv_caller_meta(&marks, *lines, strlen(*lines));
    return sv_caller_judged(&marks);
}

#define DEL "##ALT=<ID=DEL,Description=\"Deletion\">"
#define TANDEM "##ALT=<ID=DUP:TANDEM,Description=\"Tandem Duplication\">"
#define INSERTION "##ALT=<ID=INS>"
#define BREAKEND "##ALT=<ID=BND,Description=\"Breakend\">"

static void test_a_known_caller_and_what_is_declared(void **state)
{
    static const char *const manta[] = {
        "##source=GenerateSVCandidates 1.6.0", DEL, TANDEM, INSERTION, BREAKEND, NULL};
    static const char *const cmdline[] = {"##cmdline=/opt/bin/configManta.py --bam x.bam", DEL,
                                          NULL};
    static const char *const tiddit[] = {"##source=TIDDIT-3.6.0", DEL, INSERTION, NULL};
    static const char *const merged[] = {"##source=TIDDIT-3.6.0",
                                         "##source=CNVnator",
                                         "##source=GenerateSVCandidates 1.6.0",
                                         DEL,
                                         INSERTION,
                                         NULL};

    (void)state;
    assert_int_equal(judged(manta), SV_BIT(SV_DEL) | SV_BIT(SV_DUP) | SV_BIT(SV_INS));
    assert_int_equal(judged(cmdline), SV_BIT(SV_DEL));
    assert_int_equal(judged(tiddit), SV_BIT(SV_DEL));
    assert_int_equal(judged(merged), SV_BIT(SV_DEL) | SV_BIT(SV_INS));
}

static void test_nothing_without_one(void **state)
{
    static const char *const unknown[] = {"##source=Severusv1.0", DEL, INSERTION, NULL};
    static const char *const bins[] = {"##source=CNVnator", DEL, NULL};
    static const char *const undeclared[] = {"##source=GenerateSVCandidates 1.6.0", BREAKEND, "##",
                                             NULL};

    (void)state;
    assert_int_equal(judged(unknown), 0);
    assert_int_equal(judged(bins), 0);
    assert_int_equal(judged(undeclared), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_known_caller_and_what_is_declared),
        cmocka_unit_test(test_nothing_without_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
