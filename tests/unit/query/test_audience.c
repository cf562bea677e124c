/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a node is left out exactly when no person of it can meet the question, whatever the
 * person's record says; a test on `region` is found wherever it stands.
 */
#include "proto/query/audience.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static struct ast_node *tree(struct arena *arena, const char *text)
{
    struct diagnostics found;
    struct ast ast;

    if (!parse(text, strlen(text), arena, &ast, &found))
        fail_msg("%s is no question", text);
    return ast.root;
}

static void test_a_node_is_left_out_when_nobody_there_can_meet_it(void **state)
{
    static const struct {
        const char *text;
        bool names, in_09, in_01;
    } of[] = {
        {"age >= 18", false, true, true},
        {"", false, true, true},
        {"region = 09", true, true, false},
        {"region = Gotland and sex = female", true, true, false},
        {"region in (01, 09)", true, true, true},
        {"not region = 09", true, false, true},
        {"region != 09", true, false, true},
        {"region = 09 or sex = female", true, true, true},
        {"not (region = 09 and sex = female)", true, true, true},
        {"not (region = 09 or sex = female)", true, false, true},
        {"(region = 09 and age >= 18) or (region = 09 and sex = male)", true, true, false},
        {"at least 2 of (region = 09, sex = male)", true, true, false},
        {"at least 2 of (region = 09, sex = male, age >= 18)", true, true, true},
        {"at least 3 of (region = 09, sex = male, age >= 18)", true, true, false},
        {"tested(gene = BRCA1) or region = 09", true, true, true},
        {"variant(gene = BRCA1) and region = 09", true, true, false},
        {"not variant(gene = BRCA1) and not region = 01", true, true, false},
    };
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    assert_non_null(arena);
    for (size_t i = 0; i < COUNT_OF(of); i++) {
        struct ast_node *root = tree(arena, of[i].text);

        if (audience_names_region(root) != of[i].names ||
            audience_can_meet(root, "09") != of[i].in_09 ||
            audience_can_meet(root, "01") != of[i].in_01)
            fail_msg("%s", of[i].text);
    }
    arena_free(arena);
}

static void test_a_node_that_is_no_region_is_in_none(void **state)
{
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    assert_non_null(arena);
    assert_false(audience_can_meet(tree(arena, "region = 09"), "test"));
    assert_true(audience_can_meet(tree(arena, "region != 09"), "test"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_node_is_left_out_when_nobody_there_can_meet_it),
        cmocka_unit_test(test_a_node_that_is_no_region_is_in_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
