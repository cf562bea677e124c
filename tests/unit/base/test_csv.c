/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV's promises: the separator is found in the header, quotes and line ends are understood, every
 * row knows its physical line, a bad row costs its own line and nothing behind it, the encoding is
 * settled once, and every limit holds at the limit and one past it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/csv.h"
#include "tests/unit/refused.h"

struct memory {
    const char *data;
    size_t size;
    size_t at;
    size_t piece; /* bytes a read; 0: as many as are asked for */
    bool broken;
};

static ssize_t from_memory(void *context, void *buffer, size_t room)
{
    struct memory *memory = context;
    size_t n = memory->size - memory->at;

    if (memory->broken && memory->at) {
        errno = EIO;
        return -1;
    }
    if (n > room)
        n = room;
    if (memory->piece && n > memory->piece)
        n = memory->piece;
    memcpy(buffer, memory->data + memory->at, n);
    memory->at += n;
    return (ssize_t)n;
}

struct bench {
    struct memory memory;
    struct csv *csv;
    const char *const *fields;
    struct err err;
};

static bool up_bytes(struct bench *b, const char *data, size_t size)
{
    *b = (struct bench){.memory = {.data = data, .size = size}};
    return csv_open(from_memory, &b->memory, &b->csv, &b->err);
}

static bool up(struct bench *b, const char *text)
{
    return up_bytes(b, text, strlen(text));
}

static enum csv_outcome next(struct bench *b)
{
    return csv_next(b->csv, &b->fields, &b->err);
}

static void test_the_separator_is_the_headers(void **state)
{
    static const char *const texts[] = {"a,b\n1,2\n", "a;b\n1;2\n", "a\tb\n1\t2\n",
                                        "\"a;;;\",b\n1,2\n"};
    struct bench b;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_true(up(&b, texts[i]));
        assert_int_equal(csv_columns(b.csv), 2);
        assert_int_equal(next(&b), CSV_ROW);
        assert_string_equal(b.fields[1], "2");
        assert_int_equal(next(&b), CSV_END);
        csv_close(b.csv);
    }
}

static void test_what_spreadsheets_add_is_no_data(void **state)
{
    static const char *const texts[] = {
        "sep=;\na;b\n1;2\n",    "\xef\xbb\xbfSEP=;\r\na;b\r\n1;2\r\n",
        "sep=\t\na\tb\n1\t2\n", "a;b;;;\n1;2;;;\n",
        "a,b,\n1,2,\n",         "a;b; ;\n1;2;;\n",
        "sep=,\na,b\n1,2\n",    "a;b;;\n1;2\n"};
    struct bench b;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        assert_true(up(&b, texts[i]));
        assert_int_equal(csv_columns(b.csv), 2);
        assert_int_equal(next(&b), CSV_ROW);
        assert_string_equal(b.fields[0], "1");
        assert_string_equal(b.fields[1], "2");
        assert_int_equal(next(&b), CSV_END);
        csv_close(b.csv);
    }
    assert_true(up(&b, "a;b;;\n1;2;;3\n4;5;;\n")); /* a value that no column has */
    assert_int_equal(next(&b), CSV_BAD);
    assert_int_equal(csv_fault(b.csv), CSV_FAULT_COLUMNS);
    assert_int_equal(next(&b), CSV_ROW);
    assert_string_equal(b.fields[0], "4");
    csv_close(b.csv);
    assert_false(up(&b, "a;;b\n1;2;3\n"));
    assert_int_equal(b.err.code, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "column 2 has no name"));
}

