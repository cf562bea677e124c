/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of pin: what is pinned is read back, by name and in the list; a release is never
 * pinned to another snapshot; what was dropped is gone and may be pinned again; a damaged file is
 * an error; PINS_MAX releases are pinned and not one more.
 */
#include "node/snapshot/pin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/file.h"
#include "tests/unit/refused.h"

static char dir[64];
static struct err err;

static int up(void **state)
{
    (void)state;
    snprintf(dir, sizeof(dir), "/tmp/rikstal-pin-XXXXXX");
    return mkdtemp(dir) ? 0 : 1;
}

static int down(void **state)
{
    struct pin pins[PINS_MAX];
    char path[96];
    size_t n;

    (void)state;
    if (!pin_list(dir, pins, &n, &err))
        return 1;
    for (size_t i = 0; i < n; i++)
        if (!pin_drop(dir, pins[i].release, &err))
            return 1;
    snprintf(path, sizeof(path), "%s/release", dir);
    (void)rmdir(path);
    return rmdir(dir);
}

static struct pin pin_of(const char *release, uint8_t snapshot)
{
    struct pin pin = {.snapshot = {snapshot}};

    snprintf(pin.release, sizeof(pin.release), "%s", release);
    return pin;
}

static bool has(const char *release, uint8_t snapshot)
{
    struct pin pin;
    bool found;

    assert_true(pin_read(dir, release, &pin, &found, &err));
    return found && pin.snapshot[0] == snapshot && strcmp(pin.release, release) == 0;
}

static void test_what_is_pinned_is_read_back(void **state)
{
    struct pin november = pin_of("2026-11", 1), week = pin_of("2026-W47b", 2), pins[PINS_MAX];
    size_t n;

    (void)state;
    assert_true(pin_list(dir, pins, &n, &err));
    assert_int_equal(n, 0);
    assert_false(has("2026-11", 1));
    assert_true(pin_put(dir, &november, &err) && pin_put(dir, &week, &err));
    assert_true(has("2026-11", 1) && has("2026-W47b", 2));
    assert_true(pin_list(dir, pins, &n, &err));
    assert_int_equal(n, 2);
    assert_int_equal(pins[0].snapshot[0] + pins[1].snapshot[0], 3);
}

static void test_a_release_is_never_pinned_to_another_snapshot(void **state)
{
    struct pin first = pin_of("2026-11", 1), second = pin_of("2026-11", 2);

    (void)state;
    assert_true(pin_put(dir, &first, &err));
    assert_true(pin_put(dir, &first, &err)); /* again: nothing to do */
    assert_refused(pin_put(dir, &second, &err), &err, ERR_DENIED);
    assert_true(has("2026-11", 1));
    assert_true(pin_drop(dir, "2026-11", &err));
    assert_true(pin_drop(dir, "2026-11", &err)); /* nothing is there */
    assert_false(has("2026-11", 1));
    assert_true(pin_put(dir, &second, &err));
    assert_true(has("2026-11", 2));
}

static void test_damage_and_names_are_errors(void **state)
{
    struct pin november = pin_of("2026-11", 1), pins[PINS_MAX];
    char path[96];
    bool found;
    size_t n;

    (void)state;
    assert_refused(pin_read(dir, "../roots", pins, &found, &err), &err, ERR_INVALID);
    assert_refused(pin_read(dir, "", pins, &found, &err), &err, ERR_INVALID);
    assert_true(pin_put(dir, &november, &err));
    snprintf(path, sizeof(path), "%s/release/2026-11", dir);
    assert_true(file_write(path, "0123", 4, 0600, &err));
    assert_refused(pin_read(dir, "2026-11", pins, &found, &err), &err, ERR_INTERNAL);
    assert_refused(pin_list(dir, pins, &n, &err), &err, ERR_INTERNAL);
    assert_refused(pin_put(dir, &november, &err), &err, ERR_INTERNAL);
    assert_int_equal(unlink(path), 0);
    snprintf(path, sizeof(path), "%s/release/.2026-11.tmp", dir); /* what a crash leaves behind */
    assert_true(file_write(path, "0123", 4, 0600, &err));
    assert_true(pin_list(dir, pins, &n, &err));
    assert_int_equal(n, 0);
    assert_int_equal(unlink(path), 0);
}

static void test_so_many_and_not_one_more(void **state)
{
    struct pin pins[PINS_MAX], more = pin_of("2030-01", 1);
    char name[PIN_NAME_BYTES], path[96];
    uint8_t hex[65];
    size_t n;

    (void)state;
    for (size_t i = 0; i < PINS_MAX; i++) {
        snprintf(name, sizeof(name), "2026-W%02zu", i + 1);
        more = pin_of(name, 1);
        assert_true(pin_put(dir, &more, &err));
    }
    more = pin_of("2030-01", 1);
    assert_refused(pin_put(dir, &more, &err), &err, ERR_EXHAUSTED);
    assert_true(pin_list(dir, pins, &n, &err));
    assert_int_equal(n, PINS_MAX);
    memset(hex, '0', 64);
    hex[64] = '\n';
    snprintf(path, sizeof(path), "%s/release/2030-01", dir);
    assert_true(file_write(path, hex, 65, 0600, &err));
    assert_refused(pin_list(dir, pins, &n, &err), &err, ERR_EXHAUSTED);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_pinned_is_read_back, up, down),
        cmocka_unit_test_setup_teardown(test_a_release_is_never_pinned_to_another_snapshot, up,
                                        down),
        cmocka_unit_test_setup_teardown(test_damage_and_names_are_errors, up, down),
        cmocka_unit_test_setup_teardown(test_so_many_and_not_one_more, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
