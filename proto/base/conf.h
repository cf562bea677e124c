#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A configuration file (INI, read by inih). All sections and keys are known in advance: an unknown
 * section or key, a key given twice and a line that does not parse are errors that name file and
 * line, so that a misspelt key never silently becomes the default. Values live as long as the conf.
 * One thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct conf;

/* A key that the file may have. An array of them ends with {0}. */
struct conf_key {
    const char *section;
    const char *key;
    const char *fallback; /* NULL: no default */
};

bool conf_read(const char *path, const struct conf_key *known, struct conf **out,
               struct err *err) MUST_CHECK;
void conf_free(struct conf *conf);
/* The value from the file, else the fallback. NULL when there is neither. */
const char *conf_text(const struct conf *conf, const char *section, const char *key);
/* The line of the file that has this key, for an error about its value; 0: the file has it not. */
unsigned conf_line(const struct conf *conf, const char *section, const char *key);
