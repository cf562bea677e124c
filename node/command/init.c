/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-node init: a node's folder, its keys and its enrolment request.
 *
 * Each step makes what is missing and leaves what is there; the request comes last, and its
 * presence means that all is done. So an init that was cut short is finished by the next one, and
 * an init that is repeated prints the same request and changes nothing.
 */
#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "node/command/commands.h"
#include "node/import/identity.h"
#include "node/privacy/policy.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"
#include "proto/base/file.h"
#include "proto/query/region.h"
#include "proto/trust/enrolment.h"
#include "proto/trust/keys.h"
#include "proto/trust/x509.h"

#define ARENA_BYTES ((size_t)16 << 20)
#define NETWORK_DEFAULT "rikstal"

struct init {
    const char *dir;
    const char *network;
    const char *coordinator;
    const struct region *region;
    struct arena *arena;
    struct err err;
};

/* DIR/name in the arena; NULL, with err set, when memory is out. */
static const char *path_in(struct init *init, const char *name)
{
    const char *path = arena_printf(init->arena, "%s/%s", init->dir, name);

    if (!path)
        err_memory(&init->err);
    return path;
}

static bool folders_make(struct init *init)
{
    static const char *const names[] = {"keys", "tls", "snapshot", "rejects"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const char *path = path_in(init, names[i]);

        if (!path || !file_make_folder(path, 0700, &init->err))
            return false;
    }
    return true;
}

static bool file_make(struct init *init, const char *name, const char *text, unsigned mode)
{
    const char *path = path_in(init, name);

    return path &&
           (file_exists(path) || file_write(path, text, strlen(text), (mode_t)mode, &init->err));
}

static bool settings_make(struct init *init)
{
    const char *text =
        arena_printf(init->arena,
                     "# One node of a rikstal network; made by rikstal-node init.\n"
                     "[node]\nregion = %s\nname = %s\nnetwork = %s\n\n"
                     "[link]\ncoordinator = %s\nproxy = no\n",
                     init->region->code, init->region->name, init->network, init->coordinator);

    if (!text)
        return err_memory(&init->err);
    return file_make(init, "node.conf", text, 0644) &&
           file_make(init, "policy.json", policy_default, 0644);
}

/* Settings that are there are the operator's: init writes them once. */
static void settings_kept(struct init *init)
{
    const char *path = path_in(init, "node.conf");

    if (path && *init->coordinator && file_exists(path))
        fprintf(stderr,
                "rikstal-node init: %s was there and stays as it is; where `serve` dials is "
                "[link] coordinator in it\n",
                path);
}

/* The signing key's public half. */
static bool signing_key_make(struct init *init, struct public_key *out)
{
    const char *secret_path = path_in(init, "keys/node.key");
    const char *public_path = path_in(init, "keys/node.pub");
    struct secret_key *key = NULL;
    bool ok;

    if (!secret_path || !public_path)
        return false;
    if (file_exists(secret_path))
        ok = secret_key_read(secret_path, &key, &init->err);
    else
        ok = secret_key_new(&key, &init->err) && secret_key_write(key, secret_path, &init->err);
    if (ok)
        *out = *secret_key_public(key);
    secret_key_free(key);
    return ok && (file_exists(public_path) || public_key_write(out, public_path, &init->err));
}

static bool person_key_make(struct init *init)
{
    const char *path = path_in(init, "keys/pid.key");

    return path && (file_exists(path) || identity_create(init->dir, &init->err));
}

/* The TLS key, and a request for its certificate. */
static bool tls_make(struct init *init, const char **csr)
{
    const char *path = path_in(init, "tls/node.key");
    char uri[X509_URI_MAX];
    const char *key;
    uint8_t *data;
    size_t size;

    if (!path || !x509_uri(init->network, init->region->code, uri, &init->err))
        return false;
    if (!file_exists(path) && !(x509_key_new(init->arena, &key, &init->err) &&
                                file_write(path, key, strlen(key), 0600, &init->err)))
        return false;
    return file_read(path, X509_PEM_MAX, init->arena, &data, &size, &init->err) &&
           x509_request_new((const char *)data, uri, init->arena, csr, &init->err);
}

