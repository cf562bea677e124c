/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of gathering: of the coordinator's document only what a region's own key has signed
 * for this very question is counted. A forged, altered, exchanged or withheld answer is shown as
 * that region's failure, whatever figures and states the document claims. A blind sum is the
 * asker's alone: the exact total with the question's own key, sealed without it, an error with
 * another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <string.h>

#include "coordinator/analyst/blind.h"
#include "coordinator/analyst/verify_report.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/trust/keystream.h"
#include "proto/trust/message.h"
#include "proto/trust/participants.h"
#include "tests/unit/ask/country.h"

struct bench {
    struct country c;
    struct roster *roster;
    struct plan *plan;
    cJSON *document;
    cJSON *regions;
    struct verified_report verified_report;
    struct blind *blind; /* of who asks */
    struct err err;
};

static void bench_up_as(struct bench *b, uint32_t mode, struct blind *blind)
{
    Rikstal__V1__Envelope *envelope;
    struct question question;
    const uint8_t *data;
    size_t size;

    memset(b, 0, sizeof(*b));
    b->blind = blind;
    country_up(&b->c, 3);
    assert_true(
        roster_read(country_path(&b->c, "roster"), &b->c.roots, NULL, 0, &b->roster, &b->err));
    country_ask(&b->c,
                &(struct country_question){
                    .id = 1, .mode = mode, .blind = blind ? blind_public_key(blind) : NULL},
                &data, &size);
    assert_true(envelope_parse(data, size, b->c.arena, &envelope, &b->err));
    assert_true(question_check(envelope, (struct roster_view){b->roster, NULL, clock_wall_s()},
                               b->c.arena, &question, &b->err));
    assert_true(plan_new(&question, b->roster, data, size, &b->plan, &b->err));
    b->document = cJSON_CreateObject();
    cJSON_AddStringToObject(b->document, "state", "complete");
    b->regions = cJSON_AddArrayToObject(b->document, "regions");
}

static void bench_up_mode(struct bench *b, uint32_t mode)
{
    bench_up_as(b, mode, NULL);
}

static void bench_up(struct bench *b)
{
    bench_up_mode(b, RIKSTAL__V1__MODE__MODE_REGIONS);
}

static void bench_down(struct bench *b)
{
    verified_report_clear(&b->verified_report);
    cJSON_Delete(b->document);
    blind_free(b->blind);
    plan_free(b->plan);
    roster_free(b->roster);
    country_down(&b->c);
}

static cJSON *put_region(struct bench *b, const char *node, const char *region_state)
{
    cJSON *region = cJSON_CreateObject();

    cJSON_AddStringToObject(region, "node", node);
    cJSON_AddStringToObject(region, "state", region_state);
    cJSON_AddItemToArray(b->regions, region);
    return region;
}

static void put_answer(struct bench *b, const char *node, struct country_answer a)
{
    Rikstal__V1__Envelope *envelope;
    const uint8_t *data;
    size_t size, room;
    char *text;

    if (!a.question_hash)
        a.question_hash = b->plan->hash;
    country_answer(&b->c, &a, &envelope, &data, &size);
    room = sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL);
    text = arena_alloc(b->c.arena, room);
    assert_non_null(text);
    sodium_bin2base64(text, room, data, size, sodium_base64_VARIANT_ORIGINAL);
    cJSON_AddStringToObject(put_region(b, node, "value"), "answer", text);
}

static void verify_report_all(struct bench *b)
{
    struct verify_report_options options = {
        .plan = b->plan, .roster = b->roster, .now_s = clock_wall_s()};

    assert_true(verify_report(&options, b->document, b->c.arena, &b->verified_report, &b->err));
}

static void test_signed_answers_are_added_up(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    put_answer(&b, "01", (struct country_answer){.node = 0, .matched = 101});
    put_answer(&b, "02", (struct country_answer){.node = 1, .matched = 202});
    put_region(&b, "03", "offline");
    verify_report_all(&b);
    assert_int_equal(b.verified_report.report->n_answered, 2);
    assert_int_equal(b.verified_report.report->total[0].value, 305);
    assert_int_equal(b.verified_report.report->region[2].is.state, REGION_OFFLINE);
    assert_string_equal(b.verified_report.report->region[0].is.name, "Region 01");
    bench_down(&b);
}

