#include <getopt.h>
#include <stdio.h>
#include <string.h>

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
    "Exit code 4 when the receipt does not verify.\n"
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

static bool receipt_check(const struct receipt *receipt, const struct roster *roster,
                          struct arena *arena, enum output_form form, struct err *err)
{
    struct gather_options options = {.roster = roster, .now_s = receipt->asked_s};
    struct gathered gathered;
    struct plan *plan;
    size_t bad;
    bool ok;

    if (!plan_of(receipt, roster, arena, &plan, err))
        return err_wrap(err, "the question of the receipt: ");
    options.plan = plan;
    ok = gather(&options, receipt->document, arena, &gathered, err);
    if (ok) {
        bad = not_verified(gathered.report);
        ok = output_report(gathered.report, form, receipt->question, receipt->asked_s, err) &&
             (bad == 0 || err_set(err, ERR_DENIED, "%zu answer%s of the receipt do not verify", bad,
                                  bad == 1 ? "" : "s"));
        gathered_clear(&gathered);
    }
    plan_free(plan);
    return ok;
}

static bool verify_run(const struct session_options *options, const char *path,
                       enum output_form form, struct err *err)
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
         receipt_check(&receipt, roster, session.arena, form, err);
    roster_free(roster);
    cJSON_Delete(receipt.document);
    session_close(&session);
    return ok;
}

int verify_command(int argc, char **argv)
{
    static const struct option known[] = {
        {"help", no_argument, NULL, 'h'}, OUTPUT_OPTIONS, OUTPUT_SESSION_OPTIONS, {0}};
    struct session_options session = {0};
    enum output_form form = OUTPUT_AUTO;
    struct err err;
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (c == 'h') {
            fputs(help, stdout);
            return EXIT_OK;
        }
        if (!output_option(c, &form, &session)) {
            err_set(&err, ERR_INVALID, "`rikstal verify --help` tells the options");
            return cli_failed("verify", &err);
        }
    }
    if (optind + 1 != argc) {
        err_set(&err, ERR_INVALID, "give one receipt");
        return cli_failed("verify", &err);
    }
    return verify_run(&session, argv[optind], form, &err) ? EXIT_OK : cli_failed("verify", &err);
}
