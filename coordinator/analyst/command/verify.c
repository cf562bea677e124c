/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/blind.h"
#include "coordinator/analyst/output.h"
#include "coordinator/analyst/receipt.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/query/canon.h"
#include "proto/query/named_set.h"
#include "proto/query/parse.h"
#include "proto/query/print.h"
#include "proto/query/wire.h"
#include "proto/trust/envelope.h"

static const struct option_spec specs[] = {
    OUTPUT_JSON_SPEC(struct output_chosen, "one JSON object (schemas/answer.json)"),
    OUTPUT_CSV_SPEC(struct output_chosen),
    OUTPUT_TSV_SPEC(struct output_chosen),
    OUTPUT_TABLE_SPEC(struct output_chosen),
    OUTPUT_ROOTS_SPEC(struct output_chosen),
    OUTPUT_CONFIG_SPEC(struct output_chosen),
};

static const struct option_words words[] = {{NULL, "RECEIPT", "one receipt", 1, 1, NULL}};

const struct option_table verify_table = {
    .command = "rikstal verify",
    .about =
        "Check the receipt of an answer (`rikstal ask --receipt`), offline: that the roster "
        "carries\n"
        "the pinned root keys' signatures; that an analyst of it signed the question, or one whom "
        "an\n"
        "organisation of it had certified for that time; that each region signed its answer to "
        "this\n"
        "very question; of a sum, who took part, by their signatures. Then add the total up again\n"
        "and print it. Question, asker and time are printed as they were signed. The roster is "
        "that\n"
        "of the receipt's time: an older one than `rikstal ask` would take is no fault.\n"
        "\n"
        "Of a blind sum the receipt of who asked has the secret that opens it. In a copy without "
        "it\n"
        "(\"blind_secret\" taken out) the signatures are checked and there is no total.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 all that was asked is there and holds; 2 it is no receipt; 3 a region that was\n"
             "asked has no answer in it (nobody signs that there was none), or a blind sum has no\n"
             "secret; 4 it does not verify; 1 any other failure.",
};

/* Prints the signed question, and nothing that only the receipt claims about it. */
struct signed_question {
    const Rikstal__V1__Question *message;
    struct plan *plan;
    const char *text;
};

/* Compares canonical bytes, because a reworded question is the same question. */
static bool same_question(const struct ast *a, const struct ast *b)
{
    struct bytes one = {0}, other = {0};
    struct err ignored;
    bool same = canon_criterion(a, &one, &ignored) && canon_criterion(b, &other, &ignored) &&
                !one.failed && !other.failed && one.size == other.size &&
                memcmp(one.data, other.data, one.size) == 0;

    bytes_clear(&one);
    bytes_clear(&other);
    return same;
}

/* Its named sets are those that were signed. */
static bool parse_told(const char *text, const struct ast *as_signed, struct arena *arena,
                       struct ast *out)
{
    struct diagnostics found;
    struct named_sets sets;
    struct err ignored;

    return named_library_of(as_signed->root, arena, &sets, &ignored) &&
           parse_with_sets(text, strlen(text), &sets, arena, out, &found);
}

/* The text beside the signed question is not signed, so it must at least be the same question. */
static bool text_of(const struct receipt *receipt, struct arena *arena, struct signed_question *out,
                    struct err *err)
{
    struct bytes text = {0};
    struct ast as_signed, as_told;
    bool printed;

    if (!wire_decode(out->message->criterion, out->message->n_criterion, arena, &as_signed, err))
        return false;
    if (receipt->question[0] && (!parse_told(receipt->question, &as_signed, arena, &as_told) ||
                                 !same_question(&as_signed, &as_told)))
        return err_set(err, ERR_DENIED, "its text is not the one that was signed");
    print(&as_signed, &text);
    bytes_add_u8(&text, 0);
    out->text = text.failed ? NULL : arena_strdup(arena, (const char *)text.data);
    printed = out->text != NULL;
    bytes_clear(&text);
    return printed || err_memory(err);
}

/* Checks as of the time of the receipt, which must be within the question's validity. */
static bool question_of(const struct receipt *receipt, const struct roster *roster,
                        struct arena *arena, struct signed_question *out, struct err *err)
{
    Rikstal__V1__Envelope *envelope;
    struct question question;

