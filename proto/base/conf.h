#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A configuration file (INI, by inih): sections, keys, values, all of it known in advance.
 *
 * An unknown section or key, a key given twice and a line that does not parse are errors with file
 * and line: a typing error never becomes a default. Values live as long as the conf. One thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct conf;

/* One key that may stand in the file; an array of them ends with {0}. */
struct conf_key {
    const char *section;
    const char *key;
    const char *fallback; /* NULL: none */
};

bool conf_read(const char *path, const struct conf_key *known, struct conf **out,
               struct err *err) MUST_CHECK;
void conf_free(struct conf *conf);
/* The value or the fallback; NULL when neither is there. */
const char *conf_text(const struct conf *conf, const char *section, const char *key);
