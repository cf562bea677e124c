/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/output.h"
#include "coordinator/report/put.h"
#include "proto/base/arguments.h"
#include "proto/base/json.h"

/* The options of output.h, and --data. */
struct chosen {
    enum output_form form;
    struct session_options session;
    bool data;
};

static const struct option_spec specs[] = {
    {.name = "data",
     .type = OPTION_FLAG,
     .help = "instead: what each region declares to deliver in full, and since when, its "
             "terminologies, "
             "its assays, and the sizes, at most, that the time of an answer follows from; a "
             "record that is missing is a \"no\" only of a kind and code system that "
             "stands "
             "there",
     .at = offsetof(struct chosen, data)},
    OUTPUT_JSON_SPEC(struct chosen, "one JSON object"),
    OUTPUT_TSV_SPEC(struct chosen),
    OUTPUT_TABLE_SPEC(struct chosen),
    OUTPUT_CONFIG_SPEC(struct chosen),
    OUTPUT_COORDINATOR_SPEC(struct chosen),
    OUTPUT_KEY_SPEC(struct chosen),
    OUTPUT_ROOTS_SPEC(struct chosen),
};

static const struct option_words words[] = {{0}};

const struct option_table nodes_table = {
    .command = "rikstal nodes",
    .about = "Every region of the roster: whether it is connected and since when, the date of its "
             "data,\n"
             "its software and terminologies, as the coordinator sees it, and the address for\n"
             "requests that go further. \"never-seen\" is not \"offline\".",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
};

static const char *text_of(const cJSON *node, const char *name)
{
    const char *text = json_text(node, name);

    return text ? text : "";
}

/* "hp 2026-10-01, icd10 2026" */
static void put_terms(const cJSON *node, struct bytes *out)
{
    const cJSON *term;
    const char *before = "";

    cJSON_ArrayForEach(term, json_object(node, "terms"))
    {
        put(out, "%s%s %s", before, term->string, cJSON_IsString(term) ? term->valuestring : "");
        before = ", ";
    }
}

static void put_row(const cJSON *node, bool table, struct bytes *out)
{
    static const char *const columns[] = {"node",  "name",          "state",
                                          "since", "snapshot_date", "software"};
    static const int widths[] = {5, 24, 12, 22, 12, 10};

    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        if (table)
            put_padded(out, text_of(node, columns[i]), widths[i]);
        else
            put(out, "%s\t", text_of(node, columns[i]));
    }
    put_terms(node, out);
    put(out, table ? "%s%s\n" : "%.0s\t%s\n", *text_of(node, "contact") ? "; contact " : "",
        text_of(node, "contact"));
}

/* "diagnosis:icd10 since 2015-01-01, phenotype:hp" */
static void put_delivers(const cJSON *node, struct bytes *out)
{
    const cJSON *one;
    const char *before = "";

    cJSON_ArrayForEach(one, json_array(node, "delivers"))
    {
        const char *since = text_of(one, "since");

        put(out, "%s%s:%s%s%s", before, text_of(one, "kind"), text_of(one, "system"),
            *since ? " since " : "", since);
        before = ", ";
    }
}

/* "wgs GRCh38 whole genome, panel GRCh38" */
static void put_assays(const cJSON *node, struct bytes *out)
{
    const cJSON *one;
    const char *before = "";

    cJSON_ArrayForEach(one, json_array(node, "assays"))
    {
        put(out, "%s%s %s%s", before, text_of(one, "name"), text_of(one, "assembly"),
            cJSON_IsTrue(json_member(one, "whole_genome")) ? " whole genome" : "");
        before = ", ";
    }
}

/* "persons 65536, sites 4194304, a gene 4096, events 1048576, kinds 4096, structural 1024,
 * segments 3" */
