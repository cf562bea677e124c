/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal ask: compose, hand in, wait, verify, add up, print. The order of ask_run() is the story.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/blind.h"
#include "coordinator/analyst/compose.h"
#include "coordinator/analyst/estimate.h"
#include "coordinator/analyst/http.h"
#include "coordinator/analyst/output.h"
#include "coordinator/analyst/receipt.h"
#include "coordinator/analyst/session.h"
#include "coordinator/analyst/verify_report.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/command.h"
#include "proto/base/json.h"
#include "proto/query/explain.h"

#define WAIT_DEFAULT_S 30
#define WAIT_MAX_S 480
#define LIFE_LEAST_S 60
#define LOOK_MS 1000      /* how often progress is looked at on a terminal */
#define LONG_MS 20000     /* the longest wait of one call */
#define MARGIN_MS 5000    /* of HTTP beyond what the coordinator was asked to wait */
#define PATIENCE_MS 15000 /* how long a coordinator may be away in the middle of a question */

#define REPORT_ARENA_BYTES ((size_t)128 << 20)

static const char help[] =
    "Usage: rikstal ask 'QUESTION' [OPTION...]\n"
    "       rikstal ask ['QUESTION'] --measure breakdown --by DIMENSION[,DIMENSION...] "
    "[OPTION...]\n"
    "       rikstal ask ['QUESTION'] --measure frequency --changes CHANGE[,CHANGE...] [OPTION...]\n"
    "       rikstal ask - < question.txt\n"
    "\n"
    "Ask every region how many persons are like this. The question is signed with your key; each\n"
    "region decides, pays from its privacy budget, adds noise and signs its answer; this command\n"
    "verifies every signature and adds the total itself.\n"
    "\n"
    "  --measure M       what to tell of them (default: count)\n";

static const char help_more[] =
    "  --by LIST         breakdown by sex, age_band, birth_decade, assay (the widest of a "
    "person's:\n"
    "                    none, panel, exome, genome); costs as much as one count\n"
    "  --changes LIST    frequency of 1 to 100 changes, GRCh38:17-43044295-G-A; each costs as "
    "much\n"
    "                    as one count. Without a question: among everybody\n"
    "  --mode M          regions: every region's own noised figure is shown; sum: the total "
    "alone,\n"
    "                    far more precise, and nobody sees a region's figure (default: regions,\n"
    "                    sum for the roles public and sponsor)\n"
    "  --blind           mode sum: with a key of yours in the question, so that the coordinator\n"
    "                    cannot add the sum up either; only this command can, and a receipt.\n"
    "                    Same figure, same price\n"
    "  --sigma S         precision: 5, 10 (default), 20 or 50; `rikstal price` tells the price\n"
    "  --role R          as which of your roles (default: your first)\n"
    "  --purpose P       what for: research (default), statistics, planning, preparedness,\n"
    "                    care-quality, trial-feasibility; each region's policy decides\n"
    "  --disease CODE    the disease that the research is on (icd10:C50, orpha:558, mondo, omim, "
    "hp):\n"
    "                    counts also who permits research on it alone, or on one above it\n"
    "  --permit ID       the permit or ethics approval that covers this question; it must be "
    "your\n"
    "                    organisation's in the roster, and hold now. --dry-run tells its end\n"
    "  --nodes LIST      only these: 01,12 or Skåne,Uppsala (default: all)\n"
    "  --wait S          give the regions so many seconds (default: 30)\n"
    "  --adds-up         let the printed regions of a count add up to the printed total; what "
    "they\n"
    "                    lack of it is what those below the threshold hold together\n"
    "  --receipt FILE    keep question, answers and roster, for `rikstal verify`; of a blind "
    "sum\n"
    "                    its secret too: then the file is as secret as the answer\n"
    "  --dry-run         say what would be asked, its price and how precise it will be; ask "
    "nobody\n"
    "  --json, --csv, --tsv, --table   (default: table on a terminal, TSV in a pipe)\n"
    "  --quiet           no progress\n" OUTPUT_SESSION_HELP "\n"
    "A question that was asked before has the same figures and costs nothing: ask again whatever\n"
    "was interrupted. Ctrl-C withdraws the question, a second one leaves at once; what regions "
    "had\n"
    "answered is paid and kept. The members of --json are in the schema of the answers\n"
    "(schemas/answer.json).\n"
    "\n"
    "Examples:\n"
    "  rikstal ask 'diagnosis under icd10:C50 and age >= 18'\n"
    "  rikstal ask 'variant(gene = BRCA1 and consequence in (lof)) and sex = female' --sigma 5\n"
    "  rikstal ask 'diagnosis under icd10:E75' --mode sum --sigma 5\n"
    "  rikstal ask 'diagnosis under icd10:C50' --measure breakdown --by sex,age_band\n"
    "  rikstal ask --measure frequency --changes GRCh38:17-43044295-G-A,GRCh38:13-32316461-A-T\n"
    "\n"
    "Exit codes: 0 all regions answered, 2 the question has mistakes, 3 some did not answer,\n"
    "4 refused, 5 budget exhausted, 7 unreachable or interrupted; 1 any other failure.\n";

