/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/compose.h"
#include "coordinator/analyst/estimate.h"
#include "coordinator/analyst/known_terms.h"
#include "coordinator/analyst/output.h"
#include "coordinator/analyst/roles.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/base/json.h"
#include "proto/query/disease.h"
#include "proto/query/protocol.h"
#include "proto/query/region.h"
#include "proto/query/shape.h"
#include "proto/query/wire.h"

#define REGIONS_USUAL 21

struct options {
    const char *text;
    enum measure_kind measure;
    const char *by;
    const char *changes;
    const char *disease;
    const char *protocol_path;
    const char *from;
    const char *to;
    const char *exposure;
    const char *outcome;
    const char *period;
    const char *bins;
    struct protocol protocol;
    long regions;
    bool json;
    struct session_options session;
};

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"measure", OPTION_READ, "M", "of what (default: count)", AT(measure), .words = measure_word,
     .words_help = output_measure_help, .read = output_measure_read},
    {"by", OPTION_TEXT, "LIST", "breakdown: its dimensions, as in --by sex,age_band", AT(by)},
    {"changes", OPTION_TEXT, "LIST", "frequency: its changes", AT(changes)},
    {"protocol", OPTION_PATH, "FILE", "funnel: its criteria, as for ask", AT(protocol_path)},
    {"from", OPTION_TEXT, "EVENT", "timeline, histogram, survival: the first event, as for ask",
     AT(from)},
    {"to", OPTION_TEXT, "EVENT", "histogram of days, survival: the second event", AT(to)},
    {"exposure", OPTION_TEXT, "Q", "association: who is exposed", AT(exposure)},
    {"outcome", OPTION_TEXT, "Q", "association: who has the outcome", AT(outcome)},
    {"period", OPTION_TEXT, "P", "timeline: 2019-01..2023-12", AT(period)},
    {"bins", OPTION_TEXT, "LIST", "histogram, survival: the edges of the bins, 0,18,40,65",
     AT(bins)},
    {"disease", OPTION_TEXT, "CODE",
     "the disease that the research is on: changes whom it counts, not the price", AT(disease)},
    {"regions", OPTION_NUMBER, "N", "of how many regions the totals are (default: 21)", AT(regions),
     .least = 1, .most = REGIONS_MAX},
    {"json", OPTION_FLAG, NULL, "one JSON object", AT(json)},
    OUTPUT_CONFIG_SPEC(struct options),
    OUTPUT_COORDINATOR_SPEC(struct options),
    OUTPUT_KEY_SPEC(struct options),
    OUTPUT_ROOTS_SPEC(struct options),
};

static const struct option_words words[] = {
    {NULL, "['QUESTION']", "at most one question, in quotes", 0, 1, NULL}};

const struct option_table price_table = {
    .command = "rikstal price",
    .about =
        "What a question costs at every region, and how far its figures may be from the truth, "
        "for\n"
        "each sigma. Asks no region, touches no data: a price follows from the measure and sigma "
        "alone,\n"
        "never from the cohort. A question, if given, is only read for mistakes, codes "
        "and\n"
        "genes that no region's term release has among them (see `rikstal explain`).\n"
        "\n"
        "One point is rho 0.001 of zero-concentrated differential privacy. A question that was "
        "asked\n"
        "before costs nothing for the life of the regions' data; one that a region declines costs\n"
        "nothing there. `rikstal budget` shows what is left. A blind sum costs what a sum costs.\n"
        "Where persons have accounts of their own, it is also the most that a person pays who is "
        "in the\n"
        "figures; who is in none of them pays nothing.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .details =
        "Columns: sigma; points and nano_rho at each region; half widths of the 95 % interval of\n"
        "one region's figure, of the total of mode regions, and of the total of mode sum (- where "
        "a\n"
        "sum is not given); and the sigmas that `rikstal ask` gives, unless it is told otherwise, "
        "to how\n"
        "many cannot be told and to a table's total (- where there is none).",
    .complete = analyst_complete,
};

static void grade_print(uint32_t sigma)
{
    if (sigma)
        printf("\t%u", sigma);
    else
        printf("\t-");
}

