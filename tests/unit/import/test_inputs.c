/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inputs' promises: a folder gives its files in the order of names, links and other files left
 * out; what is no regular file, or named by a personal number, is refused; the hash depends on
 * content and order and on nothing else; a file that changes meanwhile is noticed.
 */
#include "tests/unit/import/bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/import/inputs.h"
#include "tests/unit/refused.h"

static const char *const suffixes[] = {".json", NULL};
static char folder[] = "/tmp/rikstal-test-inputs-XXXXXX";

static const char *path_of(const char *name)
{
    static char paths[4][128];
    static unsigned next;
    char *path = paths[next++ % 4];

    (void)snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

static void put(const char *name, const char *text)
{
    FILE *file = fopen(path_of(name), "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int up(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(mkdir(path_of("sub"), 0700), 0);
    put("b.json", "bb");
    put("a.json", "a");
    put("sub/c.json", "c");
    put("note.txt", "n");
    put(".hidden.json", "h");
    assert_int_equal(symlink("/etc/passwd", path_of("link.json")), 0);
    return 0;
}

static int down(void **state)
{
    static const char *const names[] = {"b.json",       "a.json",    "sub/c.json",      "note.txt",
                                        ".hidden.json", "link.json", "811228-9874.json"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        (void)unlink(path_of(names[i]));
    (void)rmdir(path_of("sub"));
    return rmdir(folder);
}

static bool open_one(struct run_inputs *inputs, const char *path, const char *const *endings,
                     struct err *err)
{
    char *paths[1] = {(char *)path};

    *err = (struct err){0};
    return run_inputs_open(inputs, paths, 1, endings, err);
}

static void test_a_folder_gives_its_files_in_order(void **state)
{
    struct run_inputs inputs;
    struct err err;

    (void)state;
    assert_true(open_one(&inputs, folder, suffixes, &err));
    assert_int_equal(inputs.n, 3);
    assert_string_equal(inputs.items[0].name, "a.json");
    assert_string_equal(inputs.items[1].name, "b.json");
    assert_string_equal(inputs.items[2].name, "c.json");
    assert_int_equal(inputs.items[1].bytes, 2);
    run_inputs_close(&inputs);
}

static void test_what_is_no_file_is_refused(void **state)
{
    struct run_inputs inputs;
    struct err err;

    (void)state;
    assert_refused(open_one(&inputs, folder, NULL, &err), &err, ERR_INVALID);
    run_inputs_close(&inputs);
    assert_refused(open_one(&inputs, "/dev/null", NULL, &err), &err, ERR_INVALID);
    run_inputs_close(&inputs);
    assert_refused(open_one(&inputs, path_of("missing"), NULL, &err), &err, ERR_INVALID);
    run_inputs_close(&inputs);
    assert_refused(open_one(&inputs, path_of("sub/empty"), suffixes, &err), &err, ERR_INVALID);
    run_inputs_close(&inputs);
    put("811228-9874.json", "x");
    assert_refused(open_one(&inputs, path_of("811228-9874.json"), NULL, &err), &err, ERR_DENIED);
    assert_non_null(strstr(err.text, "a file name"));
    assert_null(strstr(err.text, "9874"));
    run_inputs_close(&inputs);
    (void)unlink(path_of("811228-9874.json"));
}

static void hash_of(char *const *paths, size_t n, uint8_t hash[static 32])
{
    struct run_inputs inputs;
    struct err err;

    assert_true(run_inputs_open(&inputs, paths, n, suffixes, &err));
    assert_true(run_inputs_hash(&inputs, hash, &err));
    run_inputs_close(&inputs);
}

static void test_the_hash_is_of_content_and_order(void **state)
{
    char a[128], b[128];
    char *ab[] = {a, b}, *ba[] = {b, a};
    uint8_t first[32], second[32];

    (void)state;
    (void)snprintf(a, sizeof(a), "%s/a.json", folder);
    (void)snprintf(b, sizeof(b), "%s/b.json", folder);
    hash_of(ab, 2, first);
    hash_of(ab, 2, second);
    assert_memory_equal(first, second, 32);
    hash_of(ba, 2, second);
    assert_memory_not_equal(first, second, 32);
    put("a.json", "ab"); /* the same bytes in all, dealt otherwise */
    put("b.json", "b");
    hash_of(ab, 2, second);
    assert_memory_not_equal(first, second, 32);
    put("a.json", "a");
    put("b.json", "bb");
    hash_of(ab, 2, second);
    assert_memory_equal(first, second, 32);
}

static void test_a_reference_is_not_part_of_the_hash(void **state)
{
    struct run_inputs inputs;
    uint8_t first[32], second[32];
    struct err err;

    (void)state;
    assert_true(open_one(&inputs, path_of("a.json"), NULL, &err));
    assert_true(run_inputs_hash(&inputs, first, &err));
    assert_true(run_inputs_add(&inputs, path_of("b.json"), false, &err));
    assert_true(run_inputs_hash(&inputs, second, &err));
    assert_memory_equal(first, second, 32);
    run_inputs_close(&inputs);
}

static void test_a_file_that_changes_is_noticed(void **state)
{
    struct run_inputs inputs;
    struct err err;

    (void)state;
    assert_true(open_one(&inputs, path_of("a.json"), NULL, &err));
    assert_true(run_inputs_unchanged(&inputs, &err));
    put("a.json", "longer");
    assert_refused(run_inputs_unchanged(&inputs, &err), &err, ERR_UNAVAILABLE);
    run_inputs_close(&inputs);
    put("a.json", "a");
}

/* DEPTH_MAX: folders one in the other, in the folder that is named. */
static void test_folders_at_the_limit_and_one_past(void **state)
{
    enum { depth_max = 16 };
    char path[256], file[272];
    struct run_inputs inputs;
    struct err err;
    size_t at = (size_t)snprintf(path, sizeof(path), "%s/deep", folder);

    (void)state;
    assert_int_equal(mkdir(path, 0700), 0);
    for (int depth = 1; depth <= depth_max + 1; depth++) {
        at += (size_t)snprintf(path + at, sizeof(path) - at, "/d");
        assert_int_equal(mkdir(path, 0700), 0);
        if (depth == depth_max) {
            snprintf(file, sizeof(file), "%s/f.json", path);
            assert_int_equal(rename(path_of("b.json"), file), 0);
            assert_true(open_one(&inputs, path_of("deep"), suffixes, &err));
            assert_int_equal(inputs.n, 1);
            run_inputs_close(&inputs);
        }
    }
    assert_refused_for(open_one(&inputs, path_of("deep"), suffixes, &err), &err, ERR_INVALID,
                       "nested");
    run_inputs_close(&inputs);
    assert_int_equal(rename(file, path_of("b.json")), 0);
    for (int depth = 0; depth <= depth_max + 1; depth++) {
        assert_int_equal(rmdir(path), 0);
        *strrchr(path, '/') = 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_folder_gives_its_files_in_order),
        cmocka_unit_test(test_what_is_no_file_is_refused),
        cmocka_unit_test(test_the_hash_is_of_content_and_order),
        cmocka_unit_test(test_a_reference_is_not_part_of_the_hash),
        cmocka_unit_test(test_a_file_that_changes_is_noticed),
        cmocka_unit_test(test_folders_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, up, down);
}
