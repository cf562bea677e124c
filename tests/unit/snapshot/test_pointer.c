/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of pointer: what was written is read; no file is no fault; a file of any other form,
 * one byte shorter or longer too, is refused and never taken for a snapshot.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/snapshot/pointer.h"
#include "proto/base/file.h"
#include "tests/unit/refused.h"

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

struct bench {
    char folder[64];
    char path[80];
    uint8_t hash[POINTER_HASH_BYTES];
    bool found;
    struct err err;
};

static void up(struct bench *b)
{
    *b = (struct bench){.folder = "/tmp/rikstal-pointer-XXXXXX"};
    assert_non_null(mkdtemp(b->folder));
    snprintf(b->path, sizeof(b->path), "%s/current", b->folder);
}

static void down(struct bench *b)
{
    unlink(b->path);
    assert_int_equal(rmdir(b->folder), 0);
}

static void test_what_was_written_is_read(void **state)
{
    uint8_t hash[POINTER_HASH_BYTES];
    struct bench b;

    (void)state;
    up(&b);
    b.found = true;
    assert_true(pointer_read(b.path, b.hash, &b.found, &b.err));
    assert_false(b.found);
    for (int times = 0; times < 2; times++) { /* the second one replaces the first */
        memset(hash, 7 + times, sizeof(hash));
        assert_true(pointer_write(b.path, hash, &b.err));
        assert_true(pointer_read(b.path, b.hash, &b.found, &b.err));
        assert_true(b.found);
        assert_memory_equal(b.hash, hash, sizeof(hash));
    }
    down(&b);
}

static void test_another_form_is_refused(void **state)
{
    static const struct {
        const char *text;
        enum err_code code;
    } wrong[] = {{"", ERR_INTERNAL},         {"\n", ERR_INTERNAL},      {HEX, ERR_INTERNAL},
                 {HEX "\n\n", ERR_INTERNAL}, {HEX "0\n", ERR_INTERNAL}, {"x" HEX, ERR_INTERNAL},
                 {HEX "\n\n\n", ERR_INVALID}}; /* one more than READ_BYTES_MAX */
    struct bench b;

    (void)state;
    up(&b);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_true(file_write(b.path, wrong[i].text, strlen(wrong[i].text), 0600, &b.err));
        assert_refused(pointer_read(b.path, b.hash, &b.found, &b.err), &b.err, wrong[i].code);
    }
    assert_true(file_write(b.path, HEX "\n", strlen(HEX) + 1, 0600, &b.err));
    assert_true(pointer_read(b.path, b.hash, &b.found, &b.err)); /* the control */
    down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_written_is_read),
        cmocka_unit_test(test_another_form_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
