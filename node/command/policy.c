/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy: what may be asked here, in words, and what a question would release and cost; the verbs
 * of signatures are in policy_signed.c. A preview reads the policy and the question, never the
 * data: it knows no true figure.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/command/command.h"
#include "node/command/policy_signed.h"
#include "node/command/usage.h"
#include "node/keeper/consent.h"
#include "node/keeper/home.h"
#include "node/privacy/ledger.h"
#include "node/privacy/policy.h"
#include "proto/base/arena.h"
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

#define PATH_BYTES 4096
#define ARENA_BYTES ((size_t)16 << 20)

static const char help_usage[] =
    "Usage: rikstal-node policy show [FILE | --dir DIR]\n"
    "       rikstal-node policy stop|start --dir DIR\n"
    "       rikstal-node policy preview 'QUESTION' --role ROLE [--dir DIR] [OPTION...]\n";

static const char help_about[] =
    "\nWhat may leave this region, for whom and how precisely. The file is DIR/policy.json; what "
    "it\n"
    "does not name is denied. A changed file needs a higher version, and, where the network's\n"
    "roster names policy keys, the signatures of both: the national one and the region's officer.\n"
    "Who does not sign denies. A running node takes it up by itself, and keeps the old one when "
    "the\n"
    "new one is wrong, older, not signed, or changed since.\n\n"
    "  show      a policy in words: FILE, the one in DIR, or without either the default\n";

static const char help_more[] =
    "  stop      decline every question from now on, without exception, until\n"
    "  start     which ends that; both leave a leaf in the audit log\n"
    "  preview   the question in words, whether it would be admitted, what it would release and\n"
    "            cost. It reads no data and shows no true figure\n\n"
    "  --dir DIR             the node's folder\n"
    "  --key KEY             sign: the secret key; --out SIG: where to write, default stdout\n"
    "  --policy FILE         sign: default DIR/policy.json; --network N, --region R: for whom\n"
    "  --role ROLE           public, sponsor, national-analyst, care-quality\n"
    "  --purpose P           default research\n"
    "  --mode regions|sum    default regions\n"
    "  --sigma 5|10|20|50    default 5\n"
    "  --organisation NAME   also shows what it has left\n"
    "  --permit ID\n"
    "  --by LIST             a breakdown by these dimensions (sex,age_band,\n"
    "                        birth_decade,assay)\n"
    "  --changes LIST        the frequency of these changes (GRCh38:17-43044295-G-A,...)\n"
    "  --disease CODE        the disease that the research is on\n\n"
    "Exit codes: 0 ok or admitted, 1 failure, 2 usage or wrong file or question, 4 refused by\n"
    "policy, or a policy that is refused.\n";

static bool print_help(FILE *to)
{
    return fputs(help_usage, to) >= 0 && fputs(policy_signed_usage, to) >= 0 &&
           fputs(help_about, to) >= 0 && fputs(policy_signed_help, to) >= 0 &&
           fputs(help_more, to) >= 0;
}

struct request {
    const char *dir;
    const char *by;      /* a breakdown's dimensions */
    const char *changes; /* a frequency's */
    const char *disease;
    struct shape shape; /* of what would be released */
    struct policy_request ask;
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

/* file: NULL for the folder's, or the default. */
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
        read = ledger_left(ledger, request->ask.organisation, request->ask.dataset,
                           grant->organisation_year_nrho, &left, err);
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
        printf(", for each of %u parts", measure->n_cells / cells);
    for (uint32_t i = 0; i < cells; i++)
        printf("%s %s", i ? "," : ":", measure_cell_name(measure->kind, i));
    puts("");
}

static bool print_release(const struct request *request, const struct policy_grant *grant,
                          struct err *err)
{
    const struct policy_request *ask = &request->ask;
    int64_t nrho;

    if (!price_of(&ask->measure, ask->sigma, &nrho, err))
        return false;
    print_cells(&ask->measure);
    printf("noise      %s, standard deviation %u: about +-%.0f persons at 95 %%\n",
           ask->mode == MODE_REGIONS ? "each figure of this region"
                                     : "the national sum; no figure of this region is seen",
           ask->sigma, 1.96 * ask->sigma);
    printf("shown      below %u as \"<%u\", others rounded to %u\n", grant->display_below,
           grant->display_below, grant->display_base);
    printf("price      %.3f points (rho %.6f); a repeat is free\n",
           (double)nrho / (double)PRICE_POINT_NRHO, (double)nrho / (double)PRICE_NRHO);
    return print_left(request, grant, err);
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
    if (request->disease && !consent_takes_disease(request->ask.purpose))
        return err_set(err, ERR_INVALID, "a disease is named for research, not for %s",
                       request->ask.purpose);
    if (request->disease)
        code_print(&code, disease);
    request->ask.measure = shape->measure;
    request->ask.breakdown = &shape->breakdown;
    explain_shape(shape, &words);
    explain_disease(disease, &words);
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

