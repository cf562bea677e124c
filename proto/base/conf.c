/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/conf.h"

#include <assert.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_MAX 256

struct conf {
    const struct conf_key *known;
    char *path;
    char *values[KEYS_MAX]; /* indexed like `known` */
    struct err first;       /* the first error that was found */
};

static int find(const struct conf_key *known, const char *section, const char *key)
{
    for (int i = 0; known[i].section; i++)
        if (strcmp(known[i].section, section) == 0 && strcmp(known[i].key, key) == 0)
            return i;
    return -1;
}

static int take_line(void *user, const char *section, const char *key, const char *value)
{
    struct conf *conf = user;
    int i = find(conf->known, section, key);

    if (conf->first.code != ERR_NONE)
        return 0;
    if (i < 0 || conf->values[i]) {
        err_set(&conf->first, ERR_INVALID, "%s key \"%s\" in [%s]", i < 0 ? "unknown" : "repeated",
                key, section);
        return 0;
    }
    conf->values[i] = strdup(value);
    if (!conf->values[i])
        err_memory(&conf->first);
    return conf->values[i] != NULL;
}

bool conf_read(const char *path, const struct conf_key *known, struct conf **out, struct err *err)
{
    assert(path && known && out);
    struct conf *conf = calloc(1, sizeof(*conf));
    int line;

    if (!conf || !(conf->path = strdup(path))) {
        conf_free(conf);
        return err_memory(err);
    }
    conf->known = known;
    line = ini_parse(path, take_line, conf);
    if (line == 0) {
        *out = conf;
        return true;
    }
    if (line < 0)
        err_set(err, ERR_INVALID, "cannot open the configuration %s: %s", path, strerror(errno));
    else
        err_set(err, ERR_INVALID, "%s:%d: %s", path, line,
                conf->first.code ? conf->first.text : "not a line of \"key = value\"");
    conf_free(conf);
    return false;
}

void conf_free(struct conf *conf)
{
    if (!conf)
        return;
    for (int i = 0; i < KEYS_MAX; i++)
        free(conf->values[i]);
    free(conf->path);
    free(conf);
}

const char *conf_text(const struct conf *conf, const char *section, const char *key)
{
    assert(conf && section && key);
    int i = find(conf->known, section, key);

    if (i < 0)
        return NULL;
    return conf->values[i] ? conf->values[i] : conf->known[i].fallback;
}

/* "key = value" or "key: value". */
static bool is_key(const char *line, const char *key)
{
    size_t length = strlen(key);

    line += strspn(line, " \t");
    if (strncmp(line, key, length) != 0)
        return false;
    line += length;
    line += strspn(line, " \t");
    return *line == '=' || *line == ':';
}

unsigned conf_line(const struct conf *conf, const char *section, const char *key)
{
    assert(conf && section && key);
    FILE *file = fopen(conf->path, "re");
    size_t room = 0, length = strlen(section);
    unsigned number = 0, found = 0;
    bool inside = false;
    char *line = NULL;

    while (file && !found && getline(&line, &room, file) > 0) {
        const char *at = line + strspn(line, " \t");

        number++;
        if (*at == '[')
            inside = strncmp(at + 1, section, length) == 0 && at[1 + length] == ']';
        else if (inside && is_key(at, key))
            found = number;
    }
    free(line);
    if (file)
        fclose(file);
    return found;
}
