/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit: read, verify and export the node's log, beside a running keeper. It reads in short
 * transactions, leaf by leaf: the log only grows, so what was counted at the start stays true.
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/audit/audit.h"
#include "node/audit/leaf.h"
#include "node/command/commands.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/json.h"
#include "proto/base/sql.h"

#define PATH_BYTES 4096

#define LINES_DEFAULT 20
#define LINES_MAX 1000000000000

enum { TAIL, VERIFY, EXPORT };

struct request {
    size_t verb;
    const char *dir;
    const char *log;
    uint64_t lines;
    bool json;
};

static void print_text(uint64_t index, const struct leaf *leaf)
{
    char when[CLOCK_TEXT_BYTES], hash[65];

    clock_text(leaf->time_s, when);
    bytes_to_hex(leaf->question_hash, 32, hash);
    hash[12] = 0; /* enough to find it in a log */
    printf("%8" PRIu64 "  %s  %-8s", index, when, leaf_type_name(leaf->type));
    if (leaf->type == LEAF_POLICY || leaf->type == LEAF_ROSTER)
        printf("  version %" PRId64, leaf->nrho);
    else if (leaf->type == LEAF_DENIED_AGAIN)
        printf("  %s  %" PRId64 " times", leaf->organisation, leaf->nrho);
    else if (leaf->type != LEAF_SNAPSHOT && leaf->type != LEAF_ADMIN)
        printf("  %s  %s %s  %s", hash, leaf->organisation, leaf->analyst, leaf->purpose);
    if (leaf->type == LEAF_CHARGE)
        printf("  %.3f points, %.3f left", (double)leaf->nrho / 1e6,
               (double)leaf->balance_nrho / 1e6);
    printf("%s%s\n", leaf->note[0] ? "  " : "", leaf->note);
}

static void put_hash(cJSON *object, const char *name, const uint8_t hash[static 32], bool *ok)
{
    char hex[65];

    bytes_to_hex(hash, 32, hex);
    json_put_text(object, name, hex, ok);
}

static bool print_json(uint64_t index, const struct leaf *leaf, const uint8_t leaf_hash[static 32],
                       struct err *err)
{
    cJSON *object = cJSON_CreateObject();
    char when[CLOCK_TEXT_BYTES], *text = NULL;
    bool ok = object != NULL;

    clock_text(leaf->time_s, when);
    if (ok) {
        json_put_int(object, "index", (int64_t)index, &ok);
        json_put_text(object, "time", when, &ok);
        json_put_text(object, "type", leaf_type_name(leaf->type), &ok);
        put_hash(object, "question", leaf->question_hash, &ok);
        json_put_text(object, "organisation", leaf->organisation, &ok);
        json_put_text(object, "analyst", leaf->analyst, &ok);
        json_put_text(object, "purpose", leaf->purpose, &ok);
        json_put_int(object, "nrho", leaf->nrho, &ok);
        json_put_int(object, "balance_nrho", leaf->balance_nrho, &ok);
        put_hash(object, "noise_key", leaf->noise_key, &ok);
        put_hash(object, "content", leaf->answer_hash, &ok);
        json_put_text(object, "note", leaf->note, &ok);
        put_hash(object, "leaf_hash", leaf_hash, &ok);
    }
    if (ok)
        text = cJSON_PrintUnformatted(object);
    if (text)
        printf("%s\n", text);
    free(text);
    cJSON_Delete(object);
    return text != NULL || err_memory(err);
}

static bool print_from(struct audit *audit, uint64_t first, bool json, struct err *err)
{
    uint8_t bytes[AUDIT_LEAF_MAX], hash[MERKLE_HASH_BYTES];
    struct leaf leaf;
    size_t size;

    for (uint64_t index = first; index < audit_size(audit); index++) {
        if (!audit_leaf(audit, index, bytes, &size, err) || !leaf_read(bytes, size, &leaf, err))
            return err_wrap(err, "entry %" PRIu64 ": ", index);
        merkle_leaf_hash(bytes, size, hash);
        if (!json)
            print_text(index, &leaf);
        else if (!print_json(index, &leaf, hash, err))
            return false;
    }
    return true;
}

/* True counts: how many are in the node's log, and how many in the log of counts alone so far. */
struct counted {
    uint64_t here;
    uint64_t waiting;
};

/* The counts in the node's log must be the beginning of the log of counts, byte for byte. */
static bool same_counts(struct audit *audit, struct audit *counts, struct counted *out,
                        struct err *err)
{
    uint8_t here[AUDIT_LEAF_MAX], there[AUDIT_LEAF_MAX];
    size_t size, there_size;
    struct leaf leaf;

    for (uint64_t i = 0; i < audit_size(audit); i++) {
        if (!audit_leaf(audit, i, here, &size, err) || !leaf_read(here, size, &leaf, err))
            return err_wrap(err, "entry %" PRIu64 ": ", i);
        if (leaf.type != LEAF_COUNT)
            continue;
        if (!counts || out->here >= audit_size(counts))
            return err_set(err, ERR_INTERNAL,
                           "entry %" PRIu64 " is a count that the log of counts lacks: it was "
                           "removed or went back",
                           i);
        if (!audit_leaf(counts, out->here, there, &there_size, err))
            return false;
        if (there_size != size || memcmp(here, there, size) != 0)
            return err_set(err, ERR_INTERNAL,
                           "entry %" PRIu64 " of the log of counts is not the one that the node's "
                           "log has as entry %" PRIu64,
                           out->here, i);
        out->here++;
    }
    out->waiting = (counts ? audit_size(counts) : 0) - out->here;
    return true;
}

