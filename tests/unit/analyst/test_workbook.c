/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A workbook has the lines of the answer: numbers as numbers, node and id as the names that they
 * are, no formula whatever a text begins with, and the same bytes for the same answer.
 */
#include <archive.h>
#include <archive_entry.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "coordinator/analyst/workbook.h"

#define PART_BYTES 65536

/* The text of one part of the workbook. */
static void part_of(const struct bytes *book, const char *name, char text[static PART_BYTES])
{
    struct archive *zip = archive_read_new();
    struct archive_entry *entry;
    bool found = false;

    assert_int_equal(archive_read_support_format_zip(zip), ARCHIVE_OK);
    assert_int_equal(archive_read_open_memory(zip, book->data, book->size), ARCHIVE_OK);
    while (!found && archive_read_next_header(zip, &entry) == ARCHIVE_OK)
        if ((found = strcmp(archive_entry_pathname(entry), name) == 0)) {
            la_ssize_t n = archive_read_data(zip, text, PART_BYTES - 1);

            assert_true(n > 0);
            text[n] = 0;
        }
    assert_true(found);
    archive_read_free(zip);
}

static void made_of(const char *tsv, struct bytes *book, char text[static PART_BYTES])
{
    struct err err;

    assert_true(workbook_add(tsv, strlen(tsv), 1800000000, book, &err));
    part_of(book, "xl/worksheets/sheet1.xml", text);
}

static void test_numbers_are_numbers_and_names_are_names(void **state)
{
    char text[PART_BYTES];
    struct bytes book = {0};

    (void)state;
    made_of("node\tid\tmatched\tshare\n12\t1e5\t-230\t0.25\n01\t7\t007\t2.5e-05\n", &book, text);
    assert_non_null(strstr(text, "<c r=\"C2\"><v>-230</v></c>"));
    assert_non_null(strstr(text, "<c r=\"D2\"><v>0.25</v></c>"));
    assert_non_null(strstr(text, "<c r=\"D3\"><v>2.5E-05</v></c>"));
    assert_non_null(strstr(text, "<c r=\"A2\" t=\"s\">"));
    assert_non_null(strstr(text, "<c r=\"B2\" t=\"s\">"));
    assert_non_null(strstr(text, "<c r=\"A3\" t=\"s\">"));
    assert_non_null(strstr(text, "<c r=\"C3\" t=\"s\">"));
    bytes_clear(&book);
}

static void test_no_text_is_a_formula(void **state)
{
    char text[PART_BYTES];
    struct bytes book = {0};

    (void)state;
    made_of("node\tquestion\n01\t=1+1\n02\t+1\n03\t@SUM(A1)\n04\t-\n", &book, text);
    assert_null(strstr(text, "<f>"));
    for (const char *cell = "2345"; *cell; cell++) {
        char wanted[] = "<c r=\"B?\" t=\"s\">";

        wanted[7] = *cell;
        assert_non_null(strstr(text, wanted));
    }
    part_of(&book, "xl/sharedStrings.xml", text);
    assert_non_null(strstr(text, ">=1+1<"));
    bytes_clear(&book);
}

static void test_empty_cells_are_empty_and_long_ones_are_cut(void **state)
{
    static char tsv[40000], text[PART_BYTES];
    struct bytes book = {0};

    (void)state;
    memset(tsv, 'x', sizeof(tsv));
    memcpy(tsv, "a\tb\n\t", 5);
    tsv[sizeof(tsv) - 1] = 0;
    made_of(tsv, &book, text);
    assert_null(strstr(text, "r=\"A2\""));
    part_of(&book, "xl/sharedStrings.xml", text);
    assert_int_equal(strspn(strstr(text, "xxx"), "x"), 32767);
    bytes_clear(&book);
}

static void test_it_is_made_when_it_says(void **state)
{
    char text[PART_BYTES];
    struct bytes book = {0}, again = {0};

    (void)state;
    made_of("node\n01\n", &book, text);
    made_of("node\n01\n", &again, text);
    assert_int_equal(book.size, again.size);
    assert_memory_equal(book.data, again.data, book.size);
    part_of(&book, "docProps/core.xml", text);
    assert_non_null(strstr(text, "2027-01-15T08:00:00Z"));
    bytes_clear(&book);
    bytes_clear(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_numbers_and_names_are_names),
        cmocka_unit_test(test_no_text_is_a_formula),
        cmocka_unit_test(test_empty_cells_are_empty_and_long_ones_are_cut),
        cmocka_unit_test(test_it_is_made_when_it_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
