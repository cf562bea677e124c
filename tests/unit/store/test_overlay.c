/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the overlay: what was changed is read back, the sequence rises with every change
 * and with nothing else, a withdrawal is not taken back, and a file that is not in order is an
 * error, never a shorter list.
 */
#include "node/store/overlay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/store/consent.h"
#include "proto/base/file.h"
#include "tests/unit/refused.h"

struct bench {
    char dir[64];
    char path[96];
    struct err err;
};

static void up(struct bench *b)
{
    snprintf(b->dir, sizeof(b->dir), "/tmp/rikstal-overlay-XXXXXX");
    assert_non_null(mkdtemp(b->dir));
    snprintf(b->path, sizeof(b->path), "%s/overlay", b->dir);
}

static void down(struct bench *b)
{
    char lock[128];

    snprintf(lock, sizeof(lock), "%s.lock", b->path);
    unlink(b->path);
    unlink(lock);
    rmdir(b->dir);
}

static struct person_id person(uint32_t i)
{
    struct person_id id = {{(uint8_t)(i * 37), (uint8_t)i, (uint8_t)(i >> 8), 7}};

    return id;
}

static uint64_t change(struct bench *b, uint32_t i, enum overlay_act act, bool expect)
{
    struct person_id id = person(i);
    uint64_t sequence = 0;
    bool changed;

    assert_true(overlay_change(b->path, &id, act, &changed, &sequence, &b->err));
    assert_int_equal(changed, expect);
    return sequence;
}

static uint64_t refusals(struct bench *b, uint32_t i)
{
    struct person_id id = person(i);
    struct overlay *overlay;
    uint64_t mask;

    assert_true(overlay_read(b->path, &overlay, &b->err));
    mask = overlay_refusals(overlay, &id);
    overlay_free(overlay);
    return mask;
}

static void test_nothing_there_is_an_empty_overlay(void **state)
{
    struct overlay *overlay;
    struct bench b;

    (void)state;
    up(&b);
    assert_true(overlay_read(b.path, &overlay, &b.err));
    assert_int_equal(overlay_sequence(overlay), 0);
    assert_int_equal(overlay_count(overlay), 0);
    overlay_free(overlay);
    down(&b);
}

static void test_what_was_changed_is_read_back(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    for (uint32_t i = 0; i < 300; i++)
        assert_int_equal(change(&b, i, i % 2 ? OVERLAY_BLOCK : OVERLAY_WITHDRAW, true), i + 1);
    for (uint32_t i = 0; i < 300; i++)
        assert_int_equal(refusals(&b, i), CONSENT_BIT(i % 2 ? CONSENT_BLOCKED : CONSENT_OPTED_OUT));
    for (uint32_t i = 300; i < 600; i++)
        assert_int_equal(refusals(&b, i), 0);
    down(&b);
}

static void test_the_sequence_rises_with_every_change_and_with_nothing_else(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    assert_int_equal(change(&b, 1, OVERLAY_BLOCK, true), 1);
    assert_int_equal(change(&b, 1, OVERLAY_BLOCK, false), 1);
    assert_int_equal(change(&b, 2, OVERLAY_UNBLOCK, false), 1);
    assert_int_equal(change(&b, 1, OVERLAY_UNBLOCK, true), 2);
    assert_int_equal(refusals(&b, 1), 0);
    assert_int_equal(change(&b, 1, OVERLAY_WITHDRAW, true), 3);
    assert_int_equal(change(&b, 1, OVERLAY_UNBLOCK, false), 3); /* it is for good */
    assert_int_equal(change(&b, 1, OVERLAY_BLOCK, false), 3);
    assert_int_equal(refusals(&b, 1), CONSENT_BIT(CONSENT_OPTED_OUT));
    down(&b);
}

static void test_lifting_one_block_leaves_all_others(void **state)
{
    enum { N = 7 };

    (void)state;
    for (uint32_t lifted = 0; lifted < N; lifted++) {
        struct overlay *overlay;
        struct bench b;

        up(&b);
        for (uint32_t i = 0; i < N; i++)
            change(&b, i, OVERLAY_BLOCK, true);
        change(&b, lifted, OVERLAY_UNBLOCK, true);
        for (uint32_t i = 0; i < N; i++)
            assert_int_equal(refusals(&b, i), i == lifted ? 0 : CONSENT_BIT(CONSENT_BLOCKED));
        assert_true(overlay_read(b.path, &overlay, &b.err));
        assert_int_equal(overlay_count(overlay), N - 1);
        overlay_free(overlay);
        down(&b);
    }
}

static void test_a_file_out_of_order_is_an_error(void **state)
{
    static const char a[] = "00000000000000000000000000000001";
    static const char *const bad[] = {
        "",
        "rikstal-overlay-v1 1",
        "rikstal-overlay-v1 0\n",
        "rikstal-overlay-v1 -1\n",
        "rikstal-overlay-v1 99999999999999999999\n",
        "rikstal-overlay-v2 1\n",
        "rikstal-overlay-v1 1\n%s\n",
        "rikstal-overlay-v1 1\n%s block",
        "rikstal-overlay-v1 1\n%s blocks\n",
        "rikstal-overlay-v1 1\n%s  block\n",
        "rikstal-overlay-v1 1\n%s block\n%s block\n",
        "rikstal-overlay-v1 1\nzz%s block\n",
        "rikstal-overlay-v1 1\n\n%s block\n",
    };
    struct bench b;

    (void)state;
    up(&b);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct overlay *overlay;
        char text[256];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(text, sizeof(text), bad[i], a, a);
#pragma GCC diagnostic pop
        assert_true(file_write(b.path, text, strlen(text), 0600, &b.err));
        assert_refused(overlay_read(b.path, &overlay, &b.err), &b.err, ERR_INVALID);
    }
    down(&b);
}

static void test_a_failing_disk_leaves_the_old_overlay(void **state)
{
    struct bench b;
    bool done = false;

    (void)state;
    up(&b);
    change(&b, 1, OVERLAY_BLOCK, true);
    for (int n = 0; !done && n < 100; n++) {
        struct person_id id = person(2);
        uint64_t sequence;
        bool changed;

        file_fault(n, 28);
        done = overlay_change(b.path, &id, OVERLAY_BLOCK, &changed, &sequence, &b.err);
        file_fault(-1, 0);
        assert_int_equal(refusals(&b, 1), CONSENT_BIT(CONSENT_BLOCKED));
    }
    assert_true(done);
    assert_int_equal(refusals(&b, 2), CONSENT_BIT(CONSENT_BLOCKED));
    down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_there_is_an_empty_overlay),
        cmocka_unit_test(test_what_was_changed_is_read_back),
        cmocka_unit_test(test_the_sequence_rises_with_every_change_and_with_nothing_else),
        cmocka_unit_test(test_lifting_one_block_leaves_all_others),
        cmocka_unit_test(test_a_file_out_of_order_is_an_error),
        cmocka_unit_test(test_a_failing_disk_leaves_the_old_overlay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
