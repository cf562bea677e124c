/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reading end believes nothing: a stream cut short at any byte is never taken for whole, one
 * with any byte changed never crashes, and numbers, orders and sums that break the rules are
 * refused.
 */
#include "tests/unit/import/bench.h"
#include "tests/unit/refused.h"

#include <string.h>
#include <unistd.h>

struct whole {
    uint8_t data[4096];
    size_t size;
};

static const struct stream_unit unit = {.facts = {.birth_date = PERSON_NO_DATE,
                                                  .age_fixed = PERSON_NO_AGE,
                                                  .death_date = PERSON_NO_DATE}};
static const struct stream_callset callset = {.assembly = 1, .judges_sites = true};
static const struct stream_sample sample = {.unit = 0, .type = SAMPLE_GERMLINE};

static struct stream_site site_at(uint8_t chromosome, uint32_t position)
{
    return (struct stream_site){.chromosome = chromosome,
                                .position = position,
                                .ref = "A",
                                .alt = "G",
                                .af_nano = STREAM_NO_AF};
}

/* Puts sites on a stream with one unit, callset and sample, and ends it. */
static void write_sites(struct bench_stream *s, const struct stream_site *sites, size_t n)
{
    bench_stream_up(s);
    assert_true(stream_put_unit(s->writer, &unit, &s->err));
    assert_true(stream_put_callset(s->writer, &callset, &s->err));
    assert_true(stream_put_sample(s->writer, &sample, &s->err));
    for (size_t i = 0; i < n; i++)
        assert_true(stream_put_site(s->writer, &sites[i], &s->err));
    bench_stream_turn(s);
}

/* Reads to the end; true when the stream was whole and good. */
static bool read_all(int fd, struct err *err)
{
    struct stream_reader *reader = NULL;
    struct stream_item item;
    bool end = false, ok = true;

    assert_true(stream_reader_open(fd, &reader, err));
    while (ok && !end)
        ok = stream_next(reader, &item, &end, err);
    stream_reader_close(reader);
    return ok;
}

static bool sites_taken(const struct stream_site *sites, size_t n, struct err *err)
{
    struct bench_stream s;
    bool taken;

    write_sites(&s, sites, n);
    taken = read_all(s.fd, err);
    bench_stream_down(&s);
    return taken;
}

static void load(struct whole *whole)
{
    struct stream_site sites[2] = {site_at(1, 5), site_at(2, 3)};
    uint8_t calls[STREAM_CALL_MAX];
    struct bench_stream s;
    ssize_t n;

    sites[0].calls = calls;
    sites[0].calls_size = stream_call_write(calls, -1, 0, CALL_HET);
    sites[0].fractions = (const uint8_t *)"\x40";
    sites[0].fractions_size = 1;
    write_sites(&s, sites, 2);
    assert_int_equal(lseek(s.fd, 0, SEEK_SET), 0);
    n = read(s.fd, whole->data, sizeof(whole->data));
    assert_true(n > 0 && n < (ssize_t)sizeof(whole->data));
    whole->size = (size_t)n;
    bench_stream_down(&s);
}

static void test_a_stream_cut_at_any_byte_is_not_whole(void **state)
{
    struct whole whole;

    (void)state;
    load(&whole);
    for (size_t size = 0; size <= whole.size; size++) {
        int fd = bench_file(whole.data, size);
        struct err err;

        assert_int_equal(read_all(fd, &err), size == whole.size);
        (void)close(fd);
    }
}

static void test_a_stream_with_any_byte_changed_does_no_harm(void **state)
{
    struct whole whole;

    (void)state;
    load(&whole);
    for (size_t at = 0; at < whole.size; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            struct err err;
            int fd;

            whole.data[at] ^= (uint8_t)(1u << bit);
            fd = bench_file(whole.data, whole.size);
            (void)read_all(fd, &err);
            (void)close(fd);
            whole.data[at] ^= (uint8_t)(1u << bit);
        }
    }
}

static void test_bytes_behind_the_end_are_refused(void **state)
{
    struct whole whole;
    struct err err;
    int fd;

    (void)state;
    load(&whole);
    whole.data[whole.size] = 0;
    fd = bench_file(whole.data, whole.size + 1);
    assert_refused(read_all(fd, &err), &err, ERR_INTERNAL);
    (void)close(fd);
}

