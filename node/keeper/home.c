/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/home.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/keeper/outbox.h"
#include "proto/base/number.h"

const struct conf_key home_conf_keys[] = {
    {"node", "region", NULL},       {"node", "name", ""},
    {"node", "network", NULL},      {"link", "coordinator", ""},
    {"link", "proxy", "no"},        {"link", "user", "rikstal-link"},
    {"keeper", "slot_factor", "1"}, {0},
};

static bool copy(const struct conf *conf, const char *key, char out[static HOME_NAME_BYTES],
                 struct err *err)
{
    const char *value = conf_text(conf, "node", key);

    if (!value || !*value || strlen(value) >= HOME_NAME_BYTES)
        return err_set(err, ERR_INVALID, "node.conf: [node] %s has 1 to %d bytes", key,
                       HOME_NAME_BYTES - 1);
    memcpy(out, value, strlen(value) + 1);
    return true;
}

/* A number of the configuration, because it may not follow from the data. */
static bool read_factor(const struct conf *conf, uint32_t *out, struct err *err)
{
    const char *text = conf_text(conf, "keeper", "slot_factor");
    uint64_t value = 0;

    if (!text || !number_whole(text, strlen(text), SLOT_FACTOR_MAX, &value) || value == 0)
        return err_set(err, ERR_INVALID,
                       "node.conf: [keeper] slot_factor is a whole number from 1 to %d",
                       SLOT_FACTOR_MAX);
    *out = (uint32_t)value;
    return true;
}

bool home_read(const char *dir, struct home *out, struct err *err)
{
    struct home home = {0};
    char path[HOME_PATH_BYTES];
    struct conf *conf;

    if (strlen(dir) >= sizeof(home.dir) - 128)
        return err_set(err, ERR_INVALID, "the folder's name is too long");
    memcpy(home.dir, dir, strlen(dir) + 1);
    if (!home_path(&home, "node.conf", path, err) || !conf_read(path, home_conf_keys, &conf, err))
        return false;
    bool read = copy(conf, "region", home.node, err) && copy(conf, "network", home.network, err) &&
                read_factor(conf, &home.slot_factor, err);

    conf_free(conf);
    if (read)
        *out = home;
    return read;
}

bool home_path(const struct home *home, const char *name, char path[static HOME_PATH_BYTES],
               struct err *err)
{
    assert(home);
    int size = snprintf(path, HOME_PATH_BYTES, "%s/%s", home->dir, name);

    return (size > 0 && size < HOME_PATH_BYTES) ||
           err_set(err, ERR_INVALID, "a path in %s is too long", home->dir);
}
