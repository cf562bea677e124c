/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal ask: compose, send, wait, verify, add up, print. ask_run() has these steps in order.
 */
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
#include "coordinator/analyst/known_terms.h"
#include "coordinator/analyst/output.h"
#include "coordinator/analyst/receipt.h"
#include "coordinator/analyst/roles.h"
#include "coordinator/analyst/session.h"
#include "coordinator/analyst/verify_report.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/query/disease.h"
#include "proto/query/explain.h"
#include "proto/query/price.h"
#include "proto/query/protocol.h"
#include "proto/trust/purpose.h"
#include "proto/trust/role.h"

#define WAIT_DEFAULT_S 30
#define WAIT_MAX_S 480
#define LIFE_LEAST_S 60
#define LOOK_MS 1000      /* how often a terminal's progress line is updated */
#define LONG_MS 20000     /* longest wait of one HTTP call */
#define MARGIN_MS 5000    /* time for HTTP beyond the wait that the coordinator was asked for */
#define PATIENCE_MS 15000 /* how long the coordinator may be unreachable during a question */

#define REPORT_ARENA_BYTES ((size_t)128 << 20)

struct options {
    struct session_options session;
    struct compose_options compose;
    enum output_form form;
    const char *receipt;
    const char *protocol_path;
    const char *from;
    const char *to;
    const char *exposure;
    const char *outcome;
    struct protocol protocol;
    long wait_s;
    bool adds_up;
    bool dry_run;
    bool everybody;
    bool excel;
    bool quiet;
    long sigma;
    char stdin_text[AST_TEXT_MAX + 2];
};

