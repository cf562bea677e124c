/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/manual.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/base/clock.h"
#include "proto/base/help.h"

#define COLUMNS 76 /* width of running text */

/* ---- text ------------------------------------------------------------------------------------ */

/* Running text that is being broken into lines. */
struct filling {
    FILE *out;
    size_t column; /* 0 at the start of a line */
    bool parted;   /* a paragraph has ended and the next one has not begun */
};

/* Writes a word so that roff sees neither a request nor an escape in it. */
static void put_word(const char *word, size_t length, bool first, FILE *out)
{
    if (first && (word[0] == '.' || word[0] == '\''))
        fputs("\\&", out);
    for (size_t i = 0; i < length; i++) {
        if (word[i] == '\\')
            fputs("\\e", out);
        else
            fputc(word[i], out);
    }
}

/* mdoc wants every sentence to begin on a new line. */
static bool ends_sentence(const char *word, size_t length)
{
    while (length > 0 && strchr(")\"'`", word[length - 1]))
        length--;
    return length > 0 && strchr(".!?", word[length - 1]);
}

static void fill(struct filling *filling, const char *text, size_t size)
{
    for (size_t at = strspn(text, " "); at < size;) {
        size_t length = strcspn(text + at, " \n");
        const char *word = text + at;

        if (at + length > size)
            length = size - at;
        if (filling->column > 0 && filling->column + length + 1 > COLUMNS) {
            fputc('\n', filling->out);
            filling->column = 0;
        }
        if (filling->column > 0)
            fputc(' ', filling->out);
        put_word(word, length, filling->column == 0, filling->out);
        filling->column += length + 1;
        if (ends_sentence(word, length)) {
            fputc('\n', filling->out);
            filling->column = 0;
        }
        at += length;
        at += strspn(text + at, " \n");
    }
}

static void fill_end(struct filling *filling)
{
    if (filling->column > 0)
        fputc('\n', filling->out);
    filling->column = 0;
}

/* Prints lines that begin with blanks unchanged. Returns the text after them. */
static const char *put_literal(const char *text, FILE *out)
{
    fputs(".Bd -literal\n", out);
    while (*text == ' ') {
        size_t length = strcspn(text, "\n");

        put_word(text, length, true, out);
        fputc('\n', out);
        text += length;
        text += *text == '\n';
    }
    fputs(".Ed\n", out);
    return text;
}

static void put_text(const char *text, FILE *out)
{
    struct filling filling = {.out = out};

    while (*text) {
        size_t length = strcspn(text, "\n");

        if (length == 0) {
            fill_end(&filling);
            filling.parted = true;
            text++;
        } else if (*text == ' ') {
            fill_end(&filling);
            text = put_literal(text, out);
            filling.parted = false;
        } else {
            if (filling.parted)
                fputs(".Pp\n", out);
            filling.parted = false;
            fill(&filling, text, length);
            text += length;
            text += *text == '\n';
        }
    }
    fill_end(&filling);
}

/* ---- parts of a page ------------------------------------------------------------------------- */

static void put_date(FILE *out)
{
    const char *given = getenv("SOURCE_DATE_EPOCH");
    time_t now = (time_t)(given ? strtoll(given, NULL, 10) : clock_wall_s());
    char month[32] = "";
    struct tm day = {0};

    if (gmtime_r(&now, &day))
        strftime(month, sizeof(month), "%B", &day);
    fprintf(out, ".Dd %s %d, %d\n", month, day.tm_mday, 1900 + day.tm_year);
}

static void put_head(const char *program, const char *command, const char *summary, FILE *out)
{
    put_date(out);
    fputs(".Dt ", out);
    for (const char *p = program; *p; p++)
        fputc(toupper((unsigned char)*p), out);
    if (command)
        fputc('-', out);
    for (const char *p = command ? command : ""; *p; p++)
        fputc(toupper((unsigned char)*p), out);
    fprintf(out, " 1\n.Os\n.Sh NAME\n.Nm %s%s%s\n.Nd %s\n", program, command ? "-" : "",
            command ? command : "", summary);
}

/* An argument's name. Characters at its end belong to it, even when they are delimiters in mdoc. */
static void put_argument(const char *argument, FILE *out)
{
    fputs("Ar ", out);
    for (const char *p = argument; *p; p++) {
        if (*p == '\\')
            fputs("\\e", out);
        else if (*p == ' ')
            fputs(" Ar ", out);
        else if (strchr("[]()|.,;:!?'\"", *p))
            fprintf(out, "\\&%c\\&", *p);
        else
            fputc(*p, out);
    }
}

static void put_option(const struct option_spec *spec, FILE *out)
{
    fprintf(out, "Fl -%s%s", spec->name, spec->argument ? " " : "");
    if (spec->argument)
        put_argument(spec->argument, out);
}

static void put_synopsis(const struct command *command, const char *program,
                         const struct option_words *words, FILE *out)
{
    const struct option_table *table = command->table;
    bool more = false;

    fprintf(out, ".Nm %s\n.Cm %s\n", program, command->name);
    if (words->name)
        fprintf(out, ".Cm %s\n", words->name);
    if (words->argument) {
        fputc('.', out);
        put_argument(words->argument, out);
        fputc('\n', out);
    }
    for (size_t i = 0; i < table->n_specs; i++) {
        const struct option_spec *spec = &table->specs[i];

        if (option_needed(spec, words->name)) {
            fputc('.', out);
            put_option(spec, out);
            fputc('\n', out);
        } else {
            more = more || (spec->name && option_goes(spec, words->name));
        }
    }
    if (more)
        fputs(".Op Ar OPTION...\n", out);
}

