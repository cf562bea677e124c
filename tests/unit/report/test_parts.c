/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of answers with many parts, in every form: each part by its name, "<T" and never a
 * number for what is below the threshold, the hidden ones' sum beside the shown so that a column
 * adds up, every part of the domain in JSON and CSV, one line a part and region in CSV and one for
 * a region without; alleles beside genotypes; a long table for people leaves out what is hidden
 * throughout; a count prints as before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/report/layout.h"
#include "coordinator/report/merge.h"
#include "coordinator/report/parts.h"
#include "coordinator/report/render.h"
#include "proto/base/arena.h"
#include "proto/query/parse.h"
#include "proto/query/wire.h"

static const uint8_t id[QUESTION_ID_BYTES] = {1};

struct bench {
    struct arena *arena;
    struct shape shape;
    struct answer *answer;
    struct answer_region region[2];
    struct report *report;
    struct bytes out;
    struct err err;
};

/* One region with these cells, and one that is offline. */
static void bench_merge(struct bench *b, const Rikstal__V1__Question *question,
                        const int64_t *cells)
{
    struct merge_input input = {.id = id,
                                .mode = MODE_REGIONS,
                                .sigma = 5,
                                .shape = &b->shape,
                                .n_regions = 2,
                                .region = b->region};

    input.measure = (enum measure_kind)question->measure;
    assert_true(shape_read(question, b->arena, &b->shape, &b->err));
    input.n_cells = b->shape.measure.n_cells;
    b->answer = answer_new(input.n_cells, 0);
    assert_non_null(b->answer);
    b->answer->state = REGION_VALUE;
    b->answer->display_below = 10;
    b->answer->display_base = 5;
    memcpy(b->answer->cell, cells, input.n_cells * sizeof(int64_t));
    b->region[0] = (struct answer_region){"01", "Stockholm", REGION_VALUE, NULL, b->answer};
    b->region[1] = (struct answer_region){"12", "Skåne", REGION_OFFLINE, "no-link", NULL};
    assert_true(merge(&input, b->arena, &b->report, &b->err));
}

static void bench_up(struct bench *b, const char *by, const char *changes, const int64_t *cells)
{
    Rikstal__V1__Question question = RIKSTAL__V1__QUESTION__INIT;

    memset(b, 0, sizeof(*b));
    b->arena = arena_new(1 << 24);
    question.measure =
        changes ? RIKSTAL__V1__MEASURE__MEASURE_FREQUENCY : RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN;
    assert_true(!by || shape_dimensions(by, b->arena, &question, &b->err));
    assert_true(!changes || shape_changes(changes, b->arena, &question, &b->err));
    bench_merge(b, &question, cells);
}

/* Of a protocol with two steps, or a share. */
static void bench_up_of(struct bench *b, enum measure_kind measure, const int64_t *cells)
{
    Rikstal__V1__Step step[2], *steps[] = {&step[0], &step[1]};
    Rikstal__V1__Question question = RIKSTAL__V1__QUESTION__INIT;
    struct wire_list list;
    struct ast ast;

    memset(b, 0, sizeof(*b));
    b->arena = arena_new(1 << 24);
    assert_true(parse_text("age >= 18 and sex = male", b->arena, &ast, &b->err));
    assert_true(wire_encode(&ast, b->arena, &list, &b->err));
    question.criterion = list.ops;
    question.n_criterion = list.n;
    question.measure = (Rikstal__V1__Measure)measure;
    for (size_t i = 0; i < 2; i++) {
        rikstal__v1__step__init(&step[i]);
        step[i].name = i ? "I2 men" : "I1 adult";
        step[i].operands = 1;
    }
    question.steps = steps;
    question.n_steps = measure == MEASURE_SHARE ? 0 : 2;
    bench_merge(b, &question, cells);
}

static void bench_down(struct bench *b)
{
    answer_free(b->answer);
    bytes_clear(&b->out);
    arena_free(b->arena);
}

static const char *text(struct bench *b)
{
    bytes_add_u8(&b->out, 0);
    assert_false(b->out.failed);
    return (const char *)b->out.data;
}

static size_t lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void has(const char *text, const char *what)
{
    if (!strstr(text, what))
        fail_msg("no \"%s\" in:\n%s", what, text);
}

static void has_not(const char *text, const char *what)
{
    if (strstr(text, what))
        fail_msg("\"%s\" in:\n%s", what, text);
}

/* unknown, female, male, other: matched and undetermined */
static const int64_t by_sex[] = {3, 0, 1238, 52, 1102, 1, -2, 0};

