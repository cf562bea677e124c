/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the policy reader: a member that is unknown, missing, of another type or out of range
 * makes the whole file refused; no cap above the national maximum is accepted; cut files never
 * parse. Mode distinct is refused with its reason, not as an unknown word.
 */
#include "node/privacy/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/privacy/policy_inside.h"
#include "proto/query/mode.h"
#include "tests/unit/refused.h"

static char *read_default(void)
{
    FILE *file = fopen(getenv("RIKSTAL_POLICY"), "r");
    char *text = calloc(1, POLICY_BYTES_MAX);

    assert_non_null(file);
    assert_non_null(text);
    assert_true(fread(text, 1, POLICY_BYTES_MAX - 1, file) > 0);
    fclose(file);
    return text;
}

static bool parses(const char *text, struct err *err)
{
    struct policy *policy;
    bool parsed = policy_parse(text, strlen(text), &policy, err);

    if (parsed)
        policy_free(policy);
    return parsed;
}

/* The default with the first `from` replaced. */
static bool parses_with(const char *from, const char *to, struct err *err)
{
    char *text = read_default(), *changed = calloc(1, POLICY_BYTES_MAX);
    const char *at = strstr(text, from);

    assert_non_null(at);
    assert_non_null(changed);
    snprintf(changed, POLICY_BYTES_MAX, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    bool parsed = parses(changed, err);

    free(text);
    free(changed);
    return parsed;
}

static void test_every_wrong_member_is_refused(void **state)
{
    static const char *const change[][2] = {
        {"\"version\": 1", "\"version\": 0"},
        {"\"version\": 1", "\"version\": 1.5"},
        {"\"version\": 1", "\"version\": \"1\""},
        {"rikstal-policy-v1", "rikstal-policy-v2"},
        {"\"window\": \"2026\"", "\"window\": \"\""},
        {"\"window\": \"2026\"", "\"windows\": \"2026\""},
        {"\"window\": \"2026\",", ""},
        {"\"window\": \"2026\"", "\"window\": \"2026\", \"window\": \"2027\""},
        {"\"datasets\": [\"main\"]", "\"datasets\": [\"main\", \"again\"]"},
        {"\"window\": \"2026\"", "\"window\": \"2026b\""},
        {"\"window\": \"2026\"", "\"window\": \"26\""},
        {"\"window\": \"2026\"", "\"window\": \"20260\""},
        {"\"per_day\": 100", "\"per_days\": 100"},
        {"\"organisation_attempts\": 1200", "\"organisation_attempts\": 0"},
        {"\"organisation_attempts\": 1200", "\"organisation_attempt\": 1200"},
        {"\"organisation_work_ms\": 30000", "\"organisation_work_ms\": 60001"},
        {"\"organisation_work_ms\": 30000", "\"organisation_work_ms\": \"30000\""},
        {"\"criteria\": 32", "\"criteria\": 33"},
        {"\"criteria\": 32", "\"criteria\": 0"},
        {"\"criteria\": 32", "\"criterion\": 32"},
        {"\"work_ms\": 15000", "\"work_ms\": 15001"},
        {"\"display_below\": 20", "\"display_below\": 4"},
        {"\"display_base\": 5", "\"display_base\": 0"},
        {"\"permit\": false", "\"permit\": 0"},
        {"\"permit\": false", "\"permit\": false, \"age_band\": 0"},
        {"\"permit\": false", "\"permit\": false, \"age_band\": 3"},
        {"\"permit\": false", "\"permit\": false, \"age_band\": 20"},
        {"\"permit\": false", "\"permit\": false, \"age_band\": \"5\""},
        {"\"permit\": false", "\"permit\": false, \"age_bands\": 5"},
        {"[20, 50, 200, 500]", "[20, 50, 200, 501]"},
        {"[20, 50, 200, 500]", "[\"20\"]"},
        {"[\"sum\"]", "[\"total\"]"},
        {"[\"count\"]", "[\"counts\"]"},
        {"\"diagnosis\"]", "\"diagnoses\"]"},
        {"[\"statistics\"]", "[\"stat\\u0001istics\"]"},
        {"[\"statistics\"]", "\"statistics\""},
        {"5000000000", "5000000001"},
        {"1000000000", "1000000001"},
        {"125000000", "500000001"},
        {"125000000", "-1"},
        {"\"organisations\": {}", "\"organisations\": {\"x\": {}}"},
        {"\"organisations\": {}", "\"organisations\": []"},
    };
    struct err err;

    (void)state;
    assert_true(parses_with("\"version\": 1", "\"version\": 2", &err));
    for (size_t i = 0; i < sizeof(change) / sizeof(change[0]); i++)
        assert_refused(parses_with(change[i][0], change[i][1], &err), &err, ERR_INVALID);
}

static void limits_of(const char *text, struct policy_limits *out)
{
    struct policy *policy;
    struct err err;

    assert_true(policy_parse(text, strlen(text), &policy, &err));
    *out = *policy_limits(policy);
    policy_free(policy);
}

/* An older file: what is not said of questions is the most, and of organisations no limit. */
static void test_a_file_without_limits_has_those_of_a_question(void **state)
{
    char *text = read_default(), *older = calloc(1, POLICY_BYTES_MAX);
    const char *rate = strstr(text, "  \"rate\""), *roles = strstr(text, "  \"roles\"");
    struct policy_limits limits;

    (void)state;
    assert_true(older && rate && roles);
    limits_of(text, &limits);
    assert_int_equal(limits.attempts_per_minute, 1200);
    assert_int_equal(limits.work_ms_per_minute, 30000);
    snprintf(older, POLICY_BYTES_MAX, "%.*s%s", (int)(rate - text), text, roles);
    limits_of(older, &limits);
    assert_int_equal(limits.criteria, 32);
    assert_int_equal(limits.work_ms, 15000);
    assert_int_equal(limits.attempts_per_minute, 0);
    assert_int_equal(limits.work_ms_per_minute, 0);
    free(text);
    free(older);
}

static void test_names_hold_at_the_limit_and_one_past(void **state)
{
    char list[(POLICY_NAMES_MAX + 1) * 8 + 32];
    struct err err;

    (void)state;
    for (int most = POLICY_NAMES_MAX; most <= POLICY_NAMES_MAX + 1; most++) {
        int at = snprintf(list, sizeof(list), "\"datasets\": [");

        for (int i = 0; i < most; i++)
            at += snprintf(list + at, sizeof(list) - (size_t)at, "%s\"d%d\"", i ? "," : "", i);
        snprintf(list + at, sizeof(list) - (size_t)at, "]");
        /* a population is one data set: as many as a list may have are refused for that */
        assert_refused(parses_with("\"datasets\": [\"main\"]", list, &err), &err, ERR_INVALID);
        assert_int_equal(strstr(err.text, "at most 64 names") != NULL, most > POLICY_NAMES_MAX);
    }
}

/* The ranges of node/privacy/policy_parse.c. */
static void test_amounts_hold_at_the_limit_and_one_past(void **state)
{
    static const struct {
        const char *from, *limit, *past;
    } cases[] = {
        {"\"organisation_lifetime_nrho\": 500000000", /* LIFETIME_NRHO_MAX */
         "\"organisation_lifetime_nrho\": 2000000000",
         "\"organisation_lifetime_nrho\": 2000000001"},
        {"\"organisation_year_nrho\": 125000000", /* YEAR_NRHO_MAX */
         "\"organisation_year_nrho\": 500000000", "\"organisation_year_nrho\": 500000001"},
        {"\"node_year_nrho\": 5000000000", "\"node_year_nrho\": 5000000000", /* NODE_NRHO_MAX */
         "\"node_year_nrho\": 5000000001"},
        {"\"permit_nrho\": 1000000000", "\"permit_nrho\": 1000000000", /* PERMIT_NRHO_MAX */
         "\"permit_nrho\": 1000000001"},
    };
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_true(parses_with(cases[i].from, cases[i].limit, &err));
        assert_refused_for(parses_with(cases[i].from, cases[i].past, &err), &err, ERR_INVALID,
                           "nrho");
    }
}

