/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The echo says labels, names of today, what was not checked and where a release lacks a code; of a
 * gene under its own symbol it says nothing. Only the nodes that are asked are named.
 */
#include "proto/terms/term_echo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/query/parse.h"
#include "tests/unit/terms/releases.h"

static const char *const names[TERM_CHECK_NODES_MAX] = {"Stockholm", "Uppsala", "Sk\u00e5ne"};
static const char *const ids[TERM_CHECK_NODES_MAX] = {"01", "03", "12"};

struct told {
    char *lines;
    char *json;
};

static struct told tell(struct releases *r, const char *question, uint64_t nodes, bool alone)
{
    struct arena *arena = arena_new((size_t)4 << 20);
    struct term_findings findings;
    struct term_echo echo = {.findings = &findings,
                             .nodes = nodes,
                             .names = alone ? NULL : names,
                             .ids = alone ? NULL : ids};
    struct bytes out = {0};
    cJSON *root = cJSON_CreateObject();
    struct told told;
    struct ast ast;
    struct err err;
    bool ok = true;

    assert_true(arena && root);
    assert_true(parse_text(question, arena, &ast, &err));
    assert_true(term_check(&ast, &r->sources, arena, &findings, &err));
    term_echo_lines(&echo, "", &out);
    bytes_add_u8(&out, 0);
    term_echo_put(&echo, root, &ok);
    assert_true(ok && !out.failed);
    told = (struct told){(char *)out.data, cJSON_PrintUnformatted(root)};
    assert_non_null(told.json);
    cJSON_Delete(root);
    arena_free(arena);
    return told;
}

static void expect(struct releases *r, const char *question, const char *lines, const char *json)
{
    struct told told = tell(r, question, 3, false);

    assert_string_equal(told.lines, lines);
    assert_string_equal(told.json, json);
    free(told.lines);
    cJSON_free(told.json);
}

static void test_lines_and_members(void **state)
{
    struct releases r;

    (void)state;
    releases_up(&r);
    releases_add(&r, RELEASES_ICD10_OLD, 5);
    releases_add(&r, RELEASES_ICD10_NEW, 2);
    releases_add(&r, RELEASES_HP, 1);
    releases_add(&r, RELEASES_HGNC, 7);
    expect(&r, "phenotype = HP:0001250", "HP:0001250 Seizure\n",
           "{\"codes\":[{\"asked\":\"HP:0001250\",\"checked\":true,\"label\":\"Seizure\"}]}");
    expect(&r, "phenotype = HP:0002279", "HP:0002279 \u2192 HP:0001250 Seizure\n",
           "{\"codes\":[{\"asked\":\"HP:0002279\",\"checked\":true,\"label\":\"Seizure\","
           "\"today\":\"HP:0001250\"}]}");
    expect(&r, "phenotype = HP:0000058", "HP:0000058 gone; obsolete, and nothing replaced it\n",
           "{\"codes\":[{\"asked\":\"HP:0000058\",\"checked\":true,\"label\":\"gone\","
           "\"obsolete\":true}]}");
    expect(
        &r, "variant(gene = HER2)", "HER2 \u2192 ERBB2\n",
        "{\"genes\":[{\"asked\":\"HER2\",\"checked\":true,\"symbol\":\"ERBB2\",\"hgnc\":3430}]}");
    expect(&r, "variant(gene = BRCA1)", "",
           "{\"genes\":[{\"asked\":\"BRCA1\",\"checked\":true,\"symbol\":\"BRCA1\","
           "\"hgnc\":1100}]}");
    expect(&r, "diagnosis = C50",
           "icd10:C50 Br\u00f6st; it has codes below it, and \"=\" is this very code alone: "
           "\"under icd10:C50\" takes them too\n",
           "{\"codes\":[{\"asked\":\"icd10:C50\",\"checked\":true,\"label\":\"Br\u00f6st\","
           "\"has_below\":true}]}");
    expect(&r, "diagnosis = C50.8",
           "icd10:C50.8 \u00d6verv\u00e4xt; cannot tell in Stockholm: the release there lacks it\n",
           "{\"codes\":[{\"asked\":\"icd10:C50.8\",\"checked\":true,"
           "\"label\":\"\u00d6verv\u00e4xt\",\"cannot_tell\":[\"01\"]}]}");
    expect(&r, "diagnosis = mondo:0007254",
           "mondo:0007254; not checked: no region has a release of mondo that could be read\n",
           "{\"codes\":[{\"asked\":\"mondo:0007254\",\"checked\":false}]}");
    expect(&r, "sex = female", "", "{}");
    releases_down(&r);
}

static void test_every_node_that_is_asked_is_named(void **state)
{
    struct releases r;
    struct told told;

    (void)state;
    releases_up(&r);
    releases_add(&r, RELEASES_ICD10_OLD, 5);
    releases_add(&r, RELEASES_ICD10_NEW, 2);
    told = tell(&r, "diagnosis = C50.8", UINT64_MAX, false);
    assert_non_null(strstr(told.lines, "cannot tell in Stockholm, Sk\u00e5ne:"));
    assert_non_null(strstr(told.json, "[\"01\",\"12\"]"));
    free(told.lines);
    cJSON_free(told.json);
    told = tell(&r, "diagnosis = C50.8", 2, false);
    assert_null(strstr(told.lines, "cannot tell"));
    assert_null(strstr(told.json, "cannot_tell"));
    free(told.lines);
    cJSON_free(told.json);
    releases_down(&r);
}

static void test_a_node_alone_names_no_region(void **state)
{
    struct releases r;
    struct told told;

    (void)state;
    releases_up(&r);
    told = tell(&r, "diagnosis = C50", 1, true);
    assert_string_equal(told.lines, "");
    free(told.lines);
    cJSON_free(told.json);
    releases_down(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_and_members),
        cmocka_unit_test(test_every_node_that_is_asked_is_named),
        cmocka_unit_test(test_a_node_alone_names_no_region),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
