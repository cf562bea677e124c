/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a block promises: sites are read back as they were written, up to its last site and in every
 * form of allele, callset list and frequency; bytes that were cut off or changed are refused, or
 * read within their bounds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/snapshot/block.h"
#include "proto/base/random.h"

#define PERSONS 3000
#define CALLSETS 5

static const uint16_t map[CALLSETS] = {10, 11, 12, 13, 14};

struct written {
    struct block_site site[BLOCK_SITES];
    uint16_t persons[BLOCK_SITES][SITE_CLASSES][PERSONS];
    uint16_t callsets[BLOCK_SITES][CALLSETS];
    uint8_t fractions[BLOCK_SITES][CALLSETS * FRACTION_ROW_BYTES];
};

static void draw_site(struct written *written, uint32_t i)
{
    struct block_site *site = &written->site[i];
    uint32_t most = 1 + random_below(i % 8 ? 200 : 3);

    site->vid = (i ? written->site[i - 1].vid : variant_floor(VARIANT_GRCH38, 7, 500)) +
                ((uint64_t)random_below(3000) << 30) + 1;
    if (i % 3)
        site->vid = (site->vid & ~((UINT64_C(1) << 30) - 1)) + (UINT64_C(1) << 30) +
                    (1U << 24 | 1U << 20 | (i & 15U) << 16);
    site->annotated = i & 1;
    site->declares_af = i & 2;
    site->af_nano = i % 5 ? -1 : (int64_t)random_below(1000000000);
    site->callsets = written->callsets[i];
    for (uint16_t c = 0; c < CALLSETS; c++)
        if (i / 10 >> c & 1)
            written->callsets[i][site->n_callsets++] = c;
    site->fractions = written->fractions[i];
    site->n_fractions = i % 4 == 1 ? i % CALLSETS : 0;
    for (size_t byte = 0; byte < site->n_fractions * FRACTION_ROW_BYTES; byte++)
        written->fractions[i][byte] = (uint8_t)random_below(256);
    for (unsigned class = 0; class < SITE_CLASSES; class ++)
        site->persons[class] = written->persons[i][class];
    for (uint16_t person = 0; person < PERSONS; person++) {
        uint32_t class = random_below(most * SITE_CLASSES);

        if (class < SITE_CLASSES)
            written->persons[i][class][site->count[class]++] = person;
    }
}

static void expect_site(const struct written *written, const struct block *block, uint32_t i)
{
    const struct block_site *expected = &written->site[i];
    struct site site;

    block_site_at(block, i, &site);
    assert_int_equal(site.vid, expected->vid);
    assert_int_equal(site.annotated, expected->annotated);
    assert_int_equal(site.af_nano, expected->af_nano >= 0  ? expected->af_nano
                                   : expected->declares_af ? 0
                                                           : SITE_AF_UNKNOWN);
    assert_int_equal(site.n_fractions, expected->n_fractions);
    for (size_t row = 0; row < site.n_fractions; row++) {
        struct site_fraction read = site_fraction(&site, row);
        const uint8_t *wrote = expected->fractions + row * FRACTION_ROW_BYTES;

        assert_int_equal(read.class << 14 | read.person, wrote[0] | wrote[1] << 8);
        assert_int_equal(read.code, wrote[2]);
    }
    assert_int_equal(site.n_callsets, expected->n_callsets);
    for (uint16_t c = 0; c < site.n_callsets; c++)
        assert_int_equal(site.callsets[c], map[expected->callsets[c]]);
    for (unsigned class = 0; class < SITE_CLASSES; class ++) {
        uint64_t words[SEGMENT_WORDS_MAX] = {0}, found[SEGMENT_WORDS_MAX] = {0};

        for (uint32_t k = 0; k < expected->count[class]; k++)
            words[expected->persons[class][k] / 64] |= UINT64_C(1)
                                                       << expected->persons[class][k] % 64;
        block_or_dense(block, &site.vid, 1, SITE_BIT(class), found);
        block_or_sparse(block, &site.vid, 1, SITE_BIT(class), found);
        assert_memory_equal(words, found, sizeof(words));
        assert_int_equal(site.count[class], expected->count[class]);
    }
}