#define INDIVIDUAL(year, lifetime, all_year, all_lifetime, names)                                  \
    "\"individual\": {\"person_year_nrho\": " year ", \"person_lifetime_nrho\": " lifetime         \
    ", \"all_year_nrho\": " all_year ", \"all_lifetime_nrho\": " all_lifetime                      \
    ", \"organisations\": [" names "]}, \"roles\": {"

/* B13: the shares of all books fit into what all together may spend of a person. */
static void test_accounts_of_persons_have_shares_that_fit(void **state)
{
    static const char roles[] = "\"roles\": {";
    static const char *const good[] = {
        INDIVIDUAL("500000000", "2000000000", "5000000000", "5000000000", "\"a\""),
        INDIVIDUAL("500000000", "2000000000", "1000000000", "2000000000", "\"a\", \"b\""),
        INDIVIDUAL("0", "0", "0", "0", ""),
    };
    static const char *const bad[] = {
        INDIVIDUAL("500000001", "2000000000", "5000000000", "5000000000", "\"a\""),
        INDIVIDUAL("500000000", "2000000001", "5000000000", "5000000000", "\"a\""),
        INDIVIDUAL("500000000", "2000000000", "5000000001", "5000000000", "\"a\""),
        INDIVIDUAL("500000000", "2000000000", "5000000000", "5000000001", "\"a\""),
        INDIVIDUAL("500000000", "2000000000", "999999999", "2000000000", "\"a\", \"b\""),
        INDIVIDUAL("-1", "2000000000", "999999999", "2000000000", "\"a\""),
        INDIVIDUAL("1", "1", "1", "1", "7"),
        "\"individual\": {}, \"roles\": {",
        "\"individual\": true, \"roles\": {",
    };
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        if (!parses_with(roles, good[i], &err))
            fail_msg("%s", err.text);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_refused(parses_with(roles, bad[i], &err), &err, ERR_INVALID);
}

