/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/arguments.h"

#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/help.h"
#include "proto/base/suggest.h"

#define LIST_BYTES 200

_Static_assert(sizeof(long) == sizeof(int64_t), "OPTION_NUMBER stores 64 bits");

/* The state of reading one command line. */
struct arguments_reading {
    const struct option_table *table;
    int argc;
    char **argv;
    int at; /* index of the word that is being read */
    void *into;
    uint64_t given; /* bit i is set when option i of the table was given */
    bool helped;
    struct err *err;
};

static const struct option_spec help_spec = {
    .name = "help", .type = OPTION_FLAG, .help = "this page"};

/* ---- one option ------------------------------------------------------------------------------ */

static bool unknown(struct arguments_reading *reading, const char *name, int length)
{
    struct suggest suggest;

    suggest_start(&suggest, name, (size_t)length);
    for (size_t i = 0; i < reading->table->n_specs; i++)
        if (reading->table->specs[i].name)
            suggest_offer(&suggest, reading->table->specs[i].name);
    suggest_offer(&suggest, help_spec.name);
    if (suggest.best)
        return err_set(reading->err, ERR_INVALID, "unknown option \"--%.*s\"; did you mean --%s?",
                       length, name, suggest.best);
    return err_set(reading->err, ERR_INVALID, "unknown option \"--%.*s\"; `%s --help` lists them",
                   length < 40 ? length : 40, name, reading->table->command);
}

/*
 * The option of this name, or the only one whose name begins with it. NULL with err set otherwise.
 */
static const struct option_spec *find(struct arguments_reading *reading, const char *name,
                                      size_t length)
{
    const struct option_table *table = reading->table;
    const struct option_spec *found = NULL, *other = NULL;

    for (size_t i = 0; i <= table->n_specs; i++) {
        const struct option_spec *spec = i < table->n_specs ? &table->specs[i] : &help_spec;

        if (spec->type == OPTION_HEADING || strncmp(spec->name, name, length) != 0)
            continue;
        if (!spec->name[length])
            return spec;
        other = found;
        found = spec;
    }
    if (length > 0 && found && !other)
        return found;
    if (length > 0 && found)
        err_set(reading->err, ERR_INVALID, "option \"--%.*s\" may be --%s or --%s", (int)length,
                name, other->name, found->name);
    else
        (void)unknown(reading, name, (int)length);
    return NULL;
}

static const struct option_spec *find_letter(struct arguments_reading *reading, char letter)
{
    for (size_t i = 0; i < reading->table->n_specs; i++)
        if (letter && reading->table->specs[i].letter == letter)
            return &reading->table->specs[i];
    err_set(reading->err, ERR_INVALID, "unknown option \"-%c\"; `%s --help` lists them", letter,
            reading->table->command);
    return NULL;
}

static bool is_option(const struct option_table *table, const char *word)
{
    if (strncmp(word, "--", 2) != 0)
        return false;
    for (size_t i = 0; i < table->n_specs; i++)
        if (table->specs[i].name && strcmp(table->specs[i].name, word + 2) == 0)
            return true;
    return strcmp(word + 2, help_spec.name) == 0;
}

/* The text after `=`, or the next word. NULL with err set when there is neither. */
static const char *value_of(struct arguments_reading *reading, const struct option_spec *spec,
                            const char *value)
{
    const char *next = reading->at + 1 < reading->argc ? reading->argv[reading->at + 1] : NULL;

    if (value)
        return value;
    if (!next || is_option(reading->table, next)) {
        err_set(reading->err, ERR_INVALID, "--%s takes a value: %s", spec->name, spec->argument);
        return NULL;
    }
    reading->at++;
    return next;
}

static bool store_word(struct arguments_reading *reading, const struct option_spec *spec,
                       const char *value, void *target)
{
    char room[WORDS_TEXT_BYTES];
    size_t which;

    if (!words_find(spec->words, value, &which))
        return err_set(reading->err, ERR_INVALID, "--%s takes %s, not \"%.40s\"", spec->name,
                       words_join(spec->words, " or ", room), value);
    memcpy(target, &value, sizeof(value));
    return true;
}

