/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a node's folder is read by its node.conf; a missing or unknown key is named; paths that
 * do not fit are refused.
 */
#include "node/keeper/home.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/keeper/outbox.h"
#include "tests/unit/refused.h"

static bool read_with(const char *text, struct home *home, struct err *err)
{
    char dir[] = "/tmp/rikstal-home-XXXXXX", path[64];
    FILE *file;

    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/node.conf", dir);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
    bool read = home_read(dir, home, err);

    unlink(path);
    rmdir(dir);
    return read;
}

static void test_region_and_network_are_read(void **state)
{
    char path[HOME_PATH_BYTES];
    struct home home;
    struct err err;

    (void)state;
    assert_true(
        read_with("[node]\nregion = 12\nnetwork = demo\n[link]\ncoordinator = a:1\n", &home, &err));
    assert_string_equal(home.node, "12");
    assert_string_equal(home.network, "demo");
    assert_true(home_path(&home, "keys/node.key", path, &err));
    assert_non_null(strstr(path, "/keys/node.key"));
    memset(path, 'x', sizeof(path));
    path[sizeof(path) - 1] = 0;
    assert_refused(home_path(&home, path, path, &err), &err, ERR_INVALID);
}

static void test_the_slot_factor_at_the_limit_and_one_past(void **state)
{
    char text[128];

    (void)state;
    for (unsigned factor = 0; factor <= SLOT_FACTOR_MAX + 1; factor++) {
        struct home home;
        struct err err;

        snprintf(text, sizeof(text),
                 "[node]\nregion = 12\nnetwork = demo\n[keeper]\nslot_factor = %u\n", factor);
        if (factor >= 1 && factor <= SLOT_FACTOR_MAX) {
            assert_true(read_with(text, &home, &err));
            assert_int_equal(home.slot_factor, factor);
        } else {
            assert_refused_for(read_with(text, &home, &err), &err, ERR_INVALID, "slot_factor");
        }
    }
}

static void test_what_is_missing_or_unknown_is_named(void **state)
{
    struct home home = {.node = "untouched"};
    struct err err;

    (void)state;
    assert_refused(read_with("[node]\nregion = 12\n", &home, &err), &err, ERR_INVALID);
    assert_non_null(strstr(err.text, "network"));
    assert_refused(read_with("[node]\nregion = 12\nnetwork = demo\nhat = 7\n", &home, &err), &err,
                   ERR_INVALID);
    assert_non_null(strstr(err.text, "hat"));
    assert_string_equal(home.node, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_region_and_network_are_read),
        cmocka_unit_test(test_the_slot_factor_at_the_limit_and_one_past),
        cmocka_unit_test(test_what_is_missing_or_unknown_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
