/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: what no rule allows is denied, with the thing that stood in the way named; a question
 * must fit one rule entirely, with what its measure tells of and its bands of age; of several that
 * fit the strictest decides; the grant carries display and caps of that rule; an organisation's own
 * caps only lower. Checked on the default policy, schemas/policy.json.
 */
#include "node/privacy/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"
#include "proto/trust/role.h"

struct bench {
    struct policy *policy;
    struct ast_node test;
    struct ast_node *child;
    struct ast_node variant;
    struct ast ast;
    struct policy_request request;
    struct policy_grant grant;
    struct err err;
};

static void bench_up(struct bench *b)
{
    *b = (struct bench){0};
    if (!policy_read(getenv("RIKSTAL_POLICY"), &b->policy, &b->err))
        fail_msg("%s", b->err.text);
    b->test = (struct ast_node){.kind = AST_TEST, .field = FIELD_GENE};
    b->child = &b->test;
    b->variant = (struct ast_node){.kind = AST_VARIANT, .n_children = 1, .children = &b->child};
    b->ast = (struct ast){.root = &b->variant, .n_nodes = 2};
    b->request = (struct policy_request){
        .role = "national-analyst",
        .organisation = "gms",
        .purpose = "research",
        .permit = "",
        .dataset = "main",
        .mode = MODE_REGIONS,
        .sigma = 5,
        .measure = {.kind = MEASURE_COUNT, .n_cells = 2, .sensitivity_squared = 1},
        .ast = &b->ast};
}

static void bench_down(struct bench *b)
{
    policy_free(b->policy);
}

static bool admit(struct bench *b)
{
    return policy_admit(b->policy, &b->request, &b->grant, &b->err);
}

static void denied_for(struct bench *b, const char *word)
{
    assert_false(admit(b));
    assert_int_equal(b->err.code, ERR_DENIED);
    if (!strstr(b->err.text, word))
        fail_msg("\"%s\" does not name %s", b->err.text, word);
}

static void test_an_analyst_may_count_in_regions_with_a_threshold_of_ten(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(admit(&b));
    assert_int_equal(b.grant.display_below, 10);
    assert_int_equal(b.grant.display_base, 5);
    assert_int_equal(b.grant.organisation_year_nrho, 500000000);
    assert_int_equal(b.grant.organisation_lifetime_nrho, 2000000000);
    assert_int_equal(b.grant.node_year_nrho, 5000000000);
    b.request.mode = MODE_SUM;
    assert_true(admit(&b));
    assert_int_equal(b.grant.display_below, 5);
    bench_down(&b);
}

/* What the client asks for when nothing is typed, in proto/trust/role.c. */
static void test_each_role_may_ask_what_is_usual_for_it(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    b.test.field = FIELD_SEX;
    b.ast.root = &b.test;
    for (size_t i = 0; role_word(i); i++) {
        b.request.role = role_word(i);
        b.request.purpose = role_usual_purpose(b.request.role);
        b.request.mode = role_usual_mode(b.request.role, "");
        b.request.sigma = role_usual_sigma(b.request.role);
        if (!admit(&b))
            fail_msg("%s: %s", b.request.role, b.err.text);
    }
    bench_down(&b);
}

static void test_what_is_unknown_is_denied(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    b.request.role = "king";
    denied_for(&b, "king");
    b.request.role = "national-analyst";
    b.request.purpose = "curiosity";
    denied_for(&b, "purpose");
    b.request.purpose = "research";
    b.request.dataset = "other";
    denied_for(&b, "dataset");
    b.request.dataset = "main";
    b.request.mode = (enum mode)3;
    denied_for(&b, "mode distinct is not offered");
    b.request.mode = (enum mode)4;
    denied_for(&b, "the mode is regions or sum");
    b.request.mode = MODE_REGIONS;
    b.request.sigma = 6;
    denied_for(&b, "sigma");
    b.request.sigma = 5;
    b.test.field = (enum ast_field)FIELD_COUNT;
    denied_for(&b, "field");
    bench_down(&b);
}

/* In mode regions a permit is needed, and no variant is named by its place. */
static void test_a_sponsor_names_variants_in_sums_alone(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    b.request.role = "sponsor";
    b.request.purpose = "trial-feasibility";
    b.request.sigma = 10;
    denied_for(&b, "permit");
    b.request.permit = "contract-7";
    assert_true(admit(&b));
    b.request.sigma = 5;
    denied_for(&b, "sigma");
    b.request.sigma = 10;
    b.test.field = FIELD_CHANGE;
    denied_for(&b, "change");
    b.test.field = FIELD_LOCUS;
    denied_for(&b, "locus");
    b.request.mode = MODE_SUM;
    b.request.permit = "";
    assert_true(admit(&b));
    b.test.field = FIELD_CHANGE;
    assert_true(admit(&b));
    b.request.measure =
        (struct measure){.kind = MEASURE_FREQUENCY, .n_cells = 5, .sensitivity_squared = 1};
    denied_for(&b, "frequency");
    bench_down(&b);
}

