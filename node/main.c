/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-node: one region's data, and what may be said about it.
 *
 * A table of commands, in the order in which an operator meets them.
 */
#include <sys/stat.h>

#include "node/command/beside.h"
#include "node/command/commands.h"
#include "proto/base/program.h"

/* Commands that read foreign files are a program beside this one: their libraries are large. */
static int read_files(int argc, char **argv)
{
    return beside_become("rikstal-import", argc, argv);
}

static const struct command commands[] = {
    {"init", init_command, "make a node's folder, its keys and its enrolment request", &init_table},
    {"enrol", enrol_command, "take in the coordinator's answer to the enrolment request",
     &enrol_table},
    {"terms", read_files, "load terminologies and gene tables; show what is loaded", NULL},
    {"import", read_files, "read VCF, phenopackets, persons or consents into the store", NULL},
    {"publish", publish_command, "make what was imported askable: store to snapshot",
     &publish_table},
    {"count", count_command, "true counts for the region's own staff, on its own machine",
     &count_table},
    {"policy", policy_command,
     "what may be released: show, preview, sign, install; stop all answers", &policy_table},
    {"hold", hold_command, "questions that wait for a person of this region", &hold_table},
    {"consent", consent_command, "a person's block or withdrawal, at once", &consent_table},
    {"audit", audit_command, "read, verify and export the node's log", &audit_table},
    {"ledger", ledger_command, "what this region was asked, published for everybody",
     &ledger_table},
    {"serve", serve_command,
     "answer questions: keeper (data, no network) and link (network, no data)", &serve_table},
    {"keeper", keeper_command, NULL, &keeper_table},
};

static const struct program program = {
    .name = "rikstal-node",
    .summary = "one region's node of the rikstal network",
    .about = "One region's node of the rikstal network. Its records never leave it.",
    .more = "Exit codes: 0 ok, 1 failure, 2 usage,\n"
            "3 partial, 4 refused, 5 budget exhausted, 6 finished with rejects, 7 unreachable.",
    .commands = commands,
    .n_commands = sizeof(commands) / sizeof(commands[0]),
};

int main(int argc, char **argv)
{
    umask(077); /* whatever lies in a node's folder is for its owner alone */
    return program_main(&program, argc, argv);
}
