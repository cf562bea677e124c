/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A gist reads back as it was written, fits in a leaf's note at its longest, and every other text
 * is none: cut anywhere, with another word, or as notes of other leaves are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "node/audit/gist.h"

static const struct gist usual = {.mode = MODE_SUM,
                                  .sigma = 50,
                                  .measure = MEASURE_COUNT,
                                  .release = "2026-11",
                                  .fields = 0x1f,
                                  .role = "national-analyst"};

static void comes_back(const struct gist *gist)
{
    char note[LEAF_NOTE_BYTES];
    struct gist read;
    struct err err;

    gist_write(gist, note);
    assert_true(gist_read(note, &read, &err));
    assert_int_equal(read.mode, gist->mode);
    assert_int_equal(read.sigma, gist->sigma);
    assert_int_equal(read.measure, gist->measure);
    assert_int_equal(read.fields, gist->fields);
    assert_string_equal(read.release, gist->release);
    assert_string_equal(read.role, gist->role);
}

static void test_a_gist_reads_back(void **state)
{
    struct gist gist = usual;
    char note[LEAF_NOTE_BYTES], role[65], release[17];

    (void)state;
    gist_write(&usual, note);
    assert_string_equal(note, "sum 50 count 2026-11 0000001f national-analyst");
    comes_back(&usual);
    gist.release = "";
    gist.fields = UINT32_MAX;
    gist.sigma = 999999999;
    for (int kind = MEASURE_COUNT; kind <= MEASURE_ASSOCIATION; kind++) {
        gist.measure = (enum measure_kind)kind;
        comes_back(&gist);
    }
    memset(role, 'r', sizeof(role) - 1);
    memset(release, '9', sizeof(release) - 1);
    role[64] = release[16] = 0;
    gist.role = role;
    gist.release = release;
    gist.mode = MODE_REGIONS;
    comes_back(&gist);
}

static void refused(const char *note)
{
    char copy[LEAF_NOTE_BYTES];
    struct gist gist;
    struct err err;

    snprintf(copy, sizeof(copy), "%s", note);
    if (gist_read(copy, &gist, &err))
        fail_msg("taken for a gist: %s", note);
    assert_int_equal(err.code, ERR_INVALID);
}

static void test_other_texts_are_none(void **state)
{
    char note[LEAF_NOTE_BYTES], cut[LEAF_NOTE_BYTES];

    (void)state;
    gist_write(&usual, note);
    for (size_t size = 0; size < strlen(note) - strlen(usual.role); size++) {
        memcpy(cut, note, size);
        cut[size] = 0;
        refused(cut);
    }
    refused("budget");
    refused("some 50 count 2026-11 0000001f r");
    refused("sum 050 count 2026-11 0000001f r");
    refused("sum 5x count 2026-11 0000001f r");
    refused("sum 1234567890 count 2026-11 0000001f r");
    refused("sum 50 counts 2026-11 0000001f r");
    refused("sum 50 count 2026-11-01-and-later 0000001f r");
    refused("sum 50 count 2026-11 0000001F r");
    refused("sum 50 count 2026-11 1f r");
    refused("sum 50 count 2026-11 0000001f ");
    refused("sum  50 count 2026-11 0000001f r");
    memset(cut, 'r', sizeof(cut) - 1);
    memcpy(cut, note, strlen(note) - strlen(usual.role));
    cut[sizeof(cut) - 1] = 0;
    refused(cut);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_gist_reads_back),
        cmocka_unit_test(test_other_texts_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
