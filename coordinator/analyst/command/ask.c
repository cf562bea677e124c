/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal ask: compose, send, wait, verify, add up, print. ask_run() has these steps in order.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/asking.h"
#include "coordinator/analyst/estimate.h"
#include "coordinator/analyst/output.h"
#include "coordinator/analyst/permitted.h"
#include "coordinator/analyst/precision.h"
#include "coordinator/analyst/roles.h"
#include "coordinator/analyst/waiting.h"
#include "coordinator/analyst/workbook.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/query/price.h"
#include "proto/query/protocol.h"
#include "proto/trust/purpose.h"
#include "proto/trust/role.h"

#define WAIT_DEFAULT_S 30
#define WAIT_MAX_S 480

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
    const char *xlsx;
    bool excel;
    bool quiet;
    long sigma;
    long sigma_undetermined;
    long sigma_total;
    uint32_t precision; /* in tenths of a percent; 0: not asked for */
    char stdin_text[AST_TEXT_MAX + 2];
};

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"measure", OPTION_READ, "M", "what to tell of them (default: count)", AT(compose.measure),
     .words = measure_word, .words_help = output_measure_help, .read = output_measure_read},
    {"by", OPTION_TEXT, "LIST",
     "breakdown by sex, age_band, birth_decade, assay (the widest of a person's: none, panel, "
     "exome, genome); costs as much as one count, and its total (--sigma-total)",
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
     AT(compose.mode), .words = mode_word, .read = output_mode_read},
    {"blind", OPTION_FLAG, NULL,
     "mode sum: with a key of yours in the question, so that the coordinator cannot add the sum up "
     "either; only this command can, and a receipt. Same figure, same price",
     AT(compose.blind)},
    {"sigma", OPTION_NUMBER, "S",
     "precision (default: 10, 20 for the role public); `rikstal price` tells the price", AT(sigma),
     .least = 1, .most = 1000, .words = price_sigma_word},
    {"sigma-undetermined", OPTION_NUMBER, "S",
     "precision of how many cannot be told, no finer than --sigma (default: 200). The coarser, the "
     "less is told of who was tested; the price is that of --sigma",
     AT(sigma_undetermined), .least = 1, .most = 1000, .words = price_sigma_word},
    {"sigma-total", OPTION_NUMBER, "S",
     "breakdown: precision of its total, which has a figure and a price of its own (default: the "
     "coarsest up to twice --sigma, a quarter more at sigma 5 and 10)",
     AT(sigma_total), .least = 1, .most = 1000, .words = price_sigma_word},
    {"precision", OPTION_READ, "P%",
     "a count as precise as this and no dearer: it is asked at sigma 50 first, and then, if its "
     "interval is wider than so much of the figure, at the coarsest sigma that will do, at the "
     "finest --sigma. Both are paid for",
     AT(precision), .read = precision_read, .example = "5%"},
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
    {"release", OPTION_TEXT, "NAME",
     "about this national release, 2026-11 (default: the newest that is open for the purpose; "
     "`rikstal releases` lists them): the same question has the same answer, and costs once, until "
     "it closes",
     AT(compose.release)},
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
    {"xlsx", OPTION_PATH, "FILE", "the lines of --csv as a workbook too, in this file", AT(xlsx)},
    {"everybody", OPTION_FLAG, NULL, "a count without a question, of everybody, is meant",
     AT(everybody)},
    {"dry-run", OPTION_FLAG, NULL,
     "say what would be asked, its price, how precise it will be, and which regions' policies "
     "allow it; ask nobody",
     AT(dry_run)},
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
        "  rikstal ask 'diagnosis under icd10:C50' --mode sum --precision 5%\n"
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
    o->compose.sigma_undetermined = (uint32_t)o->sigma_undetermined;
    o->compose.sigma_total = (uint32_t)o->sigma_total;
    if (o->protocol_path && (arguments->n > 0 || o->everybody))
        return err_set(err, ERR_INVALID, "give a question or --protocol, not both");
    if (arguments->n == 0 && o->compose.measure == MEASURE_COUNT && !o->everybody &&
        !o->protocol_path)
        return err_set(err, ERR_INVALID, "give one question, in quotes, or - for stdin");
    if (o->precision && (o->compose.measure != MEASURE_COUNT || o->dry_run))
        return err_set(err, ERR_INVALID, "--precision is for a count that is asked%s",
                       o->dry_run ? "; --dry-run asks nobody, `rikstal price` tells the widths"
                                  : "");
    if (o->adds_up && o->compose.measure != MEASURE_COUNT)
        return err_set(err, ERR_INVALID, "--adds-up is for a count; a table always adds up");
    o->compose.life_s = asking_life_s(o->wait_s);
    return text_take(o, arguments->n ? arguments->word[0] : "", err);
}

