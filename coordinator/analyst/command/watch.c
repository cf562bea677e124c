/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal watch: the same count about each new national release, and an alert when it reaches a
 * number. A release is asked about once; asked again, its figure is the same and costs nothing.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/asking.h"
#include "coordinator/analyst/http.h"
#include "coordinator/analyst/output.h"
#include "coordinator/analyst/waiting.h"
#include "coordinator/report/figure.h"
#include "coordinator/report/put.h"
#include "proto/base/arguments.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/query/price.h"
#include "proto/trust/calendar.h"
#include "proto/trust/purpose.h"
#include "proto/trust/role.h"

#define WAIT_DEFAULT_S 30
#define WAIT_MAX_S 480
#define EVERY_DEFAULT_S 3600
#define EVERY_MAX_S 86400
#define NAP_MS 200 /* Ctrl-C is noticed after this */

extern char **environ;

struct options {
    struct session_options session;
    struct compose_options compose;
    enum output_form form;
    const char *run;
    long reaches;
    long every_s;
    long wait_s;
    long sigma;
    bool follow;
    bool quiet;
};

/* What was found so far. */
struct watched {
    char release[CALENDAR_NAME_BYTES]; /* "": nothing yet */
    bool whole;                        /* all its regions have answered */
    bool reached;                      /* in that release */
    int exit_code;                     /* of the last look */
};

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"reaches", OPTION_NUMBER, "N", "alert when the national figure is at least this", AT(reaches),
     .least = 1, .most = 100000000, .needed = OPTION_ALWAYS},
    {"run", OPTION_TEXT, "COMMAND",
     "run this with the shell at an alert, with RIKSTAL_RELEASE, RIKSTAL_FIGURE, RIKSTAL_LOW, "
     "RIKSTAL_HIGH and RIKSTAL_REACHES in its environment",
     AT(run)},
    {"follow", OPTION_FLAG, NULL,
     "do not end: ask again when a new release opens, and alert whenever the figure reaches N and "
     "did not in the release before",
     AT(follow)},
    {"every", OPTION_NUMBER, "S",
     "with --follow, look for a new release every so many seconds (default: 3600)", AT(every_s),
     .least = 1, .most = EVERY_MAX_S},
    {"mode", OPTION_READ, "M", "regions or sum, as `rikstal ask` has them", AT(compose.mode),
     .words = mode_word, .read = output_mode_read},
    {"sigma", OPTION_NUMBER, "S", "precision (default: 10, 20 for the role public)", AT(sigma),
     .least = 1, .most = 1000, .words = price_sigma_word},
    {"role", OPTION_TEXT, "R", "as which of your roles (default: your first)", AT(session.role),
     .words = role_word},
    {"purpose", OPTION_TEXT, "P",
     "what for; questions of preparedness are about the newest week's release", AT(session.purpose),
     .words = purpose_word},
    {"disease", OPTION_TEXT, "CODE", "the disease that the research is on", AT(compose.disease)},
    {"permit", OPTION_TEXT, "ID", "the permit that covers this question", AT(compose.permit)},
    {"nodes", OPTION_TEXT, "LIST", "only these: 01,12 or Skåne,Uppsala (default: all)",
     AT(compose.nodes)},
    {"wait", OPTION_NUMBER, "S", "give the regions so many seconds (default: 30)", AT(wait_s),
     .least = 1, .most = WAIT_MAX_S},
    OUTPUT_JSON_SPEC(struct options, "a JSON object a line (schemas/watch.json)"),
    {"quiet", OPTION_FLAG, NULL, "no progress", AT(quiet)},
    OUTPUT_CONFIG_SPEC(struct options),
    OUTPUT_COORDINATOR_SPEC(struct options),
    OUTPUT_KEY_SPEC(struct options),
    OUTPUT_ROOTS_SPEC(struct options),
};

static const struct option_words words[] = {
    {NULL, "'QUESTION'", "one QUESTION, in quotes", 1, 1, NULL}};

