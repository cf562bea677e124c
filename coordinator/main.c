/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-coordinator: the question to all nodes, and one answer back.
 *
 * A table of commands, in the order in which an operator meets them.
 */
#include "coordinator/command/commands.h"
#include "proto/base/program.h"

static const struct command commands[] = {
    {"init", init_command, "make a new network: root keys, certificates, an empty roster",
     &init_table},
    {"serve", serve_command, "take questions, ask the nodes, gather and merge", &serve_table},
    {"enrol", enrol_command, "take a node into the network", &enrol_table},
    {"renew", renew_command, "a new certificate for the coordinator, every 60 days", &renew_table},
    {"roster", roster_command, "show and change who belongs to the network", &roster_table},
};

static const struct program program = {
    .name = "rikstal-coordinator",
    .summary = "the meeting point of a rikstal network",
    .about = "The meeting point of a rikstal network. It holds no patient data, and can neither\n"
             "forge a question nor alter an answer.",
    .more = "Exit codes: 0 ok,\n1 failure, 2 usage, 4 refused, 7 unreachable.",
    .commands = commands,
    .n_commands = sizeof(commands) / sizeof(commands[0]),
};

int main(int argc, char **argv)
{
    return program_main(&program, argc, argv);
}