static void test_quotes_line_ends_and_blanks_are_understood(void **state)
{
    struct bench b;

    (void)state;
    assert_true(up(&b, "\xef\xbb\xbf Name ; \"B;b\" ;C\r\n"
                       "\"a \"\"q\"\"\";\"two\r\nlines\"; x \r\n\r\n1;2;3"));
    assert_int_equal(csv_find(b.csv, "name"), 0);
    assert_int_equal(csv_find(b.csv, "b;b"), 1);
    assert_int_equal(csv_find(b.csv, "c"), 2);
    assert_int_equal(csv_find(b.csv, "d"), -1);
    assert_int_equal(next(&b), CSV_ROW);
    assert_string_equal(b.fields[0], "a \"q\"");
    assert_string_equal(b.fields[1], "two\r\nlines");
    assert_string_equal(b.fields[2], "x");
    assert_int_equal(csv_line(b.csv), 2);
    assert_int_equal(next(&b), CSV_ROW);
    assert_int_equal(csv_line(b.csv), 5); /* physical: the field had two, one was empty */
    assert_string_equal(b.fields[2], "3");
    assert_int_equal(next(&b), CSV_END);
    csv_close(b.csv);
}

static void test_a_bad_row_costs_its_own_line(void **state)
{
    static const struct {
        const char *row;
        enum csv_fault fault;
    } rows[] = {
        {"\"never closed,1", CSV_FAULT_QUOTING},
        {"a\"b,1", CSV_FAULT_QUOTING},
        {"\"a\"b,1", CSV_FAULT_QUOTING},
        {"1", CSV_FAULT_COLUMNS},
        {"1,2,3", CSV_FAULT_COLUMNS},
    };
    struct bench b;
    char text[64];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(text, sizeof(text), "a,b\n%s\n3,4\n", rows[i].row);
        assert_true(up(&b, text));
        assert_int_equal(next(&b), CSV_BAD);
        assert_int_equal(csv_line(b.csv), 2);
        assert_int_equal(csv_fault(b.csv), rows[i].fault);
        assert_int_equal(next(&b), CSV_ROW);
        assert_int_equal(csv_line(b.csv), 3);
        assert_string_equal(b.fields[0], "3");
        assert_int_equal(next(&b), CSV_END);
        csv_close(b.csv);
    }
}

static void test_a_bad_row_shows_its_fields_before_the_fault(void **state)
{
    static const struct {
        const char *row;
        size_t n;
    } rows[] = {{"P1,\"x,y\n", 1}, {"P1,x\"y\n", 1}, {"P1,\"x\"y\n", 1}, {"\"P1,x\n", 0},
                {"P1\n", 1},       {"P1,x,y\n", 3},  {"P1,\xff\n", 1}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const *fields = NULL;
        struct bench b;
        char text[64];

        snprintf(text, sizeof(text), "\xef\xbb\xbf%s\n%s", "a,b", rows[i].row);
        assert_true(up(&b, text));
        assert_int_equal(next(&b), CSV_BAD);
        assert_int_equal(csv_bad_row(b.csv, &fields), rows[i].n);
        if (rows[i].n)
            assert_string_equal(fields[0], "P1");
        csv_close(b.csv);
    }
}

static void test_the_encoding_is_settled_once(void **state)
{
    struct bench b;

    (void)state;
    assert_true(up(&b, "a\nSk\xe5ne\n\x80\n\x81\n")); /* Windows-1252: å, the euro, nothing */
    assert_int_equal(next(&b), CSV_ROW);
    assert_string_equal(b.fields[0], "Sk\xc3\xa5ne");
    assert_int_equal(next(&b), CSV_ROW);
    assert_string_equal(b.fields[0], "\xe2\x82\xac");
    assert_int_equal(next(&b), CSV_BAD);
    assert_int_equal(csv_fault(b.csv), CSV_FAULT_ENCODING);
    csv_close(b.csv);

    assert_true(up(&b, "a\nSk\xc3\xa5ne\nSk\xe5ne\nx\n")); /* UTF-8 was shown before */
    assert_int_equal(next(&b), CSV_ROW);
    assert_int_equal(next(&b), CSV_BAD);
    assert_int_equal(next(&b), CSV_ROW);
    csv_close(b.csv);

    assert_true(up(&b, "\xef\xbb\xbf"
                       "a\n\xe5\n"));
    assert_int_equal(next(&b), CSV_BAD);
    csv_close(b.csv);

    assert_true(up(&b, "a\n\xf4\x8f\xbf\xbf\n")); /* the last character that there is */
    assert_int_equal(next(&b), CSV_ROW);
    assert_string_equal(b.fields[0], "\xf4\x8f\xbf\xbf");
    csv_close(b.csv);

    assert_true(up(&b, "a\n\xed\xa0\x80\n")); /* a surrogate is no UTF-8 */
    assert_int_equal(next(&b), CSV_ROW);
    assert_string_equal(b.fields[0], "\xc3\xad\xc2\xa0\xe2\x82\xac"); /* but Windows-1252 */
    csv_close(b.csv);
    assert_refused(up_bytes(&b,
                            "\xff\xfe"
                            "a\0",
                            4),
                   &b.err, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "UTF-16"));
}

