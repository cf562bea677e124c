/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/output.h"
#include "coordinator/analyst/receipt.h"
#include "coordinator/analyst/verify_receipt.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"

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

static void tell_asker(const Rikstal__V1__Question *q)
{
    fprintf(stderr,
            "rikstal verify: asked by %s of %s as %s, for %s%s%s; roster version %llu of %s\n",
            q->analyst, q->organisation, q->role, q->purpose, *q->permit ? ", permit " : "",
            q->permit, (unsigned long long)q->roster_version, q->network);
}

static bool report_print(const struct verified_receipt *question, enum output_form form,
                         int *exit_code, struct err *err)
{
    const struct report *report = question->report.report;
    size_t bad = question->n_bad;
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
    struct verified_receipt verified;
    bool ok;

    if (!verify_receipt(receipt, roster, arena, &verified, err))
        return false;
    ok = report_print(&verified, form, exit_code, err);
    verified_receipt_clear(&verified);
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
