/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What claims become: roles and permits by rule, refusals without a value of the person, mistakes
 * of the file with their line.
 */
#include "tests/unit/refused.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "coordinator/login/mapping.h"
#include "proto/base/arena.h"
#include "proto/base/json.h"

#define RULES                                                                                      \
    "# rules\n"                                                                                    \
    "id hsa\n\n"                                                                                   \
    "  name name \n"                                                                               \
    "require acr is loa3\n"                                                                        \
    "role national-analyst when groups is the analysts of us\n"                                    \
    "role sponsor when /resource/a~1b/roles is s\n"                                                \
    "permit P-1 when groups is p1\n"                                                               \
    "permit P-1 when groups is p2\r\n"

static struct arena *arena;

static bool reads(const char *text, struct mapping **out, struct err *err)
{
    char path[] = "/tmp/rikstal-mapping-XXXXXX";
    int fd = mkstemp(path);
    bool ok;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    ok = mapping_read(path, out, err);
    unlink(path);
    return ok;
}

static bool applies(const struct mapping *mapping, const char *claims, struct mapping_person *out,
                    struct err *err)
{
    cJSON *root = NULL;
    bool ok;

    assert_true(json_parse(claims, strlen(claims), 65536, &root, err));
    ok = mapping_apply(mapping, root, arena, out, err);
    cJSON_Delete(root);
    return ok;
}

static void test_who_somebody_is(void **state)
{
    struct mapping_person person;
    struct mapping *mapping;
    struct err err;

    (void)state;
    assert_true(reads(RULES, &mapping, &err));
    assert_true(applies(mapping,
                        "{\"hsa\":\"SE1\",\"name\":\"Anna Å\",\"acr\":\"loa3\","
                        "\"groups\":[\"x\",\"the analysts of us\",\"p1\",\"p2\"],"
                        "\"resource\":{\"a/b\":{\"roles\":\"s\"}}}",
                        &person, &err));
    assert_string_equal(person.id, "SE1");
    assert_string_equal(person.name, "Anna Å");
    assert_int_equal(person.n_roles, 2);
    assert_string_equal(person.role[0], "national-analyst");
    assert_string_equal(person.role[1], "sponsor");
    assert_int_equal(person.n_permits, 1);
    assert_string_equal(person.permit[0], "P-1");
    mapping_free(mapping);
}

static void test_who_does_not_come_in(void **state)
{
    static const char *const rows[][2] = {
        {"{\"hsa\":\"S\",\"name\":\"N\",\"groups\":\"the analysts of us\"}", "acr"},
        {"{\"hsa\":\"S\",\"name\":\"N\",\"acr\":\"loa2\",\"groups\":\"the analysts of us\"}",
         "acr"},
        {"{\"hsa\":\"S\",\"name\":\"N\",\"acr\":\"loa3\",\"groups\":\"analysts\"}", "no role"},
        {"{\"hsa\":\"S\",\"name\":\"N\",\"acr\":\"loa3\",\"groups\":true}", "no role"},
        {"{\"hsa\":\"S\",\"name\":\"N\",\"acr\":\"loa3\",\"Groups\":\"the analysts of us\"}",
         "no role"},
        {"{\"name\":\"N\",\"acr\":\"loa3\",\"groups\":\"the analysts of us\"}", "hsa"},
        {"{\"hsa\":\"\",\"name\":\"N\",\"acr\":\"loa3\",\"groups\":\"the analysts of us\"}", "hsa"},
        {"{\"hsa\":\"a\\nb\",\"name\":\"N\",\"acr\":\"loa3\",\"groups\":\"the analysts of us\"}",
         "hsa"},
        {"{\"hsa\":\"S\",\"name\":7,\"acr\":\"loa3\",\"groups\":\"the analysts of us\"}", "name"},
    };
    struct mapping_person person;
    struct mapping *mapping;
    struct err err;

    (void)state;
    assert_true(reads(RULES, &mapping, &err));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_refused_for(applies(mapping, rows[i][0], &person, &err), &err, ERR_DENIED,
                           rows[i][1]);
    mapping_free(mapping);
}

static void test_mistakes_have_their_line(void **state)
{
    static const char *const rows[][2] = {
        {"", "gives a role"},
        {"id sub\n", "gives a role"},
        {"\nroles x when a is b\n", ":2: a rule begins"},
        {"role\n", ":1: the name of a role"},
        {"role x if a is b\n", ":1: a role is given when"},
        {"role x when a\n", ":1: a condition"},
        {"role x when a is\n", ":1: a condition"},
        {"role x when a = b\n", ":1: a condition"},
        {"id\n", ":1: id takes one claim"},
        {"id a b\n", ":1: id takes one claim"},
        {"id a\nid b\n", ":2: a second id"},
    };
    struct mapping *mapping;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_refused_for(reads(rows[i][0], &mapping, &err), &err, ERR_INVALID, rows[i][1]);
}

