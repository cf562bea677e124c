/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keeper: started by `serve` with one end of a socketpair, never by hand. Everything that needs a
 * new file descriptor of the network kind is impossible from here on.
 */
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/command/command.h"
#include "node/keeper/keeper.h"
#include "proto/base/log.h"
#include "proto/base/sandbox.h"

static const char help[] =
    "Usage: rikstal-node keeper --dir DIR --fd N\n\n"
    "The data process of a node. `rikstal-node serve` starts it; it is of no use by hand.\n"
    "It answers questions that reach it over the socketpair N and ends when the other end "
    "closes.\n\n"
    "  --dir DIR   the node's folder\n"
    "  --fd N      an open descriptor, one end of a stream socketpair\n";

/* The folder, and the snapshot where that is a link to another place. */
static bool enclose(const char *dir, struct err *err)
{
    char snapshot[PATH_MAX];
    const struct sandbox_place places[] = {
        {dir, true}, {snapshot, false}, {"/dev/urandom", false}, {"/etc/localtime", false}};

    if (snprintf(snapshot, sizeof(snapshot), "%s/snapshot", dir) >= (int)sizeof(snapshot))
        return err_set(err, ERR_INVALID, "the folder's name is too long");
    return sandbox_enter(SANDBOX_KEEPER, places, sizeof(places) / sizeof(places[0]), err);
}

static bool serve(const char *dir, int fd, struct err *err)
{
    struct keeper *keeper;

    if (!sandbox_prepare(err) || !keeper_open(dir, &keeper, err))
        return false;
    bool served = enclose(dir, err) && keeper_serve(keeper, fd, err);

    keeper_close(keeper);
    return served;
}

int keeper_command(int argc, char **argv)
{
    static const struct option options[] = {{"dir", required_argument, NULL, 'd'},
                                            {"fd", required_argument, NULL, 'f'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    const char *dir = NULL;
    long fd = -1;
    struct err err;

    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        char *end = NULL;

        if (c == 'd')
            dir = optarg;
        else if (c == 'f')
            fd = strtol(optarg, &end, 10);
        else if (c == 'h')
            return fputs(help, stdout) < 0 ? EXIT_FAILED : EXIT_OK;
        else
            return EXIT_USAGE;
        if (end && (*end || fd < 0 || fd > 65535))
            fd = -1;
    }
    if (!dir || fd < 0) {
        fputs(help, stderr);
        return EXIT_USAGE;
    }
    log_process_set("keeper");
    signal(SIGPIPE, SIG_IGN); /* a closed peer is an error of write, not the end */
    if (serve(dir, (int)fd, &err)) {
        log_event(LOG_INFO_LEVEL, "keeper_ends", NULL);
        return EXIT_OK;
    }
    log_error("keeper_fails", &err);
    return err_exit_code(&err);
}
