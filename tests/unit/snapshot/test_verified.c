/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of verified: what was hashed is remembered from one process to the next; a file that
 * was written to, replaced, or changed just before it was hashed is not; a list that is missing,
 * damaged, too large or cannot be written remembers nothing and is no error.
 */
#include "node/snapshot/verified.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/clock.h"
#include "proto/base/file.h"

static const uint8_t name[32] = {1, 2, 3};

struct bench {
    char folder[64];
    char file[96];
    char list[96];
    struct err err;
};

static void put(struct bench *b, const char *text)
{
    assert_true(file_write(b->file, text, strlen(text), 0600, &b->err));
}

static void up(struct bench *b)
{
    *b = (struct bench){0};
    snprintf(b->folder, sizeof(b->folder), "/tmp/rikstal-verified-XXXXXX");
    assert_non_null(mkdtemp(b->folder));
    snprintf(b->file, sizeof(b->file), "%s/file", b->folder);
    snprintf(b->list, sizeof(b->list), "%s/verified", b->folder);
    put(b, "content");
}

static void down(struct bench *b)
{
    clock_release();
    (void)unlink(b->list);
    (void)unlink(b->file);
    assert_int_equal(rmdir(b->folder), 0);
}

/* One process: is the file remembered? If not it is hashed, and that is remembered. */
static bool visit(struct bench *b)
{
    struct verified *verified = verified_open(b->folder, &b->err);
    struct stat info;
    bool known;

    assert_non_null(verified);
    assert_int_equal(stat(b->file, &info), 0);
    known = verified_has(verified, name, &info);
    if (!known)
        verified_add(verified, name, &info, b->file);
    verified_close(verified);
    return known;
}

static void later(struct bench *b)
{
    struct stat info;

    assert_int_equal(stat(b->file, &info), 0);
    clock_set(0, info.st_ctim.tv_sec + VERIFIED_AGE_S);
}

static void test_the_same_file_is_remembered(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    later(&b);
    assert_false(visit(&b));
    assert_true(visit(&b));
    assert_true(visit(&b));
    down(&b);
}

static void test_a_file_changed_just_now_is_not(void **state)
{
    struct bench b;
    struct stat info;

    (void)state;
    up(&b);
    assert_int_equal(stat(b.file, &info), 0);
    clock_set(0, info.st_ctim.tv_sec + VERIFIED_AGE_S - 1);
    assert_false(visit(&b));
    assert_false(visit(&b));
    down(&b);
}

static void test_a_file_written_to_or_replaced_is_hashed_again(void **state)
{
    struct bench b;
    FILE *file;

    (void)state;
    up(&b);
    later(&b);
    assert_false(visit(&b));
    put(&b, "CONTENT"); /* another file of the same size in its place */
    later(&b);
    assert_false(visit(&b));
    assert_true(visit(&b));
    file = fopen(b.file, "r+");
    assert_non_null(file);
    assert_true(fputc('x', file) == 'x' && fclose(file) == 0); /* the same file, one byte */
    later(&b);
    assert_false(visit(&b));
    down(&b);
}

static void test_another_content_of_the_same_file_is_not_known(void **state)
{
    static const uint8_t other[32] = {9};
    struct verified *verified;
    struct bench b;
    struct stat info;

    (void)state;
    up(&b);
    later(&b);
    assert_false(visit(&b));
    verified = verified_open(b.folder, &b.err);
    assert_int_equal(stat(b.file, &info), 0);
    assert_false(verified_has(verified, other, &info));
    assert_true(verified_has(verified, name, &info));
    verified_close(verified);
    down(&b);
}

static void test_a_list_that_cannot_be_used_remembers_nothing(void **state)
{
    char *large = malloc(VERIFIED_BYTES_MAX + 1);
    struct bench b;

    (void)state;
    assert_non_null(large);
    memset(large, '\n', VERIFIED_BYTES_MAX + 1);
    up(&b);
    later(&b);
    assert_false(visit(&b));
    assert_true(visit(&b));
    assert_int_equal(truncate(b.list, 40), 0); /* cut within its line */
    assert_false(visit(&b));
    assert_true(visit(&b)); /* it was written anew */
    assert_true(file_write(b.list, large, VERIFIED_BYTES_MAX + 1, 0600, &b.err));
    assert_false(visit(&b));
    assert_true(visit(&b));
    free(large);
    down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_file_is_remembered),
        cmocka_unit_test(test_a_file_changed_just_now_is_not),
        cmocka_unit_test(test_a_file_written_to_or_replaced_is_hashed_again),
        cmocka_unit_test(test_another_content_of_the_same_file_is_not_known),
        cmocka_unit_test(test_a_list_that_cannot_be_used_remembers_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