static void test_headers_that_cannot_be_used_are_refused(void **state)
{
    struct bench b;

    (void)state;
    assert_false(up(&b, ""));
    assert_false(up(&b, "\n\n"));
    assert_false(up(&b, "a,b,A\n"));
    assert_false(up(&b, "a,\"b\n"));
    assert_refused(up_bytes(&b, "a\0b\n", 4), &b.err, ERR_INVALID);
}

/* "a" and a row of one field of n bytes. */
static char *long_row(size_t n)
{
    char *text = malloc(n + 8);

    assert_non_null(text);
    memcpy(text, "a\n", 2);
    memset(text + 2, 'x', n);
    memcpy(text + 2 + n, "\ny\n", 4);
    return text;
}

static void test_a_row_may_be_a_mebibyte_and_no_more(void **state)
{
    struct bench b;
    char *text;

    (void)state;
    for (size_t more = 0; more < 2; more++) {
        text = long_row(CSV_ROW_MAX - 1 + more); /* the line end counts */
        assert_true(up(&b, text));
        assert_int_equal(next(&b), more ? CSV_BAD : CSV_ROW);
        assert_int_equal(next(&b), CSV_ROW);
        assert_string_equal(b.fields[0], "y");
        assert_int_equal(csv_line(b.csv), 3);
        csv_close(b.csv);
        free(text);
    }
    text = long_row(5 * CSV_ROW_MAX);
    assert_true(up(&b, text));
    assert_int_equal(next(&b), CSV_BAD);
    assert_int_equal(csv_fault(b.csv), CSV_FAULT_LONG);
    assert_int_equal(next(&b), CSV_ROW);
    csv_close(b.csv);
    free(text);
}

/* The euro sign is one byte of Windows-1252 and three of UTF-8, the most that a byte becomes. */
static void test_a_row_of_letters_that_grow_stays_in_its_room(void **state)
{
    static const char *const heads[] = {"a\n", "a\n\""}; /* the quoted one is never closed */

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        size_t head = strlen(heads[i]), size = head + 5 * CSV_ROW_MAX;
        char *text = malloc(size + 4);
        struct bench b;

        assert_non_null(text);
        memcpy(text, heads[i], head);
        memset(text + head, 0x80, size - head);
        memcpy(text + size, "\ny\n", 4);
        assert_true(up(&b, text));
        assert_int_equal(next(&b), CSV_BAD);
        assert_int_equal(csv_line(b.csv), 2);
        assert_int_equal(next(&b), CSV_ROW);
        assert_string_equal(b.fields[0], "y");
        csv_close(b.csv);
        free(text);
    }
}

/* Rows of many lengths, more than three windows of them, some with a line end inside quotes. */
static void test_rows_on_the_border_of_a_window_are_whole(void **state)
{
    size_t size = 14 * CSV_ROW_MAX, used, n = 0;
    char *text = malloc(size + 1024);
    uint64_t line = 2;
    struct bench b;

    (void)state;
    assert_non_null(text);
    used = (size_t)snprintf(text, size, "a,b\n");
    for (; used < size; n++)
        used += (size_t)snprintf(text + used, 1024, "%zu,\"%*zu%s\"\r\n", n, (int)(n * 7 % 300 + 1),
                                 n, n % 3 ? "" : "\nx");
    assert_true(up_bytes(&b, text, used));
    b.memory.piece = 65521;
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(next(&b), CSV_ROW);
        assert_int_equal(csv_line(b.csv), line);
        assert_int_equal(strtoull(b.fields[0], NULL, 10), i);
        assert_int_equal(strtoull(b.fields[1], NULL, 10), i);
        assert_true(!strchr(b.fields[1], '\n') == (i % 3 != 0));
        line += i % 3 ? 1 : 2;
    }
    assert_int_equal(next(&b), CSV_END);
    csv_close(b.csv);
    free(text);
}

