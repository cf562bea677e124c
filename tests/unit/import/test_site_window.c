/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The waiting sites' promises: what goes on the stream is in order and unique, whatever order
 * trimming and shifting gave; merged calls say no more than both lines did; what would not fit is
 * refused.
 */
#include "tests/unit/import/bench.h"

#include <stdio.h>
#include <string.h>

#include "node/import/site_window.h"

struct bench {
    struct bench_stream stream;
    struct site_window *sites;
};

static void bench_up(struct bench *b, uint32_t window)
{
    const struct stream_unit unit = {.facts = {.birth_date = PERSON_NO_DATE,
                                               .age_fixed = PERSON_NO_AGE,
                                               .death_date = PERSON_NO_DATE}};
    const struct stream_callset callset = {.assembly = 1, .judges_sites = true};
    const struct stream_sample sample = {.unit = 0, .type = SAMPLE_GERMLINE};

    bench_stream_up(&b->stream);
    assert_true(stream_put_unit(b->stream.writer, &unit, &b->stream.err));
    assert_true(stream_put_callset(b->stream.writer, &callset, &b->stream.err));
    for (int i = 0; i < 8; i++)
        assert_true(stream_put_sample(b->stream.writer, &sample, &b->stream.err));
    assert_true(site_window_open(b->stream.writer, window, &b->sites, &b->stream.err));
}

static void bench_down(struct bench *b)
{
    site_window_close(b->sites);
    bench_stream_down(&b->stream);
}

/* calls: pairs of sample and code as digits, "01 32" is sample 0 het, sample 3 hom. */
static bool add(struct bench *b, uint32_t position, const char *ref, const char *alt,
                const char *calls)
{
    uint8_t bytes[64];
    struct stream_site site = {.chromosome = 1,
                               .position = position,
                               .ref = ref,
                               .alt = alt,
                               .af_nano = STREAM_NO_AF,
                               .calls = bytes};
    int64_t previous = -1;
    bool merged = false;

    for (const char *p = calls; *p; p += p[2] ? 3 : 2) {
        site.calls_size += stream_call_write(bytes + site.calls_size, previous,
                                             (uint32_t)(p[0] - '0'), (enum call_code)(p[1] - '0'));
        previous = p[0] - '0';
    }
    assert_true(site_window_add(b->sites, &site, &merged, &b->stream.err));
    return merged;
}

static void expect(struct bench *b, const char *text)
{
    char got[256];

    bench_site_text(&bench_stream_next(&b->stream, STREAM_SITE)->site, got, sizeof(got));
    assert_string_equal(got, text);
}

static void test_sites_come_out_in_order(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, 100);
    assert_false(add(&b, 500, "A", "C", "01"));
    assert_false(add(&b, 450, "A", "T", "01"));
    assert_false(add(&b, 500, "A", "AG", "01"));
    assert_true(
        site_window_advance(b.sites, 1, 551, &b.stream.err)); /* 450 may still get company */
    assert_int_equal(site_window_offered(b.sites), 1);
    assert_true(site_window_advance(b.sites, 1, 600, &b.stream.err));
    assert_int_equal(site_window_offered(b.sites), 1);
    assert_true(site_window_advance(b.sites, 1, 601, &b.stream.err));
    assert_int_equal(site_window_offered(b.sites), 3);
    assert_false(add(&b, 700, "A", "C", "01"));
    assert_true(site_window_advance(b.sites, 2, 1, &b.stream.err));
    assert_true(site_window_finish(b.sites, &b.stream.err));
    bench_stream_turn(&b.stream);
    expect(&b, "1:450 A>T 0=het");
    expect(&b, "1:500 A>AG 0=het");
    expect(&b, "1:500 A>C 0=het");
    expect(&b, "1:700 A>C 0=het");
    bench_down(&b);
}

static void test_the_same_variant_again_is_merged(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, 0);
    assert_false(add(&b, 5, "A", "C", "00 11 21 31 70"));
    assert_true(add(&b, 5, "A", "C", "01 11 22 50 70"));
    assert_true(site_window_finish(b.sites, &b.stream.err));
    bench_stream_turn(&b.stream);
    /* not called and het: het; het twice: one copy or two; het and hom: carrier; reference and not
     * called: not called */
    expect(&b, "1:5 A>C 0=het 1=carrier 2=carrier 3=het 5=none 7=none");
    bench_down(&b);
}

