/* SPDX-License-Identifier: Apache-2.0 */
/* The document has every row of the tables, in the forms of schemas/desk.json. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/desk/lexicon.h"
#include "proto/base/json.h"
#include "proto/query/measure.h"
#include "proto/query/vocabulary.h"

static size_t length(const cJSON *root, const char *name)
{
    return (size_t)cJSON_GetArraySize(json_array(root, name));
}

static void test_every_table_is_there(void **state)
{
    cJSON *root = lexicon_json();
    const cJSON *field;
    size_t measures = 0, words = 0;

    (void)state;
    assert_non_null(root);
    while (measure_word(measures))
        measures++;
    assert_int_equal(length(root, "fields"), FIELD_COUNT);
    assert_int_equal(length(root, "measures"), measures);
    assert_int_equal(length(root, "regions"), 21);
    assert_int_equal(length(root, "modes"), 2);
    assert_true(length(root, "dimensions") >= 4 && length(root, "systems") > 5);
    assert_true(length(root, "roles") > 1 && length(root, "purposes") > 1);
    cJSON_ArrayForEach(field, json_array(root, "fields"))
    {
        bool closed = strcmp(json_text(field, "form"), "word") == 0;

        assert_true(length(field, "operators") > 0);
        assert_non_null(json_text(field, "example"));
        assert_int_equal(closed, length(field, "words") > 0);
        words += closed;
    }
    assert_true(words >= 4);
    cJSON_Delete(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_table_is_there)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
