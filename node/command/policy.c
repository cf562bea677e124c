/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy: what may be asked here, in words, and what a question would release and cost; the verbs
 * of signatures are in policy_signed.c. A preview reads the policy and the question, never the
 * data: it knows no true figure.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/command/commands.h"
#include "node/command/policy_signed.h"
#include "node/keeper/consent_rules.h"
#include "node/keeper/home.h"
#include "node/keeper/slot.h"
#include "node/privacy/ledger.h"
#include "node/privacy/policy.h"
#include "node/snapshot/manifest.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/base/sql.h"
#include "proto/base/words.h"
#include "proto/query/disease.h"
#include "proto/query/explain.h"
#include "proto/query/explain_shape.h"
#include "proto/query/mode.h"
#include "proto/query/parse.h"
#include "proto/query/price.h"
#include "proto/trust/purpose.h"
#include "proto/trust/role.h"

#define PATH_BYTES 4096
#define ARENA_BYTES ((size_t)16 << 20)

/* POLICY_CHECK and further are those of policy_signed.h. */
enum { SHOW = POLICY_SIGNED_VERBS, STOP, START, PREVIEW };

struct request {
    const char *dir;
    const char *by;      /* a breakdown's dimensions */
    const char *changes; /* a frequency's */
    const char *disease;
    struct shape shape; /* of what would be released */
    struct policy_request ask;
    struct policy_limits limits;     /* of the policy */
    struct policy_signed_options of; /* of sign, check and install */
};

static void print_line(const char *text, void *context)
{
    (void)context;
    printf("%s\n", text);
}

static bool path_in(const char *dir, const char *name, char path[static PATH_BYTES],
                    struct err *err)
{
    int size = snprintf(path, PATH_BYTES, "%s/%s", dir, name);

    return (size > 0 && size < PATH_BYTES) ||
           err_set(err, ERR_INVALID, "the folder's name is too long");
}

static bool read_policy(const char *dir, struct policy **policy, struct err *err)
{
    char path[PATH_BYTES];

    if (!dir)
        return policy_parse(policy_default, strlen(policy_default), policy, err);
    return path_in(dir, "policy.json", path, err) && policy_read(path, policy, err);
}

/* Explains the policy in this file; file NULL: the policy of the folder, or the default one. */
static bool show(const char *file, const char *dir, struct err *err)
{
    struct policy *policy;

    if (!(file ? policy_read(file, &policy, err) : read_policy(dir, &policy, err)))
        return false;
    policy_explain(policy, print_line, NULL);
    policy_free(policy);
    return true;
}

/* ---- stop and start -------------------------------------------------------------------------- */

/* DIR/stopped, where DIR is a node's folder: stopping another folder would stop nothing. */
static bool switch_path(const char *dir, char path[static HOME_PATH_BYTES], struct err *err)
{
    struct home home;

    return home_read(dir, &home, err) && home_path(&home, "stopped", path, err);
}

/* An empty file stops as well, and a full disk still takes one. */
static bool stop_empty(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    return fd >= 0 && close(fd) == 0;
}

/* The keeper looks for the file before every question. */
static bool stop(const char *dir, struct err *err)
{
    static const char text[] = "while this file is here the node declines every question\n";
    char path[HOME_PATH_BYTES];

    if (!switch_path(dir, path, err) ||
        (!file_write(path, text, strlen(text), 0600, err) && !stop_empty(path)))
        return false;
    printf("stopped: every question is declined from now on\n");
    return true;
}

