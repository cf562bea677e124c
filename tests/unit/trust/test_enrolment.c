/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of enrolment: what is written is read back; a file of the other kind, a member that
 * is missing or of the wrong form, duplicate keys and trailing bytes are refused; nothing is read
 * beyond the limit.
 */
#include "proto/trust/enrolment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "tests/unit/refused.h"

static struct arena *arena;
static struct err err;

static int up(void **state)
{
    (void)state;
    arena = arena_new((size_t)32 << 20);
    return arena ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const struct enrolment_request request = {.network = "demo",
                                                 .region = "12",
                                                 .name = "Region Skåne",
                                                 .key = {{1, 2, 3}},
                                                 .csr = "-----BEGIN\nx\n"};

static const uint8_t roster[] = {0, 1, 2, 0xff, 0};

static const struct enrolment_response response = {.network = "demo",
                                                   .region = "12",
                                                   .key = {{9, 8}},
                                                   .certificate = "cert\n",
                                                   .ca = "ca\n",
                                                   .roots = "roots\n",
                                                   .roster = roster,
                                                   .roster_size = sizeof(roster)};

static void test_a_request_is_read_back(void **state)
{
    struct enrolment_request back;
    const char *text;

    (void)state;
    assert_true(enrolment_request_text(&request, arena, &text, &err));
    assert_true(enrolment_request_parse(text, strlen(text), arena, &back, &err));
    assert_string_equal(back.network, "demo");
    assert_string_equal(back.region, "12");
    assert_string_equal(back.name, "Region Skåne");
    assert_string_equal(back.csr, request.csr);
    assert_true(public_key_same(&back.key, &request.key));
}

static void test_a_response_is_read_back(void **state)
{
    struct enrolment_response back;
    const char *text;

    (void)state;
    assert_true(enrolment_response_text(&response, arena, &text, &err));
    assert_true(enrolment_response_parse(text, strlen(text), arena, &back, &err));
    assert_string_equal(back.certificate, "cert\n");
    assert_string_equal(back.ca, "ca\n");
    assert_string_equal(back.roots, "roots\n");
    assert_int_equal(back.roster_size, sizeof(roster));
    assert_memory_equal(back.roster, roster, sizeof(roster));
}

/* The text with each member's name spelt wrong in turn. */
static void test_every_member_is_needed(void **state)
{
    static const char *const names[] = {"type",        "network", "region", "node_key",
                                        "certificate", "ca",      "roots",  "roster"};
    struct enrolment_response back;
    const char *text;

    (void)state;
    assert_true(enrolment_response_text(&response, arena, &text, &err));
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        char *bent = arena_strdup(arena, text);
        char quoted[32];
        char *at;

        snprintf(quoted, sizeof(quoted), "\"%s\"", names[i]);
        at = strstr(bent, quoted);
        assert_non_null(at);
        at[1] = 'X';
        assert_refused(enrolment_response_parse(bent, strlen(bent), arena, &back, &err), &err,
                       ERR_INVALID);
    }
}

static void test_files_of_another_kind_or_form_are_refused(void **state)
{
    struct enrolment_response other;
    struct enrolment_request back;
    char *bent;
    const char *text;

    (void)state;
    assert_true(enrolment_request_text(&request, arena, &text, &err));
    assert_refused(enrolment_response_parse(text, strlen(text), arena, &other, &err), &err,
                   ERR_INVALID);
    assert_refused(enrolment_request_parse(text, strlen(text) / 2, arena, &back, &err), &err,
                   ERR_INVALID);
    bent = arena_printf(arena, "%s{}", text);
    assert_refused(enrolment_request_parse(bent, strlen(bent), arena, &back, &err), &err,
                   ERR_INVALID);
    bent = arena_strdup(arena, text);
    *strstr(bent, "0102") = 'g'; /* in the key's hex */
    assert_refused(enrolment_request_parse(bent, strlen(bent), arena, &back, &err), &err,
                   ERR_INVALID);
    assert_refused(enrolment_request_parse("{}", 2, arena, &back, &err), &err, ERR_INVALID);
}

static void test_a_roster_that_is_not_base64_is_refused(void **state)
{
    struct enrolment_response back;
    const char *text;
    char *bent;

    (void)state;
    assert_true(enrolment_response_text(&response, arena, &text, &err));
    bent = arena_strdup(arena, text);
    *strstr(bent, "AAEC") = '*';
    assert_refused(enrolment_response_parse(bent, strlen(bent), arena, &back, &err), &err,
                   ERR_INVALID);
    assert_non_null(strstr(err.text, "roster"));
}

static void test_nothing_is_read_beyond_the_limit(void **state)
{
    char *large = malloc(ENROLMENT_BYTES_MAX + 1);
    struct enrolment_request back;

    (void)state;
    assert_non_null(large);
    memset(large, ' ', ENROLMENT_BYTES_MAX + 1);
    assert_refused(enrolment_request_parse(large, ENROLMENT_BYTES_MAX + 1, arena, &back, &err),
                   &err, ERR_INVALID);
    free(large);
}

#define ENROLMENT_TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ENROLMENT_TEST(test_a_request_is_read_back),
        ENROLMENT_TEST(test_a_response_is_read_back),
        ENROLMENT_TEST(test_every_member_is_needed),
        ENROLMENT_TEST(test_files_of_another_kind_or_form_are_refused),
        ENROLMENT_TEST(test_a_roster_that_is_not_base64_is_refused),
        ENROLMENT_TEST(test_nothing_is_read_beyond_the_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
