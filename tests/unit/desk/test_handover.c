/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A letter to regions: addresses of the roster alone, no figure, one line for each thing that a
 * person wrote, a reference that follows from the id, and a log of what was prepared.
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

#include "coordinator/desk/handover.h"
#include "coordinator/desk/history.h"
#include "proto/base/bytes.h"
#include "proto/base/json.h"
#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

#define ID "1a2b3c4d5e6f00112233445566778899"
#define WHO "\"id\":\"" ID "\",\"person\":\"Anna Ek, anna@gms.example\","
#define FULL "{" WHO "\"purpose\":\"En pr\xc3\xb6vning\",\"nodes\":[\"12\"]"

static char folder[] = "/tmp/rikstal-handover-XXXXXX";
static char path[64];
static struct history *history;
static struct roster *roster;
static struct people p;

/* An answer of the history, and a roster in which "12" alone has a contact. */
static int up(void **state)
{
    static char contact[] = "gms@skane.example";
    uint8_t id[QUESTION_ID_BYTES];
    struct err err;

    (void)state;
    assert_true(bytes_from_hex(ID, id, sizeof(id)));
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/desk.db", folder);
    assert_true(history_open(path, &history, &err));
    assert_true(
        history_begin(history, &(struct history_begun){id, 100, "{}", "sex = male", "{}"}, &err));
    assert_true(history_end(
        history,
        &(struct history_ended){
            .id = id,
            .summary = "{}",
            .state = "{}",
            .document = "{\"question\":\"sex = male\",\"asked\":\"2026-11-30T10:00:00Z\","
                        "\"total\":{\"matched\":{\"value\":4711}},\"regions\":[{\"node\":\"12\","
                        "\"matched\":{\"value\":4711}}]}"},
        &err));
    people_up(&p);
    p.nodes[1].contact = contact;
    roster = people_roster(&p);
    return 0;
}

static int down(void **state)
{
    (void)state;
    roster_free(roster);
    people_down(&p);
    history_close(history);
    unlink(path);
    rmdir(folder);
    return 0;
}

static bool prepare(const char *form, cJSON **letter, struct err *err)
{
    cJSON *body = cJSON_Parse(form);
    bool ok;

    assert_non_null(body);
    ok = handover_prepare(history, roster, body, letter, err);
    cJSON_Delete(body);
    return ok;
}

static void test_a_letter_has_what_was_written_and_no_figure(void **state)
{
    const char *body;
    cJSON *letter;
    struct err err;

    (void)state;
    assert_true(prepare(FULL ",\"protocol\":\"EU-CT 2026-1\",\"lang\":\"sv\"}", &letter, &err));
    body = json_text(letter, "body");
    assert_string_equal(json_text(letter, "reference"), "RIK-1A2B-3C4D-5E6F");
    assert_non_null(strstr(json_text(letter, "subject"), "RIK-1A2B-3C4D-5E6F"));
    assert_non_null(strstr(body, "Till: Sk\xc3\xa5ne\n"));
    assert_non_null(strstr(body, "Anna Ek, anna@gms.example\nSyfte: En pr\xc3\xb6vning\n"));
    assert_non_null(strstr(body, "EU-CT 2026-1\n"));
    assert_non_null(strstr(body, ID));
    assert_null(strstr(body, "4711")); /* neither of a region nor of the total */
    assert_null(strstr(body, "sex = male"));
    assert_int_equal(cJSON_GetArraySize(json_array(letter, "to")), 1);
    assert_string_equal(json_text(cJSON_GetArrayItem(json_array(letter, "to"), 0), "contact"),
                        "gms@skane.example");
    cJSON_Delete(letter);
    assert_true(prepare(FULL ",\"question\":true,\"lang\":\"en\"}", &letter, &err));
    body = json_text(letter, "body");
    assert_non_null(strstr(body, "Question: sex = male\n"));
    assert_null(strstr(body, "4711"));
    assert_string_equal(json_text(letter, "reference"), "RIK-1A2B-3C4D-5E6F");
    cJSON_Delete(letter);
}

