/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of typed places: each spelling that people use is the one of place.h where the
 * assembly is named or can be only one, both where it can be both, and none where it is none.
 */
#include "proto/query/place_typed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/query/parse.h"
#include "proto/query/place.h"

static void assert_typed(const char *text, bool change, const char *first, const char *second)
{
    struct place_typed typed;

    place_typed(text, strlen(text), change, &typed);
    if (typed.n != (unsigned)(first != NULL) + (second != NULL))
        fail_msg("%s: %u spellings", text, typed.n);
    if (first)
        assert_string_equal(typed.text[0], first);
    if (second)
        assert_string_equal(typed.text[1], second);
}

#define BOTH "GRCh38:17-43044295-G-A", "GRCh37:17-43044295-G-A"

static void test_changes(void **state)
{
    (void)state;
    assert_typed("chr17:43044295:G:A", true, BOTH);
    assert_typed("17-43044295-G-A", true, BOTH);
    assert_typed("17:43044295:G>A", true, BOTH);
    assert_typed("17_43044295_G/A", true, BOTH);
    assert_typed("chr17:g.43044295G>A", true, BOTH);
    assert_typed("17:43,044,295:G:A", true, BOTH);
    assert_typed("NC_000017.11:g.43044295G>A", true, "GRCh38:17-43044295-G-A", NULL);
    assert_typed("NC_000017.10:g.43044295G>A", true, "GRCh37:17-43044295-G-A", NULL);
    assert_typed("NC_012920.1:m.3243A>G", true, "GRCh38:MT-3243-A-G", "GRCh37:MT-3243-A-G");
    assert_typed("hg38:17-43044295-G-A", true, "GRCh38:17-43044295-G-A", NULL);
    assert_typed("hg19:chr17:43044295:G:A", true, "GRCh37:17-43044295-G-A", NULL);
    /* GRCh37's chromosome 1 is longer */
    assert_typed("1-249000000-G-A", true, "GRCh37:1-249000000-G-A", NULL);
    assert_typed("X-5000-ac-a", true, "GRCh38:X-5000-ac-a", "GRCh37:X-5000-ac-a");
}

static void test_stretches(void **state)
{
    (void)state;
    assert_typed("chr17:1-9", false, "GRCh38:17:1-9", "GRCh37:17:1-9");
    assert_typed("17:43,044,295-43,125,483", false, "GRCh38:17:43044295-43125483",
                 "GRCh37:17:43044295-43125483");
    assert_typed("hg38:chr17:5", false, "GRCh38:17:5-5", NULL);
    assert_typed("NC_000017.11:1-9", false, "GRCh38:17:1-9", NULL);
    assert_typed("NC_000017.11:g.1_9", false, "GRCh38:17:1-9", NULL);
    assert_typed("chr17:1..9", false, "GRCh38:17:1-9", "GRCh37:17:1-9");
}

