/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keeper: started by `serve` with one end of a socketpair, never by hand. Everything that needs a
 * new file descriptor of the network kind is impossible from here on.
 */
#include <assert.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/command/commands.h"
#include "node/keeper/keeper.h"
#include "proto/base/arguments.h"
#include "proto/base/log.h"
#include "proto/base/sandbox.h"

struct options {
    const char *dir;
    long fd;
};

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "DIR", "the node's folder", AT(dir), .needed = OPTION_ALWAYS},
    {"fd", OPTION_NUMBER, "N", "an open descriptor, one end of a stream socketpair", AT(fd),
     .least = 0, .most = 65535, .needed = OPTION_ALWAYS},
};

static const struct option_words words[] = {{0}};

const struct option_table keeper_table = {
    .command = "rikstal-node keeper",
    .about =
        "The data process of a node. `rikstal-node serve` starts it; it is of no use by hand.\n"
        "It answers questions that reach it over the socketpair and ends when the other end "
        "closes.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
};

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
    struct options options = {.fd = -1};
    struct arguments arguments;
    struct err err;
    int code;

    if (!arguments_read(&keeper_table, argc, argv, &options, &arguments, &code))
        return code;
    assert(options.dir && options.fd >= 0);
    log_process_set("keeper");
    signal(SIGPIPE, SIG_IGN); /* a closed peer is an error of write, not the end */
    if (serve(options.dir, (int)options.fd, &err)) {
        log_event(LOG_INFO_LEVEL, "keeper_ends", NULL);
        return EXIT_OK;
    }
    log_error("keeper_fails", &err);
    return err_exit_code(&err);
}