static void text_print(const struct shape *shape, const struct options *o,
                       const struct term_echo *echo)
{
    struct measure graded = price_usual(&shape->measure, price_sigma_menu[0]);

    output_echo(echo, "# ", stdout);
    printf("# %s: %u figures; one person changes them by at most the square root of %u\n",
           measure_name(o->measure), graded.n_cells, graded.sensitivity_squared);
    estimate_sums(&shape->measure, "# ");
    printf("sigma\tpoints\tnano_rho\tregion_95\tnational_95_of_%ld\tsum_95_of_%ld\t"
           "sigma_undetermined\tsigma_total\n",
           o->regions, o->regions);
    for (size_t i = 0; i < PRICE_SIGMAS; i++) {
        struct measure usual = price_usual(&shape->measure, price_sigma_menu[i]);
        struct estimate line = estimate_of(&usual, (size_t)o->regions, price_sigma_menu[i]);

        printf("%u\t%.2f\t%" PRId64 "\t±%" PRId64 "\t±%" PRId64 "\t", line.sigma,
               (double)line.nrho / (double)PRICE_POINT_NRHO, line.nrho, line.region, line.national);
        if (line.sum < 0)
            printf("-");
        else
            printf("±%" PRId64, line.sum);
        grade_print(line.sigma_undetermined);
        grade_print(line.sigma_total);
        printf("\n");
    }
}

static bool menu_json(const struct shape *shape, const struct options *o, struct err *err)
{
    cJSON *root = estimate_menu(&shape->measure, (size_t)o->regions);
    bool ok = json_print(root, stdout, err);

    cJSON_Delete(root);
    return ok;
}

/* A given question or protocol is read, and put into the message. */
static bool question_of(struct options *o, struct arena *arena, struct ast *ast,
                        Rikstal__V1__Question *question, struct err *err)
{
    struct wire_list list;

    if (o->protocol_path) {
        if (o->text)
            return err_set(err, ERR_INVALID, "give a question or --protocol, not both");
        if (!compose_protocol(o->protocol_path, arena, &o->protocol, err))
            return false;
        o->text = o->protocol.question;
    }
    struct roles roles = {o->from, o->to, o->exposure, o->outcome, o->text};

    if (!roles_suit(&roles, o->measure, err))
        return false;
    if (roles_given(&roles)) {
        if (!roles_compose(&roles, arena, &o->protocol, err))
            return false;
        o->text = o->protocol.question;
    }
    if (!o->text)
        return true;
    if (!compose_parse(o->text, arena, ast, err) || !wire_encode(ast, arena, &list, err))
        return false;
    question->criterion = list.ops;
    question->n_criterion = list.n;
    return true;
}

/* Explains what would be released, in the words that every region sees. */
static bool shape_of(struct options *o, const struct session *session, struct known_terms *known,
                     struct shape *shape, struct err *err)
{
    Rikstal__V1__Question question = RIKSTAL__V1__QUESTION__INIT;
    struct compose_parts parts = {.by = o->by,
                                  .changes = o->changes,
                                  .protocol = &o->protocol,
                                  .bins = o->bins,
                                  .period = o->period};
    struct code disease;
    struct ast ast;

    if (!question_of(o, session->arena, &ast, &question, err) ||
        (o->text && !known_terms_look("rikstal price", session, &ast, o->text, known, err)))
        return false;
    if (o->disease && !disease_parse(o->disease, &disease, err))
        return err_wrap(err, "--disease: ");
    if (o->protocol.n_steps == 0)
        parts.protocol = NULL;
    return compose_shape(o->measure, &parts, session->arena, &question, shape, err);
}

static bool price_run(struct options *o, struct err *err)
{
    struct known_terms known = {.n_nodes = 0};
    const struct term_echo *echo = NULL;
    struct session session;
    struct shape shape;
    bool ok;

    if (!session_open(&o->session, &session, err))
        return false;
    session.patience_ms = 0;
    ok = shape_of(o, &session, &known, &shape, err);
    if (known.echo.findings)
        echo = &known.echo;
    ok = ok && (!o->json || menu_json(&shape, o, err));
    if (ok && !o->json)
        text_print(&shape, o, echo);
    else if (ok)
        output_echo(echo, "", stderr); /* the object is a price, of whatever codes */
    known_terms_clear(&known);
    session_close(&session);
    return ok;
}

int price_command(int argc, char **argv)
{
    struct options options = {.measure = MEASURE_COUNT, .regions = REGIONS_USUAL};
    struct arguments arguments;
    struct err err;
    int code;

    if (!arguments_read(&price_table, argc, argv, &options, &arguments, &code))
        return code;
    options.text = arguments.n ? arguments.word[0] : NULL;
    return price_run(&options, &err) ? EXIT_OK : arguments_failed(&price_table, &err);
}
