/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of events in time: one event inside, each gap and side in one spelling, and what is
 * something else refused by its name and place.
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
    {"event(diagnosis under icd10:C50)", NULL},
    {"event(diagnosis under C50 and age < 50)", "event(diagnosis under icd10:C50 and age <= 49)"},
    {"event(age < 6 months and diagnosis = icd10:C50)",
     "event(age <= 5 months and diagnosis = icd10:C50)"},
    {"event(treatment under atc:L01EB and date >= 2024-01-01)", NULL},
    {"event(code = atc:L01XK and date > 2023-12-31)",
     "event(code = atc:L01XK and date >= 2024-01-01)"},
    {"event(code = atc:L01XK and date between 2020-02-29 and 2024-01-01)", NULL},
    {"event(code = atc:L01XK and date = 2020-02-29)", NULL},
    {"event((diagnosis = icd10:C50 or procedure = kva:JKB00) and age >= 18)",
     "event((diagnosis = icd10:C50 or procedure = kva:JKB00) and age >= 18)"},
    {"event(code = atc:L01XK) before event(code = atc:L01XA01)", NULL},
    {"event(code = atc:L01XK) within 12 months before event(code = atc:L01XA01)", NULL},
    {"event(code = atc:L01XK) within 1 year after event(code = atc:L01XA01)", NULL},
    {"event(code = atc:L01XK) within 0 days of event(code = atc:L01XA01)", NULL},
    {"event(diagnosis under X60-X84)", "event(diagnosis under icd10:X60-X84)"},
    {"event(code = atc:L01XK) within 2 weeks of event(code = atc:L01XA01)",
     "event(code = atc:L01XK) within 14 days of event(code = atc:L01XA01)"},
    {"event(code = atc:L01XK) at least 90 days after event(code = atc:L01XA01)", NULL},
    {"event(code = atc:L01XK) 0 to 1 month before event(code = atc:L01XA01)", NULL},
    {"sequence(code = atc:L01XK then code = atc:L01XA01)", NULL},
    {"sequence(code = atc:L01XK then within 6 months code = atc:L01XA01 then at least 90 days "
     "diagnosis = icd10:C50)",
     NULL},
    {"at least 3 times (code = atc:L01XK)", NULL},
    {"sequence(somatic variant(gene = A) then within 6 months code = atc:L01XK then at least 90 "
     "days somatic variant(gene = A and vaf >= 0.05))",
     NULL},
    {"event(somatic variant(gene = A) and age >= 50) before event(code = atc:L01XK)", NULL},
    {"at least 2 times (somatic variant(gene = A)) within 1 year", NULL},
    {"at least 1 times (code = atc:L01XK and age >= 18) within 1 year", NULL},
    {"not event(code = atc:L01XK) of event(code = atc:L01XA01) and sex = male", NULL},
    {"at least 1 of (event(code = atc:L01XK), sex = male)", NULL},
    {"event(code = atc:L01XK) within 150 years before event(code = atc:L01XA01)", NULL},
    {"event(code = atc:L01XK) 1 to 54900 days before event(code = atc:L01XA01)", NULL},
};

