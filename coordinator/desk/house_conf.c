/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/house_conf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/login/fetch.h"
#include "coordinator/login/mapping.h"
#include "proto/base/arena.h"
#include "proto/base/conf.h"
#include "proto/base/file.h"
#include "proto/base/number.h"

#define ARENA_BYTES ((size_t)256 << 10)
#define SECRET_BYTES_MOST ((size_t)1024)
#define ADDRESS_BYTES_MOST 200
#define TEXT_BYTES_MOST 512
#define IDLE_MINUTES_MOST 720
#define HOURS_MOST 12

static const struct conf_key keys[] = {
    {"desk", "address", NULL},
    {"desk", "listen", "127.0.0.1:8490"},
    {"desk", "state", NULL},
    {"desk", "language", "sv"},
    {"desk", "idle_minutes", "30"},
    {"desk", "hours", "12"},
    {"network", "coordinator", "http://127.0.0.1:8480"},
    {"network", "roots", NULL},
    {"network", "organisation", NULL},
    {"network", "key", NULL},
    {"provider", "issuer", NULL},
    {"provider", "client", NULL},
    {"provider", "secret", ""},
    {"provider", "scopes", "openid profile"},
    {"provider", "ca", ""},
    {"provider", "mapping", NULL},
    {0},
};

/* A file that is being read. */
struct house_reading {
    const char *path;
    struct conf *conf;
    struct arena *arena;
    struct err *err;
};

/* Says which line breaks which rule. Returns false. */
static bool refuse(const struct house_reading *in, const char *section, const char *key,
                   const char *rule)
{
    unsigned line = conf_line(in->conf, section, key);

    if (!line)
        return err_set(in->err, ERR_INVALID, "%s: no %s in [%s]: %s", in->path, key, section, rule);
    return err_set(in->err, ERR_INVALID, "%s:%u: %s in [%s]: %s", in->path, line, key, section,
                   rule);
}

static bool text_take(const struct house_reading *in, const char *section, const char *key,
                      const char *rule, const char **out)
{
    const char *text = conf_text(in->conf, section, key);

    if (!text || !*text || strlen(text) > TEXT_BYTES_MOST)
        return refuse(in, section, key, rule);
    *out = arena_strdup(in->arena, text);
    return *out || err_memory(in->err);
}

/* *out stays NULL for an optional path that is not there. */
static bool path_take(const struct house_reading *in, const char *section, const char *key,
                      const char *rule, const char **out)
{
    const char *text = conf_text(in->conf, section, key), *slash = strrchr(in->path, '/');

    if (text && !*text && !rule)
        return true;
    if (!text || !*text)
        return refuse(in, section, key, rule);
    *out = *text == '/' || !slash
               ? arena_strdup(in->arena, text)
               : arena_printf(in->arena, "%.*s/%s", (int)(slash - in->path), in->path, text);
    return *out || err_memory(in->err);
}

static bool number_take(const struct house_reading *in, const char *key, uint64_t most,
                        const char *rule, int64_t *out)
{
    const char *text = conf_text(in->conf, "desk", key);
    uint64_t value;

    if (!text || !number_whole(text, strlen(text), most, &value) || value < 1)
        return refuse(in, "desk", key, rule);
    *out = (int64_t)value;
    return true;
}

/* ---- the sections ---------------------------------------------------------------------------- */

/* "https://name[:port]", as the header Origin has it: no path, and no port that goes without. */
static bool is_origin(const char *address)
{
    bool tls = strncmp(address, "https://", 8) == 0;
    const char *host = address + (tls ? 8 : 7), *port = strrchr(address, ':');

    return strlen(address) <= ADDRESS_BYTES_MOST && fetch_url_is_safe(address) &&
           !strpbrk(host, "/?") && strcmp(port, tls ? ":443" : ":80") != 0;
}

static bool is_loopback(const char *listen)
{
    return strncmp(listen, "127.0.0.1:", 10) == 0 || strncmp(listen, "[::1]:", 6) == 0;
}

