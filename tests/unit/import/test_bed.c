/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BED's promises: half-open becomes inclusive, stretches come sorted and merged, other contigs are
 * counted, and a line that is no stretch, or one of another assembly, refuses the file.
 */
#include "tests/unit/import/bench.h"

#include <stdlib.h>
#include <string.h>

#include "node/import/bed.h"
#include "tests/unit/refused.h"

static bool read_text(const char *text, struct bed *bed, struct err *err)
{
    *err = (struct err){0};
    return bed_read(bed, bench_text(text), ASSEMBLY_GRCH37, err);
}

static void test_stretches_come_sorted_merged_and_inclusive(void **state)
{
    struct err err;
    struct bed bed;

    (void)state;
    assert_true(read_text("browser x\ntrack y\n# z\n\nchr2\t10\t20\tname\n1\t99\t100\r\n"
                          "1\t0\t10\n1\t5\t12\n1\t12\t13\n1\t14\t15\nGL000192.1\t1\t5\nX 7 9\n",
                          &bed, &err));
    assert_int_equal(bed.n, 5);
    assert_int_equal(bed.intervals[0].chromosome, 1);
    assert_int_equal(bed.intervals[0].start, 1);
    assert_int_equal(bed.intervals[0].end, 13);   /* 1-10, 6-12 and 13-13 touch */
    assert_int_equal(bed.intervals[1].start, 15); /* one base away */
    assert_int_equal(bed.intervals[2].start, 100);
    assert_int_equal(bed.intervals[2].end, 100);
    assert_int_equal(bed.intervals[3].chromosome, 2);
    assert_int_equal(bed.intervals[4].chromosome, 23);
    assert_int_equal(bed.other_contigs, 1);
    bed_clear(&bed);
}

static void test_what_is_no_stretch_refuses_the_file(void **state)
{
    static const char *const bad[] = {
        "1\t5\t5\n",         "1\t6\t5\n",           "1\t-1\t5\n", "1\tx\t5\n", "1\t1\n",      "1\n",
        "1\t1\t249250622\n", "1\t1\t99999999999\n", "1\t1\t2x\n", "",          "GL1\t1\t2\n",
    };
    struct err err;
    struct bed bed;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_refused(read_text(bad[i], &bed, &err), &err, ERR_INVALID);
        bed_clear(&bed);
    }
    assert_true(read_text("1\t1\t249250621\n", &bed, &err));
    bed_clear(&bed);
}

static void test_a_line_holds_at_the_limit_and_one_past(void **state)
{
    char *text = malloc(BED_LINE_BYTES_MAX + 3);
    struct err err;
    struct bed bed;

    (void)state;
    assert_non_null(text);
    for (size_t most = BED_LINE_BYTES_MAX; most <= BED_LINE_BYTES_MAX + 1; most++) {
        memset(text, 'x', most);
        memcpy(text, "1\t1\t2\t", 6);
        memcpy(text + most, "\n", 2);
        if (most == BED_LINE_BYTES_MAX)
            assert_true(read_text(text, &bed, &err));
        else
            assert_refused_for(read_text(text, &bed, &err), &err, ERR_INVALID, "too long");
        bed_clear(&bed);
    }
    free(text);
}

static void test_the_error_names_the_line(void **state)
{
    struct err err;
    struct bed bed;

    (void)state;
    assert_refused(read_text("1\t1\t2\n1\t9\n", &bed, &err), &err, ERR_INVALID);
    assert_non_null(strstr(err.text, "line 2"));
    bed_clear(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stretches_come_sorted_merged_and_inclusive),
        cmocka_unit_test(test_what_is_no_stretch_refuses_the_file),
        cmocka_unit_test(test_a_line_holds_at_the_limit_and_one_past),
        cmocka_unit_test(test_the_error_names_the_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