static void test_what_is_no_place_is_none(void **state)
{
    static const char *const texts[] = {"",
                                        "17",
                                        "chr99:5:G:A",
                                        "17-0-G-A",
                                        "17-5-G",
                                        "17-5-G-",
                                        "17-5--A",
                                        "17-5-G-A-T",
                                        "17-5-N-A",
                                        "NC_000017.9:g.5G>A",
                                        "NC_17.11:g.5G>A",
                                        "rs80357906",
                                        "17-1,2-G-A",
                                        "p.V600E",
                                        "17:g.5_6del",
                                        "17:g.5delG",
                                        "17-99999999999-G-A",
                                        "hg19:chrM:3243:A:G"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        assert_typed(texts[i], true, NULL, NULL);
    assert_typed("chr17", false, NULL, NULL);
    assert_typed("chr17:9-", false, NULL, NULL);
    assert_typed("chr17:5-G", false, NULL, NULL);
}

static void test_what_is_often_given_instead_is_named(void **state)
{
    (void)state;
    assert_string_equal(place_typed_other("rs80357906", 10), "numbers of dbSNP");
    assert_non_null(strstr(place_typed_other("NM_007294.4:c.68_69del", 22), "transcript"));
    assert_non_null(strstr(place_typed_other("p.Val600Glu", 11), "protein"));
    assert_non_null(strstr(place_typed_other("NC_000017.11:g.5_6del", 21), "substitution"));
    assert_null(place_typed_other("rsX", 3));
    assert_null(place_typed_other("17-5-G-A", 8));
}

/* Values of AST_STRING_MAX bytes are read, and longer ones are none. */
static void test_values_at_the_limit_and_one_past(void **state)
{
    char text[AST_STRING_MAX + 2] = "17-5-G-";
    struct place_typed typed;

    (void)state;
    memset(text + 7, 'A', sizeof(text) - 7);
    place_typed(text, AST_STRING_MAX, true, &typed);
    assert_int_equal(typed.n, 2);
    place_typed(text, AST_STRING_MAX + 1, true, &typed);
    assert_int_equal(typed.n, 0);
}

static void assert_question(const char *text, enum fault fault, const char *says)
{
    struct arena *arena = arena_new(1 << 20);
    struct diagnostics found;
    struct ast ast;
    bool parsed = parse(text, strlen(text), arena, &ast, &found);

    if (fault == 0 && !parsed)
        fail_msg("%s: %s, expected %s", text, found.list[0].message, found.list[0].expected);
    if (fault == 0)
        assert_string_equal(ast.root->children[0]->values[0].text, says);
    else if (parsed || found.list[0].fault != fault || !strstr(found.list[0].expected, says))
        fail_msg("%s: Q%03d, expected %s", text, found.list[0].fault, found.list[0].expected);
    arena_free(arena);
}

static void test_in_questions_they_are_read_or_asked_back(void **state)
{
    (void)state;
    assert_question("change = NC_000017.11:g.43044295G>A", 0, "GRCh38:17-43044295-G-A");
    assert_question("change = hg19:chr17:43044295:G:A", 0, "GRCh37:17-43044295-G-A");
    assert_question("change = 1-249000000-G-A", 0, "GRCh37:1-249000000-G-A");
    assert_question("locus = hg38:17:1-9", 0, "GRCh38:17:1-9");
    assert_question("locus = \"hg38:17:43,044,295-43,125,483\"", 0, "GRCh38:17:43044295-43125483");
    assert_question("change = 17-43044295-G-A", FAULT_ASSEMBLY,
                    "GRCh38:17-43044295-G-A or GRCh37:17-43044295-G-A");
    assert_question("change in (chr17:43044295:G:A)", FAULT_ASSEMBLY, "GRCh38:17-43044295-G-A or");
    assert_question("change = chr17-43044295-G-A", FAULT_ASSEMBLY, "GRCh38:17-43044295-G-A or");
    assert_question("locus = chr17:1-9", FAULT_ASSEMBLY, "GRCh38:17:1-9 or GRCh37:17:1-9");
    assert_question("locus = 17:1-9", FAULT_ASSEMBLY, "GRCh38:17:1-9 or GRCh37:17:1-9");
    assert_question("change = rs80357906", FAULT_UNSUPPORTED, "GRCh38:17-31327718-C-T");
    assert_question("change = NM_007294.4:c.68_69del", FAULT_UNSUPPORTED, "GRCh38:17-");
    assert_question("change = hg38:17-5-G-G", FAULT_FORM, "REF differs");
    assert_question("change = hg38:17-999999999-G-A", FAULT_FORM, "GRCh38:17-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_stretches),
        cmocka_unit_test(test_what_is_no_place_is_none),
        cmocka_unit_test(test_what_is_often_given_instead_is_named),
        cmocka_unit_test(test_values_at_the_limit_and_one_past),
        cmocka_unit_test(test_in_questions_they_are_read_or_asked_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