/* ---- the command ------------------------------------------------------------------------------
 */

static bool receipt_keep(const struct asking *asking, const char *path, const cJSON *document,
                         int64_t asked_s, struct err *err)
{
    struct receipt receipt = asking_receipt(asking, document, asked_s);

    if (!receipt_write(path, &receipt, err))
        return err_wrap(err, "the answer has no receipt: ");
    if (receipt.blind)
        fprintf(stderr,
                "rikstal ask: %s holds the secret that opens this blind sum; keep it as you keep "
                "the answer\n",
                path);
    return true;
}

/* The answer's lines, as a workbook in this file. */
static bool workbook_keep(const char *path, const struct report *report,
                          const struct output_asked *asked, struct err *err)
{
    struct output_asked plain = *asked;
    struct bytes lines = {0}, book = {0};
    bool ok;

    plain.mark = false;
    ok = output_render(report, OUTPUT_TSV, &plain, &lines, err) &&
         workbook_add((const char *)lines.data, lines.size, asked->asked_s, &book, err) &&
         file_write(path, book.data, book.size, 0666, err);
    bytes_clear(&lines);
    bytes_clear(&book);
    return ok;
}

/*
 * The receipt is written first, because a reader of stdout may close the pipe, and a disk may be
 * full.
 */
static bool answer_give(const struct asking *asking, const struct options *o,
                        const struct verified_report *verified_report, const cJSON *document,
                        int64_t asked_s, struct err *err)
{
    struct err printing;
    struct output_asked asked = {o->compose.text, asked_s, &asking->known.echo, o->excel};
    bool kept = (!o->receipt || receipt_keep(asking, o->receipt, document, asked_s, err)) &&
                (!o->xlsx || workbook_keep(o->xlsx, verified_report->report, &asked, err));
    bool printed = output_report(verified_report->report, o->form, &asked, &printing);

    if (kept && !printed)
        *err = printing;
    return kept && printed;
}

static bool ask_all(const struct asking *asking, const struct options *o, int *exit_code,
                    struct err *err)
{
    int64_t asked_s = clock_wall_s();
    struct verified_report verified_report = {0};
    cJSON *document = NULL;
    bool ok;

    ok = waiting_run(asking, o->quiet, &document, &verified_report, err) &&
         answer_give(asking, o, &verified_report, document, asked_s, err);
    if (ok)
        *exit_code = output_exit(verified_report.report);
    verified_report_clear(&verified_report);
    cJSON_Delete(document);
    return ok;
}

/* Which sigma the precision needs, by what the question at sigma 50 released. */
static void settle_sigma(struct options *o, const struct asking *asking,
                         const struct report *report)
{
    const struct figure *matched = report->total ? &report->total[CELL_MATCHED] : NULL;
    uint32_t finest = o->sigma ? (uint32_t)o->sigma : role_usual_sigma(asking->composed.plan->role);

    o->compose.sigma = PRECISION_SCOUT_SIGMA; /* without a total: the same again, for nothing */
    if (report->has_total && !report->sealed && report->half_width > 0)
        o->compose.sigma = precision_sigma(
            (struct precision_scout){matched->value, report->half_width}, o->precision, finest);
    if (!o->quiet)
        fprintf(stderr, "rikstal ask: asked at sigma %d; for %u.%u %% at sigma %u\n",
                PRECISION_SCOUT_SIGMA, o->precision / 10, o->precision % 10, o->compose.sigma);
}