static void test_a_row_may_have_256_fields_and_no_more(void **state)
{
    char text[2 * CSV_FIELDS_MAX + 8];
    struct bench b;

    (void)state;
    for (size_t n = CSV_FIELDS_MAX; n <= CSV_FIELDS_MAX + 1; n++) {
        *b.err.text = 0;
        for (size_t i = 0; i + 1 < n; i++)
            text[i] = ',';
        text[n - 1] = '\n';
        text[n] = 0;
        b = (struct bench){.memory = {.data = text, .size = n}};
        assert_true(csv_open_bare(from_memory, &b.memory, &b.csv, &b.err));
        assert_int_equal(next(&b), n > CSV_FIELDS_MAX ? CSV_BAD : CSV_ROW);
        csv_close(b.csv);
    }
}

static void test_pieces_of_any_size_read_the_same(void **state)
{
    static const char text[] = "a;b\n\"1;\r\n\";2\n3;4\n";

    (void)state;
    for (size_t piece = 1; piece < 8; piece++) {
        struct bench b = {.memory = {.data = text, .size = sizeof(text) - 1, .piece = piece}};

        assert_true(csv_open(from_memory, &b.memory, &b.csv, &b.err));
        assert_int_equal(next(&b), CSV_ROW);
        assert_string_equal(b.fields[0], "1;\r\n");
        assert_int_equal(next(&b), CSV_ROW);
        assert_int_equal(csv_line(b.csv), 4);
        csv_close(b.csv);
    }
}

static void test_a_failing_source_is_an_error_and_no_end(void **state)
{
    struct bench b = {.memory = {.data = "a\n1\n", .size = 4, .piece = 2, .broken = true}};

    (void)state;
    assert_refused(csv_open(from_memory, &b.memory, &b.csv, &b.err), &b.err, ERR_INTERNAL);
}

static void test_a_bare_file_takes_its_width_from_the_first_row(void **state)
{
    struct bench b = {.memory = {.data = "C50,x\nC51,x\nC52\n", .size = 16}};

    (void)state;
    assert_true(csv_open_bare(from_memory, &b.memory, &b.csv, &b.err));
    assert_int_equal(next(&b), CSV_ROW);
    assert_int_equal(csv_columns(b.csv), 2);
    assert_int_equal(next(&b), CSV_ROW);
    assert_int_equal(next(&b), CSV_BAD);
    assert_int_equal(csv_find(b.csv, "x"), -1);
    csv_close(b.csv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_separator_is_the_headers),
        cmocka_unit_test(test_what_spreadsheets_add_is_no_data),
        cmocka_unit_test(test_quotes_line_ends_and_blanks_are_understood),
        cmocka_unit_test(test_a_bad_row_costs_its_own_line),
        cmocka_unit_test(test_a_bad_row_shows_its_fields_before_the_fault),
        cmocka_unit_test(test_the_encoding_is_settled_once),
        cmocka_unit_test(test_headers_that_cannot_be_used_are_refused),
        cmocka_unit_test(test_a_row_may_be_a_mebibyte_and_no_more),
        cmocka_unit_test(test_a_row_of_letters_that_grow_stays_in_its_room),
        cmocka_unit_test(test_rows_on_the_border_of_a_window_are_whole),
        cmocka_unit_test(test_a_row_may_have_256_fields_and_no_more),
        cmocka_unit_test(test_pieces_of_any_size_read_the_same),
        cmocka_unit_test(test_a_failing_source_is_an_error_and_no_end),
        cmocka_unit_test(test_a_bare_file_takes_its_width_from_the_first_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
