/*
 * schemas/answer.json describes every member of every answer as JSON, its type and its words, and
 * names none that is never there: counts, refusals, sums, tables and frequencies are held against
 * it. The checker here knows as much of JSON Schema as that file uses, and is shown to refuse.
 */
#include "tests/unit/render/report.h"

#include <stdlib.h>

#include "proto/base/file.h"
#include "proto/base/json.h"

#define SCHEMA_BYTES_MAX (1 << 20)

static cJSON *schema; /* the whole file */
static bool mark;     /* members that were met get a mark, "met" */

static bool fits(const cJSON *rule, const cJSON *item, const char *name);

static bool wrong(const char *name, const char *why)
{
    if (mark)
        print_message("%s: %s\n", name, why);
    return false;
}

static const cJSON *followed(const cJSON *rule)
{
    const char *to = json_text(rule, "$ref");

    if (!to)
        return rule;
    assert_int_equal(strncmp(to, "#/$defs/", 8), 0);
    rule = json_member(json_object(schema, "$defs"), to + 8);
    assert_non_null(rule);
    return rule;
}

static bool is_type(const char *type, const cJSON *item)
{
    return (strcmp(type, "object") == 0 && cJSON_IsObject(item)) ||
           (strcmp(type, "array") == 0 && cJSON_IsArray(item)) ||
           (strcmp(type, "string") == 0 && cJSON_IsString(item)) ||
           (strcmp(type, "boolean") == 0 && cJSON_IsBool(item)) ||
           (strcmp(type, "null") == 0 && cJSON_IsNull(item)) ||
           (strcmp(type, "number") == 0 && cJSON_IsNumber(item)) ||
           (strcmp(type, "integer") == 0 && cJSON_IsNumber(item) &&
            item->valuedouble == (double)(int64_t)item->valuedouble);
}

static bool type_fits(const cJSON *rule, const cJSON *item)
{
    const cJSON *type = json_member(rule, "type"), *one;

    if (!type || cJSON_IsString(type))
        return !type || is_type(type->valuestring, item);
    cJSON_ArrayForEach(one, type) if (is_type(one->valuestring, item)) return true;
    return false;
}

static bool value_fits(const cJSON *rule, const cJSON *item)
{
    const cJSON *list = json_array(rule, "enum"), *one;

    cJSON_ArrayForEach(one, list) if (strcmp(one->valuestring, item->valuestring) == 0) return true;
    return !list;
}

static bool any_fits(const cJSON *rule, const cJSON *item, const char *name)
{
    const cJSON *list = json_array(rule, "anyOf"), *one;

    cJSON_ArrayForEach(one, list) if (type_fits(followed(one), item)) return fits(one, item, name);
    return !list;
}

static bool members_fit(const cJSON *rule, const cJSON *item)
{
    const cJSON *known = json_object(rule, "properties"), *required = json_array(rule, "required");
    const cJSON *more = json_member(rule, "additionalProperties"), *one;

    cJSON_ArrayForEach(one, required) if (!json_member(item, one->valuestring)) return wrong(
        one->valuestring, "is required");
    cJSON_ArrayForEach(one, item)
    {
        cJSON *of = cJSON_GetObjectItemCaseSensitive(known, one->string);

        if (!of && !cJSON_IsObject(more))
            return wrong(one->string, "is not described");
        if (of && !json_text(of, "description"))
            return wrong(one->string, "has no words");
        if (mark && of && !json_member(of, "met"))
            cJSON_AddTrueToObject(of, "met");
        if (!fits(of ? of : more, one, one->string))
            return false;
    }
    return true;
}

static bool fits(const cJSON *rule, const cJSON *item, const char *name)
{
    const cJSON *one;

    rule = followed(rule);
    if (!type_fits(rule, item) || !value_fits(rule, item) || !any_fits(rule, item, name))
        return wrong(name, "has another type or value");
    if (cJSON_IsObject(item) && !json_member(rule, "anyOf"))
        return members_fit(rule, item);
    cJSON_ArrayForEach(one, item) if (cJSON_IsArray(item) &&
                                      !fits(json_member(rule, "items"), one, name)) return false;
    return true;
}

/* ---- answers of every kind ------------------------------------------------------------------- */

static void hold(const struct report *report)
{
    static const uint8_t list[] = {1, 2};
    struct render_options options = {.question = "sex = female",
                                     .explained = "persons",
                                     .asked_s = 1790000000,
                                     .envelopes = true,
                                     .list = report->mode == MODE_SUM ? list : NULL,
                                     .list_size = sizeof(list)};
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
    memcpy(b.refusal->reason, "no", 3);
    b.refusal->balance = (struct answer_balance){.told = true, .dataset = "main", .window = "2026"};
    b.many->has_snapshot = true;
    b.many->n_terms = 1;
    memcpy(b.many->term[0].system, "hp", 3);
    hold(b.report);
    bench_down(&b);
    bench_up_sealed(&b);
    hold(b.report);
    bench_down(&b);
}

/* One region, with this in every cell. */
static void hold_table(const char *by, const char *changes, int64_t each)
{
    Rikstal__V1__Question question = RIKSTAL__V1__QUESTION__INIT;
    struct arena *arena = arena_new((size_t)1 << 24);
    struct merge_region region = {"01", "Stockholm", REGION_VALUE, NULL, NULL};
    struct shape shape;
    struct merge_input input = {.id = id,
                                .measure = by ? MEASURE_BREAKDOWN : MEASURE_FREQUENCY,
                                .mode = MODE_REGIONS,
                                .sigma = 5,
                                .shape = &shape,
                                .n_regions = 1,
                                .region = &region};
    struct report *report;
    struct answer *answer;
    struct err err;

    question.measure = (Rikstal__V1__Measure)input.measure;
    assert_true(!by || shape_dimensions(by, arena, &question, &err));
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

/* Every member that the schema describes was met in some answer. */
static void all_met(const cJSON *rule, const char *name)
{
    const cJSON *one;

    cJSON_ArrayForEach(one, json_object(rule, "properties"))
    {
        if (!json_member(one, "met"))
            fail_msg("%s of %s is described and never there", one->string, name);
        all_met(one, one->string);
    }
}

static void test_every_member_is_described_and_there_is_none_else(void **state)
{
    const cJSON *one;

    (void)state;
    mark = true;
    hold_count();
    hold_table("sex", NULL, 3);
    hold_table("age_band,birth_decade,assay", NULL, 400);
    hold_table(NULL, "GRCh38:1-1000-A-C,GRCh38:X-20000000-A-C", 3);
    hold_table(NULL, "GRCh38:1-1000-A-C", 400);
    all_met(schema, "the answer");
    cJSON_ArrayForEach(one, json_object(schema, "$defs")) all_met(one, one->string);
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
    struct arena *arena = arena_new(SCHEMA_BYTES_MAX);
    const char *path = getenv("RIKSTAL_ANSWER_SCHEMA");
    struct err err;
    uint8_t *data;
    size_t size;

    (void)state;
    assert_non_null(path);
    assert_true(file_read(path, SCHEMA_BYTES_MAX / 2, arena, &data, &size, &err));
    assert_true(json_parse((const char *)data, size, SCHEMA_BYTES_MAX, &schema, &err));
    arena_free(arena);
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
