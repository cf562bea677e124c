/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger: the public list of what a region was asked (asked_list.h), signed with the node's key. It
 * reads the log beside a running keeper, and writes three files: ledger.json, ledger.sig and
 * index.html. The same log, months and key give the same bytes.
 *
 * ledger.sig is one line, "rikstal-ledger-signature-v1 HEX": an Envelope (proto/rikstal.proto) over
 * network, node, last month and the SHA-256 of ledger.json, a line each.
 */
#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/audit/audit.h"
#include "node/command/asked_list.h"
#include "node/command/commands.h"
#include "node/keeper/home.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/sql.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/roster.h"

#define ARENA_BYTES ((size_t)1 << 30)
#define LIST_BYTES ((size_t)64 << 20) /* of ledger.json, as verify reads it */
#define SIGNATURE_BYTES ((size_t)16 << 10)
#define SIGNATURE_WORD "rikstal-ledger-signature-v1 "
#define EMBARGO_MONTHS 6
#define EMBARGO_MONTHS_LONGEST 120

enum { PUBLISH, VERIFY };

struct request {
    const char *dir;
    uint32_t embargo;
};

/* What both verbs work with. */
struct public_work {
    struct home home;
    struct arena *arena;
    const char *to; /* the folder of the published files */
};

static bool path_in(const struct public_work *work, const char *name, char **path, struct err *err)
{
    *path = arena_printf(work->arena, "%s/%s", work->to, name);
    return *path || err_memory(err);
}

/* network, node, month and the list's SHA-256, a line each. */
static char *statement(const struct public_work *work, const char *node, const char *until,
                       const uint8_t *json, size_t size)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    char hex[2 * crypto_hash_sha256_BYTES + 1];

    crypto_hash_sha256(hash, json, size);
    bytes_to_hex(hash, sizeof(hash), hex);
    return arena_printf(work->arena, "%s\n%s\n%s\n%s\n", work->home.network, node, until, hex);
}

/* ---- publish --------------------------------------------------------------------------------- */

static bool sign(const struct public_work *work, const struct asked_list *list,
                 const struct bytes *json, char **line, struct err *err)
{
    char *text = statement(work, list->node, list->until, json->data, json->size);
    char path[HOME_PATH_BYTES], *hex;
    Rikstal__V1__Envelope *envelope;
    struct secret_key *key;
    uint8_t *packed;
    size_t size;
    bool signed_it;

    if (!text)
        return err_memory(err);
    if (!home_path(&work->home, "keys/node.key", path, err) || !secret_key_read(path, &key, err))
        return false;
    signed_it =
        envelope_sign(DOMAIN_LEDGER, (struct bytes_view){(const uint8_t *)text, strlen(text)}, key,
                      work->arena, &envelope, err) &&
        message_pack(&envelope->base, work->arena, &packed, &size, err);
    secret_key_free(key);
    if (!signed_it)
        return false;
    hex = arena_alloc(work->arena, 2 * size + 1);
    if (!hex)
        return err_memory(err);
    bytes_to_hex(packed, size, hex);
    *line = arena_printf(work->arena, SIGNATURE_WORD "%s\n", hex);
    return *line || err_memory(err);
}

/* The signature last, so that one that fits is never beside another list. */
static bool write_files(const struct public_work *work, const struct asked_list *list,
                        const struct bytes *json, const struct bytes *page, struct err *err)
{
    char *line, *list_path, *page_path, *signature_path;

    if (!sign(work, list, json, &line, err))
        return false;
    return path_in(work, "ledger.json", &list_path, err) &&
           path_in(work, "index.html", &page_path, err) &&
           path_in(work, "ledger.sig", &signature_path, err) &&
           file_write(list_path, json->data, json->size, 0644, err) &&
           file_write(page_path, page->data, page->size, 0644, err) &&
           file_write(signature_path, line, strlen(line), 0644, err);
}