struct options {
    struct session_options session;
    struct compose_options compose;
    enum output_form form;
    const char *receipt;
    long wait_s;
    bool adds_up;
    bool dry_run;
    bool quiet;
    bool helped;
    char stdin_text[AST_TEXT_MAX + 2];
};

enum {
    OPT_MEASURE = 256,
    OPT_MODE,
    OPT_SIGMA,
    OPT_PERMIT,
    OPT_DISEASE,
    OPT_NODES,
    OPT_WAIT,
    OPT_RECEIPT,
    OPT_BY,
    OPT_CHANGES
};

static bool option_take(struct options *o, int c, struct err *err)
{
    long number;

    switch (c) {
    case OPT_MEASURE:
        return measure_read(optarg, &o->compose.measure, err);
    case OPT_BY:
        o->compose.by = optarg;
        return true;
    case OPT_CHANGES:
        o->compose.changes = optarg;
        return true;
    case OPT_MODE:
        return mode_read(optarg, &o->compose.mode, err);
    case OPT_SIGMA:
        if (!option_number("--sigma", optarg, 1, 1000, &number, err))
            return false;
        o->compose.sigma = (uint32_t)number;
        return true;
    case OPT_PERMIT:
        o->compose.permit = optarg;
        return true;
    case OPT_DISEASE:
        o->compose.disease = optarg;
        return true;
    case OPT_NODES:
        o->compose.nodes = optarg;
        return true;
    case OPT_WAIT:
        return option_number("--wait", optarg, 1, WAIT_MAX_S, &o->wait_s, err);
    case OPT_RECEIPT:
        o->receipt = optarg;
        return true;
    case 'b':
        return o->compose.blind = true;
    case 'a':
        return o->adds_up = true;
    case 'd':
        return o->dry_run = true;
    case 'q':
        return o->quiet = true;
    case 'h':
        return o->helped = true;
    default:
        return output_option(c, &o->form, &o->session) ||
               err_set(err, ERR_INVALID, "`rikstal ask --help` tells the options");
    }
}

static bool text_take(struct options *o, const char *word, struct err *err)
{
    size_t n;

    o->compose.text = word;
    if (strcmp(word, "-") != 0)
        return true;
    n = fread(o->stdin_text, 1, sizeof(o->stdin_text) - 1, stdin);
    o->stdin_text[n] = 0;
    o->compose.text = o->stdin_text;
    return n <= AST_TEXT_MAX ||
           err_set(err, ERR_INVALID, "a question has at most %d bytes", AST_TEXT_MAX);
}

static bool options_read(int argc, char **argv, struct options *o, struct err *err)
{
    static const struct option known[] = {{"measure", required_argument, NULL, OPT_MEASURE},
                                          {"mode", required_argument, NULL, OPT_MODE},
                                          {"by", required_argument, NULL, OPT_BY},
                                          {"changes", required_argument, NULL, OPT_CHANGES},
                                          {"blind", no_argument, NULL, 'b'},
                                          {"sigma", required_argument, NULL, OPT_SIGMA},
                                          {"permit", required_argument, NULL, OPT_PERMIT},
                                          {"disease", required_argument, NULL, OPT_DISEASE},
                                          {"nodes", required_argument, NULL, OPT_NODES},
                                          {"wait", required_argument, NULL, OPT_WAIT},
                                          {"receipt", required_argument, NULL, OPT_RECEIPT},
                                          {"adds-up", no_argument, NULL, 'a'},
                                          {"dry-run", no_argument, NULL, 'd'},
                                          {"quiet", no_argument, NULL, 'q'},
                                          {"help", no_argument, NULL, 'h'},
                                          OUTPUT_OPTIONS,
                                          OUTPUT_SESSION_OPTIONS,
                                          {0}};
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1)
        if (!option_take(o, c, err))
            return false;
    if (o->helped)
        return true;
    if (optind + 1 != argc && (optind != argc || o->compose.measure == MEASURE_COUNT))
        return err_set(err, ERR_INVALID, "give one question, in quotes, or - for stdin");
    if (o->adds_up && o->compose.measure != MEASURE_COUNT)
        return err_set(err, ERR_INVALID, "--adds-up is for a count; a table always adds up");
    o->compose.life_s = o->wait_s + 30 < LIFE_LEAST_S ? LIFE_LEAST_S : o->wait_s + 30;
    return text_take(o, optind < argc ? argv[optind] : "", err);
}