static void test_a_table_for_people_has_every_part_and_adds_up(void **state)
{
    struct render_options options = {.question = "age >= 18"};
    struct bench b;
    const char *page;

    (void)state;
    bench_up(&b, "sex", NULL, by_sex);
    render_table(b.report, &options, &b.out);
    page = text(&b);
    has(page, "female");
    has(page, "unknown");
    has(page, "other");
    has(page, "1 235"); /* 1,238, less its share of what no part may owe */
    has(page, "<10");   /* other, of which -2 were counted */
    has(page, "all below 10");
    has(page, "≈ 2 340 persons"); /* 2,341 */
    has(page, "1 of 2 regions");
    has_not(page, " -"); /* nothing negative */
    has(page, "add up to the printed total");
    bench_down(&b);
}

static void test_json_names_every_part(void **state)
{
    struct render_options options = {0};
    struct bench b;
    cJSON *root, *total, *parts, *part, *hidden;
    int sum = 0;

    (void)state;
    bench_up(&b, "sex", NULL, by_sex);
    root = render_json(b.report, &options);
    assert_non_null(root);
    total = cJSON_GetObjectItem(root, "total");
    parts = cJSON_GetObjectItem(total, "parts");
    assert_int_equal(cJSON_GetArraySize(parts), 4);
    cJSON_ArrayForEach(part, parts)
    {
        cJSON *matched = cJSON_GetObjectItem(part, "matched");

        assert_non_null(cJSON_GetObjectItem(part, "sex"));
        if (cJSON_IsNumber(cJSON_GetObjectItem(matched, "value")))
            sum += cJSON_GetObjectItem(matched, "value")->valueint;
    }
    hidden = cJSON_GetObjectItem(total, "matched_hidden");
    assert_int_equal(cJSON_GetObjectItem(hidden, "parts")->valueint, 2);
    sum += cJSON_GetObjectItem(hidden, "together")->valueint;
    assert_int_equal(sum,
                     cJSON_GetObjectItem(cJSON_GetObjectItem(total, "matched"), "value")->valueint);
    cJSON_Delete(root);
    bench_down(&b);
}

static void test_csv_has_a_line_for_each_part_and_region(void **state)
{
    struct bench b;
    const char *csv;

    (void)state;
    bench_up(&b, "sex,assay", NULL, (const int64_t[32]){[8] = 500});
    render_csv(b.report,
               &(struct render_options){.asked_s = 1790000000, .question = "sex = female, \"all\""},
               ',', &b.out);
    csv = text(&b);
    assert_int_equal(lines(csv), 1 + 17 + 1 + 17); /* head, a region, the one offline, the total */
    has(csv, "node,name,state,sex,assay,matched_state,matched,");
    has(csv, "01,Stockholm,value,female,none,value,");
    has(csv, "12,Skåne,offline,,,,,,,"); /* neither number nor part where there is no value */
    has(csv, "total,1 of 2 regions,value,other,genome,suppressed,,");
    bench_down(&b);
}

/* The field of this name in a line without quotes; a pointer into a buffer that the next call
 * reuses. */
static const char *field(const char *csv, const char *line, const char *name)
{
    static char value[64];
    size_t column = 0, length = strlen(name);

    while (strncmp(csv, name, length) != 0 || (csv[length] != ',' && csv[length] != '\n')) {
        csv += strcspn(csv, ",\n");
        assert_int_equal(*csv, ','); /* there is such a column */
        csv++;
        column++;
    }
    for (; column > 0; column--) {
        line += strcspn(line, ",\n");
        assert_int_equal(*line, ','); /* the line is as wide */
        line++;
    }
    length = strcspn(line, ",\n");
    assert_true(length < sizeof(value));
    memcpy(value, line, length);
    value[length] = 0;
    return value;
}

static int number(const char *csv, const char *line, const char *name)
{
    const char *value = field(csv, line, name);
    char *end;
    long number = strtol(value, &end, 10);

    assert_int_equal(*end, 0);
    return (int)number; /* 0 of an empty field */
}

static void test_csv_tells_a_sum_in_no_column_of_parts(void **state)
{
    struct bench b;
    int parts = 0, sums = 0;
    const char *csv;

    (void)state;
    bench_up(&b, "sex", NULL, by_sex);
    render_csv(b.report,
               &(struct render_options){.asked_s = 1790000000, .question = "sex = female, \"all\""},
               ',', &b.out);
    csv = text(&b);
    for (const char *line = strchr(csv, '\n') + 1; *line; line = strchr(line, '\n') + 1) {
        if (strncmp(line, "total,", 6) != 0)
            continue;
        if (*field(csv, line, "sex")) {
            parts += number(csv, line, "matched");
            assert_string_equal(field(csv, line, "sum_matched_state"), "");
            assert_string_equal(field(csv, line, "sum_matched"), "");
            assert_string_equal(field(csv, line, "matched_hidden_together"), "");
            continue;
        }
        sums++;
        assert_string_equal(field(csv, line, "matched_state"), "");
        assert_string_equal(field(csv, line, "matched"), "");
        assert_string_equal(field(csv, line, "sum_matched_state"), "value");
        assert_int_equal(number(csv, line, "sum_matched"), 2340);
        assert_int_equal(number(csv, line, "matched_hidden_parts"), 2);
        assert_int_equal(parts + number(csv, line, "matched_hidden_together"), 2340);
        assert_int_equal(number(csv, line, "undetermined_hidden_parts"), 3);
        assert_string_equal(field(csv, line, "unit"), "persons");
    }
    assert_int_equal(sums, 1);
    bench_down(&b);
}