/* The names of rules and claims: MAPPING_CLAIM_MAX, MAPPING_ID_MAX bytes, and one more. */
static void test_names_at_the_limit_and_one_past(void **state)
{
    char name[MAPPING_CLAIM_MAX + 2], text[1024];
    struct mapping *mapping;
    struct err err;

    (void)state;
    for (size_t past = 0; past < 2; past++) {
        memset(name, 'c', sizeof(name));
        name[MAPPING_CLAIM_MAX + past] = 0;
        snprintf(text, sizeof(text), "role x when %s is y\n", name);
        if (past)
            assert_refused(reads(text, &mapping, &err), &err, ERR_INVALID);
        else
            assert_true(reads(text, &mapping, &err) && (mapping_free(mapping), true));
        name[MAPPING_ID_MAX + past] = 0;
        snprintf(text, sizeof(text), "role %s when x is y\n", name);
        if (past)
            assert_refused(reads(text, &mapping, &err), &err, ERR_INVALID);
        else
            assert_true(reads(text, &mapping, &err) && (mapping_free(mapping), true));
    }
}

/* An id of MAPPING_ID_MAX bytes and a name of MAPPING_NAME_MAX, and one more. */
static void test_persons_at_the_limit_and_one_past(void **state)
{
    char text[MAPPING_NAME_MAX + 2], claims[1024];
    struct mapping_person person;
    struct mapping *mapping;
    struct err err;

    (void)state;
    assert_true(reads("id a\nname b\nrole x when c is y\n", &mapping, &err));
    memset(text, 't', sizeof(text));
    for (size_t past = 0; past < 2; past++) {
        snprintf(claims, sizeof(claims), "{\"a\":\"%.*s\",\"b\":\"n\",\"c\":\"y\"}",
                 (int)(MAPPING_ID_MAX + past), text);
        assert_int_equal(applies(mapping, claims, &person, &err), !past);
        snprintf(claims, sizeof(claims), "{\"a\":\"i\",\"b\":\"%.*s\",\"c\":\"y\"}",
                 (int)(MAPPING_NAME_MAX + past), text);
        assert_int_equal(applies(mapping, claims, &person, &err), !past);
    }
    mapping_free(mapping);
}

/* MAPPING_RULES_MAX rules and one more; no more than MAPPING_ROLES_MAX roles are given;
 * MAPPING_BYTES_MAX bytes of a file and one more. */
static void test_rules_at_the_limit_and_one_past(void **state)
{
    char *text = malloc(MAPPING_BYTES_MAX + 2);
    struct mapping_person person;
    struct mapping *mapping;
    struct err err;

    (void)state;
    assert_non_null(text);
    for (size_t n = MAPPING_RULES_MAX; n <= MAPPING_RULES_MAX + 1; n++) {
        size_t at = 0;

        for (size_t i = 0; i < n; i++)
            at += (size_t)snprintf(text + at, MAPPING_BYTES_MAX - at, "role r%zu when c is y\n", i);
        if (n > MAPPING_RULES_MAX) {
            assert_refused(reads(text, &mapping, &err), &err, ERR_INVALID);
            continue;
        }
        assert_true(reads(text, &mapping, &err));
        assert_true(applies(mapping, "{\"sub\":\"s\",\"c\":\"y\"}", &person, &err));
        assert_int_equal(person.n_roles, MAPPING_ROLES_MAX);
        assert_string_equal(person.name, "s");
        mapping_free(mapping);
    }
    for (size_t past = 0; past < 2; past++) {
        memset(text, '\n', MAPPING_BYTES_MAX + 1);
        memcpy(text, "role x when c is y", 18);
        text[MAPPING_BYTES_MAX + past] = 0;
        assert_int_equal(reads(text, &mapping, &err), !past);
        if (!past)
            mapping_free(mapping);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_somebody_is),
        cmocka_unit_test(test_who_does_not_come_in),
        cmocka_unit_test(test_mistakes_have_their_line),
        cmocka_unit_test(test_names_at_the_limit_and_one_past),
        cmocka_unit_test(test_persons_at_the_limit_and_one_past),
        cmocka_unit_test(test_rules_at_the_limit_and_one_past),
    };
    int failed;

    arena = arena_new(1 << 20);
    failed = arena ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
    arena_free(arena);
    return failed;
}