static bool start(const char *dir, struct err *err)
{
    char path[HOME_PATH_BYTES];

    if (!switch_path(dir, path, err))
        return false;
    if (unlink(path) != 0 && errno != ENOENT)
        return err_set(err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
    printf("started: questions are answered again\n");
    return true;
}

/* ---- preview --------------------------------------------------------------------------------- */

static bool print_left(const struct request *request, const struct policy_grant *grant,
                       struct err *err)
{
    char path[PATH_BYTES];
    struct ledger *ledger;
    struct sqlite3 *db;
    int64_t left;

    if (!request->dir || !request->ask.organisation[0])
        return true;
    if (!path_in(request->dir, "ledger.db", path, err))
        return false;
    if (!file_exists(path)) {
        printf("budget     nothing has been spent here yet\n");
        return true;
    }
    if (!sql_open(path, SQL_LEDGER_READ, &db, err))
        return false;
    bool read = ledger_open(db, &ledger, err);

    if (read) {
        read = ledger_left(ledger, request->ask.organisation, grant->organisation_year_nrho, &left,
                           err);
        ledger_close(ledger);
    }
    if (read)
        printf("budget     %s has %.3f points left this budget year\n", request->ask.organisation,
               (double)left / (double)PRICE_POINT_NRHO);
    sql_close(db);
    return read;
}

static void print_cells(const struct measure *measure)
{
    uint32_t cells = measure_part_cells(measure->kind);

    printf("released   %u figures", measure->n_cells);
    if (measure->n_cells > cells)
        printf(", for each of %u parts%s",
               measure->n_cells / cells - (measure->sigma_total ? 1 : 0),
               measure->sigma_total ? " and for all together" : "");
    for (uint32_t i = 0; i < cells; i++)
        printf("%s %s", i ? "," : ":", measure_cell_name(measure->kind, i));
    puts("");
}

static void print_criteria(const struct request *request)
{
    uint32_t n = policy_criteria(request->ask.ast);

    printf(n > request->limits.criteria
               ? "criteria   %u: refused before it is paid, one question may have %u\n"
               : "criteria   %u, and one question may have %u\n",
           n, request->limits.criteria);
}

static bool print_release(const struct request *request, const struct policy_grant *grant,
                          struct err *err)
{
    const struct policy_request *ask = &request->ask;
    int64_t nrho;

    if (!price_of(&ask->measure, ask->sigma, &nrho, err))
        return false;
    print_criteria(request);
    print_cells(&ask->measure);
    printf("noise      %s, standard deviation %u: about +-%.0f persons at 95 %%\n",
           ask->mode == MODE_REGIONS ? "each figure of this region"
                                     : "the national sum; no figure of this region alone leaves it",
           ask->sigma, 1.96 * ask->sigma);
    if (ask->measure.sigma_undetermined)
        printf("           of whom it cannot be told %u, unless the asker wants it otherwise\n",
               ask->measure.sigma_undetermined);
    if (ask->measure.sigma_total)
        printf("           of all parts together %u, unless the asker wants it otherwise\n",
               ask->measure.sigma_total);
    printf("shown      below %u as \"<%u\", others rounded to %u, when printed: the signed answer "
           "has every noised figure\n",
           grant->display_below, grant->display_below, grant->display_base);
    printf("price      %.3f points (rho %.6f); a repeat is free\n",
           (double)nrho / (double)PRICE_POINT_NRHO, (double)nrho / (double)PRICE_NRHO);
    return print_left(request, grant, err);
}

static void print_slot(const struct request *request, const struct work_sizes *sizes,
                       uint32_t slot_factor)
{
    struct slot slot = slot_of(request->ask.ast, &request->shape, request->ask.sigma, sizes);
    char reason[SLOT_REASON_BYTES];

    if (slot.fits && slot.work.ns > (uint64_t)request->limits.work_ms * 1000000) {
        printf(
            "work       refused before it is paid: it may take %.0f ms, and one question %u ms\n",
            (double)slot.work.ns / 1e6, request->limits.work_ms);
    } else if (!slot.fits) {
        slot_reason(&slot, reason);
        printf("work       refused before it is paid: %s\n", reason);
    } else {
        printf(
            "time       the answer leaves after %lld ms, whatever the data; its work is %.0f ms at "
            "most\n",
            (long long)outbox_slot_ms(slot.class, 0, slot_factor), (double)slot.work.ns / 1e6);
    }
    printf("sizes      at most, public: persons %llu, sites %llu, a gene %llu, events %llu, kinds "
           "%llu, structural %llu, segments %llu\n",
           (unsigned long long)sizes->persons, (unsigned long long)sizes->sites,
           (unsigned long long)sizes->gene, (unsigned long long)sizes->events,
           (unsigned long long)sizes->kinds, (unsigned long long)sizes->structural,
           (unsigned long long)sizes->segments);
}

/* When the answer would leave, by the public sizes of what is published: no data are read. */
static bool print_time(const struct request *request, struct err *err)
{
    struct manifest manifest = {0};
    char folder[PATH_BYTES];
    struct work_sizes work;
    struct sizes sizes;
    struct home home;
    bool found;

    if (!request->dir)
        return true;
    if (!path_in(request->dir, "node.conf", folder, err))
        return false;
    if (access(folder, F_OK) != 0) {
        puts("time       not told: the folder has a policy and no node");
        return true;
    }
    if (!home_read(request->dir, &home, err) || !path_in(request->dir, "snapshot", folder, err) ||
        !manifest_read(folder, &manifest, &found, err))
        return false;
    if (found) {
        sizes = manifest_sizes(&manifest);
        work = slot_sizes(&sizes, manifest.n_segments);
        print_slot(request, &work, home.slot_factor);
    } else {
        puts("time       nothing is published yet");
    }
    manifest_clear(&manifest);
    return true;
}

/* Which figures would be given, read as the keeper reads them, and of whom. */
static bool print_words(struct request *request, const struct ast *ast, struct arena *arena,
                        struct err *err)
{
    Rikstal__V1__Question question = RIKSTAL__V1__QUESTION__INIT;
    char disease[CODE_TEXT_MAX] = "";
    struct bytes words = {0};
    struct shape *shape = &request->shape;
    struct code code;

    question.measure = request->by        ? RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN
                       : request->changes ? RIKSTAL__V1__MEASURE__MEASURE_FREQUENCY
                                          : RIKSTAL__V1__MEASURE__MEASURE_COUNT;
    if ((request->by && !shape_dimensions(request->by, arena, &question, err)) ||
        (request->changes && !shape_changes(request->changes, arena, &question, err)) ||
        !shape_read(&question, arena, shape, err) ||
        (request->disease && !disease_parse(request->disease, &code, err)))
        return false;
    if (request->disease && !consent_rules_takes_disease(request->ask.purpose))
        return err_set(err, ERR_INVALID, "a disease is named for research, not for %s",
                       request->ask.purpose);
    if (request->disease)
        code_print(&code, disease);
    shape->measure = price_usual(&shape->measure, request->ask.sigma);
    request->ask.measure = shape->measure;
    request->ask.breakdown = &shape->breakdown;
    explain_shape(shape, NULL, &words);
    explain_shape_disease(disease, &words);
    explain(ast, LANGUAGE_ENGLISH, &words);
    if (words.failed) {
        bytes_clear(&words);
        return err_memory(err);
    }
    fwrite(words.data, 1, words.size, stdout);
    bytes_clear(&words);
    return true;
}

static bool preview(struct request *request, const char *question, struct arena *arena,
                    struct err *err)
{
    struct policy_grant grant;
    struct policy *policy;
    struct ast ast;

    if (!parse_text(question, arena, &ast, err) || !print_words(request, &ast, arena, err) ||
        !read_policy(request->dir, &policy, err))
        return false;
    request->ask.ast = &ast;
    bool admitted = policy_admit(policy, &request->ask, &grant, err);

    request->limits = *policy_limits(policy);
    policy_free(policy);
    if (!admitted) {
        printf("denied     %s\n", err->text);
        return false;
    }
    printf("%s role %s, purpose %s, mode %s\n",
           grant.decision == POLICY_HOLD ? "held until a person allows it (`hold`):" : "admitted  ",
           request->ask.role, request->ask.purpose, mode_name(request->ask.mode));
    return print_release(request, &grant, err) && print_time(request, err);
}

/* ---- command line ---------------------------------------------------------------------------- */

static bool read_sigma(const char *text, void *target, struct err *err)
{
    uint32_t *sigma = target;
    char list[WORDS_TEXT_BYTES];
    char *end;
    long value = strtol(text, &end, 10);

    *sigma = value > 0 && value <= 1000 ? (uint32_t)value : 0;
    return (*end == 0 && price_sigma_known(*sigma)) ||
           err_set(err, ERR_INVALID, "no sigma \"%.40s\"; there are %s", text,
                   words_join(price_sigma_word, " and ", list));
}

static bool read_mode(const char *text, void *mode, struct err *err)
{
    return mode_read(text, mode, err);
}

#define AT(member) .at = offsetof(struct request, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "DIR", "the node's folder", AT(dir), .needed = "stop start install"},
    {.type = OPTION_HEADING, .help = "Options of preview:"},
    {"role", OPTION_TEXT, "ROLE", "as who asks", AT(ask.role), .words = role_word,
     .verbs = "preview", .needed = "preview"},
    {"purpose", OPTION_TEXT, "P", "what for (default: research)", AT(ask.purpose),
     .words = purpose_word, .verbs = "preview"},
    {"mode", OPTION_READ, "M", "(default: regions)", AT(ask.mode), .words = mode_word,
     .read = read_mode, .verbs = "preview"},
    {"sigma", OPTION_READ, "S", "(default: 5)", AT(ask.sigma), .words = price_sigma_word,
     .read = read_sigma, .verbs = "preview"},
    {"organisation", OPTION_TEXT, "NAME", "also shows what it has left", AT(ask.organisation),
     .verbs = "preview"},
    {"permit", OPTION_TEXT, "ID", "under this permit", AT(ask.permit), .verbs = "preview"},
    {"by", OPTION_TEXT, "LIST", "a breakdown by these dimensions (sex,age_band,birth_decade,assay)",
     AT(by), .verbs = "preview"},
    {"changes", OPTION_TEXT, "LIST", "the frequency of these changes (GRCh38:17-43044295-G-A,...)",
     AT(changes), .verbs = "preview"},
    {"disease", OPTION_TEXT, "CODE", "the disease that the research is on", AT(disease),
     .verbs = "preview"},
    {.type = OPTION_HEADING, .help = "Options of sign, with --dir or with what it would say:"},
    {"key", OPTION_PATH, "KEY", "the secret key", AT(of.key), .verbs = "sign", .needed = "sign"},
    {"out", OPTION_PATH, "SIG", "where to write (default: stdout)", AT(of.out), .verbs = "sign"},
    {"policy", OPTION_PATH, "FILE", "(default: DIR/policy.json)", AT(of.policy), .verbs = "sign"},
    {"network", OPTION_TEXT, "N", "for which network", AT(of.network), .verbs = "sign"},
    {"region", OPTION_READ, "R", "for which region; may be repeated", AT(of),
     .read = policy_signed_region, .example = "12", .verbs = "sign"},
};

