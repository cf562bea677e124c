/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file is stored only under its own hash and only as a release file, is there after a restart,
 * and there are so many files and no more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "coordinator/ask/release_store.h"
#include "tests/unit/refused.h"

#define HASH 32

static char folder[64];

static void up(void)
{
    snprintf(folder, sizeof(folder), "/tmp/rikstal-store-XXXXXX");
    assert_non_null(mkdtemp(folder));
}

static void down(void)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

static struct bytes_view file_of(char *text, size_t room, unsigned i, uint8_t hash[static HASH])
{
    int n = snprintf(text, room, "rikstal-terms 1\nsystem\thp\nrelease\t%u\nend\t0\n", i);

    crypto_generichash(hash, HASH, (uint8_t *)text, (size_t)n, NULL, 0);
    return (struct bytes_view){(uint8_t *)text, (size_t)n};
}

static void test_what_is_stored_is_there_after_a_restart(void **state)
{
    struct release_store *store;
    struct bytes out = {0};
    struct bytes_view file;
    uint8_t hash[HASH];
    char text[128];
    struct err err;

    (void)state;
    up();
    assert_true(release_store_open(folder, &store, &err));
    file = file_of(text, sizeof(text), 1, hash);
    assert_false(release_store_has(store, hash));
    assert_true(release_store_put(store, hash, file, &err));
    assert_true(release_store_put(store, hash, file, &err)); /* it is there */
    release_store_close(store);
    assert_true(release_store_open(folder, &store, &err));
    assert_true(release_store_has(store, hash));
    assert_true(release_store_read(store, hash, &out, &err));
    assert_int_equal(out.size, file.size);
    assert_memory_equal(out.data, file.data, file.size);
    bytes_clear(&out);
    release_store_close(store);
    down();
}

static void test_other_bytes_are_refused(void **state)
{
    static const char *const wrong[] = {"", "rikstal-terms 1\n", "persons\n"};
    struct release_store *store;
    uint8_t hash[HASH], other[HASH];
    struct bytes_view file;
    char text[128];
    struct err err;

    (void)state;
    up();
    assert_true(release_store_open(folder, &store, &err));
    file = file_of(text, sizeof(text), 1, hash);
    memcpy(other, hash, HASH);
    other[31] ^= 1;
    assert_refused(release_store_put(store, other, file, &err), &err, ERR_DENIED);
    assert_false(release_store_has(store, other));
    for (size_t i = 0; i < 3; i++) {
        file = (struct bytes_view){(const uint8_t *)wrong[i], strlen(wrong[i])};
        crypto_generichash(hash, HASH, file.data, file.size, NULL, 0);
        assert_refused(release_store_put(store, hash, file, &err), &err, ERR_INVALID);
        assert_false(release_store_has(store, hash));
    }
    release_store_close(store);
    down();
}

/* The files are empty ones by name: to write so many takes seconds. */
static void test_files_at_the_limit_and_one_past(void **state)
{
    struct release_store *store;
    uint8_t hash[HASH];
    struct bytes_view file;
    char text[128], path[256];
    struct err err;

    (void)state;
    up();
    for (unsigned i = 0; i < RELEASE_STORE_FILES_MAX - 1; i++) {
        FILE *empty;

        snprintf(path, sizeof(path), "%s/%064x", folder, i + 1);
        empty = fopen(path, "w");
        assert_non_null(empty);
        fclose(empty);
    }
    assert_true(release_store_open(folder, &store, &err));
    file = file_of(text, sizeof(text), 1, hash);
    assert_true(release_store_put(store, hash, file, &err));
    file = file_of(text, sizeof(text), 2, hash);
    assert_refused_for(release_store_put(store, hash, file, &err), &err, ERR_EXHAUSTED, "remove");
    release_store_close(store);
    down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_stored_is_there_after_a_restart),
        cmocka_unit_test(test_other_bytes_are_refused),
        cmocka_unit_test(test_files_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
