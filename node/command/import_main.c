/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-import: the commands of rikstal-node that read foreign files, as a program of its own, so
 * that htslib and libarchive are loaded where they are used. rikstal-node becomes it.
 */
#include <sqlite3.h>
#include <sys/stat.h>

#include "node/command/commands.h"
#include "proto/base/program.h"

static const struct command commands[] = {
    {"terms", terms_command, "load terminologies and gene tables; show what is loaded",
     &terms_table},
    {"import", import_command, "read VCF, phenopackets, persons or consents into the store",
     &import_table},
};

static const struct program program = {
    .name = "rikstal-node",
    .summary = "the part of rikstal-node that reads files",
    .about = "The part of rikstal-node that reads files; `rikstal-node` starts it.",
    .more = "",
    .commands = commands,
    .n_commands = sizeof(commands) / sizeof(commands[0]),
};

int main(int argc, char **argv)
{
    umask(077); /* whatever lies in a node's folder is for its owner alone */
    /* One thread, and nobody reads SQLite's count of its memory: both cost a twentieth of an
     * import. */
    if (sqlite3_config(SQLITE_CONFIG_SINGLETHREAD) != SQLITE_OK ||
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK)
        return EXIT_FAILED;
    return program_main(&program, argc, argv);
}