static bool write_list(const struct public_work *work, const struct asked_list *list,
                       struct err *err)
{
    struct bytes json = {0}, page = {0};
    bool written;

    asked_list_page(list, &page);
    written = (!page.failed || err_memory(err)) && asked_list_json(list, &json, err) &&
              write_files(work, list, &json, &page, err);
    bytes_clear(&json);
    bytes_clear(&page);
    return written;
}

static bool read_log(const struct public_work *work, struct asked_list *list, struct err *err)
{
    char path[HOME_PATH_BYTES];
    struct audit *audit;
    sqlite3 *db;
    bool made;

    if (!home_path(&work->home, "ledger.db", path, err))
        return false;
    if (!file_exists(path))
        return err_set(err, ERR_UNAVAILABLE, "%s is not there; the first `serve` begins a log",
                       path);
    if (!sql_open(path, SQL_LEDGER_READ, &db, err))
        return false;
    made = audit_open(db, &audit, err);
    if (made) {
        made = asked_list_make(audit, work->arena, list, err);
        audit_close(audit);
    }
    sql_close(db);
    return made;
}

static bool publish(const struct public_work *work, const struct request *request, struct err *err)
{
    struct asked_list list = {.network = work->home.network, .node = work->home.node};
    size_t questions = 0;

    asked_list_until(clock_wall_s(), (int)request->embargo, list.until);
    if (!read_log(work, &list, err) || !write_list(work, &list, err))
        return false;
    for (size_t i = 0; i < list.n_rows; i++)
        questions += list.row[i].questions;
    printf("%s: %zu questions in %zu rows, until %s\n", work->to, questions, list.n_rows,
           list.until);
    return true;
}

/* ---- verify ---------------------------------------------------------------------------------- */

static bool read_roster(const struct public_work *work, struct roster **out, struct err *err)
{
    char roots_path[HOME_PATH_BYTES], path[HOME_PATH_BYTES];
    struct root_keys roots;

    return home_path(&work->home, "roots", roots_path, err) &&
           home_path(&work->home, "roster", path, err) && root_keys_read(roots_path, &roots, err) &&
           roster_read(path, &roots, work->home.network, 0, out, err);
}

static bool read_signature(const struct public_work *work, Rikstal__V1__Envelope **out,
                           struct err *err)
{
    size_t word = strlen(SIGNATURE_WORD), size, bytes;
    uint8_t *text, *packed;
    char *path;

    if (!path_in(work, "ledger.sig", &path, err) ||
        !file_read(path, SIGNATURE_BYTES, work->arena, &text, &size, err))
        return false;
    bytes = size > word ? (size - word - 1) / 2 : 0;
    packed = arena_alloc(work->arena, bytes + 1);
    if (!packed)
        return err_memory(err);
    if (bytes == 0 || size != word + 2 * bytes + 1 || text[size - 1] != '\n' ||
        memcmp(text, SIGNATURE_WORD, word) != 0)
        return err_set(err, ERR_INVALID, "ledger.sig is no signature of a ledger");
    text[size - 1] = 0;
    if (!bytes_from_hex((const char *)text + word, packed, bytes))
        return err_set(err, ERR_INVALID, "ledger.sig is no signature of a ledger");
    return envelope_parse(packed, bytes, work->arena, out, err);
}

/* The node that the statement names, by the second of its lines, and the month by the third. */
static bool read_statement(const struct public_work *work, const Rikstal__V1__Envelope *envelope,
                           const char **node, const char **until, struct err *err)
{
    const char *text =
        arena_strndup(work->arena, (const char *)envelope->payload.data, envelope->payload.len);
    const char *line[3];

    if (!text)
        return err_memory(err);
    for (size_t i = 0; i < 3; i++) {
        size_t size = strcspn(text, "\n");

        if (text[size] != '\n')
            return err_set(err, ERR_INVALID, "ledger.sig signs something else than a ledger");
        line[i] = arena_strndup(work->arena, text, size);
        if (!line[i])
            return err_memory(err);
        text += size + 1;
    }
    *node = line[1];
    *until = line[2];
    return true;
}