static void test_sites_must_come_in_order(void **state)
{
    struct err err;
    const struct stream_site good[] = {site_at(1, 5), site_at(1, 5), site_at(3, 2), site_at(2, 9)};
    const struct stream_site falls[] = {site_at(1, 5), site_at(1, 4)};
    const struct stream_site back[] = {site_at(1, 5), site_at(2, 1), site_at(1, 6)};

    (void)state;
    assert_true(sites_taken(good, 4, &err));
    assert_refused(sites_taken(falls, 2, &err), &err, ERR_INTERNAL);
    assert_refused(sites_taken(back, 3, &err), &err, ERR_INTERNAL);
}

static void test_shares_must_be_those_of_the_carriers(void **state)
{
    static const uint8_t shares[] = {236, 237};
    struct stream_site site = site_at(1, 5);
    uint8_t calls[STREAM_CALL_MAX];
    struct err err;

    (void)state;
    site.calls = calls;
    site.calls_size = stream_call_write(calls, -1, 0, CALL_HET);
    site.fractions = shares;
    site.fractions_size = 1;
    assert_true(sites_taken(&site, 1, &err));
    site.fractions_size = 2; /* one call has one */
    assert_refused(sites_taken(&site, 1, &err), &err, ERR_INTERNAL);
    site.fractions = shares + 1; /* no such step */
    site.fractions_size = 1;
    assert_refused(sites_taken(&site, 1, &err), &err, ERR_INTERNAL);
}

static void test_a_site_must_be_of_bases_and_in_range(void **state)
{
    struct err err;
    struct stream_site site = site_at(26, 1);

    (void)state;
    assert_refused(sites_taken(&site, 1, &err), &err, ERR_INTERNAL); /* chromosome */
    site = site_at(0, 1);
    assert_refused(sites_taken(&site, 1, &err), &err, ERR_INTERNAL);
    site = site_at(1, 0);
    assert_refused(sites_taken(&site, 1, &err), &err, ERR_INTERNAL);
    site = site_at(1, 1);
    site.alt = "A";
    assert_refused(sites_taken(&site, 1, &err), &err, ERR_INTERNAL); /* the same */
    site.alt = "g";
    assert_refused(sites_taken(&site, 1, &err), &err, ERR_INTERNAL);
    site.alt = "";
    assert_refused(sites_taken(&site, 1, &err), &err, ERR_INTERNAL);
    site.alt = "N";
    assert_true(sites_taken(&site, 1, &err));
    site.af_nano = 1000000001;
    assert_refused(sites_taken(&site, 1, &err), &err, ERR_INTERNAL);
    site = site_at(STREAM_NO_PLACE, 0);
    assert_refused(sites_taken(&site, 1, &err), &err,
                   ERR_INTERNAL); /* this callset judges its sites */
}

static void test_calls_name_known_samples_and_codes(void **state)
{
    struct err err;
    struct stream_site site = site_at(1, 1);
    uint8_t calls[STREAM_CALL_MAX];

    (void)state;
    site.calls = calls;
    site.calls_size = stream_call_write(calls, -1, 0, CALL_CARRIER);
    assert_true(sites_taken(&site, 1, &err));
    site.calls_size = stream_call_write(calls, -1, 1, CALL_HET);
    assert_refused(sites_taken(&site, 1, &err), &err, ERR_INTERNAL); /* there is one sample */
    calls[0] = 5;
    site.calls_size = 1;
    assert_refused(sites_taken(&site, 1, &err), &err, ERR_INTERNAL); /* a code that is none */
    calls[0] = 0x80;
    assert_refused(sites_taken(&site, 1, &err), &err, ERR_INTERNAL); /* cut short */
}

static void test_a_closing_must_come_out(void **state)
{
    struct stream_closing closing = {.read = 5, .offered = 3, .rejected = 1};
    struct bench_stream s;

    (void)state;
    bench_stream_up(&s);
    assert_true(stream_put_closing(s.writer, &closing, &s.err));
    assert_int_equal(lseek(s.fd, 0, SEEK_SET), 0);
    assert_refused(read_all(s.fd, &s.err), &s.err, ERR_INTERNAL);
    bench_stream_down(&s);
    closing.filtered[FILTER_STAR] = UINT64_MAX; /* wraps to the right sum */
    closing.rejected = 3;
    bench_stream_up(&s);
    assert_true(stream_put_closing(s.writer, &closing, &s.err));
    assert_int_equal(lseek(s.fd, 0, SEEK_SET), 0);
    assert_refused(read_all(s.fd, &s.err), &s.err, ERR_INTERNAL);
    bench_stream_down(&s);
}

