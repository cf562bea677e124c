/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/output.h"
#include "proto/base/arguments.h"
#include "proto/base/json.h"
#include "proto/query/price.h"

struct options {
    enum output_form form;
    struct session_options session;
};

static const struct option_spec specs[] = {
    OUTPUT_JSON_SPEC(struct options, "exact, in nano-rho"),
    OUTPUT_FORM(struct options, "tsv", OUTPUT_TSV, "tab-separated values (default)"),
    OUTPUT_CONFIG_SPEC(struct options),
    OUTPUT_COORDINATOR_SPEC(struct options),
    OUTPUT_KEY_SPEC(struct options),
    OUTPUT_ROOTS_SPEC(struct options),
};

static const struct option_words words[] = {{0}};

const struct option_table budget_table = {
    .command = "rikstal budget",
    .about =
        "What each region last said is left of your organisation's privacy budget, in points: of "
        "the\n"
        "budget year and of the lifetime, for each dataset, and when it said so, in an answer or "
        "a\n"
        "refusal. A mirror for your planning: each region's own ledger decides.\n"
        "\n"
        "Where persons have accounts of their own, who is in a figure pays for it, and who has "
        "nothing\n"
        "left for your organisation is left out. The last columns say how many more counts at "
        "sigma 5,\n"
        "10 or 20 certainly leave nobody out, whomever they are about: also who was in all that "
        "you have\n"
        "asked can pay for them. 0: figures can be too low, most of all about persons of whom you "
        "have\n"
        "asked before. -: your organisation pays for everybody.\n"
        "\n"
        "A budget year is opened by a new policy of the region, which its log records, never by "
        "the\n"
        "calendar; a new snapshot of the data opens none. A lifetime budget is renewed by the\n"
        "region's data-protection officer.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
};

static double points(const cJSON *node, const char *name)
{
    int64_t nrho = 0;

    return json_int(node, name, &nrho) ? (double)nrho / (double)PRICE_POINT_NRHO : 0;
}

/* How many more counts leave nobody out; - where persons have no accounts. */
static void counts_print(const cJSON *node, int64_t sigma)
{
    int64_t is = 0, counts = 0;
    const cJSON *one;

    cJSON_ArrayForEach(one, json_array(node, "counts_for_all"))
    {
        if (json_int(one, "sigma", &is) && is == sigma && json_int(one, "counts", &counts)) {
            printf("\t%lld", (long long)counts);
            return;
        }
    }
    printf("\t-");
}

static void budget_print(const cJSON *root)
{
    const cJSON *node;

    printf("node\tdataset\tyear\tpoints_left\tof\tlifetime_left\tof\tsaid"
           "\tcounts_for_all_at_5\tat_10\tat_20\n");
    cJSON_ArrayForEach(node, json_array(root, "nodes"))
    {
        const char *id = json_text(node, "node"), *dataset = json_text(node, "dataset");
        const char *year = json_text(node, "window"), *said = json_text(node, "said");

        if (!id || !dataset || !year || !said)
            continue;
        printf("%s\t%s\t%s\t%.2f\t%.2f\t%.2f\t%.2f\t%s", id, dataset, year,
               points(node, "left_nrho"), points(node, "cap_nrho"),
               points(node, "lifetime_left_nrho"), points(node, "lifetime_cap_nrho"), said);
        counts_print(node, 5);
        counts_print(node, 10);
        counts_print(node, 20);
        printf("\n");
    }
}

static bool budget_run(const struct session_options *options, enum output_form form,
                       struct err *err)
{
    struct session session;
    cJSON *root = NULL;
    bool ok;

    if (!session_open(options, &session, err))
        return false;
    ok = session_fetch(&session, "/api/v1/budget", true, &root, err);
    if (ok && form == OUTPUT_JSON)
        ok = json_print(root, stdout, err);
    else if (ok)
        budget_print(root);
    cJSON_Delete(root);
    session_close(&session);
    return ok;
}

int budget_command(int argc, char **argv)
{
    struct options options = {0};
    struct arguments arguments;
    struct err err;
    int code;

    if (!arguments_read(&budget_table, argc, argv, &options, &arguments, &code))
        return code;
    return budget_run(&options.session, options.form, &err) ? EXIT_OK
                                                            : arguments_failed(&budget_table, &err);
}