static bool verify_by(const struct public_work *work, const struct roster *roster, struct err *err)
{
    const char *node, *until, *wanted;
    Rikstal__V1__Envelope *envelope;
    struct public_key key;
    struct key_id id;
    uint8_t *json;
    size_t size;
    char *path;

    if (!path_in(work, "ledger.json", &path, err) ||
        !file_read(path, LIST_BYTES, work->arena, &json, &size, err) ||
        !read_signature(work, &envelope, err) ||
        !read_statement(work, envelope, &node, &until, err))
        return false;
    if (!envelope_key_id(envelope, &id))
        return err_set(err, ERR_INVALID, "ledger.sig names no key");
    if (!roster_node_key(roster, node, &id, clock_wall_s(), &key, err) ||
        !envelope_verify(envelope, DOMAIN_LEDGER, &key, err))
        return false;
    wanted = statement(work, node, until, json, size);
    if (!wanted)
        return err_memory(err);
    if (strlen(wanted) != envelope->payload.len ||
        memcmp(wanted, envelope->payload.data, envelope->payload.len) != 0)
        return err_set(err, ERR_DENIED, "ledger.json is not the list that region %s has signed",
                       node);
    printf("region %s has signed this ledger, until %s\n", node, until);
    return true;
}

static bool verify(const struct public_work *work, struct err *err)
{
    struct roster *roster;
    bool good;

    if (!read_roster(work, &roster, err))
        return false;
    good = verify_by(work, roster, err);
    roster_free(roster);
    return good;
}

/* ---- command line ---------------------------------------------------------------------------- */

static bool run(const struct request *request, size_t verb, const char *to, struct err *err)
{
    struct public_work work = {.to = to, .arena = arena_new(ARENA_BYTES)};
    bool done;

    if (!work.arena)
        return err_memory(err);
    done = home_read(request->dir, &work.home, err) &&
           (verb == PUBLISH ? publish(&work, request, err) : verify(&work, err));
    arena_free(work.arena);
    return done;
}

#define AT(member) .at = offsetof(struct request, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "DIR", "the node's folder", AT(dir), .needed = OPTION_ALWAYS},
    {"embargo", OPTION_NUMBER32, "MONTHS",
     "how many whole months stay untold after a month has ended (default: 6)", AT(embargo),
     .least = 0, .most = EMBARGO_MONTHS_LONGEST, .verbs = "publish"},
};

static const struct option_words words[] = {
    [PUBLISH] = {"publish", "FOLDER", "one FOLDER, which is there", 1, 1,
                 "write ledger.json, ledger.sig and index.html into FOLDER, for anybody to read"},
    [VERIFY] = {"verify", "FOLDER", "one FOLDER", 1, 1,
                "is FOLDER/ledger.json what its region has signed, by the roster of this node? "
                "Another region's list is verified in the same way"},
};

const struct option_table ledger_table = {
    .command = "rikstal-node ledger",
    .about =
        "What this region was asked, for everybody to read: by month, purpose, role, measure,\n"
        "release and kinds of facts, with the number of questions. It is made from the audit\n"
        "log, and has no text of a question, no name of an organisation and no count. It can\n"
        "be made while the node runs.",
    .words = words,
    .n_words = sizeof(words) / sizeof(words[0]),
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 ok, 1 failure, 2 usage, 4 the list is not what was signed.",
};

int ledger_command(int argc, char **argv)
{
    struct request request = {.embargo = EMBARGO_MONTHS};
    struct arguments arguments;
    struct err err;
    int code;

    if (!arguments_read(&ledger_table, argc, argv, &request, &arguments, &code))
        return code;
    assert(request.dir && arguments.n == 1);
    return run(&request, arguments.verb, arguments.word[0], &err)
               ? EXIT_OK
               : arguments_failed(&ledger_table, &err);
}