struct bytes_of_block {
    struct block_writer *writer;
    struct block_source source;
};

static struct bytes_of_block write_block(struct written *written)
{
    struct bytes_of_block made = {.writer = block_writer_new(PERSONS)};
    const uint8_t *data;
    struct err err;

    made.source =
        (struct block_source){.n_persons = PERSONS, .callsets = map, .n_callsets = CALLSETS};
    for (uint32_t i = 0; i < BLOCK_SITES; i++) {
        draw_site(written, i);
        assert_false(block_writer_full(made.writer, written->site[i].vid));
        assert_true(block_writer_add(made.writer, &written->site[i], &err));
    }
    assert_true(block_writer_full(made.writer, written->site[BLOCK_SITES - 1].vid + 1));
    assert_true(
        block_writer_finish(made.writer, &data, &made.source.size, &made.source.first, &err));
    made.source.data = data;
    return made;
}

static void test_sites_are_read_back(void **state)
{
    struct written *written = calloc(1, sizeof(*written));
    struct bytes_of_block made;
    struct block *block;
    struct err err;

    (void)state;
    random_seed(9);
    made = write_block(written);
    assert_int_equal(made.source.first, written->site[0].vid);
    assert_true(block_read(&made.source, &block, &err));
    assert_int_equal(block_sites(block), BLOCK_SITES);
    for (uint32_t i = 0; i < BLOCK_SITES; i++) {
        expect_site(written, block, i);
        assert_int_equal(block_find(block, written->site[i].vid), i);
        assert_int_equal(block_find(block, written->site[i].vid + 1), i + 1);
    }
    block_free(block);
    block_writer_free(made.writer);
    free(written);
    random_unseed();
}

static void test_another_chromosome_needs_a_new_block(void **state)
{
    struct block_writer *writer = block_writer_new(PERSONS);
    struct block_site site = {.vid = variant_floor(VARIANT_GRCH38, 7, 500), .af_nano = -1};
    struct err err;

    (void)state;
    assert_false(block_writer_full(writer, variant_floor(VARIANT_GRCH38, 8, 1)));
    assert_true(block_writer_add(writer, &site, &err));
    assert_false(block_writer_full(writer, variant_floor(VARIANT_GRCH38, 7, 501)));
    assert_true(block_writer_full(writer, variant_floor(VARIANT_GRCH38, 8, 1)));
    block_writer_free(writer);
}

/* Exactly as long as it says, so that a sanitizer sees a step beyond. */
static void read_damaged(const struct block_source *source, const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    struct block_source damaged = *source;
    struct block *block;
    struct err err;

    memcpy(copy, data, size);
    damaged.data = copy;
    damaged.size = size;
    if (block_read(&damaged, &block, &err)) {
        const uint64_t *vids = block_vids(block);
        uint64_t words[SEGMENT_WORDS(PERSONS)] = {0};

        block_or_dense(block, vids, block_sites(block), (1U << SITE_CLASSES) - 1, words);
        block_or_sparse(block, vids, block_sites(block), (1U << SITE_CLASSES) - 1, words);
        block_free(block);
    } else {
        assert_int_equal(err.code, ERR_INTERNAL);
    }
    free(copy);
}

static void test_damaged_bytes_are_refused_or_stay_in_bounds(void **state)
{
    struct written *written = calloc(1, sizeof(*written));
    struct bytes_of_block made;
    uint8_t *data;

    (void)state;
    random_seed(10);
    made = write_block(written);
    data = malloc(made.source.size);
    memcpy(data, made.source.data, made.source.size);
    for (int i = 0; i < 1500; i++) {
        uint32_t at = random_below(i % 2 ? 4000 : (uint32_t)made.source.size);
        uint8_t before = data[at];

        data[at] = (uint8_t)random_below(256);
        read_damaged(&made.source, data, made.source.size);
        data[at] = before;
        read_damaged(&made.source, data, random_below((uint32_t)made.source.size));
    }
    free(data);
    block_writer_free(made.writer);
    free(written);
    random_unseed();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sites_are_read_back),
        cmocka_unit_test(test_another_chromosome_needs_a_new_block),
        cmocka_unit_test(test_damaged_bytes_are_refused_or_stay_in_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
