#include "proto/trust/identity.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/conf.h"
#include "proto/base/file.h"

static const struct conf_key known[] = {
    {"node", "region", NULL},    {"node", "name", ""},    {"node", "network", NULL},
    {"link", "coordinator", ""}, {"link", "proxy", "no"}, {0},
};

static bool path_make(const char *dir, char path[static PATH_MAX], struct err *err)
{
    int n = snprintf(path, PATH_MAX, "%s/node.conf", dir);

    return (n > 0 && n < PATH_MAX) || err_set(err, ERR_INVALID, "the directory's name is too long");
}

/* Copy one value; it must be there and fit. */
static bool take(const struct conf *conf, const char *section, const char *key,
                 char out[static IDENTITY_TEXT_MAX], struct err *err)
{
    const char *value = conf_text(conf, section, key);

    if (!value)
        return err_set(err, ERR_INVALID, "node.conf does not give %s in [%s]", key, section);
    if (strlen(value) >= IDENTITY_TEXT_MAX)
        return err_set(err, ERR_INVALID, "%s in [%s] of node.conf is longer than %d bytes", key,
                       section, IDENTITY_TEXT_MAX - 1);
    snprintf(out, IDENTITY_TEXT_MAX, "%s", value);
    return true;
}

static bool identity_take(const struct conf *conf, struct identity *out, struct err *err)
{
    char proxy[IDENTITY_TEXT_MAX];

    if (!take(conf, "node", "region", out->region, err) ||
        !take(conf, "node", "name", out->name, err) ||
        !take(conf, "node", "network", out->network, err) ||
        !take(conf, "link", "coordinator", out->coordinator, err) ||
        !take(conf, "link", "proxy", proxy, err))
        return false;
    out->use_proxy = strcmp(proxy, "yes") == 0;
    return out->use_proxy || strcmp(proxy, "no") == 0 ||
           err_set(err, ERR_INVALID, "proxy in [link] of node.conf is yes or no");
}

bool identity_read(const char *dir, struct identity *out, struct err *err)
{
    struct identity found;
    char path[PATH_MAX];
    struct conf *conf;
    bool ok;

    if (!path_make(dir, path, err) || !conf_read(path, known, &conf, err))
        return false;
    ok = identity_take(conf, &found, err);
    conf_free(conf);
    if (ok)
        *out = found;
    return ok;
}

bool identity_write(const char *dir, const struct identity *identity, struct err *err)
{
    char path[PATH_MAX], text[5 * IDENTITY_TEXT_MAX + 256];
    int n = snprintf(text, sizeof(text),
                     "# One node of a rikstal network; written by rikstal-node init.\n"
                     "[node]\nregion = %s\nname = %s\nnetwork = %s\n\n"
                     "[link]\ncoordinator = %s\nproxy = %s\n",
                     identity->region, identity->name, identity->network, identity->coordinator,
                     identity->use_proxy ? "yes" : "no");

    if (n < 0 || (size_t)n >= sizeof(text) || strpbrk(identity->coordinator, "\r\n"))
        return err_set(err, ERR_INVALID, "the node's identity does not fit into node.conf");
    return path_make(dir, path, err) && file_write(path, text, (size_t)n, 0644, err);
}
