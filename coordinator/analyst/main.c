/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal, the analyst's program: a table of commands, in the order in which an analyst needs them.
 */
#include "coordinator/analyst/analyst.h"
#include "proto/base/program.h"

static const struct command commands[] = {
    {"keys", keys_command, "make and show your signing key; certify analysts", &keys_table},
    {"explain", explain_command, "say in words what a question means", &explain_table},
    {"language", language_command, "every field, operator, word and unit, with examples",
     &language_table},
    {"terms", terms_command, "codes and genes by words of their labels", &terms_table},
    {"price", price_command, "what a question costs, and how precise it is", &price_table},
    {"ask", ask_command, "ask every region, verify and add up the answers", &ask_table},
    {"watch", watch_command, "ask about each new release, and alert when a figure is reached",
     &watch_table},
    {"page", page_command, "a page in your browser to ask from, served by this machine",
     &page_table},
    {"desk", desk_command, "a desk for an organisation, whose persons log in", &desk_table},
    {"scripts", scripts_command, "tokens with which scripts use your page's desk", &scripts_table},
    {"contact", contact_command, "a letter to regions about an answer, to be sent by you",
     &contact_table},
    {"nodes", nodes_command, "who is connected, with data of when", &nodes_table},
    {"releases", releases_command, "the national releases that may be asked about",
     &releases_table},
    {"budget", budget_command, "what is left of your organisation's privacy budget", &budget_table},
    {"token", token_command, "let another program read your organisation's budget and answers",
     &token_table},
    {"verify", verify_command, "check the receipt of an answer, offline", &verify_table},
};

static const struct program program = {
    .name = "rikstal",
    .summary = "ask the regions of Sweden how many patients are like this",
    .about =
        "How many patients in Sweden are like this? The question travels, the records never do.",
    .more = "Configuration: ~/.config/rikstal/config (INI):\n"
            "  [rikstal]\n"
            "  coordinator = http://127.0.0.1:8480\n"
            "  key = analyst.key\n"
            "  roots = roots\n"
            "  certificate = me.cert\n"
            "The last line only where your organisation has certified you (`rikstal keys`).\n"
            "Exit codes: 0 ok, 1 failure, 2 usage or mistakes in the question, 3 partial answer,\n"
            "4 refused, 5 budget exhausted, 7 unreachable, 8 a watched figure is reached.",
    .commands = commands,
    .n_commands = sizeof(commands) / sizeof(commands[0]),
};

int main(int argc, char **argv)
{
    return program_main(&program, argc, argv);
}
