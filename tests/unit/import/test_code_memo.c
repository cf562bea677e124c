/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memo's promise: what is found is what was kept for exactly these two texts, whatever else was
 * kept, and texts at and beyond its length are never mixed up.
 */
#include "tests/unit/import/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/code_memo.h"

#define CODES 2000

static struct code code_of(unsigned i)
{
    struct code code = {.system = "icd10"};

    (void)snprintf(code.code, sizeof(code.code), "C%u", i);
    return code;
}

static void test_what_is_found_is_what_was_kept(void **state)
{
    struct code_memo *memo = calloc(1, sizeof(*memo));
    struct code found;
    char text[32];
    size_t hits = 0;

    (void)state;
    assert_non_null(memo);
    assert_false(code_memo_find(memo, "", "", &found));
    for (unsigned i = 0; i < CODES; i++) {
        struct code code = code_of(i);

        (void)snprintf(text, sizeof(text), "C.%u", i);
        assert_false(code_memo_find(memo, "icd", text, &found));
        code_memo_keep(memo, "icd", text, &code);
        assert_true(code_memo_find(memo, "icd", text, &found));
        assert_string_equal(found.code, code.code);
        assert_false(code_memo_find(memo, "ic", text, &found));
        assert_false(code_memo_find(memo, "", text, &found));
    }
    for (unsigned i = 0; i < CODES; i++) {
        (void)snprintf(text, sizeof(text), "C.%u", i);
        if (!code_memo_find(memo, "icd", text, &found))
            continue;
        assert_string_equal(found.code, code_of(i).code);
        hits++;
    }
    assert_in_range(hits, 1, CODE_MEMO_SLOTS);
    free(memo);
}

/* "ab" + "c" and "a" + "bc" are not the same. */
static void test_the_texts_are_kept_apart(void **state)
{
    struct code_memo *memo = calloc(1, sizeof(*memo));
    struct code code = code_of(1), found;

    (void)state;
    assert_non_null(memo);
    code_memo_keep(memo, "ab", "c", &code);
    assert_false(code_memo_find(memo, "a", "bc", &found));
    assert_true(code_memo_find(memo, "ab", "c", &found));
    free(memo);
}

static void test_long_texts_are_not_kept(void **state)
{
    struct code_memo *memo = calloc(1, sizeof(*memo));
    struct code code = code_of(1), found;
    char text[CODE_MEMO_TEXT + 1] = "";

    (void)state;
    assert_non_null(memo);
    memset(text, 'x', CODE_MEMO_TEXT - 4); /* with "a" and both NULs one byte less than the room */
    code_memo_keep(memo, "a", text, &code);
    assert_true(code_memo_find(memo, "a", text, &found));
    text[CODE_MEMO_TEXT - 4] = 'x';
    code_memo_keep(memo, "a", text, &code);
    assert_true(code_memo_find(memo, "a", text, &found));
    text[CODE_MEMO_TEXT - 3] = 'x';
    code_memo_keep(memo, "a", text, &code);
    assert_false(code_memo_find(memo, "a", text, &found));
    free(memo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_found_is_what_was_kept),
        cmocka_unit_test(test_the_texts_are_kept_apart),
        cmocka_unit_test(test_long_texts_are_not_kept),
    };

    return cmocka_run_group_tests_name("code_memo", tests, NULL, NULL);
}
