#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the commands have in common at their edges: output forms, the options of a session, a report
 * on stdout, and the exit code that it deserves.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/analyst/session.h"
#include "coordinator/report/merge.h"
#include "proto/base/err.h"
#include "proto/base/option.h"

/* OUTPUT_AUTO: a table on a terminal, TSV in a pipe. */
enum output_form { OUTPUT_AUTO, OUTPUT_TABLE, OUTPUT_TSV, OUTPUT_CSV, OUTPUT_JSON };

/* What the commands that have these options alone read them into. */
struct output_chosen {
    enum output_form form;
    struct session_options session;
};

/* Rows of option tables, for a struct with the members `form` and `session`. */
#define OUTPUT_FORM(into, word, value, text)                                                       \
    {                                                                                              \
        .name = word, .type = OPTION_SET, .at = offsetof(into, form), .least = value, .help = text \
    }
#define OUTPUT_JSON_SPEC(into, text) OUTPUT_FORM(into, "json", OUTPUT_JSON, text)
#define OUTPUT_CSV_SPEC(into) OUTPUT_FORM(into, "csv", OUTPUT_CSV, "comma-separated values")
#define OUTPUT_TSV_SPEC(into)                                                                      \
    OUTPUT_FORM(into, "tsv", OUTPUT_TSV, "tab-separated values (default in a pipe)")
#define OUTPUT_TABLE_SPEC(into)                                                                    \
    OUTPUT_FORM(into, "table", OUTPUT_TABLE, "a table (default on a terminal)")
#define OUTPUT_SESSION(into, word, member, arg, text)                                              \
    {                                                                                              \
        .name = word, .type = OPTION_PATH, .argument = arg, .at = offsetof(into, session.member),  \
        .help = text                                                                               \
    }
#define OUTPUT_CONFIG_SPEC(into)                                                                   \
    OUTPUT_SESSION(into, "config", config, "FILE",                                                 \
                   "configuration (default: $RIKSTAL_CONFIG, ~/.config/rikstal/config)")
#define OUTPUT_COORDINATOR_SPEC(into)                                                              \
    {                                                                                              \
        .name = "coordinator", .type = OPTION_TEXT, .argument = "URL",                             \
        .at = offsetof(into, session.coordinator),                                                 \
        .help = "where the coordinator is, instead of the configuration's"                         \
    }
#define OUTPUT_KEY_SPEC(into)                                                                      \
    OUTPUT_SESSION(into, "key", key, "FILE", "your secret key, instead of the configuration's")
#define OUTPUT_ROOTS_SPEC(into)                                                                    \
    OUTPUT_SESSION(into, "roots", roots, "FILE",                                                   \
                   "the pinned root keys, instead of the configuration's")

/* For an option --measure: it reads the name of a measure into an enum measure_kind. */
bool output_measure_read(const char *name, void *kind, struct err *err) MUST_CHECK;
/* What the measure of this number is, beside measure_word(). */
const char *output_measure_help(size_t i);
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
