/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of folders of sets: the first folder that has the set gives it, the newest version
 * where none is asked for, and nothing longer than a set may be.
 */
#include "proto/query/set_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "tests/unit/refused.h"

static void put_file(const char *folder, const char *name, const char *text)
{
    char path[256];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0 && fclose(file) == 0);
}

static void test_files_are_found_by_name_and_version(void **state)
{
    char first[] = "/tmp/rikstal_sets_XXXXXX", second[] = "/tmp/rikstal_sets_XXXXXX";
    struct arena *arena = arena_new(1 << 22);
    struct set_folder folder = {{NULL, NULL}, arena};
    struct named_sets source = set_folder_source(&folder);
    struct named_set_wanted wanted = {"panel", 0};
    struct named_set_text text;
    struct err err;
    char *longest = calloc(1, NAMED_SET_TEXT_MAX + 2);

    (void)state;
    assert_true(mkdtemp(first) && mkdtemp(second) && longest);
    folder.paths[0] = first;
    folder.paths[1] = second;
    put_file(first, "panel@2.txt", "A");
    put_file(first, "panel@10.txt", "B");
    put_file(first, "panel@11.csv", "no set");
    put_file(first, "panels@12.txt", "another");
    put_file(second, "panel@20.txt", "C");
    assert_true(source.find(source.of, &wanted, &text, &err));
    assert_int_equal(text.version, 10);
    assert_int_equal(text.text[0], 'B');
    wanted.version = 20;
    assert_true(source.find(source.of, &wanted, &text, &err));
    assert_int_equal(text.text[0], 'C');
    wanted.version = 3;
    assert_refused_for(source.find(source.of, &wanted, &text, &err), &err, ERR_INVALID,
                       "panel@3.txt");
    memset(longest, '#', NAMED_SET_TEXT_MAX);
    put_file(first, "long@1.txt", longest);
    wanted = (struct named_set_wanted){"long", 1};
    assert_true(source.find(source.of, &wanted, &text, &err));
    longest[NAMED_SET_TEXT_MAX] = '#';
    put_file(first, "long@1.txt", longest);
    assert_refused(source.find(source.of, &wanted, &text, &err), &err, ERR_INVALID);
    free(longest);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_are_found_by_name_and_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
