/*
 * Promises: what no rule allows is denied, with the thing that stood in the way named; a question
 * must fit one rule entirely; the grant carries display and caps of that rule; an organisation's
 * own caps only lower. Checked on the default policy, schemas/policy.json.
 */
#include "node/privacy/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/query/ast.h"

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
    b->request = (struct policy_request){.role = "national-analyst",
                                         .organisation = "gms",
                                         .purpose = "research",
                                         .permit = "",
                                         .dataset = "main",
                                         .mode = POLICY_REGIONS,
                                         .sigma = 5,
                                         .measure = {MEASURE_COUNT, 2, 1},
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
    b.request.mode = POLICY_SUM;
    assert_true(admit(&b));
    assert_int_equal(b.grant.display_below, 5);
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
    b.request.mode = (enum policy_mode)3;
    denied_for(&b, "mode distinct is not offered");
    b.request.mode = (enum policy_mode)4;
    denied_for(&b, "the mode is regions or sum");
    b.request.mode = POLICY_REGIONS;
    b.request.sigma = 6;
    denied_for(&b, "sigma");
    b.request.sigma = 5;
    b.test.field = (enum ast_field)20;
    denied_for(&b, "field");
    bench_down(&b);
}

static void test_a_sponsor_needs_a_permit_and_asks_no_free_variant(void **state)
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
    b.request.measure = (struct measure){MEASURE_FREQUENCY, 5, 1};
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
    b.request.mode = POLICY_SUM;
    denied_for(&b, "gene");
    b.test.field = FIELD_AGE;
    assert_true(admit(&b));
    assert_int_equal(b.grant.display_below, 20);
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

static void keep_line(const char *text, void *context)
{
    size_t *lines = context;

    assert_true(strlen(text) > 0);
    (*lines)++;
}

static void test_a_policy_can_be_read_in_words(void **state)
{
    struct bench b;
    size_t lines = 0;

    (void)state;
    bench_up(&b);
    policy_explain(b.policy, keep_line, &lines);
    assert_true(lines > 20);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_analyst_may_count_in_regions_with_a_threshold_of_ten),
        cmocka_unit_test(test_what_is_unknown_is_denied),
        cmocka_unit_test(test_a_sponsor_needs_a_permit_and_asks_no_free_variant),
        cmocka_unit_test(test_the_public_sees_no_region_and_no_variant),
        cmocka_unit_test(test_two_halves_of_two_rules_admit_nothing),
        cmocka_unit_test(test_a_policy_can_be_read_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