static bool store_another(struct arguments_reading *reading, const struct option_spec *spec,
                          const char *value, void *target)
{
    void *count = (char *)reading->into + spec->count_at;
    size_t n;

    memcpy(&n, count, sizeof(n));
    if (n >= (size_t)spec->most)
        return err_set(reading->err, ERR_INVALID, "--%s may be given %ld times at most", spec->name,
                       spec->most);
    memcpy((char *)target + n * sizeof(value), &value, sizeof(value));
    n++;
    memcpy(count, &n, sizeof(n));
    return true;
}

static bool store_number(struct arguments_reading *reading, const struct option_spec *spec,
                         const char *value, void *target)
{
    char name[OPTION_NAME_BYTES];
    long number;

    (void)snprintf(name, sizeof(name), "--%s", spec->name);
    if (!option_number(name, value, spec->least, spec->most, &number, reading->err))
        return false;
    if (spec->type == OPTION_NUMBER32) {
        uint32_t small = (uint32_t)number;

        assert(spec->least >= 0 && spec->most <= UINT32_MAX);
        memcpy(target, &small, sizeof(small));
    } else {
        memcpy(target, &number, sizeof(number));
    }
    return true;
}

static bool store(struct arguments_reading *reading, const struct option_spec *spec,
                  const char *value)
{
    void *target = (char *)reading->into + spec->at;
    int set = (int)spec->least;

    switch (spec->type) {
    case OPTION_FLAG:
        *(bool *)target = true;
        return true;
    case OPTION_SET:
        memcpy(target, &set, sizeof(set));
        return true;
    case OPTION_TEXT:
    case OPTION_PATH:
        memcpy(target, &value, sizeof(value));
        return true;
    case OPTION_TEXTS:
    case OPTION_PATHS:
        return store_another(reading, spec, value, target);
    case OPTION_NUMBER:
    case OPTION_NUMBER32:
        return store_number(reading, spec, value, target);
    case OPTION_WORD:
        return store_word(reading, spec, value, target);
    default:
        return spec->read(value, target, reading->err) ||
               (strncmp(reading->err->text, "--", 2) != 0 &&
                err_wrap(reading->err, "--%s: ", spec->name));
    }
}

/* Reads the option at reading->at and its value. */
static bool take(struct arguments_reading *reading)
{
    const char *word = reading->argv[reading->at], *value = NULL;
    const struct option_spec *spec;

    if (word[1] != '-') {
        spec = find_letter(reading, word[1]);
        value = word[2] ? word + 2 : NULL;
    } else {
        size_t length = strcspn(word + 2, "=");

        spec = find(reading, word + 2, length);
        value = word[2 + length] ? word + 2 + length + 1 : NULL;
    }
    if (!spec)
        return false;
    if (!option_takes(spec) && value)
        return err_set(reading->err, ERR_INVALID, "--%s takes no value", spec->name);
    if (spec == &help_spec)
        return reading->helped = true;
    if (option_takes(spec) && !(value = value_of(reading, spec, value)))
        return false;
    reading->given |= UINT64_C(1) << (spec - reading->table->specs);
    return store(reading, spec, value);
}

/* ---- the line -------------------------------------------------------------------------------- */

/* "list, show or deny" */
static void verbs_join(const struct option_table *table, char out[static LIST_BYTES])
{
    size_t used = 0;

    out[0] = 0;
    for (size_t i = 0; i < table->n_words && used < LIST_BYTES; i++) {
        const char *before = i == 0 ? "" : i + 1 < table->n_words ? ", " : " or ";
        int n = snprintf(out + used, LIST_BYTES - used, "%s%s", before, table->words[i].name);

        used += n > 0 ? (size_t)n : 0;
    }
}

/* A word is repeated only when it has nothing but small letters: others may be a person's id. */
static bool no_verb(const struct option_table *table, const char *word, struct err *err)
{
    char list[LIST_BYTES];
    struct suggest suggest;

    verbs_join(table, list);
    if (!word)
        return err_set(err, ERR_INVALID, "say %s; --help says more", list);
    if (word[strspn(word, "abcdefghijklmnopqrstuvwxyz-")])
        return err_set(err, ERR_INVALID, "that is no verb; say %s", list);
    suggest_start(&suggest, word, strlen(word));
    for (size_t i = 0; i < table->n_words; i++)
        suggest_offer(&suggest, table->words[i].name);
    if (suggest.best)
        return err_set(err, ERR_INVALID, "unknown verb \"%.40s\"; did you mean %s?", word,
                       suggest.best);
    return err_set(err, ERR_INVALID, "unknown verb \"%.40s\"; say %s", word, list);
}