static const struct option_words words[] = {
    [SHOW] = {"show", "[FILE]", "one FILE, or --dir DIR, or neither", 0, 1,
              "a policy in words: FILE, the one in DIR, or without either the default"},
    [POLICY_CHECK] =
        {"check", "[FILE]", "a FILE, or --dir", 0, 1,
         "is FILE a policy? Names the first thing that is wrong. With --dir also who has signed it "
         "and whether the node would take it up (default: DIR/policy.json)"},
    [POLICY_SIGN] =
        {"sign", NULL, NULL, 0, 0,
         "the national policy key, or the key of a region's data-protection officer, signs FILE "
         "for these regions. Read it first: `policy show FILE`. Prints lines that go to the node; "
         "they are not secret. Keys are made by `rikstal keys new --key KEY` and named in the "
         "roster (`rikstal-coordinator roster policy-key`)"},
    [POLICY_INSTALL] =
        {"install", "FILE [SIG...]", "a FILE and at most 16 SIG files", 1,
         1 + POLICY_SIGNATURE_FILES_MAX,
         "put FILE into the node's folder with the signatures of these files, or refuse and change "
         "nothing. A changed policy that lies there without its signatures is not taken up, and a "
         "node that starts with one answers nothing"},
    [STOP] = {"stop", NULL, NULL, 0, 0,
              "decline every question from now on, without exception, until `start`; both leave a "
              "leaf in the audit log"},
    [START] = {"start", NULL, NULL, 0, 0, "end what `stop` began"},
    [PREVIEW] = {"preview", "'QUESTION'", "one question, in quotes", 1, 1,
                 "the question in words, whether it would be admitted, what it would release and "
                 "cost. It reads no data and shows no true figure"},
};