const struct option_table watch_table = {
    .command = "rikstal watch",
    .about =
        "A standing question: count about the newest national release, and alert when the figure\n"
        "reaches a number. It costs as `rikstal ask` does, once a release; asked again within a\n"
        "release it costs nothing, so it may run every night. A network without releases is\n"
        "refused: there every publish would cost anew.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .details = "The figure that is compared is the national estimate, with its noise; its interval "
               "stands\n"
               "beside it. A number well above the interval's half width is reached by people, and "
               "not by\n"
               "noise. Without --follow it looks once, and the exit code tells.\n"
               "\n"
               "Example: rikstal watch 'diagnosis under icd10:E75' --mode sum --reaches 200 \\\n"
               "             --run 'mail -s \"$RIKSTAL_FIGURE patients\" anna@example.org'",
    .exits = "0 looked, and not reached; 8 reached; 2 the question has mistakes, 3 some regions\n"
             "did not answer, 4 refused, 5 budget exhausted, 7 unreachable or interrupted; 1 any\n"
             "other failure, of --run too.",
    .complete = analyst_complete,
};

/* ---- one look ---- */

static bool line_print(const struct options *o, const struct report *report, bool reached,
                       struct err *err)
{
    const struct figure *figure = &report->total[CELL_MATCHED];
    char value[RANGE_BYTES], range[RANGE_BYTES], reaches[32];
    struct bytes out = {0};
    bool ok;

    figure_words(figure, &report->rule, value);
    put(&out, "%s: %s", report->release, value);
    if (!figure_is_vague(figure))
        put(&out, " (%s)", figure_range_text(figure, range));
    put(&out, ", %s %s", reached ? "reaches" : "does not reach",
        put_number_text(o->reaches, reaches));
    if (report->n_answered < report->n_regions)
        put(&out, "; %zu of %zu regions", report->n_answered, report->n_regions);
    put(&out, "\n");
    ok = (!out.failed || err_memory(err)) && output_bytes(out.data, out.size, err);
    bytes_clear(&out);
    return ok;
}

static bool json_line_print(const struct options *o, const struct report *report, bool reached,
                            struct err *err)
{
    const struct figure *figure = &report->total[CELL_MATCHED];
    cJSON *root = cJSON_CreateObject();
    bool ok = root != NULL, printed;
    char *text;

    json_put_int(root, "schema_version", 1, &ok);
    json_put_text(root, "release", report->release, &ok);
    json_put_text(root, "question", o->compose.text, &ok);
    json_put_int(root, "reaches", o->reaches, &ok);
    json_put_bool(root, "reached", reached, &ok);
    if (figure->suppressed)
        json_put_null(root, "figure", &ok);
    else
        json_put_int(root, "figure", figure->value, &ok);
    json_put_int(root, "low95", figure->low, &ok);
    json_put_int(root, "high95", figure->high, &ok);
    json_put_int(root, "regions", (int64_t)report->n_regions, &ok);
    json_put_int(root, "answered", (int64_t)report->n_answered, &ok);
    json_put_bool(root, "charged", report->charged, &ok);
    text = ok ? cJSON_PrintUnformatted(root) : NULL;
    printed = text && printf("%s\n", text) > 0 && fflush(stdout) == 0;
    cJSON_Delete(root);
    if (!text)
        return err_memory(err);
    cJSON_free(text);
    return printed || err_set(err, ERR_UNAVAILABLE, "stdout: %s", strerror(errno));
}

static bool environment_put(const char *name, int64_t value)
{
    char text[32];

    snprintf(text, sizeof(text), "%lld", (long long)value);
    return setenv(name, text, 1) == 0;
}