static bool verb_take(const struct option_table *table, struct arguments *line, struct err *err)
{
    line->verb = 0;
    if (!table->words[0].name)
        return true;
    while (line->n > 0 && line->verb < table->n_words &&
           strcmp(line->word[0], table->words[line->verb].name) != 0)
        line->verb++;
    if (line->n == 0 || line->verb == table->n_words)
        return no_verb(table, line->n ? line->word[0] : NULL, err);
    line->n--;
    line->word++;
    return true;
}

/* "--key goes with sign, check" */
static bool wrong_verb(const struct option_spec *spec, struct err *err)
{
    char list[LIST_BYTES];
    size_t used = 0;

    for (const char *p = spec->verbs; *p && used + 2 < sizeof(list); p++) {
        if (*p == ' ')
            list[used++] = ',';
        list[used++] = *p;
    }
    list[used] = 0;
    return err_set(err, ERR_INVALID, "--%s goes with %s", spec->name, list);
}

/* Checks that all words are there and none more, and that the options belong to the verb. */
static bool line_fits(const struct arguments_reading *reading, const struct arguments *line)
{
    const struct option_table *table = reading->table;
    const struct option_words *words = &table->words[line->verb];

    for (size_t i = 0; i < table->n_specs; i++) {
        const struct option_spec *spec = &table->specs[i];

        if ((reading->given >> i & 1) && !option_goes(spec, words->name))
            return wrong_verb(spec, reading->err);
    }
    if (line->n < words->least || line->n > words->most)
        return err_set(reading->err, ERR_INVALID, "%s%stakes %s; `%s --help` says more",
                       words->name ? words->name : "", words->name ? " " : "",
                       words->takes ? words->takes : "no word more", table->command);
    for (size_t i = 0; i < table->n_specs; i++) {
        const struct option_spec *spec = &table->specs[i];

        if (!(reading->given >> i & 1) && option_needed(spec, words->name))
            return err_set(reading->err, ERR_INVALID, "--%s%s%s is needed", spec->name,
                           spec->argument ? " " : "", spec->argument ? spec->argument : "");
    }
    return true;
}

static bool line_read(struct arguments_reading *reading, struct arguments *line)
{
    bool closed = false;

    *line = (struct arguments){.word = reading->argv + 1};
    for (reading->at = 1; reading->at < reading->argc && !reading->helped; reading->at++) {
        char *word = reading->argv[reading->at];

        if (!closed && strcmp(word, "--") == 0)
            closed = true;
        else if (closed || word[0] != '-' || !word[1])
            line->word[line->n++] = word;
        else if (!take(reading))
            return false;
    }
    return reading->helped ||
           (verb_take(reading->table, line, reading->err) && line_fits(reading, line));
}

/* What was typed is repeated as text: nothing in it moves the cursor or begins another line. */
static void clean(char *text)
{
    for (; *text; text++)
        if (iscntrl((unsigned char)*text))
            *text = '?';
}

int arguments_failed(const struct option_table *table, const struct err *err)
{
    fprintf(stderr, "%s: %s\n", table->command, err->text);
    return (int)err_exit_code(err);
}

bool arguments_read(const struct option_table *table, int argc, char **argv, void *into,
                    struct arguments *line, int *exit_code)
{
    struct err err;
    struct arguments_reading reading = {
        .table = table, .argc = argc, .argv = argv, .into = into, .err = &err};

    assert(argc >= 1 && table->n_words > 0 && table->n_specs <= OPTION_SPECS_MAX);
    if (!line_read(&reading, line)) {
        clean(err.text);
        *exit_code = arguments_failed(table, &err);
        return false;
    }
    if (!reading.helped)
        return true;
    help_print(table, stdout);
    *exit_code = EXIT_OK;
    return false;
}