/* Where persons have accounts, an organisation's cap limits how much it asks: up to 1,000 rho. */
static void test_with_accounts_an_organisation_may_ask_more(void **state)
{
    static const char individual[] =
        INDIVIDUAL("250000000", "1000000000", "2500000000", "5000000000", "\"a\"");
    char to[1024];
    struct err err;

    (void)state;
    for (int past = 0; past < 2; past++) {
        snprintf(to, sizeof(to),
                 "%s \"x\": {\"organisation_year_nrho\": %lld, "
                 "\"organisation_lifetime_nrho\": 1000000000000, \"rules\": []},",
                 individual, 1000000000000LL + past);
        assert_int_equal(parses_with("\"roles\": {", to, &err), !past);
    }
    snprintf(to, sizeof(to),
             "\"roles\": { \"x\": {\"organisation_year_nrho\": 500000001, "
             "\"organisation_lifetime_nrho\": 1, \"rules\": []},");
    assert_refused(parses_with("\"roles\": {", to, &err), &err, ERR_INVALID);
}

/* The default with n more members behind `from`, each an empty object. */
static bool parses_with_more(const char *from, const char *member, int n, struct err *err)
{
    char *more = calloc(1, 4096);
    size_t at = (size_t)snprintf(more, 4096, "%s", from);
    bool parsed;

    for (int i = 0; i < n; i++)
        at += (size_t)snprintf(more + at, 4096 - at, member, i);
    parsed = parses_with(from, more, err);
    free(more);
    return parsed;
}