static void test_what_is_wrong_is_refused_by_its_name(void **state)
{
    static const char *const rows[][2] = {
        {FULL ",\"to\":\"x@y.example\"}", "no member \"to\""},
        {"{\"person\":\"A\",\"purpose\":\"B\",\"nodes\":[\"12\"]}", "id must be"},
        {"{\"id\":\"" ID "00\",\"person\":\"A\",\"purpose\":\"B\",\"nodes\":[\"12\"]}",
         "id must be"},
        {"{\"id\":\"ffffffffffffffffffffffffffffffff\",\"person\":\"A\",\"purpose\":\"B\","
         "\"nodes\":[\"12\"]}",
         "no answer of that id"},
        {"{\"id\":\"" ID "\",\"person\":\"\",\"purpose\":\"B\",\"nodes\":[\"12\"]}",
         "person must be one line"},
        {"{\"id\":\"" ID "\",\"person\":\"A\\nSyfte: allt\",\"purpose\":\"B\",\"nodes\":[\"12\"]}",
         "person must be one line"},
        {"{" WHO "\"purpose\":\"a\\r\\nBcc: x@y.example\",\"nodes\":[\"12\"]}",
         "purpose must be one line"},
        {FULL ",\"protocol\":7}", "protocol must be one line"},
        {FULL ",\"lang\":\"de\"}", "lang must be sv or en"},
        {"{" WHO "\"purpose\":\"B\",\"nodes\":[]}", "names no region"},
        {"{" WHO "\"purpose\":\"B\"}", "names no region"},
        {"{" WHO "\"purpose\":\"B\",\"nodes\":[\"99\"]}", "codes"},
        {"{" WHO "\"purpose\":\"B\",\"nodes\":[12]}", "codes"},
        {"{" WHO "\"purpose\":\"B\",\"nodes\":[\"12\",\"12\"]}", "twice"},
        {"{" WHO "\"purpose\":\"B\",\"nodes\":[\"01\"]}", "region 01 has no contact"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cJSON *letter;
        struct err err;

        assert_refused_for(prepare(rows[i][0], &letter, &err), &err, ERR_INVALID, rows[i][1]);
    }
}

static void test_a_line_is_as_long_as_it_may_be(void **state)
{
    static const struct {
        const char *name;
        size_t most;
    } rows[] = {{"person", HANDOVER_LINE_MAX},
                {"purpose", HANDOVER_PURPOSE_MAX},
                {"protocol", HANDOVER_LINE_MAX}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (size_t more = 0; more < 2; more++) {
            char text[HANDOVER_PURPOSE_MAX + 2] = "";
            cJSON *body = cJSON_Parse(FULL "}"), *letter;
            struct err err;

            memset(text, 'a', rows[i].most + more);
            cJSON_DeleteItemFromObject(body, rows[i].name);
            cJSON_AddStringToObject(body, rows[i].name, text);
            if (more) {
                assert_refused_for(handover_prepare(history, roster, body, &letter, &err), &err,
                                   ERR_INVALID, rows[i].name);
            } else {
                assert_true(handover_prepare(history, roster, body, &letter, &err));
                cJSON_Delete(letter);
            }
            cJSON_Delete(body);
        }
}

static void test_what_was_prepared_is_listed_and_what_was_refused_is_not(void **state)
{
    struct bytes list = {0};
    const cJSON *one;
    cJSON *root, *letter;
    int before;
    struct err err;

    (void)state;
    assert_true(history_letters(history, 500, &list, &err));
    bytes_add_u8(&list, 0);
    root = cJSON_Parse((const char *)list.data);
    before = cJSON_GetArraySize(root);
    cJSON_Delete(root);
    assert_refused_for(prepare("{" WHO "\"purpose\":\"B\",\"nodes\":[\"01\"]}", &letter, &err),
                       &err, ERR_INVALID, "has no contact");
    assert_true(prepare(FULL "}", &letter, &err));
    cJSON_Delete(letter);
    bytes_clear(&list);
    assert_true(history_letters(history, 500, &list, &err));
    bytes_add_u8(&list, 0);
    root = cJSON_Parse((const char *)list.data);
    assert_int_equal(cJSON_GetArraySize(root), before + 1);
    one = cJSON_GetArrayItem(root, 0);
    assert_string_equal(json_text(one, "id"), ID);
    assert_string_equal(json_text(one, "reference"), "RIK-1A2B-3C4D-5E6F");
    assert_string_equal(json_text(one, "person"), "Anna Ek, anna@gms.example");
    assert_string_equal(cJSON_GetArrayItem(json_array(one, "nodes"), 0)->valuestring, "12");
    assert_int_equal(strlen(json_text(one, "prepared")), 20);
    cJSON_Delete(root);
    bytes_clear(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_letter_has_what_was_written_and_no_figure),
        cmocka_unit_test(test_what_is_wrong_is_refused_by_its_name),
        cmocka_unit_test(test_a_line_is_as_long_as_it_may_be),
        cmocka_unit_test(test_what_was_prepared_is_listed_and_what_was_refused_is_not),
    };

    return cmocka_run_group_tests(tests, up, down);
}
