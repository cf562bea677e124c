/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writing end's promises: every kind of item comes back as it was put, calls round-trip at the
 * edges of their encoding, what exceeds an item's limits is refused and leaves the stream usable.
 */
#include "tests/unit/import/bench.h"
#include "tests/unit/refused.h"

#include <stdlib.h>
#include <string.h>

static void test_every_kind_of_item_comes_back(void **state)
{
    const struct assay_interval interval = {.chromosome = 22, .start = 5, .end = 9};
    const struct stream_unit unit = {.person = {{1, 2}},
                                     .key = {{3}},
                                     .content = {4},
                                     .facts = {.sex = PERSON_FEMALE,
                                               .birth_date = -400,
                                               .birth_year = 1968,
                                               .age_fixed = PERSON_NO_AGE,
                                               .death_date = PERSON_NO_DATE}};
    const struct event event = {.kind = EVENT_DIAGNOSIS,
                                .system = "icd10",
                                .code = "C501",
                                .date = -1,
                                .age_days = EVENT_NO_AGE};
    const struct stream_callset callset = {.assembly = 2, .has_af = true, .judges_sites = true};
    const struct stream_sample sample = {.unit = 0, .type = SAMPLE_GERMLINE};
    const struct note note = {
        .gene = "TP53", .consequences = 1u << 4, .clinvar = 3, .picked_by = 2};
    struct stream_site site = {.chromosome = 22,
                               .position = 100,
                               .ref = "A",
                               .alt = "CTT",
                               .af_nano = 1000,
                               .notes = &note,
                               .n_notes = 1};
    const struct stream_reject reject = {.line = 7, .field = "INFO/CSQ", .code = REJECT_AF_RANGE};
    uint8_t calls[STREAM_CALL_MAX];
    struct bench_stream s;
    const struct stream_item *item;
    bool end;

    (void)state;
    bench_stream_up(&s);
    site.calls = calls;
    site.calls_size = stream_call_write(calls, -1, 0, CALL_HEMI);
    assert_true(stream_put_interval(s.writer, &interval, &s.err));
    assert_true(stream_put_unit(s.writer, &unit, &s.err));
    assert_true(stream_put_event(s.writer, &event, &s.err));
    assert_true(stream_put_callset(s.writer, &callset, &s.err));
    assert_true(stream_put_sample(s.writer, &sample, &s.err));
    assert_true(stream_put_site(s.writer, &site, &s.err));
    assert_true(stream_put_reject(s.writer, &reject, &s.err));
    assert_true(stream_put_progress(s.writer, UINT64_MAX, &s.err));
    bench_stream_turn(&s);
    item = bench_stream_next(&s, STREAM_INTERVAL);
    assert_int_equal(item->interval.end, 9);
    item = bench_stream_next(&s, STREAM_UNIT);
    assert_memory_equal(&item->unit.person, &unit.person, sizeof(unit.person));
    assert_int_equal(item->unit.facts.birth_date, -400);
    assert_int_equal(item->unit.facts.death_date, PERSON_NO_DATE);
    item = bench_stream_next(&s, STREAM_EVENT);
    assert_string_equal(item->event.code, "C501");
    assert_int_equal(item->event.date, -1);
    assert_int_equal(item->event.age_days, EVENT_NO_AGE);
    assert_true(bench_stream_next(&s, STREAM_CALLSET)->callset.judges_sites);
    assert_int_equal(bench_stream_next(&s, STREAM_SAMPLE)->sample.unit, 0);
    item = bench_stream_next(&s, STREAM_SITE);
    assert_string_equal(item->site.alt, "CTT");
    assert_string_equal(item->site.notes[0].gene, "TP53");
    assert_int_equal(item->site.af_nano, 1000);
    assert_int_equal(item->site.calls_size, site.calls_size);
    assert_int_equal(bench_stream_next(&s, STREAM_REJECT)->reject.code, REJECT_AF_RANGE);
    assert_true(bench_stream_next(&s, STREAM_PROGRESS)->progress == UINT64_MAX);
    (void)bench_stream_next(&s, STREAM_CLOSING);
    assert_true(stream_next(s.reader, &s.item, &end, &s.err));
    assert_true(end);
    bench_stream_down(&s);
}