static void test_the_public_sees_no_region_and_no_variant(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    b.request.role = "public";
    b.request.purpose = "statistics";
    b.request.sigma = 20;
    denied_for(&b, "regions");
    b.request.mode = MODE_SUM;
    denied_for(&b, "gene");
    b.test.field = FIELD_AGE;
    assert_true(admit(&b));
    assert_int_equal(b.grant.display_below, 20);
    bench_down(&b);
}

/* The default with `from` replaced by `to`, wherever it stands. */
static void take_policy(struct bench *b, const char *from, const char *to)
{
    char *text = calloc(1, POLICY_BYTES_MAX);
    size_t used = 0;

    assert_non_null(text);
    for (const char *at = policy_default; *at;) {
        bool here = strncmp(at, from, strlen(from)) == 0;

        used += (size_t)snprintf(text + used, POLICY_BYTES_MAX - used, "%.*s",
                                 here ? (int)strlen(to) : 1, here ? to : at);
        at += here ? strlen(from) : 1;
    }
    policy_free(b->policy);
    if (!policy_parse(text, used, &b->policy, &b->err))
        fail_msg("%s", b->err.text);
    free(text);
}

static void test_a_total_is_as_fine_as_the_rule_allows(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    b.request.measure = (struct measure){.kind = MEASURE_BREAKDOWN,
                                         .n_cells = 6,
                                         .sensitivity_squared = 2,
                                         .sigma_undetermined = 200,
                                         .sigma_total = 5};
    b.request.role = "sponsor"; /* from 10 on */
    b.request.purpose = "trial-feasibility";
    b.request.mode = MODE_SUM;
    b.request.sigma = 20;
    denied_for(&b, "may not use sigma 5");
    b.request.measure.sigma_total = 10;
    assert_true(admit(&b));
    b.request.measure.sigma_total = 500;
    assert_true(admit(&b));
    bench_down(&b);
}

static void ask_by(struct bench *b, const char *const *dimensions, size_t n)
{
    static struct dimension_table breakdown;

    assert_true(dimension_table_of(dimensions, n, &breakdown, &b->err));
    assert_true(
        measure_declare(MEASURE_BREAKDOWN, breakdown.n_parts, &b->request.measure, &b->err));
    b->request.breakdown = &breakdown;
}

/* A sum over one region is that region's figure, so no policy can allow the field there. */
static void test_region_is_asked_about_in_mode_regions_alone(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    take_policy(&b, "\"sex\", \"diagnosis\"", "\"sex\", \"region\", \"diagnosis\"");
    b.test.field = FIELD_REGION;
    b.request.mode = MODE_SUM;
    denied_for(&b, "may not ask about region in mode sum: a sum over one region's persons");
    b.test.field = FIELD_SEX;
    assert_true(admit(&b));
    b.test.field = FIELD_REGION;
    b.request.mode = MODE_REGIONS;
    assert_true(admit(&b));
    b.request.role = "sponsor";
    b.request.purpose = "trial-feasibility";
    b.request.sigma = 10;
    denied_for(&b, "permit"); /* at the terms of mode regions */
    b.request.mode = MODE_SUM;
    denied_for(&b, "region");
    bench_down(&b);
}

/* What may not be asked about may not be read off a table either. */
static void test_a_measure_tells_of_fields_too(void **state)
{
    static const char *const all[] = {"assay", "sex", "age_band", "birth_decade"};
    struct bench b;

    (void)state;
    bench_up(&b);
    ask_by(&b, all, 4);
    assert_true(admit(&b));
    take_policy(&b, "\"fields\": [\"age\", \"birth_year\", \"sex\"",
                "\"fields\": [\"birth_year\", \"sex\"");
    denied_for(&b, "may not ask about age ");
    ask_by(&b, all, 2);
    assert_true(admit(&b));
    take_policy(&b, "\"fields\": [\"age\", \"birth_year\", \"sex\"", "\"fields\": [\"age\"");
    denied_for(&b, "may not ask about sex ");
    ask_by(&b, all, 1);
    assert_true(admit(&b));
    b.request.breakdown = NULL;
    assert_true(measure_declare(MEASURE_FREQUENCY, 2, &b.request.measure, &b.err));
    assert_true(admit(&b));
    take_policy(&b, "\"change\", ", "");
    denied_for(&b, "may not ask about change ");
    bench_down(&b);
}

