/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of what events measured or were answered, in a question: each is in one spelling, a
 * value has a unit that is known or none, and what is something else is refused by its name and
 * place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/canon.h"
#include "proto/query/parse.h"
#include "proto/query/print.h"

static const struct {
    const char *text;
    const char *canonical; /* NULL: the same */
} valid[] = {
    {"lab npu:NPU19651 >= 4.9 \"mmol/L\"", NULL},
    {"lab.NPU19651 >= 4.9 mmol/L", "lab npu:NPU19651 >= 4.9 \"mmol/L\""},
    {"lab.NPU19651 >= 5.0", "lab npu:NPU19651 >= 5"},
    {"lab.13457-7 > 4.9 mmol/l", "lab loinc:13457-7 >= 4.900000001 \"mmol/L\""},
    {"lab npu:NPU19651 < 0", "lab npu:NPU19651 <= -0.000000001"},
    {"lab npu:NPU19651 = 4 g", NULL},
    {"lab npu:NPU19651 != 4 g", NULL},
    {"lab npu:NPU19651 between -1 and 2.5 \"10*9/L\"", NULL},
    {"lab npu:NPU19651 >= 5%", "lab npu:NPU19651 >= 0.05 \"1\""},
    {"lab npu:NPU19651 >= 5 and sex = male", NULL},
    {"lab = npu:NPU19651", NULL},
    {"lab under loinc:13457-7", NULL},
    {"lab exists", NULL},
    {"observation loinc:89247-1 <= 1", NULL},
    {"observation.89247-1 <= 1", "observation loinc:89247-1 <= 1"},
    {"observation loinc:89247-1 = LA9622-7", NULL},
    {"observation loinc:89247-1 != LA9622-7", NULL},
    {"observation loinc:89247-1 in (LA9622-7, \"1\", \"in part\")", NULL},
    {"not observation loinc:89247-1 = a", "observation loinc:89247-1 != a"},
    {"event(lab npu:NPU19651 >= 4.9 \"mmol/L\" and date >= 2024-01-01)", NULL},
    {"event(lab npu:NPU19651 >= 4.9 or observation loinc:89247-1 = a) within 3 days before "
     "event(treatment under atc:C10AA)",
     NULL},
    {"sequence(lab npu:NPU19651 >= 4.9 then lab npu:NPU19651 <= 2.5)", NULL},
    {"at least 2 times (lab npu:NPU19651 >= 4.9 \"mmol/L\") within 1 year", NULL},
};

static const struct {
    const char *text;
    enum fault fault;
    uint32_t from;
} invalid[] = {
    {"lab.X1 >= 4", FAULT_FORM, 0},
    {"lab npu:NPU19651 >= 4 furlong", FAULT_UNIT, 22},
    {"lab npu:NPU19651 >= 4% g", FAULT_UNIT, 23},
    {"lab npu:NPU19651 between 4% and 5", FAULT_UNIT, 17},
    {"lab npu:NPU19651 between 5 and 4", FAULT_EMPTY, 17},
    {"lab npu:NPU19651 >= 0.0000000001", FAULT_RANGE, 20},
    {"lab npu:NPU19651 >= 1000000000", FAULT_RANGE, 20},
    {"lab npu:NPU19651 >= high", FAULT_SYNTAX, 20},
    {"lab npu:NPU19651 > \"x\"", FAULT_SYNTAX, 19},
    {"lab npu:NPU19651 under loinc:1-8", FAULT_SYNTAX, 17},
    {"lab npu:NPU19651", FAULT_SYNTAX, 16},
    {"lab npu:NPU19651 in (1, 2)", FAULT_SYNTAX, 21},
    {"lab npu:NPU19651 in a", FAULT_SYNTAX, 20},
    {"lab icd10:C50-C56 >= 4", FAULT_OPERATOR, 4},
    {"diagnosis icd10:C50 >= 4", FAULT_SYNTAX, 10},
    {"variant(lab npu:NPU19651 >= 4)", FAULT_SCOPE, 8},
    {"event(lab npu:NPU19651 != 4)", FAULT_EVENT, 6},
    {"event(lab exists)", FAULT_OPERATOR, 10},
    {"observation loinc:89247-1 = "
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     FAULT_VALUE_LONG, 28},
};

static void test_what_is_valid_has_one_spelling(void **state)
{
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++) {
        const char *expected = valid[i].canonical ? valid[i].canonical : valid[i].text;
        struct bytes text = {0};
        struct ast ast, again;
        struct err err;

        if (!parse_text(valid[i].text, arena, &ast, &err))
            fail_msg("%s: %s", valid[i].text, err.text);
        print(&ast, &text);
        bytes_add_u8(&text, 0);
        assert_string_equal((const char *)text.data, expected);
        assert_true(parse_text(expected, arena, &again, &err));
        assert_true(print_same(ast.root, again.root));
        bytes_clear(&text);
        arena_clear(arena);
    }
    arena_free(arena);
}

static void test_what_is_no_value_is_refused_in_its_place(void **state)
{
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++) {
        struct diagnostics found;
        struct ast ast;

        if (parse(invalid[i].text, strlen(invalid[i].text), arena, &ast, &found))
            fail_msg("taken: %s", invalid[i].text);
        if (found.list[0].fault != invalid[i].fault || found.list[0].from != invalid[i].from)
            fail_msg("%s: Q%03d at %u: %s", invalid[i].text, found.list[0].fault,
                     found.list[0].from, found.list[0].message);
        arena_clear(arena);
    }
    arena_free(arena);
}

/* Each differs from all others in its canonical bytes. */
static const char *const apart[] = {
    "lab npu:NPU19651 >= 4.9",
    "lab npu:NPU19651 >= 4.9 mmol/L",
    "lab npu:NPU19651 >= 4.9 umol/L",
    "lab npu:NPU19651 <= 4.9 mmol/L",
    "lab npu:NPU19651 = 4.9 mmol/L",
    "lab npu:NPU19650 >= 4.9 mmol/L",
    "lab = npu:NPU19651",
    "observation npu:NPU19651 >= 4.9 mmol/L",
    "observation npu:NPU19651 = a",
    "observation npu:NPU19651 in (a, b)",
    "observation npu:NPU19651 != a",
};
#define N_APART (sizeof(apart) / sizeof(apart[0]))

static void test_different_questions_have_different_bytes(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct bytes canon[N_APART] = {{0}};
    struct err err;
    struct ast ast;

    (void)state;
    for (size_t i = 0; i < N_APART; i++) {
        assert_true(parse_text(apart[i], arena, &ast, &err));
        assert_true(canon_criterion(&ast, &canon[i], &err));
        for (size_t k = 0; k < i; k++)
            if (canon[k].size == canon[i].size &&
                memcmp(canon[k].data, canon[i].data, canon[i].size) == 0)
                fail_msg("%s = %s", apart[k], apart[i]);
    }
    for (size_t i = 0; i < N_APART; i++)
        bytes_clear(&canon[i]);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_valid_has_one_spelling),
        cmocka_unit_test(test_what_is_no_value_is_refused_in_its_place),
        cmocka_unit_test(test_different_questions_have_different_bytes),
    };

    return cmocka_run_group_tests_name("measured", tests, NULL, NULL);
}