    if (!envelope_parse(receipt->envelope, receipt->envelope_bytes, arena, &envelope, err) ||
        !question_check(envelope, (struct roster_view){roster, NULL, receipt->asked_s}, arena,
                        &question, err))
        return false;
    out->message = question.message;
    return text_of(receipt, arena, out, err) &&
           plan_new(&question, roster, receipt->envelope, receipt->envelope_bytes, &out->plan, err);
}

static size_t not_verified(const struct report *report)
{
    size_t n = 0;

    for (size_t i = 0; i < report->n_regions; i++)
        n += strcmp(report->region[i].is.code, "not-verified") == 0 ||
             strcmp(report->region[i].is.code, "no-sum") == 0; /* it sent a vector, but there is no
                                                                * valid list */
    return n;
}

static void tell_asker(const Rikstal__V1__Question *q)
{
    fprintf(stderr,
            "rikstal verify: asked by %s of %s as %s, for %s%s%s; roster version %llu of %s\n",
            q->analyst, q->organisation, q->role, q->purpose, *q->permit ? ", permit " : "",
            q->permit, (unsigned long long)q->roster_version, q->network);
}

static bool report_print(const struct signed_question *question, const struct report *report,
                         enum output_form form, int *exit_code, struct err *err)
{
    size_t bad = not_verified(report);

    struct output_asked asked = {.question = question->text,
                                 .asked_s = question->message->not_before};

    if (!output_report(report, form, &asked, err))
        return false;
    if (bad > 0)
        return err_set(err, ERR_DENIED, "%zu answer%s of the receipt do not verify", bad,
                       bad == 1 ? "" : "s");
    tell_asker(question->message);
    if (report->sealed)
        fprintf(stderr, "rikstal verify: the signatures hold; this copy has not the secret of the "
                        "blind sum, so nobody can add it up from it\n");
    if (report->sealed || report->n_answered < report->n_regions)
        *exit_code = EXIT_PARTIAL;
    return true;
}

static bool receipt_check(const struct receipt *receipt, const struct roster *roster,
                          struct arena *arena, enum output_form form, int *exit_code,
                          struct err *err)
{
    struct verify_report_options options = {.roster = roster, .now_s = receipt->asked_s};
    struct signed_question question = {0};
    struct blind *blind = NULL;
    struct verified_report verified_report;
    bool ok;

    if (!question_of(receipt, roster, arena, &question, err))
        return err_wrap(err, "the question of the receipt: ");
    options.plan = question.plan;
    options.blind = blind = receipt->blind ? blind_of(receipt->blind) : NULL;
    ok = (blind || !receipt->blind || err_memory(err)) &&
         verify_report(&options, receipt->document, arena, &verified_report, err);
    if (ok) {
        ok = report_print(&question, verified_report.report, form, exit_code, err);
        verified_report_clear(&verified_report);
    }
    blind_free(blind);
    plan_free(question.plan);
    return ok;
}

static bool verify_run(const struct session_options *options, const char *path,
                       enum output_form form, int *exit_code, struct err *err)
{
    struct receipt receipt = {0};
    struct session session;
    struct roster *roster = NULL;
    struct root_keys roots;
    bool ok;

    if (!session_open(options, &session, err))
        return false;
    ok = (session.roots_path || err_set(err, ERR_INVALID, "name --roots FILE")) &&
         root_keys_read(session.roots_path, &roots, err) &&
         receipt_read(path, session.arena, &receipt, err) &&
         roster_open((struct bytes_view){receipt.roster, receipt.roster_bytes}, &roots, NULL, 0,
                     &roster, err) &&
         receipt_check(&receipt, roster, session.arena, form, exit_code, err);
    roster_free(roster);
    cJSON_Delete(receipt.document);
    session_close(&session);
    return ok;
}

int verify_command(int argc, char **argv)
{
    struct output_chosen chosen = {.form = OUTPUT_AUTO};
    struct arguments arguments;
    int exit_code = EXIT_OK;
    struct err err;

    if (!arguments_read(&verify_table, argc, argv, &chosen, &arguments, &exit_code))
        return exit_code;
    return verify_run(&chosen.session, arguments.word[0], chosen.form, &exit_code, &err)
               ? exit_code
               : arguments_failed(&verify_table, &err);
}
