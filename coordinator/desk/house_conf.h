#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration of `rikstal desk serve`, an INI file. Relative paths are beside the file.
 *
 *   [desk]      address = https://desk.example.se  as browsers write it; no path, no usual port
 *               listen = 127.0.0.1:8490            on loopback; TLS ends in a proxy before it
 *               state = state                      folder of the persons' files, made when absent
 *               language = sv                      or en: of the log-in screens and the page
 *               idle_minutes = 30                  a session without use ends
 *               hours = 12                         how long a log-in holds, at most 12
 *   [network]   coordinator = http://127.0.0.1:8480
 *               roots = roots                      pinned root keys
 *               organisation = gms                 for which the desk certifies its persons
 *               key = organisation.key             the organisation's secret key
 *   [provider]  issuer = https://idp.example.se    discovery is below it
 *               client = rikstal-desk
 *               secret = client.secret             optional: a file with the client's secret
 *               scopes = openid profile
 *               ca = ca.pem                        optional: of the provider's certificate
 *               mapping = mapping                  claims to roles and permits (login/mapping.h)
 *
 * An address without TLS is for tests, on loopback alone. Does not change after it is read.
 */
#include <stdbool.h>
#include <stdint.h>

#include "proto/base/err.h"

struct arena;
struct mapping;

struct house_conf {
    const char *address, *listen, *state, *language;
    bool tls; /* the address begins with https */
    int64_t idle_ms, life_s;
    const char *coordinator, *roots, *organisation, *key;
    const char *issuer, *client, *secret, *scopes, *ca;
    struct mapping *mapping;
    struct arena *arena; /* of the texts */
};

/* ERR_INVALID names file, line, key and rule. */
bool house_conf_read(const char *path, struct house_conf *out, struct err *err) MUST_CHECK;
void house_conf_clear(struct house_conf *conf);
