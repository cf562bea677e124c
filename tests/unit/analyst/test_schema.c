/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schemas/price.json and dry_run.json describe what `price --json` and `ask --dry-run --json`
 * print, and nothing that is never there.
 */
#include "tests/unit/schema.h"
#include "tests/unit/terms/echo_of_all.h"

#include <unistd.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/estimate.h"
#include "coordinator/analyst/permitted.h"
#include "proto/base/json.h"
#include "proto/query/ast.h"

static FILE *kept;
static int out;

/* What is printed from here on is kept. */
static void keep(void)
{
    kept = tmpfile();
    out = dup(STDOUT_FILENO);
    assert_true(kept && out >= 0);
    fflush(stdout);
    dup2(fileno(kept), STDOUT_FILENO);
}

/* What was printed fits. */
static void hold(void)
{
    static char text[65536];
    cJSON *root;

    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    close(out);
    rewind(kept);
    text[fread(text, 1, sizeof(text) - 1, kept)] = 0;
    fclose(kept);
    root = cJSON_Parse(text);
    assert_non_null(root);
    assert_true(fits(schema, root, "the document"));
    cJSON_Delete(root);
}

static void hold_price(const char *measure, const char *option, const char *value)
{
    char words[][48] = {"price", "--json", "--measure", "", "", ""};
    char *argv[7] = {words[0], words[1], words[2], words[3], words[4], words[5], NULL};

    snprintf(words[3], sizeof(words[3]), "%s", measure);
    snprintf(words[4], sizeof(words[4]), "%s", option);
    snprintf(words[5], sizeof(words[5]), "%s", value);
    keep();
    assert_int_equal(price_command(6, argv), EXIT_OK);
    hold();
}

static void test_price_is_described(void **state)
{
    (void)state;
    schema_open("price.json");
    mark = true;
    hold_price("count", "--regions", "21");
    hold_price("count", "--regions", "2"); /* no sum */
    hold_price("breakdown", "--by", "sex,age_band");
    hold_price("frequency", "--changes", "GRCh38:1-1000-A-C");
    all_of_it_met();
    cJSON_Delete(schema);
}

static struct ast_node all = {.kind = AST_ALL};

/* Of the regions of a plan one would hold it, one declines, and nothing is known of the others. */
#define BOARD                                                                                      \
    "{\"nodes\":[{\"node\":\"01\",\"rules\":[]},{\"node\":\"03\",\"rules\":[{\"role\":\"public\"," \
    "\"decision\":\"hold\",\"purposes\":[\"research\"],\"modes\":[\"regions\",\"sum\"],"           \
    "\"measures\":[\"count\"],\"fields\":[],\"sigma\":[10],\"age_band\":1,\"permit\":false}]}]}"

static void hold_dry_run(enum mode mode, size_t n_regions, const char *disease)
{
    struct plan plan = {.analyst = "anna",
                        .organisation = "kth",
                        .role = "public",
                        .purpose = "research",
                        .measure = MEASURE_COUNT,
                        .mode = mode,
                        .blind = mode == MODE_SUM,
                        .sigma = 10,
                        .n_regions = n_regions};
    struct shape table = {.n_parts = 4, .part_cells = COUNT_CELLS};
    struct estimate_plan quoted = {.plan = &plan,
                                   .shape = n_regions > 2 ? &shape_count : &table,
                                   .question = "sex = female",
                                   .disease = disease,
                                   .release = *disease ? "2026-11" : "",
                                   .echo = echo_of_all()};
    Rikstal__V1__RosterPermit permit = RIKSTAL__V1__ROSTER_PERMIT__INIT;
    struct permission_asked asked = {
        .purpose = plan.purpose, .mode = mode, .sigma = 10, .measure = MEASURE_COUNT, .root = &all};
    struct err err;
    cJSON *board;

    assert_true(measure_declare(MEASURE_BREAKDOWN, 4, &table.measure, &err));
    assert_true(measure_grade(&table.measure, 200, 20, &err));
    permit.id = "2026-1";
    permit.valid_to = 1798761600;
    permit.nrho = 40000000;
    if (*disease)
        quoted.permit = &permit;

    memcpy(plan.region[0], "01", 3);
    memcpy(plan.region[1], "03", 3);
    assert_true(json_parse(BOARD, strlen(BOARD), sizeof(BOARD), &board, &err));
    quoted.policy = permitted_json(board, &plan, &asked);
    keep();
    assert_true(estimate_print(&quoted, OUTPUT_JSON, &err));
    hold();
    cJSON_Delete((cJSON *)quoted.policy);
    cJSON_Delete(board);
}

static void test_a_dry_run_is_described(void **state)
{
    (void)state;
    schema_open("dry_run.json");
    mark = true;
    hold_dry_run(MODE_REGIONS, 21, "");
    hold_dry_run(MODE_SUM, 21, "icd10:C50");
    hold_dry_run(MODE_SUM, 2, ""); /* none is given */
    all_of_it_met();
    cJSON_Delete(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_price_is_described),
        cmocka_unit_test(test_a_dry_run_is_described),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