/* ---- talking to the coordinator ---------------------------------------------------------------
 */

static char *body_make(const struct composed *composed, const struct options *o, int64_t wait_ms)
{
    cJSON *root = cJSON_CreateObject();
    bool ok = root != NULL;
    char *text;

    if (ok) {
        json_put_base64(root, "envelope", composed->envelope, composed->envelope_bytes, &ok);
        json_put_int(root, "deadline_ms", o->wait_s * 1000, &ok);
        json_put_int(root, "wait_ms", wait_ms, &ok);
    }
    text = ok ? cJSON_PrintUnformatted(root) : NULL;
    cJSON_Delete(root);
    return text;
}

static bool hand_in(const struct session *session, const struct composed *composed,
                    const struct options *o, int64_t wait_ms, cJSON **document, struct err *err)
{
    char *body = body_make(composed, o, wait_ms);
    struct http_call call = {.method = "POST",
                             .base = session->coordinator,
                             .path = "/api/v1/questions",
                             .body = body,
                             .timeout_ms = wait_ms + MARGIN_MS};
    bool ok;

    if (!body)
        return err_memory(err);
    ok = http_run_patiently(&call, PATIENCE_MS, document, err);
    cJSON_free(body);
    return ok;
}

static bool look_again(const struct session *session, const struct plan *plan, int64_t wait_ms,
                       cJSON **document, struct err *err)
{
    char id[2 * QUESTION_ID_BYTES + 1], path[128];
    struct http_call call = {.method = "GET",
                             .base = session->coordinator,
                             .path = path,
                             .timeout_ms = wait_ms + MARGIN_MS};

    hex_write(plan->id, sizeof(plan->id), id);
    snprintf(path, sizeof(path), "/api/v1/questions/%s?wait_ms=%lld", id, (long long)wait_ms);
    return http_run_patiently(&call, PATIENCE_MS, document, err);
}

static void withdraw(const struct session *session, const struct plan *plan)
{
    char id[2 * QUESTION_ID_BYTES + 1], path[128], code[48];
    struct http_call call = {
        .method = "DELETE", .base = session->coordinator, .path = path, .timeout_ms = MARGIN_MS};
    cJSON *none = NULL;
    struct err ignored;
    long status;

    http_resume();
    hex_write(plan->id, sizeof(plan->id), id);
    snprintf(path, sizeof(path), "/api/v1/questions/%s", id);
    if (http_run(&call, &none, &status, code, &ignored))
        fprintf(stderr, "\nwithdrawn: question %s\n", id);
    cJSON_Delete(none);
}

static void on_interrupt(int number)
{
    (void)number;
    /* NOLINTNEXTLINE(bugprone-signal-handler): it sets a flag, and nothing else */
    http_stop();
    signal(SIGINT, SIG_DFL); /* a second one leaves */
}

static void progress(const struct verified_report *verified_report, const struct plan *plan)
{
    fprintf(stderr, "\r\033[K%zu of %zu regions have answered, %zu waiting",
            verified_report->report->n_answered, plan->n_regions, verified_report->waiting);
    fflush(stderr);
}

struct asking {
    const struct session *session;
    const struct options *options;
    const struct roster *roster;
    struct composed composed;
    struct arena *arena; /* of the report last verified_report */
};

static bool verify_report_now(const struct asking *asking, const cJSON *document,
                              struct verified_report *out, struct err *err)
{
    struct verify_report_options options = {.plan = asking->composed.plan,
                                            .roster = asking->roster,
                                            .blind = asking->composed.blind,
                                            .now_s = clock_wall_s(),
                                            .adds_up = asking->options->adds_up};

    arena_clear(asking->arena);
    return verify_report(&options, document, asking->arena, out, err);
}

/* Until the coordinator says that the question is complete. */
static bool wait_for_all(const struct asking *asking, cJSON **document,
                         struct verified_report *verified_report, struct err *err)
{
    bool show = !asking->options->quiet && isatty(STDERR_FILENO);
    int64_t wait_ms = show ? LOOK_MS : LONG_MS;
    bool ok =
        hand_in(asking->session, &asking->composed, asking->options, wait_ms, document, err) &&
        verify_report_now(asking, *document, verified_report, err);