static bool mode_take(const char *text, void *mode, struct err *err)
{
    return mode_read(text, mode, err);
}

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"measure", OPTION_READ, "M", "what to tell of them (default: count)", AT(compose.measure),
     .words = measure_word, .words_help = output_measure_help, .read = output_measure_read},
    {"by", OPTION_TEXT, "LIST",
     "breakdown by sex, age_band, birth_decade, assay (the widest of a person's: none, panel, "
     "exome, genome); costs as much as one count",
     AT(compose.by)},
    {"changes", OPTION_TEXT, "LIST",
     "frequency of 1 to 100 changes, GRCh38:17-43044295-G-A; each costs as much as one count. "
     "Without a question: among everybody",
     AT(compose.changes)},
    {"protocol", OPTION_PATH, "FILE",
     "the question is a trial's criteria, a line each: I1 adult: age >= 18 for who is included, E1 "
     "name: ... for who is excluded. With --measure funnel who is left after each, for the price "
     "of "
     "one count",
     AT(protocol_path)},
    {"from", OPTION_TEXT, "EVENT",
     "timeline, histogram, survival: the first event of a person, as in 'diagnosis under "
     "icd10:C50'; the "
     "question, if any, says among whom",
     AT(from)},
    {"to", OPTION_TEXT, "EVENT",
     "histogram of days, survival: the first such event on that day or later, or 'deceased = yes'",
     AT(to)},
    {"exposure", OPTION_TEXT, "Q",
     "association: who is exposed, as in 'gene = BRCA1'; the question, if any, says among whom",
     AT(exposure)},
    {"outcome", OPTION_TEXT, "Q", "association: who has the outcome", AT(outcome)},
    {"period", OPTION_TEXT, "P",
     "timeline: 2019-01..2023-12 by month, 2019Q1..2023Q4 by quarter, 2019..2023 by year; costs as "
     "much as one count",
     AT(compose.period)},
    {"bins", OPTION_TEXT, "LIST",
     "histogram: edges of ages in years, or with --from and --to, and for survival, of days: "
     "0,18,40,65 or "
     "0..120/10; costs as much as one count",
     AT(compose.bins)},
    {"mode", OPTION_READ, "M",
     "regions: every region's own noised figure is shown; sum: the total alone, far more precise, "
     "and no region's own figure leaves it (default: regions, sum for the roles public and "
     "sponsor)",
     AT(compose.mode), .words = mode_word, .read = mode_take},
    {"blind", OPTION_FLAG, NULL,
     "mode sum: with a key of yours in the question, so that the coordinator cannot add the sum up "
     "either; only this command can, and a receipt. Same figure, same price",
     AT(compose.blind)},
    {"sigma", OPTION_NUMBER, "S",
     "precision (default: 10, 20 for the role public); `rikstal price` tells the price", AT(sigma),
     .least = 1, .most = 1000, .words = price_sigma_word},
    {"role", OPTION_TEXT, "R", "as which of your roles (default: your first)", AT(session.role),
     .words = role_word},
    {"purpose", OPTION_TEXT, "P",
     "what for (default: what the default policy allows the role: research, trial-feasibility, "
     "statistics, care-quality); each region's policy decides",
     AT(session.purpose), .words = purpose_word},
    {"disease", OPTION_TEXT, "CODE",
     "the disease that the research is on (icd10:C50, orpha:558, mondo, omim, hp): counts also who "
     "permits research on it alone, or on one above it",
     AT(compose.disease)},
    {"permit", OPTION_TEXT, "ID",
     "the permit or ethics approval that covers this question; it must be your organisation's in "
     "the roster, and hold now. With --dry-run its end is told",
     AT(compose.permit)},
    {"nodes", OPTION_TEXT, "LIST",
     "only these: 01,12 or Skåne,Uppsala (default: all; of a question about `region` those that it "
     "allows, and nobody else pays)",
     AT(compose.nodes)},
    {"wait", OPTION_NUMBER, "S", "give the regions so many seconds (default: 30)", AT(wait_s),
     .least = 1, .most = WAIT_MAX_S},
    {"adds-up", OPTION_FLAG, NULL,
     "let the printed regions of a count add up to the printed total; what they lack of it is what "
     "those below the threshold hold together",
     AT(adds_up)},
    {"receipt", OPTION_PATH, "FILE",
     "keep question, answers and roster, for `rikstal verify`; of a blind sum its secret too: then "
     "the file is as secret as the answer",
     AT(receipt)},
    {"everybody", OPTION_FLAG, NULL, "a count without a question, of everybody, is meant",
     AT(everybody)},
    {"dry-run", OPTION_FLAG, NULL,
     "say what would be asked, its price and how precise it will be; ask nobody", AT(dry_run)},
    OUTPUT_JSON_SPEC(struct options, "one JSON object (schemas/answer.json)"),
    OUTPUT_CSV_SPEC(struct options),
    OUTPUT_TSV_SPEC(struct options),
    OUTPUT_TABLE_SPEC(struct options),
    {"excel", OPTION_FLAG, NULL, "begin CSV and TSV with the UTF-8 mark (Excel reads å, ä, ö)",
     AT(excel)},
    {"quiet", OPTION_FLAG, NULL, "no progress", AT(quiet)},
    OUTPUT_CONFIG_SPEC(struct options),
    OUTPUT_COORDINATOR_SPEC(struct options),
    OUTPUT_KEY_SPEC(struct options),
    OUTPUT_ROOTS_SPEC(struct options),
};

static const struct option_words words[] = {
    {NULL, "['QUESTION']", "at most one question, in quotes, or - for stdin", 0, 1, NULL}};

const struct option_table ask_table = {
    .command = "rikstal ask",
    .about =
        "Ask every region how many persons are like this. The question is signed with your key; "
        "each\n"
        "region decides, pays from its privacy budget, adds noise and signs its answer; this "
        "command\n"
        "verifies every signature and adds the total itself. The question - is read from standard\n"
        "input; all measures but count may have none: of everybody.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .details =
        "A question that was asked before has the same figures and costs nothing: ask again "
        "whatever\n"
        "was interrupted. Ctrl-C withdraws the question, a second one leaves at once; what "
        "regions\n"
        "had answered is paid and kept. The members of --json are in the schema of the answers\n"
        "(schemas/answer.json).\n"
        "\n"
        "Examples:\n"
        "  rikstal ask 'diagnosis under icd10:C50 and age >= 18'\n"
        "  rikstal ask 'variant(gene = BRCA1 and consequence in (lof)) and sex = female' --sigma "
        "5\n"
        "  rikstal ask 'diagnosis under icd10:E75' --mode sum --sigma 5\n"
        "  rikstal ask 'diagnosis under icd10:C50' --measure breakdown --by sex,age_band\n"
        "  rikstal ask --measure frequency \\\n"
        "      --changes GRCh38:17-43044295-G-A,GRCh38:13-32316461-A-T\n"
        "  rikstal ask --measure funnel --protocol trial.txt --mode sum\n"
        "  rikstal ask --measure timeline --from 'diagnosis under icd10:C50' --period "
        "2019Q1..2023Q4\n"
        "  rikstal ask --measure survival --from 'diagnosis under icd10:C34' --to 'deceased = yes' "
        "\\\n"
        "      --bins 0..1800/90 --mode sum\n"
        "  rikstal ask --measure association --exposure 'gene = BRCA1' --outcome 'diagnosis under "
        "icd10:C50'\n"
        "  rikstal ask 'diagnosis under icd10:C50' --measure histogram --bins 0,18,40,65",
    .exits = "0 all regions answered, 2 the question has mistakes, 3 some did not answer,\n"
             "4 refused, 5 budget exhausted, 7 unreachable or interrupted; 1 any other failure.",
    .complete = analyst_complete,
};

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