static void test_ages_are_asked_for_in_bands(void **state)
{
    static const struct {
        const char *text;
        bool fits[4]; /* bands of 1, 2, 5 and 10 years */
    } asked[] = {
        {"age >= 40 and age < 50", {true, true, true, true}},
        {"age between 40 and 49", {true, true, true, true}},
        {"not age < 40", {true, true, true, true}},
        {"age between 0 and 9 or birth_year < 1980", {true, false, false, false}},
        {"age between 40 and 44", {true, false, true, false}},
        {"age between 42 and 43", {true, true, false, false}},
        {"age >= 40 and not age >= 41", {true, false, false, false}},
        {"age = 41", {true, false, false, false}},
        {"age between 40 and 50", {true, false, false, false}},
        {"birth_year between 1980 and 1989", {true, true, true, true}},
        {"birth_year >= 1984", {true, true, false, false}},
        {"birth_year <= 1984", {true, false, true, false}},
        {"sex = female", {true, true, true, true}},
        {"event(diagnosis under icd10:I10 and age < 50)", {true, false, false, false}},
    };
    static const char *const bands[] = {
        "\"age_band\": 1, \"permit\"", "\"age_band\": 2, \"permit\"", "\"age_band\": 5, \"permit\"",
        "\"age_band\": 10, \"permit\""};
    static const char *const age[] = {"age_band"}, *const both[] = {"age_band", "birth_decade"};
    static const int32_t decades[] = {0, 20, 60}, grown[] = {0, 18};
    struct bins bins;
    struct arena *arena = arena_new(1 << 20);
    struct bench b;

    (void)state;
    bench_up(&b);
    for (size_t band = 0; band < 4; band++) {
        take_policy(&b, "\"permit\"", bands[band]);
        for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
            if (!parse_text(asked[i].text, arena, &b.ast, &b.err))
                fail_msg("%s", b.err.text);
            if (admit(&b) != asked[i].fits[band])
                fail_msg("%s with %s", asked[i].text, bands[band]);
        }
    }
    assert_true(parse_text("birth_year < 1980", arena, &b.ast, &b.err));
    ask_by(&b, age, 1); /* two grids would cut each other */
    denied_for(&b, "whole bands of 10 years");
    assert_true(parse_text("age < 80", arena, &b.ast, &b.err));
    assert_true(admit(&b));
    ask_by(&b, both, 2);
    denied_for(&b, "whole bands of 10 years");
    b.request.breakdown = NULL;
    assert_true(measure_declare(MEASURE_HISTOGRAM, 4, &b.request.measure, &b.err));
    assert_true(bins_of(BINS_YEARS, decades, 3, arena, &bins, &b.err));
    b.request.bins = &bins;
    assert_true(admit(&b));
    assert_true(bins_of(BINS_YEARS, grown, 2, arena, &bins, &b.err));
    denied_for(&b, "whole bands of 10 years");
    arena_free(arena);
    bench_down(&b);
}

static void test_bins_tell_of_a_field(void **state)
{
    static const int32_t edges[] = {0, 20};
    struct arena *arena = arena_new(1 << 20);
    struct bins bins;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(measure_declare(MEASURE_TIMELINE, 4, &b.request.measure, &b.err));
    assert_true(bins_of(BINS_MONTHS, edges, 2, arena, &bins, &b.err));
    b.request.bins = &bins;
    assert_true(admit(&b));
    take_policy(&b, "\"date\", ", "");
    denied_for(&b, "may not ask about date ");
    assert_true(measure_declare(MEASURE_HISTOGRAM, 3, &b.request.measure, &b.err));
    assert_true(bins_of(BINS_YEARS, edges, 2, arena, &bins, &b.err));
    assert_true(admit(&b));
    take_policy(&b, "\"fields\": [\"age\", ", "\"fields\": [");
    denied_for(&b, "may not ask about age ");
    arena_free(arena);
    bench_down(&b);
}

static void test_two_halves_of_two_rules_admit_nothing(void **state)
{
    static const char text[] =
        "{\"format\":\"rikstal-policy-v1\",\"version\":3,\"window\":\"2026\",\"population\":\"p\","
        "\"datasets\":[\"main\"],\"node_year_nrho\":5,\"permit_nrho\":1,\"organisations\":"
        "{\"gms\":{\"organisation_year_nrho\":3,\"organisation_lifetime_nrho\":4}},\"roles\":"
        "{\"national-analyst\":{\"organisation_year_nrho\":2,\"organisation_lifetime_nrho\":9,"
        "\"rules\":[{\"purposes\":[\"a\"],\"modes\":[\"regions\"],\"measures\":[\"count\"],"
        "\"sigma\":[5],\"fields\":[\"gene\"],\"permit\":false,\"display_below\":5,"
        "\"display_base\":1},{\"purposes\":[\"b\"],\"modes\":[\"sum\"],\"measures\":[\"count\"],"
        "\"sigma\":[5],\"fields\":[\"gene\"],\"permit\":false,\"display_below\":5,"
        "\"display_base\":1}]}}}";
    struct bench b;

    (void)state;
    bench_up(&b);
    policy_free(b.policy);
    if (!policy_parse(text, sizeof(text) - 1, &b.policy, &b.err))
        fail_msg("%s", b.err.text);
    b.request.purpose = "b";
    denied_for(&b, "mode");
    b.request.purpose = "a";
    assert_true(admit(&b));
    assert_int_equal(b.grant.organisation_year_nrho, 2);     /* the role's is lower */
    assert_int_equal(b.grant.organisation_lifetime_nrho, 4); /* the organisation's is */
    bench_down(&b);
}

