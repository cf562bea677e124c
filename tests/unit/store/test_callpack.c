/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a callpack promises: what was written is read back, in order or not, for one sample and for
 * a full batch; and no byte string, however damaged, is read out of bounds or for ever.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/store/callpack.h"
#include "node/store/variant.h"
#include "proto/base/random.h"

#define SITES 400
#define BASE 8192 /* the batch begins at this sample */

struct sites {
    uint64_t vid[SITES];
    uint8_t code[SITES][CALLPACK_SAMPLES]; /* CALL_CODES: not listed */
};

static uint64_t draw_vid(uint32_t position)
{
    static const char *const refs[] = {"A", "C", "GT", "GATTACAGATTACA"};
    struct variant variant = {VARIANT_GRCH38, 3, 1048576 + position, refs[random_below(4)], "T"};
    struct err err;
    uint64_t vid;

    assert_true(variant_pack(&variant, 1, &vid, &err));
    return vid;
}

/* From nobody to everybody in a class. */
static void draw_codes(struct sites *sites, uint32_t site)
{
    uint32_t most = site % 5 == 0 ? 3 : 1000;

    for (uint32_t i = 0; i < CALLPACK_SAMPLES; i++) {
        uint32_t draw = random_below(most);

        sites->code[site][i] = draw < CALL_CODES ? (uint8_t)draw : CALL_CODES;
    }
}

static uint8_t fraction_of(uint64_t vid, uint32_t sample)
{
    return (uint8_t)((vid >> 30) + 31 * (uint64_t)sample);
}

static void write_site(struct callpack *pack, const struct sites *sites, uint32_t site)
{
    static uint32_t samples[CALL_CODES][CALLPACK_SAMPLES];
    static uint8_t fractions[BASE + CALLPACK_SAMPLES];
    struct callpack_list lists[CALL_CODES];

    for (uint32_t i = 0; i < CALLPACK_SAMPLES; i++)
        fractions[BASE + i] = fraction_of(sites->vid[site], i);
    for (unsigned code = 0; code < CALL_CODES; code++) {
        lists[code] = (struct callpack_list){samples[code], 0, fractions};
        for (uint32_t i = 0; i < CALLPACK_SAMPLES; i++)
            if (sites->code[site][i] == code)
                samples[code][lists[code].n++] = BASE + i;
    }
    assert_true(callpack_site(pack, sites->vid[site], BASE, lists));
}

static void expect_site(const struct callpack_reader *reader, const struct sites *sites,
                        uint32_t site)
{
    uint16_t samples[CALLPACK_SAMPLES];
    uint8_t found[CALLPACK_SAMPLES];
    const uint8_t *fractions = reader->fractions;

    assert_int_equal(reader->vid, sites->vid[site] & CALLPACK_VID_MASK);
    memset(found, CALL_CODES, sizeof(found));
    for (unsigned code = 0; code < CALL_CODES; code++) {
        size_t n = reader->mask >> code & 1 ? callpack_samples(reader, code, samples) : 0;

        for (size_t i = 0; i < n; i++)
            found[samples[i]] = (uint8_t)code;
        for (size_t i = 0; fractions && code != CALL_NONE && i < n; i++)
            assert_int_equal(*fractions++, fraction_of(sites->vid[site], samples[i]));
    }
    assert_memory_equal(found, sites->code[site], sizeof(found));
}

static struct callpack make_pack(struct sites *sites, bool ordered, bool fractions)
{
    struct callpack pack = {.fractions = fractions};

    for (uint32_t site = 0; site < SITES; site++) {
        sites->vid[site] =
            draw_vid(ordered ? 2500 * site + random_below(2000) : random_below(1000000));
        draw_codes(sites, site);
        write_site(&pack, sites, site);
    }
    return pack;
}

static void test_a_batch_is_read_back(void **state)
{
    struct sites *sites = malloc(sizeof(*sites));

    (void)state;
    random_seed(2);
    for (int form = 0; form < 4; form++) {
        bool ordered = form & 1, fractions = form & 2;
        struct callpack pack = make_pack(sites, ordered, fractions);
        struct callpack_reader reader;
        uint32_t n = 0;

        callpack_start(&reader, pack.data, pack.size, false);
        assert_int_equal(reader.unordered, !ordered);
        for (; callpack_next(&reader); n++) {
            assert_int_equal(reader.fractions != NULL, fractions);
            expect_site(&reader, sites, n);
        }
        assert_false(reader.damaged);
        assert_int_equal(n, SITES);
        callpack_clear(&pack);
    }
    free(sites);
    random_unseed();
}

static void read_lone_sample(bool fractions)
{
    struct callpack pack = {.fractions = fractions};
    struct callpack_reader reader;
    uint64_t vids[SITES];
    uint32_t n = 0;

    random_seed(3);
    for (uint32_t site = 0; site < SITES; site++) {
        vids[site] = draw_vid(random_below(1000000));
        assert_true(callpack_lone_site(&pack, vids[site], site % (CALL_JUDGED + 1),
                                       fraction_of(vids[site], 0)));
    }
    callpack_start(&reader, pack.data, pack.size, true);
    for (; callpack_next(&reader); n++) {
        assert_int_equal(reader.vid, vids[n] & CALLPACK_VID_MASK);
        assert_int_equal(reader.mask, 1U << n % (CALL_JUDGED + 1));
        if (fractions && reader.mask & 1U << CALL_CARRIER)
            assert_int_equal(*reader.fractions, fraction_of(vids[n], 0));
    }
    assert_int_equal(n, SITES);
    callpack_clear(&pack);
    random_unseed();
}

static void test_a_lone_sample_is_read_back(void **state)
{
    (void)state;
    read_lone_sample(false);
    read_lone_sample(true);
}

static void read_through(const uint8_t *data, size_t size, bool lone)
{
    uint8_t *copy = malloc(size + 1); /* exactly as long, so that a sanitizer sees a step beyond */
    struct callpack_reader reader;
    uint16_t samples[CALLPACK_SAMPLES];

    memcpy(copy, data, size);
    callpack_start(&reader, copy, size, lone);
    while (callpack_next(&reader)) {
        size_t carriers = 0;

        for (unsigned code = CALL_HET; reader.fractions && !lone && code < CALL_CODES; code++)
            carriers += reader.mask >> code & 1 ? reader.count[code] : 0;
        for (size_t i = 0; i < carriers; i++)
            assert_true(reader.fractions[i] <= UINT8_MAX);
        for (unsigned code = 0; !lone && code < CALL_CODES; code++)
            if (reader.mask >> code & 1)
                assert_true(callpack_samples(&reader, code, samples) <= CALLPACK_SAMPLES);
    }
    free(copy);
}

static void test_damaged_bytes_stay_in_bounds(void **state)
{
    struct sites *sites = malloc(sizeof(*sites));
    struct callpack pack;

    (void)state;
    random_seed(4);
    pack = make_pack(sites, true, true);
    for (int i = 0; i < 3000; i++) {
        size_t size = random_below((uint32_t)pack.size);
        uint32_t at = random_below((uint32_t)size + 1);
        uint8_t before = pack.data[at];

        pack.data[at] = (uint8_t)random_below(256);
        read_through(pack.data, size, i & 1);
        pack.data[at] = before;
    }
    callpack_clear(&pack);
    free(sites);
    random_unseed();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_batch_is_read_back),
        cmocka_unit_test(test_a_lone_sample_is_read_back),
        cmocka_unit_test(test_damaged_bytes_stay_in_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