const struct option_table policy_table = {
    .command = "rikstal-node policy",
    .about =
        "What may leave this region, for whom and how precisely. The file is DIR/policy.json; what "
        "it\n"
        "does not name is denied. A changed file needs a higher version, and, where the network's\n"
        "roster names policy keys, the signatures of both: the national one and the region's "
        "officer.\n"
        "Who does not sign denies. A running node takes it up by itself, and keeps the old one "
        "when the\n"
        "new one is wrong, older, not signed, or changed since.",
    .words = words,
    .n_words = sizeof(words) / sizeof(words[0]),
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 ok or admitted, 1 failure, 2 usage or wrong file or question, 4 refused by\n"
             "policy, or a policy that is refused.",
};

static bool preview_run(struct request *request, const char *question, struct err *err)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    bool done = arena ? preview(request, question, arena, err) : err_memory(err);

    arena_free(arena);
    return done;
}

static bool run(struct request *request, const struct arguments *arguments, struct err *err)
{
    switch (arguments->verb) {
    case SHOW:
        if (arguments->n && request->dir)
            return err_set(err, ERR_INVALID, "show takes one FILE, or --dir DIR, or neither");
        return show(arguments->n ? arguments->word[0] : NULL, request->dir, err);
    case STOP:
        return stop(request->dir, err);
    case START:
        return start(request->dir, err);
    case PREVIEW:
        return preview_run(request, arguments->word[0], err);
    default:
        request->of.dir = request->dir;
        return policy_signed_run(&request->of, arguments, err);
    }
}

int policy_command(int argc, char **argv)
{
    struct request request = {.ask = {.role = NULL,
                                      .organisation = "",
                                      .purpose = PURPOSE_DEFAULT,
                                      .permit = "",
                                      .dataset = "main",
                                      .mode = MODE_REGIONS,
                                      .sigma = 5}};
    struct arguments arguments;
    struct err err;
    int code;

    if (!arguments_read(&policy_table, argc, argv, &request, &arguments, &code))
        return code;
    return run(&request, &arguments, &err) ? EXIT_OK : arguments_failed(&policy_table, &err);
}
