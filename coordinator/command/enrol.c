/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/command/commands.h"
#include "coordinator/command/draft.h"
#include "coordinator/command/folder.h"
#include "coordinator/command/witnesses.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"
#include "proto/base/file.h"
#include "proto/trust/enrolment.h"
#include "proto/trust/roster.h"
#include "proto/trust/x509.h"

struct options {
    const char *dir;
    const char *request;
    bool replace;
    struct root_dirs roots;
    char root[PATH_MAX];
};

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "C", "the coordinator's folder", AT(dir), .needed = OPTION_ALWAYS},
    {"root-dir", OPTION_PATHS, "R", "where root and CA keys are (default: C.root)", AT(roots.dir),
     .count_at = offsetof(struct options, roots.n), .most = DRAFT_ROOT_DIRS_MAX},
    {"replace", OPTION_FLAG, NULL, "the node has a new key; the old one holds for seven more days",
     AT(replace)},
};

static const struct option_words words[] = {{NULL, "REQUEST.json", "one request file", 1, 1, NULL}};

const struct option_table enrol_table = {
    .command = "rikstal-coordinator enrol",
    .about =
        "Take a node into the network: sign its certificate, put its key into the roster, and "
        "print\n"
        "the response that the node's operator takes in with `rikstal-node enrol`. REQUEST.json "
        "was\n"
        "printed by `rikstal-node init`; compare its key with the region over another channel "
        "first.\n"
        "A running coordinator sends the new roster to all nodes by itself. The same request "
        "again\n"
        "changes nothing and prints a fresh certificate. From the sixth node on the nodes and the\n"
        "coordinator witness each other's audit logs (`roster --help`, witnesses).",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 ok, 1 failure, 2 usage or no such request, 4 refused, 7 more root\n"
             "signatures are needed.",
};

static bool roots_settle(struct options *o, struct err *err)
{
    if (o->roots.n)
        return true;
    o->roots.dir[o->roots.n++] = o->root;
    return folder_root_dir(o->dir, o->root, err);
}

/* Writes the roster with this node, and the certificate for its request. */
static bool member_make(const struct options *o, const struct enrolment_request *request,
                        struct arena *arena, const char **certificate, struct err *err)
{
    char uri[X509_URI_MAX];
    struct x509_pair ca;
    struct draft *draft;
    uint32_t missing = 0;
    bool ok;

    if (!draft_open(o->dir, &draft, err))
        return false;
    ok = strcmp(draft_roster(draft)->network, request->network) == 0 ||
         err_set(err, ERR_DENIED, "the request is for network \"%s\", this is \"%s\"",
                 request->network, draft_roster(draft)->network);
    ok = ok && folder_ca_key(o->roots.dir, o->roots.n, arena, &ca.key, err) &&
         folder_text(o->dir, "tls/ca.crt", arena, &ca.cert, err) &&
         x509_uri(request->network, request->region, uri, err) &&
         x509_sign_request(&ca, request->csr, uri, arena, certificate, err) &&
         draft_put_node(draft, request->region, request->name, &request->key, o->replace, err) &&
         (!draft_changed(draft) || witnesses_keep(draft, err));
    if (ok && draft_changed(draft))
        ok = draft_sign(draft, &o->roots, &missing, err);
    draft_close(draft);
    return ok && (missing == 0 ||
                  err_set(err, ERR_UNAVAILABLE,
                          "%u more root signatures are needed: `roster sign` with another "
                          "--root-dir, then enrol again for the response",
                          missing));
}

static bool respond(const struct options *o, const struct enrolment_request *request,
                    const char *certificate, struct arena *arena, struct err *err)
{
    struct enrolment_response response = {.network = request->network,
                                          .region = request->region,
                                          .key = request->key,
                                          .certificate = certificate};
    char path[PATH_MAX];
    uint8_t *roster;
    const char *text;

    if (!folder_text(o->dir, "tls/ca.crt", arena, &response.ca, err) ||
        !folder_text(o->dir, "roots", arena, &response.roots, err) ||
        !folder_path(o->dir, "roster", path, err) ||
        !file_read(path, ENROLMENT_BYTES_MAX, arena, &roster, &response.roster_size, err))
        return false;
    response.roster = roster;
    if (!enrolment_response_text(&response, arena, &text, err))
        return false;
    if (fputs(text, stdout) < 0 || fflush(stdout) != 0)
        return err_set(err, ERR_INTERNAL, "cannot write the response");
    return true;
}

static bool enrol(const struct options *o, struct arena *arena, struct err *err)
{
    struct enrolment_request request;
    const char *certificate;
    uint8_t *data;
    size_t size;

    if (!file_read(o->request, ENROLMENT_BYTES_MAX, arena, &data, &size, err))
        return false;
    if (!enrolment_request_parse((const char *)data, size, arena, &request, err))
        return err_wrap(err, "%s: ", o->request);
    return member_make(o, &request, arena, &certificate, err) &&
           respond(o, &request, certificate, arena, err);
}

int enrol_command(int argc, char **argv)
{
    struct options options = {0};
    struct arguments arguments;
    struct arena *arena;
    struct err err;
    int code;
    bool ok;

    if (!arguments_read(&enrol_table, argc, argv, &options, &arguments, &code))
        return code;
    options.request = arguments.word[0];
    arena = arena_new((size_t)32 << 20);
    ok = arena ? roots_settle(&options, &err) && enrol(&options, arena, &err) : err_memory(&err);
    arena_free(arena);
    return ok ? EXIT_OK : arguments_failed(&enrol_table, &err);
}