/* Asks coarsely, and composes the question that is precise enough. */
static bool scout(struct asking *asking, struct options *o, struct err *err)
{
    struct verified_report verified_report = {0};
    cJSON *document = NULL;
    bool ok;

    if (o->sigma && !price_sigma_known((uint32_t)o->sigma))
        return err_set(err, ERR_INVALID, "--sigma takes " PRICE_SIGMA_LIST);
    o->compose.sigma = PRECISION_SCOUT_SIGMA;
    ok = asking_compose(asking, err) &&
         waiting_run(asking, o->quiet, &document, &verified_report, err);
    if (ok)
        settle_sigma(o, asking, verified_report.report);
    verified_report_clear(&verified_report);
    cJSON_Delete(document);
    return ok && asking_compose(asking, err);
}

/* What the policies will say, as far as the coordinator can be reached: else of no region. */
static cJSON *policy_of(const struct asking *asking, const struct shape *shape,
                        const struct ast *ast)
{
    const struct plan *plan = asking->composed.plan;
    const struct permission_asked asked = {.purpose = plan->purpose,
                                           .mode = plan->mode,
                                           .sigma = measure_finest(&shape->measure, plan->sigma),
                                           .measure = plan->measure,
                                           .breakdown = &shape->breakdown,
                                           .bins = shape->bins,
                                           .permit = asking->composed.permit != NULL,
                                           .root = ast->root};
    cJSON *board, *policy;
    struct err unreached;

    if (!session_fetch(asking->session, "/api/v1/nodes", false, &board, &unreached))
        board = NULL;
    policy = permitted_json(board, plan, &asked);
    cJSON_Delete(board);
    return policy;
}

static bool dry_run(const struct asking *asking, const struct ast *ast, enum output_form form,
                    struct err *err)
{
    const struct composed *composed = &asking->composed;
    struct shape shape;
    struct estimate_plan quoted = {.plan = composed->plan,
                                   .shape = &shape,
                                   .question = asking->compose->text,
                                   .echo = &asking->known.echo,
                                   .disease = composed->disease,
                                   .release = composed->release,
                                   .permit = composed->permit};
    cJSON *policy;
    bool ok;

    if (!plan_shape(composed->plan->envelope, composed->plan->envelope_bytes,
                    asking->session->arena, &shape, err))
        return false;
    policy = policy_of(asking, &shape, ast);
    quoted.policy = policy;
    ok = policy ? estimate_print(&quoted, form, err) : err_memory(err);
    cJSON_Delete(policy);
    return ok;
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

/* Nothing is signed or sent before the codes and genes of the question are known to a region. */
static bool ask_run(struct options *o, int *exit_code, struct err *err)
{
    struct session session;
    struct asking asking = {.session = &session, .compose = &o->compose, .adds_up = o->adds_up};
    struct ast ast;
    bool ok;

    if (!mark_is_used(o, err) || !session_open(&o->session, &session, err))
        return false;
    asking.wait_s = o->wait_s;
    ok = protocol_take(o, session.arena, err) &&
         compose_parse(o->compose.text, session.arena, &ast, err) && is_meant(o, &ast, err) &&
         asking_prepare(&asking, &ast, err) &&
         known_terms_judge(&asking.known, o->compose.text, err) &&
         (o->precision ? scout(&asking, o, err) : asking_compose(&asking, err)) &&
         (o->dry_run ? dry_run(&asking, &ast, o->form, err) : ask_all(&asking, o, exit_code, err));
    asking_close(&asking);
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