static void test_what_its_region_has_not_signed_for_this_question_is_not_counted(void **state)
{
    uint8_t other[32] = {1};
    struct bench b;

    (void)state;
    bench_up(&b);
    put_answer(&b, "01", (struct country_answer){.node = 0, .matched = 900, .key = b.c.stranger});
    put_answer(&b, "02", (struct country_answer){.node = 0, .matched = 900}); /* 01's as 02's */
    put_answer(&b, "03",
               (struct country_answer){
                   .node = 2, .matched = 900, .question_hash = other}); /* of another question */
    verify_report_all(&b);
    assert_int_equal(b.verified_report.report->n_answered, 0);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(b.verified_report.report->region[i].is.state, REGION_FAILED);
        assert_string_equal(b.verified_report.report->region[i].is.code, "not-verified");
    }
    bench_down(&b);
}

static void test_a_state_that_only_a_region_can_give_is_not_believed_unsigned(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    put_region(&b, "01", "value");
    put_region(&b, "02", "declined");
    /* 03 is left out altogether */
    verify_report_all(&b);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(b.verified_report.report->region[i].is.state, REGION_FAILED);
        assert_string_equal(b.verified_report.report->region[i].is.code, "not-reported");
    }
    bench_down(&b);
}

/* The one text that is the coordinator's own, and printed beside what is signed. */
static void test_a_code_is_a_word_or_nothing(void **state)
{
    static const char *const codes[] = {"no-link", "x\033[1A\033[2K99 persons", "Total 99"};
    struct bench b;

    (void)state;
    bench_up(&b);
    for (size_t i = 0; i < 3; i++)
        cJSON_AddStringToObject(put_region(&b, b.plan->region[i], "offline"), "code", codes[i]);
    verify_report_all(&b);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(b.verified_report.report->region[i].is.state, REGION_OFFLINE);
        assert_string_equal(b.verified_report.report->region[i].is.code, i ? "" : "no-link");
    }
    bench_down(&b);
}

static void test_an_open_document_says_who_is_waited_for(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    cJSON_ReplaceItemInObject(b.document, "state", cJSON_CreateString("open"));
    put_answer(&b, "01", (struct country_answer){.node = 0, .matched = 101});
    put_region(&b, "02", "waiting");
    put_region(&b, "03", "waiting");
    verify_report_all(&b);
    assert_true(b.verified_report.open);
    assert_int_equal(b.verified_report.waiting, 2);
    bench_down(&b);
}

static void test_a_document_of_nonsense_is_a_report_of_failures(void **state)
{
    struct bench b;
    cJSON *nonsense;

    (void)state;
    bench_up(&b);
    cJSON_AddItemToArray(b.regions, cJSON_CreateNumber(7));
    nonsense = put_region(&b, "01", "value");
    cJSON_AddStringToObject(nonsense, "answer", "***");
    cJSON_AddItemToArray(b.regions, cJSON_CreateObject());
    verify_report_all(&b);
    assert_int_equal(b.verified_report.report->n_answered, 0);
    assert_false(b.verified_report.report->has_total);
    bench_down(&b);
}

/* ---- sums ------------------------------------------------------------------------------------ */

static void put_base64(struct bench *b, const char *name, const uint8_t *data, size_t size)
{
    size_t room = sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(b->c.arena, room);

    assert_non_null(text);
    sodium_bin2base64(text, room, data, size, sodium_base64_VARIANT_ORIGINAL);
    cJSON_DeleteItemFromObject(b->document, name);
    cJSON_AddStringToObject(b->document, name, text);
}

/* The list of all three nodes goes into the document; its session. */
static void put_list(struct bench *b, size_t n, uint8_t session[static 32])
{
    Rikstal__V1__MaskList list = RIKSTAL__V1__MASK_LIST__INIT;
    Rikstal__V1__Envelope *attestation[3];
    uint8_t *data;
    size_t size;

    list.question_hash = (ProtobufCBinaryData){32, b->plan->hash};
    list.attempt = 1;
    list.attestations = attestation;
    list.n_attestations = n;
    for (size_t i = 0; i < n; i++)
        country_attest(&b->c, i, b->plan->hash, &attestation[i]);
    assert_true(message_pack(&list.base, b->c.arena, &data, &size, &b->err));
    assert_true(participants_session(&list, b->c.arena, session, &b->err));
    put_base64(b, "mask_list", data, size);
}

