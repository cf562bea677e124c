#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What several commands share: forms of output, the options of a session, a report on stdout, and
 * its exit code.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "coordinator/analyst/session.h"
#include "coordinator/report/merge.h"
#include "proto/base/bytes.h"
#include "proto/base/err.h"
#include "proto/base/option.h"
#include "proto/terms/term_echo.h"

/* OUTPUT_AUTO: a table on a terminal, TSV in a pipe. */
enum output_form { OUTPUT_AUTO, OUTPUT_TABLE, OUTPUT_TSV, OUTPUT_CSV, OUTPUT_JSON };

/* For commands that have only these options. */
struct output_chosen {
    enum output_form form;
    struct session_options session;
};

/* Rows for option tables of a struct with the members `form` and `session`. */
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

/* Reads the name of a measure into an enum measure_kind; for the option --measure. */
bool output_measure_read(const char *name, void *kind, struct err *err) MUST_CHECK;
/* The same of a mode, into an enum mode; for the option --mode. */
bool output_mode_read(const char *name, void *mode, struct err *err) MUST_CHECK;
/* A description of the measure with this number, for help; measure_word() has its name. */
const char *output_measure_help(size_t i);
/* Replaces OUTPUT_AUTO by the form that suits stdout. */
enum output_form output_settle(enum output_form form);
bool output_colour(void);
/* Prints a line for each code and gene that has something to say; echo may be NULL. */
void output_echo(const struct term_echo *echo, const char *before, FILE *to);
/* Writes the bytes to stdout. */
bool output_bytes(const uint8_t *data, size_t size, struct err *err) MUST_CHECK;
struct output_asked {
    const char *question;
    int64_t asked_s;              /* unix seconds; 0: not known */
    const struct term_echo *echo; /* what term releases say of the question; NULL: nothing */
    bool mark;                    /* CSV and TSV begin with the UTF-8 mark */
};
/* Appends a report in this form, which is none of OUTPUT_AUTO. */
bool output_render(const struct report *report, enum output_form form,
                   const struct output_asked *asked, struct bytes *out, struct err *err) MUST_CHECK;
/*
 * Prints a report whose signatures this program has verified. CSV and TSV have no column for the
 * regions' reasons, so each reason is printed once on stderr, and so is the echo.
 */
bool output_report(const struct report *report, enum output_form form,
                   const struct output_asked *asked, struct err *err) MUST_CHECK;
/*
 * The exit code: 0 all regions answered, 3 some did, 4 all that were reached refused, 5 all their
 * budgets are exhausted, 7 none was reached.
 */
int output_exit(const struct report *report);