static bool options_settle(struct options *o, const struct arguments *arguments, struct err *err)
{
    o->compose.sigma = (uint32_t)o->sigma;
    if (o->protocol_path && (arguments->n > 0 || o->everybody))
        return err_set(err, ERR_INVALID, "give a question or --protocol, not both");
    if (arguments->n == 0 && o->compose.measure == MEASURE_COUNT && !o->everybody &&
        !o->protocol_path)
        return err_set(err, ERR_INVALID, "give one question, in quotes, or - for stdin");
    if (o->adds_up && o->compose.measure != MEASURE_COUNT)
        return err_set(err, ERR_INVALID, "--adds-up is for a count; a table always adds up");
    o->compose.life_s = o->wait_s + 30 < LIFE_LEAST_S ? LIFE_LEAST_S : o->wait_s + 30;
    return text_take(o, arguments->n ? arguments->word[0] : "", err);
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

    bytes_to_hex(plan->id, sizeof(plan->id), id);
    snprintf(path, sizeof(path), "/api/v1/questions/%s?wait_ms=%lld", id, (long long)wait_ms);
    return session_token(session, &call.token, err) &&
           http_run_patiently(&call, PATIENCE_MS, document, err);
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
    bytes_to_hex(plan->id, sizeof(plan->id), id);
    snprintf(path, sizeof(path), "/api/v1/questions/%s", id);
    if (session_token(session, &call.token, &ignored) &&
        http_run(&call, &none, &status, code, &ignored))
        fprintf(stderr, "\nwithdrawn: question %s\n", id);
    cJSON_Delete(none);
}

static void on_interrupt(int number)
{
    (void)number;
    /* NOLINTNEXTLINE(bugprone-signal-handler): it only sets a flag */
    http_stop();
    signal(SIGINT, SIG_DFL); /* a second signal ends the program */
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
    struct known_terms known;
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

/* Waits until the coordinator says that the question is complete. */
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
        verified_report_clear(verified_report);
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

/*
 * The receipt is written first, because a reader of stdout may close the pipe, and a disk may be
 * full.
 */
static bool answer_give(const struct asking *asking, const struct verified_report *verified_report,
                        const cJSON *document, int64_t asked_s, struct err *err)
{
    struct err printing;
    bool kept = !asking->options->receipt || receipt_keep(asking, document, asked_s, err);
    struct output_asked asked = {asking->options->compose.text, asked_s, &asking->known.echo,
                                 asking->options->excel};
    bool printed = output_report(verified_report->report, asking->options->form, &asked, &printing);

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
    verified_report_clear(&verified_report);
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
                                   .echo = &asking->known.echo,
                                   .disease = composed->disease,
                                   .permit = composed->permit};

    return plan_shape(composed->plan->envelope, composed->plan->envelope_bytes,
                      asking->session->arena, &shape, err) &&
           estimate_print(&quoted, asking->options->form, err);
}

/*
 * An empty question counts everybody. Most often its text was lost on the way, so it needs a flag.
 */
static bool is_meant(const struct options *o, const struct ast *ast, struct err *err)
{
    return ast->root->kind != AST_ALL || o->compose.measure != MEASURE_COUNT || o->everybody ||
           err_set(err, ERR_INVALID,
                   "the question is empty; a count of everybody is asked for by --everybody");
}

