/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines' promises: plain, gzip and BGZF give the same lines; every cut of a file is noticed;
 * other formats are refused by name; a line at the limit is taken and one past it is not; what
 * inflates without measure is stopped.
 */
#include "tests/unit/import/bench.h"

#include <htslib/bgzf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "node/import/lines.h"

static const char text[] = "##fileformat=VCFv4.2\n#CHROM\r\n\nlast line\n";

struct packed {
    uint8_t data[1 << 16];
    size_t size;
};

static size_t gzip(const void *data, size_t size, uint8_t *out, size_t room)
{
    z_stream stream = {0};

    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *)data;
    stream.avail_in = (uInt)size;
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(deflateEnd(&stream), Z_OK);
    return room - stream.avail_out;
}

static void pack_gzip(struct packed *packed, const void *data, size_t size)
{
    packed->size = gzip(data, size, packed->data, sizeof(packed->data));
}

static void pack_bgzf(struct packed *packed, const void *data, size_t size)
{
    char path[] = "/tmp/rikstal-test-lines-XXXXXX";
    int fd = mkstemp(path);
    BGZF *file = bgzf_open(path, "w");
    ssize_t n;

    assert_true(fd >= 0 && file);
    assert_int_equal(bgzf_write(file, data, size), (ssize_t)size);
    assert_int_equal(bgzf_close(file), 0);
    n = read(fd, packed->data, sizeof(packed->data));
    assert_true(n > 0);
    packed->size = (size_t)n;
    (void)close(fd);
    (void)unlink(path);
}

/* The number of lines, or -1 when the file is refused. */
static int count_lines(const void *data, size_t size, uint64_t inflation_max, struct err *err)
{
    struct lines *lines = NULL;
    int n = 0;

    *err = (struct err){0};
    if (!lines_open(bench_file(data, size), size, inflation_max, &lines, err))
        return -1;
    for (;;) {
        char *line;
        size_t length;

        if (!lines_next(lines, &line, &length, err))
            n = -1;
        if (n < 0 || !line)
            break;
        assert_int_equal(strlen(line), length);
        n++;
        assert_int_equal(lines_number(lines), n);
    }
    lines_close(lines);
    return n;
}

static void test_lines_without_their_ends(void **state)
{
    struct lines *lines = NULL;
    struct err err;
    char *line;
    size_t size;

    (void)state;
    assert_true(lines_open(bench_text(text), strlen(text), 200, &lines, &err));
    assert_true(lines_next(lines, &line, &size, &err));
    assert_string_equal(line, "##fileformat=VCFv4.2");
    assert_true(lines_next(lines, &line, &size, &err));
    assert_string_equal(line, "#CHROM");
    assert_int_equal(size, 6);
    assert_true(lines_next(lines, &line, &size, &err));
    assert_string_equal(line, "");
    assert_true(lines_next(lines, &line, &size, &err));
    assert_string_equal(line, "last line");
    assert_true(lines_next(lines, &line, &size, &err));
    assert_null(line);
    lines_close(lines);
}

static void test_plain_gzip_and_bgzf_give_the_same_lines(void **state)
{
    static struct packed packed;
    struct err err;

    (void)state;
    assert_int_equal(count_lines(text, strlen(text), 200, &err), 4);
    pack_gzip(&packed, text, strlen(text));
    assert_int_equal(count_lines(packed.data, packed.size, 200, &err), 4);
    pack_bgzf(&packed, text, strlen(text));
    assert_int_equal(count_lines(packed.data, packed.size, 200, &err), 4);
}

static void test_every_cut_is_noticed(void **state)
{
    static struct packed packed;
    struct err err;

    (void)state;
    for (size_t size = 0; size < strlen("##fileformat=VCF"); size++)
        assert_int_equal(count_lines(text, size, 200, &err), -1);
    pack_gzip(&packed, text, strlen(text));
    for (size_t size = 0; size < packed.size; size++)
        assert_int_equal(count_lines(packed.data, size, 200, &err), -1);
    pack_bgzf(&packed, text, strlen(text));
    for (size_t size = 0; size < packed.size; size++)
        assert_int_equal(count_lines(packed.data, size, 200, &err), -1);
}

/* Of a text nobody can tell whether it was cut off within its last line: that is told. */
static void test_a_last_line_without_its_end_is_given_out_and_told(void **state)
{
    size_t whole = strlen(text);
    struct err err;

    (void)state;
    for (size_t size = strlen("##fileformat=VCF"); size <= whole; size++) {
        struct lines *lines = NULL;
        bool ended = text[size - 1] == '\n';
        char *line;
        size_t length;

        assert_true(lines_open(bench_file(text, size), size, 200, &lines, &err));
        do {
            assert_true(lines_next(lines, &line, &length, &err));
            assert_true(!line || strlen(line) == length);
        } while (line);
        assert_int_equal(lines_unfinished(lines), !ended);
        lines_close(lines);
    }
}