static void test_a_long_table_leaves_out_what_is_hidden_throughout(void **state)
{
    static int64_t cells[2 * 4 * 11 * 15];
    struct bench b;
    const char *page;

    (void)state;
    cells[2 * (11 * 15 + 4 * 15 + 8)] = 700; /* female, 40-49, 1980s */
    bench_up(&b, "sex,age_band,birth_decade", NULL, cells);
    layout_parts(b.report, &b.out);
    page = text(&b);
    assert_true(lines(page) < 10);
    has(page, "1980s");
    has_not(page, "1970s");
    has(page, "all below 10");
    bench_down(&b);
}

static void test_frequencies_tell_alleles_in_every_form(void **state)
{
    static const int64_t cells[] = {8000, 1800, 200, 4, -3, 300, 9000, 3, 0, 0, 0, 100};
    struct render_options options = {0};
    struct bench b;
    const char *page;
    cJSON *root, *parts;

    (void)state;
    bench_up(&b, NULL, "GRCh38:1-1000-A-C,GRCh38:2-1000-A-C", cells);
    render_table(b.report, &options, &b.out);
    page = text(&b);
    has(page, "GRCh38:1-1000-A-C");
    has(page, "0.11000");
    has(page, "2 changes, 1 of 2 regions");
    bytes_clear(&b.out);
    render_csv(b.report,
               &(struct render_options){.asked_s = 1790000000, .question = "sex = female, \"all\""},
               ',', &b.out);
    page = text(&b);
    assert_int_equal(lines(page), 1 + 2 + 1 + 2);
    has(page, ",af,af_low95,af_high95,");
    has(page, ",0.11,");
    root = render_json(b.report, &options);
    parts = cJSON_GetObjectItem(cJSON_GetObjectItem(root, "total"), "parts");
    assert_int_equal(cJSON_GetArraySize(parts), 2);
    assert_string_equal(
        cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetArrayItem(parts, 0), "change")),
        "GRCh38:1-1000-A-C");
    /* 3 carriers: below the threshold, so no frequency */
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(cJSON_GetArrayItem(parts, 1), "af")));
    cJSON_Delete(root);
    bench_down(&b);
}

static const char *parts_of(struct bench *b, enum measure_kind measure, const int64_t *cells)
{
    bench_up_of(b, measure, cells);
    layout_parts(b->report, &b->out);
    return text(b);
}

static void test_what_may_be_nobody_is_no_number_to_copy(void **state)
{
    struct bench b;
    const char *page;

    (void)state;
    page = parts_of(&b, MEASURE_FUNNEL, (const int64_t[]){800, 3, 11, 2});
    has(page, "I1 adult");
    has(page, "I2 men");
    has(page, "0 to 25");
    has_not(page, " 10 ");
    has_not(page, "<10");
    bench_down(&b);
    page = parts_of(&b, MEASURE_LEAVE_ONE_OUT, (const int64_t[]){11, 300});
    has(page, "0 to 25");
    has(page, " 300 ");
    has_not(page, " 10 ");
    bench_down(&b);
    page = parts_of(&b, MEASURE_SHARE, (const int64_t[]){11, 50, 4000});
    has(page, "of 4 010 (95 %: ");
    has(page, ") of whom it can be told, of 4 060 (95 %: ");
    has(page, "\n0 to 0.");
    has(page, " % of whom it can be told, 0 to ");
    bench_down(&b);
    page = parts_of(&b, MEASURE_SHARE, (const int64_t[]){400, 50, 4000});
    has(page, "\n9.09 % of whom it can be told (95 %: ");
    has_not(page, "tested");
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_table_for_people_has_every_part_and_adds_up),
        cmocka_unit_test(test_json_names_every_part),
        cmocka_unit_test(test_csv_has_a_line_for_each_part_and_region),
        cmocka_unit_test(test_csv_tells_a_sum_in_no_column_of_parts),
        cmocka_unit_test(test_a_long_table_leaves_out_what_is_hidden_throughout),
        cmocka_unit_test(test_frequencies_tell_alleles_in_every_form),
        cmocka_unit_test(test_what_may_be_nobody_is_no_number_to_copy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