static void test_a_frequency_that_one_line_lacks_is_not_known_and_genes_stay(void **state)
{
    const struct note note = {
        .gene = "G1", .consequences = 4, .picked_by = NOTE_MANE, .complete = true};
    struct stream_site plain = {
        .chromosome = 1, .position = 9, .ref = "A", .alt = "C", .af_nano = STREAM_NO_AF};
    struct stream_site noted = plain;
    const struct stream_item *item;
    struct bench b;
    bool merged;

    (void)state;
    noted.notes = &note;
    noted.n_notes = 1;
    noted.af_nano = 7;
    bench_up(&b, 0);
    assert_true(site_window_add(b.sites, &plain, &merged, &b.stream.err));
    assert_true(site_window_add(b.sites, &noted, &merged, &b.stream.err));
    assert_true(merged);
    assert_true(site_window_finish(b.sites, &b.stream.err));
    bench_stream_turn(&b.stream);
    item = bench_stream_next(&b.stream, STREAM_SITE);
    assert_int_equal(item->site.af_nano, STREAM_NO_AF);
    assert_string_equal(item->site.notes[0].gene, "G1");
    assert_false(item->site.notes[0].complete);
    bench_down(&b);
}

static void test_shares_of_reads_stay_with_their_calls(void **state)
{
    static const uint8_t first_shares[] = {11, 22, 33}, second_shares[] = {11, 44};
    uint8_t first[32], second[32];
    struct stream_site a = {.chromosome = 1, .position = 9, .ref = "A", .alt = "C"}, b = a;
    const struct stream_item *item;
    struct bench bench;
    bool merged;

    (void)state;
    a.calls = first;
    a.calls_size = stream_call_write(first, -1, 0, CALL_HET);
    a.calls_size += stream_call_write(first + a.calls_size, 0, 1, CALL_NONE);
    a.calls_size += stream_call_write(first + a.calls_size, 1, 2, CALL_HET);
    a.calls_size += stream_call_write(first + a.calls_size, 2, 3, CALL_HET);
    a.fractions = first_shares;
    a.fractions_size = 3;
    b.calls = second;
    b.calls_size = stream_call_write(second, -1, 0, CALL_HET);
    b.calls_size += stream_call_write(second + b.calls_size, 0, 2, CALL_HET);
    b.fractions = second_shares;
    b.fractions_size = 2;
    bench_up(&bench, 0);
    assert_true(site_window_add(bench.sites, &a, &merged, &bench.stream.err));
    assert_true(site_window_add(bench.sites, &b, &merged, &bench.stream.err));
    assert_true(site_window_finish(bench.sites, &bench.stream.err));
    bench_stream_turn(&bench.stream);
    item = bench_stream_next(&bench.stream, STREAM_SITE);
    assert_int_equal(item->site.fractions_size, 3);
    assert_int_equal(item->site.fractions[0], 11); /* both lines say so */
    assert_int_equal(item->site.fractions[1], 0);  /* they differ */
    assert_int_equal(item->site.fractions[2], 33);
    bench_down(&bench);
}

static void test_too_many_at_one_place_are_refused(void **state)
{
    struct stream_site site = {.chromosome = 1, .position = 9, .ref = "A", .af_nano = STREAM_NO_AF};
    char alt[32] = "";
    struct bench b;
    bool merged, ok = true;
    uint32_t n = 0;

    (void)state;
    bench_up(&b, 0);
    site.alt = alt;
    for (; ok && n <= SITE_WINDOW_WAITING_MAX; n++) {
        for (unsigned i = 0; i < 18; i++)
            alt[i] = "ACGT"[(uint64_t)n >> (34 - 2 * i) & 3];
        ok = site_window_add(b.sites, &site, &merged, &b.stream.err);
    }
    assert_false(ok);
    assert_int_equal(n, SITE_WINDOW_WAITING_MAX + 1);
    assert_int_equal(b.stream.err.code, ERR_INVALID);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sites_come_out_in_order),
        cmocka_unit_test(test_the_same_variant_again_is_merged),
        cmocka_unit_test(test_a_frequency_that_one_line_lacks_is_not_known_and_genes_stay),
        cmocka_unit_test(test_shares_of_reads_stay_with_their_calls),
        cmocka_unit_test(test_too_many_at_one_place_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
