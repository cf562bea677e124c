/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file seam's promises: a written file is whole or absent whichever operation fails, a read has
 * a limit, and modes are what was asked for.
 */
#include "proto/base/file.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "tests/unit/refused.h"

static char folder[64];

static const char *in_folder(const char *name)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static int up(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/rikstal-file-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    unlink(in_folder("key"));
    return rmdir(folder);
}

static void assert_content(const char *path, const char *expected)
{
    struct arena *arena = arena_new(4096);
    struct err err = {0};
    uint8_t *data;
    size_t size;

    assert_true(file_read(path, 1024, arena, &data, &size, &err));
    assert_int_equal(size, strlen(expected));
    assert_string_equal((char *)data, expected);
    arena_free(arena);
}

static void test_a_file_is_whole_or_absent_at_every_fault(void **state)
{
    struct err err = {0};
    char temporary[PATH_MAX];
    bool written = false;
    int n;

    (void)state;
    (void)snprintf(temporary, sizeof(temporary), "%s.%d.tmp", in_folder("key"), (int)getpid());
    assert_true(file_write(in_folder("key"), "old", 3, 0600, &err));
    for (n = 0; !written; n++) {
        file_fault(n, ENOSPC);
        written = file_write(in_folder("key"), "newer", 5, 0600, &err);
        file_fault(-1, 0);
        if (!written && n < 3) { /* before the rename the old content stands */
            assert_content(in_folder("key"), "old");
            assert_non_null(strstr(err.text, "No space left"));
        }
        if (!written && access(temporary, F_OK) == 0)
            fail_msg("fault %d leaves %s behind", n, temporary);
    }
    assert_true(n > 4); /* open, write, fsync, rename, folder: each was reached */
    assert_content(in_folder("key"), "newer");
}

static void test_parts_stand_one_after_the_other(void **state)
{
    const struct file_part parts[] = {{"one", 3}, {NULL, 0}, {" and two", 8}};
    struct err err;

    (void)state;
    assert_true(file_write_parts(in_folder("key"), parts, 3, 0600, &err));
    assert_content(in_folder("key"), "one and two");
}

static void test_a_secret_has_its_mode(void **state)
{
    struct err err = {0};
    struct stat info;

    (void)state;
    assert_true(file_write(in_folder("key"), "x", 1, 0600, &err));
    assert_int_equal(stat(in_folder("key"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void test_what_is_no_regular_file_is_not_replaced(void **state)
{
    struct err err = {0};
    struct stat info;

    (void)state;
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    assert_int_equal(symlink("pipe", in_folder("link")), 0);
    assert_refused(file_write(in_folder("pipe"), "x", 1, 0600, &err), &err, ERR_INVALID);
    assert_non_null(strstr(err.text, "no regular file"));
    assert_refused(file_write(in_folder("link"), "x", 1, 0600, &err), &err, ERR_INVALID);
    assert_refused(file_write(folder, "x", 1, 0600, &err), &err, ERR_INVALID);
    assert_int_equal(lstat(in_folder("pipe"), &info), 0);
    assert_true(S_ISFIFO(info.st_mode));
    assert_int_equal(lstat(in_folder("link"), &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    unlink(in_folder("pipe"));
    unlink(in_folder("link"));
}

static void test_a_read_has_a_limit(void **state)
{
    struct arena *arena = arena_new(4096);
    struct err err = {0};
    uint8_t *data;
    size_t size;

    (void)state;
    assert_true(file_write(in_folder("key"), "12345678", 8, 0600, &err));
    assert_true(file_read(in_folder("key"), 8, arena, &data, &size, &err));
    assert_refused(file_read(in_folder("key"), 7, arena, &data, &size, &err), &err, ERR_INVALID);
    assert_refused(file_read(folder, 100, arena, &data, &size, &err), &err, ERR_INVALID);
    assert_refused(file_read(in_folder("nothing"), 100, arena, &data, &size, &err), &err,
                   ERR_INVALID);
    arena_free(arena);
}

static void test_folders_are_made_with_their_parents(void **state)
{
    struct err err = {0};
    char deep[128];

    (void)state;
    snprintf(deep, sizeof(deep), "%s/a/b", folder);
    assert_true(file_make_folder(deep, 0700, &err));
    assert_true(file_make_folder(deep, 0700, &err));
    assert_true(file_exists(deep));
    rmdir(deep);
    rmdir(in_folder("a"));
}

static void test_a_hash_depends_on_the_content_alone(void **state)
{
    uint8_t one[32], two[32];
    struct err err = {0};

    (void)state;
    assert_true(file_write(in_folder("key"), "a", 1, 0600, &err));
    assert_true(file_hash(in_folder("key"), one, &err));
    assert_true(file_write(in_folder("key"), "b", 1, 0600, &err));
    assert_true(file_hash(in_folder("key"), two, &err));
    assert_memory_not_equal(one, two, 32);
    assert_refused(file_hash(in_folder("nothing"), two, &err), &err, ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_is_whole_or_absent_at_every_fault),
        cmocka_unit_test(test_parts_stand_one_after_the_other),
        cmocka_unit_test(test_a_secret_has_its_mode),
        cmocka_unit_test(test_what_is_no_regular_file_is_not_replaced),
        cmocka_unit_test(test_a_read_has_a_limit),
        cmocka_unit_test(test_folders_are_made_with_their_parents),
        cmocka_unit_test(test_a_hash_depends_on_the_content_alone),
    };

    return cmocka_run_group_tests(tests, up, down);
}
