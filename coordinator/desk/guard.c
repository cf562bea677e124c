/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/guard.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "coordinator/http/host.h"

/* The defences that the controls of tests/system/test_desk.py take away. */
#ifndef GUARD_ASKS_HOST
#define GUARD_ASKS_HOST 1
#endif
#ifndef GUARD_ASKS_SITE
#define GUARD_ASKS_SITE 1
#endif
#ifndef GUARD_FORBIDS_FRAMES
#define GUARD_FORBIDS_FRAMES 1
#endif

/* Of the content security policy: who may show the desk in a frame. */
static const char *const frames = GUARD_FORBIDS_FRAMES ? "; frame-ancestors 'none'" : "";

static bool is_read(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

/* A browser says whose page made the request; a script says nothing. */
static bool is_of_this_site(const struct exchange_request *request, const char *address)
{
    const char *site = exchange_header(request, "Sec-Fetch-Site");
    const char *origin = exchange_header(request, "Origin");
    char own[300];

    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return false;
    if (!origin)
        return true;
    if (address)
        return strcmp(origin, address) == 0;
    if (!request->host)
        return false;
    snprintf(own, sizeof(own), "http://%s", request->host);
    if (strcasecmp(origin, own) == 0)
        return true;
    snprintf(own, sizeof(own), "https://%s", request->host);
    return strcasecmp(origin, own) == 0;
}

/* A form of another site cannot have this type, and a script there must ask first. */
static bool is_json(const struct exchange_request *request)
{
    const char *type = request->content_type;

    return type && strncasecmp(type, "application/json", 16) == 0 &&
           (type[16] == 0 || type[16] == ';' || type[16] == ' ');
}

/* The name that the desk has, and no other; on loopback every name that is no other site's. */
static bool is_our_host(const char *host, const char *address)
{
    const char *ours = address ? strstr(address, "://") : NULL;

    return host && (ours ? strcasecmp(host, ours + 3) == 0 : host_answered(host, NULL, 0));
}

const char *guard_refusal(const struct exchange_request *request, const char *address)
{
    assert(request && request->method);
    const char *header = exchange_header(request, GUARD_HEADER);

    if (GUARD_ASKS_HOST && !is_our_host(request->host, address))
        return "host";
    if (is_read(request->method))
        return NULL; /* reads change nothing, and no other site's page reads the answer */
    if (strcmp(request->method, "POST") != 0 && strcmp(request->method, "DELETE") != 0)
        return "method";
    if (!GUARD_ASKS_SITE)
        return NULL;
    if (!header || strcmp(header, "1") != 0 || !is_of_this_site(request, address))
        return "csrf";
    if (strcmp(request->method, "POST") == 0 && !is_json(request))
        return "type";
    return NULL;
}

const char *guard_detail(const char *code)
{
    assert(code);
    if (strcmp(code, "host") == 0)
        return "open this desk by its own address: the configured one, or that which it printed";
    if (strcmp(code, "csrf") == 0)
        return "send X-Rikstal-Desk: 1 with every POST and DELETE, from the desk's own page or "
               "from no page";
    if (strcmp(code, "type") == 0)
        return "send Content-Type: application/json";
    return "this takes GET, HEAD, POST or DELETE";
}

void guard_headers(struct exchange_response *response, const char *nonce)
{
    assert(response);
    exchange_add(response, "Referrer-Policy", "no-referrer");
    exchange_add(response, "Cross-Origin-Opener-Policy", "same-origin");
    exchange_add(response, "Cross-Origin-Resource-Policy", "same-origin");
    if (GUARD_FORBIDS_FRAMES)
        exchange_add(response, "X-Frame-Options", "DENY");
    if (nonce)
        exchange_add(response, "Content-Security-Policy",
                     "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%s'; "
                     "img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
                     "form-action 'self'%s; require-trusted-types-for 'script'",
                     nonce, frames);
    else
        exchange_add(response, "Content-Security-Policy",
                     "default-src 'none'; base-uri 'none'; form-action 'none'%s", frames);
}