/* What is one too many is told as such; what is not is refused, if at all, for being empty. */
static void test_roles_and_rules_hold_at_the_limit_and_one_past(void **state)
{
    struct err err;
    int roles = 4; /* of the default */

    (void)state;
    for (int n = 0; n <= POLICY_ROLES_MAX; n++) {
        assert_int_equal(parses_with_more("\"roles\": {", "\"r%d\": {},", n, &err), n == 0);
        if (n > 0) {
            assert_int_equal(err.code, ERR_INVALID);
            assert_int_equal(strstr(err.text, "at most 32") != NULL, roles + n > POLICY_ROLES_MAX);
        }
    }
    for (int n = 0; n <= POLICY_RULES_MAX; n++) { /* of the first role, which has one */
        assert_int_equal(parses_with_more("\"rules\": [", "{},", n, &err), n == 0);
        if (n > 0) {
            assert_int_equal(err.code, ERR_INVALID);
            assert_int_equal(strstr(err.text, "at most 16") != NULL, 1 + n > POLICY_RULES_MAX);
        }
    }
}

static void test_a_file_may_have_so_many_bytes_and_not_one_more(void **state)
{
    char *text = read_default(), *padded = malloc(POLICY_BYTES_MAX + 1);
    size_t size = strlen(text);
    struct policy *policy;
    struct err err;

    (void)state;
    assert_non_null(padded);
    memset(padded, ' ', POLICY_BYTES_MAX + 1);
    memcpy(padded, text, size);
    assert_true(policy_parse(padded, POLICY_BYTES_MAX, &policy, &err));
    policy_free(policy);
    assert_refused_for(policy_parse(padded, POLICY_BYTES_MAX + 1, &policy, &err), &err, ERR_INVALID,
                       "longer than");
    free(text);
    free(padded);
}

static void test_mode_distinct_is_refused_with_its_reason(void **state)
{
    struct err err;

    (void)state;
    assert_refused(parses_with("[\"sum\"]", "[\"sum\", \"distinct\"]", &err), &err, ERR_INVALID);
    assert_string_equal(err.text, "policy: " MODE_DISTINCT_REFUSED); /* whole: nothing is cut off */
    assert_refused(parses_with("[\"count\"]", "[\"distinct\"]", &err), &err,
                   ERR_INVALID); /* a measure is no mode */
    assert_null(strstr(err.text, MODE_DISTINCT_REFUSED));
}

static void test_a_file_cut_anywhere_is_refused(void **state)
{
    char *text = read_default();
    size_t size = strlen(text);
    struct policy *policy;
    struct err err;

    (void)state;
    while (text[size - 1] != '}')
        size--;
    for (size_t cut = 0; cut < size; cut += 7)
        assert_refused(policy_parse(text, cut, &policy, &err), &err, ERR_INVALID);
    assert_true(policy_parse(text, size, &policy, &err));
    policy_free(policy);
    free(text);
}

static void test_a_changed_byte_changes_the_hash(void **state)
{
    char *text = read_default();
    struct policy *a, *b;
    struct err err;

    (void)state;
    assert_true(policy_parse(text, strlen(text), &a, &err));
    *strstr(text, "2026") = '3';
    assert_true(policy_parse(text, strlen(text), &b, &err));
    assert_memory_not_equal(policy_hash(a), policy_hash(b), 32);
    assert_string_equal(policy_window(a), "2026");
    assert_int_equal(policy_version(a), 1);
    policy_free(a);
    policy_free(b);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_wrong_member_is_refused),
        cmocka_unit_test(test_a_file_without_limits_has_those_of_a_question),
        cmocka_unit_test(test_names_hold_at_the_limit_and_one_past),
        cmocka_unit_test(test_accounts_of_persons_have_shares_that_fit),
        cmocka_unit_test(test_with_accounts_an_organisation_may_ask_more),
        cmocka_unit_test(test_amounts_hold_at_the_limit_and_one_past),
        cmocka_unit_test(test_roles_and_rules_hold_at_the_limit_and_one_past),
        cmocka_unit_test(test_a_file_may_have_so_many_bytes_and_not_one_more),
        cmocka_unit_test(test_mode_distinct_is_refused_with_its_reason),
        cmocka_unit_test(test_a_file_cut_anywhere_is_refused),
        cmocka_unit_test(test_a_changed_byte_changes_the_hash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
