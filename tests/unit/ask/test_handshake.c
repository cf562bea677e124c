/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The handshake's promises: a link becomes a node's only when certificate, roster and a fresh
 * signature of that node's own key agree; whatever differs ends it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "coordinator/ask/handshake.h"
#include "proto/base/clock.h"
#include "tests/unit/ask/country.h"
#include "tests/unit/refused.h"

struct bench {
    struct country c;
    struct roster *roster;
    struct handshake handshake;
    Rikstal__V1__Frame reply;
    struct err err;
};

static void bench_up(struct bench *b)
{
    country_up(&b->c, 2);
    assert_true(
        roster_read(country_path(&b->c, "roster"), &b->c.roots, NULL, 0, &b->roster, &b->err));
}

static void bench_down(struct bench *b)
{
    roster_free(b->roster);
    country_down(&b->c);
}

static bool step(struct bench *b, const Rikstal__V1__Frame *frame)
{
    struct handshake_input input = {.frame = frame, .roster = b->roster, .now_s = clock_wall_s()};

    return handshake_step(&b->handshake, &input, b->c.arena, &b->reply, &b->err);
}

static bool announce(struct bench *b, const char *node, uint32_t min, uint32_t max)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Announce body = RIKSTAL__V1__ANNOUNCE__INIT;

    body.node = (char *)node;
    body.protocol_min = min;
    body.protocol_max = max;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ANNOUNCE;
    frame.announce = &body;
    return step(b, &frame);
}

/* Up to the challenge. */
static void challenged(struct bench *b)
{
    assert_true(handshake_begin(&b->handshake, "spiffe://test/node/01", b->roster, &b->err));
    assert_true(announce(b, "01", 1, 1));
    assert_int_equal(b->reply.body_case, RIKSTAL__V1__FRAME__BODY_CHALLENGE);
}

struct lie {
    const char *node;
    const char *network;
    struct secret_key *key;
    uint32_t protocol;
    bool other_nonce;
    char *software;
    char *release; /* of a term system */
    char *purpose; /* of a rule */
    size_t n_rules;
    char *assay;
    size_t n_delivers;
};

static bool hello(struct bench *b, struct lie lie)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Hello body = RIKSTAL__V1__HELLO__INIT;
    Rikstal__V1__TermRelease term = RIKSTAL__V1__TERM_RELEASE__INIT, *terms = &term;
    Rikstal__V1__AssayKind assay = RIKSTAL__V1__ASSAY_KIND__INIT, *assays = &assay;
    Rikstal__V1__PublicSizes sizes = RIKSTAL__V1__PUBLIC_SIZES__INIT;
    Rikstal__V1__Delivery delivery = RIKSTAL__V1__DELIVERY__INIT,
                          *delivers[NODE_DELIVERIES_MAX + 1];
    Rikstal__V1__PolicyRule rule = RIKSTAL__V1__POLICY_RULE__INIT, *rules[NODE_RULES_MAX + 1];
    char *purposes[] = {lie.purpose ? lie.purpose : "research", "statistics"};
    uint32_t sigmas[] = {5, 7, 20};
    uint8_t nonce[32];

    memcpy(nonce, b->reply.challenge->nonce.data, sizeof(nonce));
    nonce[0] ^= lie.other_nonce;
    body.network = (char *)(lie.network ? lie.network : "test");
    body.node = (char *)(lie.node ? lie.node : "01");
    body.nonce.data = nonce;
    body.nonce.len = sizeof(nonce);
    body.protocol = lie.protocol ? lie.protocol : 1;
    body.software = lie.software ? lie.software : "test";
    term.system = "hp";
    term.release = lie.release;
    body.terms = &terms;
    body.n_terms = lie.release != NULL;
    assay.name = lie.assay;
    assay.assembly = "GRCh38";
    body.assays = &assays;
    body.n_assays = lie.assay != NULL;
    sizes.persons = 65536;
    sizes.kinds = 1024;
    body.sizes = lie.assay ? &sizes : NULL;
    delivery.kind = "diagnosis";
    delivery.system = "icd10";
    for (size_t i = 0; i < lie.n_delivers; i++)
        delivers[i] = &delivery;
    body.delivers = delivers;
    body.n_delivers = lie.n_delivers;
    rule.role = "sponsor";
    rule.purposes = purposes;
    rule.n_purposes = 2;
    rule.sigmas = sigmas;
    rule.n_sigmas = 3;
    rule.modes = 2;
    rule.decision = 1;
    for (size_t i = 0; i < lie.n_rules; i++)
        rules[i] = &rule;
    body.rules = rules;
    body.n_rules = lie.n_rules;
    assert_true(envelope_sign_message(DOMAIN_HELLO, &body.base,
                                      lie.key ? lie.key : b->c.node[0].key, b->c.arena,
                                      &frame.hello, &b->err));
    frame.body_case = RIKSTAL__V1__FRAME__BODY_HELLO;
    return step(b, &frame);
}