static void test_a_sample_needs_its_unit_and_an_event_too(void **state)
{
    const struct event event = {.kind = EVENT_OTHER, .system = "x", .code = "y"};
    struct bench_stream s;

    (void)state;
    bench_stream_up(&s);
    assert_true(stream_put_callset(s.writer, &callset, &s.err));
    assert_true(stream_put_sample(s.writer, &sample, &s.err));
    bench_stream_turn(&s);
    assert_refused(read_all(s.fd, &s.err), &s.err, ERR_INTERNAL);
    bench_stream_down(&s);
    bench_stream_up(&s);
    assert_true(stream_put_event(s.writer, &event, &s.err));
    bench_stream_turn(&s);
    assert_refused(read_all(s.fd, &s.err), &s.err, ERR_INTERNAL);
    bench_stream_down(&s);
}

static void test_a_failure_comes_with_its_reason(void **state)
{
    struct err failure = {.code = ERR_INVALID, .text = "line 7: not sorted"};
    struct bench_stream s;

    (void)state;
    bench_stream_up(&s);
    assert_true(stream_put_failure(s.writer, &failure, &s.err));
    assert_string_equal(bench_stream_next(&s, STREAM_FAILURE)->failure.text, failure.text);
    assert_int_equal(s.item.failure.code, ERR_INVALID);
    bench_stream_down(&s);
}

/* A length within the limit is read on for, one past it is not. */
static void test_an_item_s_length_at_the_limit_and_one_past(void **state)
{
    for (uint32_t more = 0; more < 2; more++) {
        uint32_t length = STREAM_ITEM_MAX + more;
        uint8_t head[5] = {STREAM_PROGRESS, (uint8_t)length, (uint8_t)(length >> 8),
                           (uint8_t)(length >> 16), (uint8_t)(length >> 24)};
        int fd = bench_file(head, sizeof(head));
        struct err err;

        (void)state;
        if (more)
            assert_refused_for(read_all(fd, &err), &err, ERR_INTERNAL, "");
        else
            assert_refused_for(read_all(fd, &err), &err, ERR_UNAVAILABLE, "broke off");
        (void)close(fd);
    }
}

static void test_callsets_at_the_limit_and_one_past(void **state)
{
    (void)state;
    for (unsigned more = 0; more < 2; more++) {
        struct bench_stream s;

        bench_stream_up(&s);
        assert_true(stream_put_unit(s.writer, &unit, &s.err));
        for (unsigned i = 0; i < STREAM_CALLSETS_MAX + more; i++) {
            assert_true(stream_put_callset(s.writer, &callset, &s.err));
            assert_true(stream_put_sample(s.writer, &sample, &s.err));
        }
        bench_stream_turn(&s);
        if (more)
            assert_refused(read_all(s.fd, &s.err), &s.err, ERR_INTERNAL);
        else
            assert_true(read_all(s.fd, &s.err));
        bench_stream_down(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stream_cut_at_any_byte_is_not_whole),
        cmocka_unit_test(test_a_stream_with_any_byte_changed_does_no_harm),
        cmocka_unit_test(test_bytes_behind_the_end_are_refused),
        cmocka_unit_test(test_sites_must_come_in_order),
        cmocka_unit_test(test_shares_must_be_those_of_the_carriers),
        cmocka_unit_test(test_a_site_must_be_of_bases_and_in_range),
        cmocka_unit_test(test_calls_name_known_samples_and_codes),
        cmocka_unit_test(test_a_closing_must_come_out),
        cmocka_unit_test(test_a_sample_needs_its_unit_and_an_event_too),
        cmocka_unit_test(test_a_failure_comes_with_its_reason),
        cmocka_unit_test(test_an_item_s_length_at_the_limit_and_one_past),
        cmocka_unit_test(test_callsets_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
