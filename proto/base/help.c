/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/help.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#define COLUMNS 79
#define INDENT_MAX 22
#define LABEL_BYTES 80
#define USAGE_MARGIN 7  /* "Usage: " */
#define USAGE_INDENT 15 /* blanks before the further lines of a usage */

/* A row of the page: a label, and text that is wrapped in the column beside it. */
struct help_row {
    FILE *out;
    int indent;
    int column;
    bool fresh; /* nothing has been printed after the indent yet */
};

/* Counts characters, not bytes. */
static int width(const char *text, size_t length)
{
    int n = 0;

    for (size_t i = 0; i < length; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

static void row_break(struct help_row *row)
{
    fprintf(row->out, "\n%*s", row->indent, "");
    row->column = row->indent;
    row->fresh = true;
}

/* A text that fits one line. */
static void row_word(struct help_row *row, const char *text, size_t length)
{
    int columns = width(text, length);
    bool first = row->fresh;

    if (!first && row->column + 1 + columns > COLUMNS) {
        row_break(row);
        first = true;
    }
    if (!first)
        fputc(' ', row->out);
    fwrite(text, 1, length, row->out);
    row->column += columns + !first;
    row->fresh = false;
}

static void row_text(struct help_row *row, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, " ");

        row_word(row, text, length);
        text += length;
        text += strspn(text, " ");
    }
}

static void row_begin(struct help_row *row, const char *label, int indent, FILE *out)
{
    int columns = width(label, strlen(label)) + 2;

    *row = (struct help_row){.out = out, .indent = indent, .column = indent, .fresh = true};
    fprintf(out, "  %s", label);
    if (columns + 2 > indent)
        row_break(row);
    else
        fprintf(out, "%*s", indent - columns, "");
}

const char *help_range(const struct option_spec *spec, char room[static HELP_RANGE_BYTES])
{
    char list[WORDS_TEXT_BYTES];

    room[0] = 0;
    if (spec->words && !spec->words_help)
        (void)snprintf(room, HELP_RANGE_BYTES, "; %s", words_join(spec->words, " or ", list));
    else if ((spec->type == OPTION_NUMBER || spec->type == OPTION_NUMBER32) && spec->most < INT_MAX)
        (void)snprintf(room, HELP_RANGE_BYTES, "; %ld to %ld", spec->least, spec->most);
    else if (option_repeats(spec))
        (void)snprintf(room, HELP_RANGE_BYTES, "; may be repeated");
    return room;
}

static void label_of(const struct option_spec *spec, char room[static LABEL_BYTES])
{
    (void)snprintf(room, LABEL_BYTES, "--%s%s%s", spec->name, spec->argument ? " " : "",
                   spec->argument ? spec->argument : "");
}

/* The width of the widest label within the limit, with the blanks around it. */
static int indent_of(const struct option_table *table)
{
    char label[LABEL_BYTES];
    int widest = (int)strlen("--help");

    for (size_t i = 0; i < table->n_specs; i++) {
        int columns;

        if (table->specs[i].type == OPTION_HEADING)
            continue;
        label_of(&table->specs[i], label);
        columns = (int)strlen(label);
        if (columns > widest && columns + 4 <= INDENT_MAX)
            widest = columns;
    }
    for (size_t i = 0; table->words[0].name && i < table->n_words; i++)
        if ((int)strlen(table->words[i].name) > widest)
            widest = (int)strlen(table->words[i].name);
    return widest + 4;
}

static void option_row(const struct option_spec *spec, int indent, FILE *out)
{
    char label[LABEL_BYTES], range[HELP_RANGE_BYTES], text[HELP_TEXT_BYTES];
    struct help_row row;

    if (spec->type == OPTION_HEADING) {
        fprintf(out, "\n%s\n", spec->help);
        return;
    }
    label_of(spec, label);
    row_begin(&row, label, indent, out);
    (void)snprintf(text, sizeof(text), "%s%s", spec->help, help_range(spec, range));
    row_text(&row, text);
    for (size_t i = 0; spec->words_help && spec->words(i); i++) {
        row_break(&row);
        row_text(&row, spec->words(i));
        row_text(&row, "-");
        row_text(&row, spec->words_help(i));
    }
    fputc('\n', out);
}

/* "prog cmd show ID --dir DIR [OPTION...]", printed after the margin that is already there. */
static void usage_row(const struct option_table *table, const struct option_words *words, FILE *out)
{
    struct help_row row = {
        .out = out, .indent = USAGE_INDENT, .column = USAGE_MARGIN, .fresh = true};
    char label[LABEL_BYTES];
    bool more = false;

    row_word(&row, table->command, strlen(table->command));
    row_text(&row, words->name ? words->name : "");
    row_text(&row, words->argument ? words->argument : "");
    for (size_t i = 0; i < table->n_specs; i++) {
        const struct option_spec *spec = &table->specs[i];

        if (option_needed(spec, words->name)) {
            label_of(spec, label);
            row_word(&row, label, strlen(label));
        } else {
            more = more || (spec->name && option_goes(spec, words->name));
        }
    }
    row_text(&row, more ? "[OPTION...]" : "");
    fputc('\n', out);
}

void help_print(const struct option_table *table, FILE *out)
{
    assert(table && out);
    static const struct option_spec help_spec = {.name = "help", .help = "this page"};
    int indent = indent_of(table);
    bool helped = false; /* --help stands above the first heading */

    for (size_t i = 0; i < table->n_words; i++) {
        fputs(i == 0 ? "Usage: " : "       ", out);
        usage_row(table, &table->words[i], out);
    }
    fprintf(out, "\n%s\n\n", table->about);
    for (size_t i = 0; table->words[0].name && i < table->n_words; i++) {
        struct help_row row;

        row_begin(&row, table->words[i].name, indent, out);
        row_text(&row, table->words[i].help);
        fputs(i + 1 < table->n_words ? "\n" : "\n\n", out);
    }
    for (size_t i = 0; i < table->n_specs; i++) {
        if (table->specs[i].type == OPTION_HEADING && !helped) {
            option_row(&help_spec, indent, out);
            helped = true;
        }
        option_row(&table->specs[i], indent, out);
    }
    if (!helped)
        option_row(&help_spec, indent, out);
    if (table->details)
        fprintf(out, "\n%s\n", table->details);
    if (table->exits)
        fprintf(out, "\nExit codes: %s\n", table->exits);
}