/* A command that fails is told: else nobody would learn of the alert. */
static bool command_run(const struct options *o, const struct report *report, struct err *err)
{
    static char shell[] = "/bin/sh", flag[] = "-c";
    const struct figure *figure = &report->total[CELL_MATCHED];
    char *argv[] = {shell, flag, (char *)o->run, NULL};
    int failed, status;
    pid_t child;

    if (setenv("RIKSTAL_RELEASE", report->release, 1) != 0 ||
        !environment_put("RIKSTAL_FIGURE", figure->value) ||
        !environment_put("RIKSTAL_LOW", figure->low) ||
        !environment_put("RIKSTAL_HIGH", figure->high) ||
        !environment_put("RIKSTAL_REACHES", o->reaches))
        return err_memory(err);
    failed = posix_spawn(&child, shell, NULL, NULL, argv, environ);
    if (failed)
        return err_set(err, ERR_UNAVAILABLE, "--run: %s", strerror(failed));
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return err_set(err, ERR_INTERNAL, "--run: %s", strerror(errno));
    return (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
           err_set(err, ERR_INTERNAL, "--run: the command failed (%s %d)",
                   WIFEXITED(status) ? "exit code" : "signal",
                   WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

static bool figure_take(const struct options *o, const struct report *report, struct watched *seen,
                        struct err *err)
{
    const struct figure *figure = &report->total[CELL_MATCHED];
    bool before = seen->reached, reached;

    seen->exit_code = output_exit(report);
    if (!report->has_total)
        return err_set(err, ERR_UNAVAILABLE,
                       "no region has answered about release %s; `rikstal ask` tells their reasons",
                       report->release);
    reached = !figure->none && !figure->suppressed && figure->value >= o->reaches;
    seen->whole = report->n_answered == report->n_regions;
    seen->reached = reached;
    if (reached)
        seen->exit_code = EXIT_REACHED;
    return (o->form == OUTPUT_JSON ? json_line_print(o, report, reached, err)
                                   : line_print(o, report, reached, err)) &&
           (!reached || before || !o->run || command_run(o, report, err));
}

/* Asks, unless all regions have answered about this release. */
static bool release_look(const struct options *o, struct asking *asking, struct watched *seen,
                         struct err *err)
{
    struct verified_report verified_report = {0};
    const char *release = asking->composed.release;
    cJSON *document = NULL;
    bool ok;

    if (!*release)
        return err_set(err, ERR_DENIED,
                       "this network has no national releases, so every publish would cost anew; "
                       "ask once with `rikstal ask`");
    if (seen->whole && strcmp(seen->release, release) == 0)
        return true;
    snprintf(seen->release, sizeof(seen->release), "%s", release);
    seen->whole = false;
    ok = waiting_run(asking, o->quiet, &document, &verified_report, err) &&
         figure_take(o, verified_report.report, seen, err);
    verified_report_clear(&verified_report);
    cJSON_Delete(document);
    return ok;
}

/* With a session, a roster and terms of now: a new release is in a new roster. */
static bool look(const struct options *o, struct watched *seen, struct err *err)
{
    struct session session;
    struct asking asking = {.session = &session, .compose = &o->compose, .wait_s = o->wait_s};
    struct ast ast;
    bool ok;

    if (!session_open(&o->session, &session, err))
        return false;
    ok = compose_parse(o->compose.text, session.arena, &ast, err) &&
         (ast.root->kind != AST_ALL ||
          err_set(err, ERR_INVALID, "the question is empty; say who is to be counted")) &&
         asking_prepare(&asking, &ast, err) &&
         known_terms_judge(&asking.known, o->compose.text, err) && asking_compose(&asking, err) &&
         release_look(o, &asking, seen, err);
    asking_close(&asking);
    session_close(&session);
    return ok;
}

/* ---- the command ---- */

/* True when it is time; false after Ctrl-C. */
static bool rested(const struct options *o)
{
    int64_t until_ms = clock_mono_ms() + o->every_s * 1000;

    while (!http_stopped() && clock_mono_ms() < until_ms)
        clock_sleep_ms(NAP_MS);
    return !http_stopped();
}

/* What a later look may mend is told and looked at again; a mistake ends it. */
static bool may_pass(const struct err *err)
{
    return err->code == ERR_UNAVAILABLE;
}

static bool watch_run(const struct options *o, struct watched *seen, struct err *err)
{
    bool ok = look(o, seen, err);

    while (o->follow && !http_stopped() && (ok || may_pass(err))) {
        if (!ok)
            fprintf(stderr, "rikstal watch: %s\n", err->text);
        if (!rested(o))
            return err_set(err, ERR_UNAVAILABLE, "interrupted");
        ok = look(o, seen, err);
    }
    return ok;
}

int watch_command(int argc, char **argv)
{
    struct options options = {.compose = {.measure = MEASURE_COUNT, .permit = ""},
                              .wait_s = WAIT_DEFAULT_S,
                              .every_s = EVERY_DEFAULT_S};
    struct watched seen = {.exit_code = EXIT_OK};
    struct arguments arguments;
    struct err err;
    int code;

    if (!arguments_read(&watch_table, argc, argv, &options, &arguments, &code))
        return code;
    options.compose.text = arguments.word[0];
    options.compose.sigma = (uint32_t)options.sigma;
    options.compose.life_s = asking_life_s(options.wait_s);
    if (watch_run(&options, &seen, &err))
        return seen.exit_code;
    code = arguments_failed(&watch_table, &err);
    return seen.exit_code == EXIT_OK || seen.exit_code == EXIT_REACHED ? code : seen.exit_code;
}
