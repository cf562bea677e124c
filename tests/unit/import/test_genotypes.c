/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The genotypes' promises: each form of GT means what genotypes.h says, for every allele of a line;
 * the fast way over reference calls gives what the slow one gives; a line that has not one GT a
 * sample is refused.
 */
#include "tests/unit/import/bench.h"

#include <stdio.h>
#include <string.h>

#include "node/import/genotypes.h"

static const char *const keep[] = {"LowGQ"};
static const struct genotypes_rules rules = {
    .keep_filters = keep, .n_keep_filters = 1, .depth = 2, .quality = 10};

static enum genotypes_fault read_line(struct genotypes *genotypes, const char *format,
                                      const char *text, unsigned n_alts, bool two_copies, bool lost)
{
    struct genotypes_line line = {.format = {format, strlen(format)},
                                  .samples = {text, strlen(text)},
                                  .n_alts = n_alts,
                                  .two_copies = two_copies,
                                  .lost = lost};

    return genotypes_read(genotypes, &line);
}

/* One sample's doubt a word: "1:failed+" carries, "2:not called" does not; "-" is clean. */
static void doubts_text(const struct genotypes *genotypes, char *text, size_t size)
{
    const struct genotypes_doubt *doubts;
    size_t n, at = 0;

    doubts = genotypes_doubts(genotypes, &n);
    text[0] = 0;
    for (size_t i = 0; i < n; i++)
        at += (size_t)snprintf(
            text + at, size - at, "%s%u:%s%s", i ? " " : "", doubts[i].sample,
            doubts[i].reason == GENOTYPES_CLEAN ? "-" : gap_reason_name(doubts[i].reason),
            doubts[i].carries ? "+" : "");
}

struct expected {
    const char *format;
    const char *text;
    uint32_t n_samples;
    bool two_copies;
    bool lost;
    const char *calls;
    const char *doubts;
};

static void expect(const struct expected *expected)
{
    struct genotypes *genotypes = NULL;
    struct stream_site site = {.chromosome = 1, .position = 1, .ref = "A", .alt = "C"};
    char text[1024];
    struct err err;

    assert_true(genotypes_open(expected->n_samples, &rules, &genotypes, &err));
    assert_int_equal(read_line(genotypes, expected->format, expected->text, 2, expected->two_copies,
                               expected->lost),
                     GENOTYPES_OK);
    if (!expected->lost) {
        site.calls = genotypes_calls(genotypes, 0, &site.calls_size);
        bench_site_text(&site, text, sizeof(text));
        assert_string_equal(text + strlen("1:1 A>C"), expected->calls);
    }
    doubts_text(genotypes, text, sizeof(text));
    assert_string_equal(text, expected->doubts);
    genotypes_close(genotypes);
}

static void check(const char *text, uint32_t n_samples, unsigned n_alts, unsigned alt,
                  const char *expected)
{
    struct genotypes *genotypes = NULL;
    struct stream_site site = {.chromosome = 1, .position = 1, .ref = "A", .alt = "C"};
    char calls[1024];
    struct err err;

    assert_true(genotypes_open(n_samples, &rules, &genotypes, &err));
    assert_int_equal(read_line(genotypes, "GT", text, n_alts, false, false), GENOTYPES_OK);
    site.calls = genotypes_calls(genotypes, alt, &site.calls_size);
    bench_site_text(&site, calls, sizeof(calls));
    assert_string_equal(calls + strlen("1:1 A>C"), expected);
    genotypes_close(genotypes);
}

static void refuse(const char *format, const char *text, uint32_t n_samples, unsigned n_alts,
                   enum genotypes_fault fault)
{
    struct genotypes *genotypes = NULL;
    struct err err;

    assert_true(genotypes_open(n_samples, &rules, &genotypes, &err));
    assert_int_equal(read_line(genotypes, format, text, n_alts, false, false), fault);
    genotypes_close(genotypes);
}