static void test_what_is_known_of_a_death_comes_back(void **state)
{
    static const struct {
        bool deceased, alive, vital_lost;
    } rows[] = {
        {false, false, false}, {true, false, false}, {false, true, false}, {false, false, true}};
    struct bench_stream s;

    (void)state;
    bench_stream_up(&s);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct stream_unit unit = {.person = {{1}},
                                   .key = {{(uint8_t)(i + 1)}},
                                   .content = {1},
                                   .facts = person_facts_none()};

        unit.facts.deceased = rows[i].deceased;
        unit.facts.alive = rows[i].alive;
        unit.facts.vital_lost = rows[i].vital_lost;
        assert_true(stream_put_unit(s.writer, &unit, &s.err));
    }
    bench_stream_turn(&s);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct person_facts *facts = &bench_stream_next(&s, STREAM_UNIT)->unit.facts;

        assert_int_equal(facts->deceased, rows[i].deceased);
        assert_int_equal(facts->alive, rows[i].alive);
        assert_int_equal(facts->vital_lost, rows[i].vital_lost);
    }
    (void)bench_stream_next(&s, STREAM_CLOSING);
    bench_stream_down(&s);
}

static void test_calls_round_trip_at_the_edges_of_their_bytes(void **state)
{
    static const uint32_t samples[] = {
        0, 1, 15, 16, 17, 2063, 2064, 300000, STREAM_SAMPLES_MAX - 1};
    uint8_t calls[sizeof(samples) / sizeof(samples[0]) * STREAM_CALL_MAX];
    struct stream_site site = {.calls = calls};
    int64_t previous = -1, sample = -1;
    enum call_code code;
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        site.calls_size += stream_call_write(calls + site.calls_size, previous, samples[i],
                                             (enum call_code)(i % CALL_CODES));
        previous = samples[i];
    }
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        assert_true(stream_call_next(&site, &at, &sample, &code));
        assert_int_equal(sample, samples[i]);
        assert_int_equal(code, (int)(i % CALL_CODES));
    }
    assert_false(stream_call_next(&site, &at, &sample, &code));
}

static void test_what_exceeds_the_limits_is_refused_and_the_stream_goes_on(void **state)
{
    static char allele[STREAM_ALLELE_MAX + 2];
    struct stream_site site = {.chromosome = 1, .position = 1, .ref = allele, .alt = "C"};
    struct bench_stream s;

    (void)state;
    memset(allele, 'A', STREAM_ALLELE_MAX + 1);
    bench_stream_up(&s);
    assert_refused(stream_put_site(s.writer, &site, &s.err), &s.err, ERR_INTERNAL);
    assert_true(stream_put_progress(s.writer, 5, &s.err));
    bench_stream_turn(&s);
    assert_int_equal(bench_stream_next(&s, STREAM_PROGRESS)->progress, 5);
    bench_stream_down(&s);
}

static void test_an_item_at_the_limit_and_one_past(void **state)
{
    uint8_t *calls = calloc(STREAM_ITEM_MAX, 1);
    struct stream_gap gap = {.chromosome = 1, .start = 1, .end = 2, .calls = calls};
    struct bench_stream s;

    (void)state;
    assert_non_null(calls);
    bench_stream_up(&s);
    gap.calls_size = STREAM_ITEM_MAX - 64; /* 64: the most that the numbers before them take */
    assert_true(stream_put_gap(s.writer, &gap, &s.err));
    gap.calls_size++;
    assert_refused_for(stream_put_gap(s.writer, &gap, &s.err), &s.err, ERR_INTERNAL, "exceed");
    assert_true(stream_put_progress(s.writer, 5, &s.err));
    bench_stream_down(&s);
    free(calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_of_item_comes_back),
        cmocka_unit_test(test_what_is_known_of_a_death_comes_back),
        cmocka_unit_test(test_calls_round_trip_at_the_edges_of_their_bytes),
        cmocka_unit_test(test_what_exceeds_the_limits_is_refused_and_the_stream_goes_on),
        cmocka_unit_test(test_an_item_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
