/* SPDX-License-Identifier: Apache-2.0 */
/* What was asked and how it ended is there again, after the file was opened anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "coordinator/desk/history.h"
#include "proto/base/json.h"
#include "tests/unit/refused.h"

static char folder[] = "/tmp/rikstal-history-XXXXXX";
static char path[64];

static char *read_text(struct history *history, const uint8_t *id, enum history_text which)
{
    struct bytes text = {0};
    bool found;
    struct err err;

    assert_true(history_read(history, id, which, &text, &found, &err));
    if (!found)
        return NULL;
    bytes_add_u8(&text, 0);
    return (char *)text.data;
}

static void holds(struct history *history, const uint8_t *id, enum history_text which,
                  const char *wanted)
{
    char *text = read_text(history, id, which);

    if (wanted)
        assert_string_equal(text, wanted);
    else
        assert_null(text);
    free(text);
}

static void test_what_was_asked_is_there_again(void **state)
{
    static const uint8_t first[QUESTION_ID_BYTES] = {1}, second[QUESTION_ID_BYTES] = {2},
                         none[QUESTION_ID_BYTES] = {3};
    struct history *history;
    struct bytes list = {0};
    struct err err;

    (void)state;
    assert_true(history_open(path, &history, &err));
    assert_true(history_begin(
        history, &(struct history_begun){first, 100, "{}", "sex = male", "{\"n\":1}"}, &err));
    assert_true(history_begin(
        history, &(struct history_begun){second, 200, "{}", "sex = male", "{\"n\":2}"}, &err));
    assert_true(history_end(history,
                            &(struct history_ended){first, "{\"n\":10}", "{\"state\":\"complete\"}",
                                                    "{\"total\":1}", "a,b", "a\tb", "{\"r\":1}"},
                            &err));
    history_close(history);
    assert_true(history_open(path, &history, &err));
    holds(history, first, HISTORY_STATE, "{\"state\":\"complete\"}");
    holds(history, first, HISTORY_DOCUMENT, "{\"total\":1}");
    holds(history, first, HISTORY_CSV, "a,b");
    holds(history, first, HISTORY_TSV, "a\tb");
    holds(history, first, HISTORY_RECEIPT, "{\"r\":1}");
    holds(history, second, HISTORY_STATE, NULL);
    holds(history, second, HISTORY_DOCUMENT, NULL);
    holds(history, none, HISTORY_STATE, NULL);
    assert_true(history_list(history, 10, &list, &err));
    bytes_add_u8(&list, 0);
    assert_string_equal((const char *)list.data, "[{\"n\":2},{\"n\":10}]");
    bytes_clear(&list);
    assert_true(history_list(history, 1, &list, &err));
    bytes_add_u8(&list, 0);
    assert_string_equal((const char *)list.data, "[{\"n\":2}]");
    bytes_clear(&list);
    history_close(history);
}

static void test_saved_questions(void **state)
{
    struct history *history;
    struct bytes text = {0};
    int64_t b, a;
    struct err err;
    cJSON *root;
    bool found;

    (void)state;
    assert_true(history_open(path, &history, &err));
    assert_true(history_save(history, "b \"quoted\" <b>", "{\"text\":\"x\"}", &b, &err));
    assert_true(history_save(history, "a", "{\"text\":\"y\"}", &a, &err));
    assert_int_not_equal(a, b);
    assert_true(history_saved(history, 0, &text, &found, &err) && found);
    assert_true(json_parse((const char *)text.data, text.size, 4096, &root, &err));
    assert_int_equal(cJSON_GetArraySize(root), 2);
    assert_string_equal(json_text(cJSON_GetArrayItem(root, 0), "name"), "a");
    assert_string_equal(json_text(cJSON_GetArrayItem(root, 1), "name"), "b \"quoted\" <b>");
    cJSON_Delete(root);
    bytes_clear(&text);
    assert_true(history_forget(history, b, &found, &err) && found);
    assert_true(history_forget(history, b, &found, &err) && !found);
    assert_true(history_saved(history, b, &text, &found, &err) && !found);
    assert_true(history_saved(history, a, &text, &found, &err) && found);
    bytes_clear(&text);
    history_close(history);
}

static void test_a_file_that_is_no_database_is_refused(void **state)
{
    struct history *history;
    char other[80];
    struct err err;
    FILE *file;

    (void)state;
    snprintf(other, sizeof(other), "%s/other", folder);
    file = fopen(other, "w");
    assert_non_null(file);
    fputs("this is a letter, and no database at all, but long enough", file);
    fclose(file);
    assert_refused(history_open(other, &history, &err), &err, ERR_INTERNAL);
    unlink(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_asked_is_there_again),
        cmocka_unit_test(test_saved_questions),
        cmocka_unit_test(test_a_file_that_is_no_database_is_refused)};
    int failed;

    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof(path), "%s/desk.db", folder);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    rmdir(folder);
    return failed;
}
