/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schemas/answer.json describes every member of every answer as JSON, its type and its words, and
 * names none that is never there: counts, refusals, sums, tables and frequencies are held against
 * it. The checker (tests/unit/schema.h) is shown to refuse.
 */
#include "tests/unit/report/report.h"
#include "tests/unit/schema.h"
#include "tests/unit/terms/echo_of_all.h"

/* ---- answers of every kind ------------------------------------------------------------------- */

static void hold(const struct report *report)
{
    static const uint8_t list[] = {1, 2};
    static const char *const steps[] = {"age >= 18", "sex = female"};
    struct render_options options = {.question = "sex = female",
                                     .explained = "persons",
                                     .asked_s = 1790000000,
                                     .echo = echo_of_all(),
                                     .envelopes = true,
                                     .list = report->mode == MODE_SUM ? list : NULL,
                                     .list_size = sizeof(list),
                                     .steps = steps};
    cJSON *root = render_json(report, &options);

    assert_non_null(root);
    assert_true(fits(schema, root, "the answer"));
    cJSON_Delete(root);
}

static void hold_count(void)
{
    struct bench b;

    bench_up(&b);
    b.report->disease = "orpha:558";
    b.report->release = "2026-11";
    memcpy(b.refusal->reason, "no", 3);
    b.refusal->balance = (struct answer_balance){
        .told = true, .dataset = "main", .window = "2026", .person_year_nrho = 1};
    b.many->has_snapshot = true;
    b.many->n_terms = 1;
    memcpy(b.many->term[0].system, "hp", 3);
    hold(b.report);
    bench_down(&b);
    bench_up_sealed(&b);
    hold(b.report);
    bench_down(&b);
}

/* A timeline, a histogram of ages, or, of many, one of days. */
static void ask_bins(Rikstal__V1__Question *question, enum measure_kind kind, int64_t each)
{
    static Rikstal__V1__Bins bins = RIKSTAL__V1__BINS__INIT;
    static Rikstal__V1__Step from = RIKSTAL__V1__STEP__INIT, to = RIKSTAL__V1__STEP__INIT;
    static Rikstal__V1__Step *roles[] = {&from, &to};
    static Rikstal__V1__Op leaf = RIKSTAL__V1__OP__INIT, event = RIKSTAL__V1__OP__INIT,
                           both = RIKSTAL__V1__OP__INIT;
    static Rikstal__V1__Op *ops[] = {&leaf, &event, &leaf, &event, &both};
    static int32_t edges[] = {0, 18};

    bins.unit = kind == MEASURE_TIMELINE                 ? BINS_MONTHS
                : kind == MEASURE_SURVIVAL || each > 100 ? BINS_DAYS
                                                         : BINS_YEARS;
    bins.edges = edges;
    bins.n_edges = 2;
    question->bins = &bins;
    leaf.kind = AST_TEST;
    event.kind = AST_EVENT;
    event.operands = 1;
    both.kind = AST_AND;
    both.operands = 2;
    from.name = SHAPE_FROM;
    to.name = SHAPE_TO;
    from.operands = to.operands = 1;
    question->steps = roles;
    question->n_steps = bins_events((enum bins_unit)bins.unit);
    question->criterion = ops;
    question->n_criterion = question->n_steps == 2 ? 5 : question->n_steps ? 2 : 1;
}

