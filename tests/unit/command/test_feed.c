/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of a feed's name: from 1 byte to IMPORT_FEED_MAX, and no control character in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "node/command/feed.h"
#include "node/store/import_run.h"
#include "tests/unit/refused.h"

/* Consents declare nothing: no store is opened for them. */
static bool settled(const char *name, struct err *err)
{
    struct feed feed = {.name = name, .named = true};

    return feed_settle(&feed, "", "consent", err);
}

static void test_a_name_at_the_limit_and_one_past(void **state)
{
    char name[IMPORT_FEED_MAX + 2] = "";
    struct err err = {0};

    (void)state;
    assert_refused_for(settled(name, &err), &err, ERR_INVALID, "1 to 255 bytes");
    name[0] = 'n';
    assert_true(settled(name, &err));
    memset(name, 'n', IMPORT_FEED_MAX);
    assert_true(settled(name, &err));
    name[IMPORT_FEED_MAX] = 'n';
    assert_refused_for(settled(name, &err), &err, ERR_INVALID, "1 to 255 bytes");
}

static void test_a_control_character_is_refused(void **state)
{
    struct err err = {0};

    (void)state;
    assert_refused_for(settled("a\nb", &err), &err, ERR_INVALID, "control");
    assert_refused_for(settled("a\x7f", &err), &err, ERR_INVALID, "control");
}

/* The words are read in any order, and "nothing" contradicts whatever stands beside it. */
static void test_nothing_stands_alone(void **state)
{
    struct feed feed = {0};
    struct err err = {0};

    (void)state;
    assert_true(feed_delivers(&feed, "diagnosis:icd10, phenotype:hp", &err));
    assert_int_equal(feed.declared.n, 2);
    assert_refused_for(feed_delivers(&feed, "nothing", &err), &err, ERR_INVALID, "stands alone");
    feed = (struct feed){0};
    assert_true(feed_delivers(&feed, "nothing", &err));
    assert_int_equal(feed.declared.n, 1);
    assert_refused_for(feed_delivers(&feed, "treatment:atc", &err), &err, ERR_INVALID,
                       "stands alone");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_name_at_the_limit_and_one_past),
        cmocka_unit_test(test_a_control_character_is_refused),
        cmocka_unit_test(test_nothing_stands_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
