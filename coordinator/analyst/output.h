#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the commands have in common at their edges: output forms, the options of a session, a report
 * on stdout, and the exit code that it deserves.
 */
#include <stdint.h>

#include "coordinator/analyst/session.h"
#include "coordinator/report/merge.h"
#include "proto/base/err.h"

/* OUTPUT_AUTO: a table on a terminal, TSV in a pipe. */
enum output_form { OUTPUT_AUTO, OUTPUT_TABLE, OUTPUT_TSV, OUTPUT_CSV, OUTPUT_JSON };

enum output_opt {
    OUTPUT_OPT_JSON = 512,
    OUTPUT_OPT_CSV,
    OUTPUT_OPT_TSV,
    OUTPUT_OPT_TABLE,
    OUTPUT_OPT_CONFIG,
    OUTPUT_OPT_COORDINATOR,
    OUTPUT_OPT_ROLE,
    OUTPUT_OPT_PURPOSE,
    OUTPUT_OPT_KEY,
    OUTPUT_OPT_ROOTS,
};

/* Rows for getopt_long. */
#define OUTPUT_OPTIONS                                                                             \
    {"json", no_argument, NULL, OUTPUT_OPT_JSON}, {"csv", no_argument, NULL, OUTPUT_OPT_CSV},      \
        {"tsv", no_argument, NULL, OUTPUT_OPT_TSV},                                                \
    {                                                                                              \
        "table", no_argument, NULL, OUTPUT_OPT_TABLE                                               \
    }
#define OUTPUT_SESSION_OPTIONS                                                                     \
    {"config", required_argument, NULL, OUTPUT_OPT_CONFIG},                                        \
        {"coordinator", required_argument, NULL, OUTPUT_OPT_COORDINATOR},                          \
        {"role", required_argument, NULL, OUTPUT_OPT_ROLE},                                        \
        {"purpose", required_argument, NULL, OUTPUT_OPT_PURPOSE},                                  \
        {"key", required_argument, NULL, OUTPUT_OPT_KEY},                                          \
    {                                                                                              \
        "roots", required_argument, NULL, OUTPUT_OPT_ROOTS                                         \
    }
#define OUTPUT_SESSION_HELP                                                                        \
    "  --config FILE     configuration (default: $RIKSTAL_CONFIG, ~/.config/rikstal/config)\n"     \
    "  --coordinator URL, --key FILE, --roots FILE   instead of the configuration's\n"

/* One of these options, taken; false when it is none of them. */
bool output_option(int option, enum output_form *form, struct session_options *session);
/* All options of a command that has these alone, and --help. */
struct output_chosen {
    enum output_form form;
    struct session_options session;
    bool helped;
};
bool output_options(int argc, char **argv, struct output_chosen *chosen,
                    struct err *err) MUST_CHECK;
/* The measures that --measure takes, on stdout: lines of a help text. */
void output_measures(void);
/* The form that is meant for stdout as it is. */
enum output_form output_settle(enum output_form form);
bool output_colour(void);
/* Bytes to stdout. */
bool output_bytes(const uint8_t *data, size_t size, struct err *err) MUST_CHECK;
/* A report whose signatures were verified here. With CSV and TSV the regions' reasons, which have
 * no column, go to stderr, each once. */
bool output_report(const struct report *report, enum output_form form, const char *question,
                   int64_t asked_s, struct err *err) MUST_CHECK;
/* 0 all answered, 3 some, 4 refused by all that are there, 5 their budgets are exhausted, 7 none.
 */
int output_exit(const struct report *report);
