/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "coordinator/command/commands.h"
#include "coordinator/command/draft.h"
#include "coordinator/command/folder.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/trust/x509.h"

struct options {
    const char *dir;
    const char *root_dir;
    char root[PATH_MAX];
};

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "C", "the coordinator's folder", AT(dir), .needed = OPTION_ALWAYS},
    {"root-dir", OPTION_PATH, "R", "where ca.key is (default: C.root)", AT(root_dir)},
};

static const struct option_words words[] = {{0}};

const struct option_table renew_table = {
    .command = "rikstal-coordinator renew",
    .about =
        "Sign the coordinator's certificate (C/tls/coordinator.crt) again: the same key and the "
        "same\n"
        "names, for 90 more days. Without it no node can connect from the 90th day on; do it "
        "every\n"
        "60 days. A running coordinator takes it up with the next connection. The CA's key is\n"
        "needed, no root key. A node's certificate is renewed by `enrol` with the node's request.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 ok, 1 failure, 2 usage, 4 the certificate does not hold as it was made.",
};

/* The certificate's name follows from the network's. */
static bool uri_of(const char *dir, char uri[static X509_URI_MAX], struct err *err)
{
    struct draft *draft;
    bool ok;

    if (!draft_open(dir, &draft, err))
        return false;
    ok = x509_uri(draft_roster(draft)->network, NULL, uri, err);
    draft_close(draft);
    return ok;
}

/*
 * Replaces one file in one step, so that after a crash either the old or the new certificate is
 * there.
 */
static bool renew(const char *dir, const char *root_dir, struct arena *arena, struct err *err)
{
    char uri[X509_URI_MAX], path[PATH_MAX], when[CLOCK_TEXT_BYTES];
    struct x509_pair ca, own;
    int64_t end;

    if (!uri_of(dir, uri, err) || !folder_ca_key(&root_dir, 1, arena, &ca.key, err) ||
        !folder_text(dir, "tls/ca.crt", arena, &ca.cert, err) ||
        !folder_text(dir, "tls/coordinator.key", arena, &own.key, err) ||
        !folder_text(dir, "tls/coordinator.crt", arena, &own.cert, err) ||
        !x509_server_renew(&ca, uri, &own, arena, &own.cert, err) ||
        !x509_check(&own, ca.cert, clock_wall_s(), err) || !x509_not_after(own.cert, &end, err) ||
        !folder_path(dir, "tls/coordinator.crt", path, err) ||
        !file_write(path, own.cert, strlen(own.cert), 0644, err))
        return false;
    clock_text(end, when);
    printf("%s holds until %s\n", path, when);
    return true;
}

int renew_command(int argc, char **argv)
{
    struct options options = {0};
    struct arguments arguments;
    struct arena *arena;
    struct err err;
    int code;
    bool ok;

    if (!arguments_read(&renew_table, argc, argv, &options, &arguments, &code))
        return code;
    if (!options.root_dir && !folder_root_dir(options.dir, options.root, &err))
        return arguments_failed(&renew_table, &err);
    arena = arena_new((size_t)1 << 20);
    ok = arena ? renew(options.dir, options.root_dir ? options.root_dir : options.root, arena, &err)
               : err_memory(&err);
    arena_free(arena);
    return ok ? EXIT_OK : arguments_failed(&renew_table, &err);
}
