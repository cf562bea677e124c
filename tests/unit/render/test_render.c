/*
 * The renderers' promises: the marks that must differ do differ in every format; there is no number
 * where there is no value; a name with a comma, a quote or a control byte cannot break a line; the
 * columns of the table count characters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/render/put.h"
#include "coordinator/render/render.h"
#include "proto/base/arena.h"
#include "proto/base/json.h"

struct bench {
    struct arena *arena;
    struct answer *many;
    struct answer *few;
    struct answer *refusal;
    struct merge_region region[4];
    struct report *report;
    struct bytes out;
    struct err err;
};

static const uint8_t id[QUESTION_ID_BYTES] = {0xab, 1};

static struct answer *answer_of(enum region_state state, int64_t matched)
{
    struct answer *answer = answer_new(state == REGION_VALUE ? COUNT_CELLS : 0, 3);

    assert_non_null(answer);
    answer->state = state;
    if (state == REGION_VALUE)
        answer->cell[CELL_MATCHED] = matched;
    answer->display_below = 10;
    answer->display_base = 5;
    answer->price_nrho = 20000000;
    memcpy(answer->envelope, "abc", 3);
    memcpy(answer->snapshot_date, "2026-11-20", 11);
    return answer;
}

static void bench_up(struct bench *b)
{
    struct merge_input input = {.id = id,
                                .measure = MEASURE_COUNT,
                                .mode = MODE_REGIONS,
                                .sigma = 5,
                                .n_cells = COUNT_CELLS,
                                .n_regions = 4,
                                .region = b->region};

    memset(b, 0, sizeof(*b));
    b->arena = arena_new(1 << 20);
    b->many = answer_of(REGION_VALUE, 1238);
    b->few = answer_of(REGION_VALUE, 3);
    b->refusal = answer_of(REGION_DECLINED, 0);
    memcpy(b->refusal->code, "policy", 7);
    b->region[0] = (struct merge_region){"01", "Stockholm", REGION_VALUE, NULL, b->many};
    b->region[1] =
        (struct merge_region){"05", "Östergötland, \"mitt\"", REGION_VALUE, NULL, b->few};
    b->region[2] = (struct merge_region){"12", "Skåne", REGION_OFFLINE, "no-link", NULL};
    b->region[3] = (struct merge_region){"13", "Halland", REGION_DECLINED, NULL, b->refusal};
    assert_true(merge(&input, b->arena, &b->report, &b->err));
}

static void bench_down(struct bench *b)
{
    answer_free(b->many);
    answer_free(b->few);
    answer_free(b->refusal);
    bytes_clear(&b->out);
    arena_free(b->arena);
}

static const char *text(struct bench *b)
{
    bytes_add_u8(&b->out, 0);
    assert_false(b->out.failed);
    return (const char *)b->out.data;
}

static void test_json_has_a_state_everywhere_and_a_number_only_for_a_value(void **state)
{
    struct render_options options = {.question = "sex = female", .envelopes = true};
    struct bench b;
    cJSON *root;
    const cJSON *regions, *cell;
    int64_t value;

    (void)state;
    bench_up(&b);
    root = render_json(b.report, &options);
    assert_non_null(root);
    assert_true(json_int(root, "schema_version", &value));
    assert_string_equal(json_text(root, "state"), "complete");
    regions = json_array(root, "regions");
    assert_int_equal(cJSON_GetArraySize(regions), 4);
    cell = json_object(cJSON_GetArrayItem(regions, 0), "matched");
    assert_true(json_int(cell, "value", &value));
    assert_int_equal(value, 1240);
    assert_string_equal(json_text(cJSON_GetArrayItem(regions, 0), "answer"), "YWJj");
    cell = json_object(cJSON_GetArrayItem(regions, 1), "matched");
    assert_string_equal(json_text(cell, "state"), "suppressed");
    assert_false(json_int(cell, "value", &value));
    assert_string_equal(json_text(cJSON_GetArrayItem(regions, 1), "state"), "suppressed");
    assert_string_equal(json_text(cJSON_GetArrayItem(regions, 2), "state"), "offline");
    assert_null(json_member(cJSON_GetArrayItem(regions, 2), "matched"));
    assert_string_equal(json_text(cJSON_GetArrayItem(regions, 3), "code"), "policy");
    cJSON_Delete(root);
    bench_down(&b);
}

static void test_csv_quotes_and_leaves_out_what_is_no_value(void **state)
{
    struct bench b;
    const char *csv;

    (void)state;
    bench_up(&b);
    render_csv(b.report, ',', &b.out);
    csv = text(&b);
    assert_non_null(strstr(csv, "node,name,state,matched_state,matched,matched_low95"));
    assert_non_null(strstr(csv, "\n01,Stockholm,value,value,1240,1225,1250,suppressed,,"));
    assert_non_null(strstr(csv, "\n05,\"Östergötland, \"\"mitt\"\"\",suppressed,suppressed,,0,20"));
    assert_non_null(strstr(csv, "\n12,Skåne,offline,,,,,,,,,persons,"));
    assert_non_null(strstr(csv, "\ntotal,2 of 4 regions,value,value,1240,"));
    bench_down(&b);
}

static void test_every_line_of_csv_and_tsv_has_the_same_number_of_fields(void **state)
{
    (void)state;
    for (int tabs = 0; tabs < 2; tabs++) {
        struct bench b;
        int fields = 0, lines = 0;
        bool quoted = false;

        bench_up(&b);
        render_csv(b.report, tabs ? '\t' : ',', &b.out);
        for (const char *c = text(&b); *c; c++) {
            quoted = quoted != (!tabs && *c == '"');
            fields += !quoted && *c == (tabs ? '\t' : ',');
            if (*c != '\n')
                continue;
            assert_int_equal(fields, 17);
            fields = 0;
            lines++;
        }
        assert_int_equal(lines, 6);
        bench_down(&b);
    }
}

static void test_the_table_tells_the_marks_apart(void **state)
{
    struct render_options options = {.question = "sex = female", .verified = true};
    struct bench b;
    const char *table;

    (void)state;
    bench_up(&b);
    render_table(b.report, &options, &b.out);
    table = text(&b);
    assert_non_null(strstr(table, "≈ 1 240 persons (95 %: "));
    assert_non_null(strstr(table, "2 of 4 regions"));
    assert_non_null(strstr(table, "<10"));
    assert_non_null(strstr(table, "12 Skåne                      offline"));
    assert_non_null(strstr(table, "01 Stockholm                  value"));
    assert_null(strstr(table, "\033["));
    assert_non_null(strstr(table, "a repeat, already paid"));
    bench_down(&b);
}

static void test_columns_count_characters(void **state)
{
    struct bytes out = {0};

    (void)state;
    put_padded(&out, "åäö", 5);
    put_padded(&out, "12", -4);
    bytes_add_u8(&out, 0);
    assert_string_equal((const char *)out.data, "åäö    12");
    bytes_clear(&out);
}

static void test_thousands_stand_apart(void **state)
{
    char room[32];

    (void)state;
    assert_string_equal(number_text(0, room), "0");
    assert_string_equal(number_text(999, room), "999");
    assert_string_equal(number_text(1000, room), "1 000");
    assert_string_equal(number_text(-123456, room), "-123 456");
    assert_string_equal(number_text(INT64_MIN, room), "-9 223 372 036 854 775 808");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_has_a_state_everywhere_and_a_number_only_for_a_value),
        cmocka_unit_test(test_csv_quotes_and_leaves_out_what_is_no_value),
        cmocka_unit_test(test_every_line_of_csv_and_tsv_has_the_same_number_of_fields),
        cmocka_unit_test(test_the_table_tells_the_marks_apart),
        cmocka_unit_test(test_columns_count_characters),
        cmocka_unit_test(test_thousands_stand_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