static void test_a_node_of_the_roster_is_welcomed(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    challenged(&b);
    assert_true(hello(&b, (struct lie){0}));
    assert_int_equal(b.reply.body_case, RIKSTAL__V1__FRAME__BODY_WELCOME);
    assert_int_equal(b.handshake.stage, HANDSHAKE_DONE);
    assert_string_equal(b.handshake.info.software, "test");
    bench_down(&b);
}

static void test_rules_of_the_policy_are_all_told_or_none(void **state)
{
    char long_purpose[NODE_PURPOSES_BYTES + 1];
    struct bench b;

    (void)state;
    bench_up(&b);
    challenged(&b);
    assert_true(hello(&b, (struct lie){.n_rules = NODE_RULES_MAX}));
    assert_int_equal(b.handshake.info.n_rules, NODE_RULES_MAX);
    assert_string_equal(b.handshake.info.rules[0].role, "sponsor");
    assert_string_equal(b.handshake.info.rules[0].purposes, "research,statistics");
    assert_int_equal(b.handshake.info.rules[0].sigmas, 1 | 4); /* 7 is on no menu */
    assert_int_equal(b.handshake.info.rules[0].modes, 2);
    assert_int_equal(b.handshake.info.rules[0].decision, 1);
    bench_down(&b);
    bench_up(&b);
    challenged(&b);
    assert_true(hello(&b, (struct lie){.n_rules = NODE_RULES_MAX + 1}));
    assert_int_equal(b.handshake.info.n_rules, 0);
    bench_down(&b);
    memset(long_purpose, 'x', sizeof(long_purpose));
    long_purpose[sizeof(long_purpose) - 1] = 0;
    bench_up(&b);
    challenged(&b);
    assert_true(hello(&b, (struct lie){.n_rules = 1, .purpose = long_purpose}));
    assert_int_equal(b.handshake.info.n_rules, 0);
    bench_down(&b);
    bench_up(&b);
    challenged(&b);
    assert_false(hello(&b, (struct lie){.n_rules = 1, .purpose = "re\033[2J"}));
    assert_int_equal(b.err.code, ERR_INVALID);
    bench_down(&b);
}

static void test_what_a_region_delivers_is_kept_within_limits(void **state)
{
    struct bench b;

    (void)state;
    for (size_t n = NODE_DELIVERIES_MAX; n <= NODE_DELIVERIES_MAX + 1; n++) {
        bench_up(&b);
        challenged(&b);
        assert_true(hello(&b, (struct lie){.assay = "wgs", .n_delivers = n}));
        assert_int_equal(b.handshake.info.n_delivers, NODE_DELIVERIES_MAX);
        assert_string_equal(b.handshake.info.delivers[0].system, "icd10");
        assert_string_equal(b.handshake.info.delivers[0].since, "");
        assert_int_equal(b.handshake.info.n_assays, 1);
        assert_string_equal(b.handshake.info.assays[0].name, "wgs");
        assert_true(b.handshake.info.has_sizes);
        assert_int_equal(b.handshake.info.sizes.persons, 65536);
        assert_int_equal(b.handshake.info.sizes.kinds, 1024);
        bench_down(&b);
    }
    bench_up(&b);
    challenged(&b);
    assert_false(hello(&b, (struct lie){.assay = "wgs\033[2J"}));
    bench_down(&b);
}