static void test_forms_of_a_genotype(void **state)
{
    (void)state;
    check("0/1\t1|1\t1\t./1\t./.\t.\t0/.\t0/0\t0", 9, 1, 0,
          " 0=het 1=hom 2=hemi 3=carrier 4=none 5=none 6=none");
    check("1/2\t2/2\t./2\t0/2\t12/1", 5, 12, 0, " 0=het 2=none 4=het");
    check("1/2\t2/2\t./2\t0/2\t12/1", 5, 12, 1, " 0=het 1=hom 2=carrier 3=het");
    check("1/2\t2/2\t./2\t0/2\t12/1", 5, 12, 11, " 2=none 4=het");
    check("9/9\t0/9\t9/10\t0/10", 4, 12, 8, " 0=hom 1=het 2=het");
    check("1/1/1\t0/1/1\t././.\t0/0/0", 4, 1, 0, " 0=none 1=none 2=none 3=none");
    check("/0/1\t|1|1\t|0|1\t|1\t/0", 5, 1, 0, " 0=het 1=hom 2=het 3=hemi"); /* VCF 4.4 */
}

static void check_shares(const char *format, const char *text, uint32_t n_samples, unsigned n_alts,
                         unsigned alt, const char *expected)
{
    struct genotypes_line line = {.format = {format, strlen(format)},
                                  .samples = {text, strlen(text)},
                                  .n_alts = n_alts,
                                  .fractions = true};
    struct genotypes *genotypes = NULL;
    const uint8_t *shares;
    char got[128] = "";
    size_t n, at = 0;
    struct err err;

    assert_true(genotypes_open(n_samples, &rules, &genotypes, &err));
    assert_int_equal(genotypes_read(genotypes, &line), GENOTYPES_OK);
    shares = genotypes_fractions(genotypes, alt, &n);
    for (size_t i = 0; i < n; i++)
        at += (size_t)snprintf(got + at, sizeof(got) - at, "%s%u", i ? " " : "", shares[i]);
    assert_string_equal(got, expected);
    genotypes_close(genotypes);
}

/* 146 is the step from 10 %, 0 is not known; who has not the allele has no share. */
static void test_shares_of_reads_where_they_are_wanted(void **state)
{
    (void)state;
    check_shares("GT:AF", "0/1:0.1\t0/0:0.3\t./.:0.3\t1/1:0.11\t0|1:.\t1", 6, 1, 0, "146 147 0 0");
    check_shares("GT:AD:AF", "0/1:9,1:0.2\t0/1:9,1", 2, 1, 0, "156 0"); /* AF alone counts */
    check_shares("AD:GT", "9,1:0/1\t5,5:0/1", 2, 1, 0, "146 186");
    check_shares("GT:AF", "1/2:0.1,0.11\t0/2:0.1,0.12", 2, 2, 0, "146");
    check_shares("GT:AF", "1/2:0.1,0.11\t0/2:0.1,0.12", 2, 2, 1, "147 148");
    check_shares("GT", "0/1\t0|1", 2, 1, 0, "0 0");
    check_shares("LGT:LAA:AD", "0/1:1:9,1", 1, 1, 0, "0"); /* of alleles of its own */
}

static void test_reference_calls_are_passed_over(void **state)
{
    (void)state;
    check("0|0\t0|0\t0|0\t0|1", 4, 1, 0, " 3=het");
    check("0/0\t0/0\t0/0\t0/0", 4, 1, 0, "");
    check("0/0\t0/1\t0/0\t0/0\t0/0\t1/1", 6, 1, 0, " 1=het 5=hom");
    check("0|0\t0/0\t0/0\t0|0\t1|0", 5, 1, 0, " 4=het");
}