static bool log_path(const struct request *request, const char *name, char path[static PATH_BYTES],
                     struct err *err)
{
    int size = snprintf(path, PATH_BYTES, "%s/%s.db", request->dir, name);

    return (size > 0 && size < PATH_BYTES) ||
           err_set(err, ERR_INVALID, "the folder's name is too long");
}

static bool open_log(const struct request *request, const char *name, sqlite3 **db,
                     struct audit **audit, struct err *err)
{
    char path[PATH_BYTES];

    if (!log_path(request, name, path, err))
        return false;
    if (!file_exists(path))
        return err_set(err, ERR_INTERNAL, "cannot open %s: %s%s", path, strerror(errno),
                       errno == ENOENT ? "; the first `serve` or `count` begins a log" : "");
    if (!sql_open(path, SQL_LEDGER_READ, db, err))
        return false;
    if (audit_open(*db, audit, err))
        return true;
    sql_close(*db);
    return false;
}

static void close_log(sqlite3 *db, struct audit *audit)
{
    audit_close(audit);
    sql_close(db);
}

/* Of the node's own log: the counts of its staff too. */
static bool verify_counts(const struct request *request, struct audit *audit, struct counted *out,
                          struct err *err)
{
    struct audit *counts = NULL;
    char path[PATH_BYTES];
    sqlite3 *db;
    bool good;

    if (!log_path(request, "count", path, err))
        return false;
    if (!file_exists(path)) /* nobody has counted */
        return same_counts(audit, NULL, out, err);
    if (!open_log(request, "count", &db, &counts, err))
        return false;
    good = (audit_verify(counts, err) || err_wrap(err, "the log of counts: ")) &&
           same_counts(audit, counts, out, err);
    close_log(db, counts);
    return good;
}

static bool verify(const struct request *request, struct audit *audit, struct err *err)
{
    bool own = strcmp(request->log, "ledger") == 0;
    struct counted counted = {0};
    uint8_t root[MERKLE_HASH_BYTES];
    char hex[65], counts[128] = "";

    if (!audit_verify(audit, err) || !audit_root(audit, audit_size(audit), root, err) ||
        (own && !verify_counts(request, audit, &counted, err)))
        return false;
    bytes_to_hex(root, sizeof(root), hex);
    if (own)
        snprintf(counts, sizeof(counts),
                 request->json ? ",\"counts\":%" PRIu64 ",\"counts_waiting\":%" PRIu64
                               : "counts %" PRIu64 ", and %" PRIu64
                                 " that the keeper has not taken\n",
                 counted.here, counted.waiting);
    printf(request->json ? "{\"size\":%" PRIu64 ",\"root\":\"%s\"%s}\n"
                         : "size %" PRIu64 "\nroot %s\n%s",
           audit_size(audit), hex, counts);
    return true;
}

static bool act(const struct request *request, struct audit *audit, struct err *err)
{
    uint64_t size = audit_size(audit);

    if (request->verb == VERIFY)
        return verify(request, audit, err);
    if (request->verb == EXPORT)
        return print_from(audit, 0, true, err);
    return print_from(audit, size > request->lines ? size - request->lines : 0, request->json, err);
}

static bool run(const struct request *request, struct err *err)
{
    struct audit *audit;
    sqlite3 *db;

    if (!open_log(request, request->log, &db, &audit, err))
        return false;
    bool done = act(request, audit, err);

    close_log(db, audit);
    return done;
}

/* ---- command line ---------------------------------------------------------------------------- */

static const char *log_word(size_t i)
{
    static const char *const names[] = {"ledger", "count", NULL};

    return names[i];
}

#define AT(member) .at = offsetof(struct request, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "DIR", "the node's folder", AT(dir), .needed = OPTION_ALWAYS},
    {"lines", OPTION_NUMBER, "N", "how many entries (default: 20)", AT(lines), .least = 0,
     .most = LINES_MAX, .verbs = "tail", .letter = 'n'},
    {"json", OPTION_FLAG, NULL, "tail: one JSON object a line; verify: one object", AT(json)},
    {"log", OPTION_WORD, "NAME",
     "ledger (default): questions from the network; count: true counts by the region's own staff "
     "(`rikstal-node count`), which the keeper takes over into the ledger's log",
     AT(log), .words = log_word},
};

static const struct option_words words[] = {
    [TAIL] = {"tail", NULL, NULL, 0, 0, "the newest entries"},
    [VERIFY] = {"verify", NULL, NULL, 0, 0,
                "compute every hash of the Merkle tree (RFC 6962) anew; print size and root. Of "
                "the ledger: the "
                "counts of the staff in it are those of the log of counts"},
    [EXPORT] = {"export", NULL, NULL, 0, 0, "all entries as JSON lines, with their leaf hashes"},
};

const struct option_table audit_table = {
    .command = "rikstal-node audit",
    .about =
        "The audit log of a node: every charge, answer and refusal, every policy, roster and "
        "snapshot\n"
        "that came into force. It holds who asked, for which purpose, at what price; no text of a\n"
        "question and no count. It can be read while the node runs.",
    .words = words,
    .n_words = sizeof(words) / sizeof(words[0]),
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 ok, 1 the log is damaged or cannot be read, 2 usage.",
};

int audit_command(int argc, char **argv)
{
    struct request request = {.log = "ledger", .lines = LINES_DEFAULT};
    struct arguments arguments;
    struct err err;
    int code;

    if (!arguments_read(&audit_table, argc, argv, &request, &arguments, &code))
        return code;
    assert(request.dir && request.lines <= LINES_MAX);
    request.verb = arguments.verb;
    return run(&request, &err) ? EXIT_OK : arguments_failed(&audit_table, &err);
}