    while (ok && verified_report->open && !http_stopped()) {
        cJSON *newer = NULL;

        if (show)
            progress(verified_report, asking->composed.plan);
        gathered_clear(verified_report);
        ok = look_again(asking->session, asking->composed.plan, wait_ms, &newer, err);
        if (ok) {
            cJSON_Delete(*document);
            *document = newer;
            ok = verify_report_now(asking, *document, verified_report, err);
        }
    }
    if (show)
        fprintf(stderr, "\r\033[K");
    if (!http_stopped())
        return ok;
    withdraw(asking->session, asking->composed.plan);
    return err_set(err, ERR_UNAVAILABLE, "interrupted");
}

/* ---- the command ------------------------------------------------------------------------------
 */

static bool receipt_keep(const struct asking *asking, const cJSON *document, int64_t asked_s,
                         struct err *err)
{
    struct receipt receipt = {.question = asking->options->compose.text,
                              .asked_s = asked_s,
                              .envelope = asking->composed.envelope,
                              .envelope_bytes = asking->composed.envelope_bytes,
                              .document = (cJSON *)document};

    receipt.roster = roster_bytes(asking->roster, &receipt.roster_bytes);
    if (asking->composed.blind)
        receipt.blind = blind_secret_key(asking->composed.blind);
    if (!receipt_write(asking->options->receipt, &receipt, err))
        return err_wrap(err, "the answer has no receipt: ");
    if (receipt.blind)
        fprintf(stderr,
                "rikstal ask: %s holds the secret that opens this blind sum; keep it as you keep "
                "the answer\n",
                asking->options->receipt);
    return true;
}

/* The receipt first: a reader of stdout may leave in the middle, and a disk may be full. */
static bool answer_give(const struct asking *asking, const struct verified_report *verified_report,
                        const cJSON *document, int64_t asked_s, struct err *err)
{
    struct err printing;
    bool kept = !asking->options->receipt || receipt_keep(asking, document, asked_s, err);
    bool printed = output_report(verified_report->report, asking->options->form,
                                 asking->options->compose.text, asked_s, &printing);

    if (kept && !printed)
        *err = printing;
    return kept && printed;
}

static bool ask_all(const struct asking *asking, int *exit_code, struct err *err)
{
    int64_t asked_s = clock_wall_s();
    struct verified_report verified_report = {0};
    cJSON *document = NULL;
    bool ok;

    signal(SIGINT, on_interrupt);
    ok = wait_for_all(asking, &document, &verified_report, err) &&
         answer_give(asking, &verified_report, document, asked_s, err);
    if (ok)
        *exit_code = output_exit(verified_report.report);
    gathered_clear(&verified_report);
    cJSON_Delete(document);
    return ok;
}

static bool dry_run(const struct asking *asking, struct err *err)
{
    const struct composed *composed = &asking->composed;
    struct shape shape;
    struct estimate_plan quoted = {.plan = composed->plan,
                                   .shape = &shape,
                                   .question = asking->options->compose.text,
                                   .disease = composed->disease,
                                   .permit = composed->permit};

    return plan_shape(composed->plan->envelope, composed->plan->envelope_bytes,
                      asking->session->arena, &shape, err) &&
           estimate_print(&quoted, asking->options->form, err);
}

static bool ask_run(const struct options *o, int *exit_code, struct err *err)
{
    struct session session;
    struct asking asking = {.session = &session, .options = o};
    struct secret_key *key = NULL;
    struct roster *roster = NULL;
    struct ast ast;
    bool ok;

    if (!session_open(&o->session, &session, err))
        return false;
    ok = compose_parse(o->compose.text, session.arena, &ast, err) &&
         (session.key_path || err_set(err, ERR_INVALID, "no key: name its file with --key")) &&
         secret_key_read(session.key_path, &key, err) && session_roster(&session, &roster, err) &&
         compose(&session, &o->compose, roster, key, &asking.composed, err);
    asking.roster = roster;
    asking.arena = arena_new(REPORT_ARENA_BYTES);
    ok = ok && (asking.arena || err_memory(err));
    ok = ok && (o->dry_run ? dry_run(&asking, err) : ask_all(&asking, exit_code, err));
    arena_free(asking.arena);
    plan_free(asking.composed.plan);
    blind_free(asking.composed.blind);
    secret_key_free(key);
    roster_free(roster);
    session_close(&session);
    return ok;
}

int ask_command(int argc, char **argv)
{
    struct options options = {.compose = {.measure = MEASURE_COUNT, .sigma = 10, .permit = ""},
                              .wait_s = WAIT_DEFAULT_S};
    int exit_code = EXIT_OK;
    struct err err;

    if (!options_read(argc, argv, &options, &err))
        return cli_failed("ask", &err);
    if (options.helped) {
        fputs(help, stdout);
        output_measures();
        fputs(help_more, stdout);
        return EXIT_OK;
    }
    return ask_run(&options, &exit_code, &err) ? exit_code : cli_failed("ask", &err);
}
