/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A token opens what its scope says, until it ends or is revoked; its text is not in the file, and
 * no other text opens anything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "coordinator/desk/bearer.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/random.h"
#include "tests/unit/refused.h"

#define NOW_S INT64_C(1800000000)
#define DAY_S 86400

static char folder[] = "/tmp/rikstal-bearer-XXXXXX";
static char path[64];
static struct history *history;

static enum bearer_scope opened(const char *format, const char *token)
{
    enum bearer_scope scope;
    char header[BEARER_TEXT_BYTES + 32];
    struct err err;

    snprintf(header, sizeof(header), format, token);
    assert_true(bearer_scope_of(history, header, &scope, &err));
    return scope;
}

static int64_t made(const char *name, enum bearer_scope scope, long days,
                    char token[static BEARER_TEXT_BYTES])
{
    const struct bearer_terms terms = {name, scope, days};
    struct err err;
    int64_t id;

    assert_true(bearer_new(history, &terms, token, &id, &err));
    assert_int_equal(strlen(token), BEARER_TEXT_BYTES - 1);
    return id;
}

static void ended(int64_t id, bool there)
{
    bool found;
    struct err err;

    assert_true(history_token_revoke(history, id, &found, &err));
    assert_int_equal(found, there);
}

static void test_a_token_opens_its_scope_alone(void **state)
{
    char reader[BEARER_TEXT_BYTES], asker[BEARER_TEXT_BYTES];
    int64_t first = made("reader", BEARER_READ, 1, reader);
    int64_t second = made("asker", BEARER_ASK, 1, asker);
    enum bearer_scope scope;
    struct err err;

    (void)state;
    assert_int_equal(opened("Bearer %s", reader), BEARER_READ);
    assert_int_equal(opened("bearer %s", asker), BEARER_ASK);
    assert_true(bearer_scope_of(history, NULL, &scope, &err));
    assert_int_equal(scope, BEARER_NONE);
    for (size_t i = 0; i < 4; i++) {
        static const char *const wrong[] = {"Basic %s", "%s", "Bearer %s0", "Bearer  %s"};

        assert_int_equal(opened(wrong[i], reader), BEARER_NONE);
    }
    reader[BEARER_TEXT_BYTES - 2] ^= 1;
    assert_int_equal(opened("Bearer %s", reader), BEARER_NONE);
    ended(first, true);
    ended(second, true);
    ended(second, false);
    assert_int_equal(opened("Bearer %s", asker), BEARER_NONE);
}

static void test_a_token_ends_with_its_day(void **state)
{
    char token[BEARER_TEXT_BYTES];
    int64_t id = made("short", BEARER_ASK, 2, token);

    (void)state;
    clock_set(0, NOW_S + 2 * DAY_S - 1);
    assert_int_equal(opened("Bearer %s", token), BEARER_ASK);
    clock_set(0, NOW_S + 2 * DAY_S);
    assert_int_equal(opened("Bearer %s", token), BEARER_NONE);
    clock_set(0, NOW_S);
    ended(id, true);
}

/* Hash, name and scope are there again; the text is nowhere. */
static void test_the_file_has_no_token(void **state)
{
    char token[BEARER_TEXT_BYTES], wal[80];
    int64_t id = made("kept", BEARER_READ, 1, token);
    struct err err;

    (void)state;
    snprintf(wal, sizeof(wal), "%s-wal", path);
    for (int i = 0; i < 2; i++) {
        const char *name = i ? wal : path;
        struct arena *arena = arena_new(8 << 20);
        uint8_t *content;
        size_t size;

        if (access(name, F_OK) == 0) {
            assert_true(file_read(name, 4 << 20, arena, &content, &size, &err));
            assert_null(memmem(content, size, token + strlen(BEARER_MARK), 64));
        }
        arena_free(arena);
    }
    history_close(history);
    assert_true(history_open(path, &history, &err));
    assert_int_equal(opened("Bearer %s", token), BEARER_READ);
    ended(id, true);
}

static void test_the_list_says_what_is_needed_to_revoke(void **state)
{
    char token[BEARER_TEXT_BYTES], wanted[300];
    int64_t id = made("note\"book", BEARER_ASK, 1, token);
    struct bytes list = {0};
    struct err err;

    (void)state;
    assert_int_equal(opened("Bearer %s", token), BEARER_ASK);
    assert_true(history_tokens(history, &list, &err));
    bytes_add_u8(&list, 0);
    snprintf(wanted, sizeof(wanted),
             "[{\"id\":%lld,\"name\":\"note\\\"book\",\"scope\":\"ask\",\"created\":"
             "\"2027-01-15T08:00:00Z\",\"expires\":\"2027-01-16T08:00:00Z\",\"used\":"
             "\"2027-01-15T08:00:00Z\"}]",
             (long long)id);
    assert_string_equal((const char *)list.data, wanted);
    bytes_clear(&list);
    ended(id, true);
}

static void test_names_scopes_and_numbers_have_limits(void **state)
{
    char name[BEARER_NAME_MAX + 2], token[BEARER_TEXT_BYTES], word[] = "write";
    struct bearer_terms terms = {name, BEARER_READ, BEARER_DAYS_MAX};
    int64_t id[BEARER_TOKENS_MAX], more;
    enum bearer_scope scope;
    struct err err;

    (void)state;
    memset(name, 'n', sizeof(name));
    name[BEARER_NAME_MAX + 1] = 0;
    assert_refused(bearer_new(history, &terms, token, &more, &err), &err, ERR_INVALID);
    terms.name = "";
    assert_refused(bearer_new(history, &terms, token, &more, &err), &err, ERR_INVALID);
    terms.name = "two\nlines";
    assert_refused(bearer_new(history, &terms, token, &more, &err), &err, ERR_INVALID);
    assert_refused(bearer_scope_read(word, &scope, &err), &err, ERR_INVALID);
    name[BEARER_NAME_MAX] = 0;
    for (int i = 0; i < BEARER_TOKENS_MAX; i++)
        id[i] = made(name, BEARER_READ, BEARER_DAYS_MAX, token);
    terms.name = name;
    assert_refused(bearer_new(history, &terms, token, &more, &err), &err, ERR_DENIED);
    assert_string_equal(token, "");
    clock_set(0, NOW_S + (int64_t)BEARER_DAYS_MAX * DAY_S); /* those that ended make room */
    more = made(name, BEARER_READ, 1, token);
    ended(id[0], false);
    ended(more, true);
    clock_set(0, NOW_S);
}

static int up(void **state)
{
    struct err err;

    (void)state;
    snprintf(path, sizeof(path), "%s/desk.db", folder);
    clock_set(0, NOW_S);
    return history_open(path, &history, &err) ? 0 : 1;
}

static int down(void **state)
{
    (void)state;
    history_close(history);
    clock_release();
    unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_token_opens_its_scope_alone),
        cmocka_unit_test(test_a_token_ends_with_its_day),
        cmocka_unit_test(test_the_file_has_no_token),
        cmocka_unit_test(test_the_list_says_what_is_needed_to_revoke),
        cmocka_unit_test(test_names_scopes_and_numbers_have_limits),
    };

    if (!random_start() || !mkdtemp(folder))
        return 1;
    return cmocka_run_group_tests(tests, up, down);
}