static bool desk_take(const struct house_reading *in, struct house_conf *out)
{
    int64_t minutes, hours;

    if (!text_take(in, "desk", "address", "the address that browsers open", &out->address) ||
        !text_take(in, "desk", "listen", "ADDRESS:PORT on loopback", &out->listen) ||
        !path_take(in, "desk", "state", "the folder of the persons' files", &out->state) ||
        !text_take(in, "desk", "language", "sv or en", &out->language) ||
        !number_take(in, "idle_minutes", IDLE_MINUTES_MOST, "1 to 720", &minutes) ||
        !number_take(in, "hours", HOURS_MOST, "1 to 12", &hours))
        return false;
    if (!is_origin(out->address))
        return refuse(in, "desk", "address",
                      "https://NAME, or http on loopback; no path, and no port that goes without "
                      "saying");
    if (!is_loopback(out->listen))
        return refuse(in, "desk", "listen", "127.0.0.1:PORT or [::1]:PORT; TLS ends in a proxy");
    if (strcmp(out->language, "sv") != 0 && strcmp(out->language, "en") != 0)
        return refuse(in, "desk", "language", "sv or en");
    out->tls = strncmp(out->address, "https:", 6) == 0;
    out->idle_ms = minutes * 60000;
    out->life_s = hours * 3600;
    return true;
}

static bool network_take(const struct house_reading *in, struct house_conf *out)
{
    return text_take(in, "network", "coordinator", "the coordinator's address",
                     &out->coordinator) &&
           path_take(in, "network", "roots", "the file of the pinned root keys", &out->roots) &&
           text_take(in, "network", "organisation", "the id of the organisation in the roster",
                     &out->organisation) &&
           path_take(in, "network", "key", "the file of the organisation's secret key", &out->key);
}

/* The first line of the file, which nobody else may need to see. */
static bool secret_take(const struct house_reading *in, struct house_conf *out)
{
    const char *path = NULL;
    uint8_t *data;
    size_t size;

    if (!path_take(in, "provider", "secret", NULL, &path))
        return false;
    if (!path)
        return true;
    if (!file_read(path, SECRET_BYTES_MOST, in->arena, &data, &size, in->err))
        return err_wrap(in->err, "%s:%u: secret in [provider]: ", in->path,
                        conf_line(in->conf, "provider", "secret"));
    data[strcspn((char *)data, "\r\n")] = 0;
    out->secret = (char *)data;
    return *out->secret || refuse(in, "provider", "secret", "the file's first line is empty");
}

static bool provider_take(const struct house_reading *in, struct house_conf *out)
{
    const char *mapping = NULL;

    if (!text_take(in, "provider", "issuer", "the provider's issuer, an https address",
                   &out->issuer) ||
        !text_take(in, "provider", "client", "the id of the desk at the provider", &out->client) ||
        !text_take(in, "provider", "scopes", "openid, and others", &out->scopes) ||
        !path_take(in, "provider", "ca", NULL, &out->ca) || !secret_take(in, out) ||
        !path_take(in, "provider", "mapping", "the file of claims to roles", &mapping))
        return false;
    if (!fetch_url_is_safe(out->issuer) || strchr(out->issuer, '?'))
        return refuse(in, "provider", "issuer",
                      "an https address without a query; http on loopback alone");
    return mapping_read(mapping, &out->mapping, in->err);
}

bool house_conf_read(const char *path, struct house_conf *out, struct err *err)
{
    assert(path && out);
    struct house_conf conf = {.arena = arena_new(ARENA_BYTES)};
    struct house_reading in = {.path = path, .arena = conf.arena, .err = err};
    bool ok = (conf.arena || err_memory(err)) && conf_read(path, keys, &in.conf, err);

    ok = ok && desk_take(&in, &conf) && network_take(&in, &conf) && provider_take(&in, &conf);
    conf_free(in.conf);
    if (ok)
        *out = conf;
    else
        house_conf_clear(&conf);
    return ok;
}

void house_conf_clear(struct house_conf *conf)
{
    assert(conf);
    mapping_free(conf->mapping);
    arena_free(conf->arena);
}
