#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command line as data: one table for each command, of which parsing and its errors
 * (arguments.h), --help (help.h), completion (shell.h) and the man page (manual.h) are made.
 *
 * All programs read their lines in the same way. An option is `--name VALUE` or `--name=VALUE`. A
 * name may be shortened as long as it begins no other name. `--` ends the options. Words that are
 * no options may stand between them. A value that is the name of an option must be written
 * `--name=--other`. Tables are constant, and stored texts point into argv. One thread.
 */
#include <stddef.h>

#include "proto/base/err.h"
#include "proto/base/words.h"

enum option_type {
    OPTION_FLAG,     /* bool: set to true */
    OPTION_SET,      /* an enum: set to `least` */
    OPTION_TEXT,     /* const char * */
    OPTION_PATH,     /* const char *, which a shell completes as a file's name */
    OPTION_TEXTS,    /* const char *[most], and at count_at a size_t; may be repeated */
    OPTION_PATHS,    /* likewise */
    OPTION_NUMBER,   /* long, or another integer of its size: a whole number from least to most */
    OPTION_NUMBER32, /* uint32_t, likewise */
    OPTION_WORD,     /* const char *: one of the list `words` */
    OPTION_READ,     /* what `read` makes of the text */
    OPTION_HEADING   /* no option: `help` stands above the options that follow */
};

#define OPTION_ALWAYS "" /* as `needed`: by every verb */

struct option_spec {
    const char *name; /* without "--" */
    enum option_type type;
    const char *argument; /* "FILE"; NULL: takes none */
    const char *help;     /* a text without a full stop at its end; help.h and manual.h wrap it */
    size_t at;            /* offset of the target in the command's own struct */
    size_t count_at;
    long least, most;
    words_function *words;      /* what OPTION_WORD takes; else what help and completion show */
    words_function *words_help; /* a line for each of the words, or NULL */
    bool (*read)(const char *text, void *target, struct err *err);
    const char *example; /* OPTION_READ without words: a text that it takes */
    const char *verbs;   /* the verbs that take this option: "sign check"; NULL: all do */
    const char *needed;  /* the verbs that need it; NULL: none does */
    char letter;         /* also as -X; 0: not */
};

/* The words that are no options: a row for each verb, or one row without a name. */
struct option_words {
    const char *name;     /* the verb; NULL: the command has no verbs */
    const char *argument; /* "FILE..." as the usage line shows it; NULL: none */
    const char *takes;    /* "one FILE": what an error asks for when it is missing */
    size_t least, most;
    const char *help; /* of a verb; running text */
};

struct option_table {
    const char *command; /* "rikstal-node count" */
    const char *about;   /* below the usage lines; lines that begin with blanks stay as they are */
    const struct option_words *words;
    size_t n_words;
    const struct option_spec *specs;
    size_t n_specs;
    const char *details;                 /* below the options, like about; NULL: none */
    const char *exits;                   /* "0 ok, 1 failure, 2 usage."; NULL: not told */
    void (*complete)(const char *begun); /* prints what the first word may become; NULL: files */
};

#define OPTION_SPECS_MAX 64  /* of a table */
#define OPTION_NAME_BYTES 64 /* of a name, with its dashes */

/* Does an option go with this verb, and is it needed there? verb NULL: a command without verbs. */
bool option_goes(const struct option_spec *spec, const char *verb);
bool option_needed(const struct option_spec *spec, const char *verb);
/* Has it a target, and takes it an argument? */
bool option_takes(const struct option_spec *spec);
/* Is it a repeated one? */
bool option_repeats(const struct option_spec *spec);

/* What an option takes as a whole number, all of the text: ERR_INVALID outside least to most. */
bool option_number(const char *option, const char *text, long least, long most, long *out,
                   struct err *err) MUST_CHECK;
