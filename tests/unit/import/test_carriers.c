/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The carriers' promises: whatever the order in which they come, a variant stands once on the
 * stream with all who carry it, in genome order, those without a place last; a callset an assembly,
 * with its samples first; and nothing is put when there is nobody.
 */
#include "bench.h"

#include <string.h>

#include "node/import/carriers.h"
#include "node/import/packet.h"
#include "node/store/variant.h"

static const struct packet_variant placed = {.assembly = VARIANT_GRCH38,
                                             .chromosome = 9,
                                             .position = 100,
                                             .ref = "C",
                                             .alt = "T",
                                             .gene = "KCNT1",
                                             .call = CALL_HET};
static const struct packet_variant earlier = {.assembly = VARIANT_GRCH38,
                                              .chromosome = 2,
                                              .position = 900,
                                              .ref = "A",
                                              .alt = "G",
                                              .call = CALL_HOM};
static const struct packet_variant nowhere = {
    .gene = "CNTNAP2", .description = "deletion of exon 4", .call = CALL_CARRIER};
static const struct packet_variant nameless = {.description = "something", .call = CALL_HET};

static void expect_site(struct bench_stream *stream, const char *expected, const char *gene)
{
    const struct stream_item *item = bench_stream_next(stream, STREAM_SITE);
    char text[256];

    bench_site_text(&item->site, text, sizeof(text));
    assert_string_equal(text, expected);
    assert_int_equal(item->site.n_notes, gene != NULL);
    if (gene)
        assert_string_equal(item->site.notes[0].gene, gene);
}

static void put_units(struct bench_stream *stream, uint8_t n)
{
    for (uint8_t i = 0; i < n; i++) {
        struct stream_unit unit = {.person = {{i}}, .key = {{i}}, .facts = person_facts_none()};

        assert_true(stream_put_unit(stream->writer, &unit, &stream->err));
    }
}

static void test_a_variant_stands_once_with_all_who_carry_it(void **state)
{
    struct carriers *carriers = carriers_new();
    struct bench_stream s;
    struct packet_variant hom = placed;

    (void)state;
    assert_non_null(carriers);
    hom.call = CALL_HOM;
    bench_stream_up(&s);
    put_units(&s, 6);
    assert_true(carriers_add(carriers, 5, VARIANT_GRCH38, &hom, &s.err));
    assert_true(carriers_add(carriers, 5, VARIANT_GRCH38, &nowhere, &s.err));
    assert_true(carriers_add(carriers, 1, VARIANT_GRCH38, &placed, &s.err));
    assert_true(carriers_add(carriers, 1, VARIANT_GRCH38, &earlier, &s.err));
    assert_true(carriers_add(carriers, 3, 0, &nowhere, &s.err));
    assert_true(carriers_add(carriers, 3, 0, &nameless, &s.err));
    assert_true(carriers_put(carriers, s.writer, &s.err));
    bench_stream_turn(&s);
    assert_int_equal(bench_stream_next(&s, STREAM_CALLSET)->callset.assembly, 0);
    assert_int_equal(bench_stream_next(&s, STREAM_SAMPLE)->sample.unit, 3);
    expect_site(&s, "31:0 .>something 0=het", NULL);
    expect_site(&s, "31:0 CNTNAP2>deletion of exon 4 0=carrier", "CNTNAP2");
    assert_int_equal(bench_stream_next(&s, STREAM_CALLSET)->callset.assembly, VARIANT_GRCH38);
    assert_false(s.item.callset.judges_sites);
    assert_int_equal(bench_stream_next(&s, STREAM_SAMPLE)->sample.unit, 1);
    assert_int_equal(bench_stream_next(&s, STREAM_SAMPLE)->sample.unit, 5);
    expect_site(&s, "2:900 A>G 0=hom", NULL);
    expect_site(&s, "9:100 C>T 0=het 1=hom", "KCNT1");
    expect_site(&s, "31:0 CNTNAP2>deletion of exon 4 1=carrier", "CNTNAP2");
    carriers_free(carriers);
    bench_stream_down(&s);
}

static void test_genes_that_differ_are_all_named(void **state)
{
    struct carriers *carriers = carriers_new();
    struct packet_variant other = placed;
    struct bench_stream s;

    (void)state;
    assert_non_null(carriers);
    other.gene = "SLACK";
    bench_stream_up(&s);
    put_units(&s, 3);
    assert_true(carriers_add(carriers, 0, VARIANT_GRCH38, &placed, &s.err));
    assert_true(carriers_add(carriers, 1, VARIANT_GRCH38, &other, &s.err));
    assert_true(carriers_add(carriers, 2, VARIANT_GRCH38, &placed, &s.err));
    assert_true(carriers_put(carriers, s.writer, &s.err));
    bench_stream_turn(&s);
    assert_int_equal(bench_stream_next(&s, STREAM_SITE)->site.n_notes, 2);
    carriers_free(carriers);
    bench_stream_down(&s);
}

static void test_nobody_puts_nothing(void **state)
{
    struct carriers *carriers = carriers_new();
    struct bench_stream s;

    (void)state;
    assert_non_null(carriers);
    bench_stream_up(&s);
    assert_true(carriers_put(carriers, s.writer, &s.err));
    bench_stream_turn(&s);
    assert_int_equal(bench_stream_next(&s, STREAM_CLOSING)->closing.read, 0);
    carriers_free(carriers);
    carriers_free(NULL);
    bench_stream_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_variant_stands_once_with_all_who_carry_it),
        cmocka_unit_test(test_genes_that_differ_are_all_named),
        cmocka_unit_test(test_nobody_puts_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
