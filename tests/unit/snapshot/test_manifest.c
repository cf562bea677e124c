/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a manifest promises: it is read back as written, named by its content; a changed byte, a
 * `current` that names nothing, and a format of another version are errors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "node/snapshot/manifest.h"
#include "proto/base/file.h"
#include "tests/unit/refused.h"
#include "tests/unit/snapshot/synthetic.h"

static struct manifest made_up(void)
{
    struct manifest manifest = {.date = 20000, .epoch = 7, .has_terms = true, .terms_bytes = 99};

    memset(manifest.terms_hash, 1, 32);
    memset(manifest.terms_content, 2, 32);
    manifest.n_segments = 2;
    manifest.segments = calloc(2, sizeof(*manifest.segments));
    for (uint8_t i = 0; i < 2; i++) {
        struct manifest_segment *segment = &manifest.segments[i];

        memset(segment->hash, 3 + i, 32);
        segment->bytes = 1000 + i;
        segment->persons = i ? SEGMENT_PERSONS_MAX : 10;
        segment->variants = 5;
        segment->carriers = 6;
        for (uint32_t k = 0; k < (i ? 9000U : 3U); k++)
            segment->dead[k / 64] |= UINT64_C(1) << k % 64;
        segment->n_dead = i ? 9000 : 3;
    }
    return manifest;
}

static void test_what_was_written_is_read_back(void **state)
{
    struct manifest manifest = made_up(), back;
    struct synthetic region;
    bool found;

    (void)state;
    synthetic_up(&region);
    assert_true(manifest_read(region.folder, &back, &found, &region.err));
    assert_false(found);
    assert_true(manifest_write(region.folder, &manifest, &region.err));
    assert_true(manifest_read(region.folder, &back, &found, &region.err));
    assert_true(found);
    assert_memory_equal(back.id, manifest.id, 32);
    assert_int_equal(back.date, 20000);
    assert_int_equal(back.epoch, 7);
    assert_true(back.has_terms);
    assert_memory_equal(back.terms_content, manifest.terms_content, 32);
    assert_int_equal(back.n_segments, 2);
    assert_memory_equal(back.segments, manifest.segments, 2 * sizeof(*back.segments));
    manifest_clear(&back);
    manifest_clear(&manifest);
    synthetic_down(&region);
}

static void write_as_current(struct synthetic *region, const char *text, const uint8_t id[32])
{
    char path[400];

    assert_true(manifest_path(region->folder, id, "manifest", path, sizeof(path)));
    assert_true(file_write(path, text, strlen(text), 0600, &region->err));
}

static void test_a_changed_manifest_is_refused(void **state)
{
    struct manifest manifest = made_up(), back;
    struct synthetic region;
    bool found;

    (void)state;
    synthetic_up(&region);
    assert_true(manifest_write(region.folder, &manifest, &region.err));
    write_as_current(&region, "{\"format\":1}", manifest.id);
    assert_refused(manifest_read(region.folder, &back, &found, &region.err), &region.err,
                   ERR_INTERNAL);
    assert_non_null(strstr(region.err.text, "content"));
    manifest_clear(&manifest);
    synthetic_down(&region);
}

static void test_current_that_names_nothing_is_an_error(void **state)
{
    static const char *const texts[] = {"", "abc\n", "zz"};
    struct manifest back;
    struct synthetic region;
    char path[300];
    bool found;

    (void)state;
    synthetic_up(&region);
    snprintf(path, sizeof(path), "%s/current", region.folder);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_true(file_write(path, texts[i], strlen(texts[i]), 0600, &region.err));
        assert_refused(manifest_read(region.folder, &back, &found, &region.err), &region.err,
                       ERR_INTERNAL);
    }
    synthetic_down(&region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_written_is_read_back),
        cmocka_unit_test(test_a_changed_manifest_is_refused),
        cmocka_unit_test(test_current_that_names_nothing_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