/* One region, with this in every cell. */
/* NULL, NULL: of two steps, or without any. */
static void hold_table(const char *by, const char *changes, enum measure_kind kind, int64_t each)
{
    Rikstal__V1__Step step = RIKSTAL__V1__STEP__INIT, outcome = step, *both[] = {&step, &step};
    Rikstal__V1__Op op = RIKSTAL__V1__OP__INIT, *ops[] = {&op};
    Rikstal__V1__Question question = RIKSTAL__V1__QUESTION__INIT;
    struct arena *arena = arena_new((size_t)1 << 24);
    struct answer_region region = {"01", "Stockholm", REGION_VALUE, NULL, NULL};
    struct shape shape;
    struct merge_input input = {.id = id,
                                .measure = kind,
                                .mode = MODE_REGIONS,
                                .sigma = 5,
                                .shape = &shape,
                                .n_regions = 1,
                                .region = &region};
    struct report *report;
    struct answer *answer;
    struct err err;

    question.measure = (Rikstal__V1__Measure)input.measure;
    if (measure_declaration(kind)->parts == MEASURE_BY_BINS)
        ask_bins(&question, kind, each);
    if (measure_declaration(kind)->parts == MEASURE_BY_STEPS ||
        measure_declaration(kind)->parts == MEASURE_TWO_BY_TWO) {
        outcome.name = SHAPE_OUTCOME;
        outcome.operands = 1;
        both[1] = kind == MEASURE_ASSOCIATION ? &outcome : &step;
        step.name = kind == MEASURE_ASSOCIATION ? SHAPE_EXPOSURE : "I1 adult";
        step.operands = 1;
        op.kind = AST_AND;
        op.operands = 2;
        question.steps = both;
        question.n_steps = 2;
        question.criterion = ops;
        question.n_criterion = 1;
    }
    assert_true(!by || shape_dimensions(by, arena, &question, &err));
    question.sigma_total = by ? 10 : 0;
    assert_true(!changes || shape_changes(changes, arena, &question, &err));
    assert_true(shape_read(&question, arena, &shape, &err));
    input.n_cells = shape.measure.n_cells;
    region.answer = answer = answer_new(input.n_cells, 3);
    assert_non_null(answer);
    answer->state = REGION_VALUE;
    answer->display_below = 10;
    answer->display_base = 5;
    for (size_t i = 0; i < input.n_cells; i++)
        answer->cell[i] = each;
    assert_true(merge(&input, arena, &report, &err));
    hold(report);
    answer_free(answer);
    arena_free(arena);
}

static void test_every_member_is_described_and_there_is_none_else(void **state)
{
    (void)state;
    mark = true;
    hold_count();
    hold_table("sex", NULL, MEASURE_BREAKDOWN, 3);
    hold_table("age_band,birth_decade,assay", NULL, MEASURE_BREAKDOWN, 400);
    hold_table(NULL, "GRCh38:1-1000-A-C,GRCh38:X-20000000-A-C", MEASURE_FREQUENCY, 3);
    hold_table(NULL, "GRCh38:1-1000-A-C", MEASURE_FREQUENCY, 400);
    for (int many = 0; many < 2; many++) {
        hold_table(NULL, NULL, MEASURE_FUNNEL, many ? 400 : 3);
        hold_table(NULL, NULL, MEASURE_SHARE, many ? 400 : 3);
        hold_table(NULL, NULL, MEASURE_LEAVE_ONE_OUT, many ? 400 : 3);
        hold_table(NULL, NULL, MEASURE_TIMELINE, many ? 400 : 3);
        hold_table(NULL, NULL, MEASURE_HISTOGRAM, many ? 400 : 3);
        hold_table(NULL, NULL, MEASURE_SURVIVAL, many ? 400 : 3);
        hold_table(NULL, NULL, MEASURE_ASSOCIATION, many ? 400 : 3);
    }
    all_of_it_met();
}

static void test_what_does_not_fit_is_refused(void **state)
{
    static const char *const bad[] = {
        "{}", "{\"state\":\"value\",\"value\":1,\"low95\":0,\"high95\":2,\"more\":1}",
        "{\"state\":\"value\",\"value\":\"1\",\"low95\":0,\"high95\":2}",
        "{\"state\":\"value\",\"value\":1.5,\"low95\":0,\"high95\":2}",
        "{\"state\":\"other\",\"value\":1,\"low95\":0,\"high95\":2}"};
    const cJSON *figure = json_member(json_object(schema, "$defs"), "figure");

    (void)state;
    mark = false;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cJSON *item = cJSON_Parse(bad[i]);

        assert_non_null(item);
        assert_false(fits(figure, item, "figure"));
        cJSON_Delete(item);
    }
}

static int read_schema(void **state)
{
    (void)state;
    schema_open("answer.json");
    return 0;
}

static int drop_schema(void **state)
{
    (void)state;
    cJSON_Delete(schema);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_member_is_described_and_there_is_none_else),
        cmocka_unit_test(test_what_does_not_fit_is_refused),
    };

    return cmocka_run_group_tests(tests, read_schema, drop_schema);
}
