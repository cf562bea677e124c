/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table's promises: a sample's person is found whatever the order of rows and columns; a sample
 * of two persons, a row without one, and a table without its columns are refused, and no error
 * shows a name.
 */
#include "tests/unit/import/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/import/sample_map.h"
#include "tests/unit/refused.h"

static bool read_text(const char *text, struct sample_map **map, struct err *err)
{
    int fd = bench_text(text);
    bool ok;

    *err = (struct err){0};
    *map = NULL;
    ok = sample_map_read(fd, map, err);
    (void)close(fd);
    return ok;
}

static void test_a_person_is_found(void **state)
{
    struct sample_map *map;
    struct err err;

    (void)state;
    assert_true(read_text("\xef\xbb\xbfnote;Person;sample\nx;p2;s2\r\ny;p1;s1\nz;\"p;3\";s3\n"
                          "again;p1;s1\n",
                          &map, &err));
    assert_string_equal(sample_map_find(map, "s1")->person, "p1");
    assert_string_equal(sample_map_find(map, "s2")->person, "p2");
    assert_string_equal(sample_map_find(map, "s3")->person, "p;3");
    assert_null(sample_map_find(map, "s4"));
    assert_null(sample_map_find(map, ""));
    sample_map_free(map);
}

static void test_ten_thousand_samples(void **state)
{
    static char text[400000] = "sample,person\n";
    struct sample_map *map;
    size_t n = strlen(text);
    struct err err;
    char name[32];

    (void)state;
    for (int i = 0; i < 10000; i++)
        n += (size_t)snprintf(text + n, sizeof(text) - n, "s%d,p%d\n", i * 7919 % 10000, i);
    assert_true(read_text(text, &map, &err));
    for (int i = 0; i < 10000; i++) {
        (void)snprintf(name, sizeof(name), "s%d", i * 7919 % 10000);
        assert_int_equal(strtol(sample_map_find(map, name)->person + 1, NULL, 10), i);
    }
    sample_map_free(map);
}

static void test_a_broken_table_is_refused_without_showing_a_name(void **state)
{
    static const char *const bad[] = {
        "sample;who\nanna;p1\n",
        "a\n",
        "",
        "sample,person\nanna,p1\nanna,p2\n",
        "sample,person\nanna,\n",
        "sample,person\n,anna\n",
        "sample,person\nanna\n",
        "sample,person\nanna,\"p\n",
    };
    struct sample_map *map;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_refused(read_text(bad[i], &map, &err), &err, ERR_INVALID);
        assert_null(strstr(err.text, "anna"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_person_is_found),
        cmocka_unit_test(test_ten_thousand_samples),
        cmocka_unit_test(test_a_broken_table_is_refused_without_showing_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
