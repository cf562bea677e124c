/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/login/fetch.h"

#include <assert.h>
#include <curl/curl.h>
#include <string.h>

#define CONNECT_MS 5000L
#define TOTAL_MS 10000L

struct fetched {
    struct bytes *body;
    size_t most;
};

static size_t receive(char *data, size_t size, size_t n, void *owner)
{
    const struct fetched *receiving = owner;

    if (n > receiving->most - receiving->body->size)
        return 0;                               /* curl ends with a write error */
    bytes_add(receiving->body, data, size * n); /* size is 1, by libcurl's contract */
    return receiving->body->failed ? 0 : size * n;
}

/* "127.0.0.1", "[::1]" or "localhost", then a port, a path or the end. */
static bool is_loopback(const char *host)
{
    static const char *const names[] = {"127.0.0.1", "[::1]", "localhost"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        size_t length = strlen(names[i]);

        if (strncmp(host, names[i], length) == 0 &&
            (!host[length] || host[length] == ':' || host[length] == '/'))
            return true;
    }
    return false;
}

bool fetch_url_is_safe(const char *url)
{
    assert(url);
    size_t length = strlen(url), host;

    if (strncmp(url, "https://", 8) == 0)
        host = 8;
    else if (strncmp(url, "http://", 7) == 0 && is_loopback(url + 7))
        host = 7;
    else
        return false;
    for (size_t i = 0; i < length; i++)
        if (url[i] <= ' ' || url[i] > '~' || strchr("\"'<>\\^`{|}#@", url[i]))
            return false;
    return length <= FETCH_URL_MAX && url[host] && url[host] != '/';
}

static void prepare(CURL *curl, const struct fetch_call *call, struct fetched *receiving)
{
    curl_easy_setopt(curl, CURLOPT_URL, call->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
                     strncmp(call->url, "https:", 6) == 0 ? "https" : "http");
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, TOTAL_MS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, receiving);
    if (call->form) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->form);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(call->form));
    }
    if (call->user) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(curl, CURLOPT_USERPWD, call->user);
    }
    if (call->bearer) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, call->bearer);
    }
    if (call->ca)
        curl_easy_setopt(curl, CURLOPT_CAINFO, call->ca);
}

bool fetch_run(const struct fetch_call *call, struct bytes *body, long *status, struct err *err)
{
    assert(call && call->url && body && !body->size && status);
    struct fetched receiving = {body, call->most};
    struct curl_slist *headers;
    CURLcode result;
    CURL *curl;

    if (!fetch_url_is_safe(call->url))
        return err_set(err, ERR_INVALID,
                       "the provider's address must be https, or http on loopback");
    curl = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? curl_easy_init() : NULL;
    headers = curl_slist_append(NULL, "Accept: application/json");
    if (!curl || !headers) {
        curl_easy_cleanup(curl);
        curl_slist_free_all(headers);
        return err_memory(err);
    }
    prepare(curl, call, &receiving);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    result = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    return result == CURLE_OK ||
           err_set(err, ERR_UNAVAILABLE, "the identity provider: %s", curl_easy_strerror(result));
}
