/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/command/command.h"
#include "coordinator/command/draft.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/trust/x509.h"

static const char help[] =
    "Usage: rikstal-coordinator renew --dir C [--root-dir R]\n"
    "\n"
    "Sign the coordinator's certificate (C/tls/coordinator.crt) again: the same key and the same\n"
    "names, for 90 more days. Without it no node can connect from the 90th day on; do it every 60\n"
    "days. A running coordinator takes it up with the next connection. The CA's key is needed, no\n"
    "root key. A node's certificate is renewed by `enrol` with the node's request.\n"
    "\n"
    "  --dir C         the coordinator's folder\n"
    "  --root-dir R    where ca.key is (default: C.root)\n"
    "\n"
    "Exit codes: 0 ok, 1 failure, 2 usage, 4 the certificate does not hold as it was made.\n";

/* The name that the certificate is for follows from the network's. */
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

/* One file is replaced, in one step: a crash leaves the old certificate or the new one. */
static bool renew(const char *dir, const char *root_dir, struct arena *arena, struct err *err)
{
    char uri[X509_URI_MAX], path[PATH_MAX], when[CLOCK_TEXT_BYTES];
    struct x509_pair ca, own;
    int64_t end;

    if (!uri_of(dir, uri, err) || !command_ca_key(&root_dir, 1, arena, &ca.key, err) ||
        !command_text(dir, "tls/ca.crt", arena, &ca.cert, err) ||
        !command_text(dir, "tls/coordinator.key", arena, &own.key, err) ||
        !command_text(dir, "tls/coordinator.crt", arena, &own.cert, err) ||
        !x509_server_renew(&ca, uri, &own, arena, &own.cert, err) ||
        !x509_check(&own, ca.cert, clock_wall_s(), err) || !x509_not_after(own.cert, &end, err) ||
        !command_path(dir, "tls/coordinator.crt", path, err) ||
        !file_write(path, own.cert, strlen(own.cert), 0644, err))
        return false;
    clock_text(end, when);
    printf("%s holds until %s\n", path, when);
    return true;
}

int renew_command(int argc, char **argv)
{
    static const struct option known[] = {{"dir", required_argument, NULL, 'd'},
                                          {"root-dir", required_argument, NULL, 'r'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    const char *dir = NULL, *root_dir = NULL;
    char usual[PATH_MAX];
    struct arena *arena;
    struct err err;
    bool ok;

    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c == 'h')
            return fputs(help, stdout) < 0 ? EXIT_FAILED : EXIT_OK;
        if (c == 'd')
            dir = optarg;
        else if (c == 'r')
            root_dir = optarg;
        else
            return EXIT_USAGE;
    }
    if (!dir || optind != argc) {
        err_set(&err, ERR_INVALID, "give --dir and options only");
        return command_failed("renew", &err);
    }
    if (!root_dir && !command_root_dir(dir, usual, &err))
        return command_failed("renew", &err);
    arena = arena_new((size_t)1 << 20);
    ok = arena ? renew(dir, root_dir ? root_dir : usual, arena, &err) : err_memory(&err);
    arena_free(arena);
    return ok ? EXIT_OK : command_failed("renew", &err);
}