static void put_sizes(const cJSON *node, struct bytes *out)
{
    static const struct {
        const char *name, *shown;
    } rows[] = {{"persons", "persons"},  {"sites", "sites"}, {"gene", "a gene"},
                {"events", "events"},    {"kinds", "kinds"}, {"structural", "structural"},
                {"segments", "segments"}};
    const cJSON *sizes = json_object(node, "sizes");

    for (size_t i = 0; sizes && i < sizeof(rows) / sizeof(rows[0]); i++) {
        const cJSON *number = json_member(sizes, rows[i].name);

        put(out, "%s%s %.0f", i ? ", " : "", rows[i].shown,
            cJSON_IsNumber(number) ? number->valuedouble : 0.0);
    }
}

/* Prints one line for each region; a table has one line for each of its four lists. */
static void put_data(const cJSON *node, bool table, struct bytes *out)
{
    static void (*const lists[])(const cJSON *, struct bytes *) = {put_delivers, put_terms,
                                                                   put_assays, put_sizes};
    static const char *const titles[] = {"delivers", "terms", "assays", "at most"};

    if (table)
        put(out, "%s %s, data of %s\n", text_of(node, "node"), text_of(node, "name"),
            *text_of(node, "snapshot_date") ? text_of(node, "snapshot_date") : "no day");
    else
        put(out, "%s\t%s\t%s", text_of(node, "node"), text_of(node, "name"),
            text_of(node, "snapshot_date"));
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        size_t at;

        put(out, table ? "   %-9s " : "%.0s\t", titles[i]);
        at = out->size;
        lists[i](node, out);
        put(out, "%s%s", table && out->size == at ? "-" : "", table ? "\n" : "");
    }
    put(out, "%s", table ? "" : "\n");
}

static bool data_print(const cJSON *root, enum output_form form, struct err *err)
{
    bool table = output_settle(form) == OUTPUT_TABLE;
    struct bytes out = {0};
    const cJSON *node;
    bool ok;

    if (!table)
        put(&out, "node\tname\tsnapshot_date\tdelivers\tterms\tassays\tat_most\n");
    cJSON_ArrayForEach(node, json_array(root, "nodes")) put_data(node, table, &out);
    ok = (!out.failed || err_memory(err)) && output_bytes(out.data, out.size, err);
    bytes_clear(&out);
    return ok;
}

static bool nodes_print(const cJSON *root, enum output_form form, struct err *err)
{
    bool table = output_settle(form) == OUTPUT_TABLE;
    struct bytes out = {0};
    const cJSON *node;
    bool ok;

    if (table)
        put(&out, "NODE NAME                    STATE       SINCE                 DATA OF     "
                  "SOFTWARE  TERMS\n");
    else
        put(&out, "node\tname\tstate\tsince\tsnapshot_date\tsoftware\tterms\tcontact\n");
    cJSON_ArrayForEach(node, json_array(root, "nodes")) put_row(node, table, &out);
    ok = (!out.failed || err_memory(err)) && output_bytes(out.data, out.size, err);
    bytes_clear(&out);
    return ok;
}

static bool nodes_run(const struct chosen *chosen, struct err *err)
{
    struct session session;
    cJSON *root = NULL;
    bool ok;

    if (!session_open(&chosen->session, &session, err))
        return false;
    ok = session_fetch(&session, "/api/v1/nodes", false, &root, err) &&
         (chosen->form == OUTPUT_JSON ? json_print(root, stdout, err)
          : chosen->data              ? data_print(root, chosen->form, err)
                                      : nodes_print(root, chosen->form, err));
    cJSON_Delete(root);
    session_close(&session);
    return ok;
}

int nodes_command(int argc, char **argv)
{
    struct chosen chosen = {.form = OUTPUT_AUTO};
    struct arguments arguments;
    struct err err;
    int code;

    if (!arguments_read(&nodes_table, argc, argv, &chosen, &arguments, &code))
        return code;
    return nodes_run(&chosen, &err) ? EXIT_OK : arguments_failed(&nodes_table, &err);
}