/* Vectors of 100, 200 and 300 under masks that cancel. */
static void put_vectors(struct bench *b, const uint8_t *session)
{
    static const char *const nodes[] = {"01", "02", "03"};
    int64_t mask = INT64_C(0x123456789abcdef);

    for (size_t i = 0; i < 3; i++) {
        int64_t own = i == 2 ? -2 * mask : mask;
        struct country_answer a = {.node = i,
                                   .matched = 100 * (int64_t)(i + 1) + own,
                                   .undetermined = own,
                                   .session = session};

        put_answer(b, nodes[i], a);
    }
}

static void test_a_sum_is_added_up_from_vectors_and_list(void **state)
{
    uint8_t session[32];
    struct bench b;

    (void)state;
    bench_up_mode(&b, RIKSTAL__V1__MODE__MODE_SUM);
    put_list(&b, 3, session);
    put_vectors(&b, session);
    verify_report_all(&b);
    assert_true(b.verified_report.report->has_total);
    assert_int_equal(b.verified_report.report->total[0].value, 600);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(b.verified_report.report->region[i].is.state, REGION_TOOK_PART);
        assert_null(b.verified_report.report->region[i].cell);
    }
    bench_down(&b);
}

static void no_sum(struct bench *b)
{
    verify_report_all(b);
    assert_false(b->verified_report.report->has_total);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(b->verified_report.report->region[i].is.state, REGION_FAILED);
        assert_null(b->verified_report.report->region[i].cell);
    }
    bench_down(b);
}

static void test_without_a_right_list_there_is_no_sum(void **state)
{
    uint8_t session[32], other[32] = {1};
    struct bench b;

    (void)state;
    bench_up_mode(&b, RIKSTAL__V1__MODE__MODE_SUM); /* none */
    put_list(&b, 3, session);
    put_vectors(&b, session);
    cJSON_DeleteItemFromObject(b.document, "mask_list");
    no_sum(&b);
    bench_up_mode(&b, RIKSTAL__V1__MODE__MODE_SUM); /* of fewer than took part */
    put_list(&b, 2, session);
    put_vectors(&b, session);
    no_sum(&b);
    bench_up_mode(&b, RIKSTAL__V1__MODE__MODE_SUM); /* vectors of another session */
    put_list(&b, 3, session);
    put_vectors(&b, other);
    no_sum(&b);
    bench_up_mode(&b, RIKSTAL__V1__MODE__MODE_SUM); /* no list at all */
    put_list(&b, 3, session);
    put_vectors(&b, session);
    put_base64(&b, "mask_list", other, sizeof(other));
    no_sum(&b);
}

static void test_a_vector_less_is_no_sum_of_the_others(void **state)
{
    uint8_t session[32];
    struct bench b;

    (void)state;
    bench_up_mode(&b, RIKSTAL__V1__MODE__MODE_SUM);
    put_list(&b, 3, session);
    put_vectors(&b, session);
    cJSON_DeleteItemFromArray(b.regions, 1);
    no_sum(&b);
}

/* ---- blind sums ------------------------------------------------------------------------------ */

/* put_vectors(), each under the stream that its node shares with the asker. */
static void put_blind_vectors(struct bench *b, const uint8_t *session)
{
    static const char *const nodes[] = {"01", "02", "03"};
    int64_t mask = INT64_C(0x123456789abcdef);

    for (size_t i = 0; i < 3; i++) {
        int64_t own = i == 2 ? -2 * mask : mask, cell[2] = {100 * (int64_t)(i + 1) + own, own};
        uint8_t secret[32], public[32], key[KEYSTREAM_KEY_BYTES];
        struct keystream_bond bond = {.domain = KEYSTREAM_BLIND,
                                      .first = blind_public_key(b->blind),
                                      .second = public,
                                      .session = session,
                                      .node = nodes[i]};

        country_secret(i, secret);
        crypto_scalarmult_base(public, secret);
        assert_true(keystream_key(secret, blind_public_key(b->blind), &bond, key));
        keystream_apply(key, true, cell, 2);
        put_answer(b, nodes[i],
                   (struct country_answer){
                       .node = i, .matched = cell[0], .undetermined = cell[1], .session = session});
    }
}