static bool request_make(struct init *init, const char *path, const char **text)
{
    struct enrolment_request request = {
        .network = init->network, .region = init->region->code, .name = init->region->name};

    return signing_key_make(init, &request.key) && person_key_make(init) &&
           tls_make(init, &request.csr) &&
           enrolment_request_text(&request, init->arena, text, &init->err) &&
           file_write(path, *text, strlen(*text), 0644, &init->err);
}

/* A request that is there must be for the same node. */
static bool request_read(struct init *init, const char *path, const char **text)
{
    struct enrolment_request request;
    uint8_t *data;
    size_t size;

    if (!file_read(path, ENROLMENT_BYTES_MAX, init->arena, &data, &size, &init->err) ||
        !enrolment_request_parse((const char *)data, size, init->arena, &request, &init->err))
        return false;
    if (strcmp(request.region, init->region->code) != 0 ||
        strcmp(request.network, init->network) != 0)
        return err_set(&init->err, ERR_INVALID,
                       "%s is the node of region %s in the network %s already", init->dir,
                       request.region, request.network);
    *text = (const char *)data;
    return true;
}

static bool init_run(struct init *init, const char **text)
{
    const char *path;

    init->arena = arena_new(ARENA_BYTES);
    path = init->arena ? path_in(init, "enrolment-request.json") : NULL;
    if (!path)
        return err_memory(&init->err);
    settings_kept(init);
    if (file_exists(path))
        return request_read(init, path, text);
    return folders_make(init) && settings_make(init) && request_make(init, path, text);
}

/* ---- command line ---------------------------------------------------------------------------- */

static bool region_read(const char *text, void *target, struct err *err)
{
    const struct region *region = region_by_text(text);

    memcpy(target, &region, sizeof(region));
    return region ||
           err_set(err, ERR_INVALID, "no region \"%.40s\"; a county code is 01 to 25", text);
}

static bool address_read(const char *text, void *target, struct err *err)
{
    memcpy(target, &text, sizeof(text));
    return !strpbrk(text, "\r\n") || err_set(err, ERR_INVALID, "an address is one line");
}

#define AT(member) .at = offsetof(struct init, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "DIR", "the node's folder; made if need be, mode 0700", AT(dir),
     .needed = OPTION_ALWAYS},
    {"region", OPTION_READ, "CODE", "county code (12), letter (M) or name (Skåne)", AT(region),
     .read = region_read, .example = "12", .needed = OPTION_ALWAYS},
    {"network", OPTION_TEXT, "NAME", "the network's name (default: rikstal)", AT(network)},
    {"coordinator", OPTION_READ, "HOST:PORT", "where `serve` dials; may also be given to `serve`",
     AT(coordinator), .read = address_read, .example = "localhost:8443"},
};

static const struct option_words words[] = {{0}};

const struct option_table init_table = {
    .command = "rikstal-node init",
    .about =
        "Make a node: its folder, its keys, its configuration and role policy. Prints the\n"
        "enrolment request, which is also kept as DIR/enrolment-request.json. Send it to the\n"
        "coordinator's operator, and give the answer to `rikstal-node enrol`. The request holds\n"
        "no secret. A second init prints the same request and changes nothing.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .details =
        "DIR/keys holds secrets: node.key signs what the node answers, pid.key turns person ids\n"
        "into pseudonyms. Losing pid.key means importing everything again. Back both up apart\n"
        "from the data, and never to the same place.",
    .exits = "0 ok, 1 failure, 2 usage.",
};

int init_command(int argc, char **argv)
{
    struct init init = {.network = NETWORK_DEFAULT, .coordinator = ""};
    struct arguments arguments;
    const char *text = NULL;
    int code;

    if (!arguments_read(&init_table, argc, argv, &init, &arguments, &code))
        return code;
    assert(init.dir && init.region && !arguments.n);
    code = EXIT_OK;
    if (init_run(&init, &text)) {
        fputs(text, stdout);
        fprintf(
            stderr,
            "rikstal-node init: region %s is ready in %s; send the request to the coordinator\n",
            init.region->code, init.dir);
    } else {
        code = arguments_failed(&init_table, &init.err);
    }
    arena_free(init.arena);
    return code;
}