/* Sets the echo to the nodes that are asked. */
static void echo_of_asked(struct known_terms *known, const struct plan *plan)
{
    known->echo.nodes = 0;
    for (size_t i = 0; i < plan->n_regions; i++)
        for (size_t k = 0; k < known->n_nodes; k++)
            if (strcmp(known->ids[k], plan->region[i]) == 0)
                known->echo.nodes |= UINT64_C(1) << k;
}

/* Nothing is signed or sent before the codes and genes of the question are known to a region. */
static bool terms_are_known(struct asking *asking, const struct ast *ast, struct err *err)
{
    const char *disease_text = asking->options->compose.disease;
    struct code disease;

    if (!known_terms_fetch(asking->session, asking->roster, ast, &asking->known, err) ||
        !known_terms_judge(&asking->known, asking->options->compose.text, err))
        return false;
    return !disease_text || !disease_parse(disease_text, &disease, err) ||
           known_terms_disease(asking->session, asking->roster, &disease, err);
}

/* The mark is for a file that Excel opens. */
static bool mark_is_used(const struct options *o, struct err *err)
{
    enum output_form form = output_settle(o->form);

    return !o->excel || (!o->dry_run && (form == OUTPUT_CSV || form == OUTPUT_TSV)) ||
           err_set(err, ERR_INVALID,
                   "--excel marks CSV and TSV alone: give it with --csv or --tsv%s",
                   o->dry_run ? ", and not with --dry-run" : "");
}

/* The question of a protocol is made of its lines, that of bins of events and of whom it is asked.
 */
static bool protocol_take(struct options *o, struct arena *arena, struct err *err)
{
    struct roles roles = {o->from, o->to, o->exposure, o->outcome, o->compose.text};

    if (!roles_suit(&roles, o->compose.measure, err))
        return false;
    if (!o->protocol_path && !roles_given(&roles))
        return true;
    if (o->protocol_path ? !compose_protocol(o->protocol_path, arena, &o->protocol, err)
                         : !roles_compose(&roles, arena, &o->protocol, err))
        return false;
    o->compose.protocol = &o->protocol;
    o->compose.text = o->protocol.question;
    return true;
}

static bool ask_run(struct options *o, int *exit_code, struct err *err)
{
    struct session session;
    struct asking asking = {.session = &session, .options = o};
    struct secret_key *key = NULL;
    struct roster *roster = NULL;
    struct ast ast;
    bool ok;

    if (!mark_is_used(o, err) || !session_open(&o->session, &session, err))
        return false;
    ok = protocol_take(o, session.arena, err) &&
         compose_parse(o->compose.text, session.arena, &ast, err) && is_meant(o, &ast, err) &&
         (session.key_path || err_set(err, ERR_INVALID, "no key: name its file with --key")) &&
         secret_key_read(session.key_path, &key, err) && session_roster(&session, &roster, err);
    asking.roster = roster;
    ok = ok && terms_are_known(&asking, &ast, err) &&
         compose(&session, &o->compose, roster, key, &asking.composed, err);
    if (ok)
        echo_of_asked(&asking.known, asking.composed.plan);
    asking.arena = arena_new(REPORT_ARENA_BYTES);
    ok = ok && (asking.arena || err_memory(err));
    ok = ok && (o->dry_run ? dry_run(&asking, err) : ask_all(&asking, exit_code, err));
    arena_free(asking.arena);
    known_terms_clear(&asking.known);
    plan_free(asking.composed.plan);
    blind_free(asking.composed.blind);
    secret_key_free(key);
    roster_free(roster);
    session_close(&session);
    return ok;
}

int ask_command(int argc, char **argv)
{
    struct options options = {.compose = {.measure = MEASURE_COUNT, .permit = ""},
                              .wait_s = WAIT_DEFAULT_S};
    struct arguments arguments;
    int exit_code = EXIT_OK;
    struct err err;

    if (!arguments_read(&ask_table, argc, argv, &options, &arguments, &exit_code))
        return exit_code;
    return options_settle(&options, &arguments, &err) && ask_run(&options, &exit_code, &err)
               ? exit_code
               : arguments_failed(&ask_table, &err);
}
