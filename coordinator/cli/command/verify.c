#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/cli/blind.h"
#include "coordinator/cli/cli.h"
#include "coordinator/cli/output.h"
#include "coordinator/cli/receipt.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/trust/envelope.h"

static const char help[] =
    "Usage: rikstal verify RECEIPT [OPTION...]\n"
    "\n"
    "Check the receipt of an answer (`rikstal ask --receipt`), offline: that the roster carries "
    "the\n"
    "pinned root keys' signatures, that an analyst of it signed the question, that each region\n"
    "signed its answer to this very question; then add the total up again and print it.\n"
    "Exit code 4 when the receipt does not verify. The roster is that of the receipt's time: an\n"
    "older one than `rikstal ask` would take is no fault.\n"
    "\n"
    "Of a blind sum the receipt of who asked has the secret that opens it. In a copy without it\n"
    "(\"blind_secret\" taken out) the signatures are checked and there is no total: exit code 3.\n"
    "\n"
    "  --json, --csv, --tsv, --table\n"
    "  --roots FILE      the pinned root keys (default: the configuration's)\n"
    "  --config FILE     configuration\n";

/* The question as it was signed, checked as of the time of the receipt. */
static bool plan_of(const struct receipt *receipt, const struct roster *roster, struct arena *arena,
                    struct plan **plan, struct err *err)
{
    Rikstal__V1__Envelope *envelope;
    struct question question;

    return envelope_parse(receipt->envelope, receipt->envelope_bytes, arena, &envelope, err) &&
           question_check(envelope, roster, NULL, receipt->asked_s, arena, &question, err) &&
           plan_new(&question, roster, receipt->envelope, receipt->envelope_bytes, plan, err);
}

static size_t not_verified(const struct report *report)
{
    size_t n = 0;

    for (size_t i = 0; i < report->n_regions; i++)
        n += strcmp(report->region[i].code, "not-verified") == 0 ||
             strcmp(report->region[i].code, "no-sum") == 0; /* a vector and no right list */
    return n;
}

static bool report_print(const struct receipt *receipt, const struct gathered *gathered,
                         enum output_form form, int *exit_code, struct err *err)
{
    size_t bad = not_verified(gathered->report);

    if (!output_report(gathered->report, form, receipt->question, receipt->asked_s, err))
        return false;
    if (bad > 0)
        return err_set(err, ERR_DENIED, "%zu answer%s of the receipt do not verify", bad,
                       bad == 1 ? "" : "s");
    if (gathered->report->sealed) {
        fprintf(stderr, "rikstal verify: the signatures hold; this copy has not the secret of the "
                        "blind sum, so nobody can add it up from it\n");
        *exit_code = EXIT_PARTIAL;
    }
    return true;
}

static bool receipt_check(const struct receipt *receipt, const struct roster *roster,
                          struct arena *arena, enum output_form form, int *exit_code,
                          struct err *err)
{
    struct gather_options options = {.roster = roster, .now_s = receipt->asked_s};
    struct blind *blind = NULL;
    struct gathered gathered;
    struct plan *plan;
    bool ok;

    if (!plan_of(receipt, roster, arena, &plan, err))
        return err_wrap(err, "the question of the receipt: ");
    options.plan = plan;
    options.blind = blind = receipt->blind ? blind_of(receipt->blind) : NULL;
    ok = (blind || !receipt->blind || err_set(err, ERR_INTERNAL, "no memory for a secret")) &&
         gather(&options, receipt->document, arena, &gathered, err);
    if (ok) {
        ok = report_print(receipt, &gathered, form, exit_code, err);
        gathered_clear(&gathered);
    }
    blind_free(blind);
    plan_free(plan);
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
         roster_open(receipt.roster, receipt.roster_bytes, &roots, NULL, 0, &roster, err) &&
         receipt_check(&receipt, roster, session.arena, form, exit_code, err);
    roster_free(roster);
    cJSON_Delete(receipt.document);
    session_close(&session);
    return ok;
}

int verify_command(int argc, char **argv)
{
    struct output_chosen chosen = {.form = OUTPUT_AUTO};
    int exit_code = EXIT_OK;
    struct err err;

    if (!output_options(argc, argv, &chosen, &err))
        return cli_failed("verify", &err);
    if (chosen.helped) {
        fputs(help, stdout);
        return EXIT_OK;
    }
    if (optind + 1 != argc) {
        err_set(&err, ERR_INVALID, "give one receipt");
        return cli_failed("verify", &err);
    }
    return verify_run(&chosen.session, argv[optind], chosen.form, &exit_code, &err)
               ? exit_code
               : cli_failed("verify", &err);
}
