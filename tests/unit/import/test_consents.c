/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of a file of consents: a row is a consent with these bits and days, a row that is
 * not understood to the last word is rejected by line and column, a person has one row, and a
 * header with another column refuses the file.
 */
#include "node/import/consents.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "node/store/consent.h"
#include "records_bench.h"

#define SAID CONSENT_BIT(CONSENT_SAID)
#define PERMIT (SAID | CONSENT_BIT(CONSENT_PERMIT))

static struct consent consent_of(const char *text)
{
    const char *const texts[] = {text, NULL};
    struct records_bench b;
    struct consent consent;

    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, consents_read, NULL));
    consent = bench_stream_next(&b.stream, STREAM_UNIT)->unit.consent;
    records_bench_down(&b);
    return consent;
}

static void test_every_word_of_a_permit_is_its_bit(void **state)
{
    static const struct {
        const char *words;
        uint64_t bits;
    } cases[] = {
        {"", 0},
        {"GRU", CONSENT_BIT(CONSENT_GENERAL) | CONSENT_BIT(CONSENT_HEALTH)},
        {"DUO:0000042", CONSENT_BIT(CONSENT_GENERAL) | CONSENT_BIT(CONSENT_HEALTH)},
        {"hmb ncu", CONSENT_BIT(CONSENT_HEALTH) | CONSENT_BIT(CONSENT_NOT_COMMERCIAL)},
        {"QUALITY|STATISTICS", CONSENT_BIT(CONSENT_QUALITY) | CONSENT_BIT(CONSENT_STATISTICS)},
        {"HMB NPUNCU IRB RS NPOA",
         CONSENT_BIT(CONSENT_HEALTH) | CONSENT_BIT(CONSENT_NOT_FOR_PROFIT) |
             CONSENT_BIT(CONSENT_ETHICS_APPROVAL) | CONSENT_BIT(CONSENT_SPECIFIC) |
             CONSENT_BIT(CONSENT_NO_ANCESTRY)},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[256];

        snprintf(text, sizeof(text), "person;permit\na;%s\n", cases[i].words);
        assert_true(consent_of(text).mask == (PERMIT | cases[i].bits));
    }
}

static void test_without_permit_only_refusals_are_said(void **state)
{
    (void)state;
    assert_true(consent_of("person,blocked\na,ja\n").mask == (SAID | CONSENT_BIT(CONSENT_BLOCKED)));
    assert_true(consent_of("person,opted_out,count_here\na,1,nej\n").mask ==
                (SAID | CONSENT_BIT(CONSENT_OPTED_OUT) | CONSENT_BIT(CONSENT_ELSEWHERE)));
    assert_true(consent_of("person,count_here,blocked\na,,no\n").mask == SAID);
}

static void test_of_what_a_file_has_no_column_it_is_silent(void **state)
{
    const uint64_t refusals = CONSENT_BIT(CONSENT_BLOCKED) | CONSENT_BIT(CONSENT_OPTED_OUT) |
                              CONSENT_BIT(CONSENT_ELSEWHERE);

    (void)state;
    assert_true(consent_of("person\na\n").silent == (CONSENT_PERMISSIONS | refusals));
    assert_true(consent_of("person,permit\na,\n").silent == refusals);
    assert_true(consent_of("person,valid_to\na,\n").silent == refusals);
    assert_true(consent_of("person,blocked\na,\n").silent ==
                (CONSENT_PERMISSIONS | (refusals & ~CONSENT_BIT(CONSENT_BLOCKED))));
    assert_true(consent_of("person,opted_out,count_here\na,yes,\n").silent ==
                (CONSENT_PERMISSIONS | CONSENT_BIT(CONSENT_BLOCKED)));
    assert_true(consent_of("person,permit,blocked,opted_out,count_here\na,GRU,,,\n").silent == 0);
}

static void test_days_and_a_disease_are_kept(void **state)
{
    struct consent consent = consent_of("person,permit,disease,valid_from,valid_to\n"
                                        "a,DS TS,icd10:C50.1,1970-01-02,1970-02-01\n");

    (void)state;
    assert_int_equal(consent.valid_from, 1);
    assert_int_equal(consent.valid_to, 31);
    assert_string_equal(consent.disease, "icd10:C50.1");
    assert_int_equal(consent_of("person,permit\na,HMB\n").valid_to, PERSON_NO_DATE);
}

/* The unit that excludes the person of a row that was rejected. */
static void excluded(struct records_bench *b, uint64_t line)
{
    const struct stream_unit *unit = &bench_stream_next(&b->stream, STREAM_UNIT)->unit;

    assert_true(unit->uncounted && unit->aside);
    assert_int_equal(unit->line, line);
    assert_true(unit->consent.mask == (SAID | CONSENT_BIT(CONSENT_UNREAD)));
    assert_true(unit->consent.silent == CONSENT_SILENCES);
}

static void test_what_is_not_understood_is_rejected_by_line_and_column(void **state)
{
    static const char *const texts[] = {"person,permit,disease,valid_from,valid_to,blocked\n"
                                        ",HMB,,,,\n"
                                        "a,MAYBE,,,,\n"
                                        "a,DS,,,,\n"
                                        "a,HMB,C50,,,\n"
                                        "a,TS,,,,\n"
                                        "a,HMB,,2020-01-02,2020-01-01,\n"
                                        "a,HMB,,,2020-02-30,\n"
                                        "a,HMB,,,,perhaps\n"
                                        "a,HMB,,,,no\n"
                                        "a,GRU,,,,no\n",
                                        NULL};
    static const char *const fields[] = {"permit",   "disease",  "disease", "valid_to",
                                         "valid_to", "valid_to", "blocked"};
    const struct stream_closing *closing;
    struct records_bench b;

    (void)state;
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, consents_read, NULL));
    records_bench_reject(&b, REJECT_PERSON_ID, "person", 2);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        records_bench_reject(&b, REJECT_CONSENT_UNREAD, fields[i], i + 3);
        excluded(&b, i + 3);
    }
    records_bench_reject(&b, REJECT_ID_TWICE, "person", 10);
    excluded(&b, 10);
    records_bench_reject(&b, REJECT_ID_TWICE, "person", 11);
    excluded(&b, 11);
    closing = records_bench_closing(&b);
    assert_int_equal(closing->offered, 0);
    assert_int_equal(closing->rejected, 10);
    records_bench_down(&b);
}

static void test_another_column_refuses_the_file(void **state)
{
    static const char *const headers[] = {"person,consent\na,yes\n", "permit\nHMB\n"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const char *const texts[] = {headers[i], NULL};
        struct records_bench b;

        records_bench_up(&b, texts);
        assert_false(records_bench_run(&b, consents_read, NULL));
        records_bench_down(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_word_of_a_permit_is_its_bit),
        cmocka_unit_test(test_without_permit_only_refusals_are_said),
        cmocka_unit_test(test_of_what_a_file_has_no_column_it_is_silent),
        cmocka_unit_test(test_days_and_a_disease_are_kept),
        cmocka_unit_test(test_what_is_not_understood_is_rejected_by_line_and_column),
        cmocka_unit_test(test_another_column_refuses_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
