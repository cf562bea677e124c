/*
 * The book's promises: it opens only what the root keys signed, takes in a newer roster and never
 * an older one, and a bad file changes nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "coordinator/ask/book.h"
#include "proto/base/file.h"
#include "tests/unit/ask/country.h"

static uint64_t version(struct book *book)
{
    uint64_t found = roster_version(book_read(book));

    book_done(book);
    return found;
}

static void test_a_newer_roster_is_taken_in(void **state)
{
    struct country c;
    struct book *book;
    struct err err;
    bool newer;

    (void)state;
    country_up(&c, 2);
    assert_true(book_open(c.dir, NULL, &book, &err));
    assert_true(book_reload(book, &newer, &err));
    assert_false(newer);
    c.version = 2;
    country_roster(&c, 1);
    assert_true(book_reload(book, &newer, &err));
    assert_true(newer);
    assert_int_equal(version(book), 2);
    book_close(book);
    country_down(&c);
}

static void test_an_older_or_broken_roster_changes_nothing(void **state)
{
    struct country c;
    struct book *book;
    struct err err;
    bool newer = true;

    (void)state;
    country_up(&c, 2);
    c.version = 5;
    country_roster(&c, 2);
    assert_true(book_open(c.dir, NULL, &book, &err));
    c.version = 4;
    country_roster(&c, 2);
    assert_false(book_reload(book, &newer, &err));
    assert_true(file_write(country_path(&c, "roster"), "nonsense", 8, 0644, &err));
    assert_false(book_reload(book, &newer, &err));
    assert_false(newer);
    assert_int_equal(version(book), 5);
    book_close(book);
    country_down(&c);
}

static void test_a_roster_of_another_root_does_not_open(void **state)
{
    struct country c;
    struct book *book;
    struct err err;

    (void)state;
    country_up(&c, 1);
    c.roots.keys[0] = *secret_key_public(c.stranger);
    assert_true(root_keys_write(&c.roots, country_path(&c, "roots"), &err));
    assert_false(book_open(c.dir, NULL, &book, &err));
    assert_false(book_open("/nowhere", NULL, &book, &err));
    country_down(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_newer_roster_is_taken_in),
        cmocka_unit_test(test_an_older_or_broken_roster_changes_nothing),
        cmocka_unit_test(test_a_roster_of_another_root_does_not_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