static void test_gt_is_found_wherever_format_has_it(void **state)
{
    static const struct expected cases[] = {
        {"DP:GT:GQ", "3:0/1:9\t4\t5:1/1", 3, true, false, " 0=het 1=none 2=hom",
         "1:not called"}, /* the second drops its fields */
        {"LGT:LAA", "0/1:1\t0/1:2\t1/2:1,2\t0/0:.\t0/2:1\t./.:.", 6, true, false,
         " 0=het 2=het 4=none 5=none", "4:unreadable 5:not called"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect(&cases[i]);
}

/* A reader remembers a FORMAT of up to 64 bytes: each line is read by its own all the same. */
static void test_each_line_is_read_by_its_own_format(void **state)
{
    static const char low[] = "0:low depth or quality";
    static const char long_one[] =
        "GT:DP:X456789012345678901234567890123456789012345678901234567890";
    static const char longer[] =
        "GT:GQ:X4567890123456789012345678901234567890123456789012345678901";
    static const struct {
        const char *format;
        const char *text;
        const char *doubts;
    } lines[] = {
        {"GT:DP", "0/0:1", low},  {"GT:GQ", "0/0:9", low},    {"GQ:GT", "9:0/0", low},
        {"GT:DP", "0/0:2", ""},   {"GT:AD", "0/0:1,0", low},  {"GT:AD", "0/0:1,1", ""},
        {"GT:XX", "0/0:1", ""},   {long_one, "0/0:1:7", low}, {longer, "0/0:9:7", low},
        {longer, "0/0:10:7", ""}, {long_one, "0/0:2:7", ""},
    };
    struct genotypes *genotypes = NULL;
    char text[256];
    struct err err;

    (void)state;
    assert_int_equal(strlen(long_one), 64);
    assert_int_equal(strlen(longer), 65);
    assert_true(genotypes_open(1, &rules, &genotypes, &err));
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_int_equal(read_line(genotypes, lines[i].format, lines[i].text, 1, true, false),
                         GENOTYPES_OK);
        doubts_text(genotypes, text, sizeof(text));
        assert_string_equal(text, lines[i].doubts);
    }
    genotypes_close(genotypes);
}

static void test_a_doubt_costs_the_sample_and_not_the_line(void **state)
{
    static const struct expected cases[] = {
        {"GT", "0/1\t0/3\t1/1\t0/-1\t0/1x\t0/\t.1/1\t99999999999999999999/1", 8, true, false,
         " 0=het 1=none 2=hom 3=none 4=none 5=none 6=none 7=none",
         "1:unreadable 3:unreadable 4:unreadable+ 5:unreadable 6:unreadable 7:unreadable"},
        {"GT:FT", "0/1:PASS\t0/1:LowDP\t1/1:LowGQ\t0/0:LowDP;LowGQ\t0/1:.\t0/0\t1/2:x", 7, true,
         false, " 0=het 1=none 2=hom 3=none 4=het 6=none", "1:failed+ 3:failed 6:failed+"},
        {"GT:DP:GQ", "0/0:2:10\t0/0:1:10\t0/0:2:9\t0/0:.:.\t0/0\t0/1:0:0\t0/0:9:10.7\t0/0:0", 8,
         true, false, " 1=none 2=none 5=het 7=none",
         "1:low depth or quality 2:low depth or quality 7:low depth or quality"},
        {"GT", "1\t0\t0/1", 3, true, false, " 0=carrier 1=none 2=het", "1:unreadable"},
        {"GT", "1\t0\t0/1", 3, false, false, " 0=hemi 2=het", ""},
        {"GT", "1/1/1\t0/0/0\t0/1/2", 3, false, false, " 0=none 1=none 2=none",
         "0:unreadable+ 1:unreadable 2:unreadable+"},
        {"GT", "./1\t0/.\t.\t./.", 4, true, false, " 0=carrier 1=none 2=none 3=none",
         "0:not called+ 1:not called 2:not called 3:not called"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect(&cases[i]);
}

static void test_a_lost_line_concerns_who_is_not_plainly_the_reference(void **state)
{
    static const struct expected cases[] = {
        {"GT", "0/1\t0/0\t./.\t1/2\t0|0\t7/7", 6, true, true, "",
         "0:-+ 2:not called 3:-+ 5:unreadable"},
        {"GT:FT:DP", "0/0:PASS:5\t0/0:x:5\t0/0:.:0\t2/2:PASS:0", 4, true, true, "",
         "1:failed 2:low depth or quality 3:-+"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect(&cases[i]);
}

static void test_a_line_without_one_gt_a_sample_is_refused(void **state)
{
    (void)state;
    refuse("DP", "1\t2", 2, 1, GENOTYPES_NO_GT);
    refuse("", "1\t2", 2, 1, GENOTYPES_NO_GT);
    refuse("LGT", "0/1\t0/1", 2, 1, GENOTYPES_NO_GT); /* of which alleles? */
    refuse("GT", "0/1", 2, 1, GENOTYPES_COLUMNS);
    refuse("GT", "0/1\t0/1\t0/1", 2, 1, GENOTYPES_COLUMNS);
    refuse("GT", "0|0\t0|0\t0|0\t0|0\t0|0", 3, 1, GENOTYPES_COLUMNS);
}

static void test_ploidy_at_the_limit_and_one_past(void **state)
{
    static const struct expected cases[] = {
        {"GT", "1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1", 1, true, false, " 0=none", "0:unreadable+"},
        {"GT", "1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1", 1, true, false, " 0=none", "0:unreadable+"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect(&cases[i]);
}

/* ---- the quick ways beside the slow one: a field before GT keeps a column from the quick ones ---
 */

#define N_MIXED 40u
#define N_ALTS 3u

struct mixed {
    char quick[N_MIXED * 16];
    char slow[N_MIXED * 16];
    uint32_t seed;
};

static unsigned pick(struct mixed *mixed, unsigned n)
{
    mixed->seed = mixed->seed * 1664525u + 1013904223u;
    return (mixed->seed >> 16) % n;
}

static void mix(struct mixed *mixed, bool with_value)
{
    static const char *const calls[] = {"0|0", "0/0",  "0|1", "2/1", "3|3", "0/4", "./.", "1",
                                        "0",   "10/1", "0/",  "|0",  ".",   "",    "0|0"};
    static const char *const values[] = {"PASS", "x", "0", "99", "."};
    size_t quick = 0, slow = 0;

    for (unsigned i = 0; i < N_MIXED; i++) {
        const char *call = calls[pick(mixed, 3) ? pick(mixed, 2) : pick(mixed, 15)];
        const char *value = with_value ? values[pick(mixed, 5)] : "9";
        const char *tab = i + 1 < N_MIXED ? "\t" : "";

        quick += (size_t)snprintf(mixed->quick + quick, sizeof(mixed->quick) - quick, "%s%s%s%s",
                                  call, with_value ? ":" : "", with_value ? value : "", tab);
        slow += (size_t)snprintf(mixed->slow + slow, sizeof(mixed->slow) - slow, "%s:%s%s", value,
                                 call, tab);
    }
}

static void expect_alike(struct genotypes *one, struct genotypes *other, bool lost)
{
    uint32_t seen[2], gone[2];
    char doubts[2][4096];

    for (unsigned alt = 0; !lost && alt < N_ALTS; alt++) {
        size_t size, other_size;
        const uint8_t *calls = genotypes_calls(one, alt, &size);
        const uint8_t *other_calls = genotypes_calls(other, alt, &other_size);

        assert_int_equal(size, other_size);
        assert_memory_equal(calls, other_calls, size);
    }
    doubts_text(one, doubts[0], sizeof(doubts[0]));
    doubts_text(other, doubts[1], sizeof(doubts[1]));
    assert_string_equal(doubts[0], doubts[1]);
    genotypes_carriers(one, &seen[0], &gone[0]);
    genotypes_carriers(other, &seen[1], &gone[1]);
    assert_int_equal(seen[0], seen[1]);
    assert_int_equal(gone[0], gone[1]);
    assert_int_equal(genotypes_unreadable(one), genotypes_unreadable(other));
}

static void test_the_quick_ways_give_what_the_slow_one_gives(void **state)
{
    static const char *const formats[][2] = {
        {"GT", "XX:GT"}, {"GT:XX", "XX:GT"}, {"GT:FT", "FT:GT"}, {"GT:DP", "DP:GT"}};
    struct mixed mixed = {.seed = 1};
    struct genotypes *one = NULL, *other = NULL;
    struct err err;

    (void)state;
    assert_true(genotypes_open(N_MIXED, &rules, &one, &err));
    assert_true(genotypes_open(N_MIXED, &rules, &other, &err));
    for (unsigned i = 0; i < 4000; i++) {
        const char *const *format = formats[i % 4];
        bool two_copies = i / 4 % 2, lost = i / 8 % 2;

        mix(&mixed, i % 4);
        assert_int_equal(read_line(one, format[0], mixed.quick, N_ALTS, two_copies, lost),
                         GENOTYPES_OK);
        assert_int_equal(read_line(other, format[1], mixed.slow, N_ALTS, two_copies, lost),
                         GENOTYPES_OK);
        expect_alike(one, other, lost);
    }
    genotypes_close(one);
    genotypes_close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms_of_a_genotype),
        cmocka_unit_test(test_shares_of_reads_where_they_are_wanted),
        cmocka_unit_test(test_reference_calls_are_passed_over),
        cmocka_unit_test(test_gt_is_found_wherever_format_has_it),
        cmocka_unit_test(test_each_line_is_read_by_its_own_format),
        cmocka_unit_test(test_a_doubt_costs_the_sample_and_not_the_line),
        cmocka_unit_test(test_a_lost_line_concerns_who_is_not_plainly_the_reference),
        cmocka_unit_test(test_a_line_without_one_gt_a_sample_is_refused),
        cmocka_unit_test(test_ploidy_at_the_limit_and_one_past),
        cmocka_unit_test(test_the_quick_ways_give_what_the_slow_one_gives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