static void test_a_byte_order_mark_is_passed_over_and_told(void **state)
{
    static const char marked[] = "\xef\xbb\xbf##fileformat=VCFv4.2\n#CHROM\n";
    static struct packed packed;
    struct err err;

    (void)state;
    pack_bgzf(&packed, marked, strlen(marked));
    for (int i = 0; i < 2; i++) {
        struct lines *lines = NULL;
        int fd = i ? bench_file(packed.data, packed.size) : bench_text(marked);
        char *line;
        size_t length;

        assert_true(lines_open(fd, i ? packed.size : strlen(marked), 200, &lines, &err));
        assert_true(lines_next(lines, &line, &length, &err));
        assert_string_equal(line, "##fileformat=VCFv4.2");
        assert_true(lines_marked(lines));
        lines_close(lines);
    }
    assert_int_equal(count_lines("\xef\xbb\xbf", 3, 200, &err), -1);
}

static void test_any_byte_changed_does_no_harm(void **state)
{
    static struct packed packed;
    struct err err;

    (void)state;
    pack_bgzf(&packed, text, strlen(text));
    for (size_t at = 0; at < packed.size; at++) {
        packed.data[at] ^= 0x41;
        (void)count_lines(packed.data, packed.size, 200, &err);
        packed.data[at] ^= 0x41;
    }
}

static void test_other_formats_are_refused_by_name(void **state)
{
    static const struct {
        const char *data;
        const char *name;
    } cases[] = {
        {"BAM\1 and so on, as long as it takes", "BAM"},
        {"CRAM and so on, as long as it takes", "CRAM"},
        {"@HD\tVN:1.6 and so on, as long", "SAM"},
        {"PK\3\4 and so on, as long as it takes", "zip"},
        {"BZh9 and so on, as long as it takes", "bzip2"},
        {"22\t100\t.\tA\tC\t.\tPASS\t.\n", "##fileformat"},
    };
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(count_lines(cases[i].data, strlen(cases[i].data), 200, &err), -1);
        assert_non_null(strstr(err.text, cases[i].name));
    }
}

static void test_a_line_at_the_limit_and_one_past(void **state)
{
    static const char start[] = "##fileformat=VCFv4.2\n";
    size_t head = sizeof(start) - 1, size = head + LINE_BYTES_MAX + 2;
    char *data = malloc(size);
    struct err err;

    (void)state;
    assert_non_null(data);
    memset(data, 'x', size);
    memcpy(data, start, head);
    data[size - 2] = '\n';
    assert_int_equal(count_lines(data, size - 1, 200, &err), 2);
    data[size - 2] = 'x';
    data[size - 1] = '\n';
    assert_int_equal(count_lines(data, size, 200, &err), -1);
    assert_non_null(strstr(err.text, "64 MiB"));
    free(data);
}

static void test_what_inflates_without_measure_is_stopped(void **state)
{
    static uint8_t out[1 << 20];
    size_t size = LINES_INFLATION_FREE + (8u << 20);
    char *data = malloc(size);
    struct err err;

    (void)state;
    assert_non_null(data);
    for (size_t i = 0; i < size; i++)
        data[i] = i % 1000 == 999 ? '\n' : '.';
    memcpy(data, "##fileformat=VCFv4.2", 20);
    data[size - 1] = '\n';
    size = gzip(data, size, out, sizeof(out));
    assert_int_equal(count_lines(out, size, 20, &err), -1);
    assert_non_null(strstr(err.text, "--max-inflation"));
    assert_true(count_lines(out, size, 2000, &err) > 0);
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_without_their_ends),
        cmocka_unit_test(test_plain_gzip_and_bgzf_give_the_same_lines),
        cmocka_unit_test(test_every_cut_is_noticed),
        cmocka_unit_test(test_a_last_line_without_its_end_is_given_out_and_told),
        cmocka_unit_test(test_a_byte_order_mark_is_passed_over_and_told),
        cmocka_unit_test(test_any_byte_changed_does_no_harm),
        cmocka_unit_test(test_other_formats_are_refused_by_name),
        cmocka_unit_test(test_a_line_at_the_limit_and_one_past),
        cmocka_unit_test(test_what_inflates_without_measure_is_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