/* One role, whose two rules fit the same questions and decide like this. */
static void take_decisions(struct bench *b, const char *first, const char *second)
{
    static const char rule[] =
        "{\"purposes\":[\"research\"],\"modes\":[\"regions\"],\"measures\":[\"count\"],\"sigma\":["
        "5],"
        "\"fields\":[\"gene\"],\"permit\":false,\"decision\":\"%s\",\"display_below\":%d,"
        "\"display_base\":1}";
    char rules[2][512], text[2048];
    int size;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(rules[0], sizeof(rules[0]), rule, first, 7);
    snprintf(rules[1], sizeof(rules[1]), rule, second, 9);
#pragma GCC diagnostic pop
    size = snprintf(text, sizeof(text),
                    "{\"format\":\"rikstal-policy-v1\",\"version\":3,\"window\":\"2026\","
                    "\"population\":\"p\",\"datasets\":[\"main\"],\"node_year_nrho\":5,"
                    "\"permit_nrho\":1,\"organisations\":{},\"roles\":{\"national-analyst\":"
                    "{\"organisation_year_nrho\":2,\"organisation_lifetime_nrho\":9,"
                    "\"rules\":[%s,%s]}}}",
                    rules[0], rules[1]);
    policy_free(b->policy);
    if (!policy_parse(text, (size_t)size, &b->policy, &b->err))
        fail_msg("%s", b->err.text);
}

static void test_of_several_rules_that_fit_the_strictest_decides(void **state)
{
    static const char *const words[] = {"auto", "hold", "deny"};
    struct bench b;

    (void)state;
    bench_up(&b);
    for (int first = POLICY_AUTO; first <= POLICY_DENY; first++) {
        for (int second = POLICY_AUTO; second <= POLICY_DENY; second++) {
            int strictest = first > second ? first : second;

            take_decisions(&b, words[first], words[second]);
            assert_int_equal(admit(&b), strictest != POLICY_DENY);
            if (strictest == POLICY_DENY)
                continue;
            assert_int_equal(b.grant.decision, strictest);
            assert_int_equal(b.grant.display_below, second > first ? 9 : 7); /* and shows */
        }
    }
    bench_down(&b);
}

/* What a policy says of each of its rules, and how many lines it has. */
struct in_words {
    size_t lines;
    size_t shapes; /* "modes ...; measures ...; sigma ..." */
    size_t fields;
};

static void keep_line(const char *text, void *context)
{
    struct in_words *words = context;

    assert_true(strlen(text) > 0);
    words->lines++;
    words->shapes += strncmp(text, "    modes ", 10) == 0 && strstr(text, "; measures count") &&
                     strstr(text, "; sigma ");
    words->fields += strncmp(text, "    may ask about ", 18) == 0;
}

static void test_a_policy_can_be_read_in_words(void **state)
{
    struct bench b;
    struct in_words words = {0};

    (void)state;
    bench_up(&b);
    policy_explain(b.policy, keep_line, &words);
    assert_true(words.lines > 20);
    assert_true(words.shapes > 0);
    assert_int_equal(words.shapes, words.fields);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_analyst_may_count_in_regions_with_a_threshold_of_ten),
        cmocka_unit_test(test_each_role_may_ask_what_is_usual_for_it),
        cmocka_unit_test(test_a_total_is_as_fine_as_the_rule_allows),
        cmocka_unit_test(test_what_is_unknown_is_denied),
        cmocka_unit_test(test_a_sponsor_names_variants_in_sums_alone),
        cmocka_unit_test(test_the_public_sees_no_region_and_no_variant),
        cmocka_unit_test(test_region_is_asked_about_in_mode_regions_alone),
        cmocka_unit_test(test_a_measure_tells_of_fields_too),
        cmocka_unit_test(test_ages_are_asked_for_in_bands),
        cmocka_unit_test(test_bins_tell_of_a_field),
        cmocka_unit_test(test_two_halves_of_two_rules_admit_nothing),
        cmocka_unit_test(test_of_several_rules_that_fit_the_strictest_decides),
        cmocka_unit_test(test_a_policy_can_be_read_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
