/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows' promises: every carrier of the segment has one at a site where any share is known, one
 * for each of several samples that differ, in the class in which the person carries the variant; a
 * pack without shares gives unknown ones; where nothing is known there are none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/publish/fraction_rows.h"
#include "node/store/variant.h"
#include "tests/unit/refused.h"

#define SAMPLES 4

static uint64_t vid_of(uint32_t position)
{
    struct variant variant = {VARIANT_GRCH38, CHROMOSOME_MT, position, "A", "G"};
    struct err err;
    uint64_t vid;

    assert_true(variant_pack(&variant, 0, &vid, &err));
    return vid;
}

/* Sample 0 is het and 2 hom at each place of the pack. */
static struct callpack pack_of(const uint32_t *positions, size_t n, const uint8_t *shares)
{
    static const uint32_t het[] = {0}, hom[] = {2};
    struct callpack pack = {.fractions = shares != NULL};

    for (size_t i = 0; i < n; i++) {
        struct callpack_list lists[CALL_CODES] = {
            [CALL_HET] = {het, 1, shares}, [CALL_HOM] = {hom, 1, shares}};

        assert_true(callpack_site(&pack, vid_of(positions[i]), 0, lists));
    }
    return pack;
}

static bool add(struct fraction_rows *rows, uint16_t map[static SAMPLES], struct callpack *pack,
                struct err *err)
{
    struct batch_in batch = {.map = map, .n_map = SAMPLES};
    struct fraction_pack of = {&batch, pack->data, pack->size, false, 0, 1000};
    bool ok = fraction_rows_add(rows, &of, err);

    callpack_clear(pack);
    return ok;
}

static void expect(const struct block_site *site, size_t row, unsigned class, uint16_t person,
                   uint8_t code)
{
    struct site read = {.fractions = site->fractions, .n_fractions = site->n_fractions};
    struct site_fraction is = site_fraction(&read, row);

    assert_int_equal(is.class, class);
    assert_int_equal(is.person, person);
    assert_int_equal(is.code, code);
}

static void test_every_call_of_a_carrier_has_a_row(void **state)
{
    static const uint32_t both[] = {7, 9}, beyond[] = {7, 2000};
    static const uint8_t shares[SAMPLES] = {50, 0, 60, 0}, others[SAMPLES] = {50, 0, 70, 0};
    static const uint16_t het[] = {300}, hom[] = {8, 9};
    uint16_t map[SAMPLES] = {300, NOBODY, 9, NOBODY}, second[SAMPLES] = {300, NOBODY, 8, NOBODY};
    struct fraction_rows rows = {0};
    struct block_site site = {.persons = {[SITE_HET] = het, [SITE_HOM] = hom},
                              .count = {[SITE_HET] = 1, [SITE_HOM] = 2}};
    struct callpack pack;
    struct err err;

    (void)state;
    fraction_rows_restart(&rows, true);
    pack = pack_of(both, 2, shares);
    assert_true(add(&rows, map, &pack, &err));
    pack = pack_of(beyond, 2, others);
    assert_true(add(&rows, second, &pack, &err));
    fraction_rows_sort(&rows);
    assert_true(fraction_rows_site(&rows, vid_of(7) & CALLPACK_VID_MASK, &site, &err));
    assert_int_equal(site.n_fractions, 3); /* person 300 twice the same */
    expect(&site, 0, SITE_HOM, 8, 70);
    expect(&site, 1, SITE_HOM, 9, 60);
    expect(&site, 2, SITE_HET, 300, 50);
    assert_true(fraction_rows_site(&rows, vid_of(8) & CALLPACK_VID_MASK, &site, &err));
    assert_int_equal(site.n_fractions, 0);
    assert_true(fraction_rows_site(&rows, vid_of(9) & CALLPACK_VID_MASK, &site, &err));
    assert_int_equal(site.n_fractions, 2);
    assert_true(fraction_rows_site(&rows, vid_of(999) & CALLPACK_VID_MASK, &site, &err));
    assert_int_equal(site.n_fractions, 0); /* 2000 lies beyond the stretch */
    fraction_rows_clear(&rows);
}

static void test_a_call_without_a_share_is_not_passed_over(void **state)
{
    static const uint32_t both[] = {7, 9}, one[] = {7};
    static const uint8_t shares[SAMPLES] = {50, 0, 60, 0};
    static const uint16_t het[] = {1}, hom[] = {2};
    uint16_t map[SAMPLES] = {1, NOBODY, 2, NOBODY};
    struct fraction_rows rows = {0};
    struct block_site site = {.persons = {[SITE_HET] = het, [SITE_HOM] = hom},
                              .count = {[SITE_HET] = 1, [SITE_HOM] = 1}};
    struct callpack pack;
    struct err err;

    (void)state;
    fraction_rows_restart(&rows, true);
    pack = pack_of(one, 1, shares);
    assert_true(add(&rows, map, &pack, &err));
    pack = pack_of(both, 2, NULL); /* of another file */
    assert_true(add(&rows, map, &pack, &err));
    fraction_rows_sort(&rows);
    assert_true(fraction_rows_site(&rows, vid_of(7) & CALLPACK_VID_MASK, &site, &err));
    assert_int_equal(site.n_fractions, 4);
    expect(&site, 0, SITE_HET, 1, 0);
    expect(&site, 1, SITE_HET, 1, 50);
    expect(&site, 3, SITE_HOM, 2, 60);
    assert_true(fraction_rows_site(&rows, vid_of(9) & CALLPACK_VID_MASK, &site, &err));
    assert_int_equal(site.n_fractions, 0); /* nothing is known there */
    fraction_rows_restart(&rows, false);
    pack = pack_of(one, 1, shares);
    assert_true(add(&rows, map, &pack, &err));
    assert_true(fraction_rows_site(&rows, vid_of(7) & CALLPACK_VID_MASK, &site, &err));
    assert_int_equal(site.n_fractions, 0); /* not wanted */
    fraction_rows_clear(&rows);
}

static void test_no_share_has_another_code(void **state)
{
    static const uint32_t one[] = {7};
    static const uint8_t shares[SAMPLES] = {50, 0, 237, 0};
    uint16_t map[SAMPLES] = {1, NOBODY, 2, NOBODY};
    struct fraction_rows rows = {.wanted = true};
    struct callpack pack = pack_of(one, 1, shares);
    struct err err;

    (void)state;
    assert_refused(add(&rows, map, &pack, &err), &err, ERR_INTERNAL);
    fraction_rows_clear(&rows);
}

static void test_shares_are_kept_of_tumours_and_on_mt(void **state)
{
    uint64_t mt = vid_chunk(vid_of(1)), other = vid_chunk(variant_floor(VARIANT_GRCH38, 7, 500));

    (void)state;
    assert_true(fraction_rows_kept(ORIGIN_SOMATIC, other));
    assert_true(fraction_rows_kept(ORIGIN_GERMLINE, mt));
    assert_false(fraction_rows_kept(ORIGIN_GERMLINE, other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_call_of_a_carrier_has_a_row),
        cmocka_unit_test(test_a_call_without_a_share_is_not_passed_over),
        cmocka_unit_test(test_no_share_has_another_code),
        cmocka_unit_test(test_shares_are_kept_of_tumours_and_on_mt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
