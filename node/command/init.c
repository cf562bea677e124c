/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-node init: a node's folder, its keys and its enrolment request.
 *
 * Each step makes what is missing and leaves what is there; the request comes last, and its
 * presence means that all is done. So an init that was cut short is finished by the next one, and
 * an init that is repeated prints the same request and changes nothing.
 */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "node/command/command.h"
#include "node/import/identity.h"
#include "node/privacy/policy.h"
#include "proto/base/arena.h"
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

static void print_help(void)
{
    fputs("Usage: rikstal-node init --dir DIR --region CODE [--network NAME]\n"
          "                         [--coordinator HOST:PORT]\n\n"
          "Make a node: its folder, its keys, its configuration and role policy. Prints the\n"
          "enrolment request, which is also kept as DIR/enrolment-request.json. Send it to the\n"
          "coordinator's operator, and give the answer to `rikstal-node enrol`. The request holds\n"
          "no secret. A second init prints the same request and changes nothing.\n\n"
          "  --dir DIR                 the node's folder; made if need be, mode 0700\n"
          "  --region CODE             county code (12), letter (M) or name (Skåne)\n"
          "  --network NAME            the network's name, default \"rikstal\"\n"
          "  --coordinator HOST:PORT   where `serve` dials; may also be given to `serve`\n"
          "  --help                    this page\n\n"
          "DIR/keys holds secrets: node.key signs what the node answers, pid.key turns person ids\n"
          "into pseudonyms. Losing pid.key means importing everything again. Back both up apart\n"
          "from the data, and never to the same place.\n\n"
          "Exit codes: 0 ok, 1 failure, 2 usage.\n",
          stdout);
}

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

/* Fills init; false, with an exit code, when there is nothing to run. */
static bool options_read(int argc, char **argv, struct init *init, int *code)
{
    static const struct option options[] = {
        {"dir", required_argument, NULL, 'd'},     {"region", required_argument, NULL, 'r'},
        {"network", required_argument, NULL, 'n'}, {"coordinator", required_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},          {0}};
    const char *region = NULL;
    int option;

    *code = EXIT_USAGE;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'd')
            init->dir = optarg;
        else if (option == 'r')
            region = optarg;
        else if (option == 'n')
            init->network = optarg;
        else if (option == 'c')
            init->coordinator = optarg;
        else if (option == 'h')
            return print_help(), *code = EXIT_OK, false;
        else
            return false;
    }
    init->region = region ? region_by_text(region) : NULL;
    if (init->dir && init->region && optind == argc && !strpbrk(init->coordinator, "\r\n"))
        return true;
    if (region && !init->region)
        fprintf(stderr, "rikstal-node init: no region \"%s\"; a county code is 01 to 25\n", region);
    else
        fprintf(stderr, "rikstal-node init: --dir DIR and --region CODE are needed; --help says "
                        "more\n");
    return false;
}

int init_command(int argc, char **argv)
{
    struct init init = {.network = NETWORK_DEFAULT, .coordinator = ""};
    const char *text = NULL;
    int code;

    if (!options_read(argc, argv, &init, &code))
        return code;
    if (init_run(&init, &text)) {
        fputs(text, stdout);
        fprintf(
            stderr,
            "rikstal-node init: region %s is ready in %s; send the request to the coordinator\n",
            init.region->code, init.dir);
        code = EXIT_OK;
    } else {
        fprintf(stderr, "rikstal-node init: %s\n", init.err.text);
        code = err_exit_code(&init.err);
    }
    arena_free(init.arena);
    return code;
}