static void test_a_certificate_without_a_place_is_refused(void **state)
{
    static const char *const peers[] = {"", "spiffe://other/node/01", "spiffe://test/coordinator",
                                        "spiffe://test/node/99", "spiffe://test/node/01/x"};
    struct bench b;

    (void)state;
    bench_up(&b);
    for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
        assert_refused(handshake_begin(&b.handshake, peers[i], b.roster, &b.err), &b.err,
                       ERR_DENIED);
    }
    bench_down(&b);
}

/* Behind a proxy a node's key is what proves who it is. */
static void test_a_node_behind_a_proxy_is_known_by_its_signature(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(handshake_begin_proxied(&b.handshake, b.roster, &b.err));
    assert_true(announce(&b, "01", 1, 1));
    assert_string_equal(b.handshake.node, "01");
    assert_true(hello(&b, (struct lie){0}));
    assert_int_equal(b.handshake.stage, HANDSHAKE_DONE);
    assert_true(handshake_begin_proxied(&b.handshake, b.roster, &b.err));
    assert_refused(announce(&b, "99", 1, 1), &b.err, ERR_DENIED);
    assert_true(handshake_begin_proxied(&b.handshake, b.roster, &b.err));
    assert_true(announce(&b, "02", 1, 1));
    assert_refused(hello(&b, (struct lie){.node = "02"}), &b.err, ERR_DENIED); /* signed by 01 */
    bench_down(&b);
}

static void test_each_lie_in_the_hello_ends_it(void **state)
{
    struct bench b;
    struct lie lies[8];

    (void)state;
    bench_up(&b);
    lies[0] = (struct lie){.node = "02"};
    lies[1] = (struct lie){.network = "other"};
    lies[2] = (struct lie){.key = b.c.stranger};
    lies[3] = (struct lie){.key = b.c.node[1].key}; /* a member, but not this one */
    lies[4] = (struct lie){.other_nonce = true};    /* an old hello, replayed */
    lies[5] = (struct lie){.protocol = 2};
    lies[6] = (struct lie){.software = "1\033[2J"}; /* would be printed */
    lies[7] = (struct lie){.release = "2026\n12 connected"};
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        challenged(&b);
        assert_false(hello(&b, lies[i]));
        assert_int_not_equal(b.handshake.stage, HANDSHAKE_DONE);
    }
    bench_down(&b);
}

static void test_frames_out_of_order_end_it(void **state)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Drain drain = RIKSTAL__V1__DRAIN__INIT;
    struct bench b;

    (void)state;
    bench_up(&b);
    frame.body_case = RIKSTAL__V1__FRAME__BODY_DRAIN;
    frame.drain = &drain;
    assert_true(handshake_begin(&b.handshake, "spiffe://test/node/01", b.roster, &b.err));
    assert_refused(step(&b, &frame), &b.err, ERR_INVALID);
    challenged(&b);
    assert_false(announce(&b, "01", 1, 1)); /* twice */
    bench_down(&b);
}

/* PROTOCOL_MAX is 1: a node that begins at 2 is told so, and one that chooses 2 is a lie above. */
static void test_protocols_that_do_not_meet_are_named(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(handshake_begin(&b.handshake, "spiffe://test/node/01", b.roster, &b.err));
    assert_false(announce(&b, "01", 2, 3));
    assert_non_null(strstr(b.err.text, "protocol 2 to 3"));
    assert_true(handshake_begin(&b.handshake, "spiffe://test/node/01", b.roster, &b.err));
    assert_false(announce(&b, "02", 1, 1));
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_node_of_the_roster_is_welcomed),
        cmocka_unit_test(test_what_a_region_delivers_is_kept_within_limits),
        cmocka_unit_test(test_rules_of_the_policy_are_all_told_or_none),
        cmocka_unit_test(test_a_certificate_without_a_place_is_refused),
        cmocka_unit_test(test_a_node_behind_a_proxy_is_known_by_its_signature),
        cmocka_unit_test(test_each_lie_in_the_hello_ends_it),
        cmocka_unit_test(test_frames_out_of_order_end_it),
        cmocka_unit_test(test_protocols_that_do_not_meet_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