    policy_free(policy);
    if (!admitted) {
        printf("denied     %s\n", err->text);
        return false;
    }
    printf("%s role %s, purpose %s, mode %s\n",
           grant.decision == POLICY_HOLD ? "held until a person allows it (`hold`):" : "admitted  ",
           request->ask.role, request->ask.purpose, mode_name(request->ask.mode));
    return print_release(request, &grant, err);
}

/* ---- command line ---------------------------------------------------------------------------- */

static const struct option options[] = {
    {"dir", required_argument, NULL, 'd'},     {"role", required_argument, NULL, 'r'},
    {"purpose", required_argument, NULL, 'p'}, {"mode", required_argument, NULL, 'm'},
    {"sigma", required_argument, NULL, 's'},   {"organisation", required_argument, NULL, 'o'},
    {"permit", required_argument, NULL, 't'},  {"by", required_argument, NULL, 'b'},
    {"changes", required_argument, NULL, 'c'}, {"disease", required_argument, NULL, 'i'},
    {"help", no_argument, NULL, 'h'},          {0}};

static bool read_sigma(const char *text, uint32_t *sigma, struct err *err)
{
    char list[WORDS_TEXT_BYTES];
    char *end;
    long value = strtol(text, &end, 10);

    *sigma = value > 0 && value <= 1000 ? (uint32_t)value : 0;
    return (*end == 0 && price_sigma_known(*sigma)) ||
           err_set(err, ERR_INVALID, "no sigma \"%.40s\"; there are %s", text,
                   words_join(price_sigma_word, " and ", list));
}

static bool read_option(struct request *request, int c, char **argv, struct err *err)
{
    switch (c) {
    case 'd':
        request->dir = optarg;
        return true;
    case 'r':
        request->ask.role = optarg;
        return true;
    case 'p':
        request->ask.purpose = optarg;
        return true;
    case 'm':
        return mode_read(optarg, &request->ask.mode, err);
    case 's':
        return read_sigma(optarg, &request->ask.sigma, err);
    case 'o':
        request->ask.organisation = optarg;
        return true;
    case 'b':
        request->by = optarg;
        return true;
    case 'c':
        request->changes = optarg;
        return true;
    case 'i':
        request->disease = optarg;
        return true;
    case 't':
        request->ask.permit = optarg;
        return true;
    default:
        return usage_option(argv, options, err);
    }
}

enum verb { SHOW, STOP, START, PREVIEW, SIGNED };

static bool read_verb(const char *word, enum verb *verb, struct err *err)
{
    static const char *const verbs[] = {"show",  "stop", "start",   "preview",
                                        "check", "sign", "install", NULL};
    size_t i = 0;

    while (word && verbs[i] && strcmp(word, verbs[i]) != 0)
        i++;
    if (!word || !verbs[i])
        return usage_verb(word, verbs, err);
    *verb = i < SIGNED ? (enum verb)i : SIGNED;
    return true;
}

/* Finds the verb of a line that can be followed. */
static bool is_right(const struct request *request, int n, char **words, enum verb *verb,
                     struct err *err)
{
    if (!read_verb(n ? words[0] : NULL, verb, err))
        return false;
    switch (*verb) {
    case SHOW:
        return n == 1 || (n == 2 && !request->dir) ||
               err_set(err, ERR_INVALID, "show takes one FILE, or --dir DIR, or neither");
    case STOP:
    case START:
        if (n > 1)
            return err_set(err, ERR_INVALID, "%s takes no word more", words[0]);
        return request->dir || err_set(err, ERR_INVALID, "--dir DIR is needed");
    case PREVIEW:
        if (n != 2)
            return err_set(err, ERR_INVALID, "preview takes one question, in quotes");
        return request->ask.role || err_set(err, ERR_INVALID, "--role ROLE is needed");
    default:
        return err_set(err, ERR_INVALID, "say %s first, then its options", words[0]);
    }
}

static bool run(struct request *request, enum verb verb, int n, char **words, struct err *err)
{
    struct arena *arena;
    bool done;

    if (verb == SHOW)
        return show(n == 2 ? words[1] : NULL, request->dir, err);
    if (verb == STOP)
        return stop(request->dir, err);
    if (verb == START)
        return start(request->dir, err);
    arena = arena_new(ARENA_BYTES);
    done = arena ? preview(request, words[1], arena, err) : err_memory(err);
    arena_free(arena);
    return done;
}

static int failed(const struct err *err)
{
    fprintf(stderr, "rikstal-node policy: %s\n", err->text);
    return err_exit_code(err);
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
    enum verb verb = SHOW;
    struct err err;

    opterr = 0;
    if (argc > 1 && policy_signed_verb(argv[1]) && !(argc > 2 && strcmp(argv[2], "--help") == 0))
        return policy_signed_command(argc - 1, argv + 1);
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 'h')
            return print_help(stdout) ? EXIT_OK : EXIT_FAILED;
        if (!read_option(&request, c, argv, &err))
            return failed(&err);
    }
    int n = argc - optind;
    char **words = argv + optind;

    if (!is_right(&request, n, words, &verb, &err) || !run(&request, verb, n, words, &err))
        return failed(&err);
    return EXIT_OK;
}