static void blind_up(struct bench *b)
{
    uint8_t session[32];

    bench_up_as(b, RIKSTAL__V1__MODE__MODE_SUM, blind_new());
    put_list(b, 3, session);
    put_blind_vectors(b, session);
}

static bool verify_report_with(struct bench *b, const struct blind *blind)
{
    struct verify_report_options options = {
        .plan = b->plan, .roster = b->roster, .blind = blind, .now_s = clock_wall_s()};

    return verify_report(&options, b->document, b->c.arena, &b->verified_report, &b->err);
}

static void test_a_blind_sum_is_exact_with_the_askers_key(void **state)
{
    struct bench b;

    (void)state;
    blind_up(&b);
    assert_true(verify_report_with(&b, b.blind));
    assert_true(b.verified_report.report->has_total);
    assert_true(b.verified_report.report->blind);
    assert_false(b.verified_report.report->sealed);
    assert_int_equal(b.verified_report.report->total[0].value, 600);
    bench_down(&b);
}

static void test_a_blind_sum_is_sealed_without_it(void **state)
{
    struct bench b;

    (void)state;
    blind_up(&b);
    assert_true(verify_report_with(&b, NULL));
    assert_false(b.verified_report.report->has_total);
    assert_true(b.verified_report.report->sealed);
    assert_int_equal(b.verified_report.report->n_answered, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(b.verified_report.report->region[i].is.state, REGION_TOOK_PART);
        assert_null(b.verified_report.report->region[i].cell);
    }
    bench_down(&b);
}

static void test_another_key_than_the_questions_opens_nothing(void **state)
{
    struct blind *other = blind_new();
    struct bench b;

    (void)state;
    blind_up(&b);
    assert_false(verify_report_with(&b, other));
    assert_int_equal(b.err.code, ERR_DENIED);
    blind_free(other);
    bench_down(&b);
}

static void test_a_blind_sum_needs_its_list_and_every_vector(void **state)
{
    struct bench b;

    (void)state;
    blind_up(&b);
    cJSON_DeleteItemFromObject(b.document, "mask_list");
    assert_true(verify_report_with(&b, b.blind));
    assert_false(b.verified_report.report->has_total || b.verified_report.report->sealed);
    bench_down(&b);
    for (int open = 0; open < 2; open++) {
        blind_up(&b);
        cJSON_DeleteItemFromArray(b.regions, 1);
        assert_true(verify_report_with(&b, open ? b.blind : NULL));
        assert_false(b.verified_report.report->has_total || b.verified_report.report->sealed);
        assert_int_equal(b.verified_report.report->n_answered, 0);
        bench_down(&b);
    }
}

static void test_vectors_without_the_streams_are_no_blind_sum(void **state)
{
    uint8_t session[32];
    struct bench b;

    (void)state;
    bench_up_as(&b, RIKSTAL__V1__MODE__MODE_SUM, blind_new());
    put_list(&b, 3, session);
    put_vectors(&b, session); /* somebody has added them up already */
    assert_true(verify_report_with(&b, b.blind));
    assert_false(b.verified_report.report->has_total);
    assert_string_equal(b.verified_report.report->region[0].is.code, "no-sum");
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sum_is_added_up_from_vectors_and_list),
        cmocka_unit_test(test_without_a_right_list_there_is_no_sum),
        cmocka_unit_test(test_a_vector_less_is_no_sum_of_the_others),
        cmocka_unit_test(test_a_blind_sum_is_exact_with_the_askers_key),
        cmocka_unit_test(test_a_blind_sum_is_sealed_without_it),
        cmocka_unit_test(test_another_key_than_the_questions_opens_nothing),
        cmocka_unit_test(test_a_blind_sum_needs_its_list_and_every_vector),
        cmocka_unit_test(test_vectors_without_the_streams_are_no_blind_sum),
        cmocka_unit_test(test_signed_answers_are_added_up),
        cmocka_unit_test(test_what_its_region_has_not_signed_for_this_question_is_not_counted),
        cmocka_unit_test(test_a_state_that_only_a_region_can_give_is_not_believed_unsigned),
        cmocka_unit_test(test_a_code_is_a_word_or_nothing),
        cmocka_unit_test(test_an_open_document_says_who_is_waited_for),
        cmocka_unit_test(test_a_document_of_nonsense_is_a_report_of_failures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