static void put_item(const struct option_spec *spec, FILE *out)
{
    struct filling filling = {.out = out};
    char range[HELP_RANGE_BYTES], text[HELP_TEXT_BYTES];

    fputs(".It ", out);
    put_option(spec, out);
    fputc('\n', out);
    (void)snprintf(text, sizeof(text), "%s%s", spec->help, help_range(spec, range));
    fill(&filling, text, strlen(text));
    for (size_t i = 0; spec->words_help && spec->words(i); i++) {
        fill_end(&filling);
        fputs(".br\n", out);
        fill(&filling, spec->words(i), strlen(spec->words(i)));
        fill(&filling, "-", 1);
        fill(&filling, spec->words_help(i), strlen(spec->words_help(i)));
    }
    fill_end(&filling);
}

static void put_options(const struct option_table *table, FILE *out)
{
    bool open = false;

    for (size_t i = 0; i < table->n_specs; i++) {
        const struct option_spec *spec = &table->specs[i];

        if (spec->type == OPTION_HEADING || !open) {
            fputs(open ? ".El\n.Pp\n" : ".Pp\n", out);
            put_text(spec->type == OPTION_HEADING ? spec->help : "The options are:", out);
            fputs(".Bl -tag -width Ds\n", out);
            open = true;
        }
        if (spec->type != OPTION_HEADING)
            put_item(spec, out);
    }
    if (open)
        fputs(".El\n", out);
}

static void put_verbs(const struct option_table *table, FILE *out)
{
    fputs(".Bl -tag -width Ds\n", out);
    for (size_t i = 0; i < table->n_words; i++) {
        struct filling filling = {.out = out};

        fprintf(out, ".It Cm %s%s", table->words[i].name, table->words[i].argument ? " " : "");
        if (table->words[i].argument)
            put_argument(table->words[i].argument, out);
        fputc('\n', out);
        fill(&filling, table->words[i].help, strlen(table->words[i].help));
        fill_end(&filling);
    }
    fputs(".El\n", out);
}

void manual_command(const struct program *program, const struct command *command, FILE *out)
{
    const struct option_table *table = command->table;

    assert(table && command->summary);
    put_head(program->name, command->name, command->summary, out);
    fputs(".Sh SYNOPSIS\n", out);
    for (size_t i = 0; i < table->n_words; i++)
        put_synopsis(command, program->name, &table->words[i], out);
    fputs(".Sh DESCRIPTION\n", out);
    put_text(table->about, out);
    if (table->words[0].name)
        put_verbs(table, out);
    put_options(table, out);
    if (table->details) {
        fputs(".Pp\n", out);
        put_text(table->details, out);
    }
    if (table->exits) {
        fputs(".Sh EXIT STATUS\n", out);
        put_text(table->exits, out);
    }
    fprintf(out, ".Sh SEE ALSO\n.Sy %s Ns Pq 1\n", program->name);
}

void manual_program(const struct program *program, FILE *out)
{
    assert(program && out);
    put_head(program->name, NULL, program->summary, out);
    fputs(".Sh SYNOPSIS\n.Nm\n.Ar COMMAND\n.Op Ar OPTION...\n.Sh DESCRIPTION\n", out);
    put_text(program->about, out);
    fputs(".Bl -tag -width Ds\n", out);
    for (size_t i = 0; i < program->n_commands; i++)
        if (program->commands[i].summary)
            fprintf(out, ".It Sy %s-%s Ns Pq 1\n%s\n", program->name, program->commands[i].name,
                    program->commands[i].summary);
    fputs(".El\n.Pp\n", out);
    put_text(program->more, out);
}

/* ---- for tests ------------------------------------------------------------------------------- */

static const char *const type_names[] = {
    [OPTION_FLAG] = "flag", [OPTION_SET] = "set",       [OPTION_TEXT] = "text",
    [OPTION_PATH] = "path", [OPTION_TEXTS] = "texts",   [OPTION_PATHS] = "paths",
    [OPTION_WORD] = "word", [OPTION_NUMBER] = "number", [OPTION_NUMBER32] = "number",
    [OPTION_READ] = "read"};

void manual_rows(const struct option_table *table, FILE *out)
{
    assert(table && out);
    for (size_t i = 0; i < table->n_specs; i++) {
        const struct option_spec *spec = &table->specs[i];

        if (spec->type == OPTION_HEADING)
            continue;
        fprintf(out, "%s\t%s\t%s\t%s\t%ld\t%ld\t", table->command, spec->name,
                type_names[spec->type], spec->argument ? spec->argument : "", spec->least,
                spec->most);
        for (size_t w = 0; spec->words && spec->words(w); w++)
            fprintf(out, "%s%s", w ? "," : "", spec->words(w));
        fprintf(out, "\t%s\t%s\n", spec->example ? spec->example : "",
                spec->verbs ? spec->verbs : "");
    }
}