static const struct {
    const char *text;
    enum fault fault;
    uint32_t from;
} invalid[] = {
    {"event(age >= 18)", FAULT_EVENT, 6},
    {"event(sex = male)", FAULT_SCOPE, 6},
    {"event(region = 12)", FAULT_SCOPE, 6},
    {"event(gene = A)", FAULT_SCOPE, 6},
    {"event(phenotype excluded HP:0001250)", FAULT_EVENT, 6},
    {"event(not diagnosis = icd10:C50)", FAULT_EVENT, 6},
    {"event(diagnosis != icd10:C50)", FAULT_EVENT, 6},
    {"event(diagnosis = icd10:C50 and treatment = atc:L01XK)", FAULT_EVENT, 6},
    {"event(diagnosis = icd10:C50 or age >= 18)", FAULT_EVENT, 6},
    {"event(variant(gene = A))", FAULT_UNSUPPORTED, 6},
    {"event(tested(variant(gene = A)))", FAULT_UNSUPPORTED, 6},
    {"sequence(germline variant(gene = A) then code = atc:L01XK)", FAULT_UNSUPPORTED, 9},
    {"event(somatic variant(svtype = DEL))", FAULT_EVENT, 6},
    {"event(not somatic variant(gene = A))", FAULT_EVENT, 6},
    {"event(somatic variant(gene = A) and code = atc:L01XK)", FAULT_EVENT, 6},
    {"event(somatic variant(gene = A) or code = atc:L01XK)", FAULT_EVENT, 6},
    {"event(somatic variant(gene = A) and gene = B)", FAULT_SCOPE, 36},
    {"event(somatic variant(date >= 2020-01-01))", FAULT_SCOPE, 22},
    {"event(event(diagnosis = icd10:C50))", FAULT_NESTING, 6},
    {"variant(event(diagnosis = icd10:C50))", FAULT_NESTING, 8},
    {"event(at least 2 times (diagnosis = icd10:C50))", FAULT_NESTING, 17},
    {"date >= 2020-01-01", FAULT_SCOPE, 0},
    {"variant(date >= 2020-01-01)", FAULT_SCOPE, 8},
    {"event(code = atc:L01XK and date >= 2020)", FAULT_KIND, 35},
    {"event(code = atc:L01XK and date >= 1849-12-31)", FAULT_RANGE, 35},
    {"event(code = atc:L01XK and date between 2020-01-02 and 2020-01-01)", FAULT_EMPTY, 27},
    {"event(code = atc:L01XK) within 12 before event(code = atc:L01XA01)", FAULT_SYNTAX, 34},
    {"event(code = atc:L01XK) within x months before event(code = atc:L01XA01)", FAULT_SYNTAX, 31},
    {"event(code = atc:L01XK) 3 to 2 days before event(code = atc:L01XA01)", FAULT_EMPTY, 24},
    {"event(code = atc:L01XK) within 151 years before event(code = atc:L01XA01)", FAULT_RANGE, 35},
    {"event(code = atc:L01XK) 1 to 54901 days before event(code = atc:L01XA01)", FAULT_RANGE, 35},
    {"event(code = atc:L01XK) within 999999 days before event(code = atc:L01XA01)", FAULT_SYNTAX,
     31},
    {"event(code = atc:L01XK) within 0 days before event(code = atc:L01XA01)", FAULT_EMPTY, 0},
    {"sequence(code = atc:L01XK then within 0 months code = atc:L01XA01)", FAULT_EMPTY, 9},
    {"at least 2 times (code = atc:L01XK) within 0 days", FAULT_EMPTY, 0},
    {"event(code = atc:L01XK) before sex = male", FAULT_SYNTAX, 31},
    {"event(code = atc:L01XK) within 3 days and sex = male", FAULT_SYNTAX, 38},
    {"sequence(code = atc:L01XK)", FAULT_SYNTAX, 26},
    {"sequence(code = atc:L01XK then)", FAULT_SYNTAX, 30},
    {"at least 0 times (code = atc:L01XK)", FAULT_AT_LEAST, 0},
    {"at least 2 times (code = atc:L01XK) within 3", FAULT_SYNTAX, 44},
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

static void test_what_is_no_event_is_refused_in_its_place(void **state)
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
    "diagnosis = icd10:C50",
    "event(diagnosis = icd10:C50)",
    "at least 1 times (diagnosis = icd10:C50)",
    "at least 2 times (diagnosis = icd10:C50)",
    "at least 2 times (diagnosis = icd10:C50) within 1 year",
    "at least 2 times (diagnosis = icd10:C50) within 1 month",
    "event(diagnosis = icd10:C50) before event(code = atc:L01XK)",
    "event(diagnosis = icd10:C50) after event(code = atc:L01XK)",
    "event(diagnosis = icd10:C50) of event(code = atc:L01XK)",
    "event(code = atc:L01XK) before event(diagnosis = icd10:C50)",
    "event(diagnosis = icd10:C50) within 3 days before event(code = atc:L01XK)",
    "event(diagnosis = icd10:C50) at least 3 days before event(code = atc:L01XK)",
    "event(diagnosis = icd10:C50) 0 to 3 days before event(code = atc:L01XK)",
    "event(diagnosis = icd10:C50) 1 to 3 days before event(code = atc:L01XK)",
    "event(diagnosis = icd10:C50) 0 to 3 months before event(code = atc:L01XK)",
    "sequence(diagnosis = icd10:C50 then code = atc:L01XK)",
    "sequence(diagnosis = icd10:C50 then within 3 days code = atc:L01XK)",
    "sequence(code = atc:L01XK then diagnosis = icd10:C50)",
    "event(diagnosis = icd10:C50 and date >= 2020-01-01)",
    "event(diagnosis = icd10:C50 and age >= 40)",
    "event(diagnosis = icd10:C50) and age >= 40",
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
        cmocka_unit_test(test_what_is_no_event_is_refused_in_its_place),
        cmocka_unit_test(test_different_questions_have_different_bytes),
    };

    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
