/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/http.h"

#include <assert.h>
#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/trust/access.h"
#include "proto/trust/message.h"

#define CONNECT_TIMEOUT_MS 5000L
#define URL_BYTES 2048
#define RETRY_MS 200
#define IDLE_MAX 8                       /* connections kept for later calls */
#define PROBLEM_BYTES ((size_t)64 << 10) /* of an error's document */

static volatile sig_atomic_t stop; /* set by a signal handler */

void http_stop(void)
{
    stop = 1;
}

void http_resume(void)
{
    stop = 0;
}

bool http_stopped(void)
{
    return stop != 0;
}

struct receiving {
    struct bytes *body;
    size_t most;
};

static size_t receive(char *data, size_t size, size_t n, void *owner)
{
    const struct receiving *receiving = owner;
    struct bytes *body = receiving->body;

    if (n > (receiving->most - body->size) / (size ? size : 1))
        return 0; /* longer than any answer: curl then ends with a write error */
    bytes_add(body, data, size * n);
    return body->failed ? 0 : size * n;
}

static int progress(void *owner, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    (void)owner;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return stop;
}

/* Connections that no call uses now, kept open for the next ones. */
static struct {
    pthread_mutex_t lock;
    bool started;
    size_t n;
    CURL *idle[IDLE_MAX];
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* NULL when memory is out. */
static CURL *connection_take(void)
{
    CURL *curl = NULL;

    pthread_mutex_lock(&pool.lock);
    if (!pool.started)
        pool.started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    if (pool.n > 0)
        curl = pool.idle[--pool.n];
    else if (pool.started)
        curl = curl_easy_init();
    pthread_mutex_unlock(&pool.lock);
    if (curl)
        curl_easy_reset(curl);
    return curl;
}

static void connection_give(CURL *curl)
{
    pthread_mutex_lock(&pool.lock);
    if (curl && pool.n < IDLE_MAX) {
        pool.idle[pool.n++] = curl;
        curl = NULL;
    }
    pthread_mutex_unlock(&pool.lock);
    if (curl)
        curl_easy_cleanup(curl);
}

static void prepare(CURL *curl, const struct http_call *call, const char *url,
                    struct curl_slist *headers, struct receiving *receiving)
{
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)call->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, receiving);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, progress);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    if (call->body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(call->body));
    }
}

/* Maps a problem to an error code, and so to an exit code. */
static enum err_code problem_code(long status, const char *code)
{
    if (status == 400 || status == 404 || status == 415 || status == 422)
        return ERR_INVALID;
    if (strcmp(code, "roster") == 0 || status >= 500 || status == 429)
        return ERR_UNAVAILABLE;
    return ERR_DENIED;
}

static bool problem(const cJSON *root, long status, char code[static 48], struct err *err)
{
    const char *name = json_text(root, "code");
    const char *detail = json_text(root, "detail");

    snprintf(code, 48, "%s", name ? name : "unknown");
    return err_set(err, problem_code(status, code), "the coordinator says %ld %s: %s", status, code,
                   detail ? detail : "no reason given");
}

/*
 * Texts of the coordinator are printed later, so they must be safe lines that cannot move the
 * cursor.
 */
static bool is_plain(const cJSON *tree)
{
    const cJSON *item;

    if ((tree->string && !message_text_is_plain(tree->string)) ||
        (cJSON_IsString(tree) && !message_text_is_plain(tree->valuestring)))
        return false;
    cJSON_ArrayForEach(item, tree)
    {
        if (!is_plain(item))
            return false;
    }
    return true;
}

static bool understand(const struct bytes *body, long status, cJSON **out, char code[static 48],
                       struct err *err)
{
    cJSON *root = NULL;

    if (body->size > 0 &&
        !json_parse((const char *)body->data, body->size, HTTP_ANSWER_MAX, &root, err)) {
        err_wrap(err, "the coordinator's answer (%ld): ", status);
        return false;
    }
    if (root && !is_plain(root)) {
        cJSON_Delete(root);
        return err_set(err, ERR_INVALID, "the coordinator's answer (%ld) has a control character",
                       status);
    }
    if (status >= 400) {
        problem(root, status, code, err);
        cJSON_Delete(root);
        return false;
    }
    *out = root;
    return true;
}

/* NULL, with *ok false, when memory is out; the caller frees the list. */
static struct curl_slist *headers_of(const struct http_call *call, bool *ok)
{
    char line[sizeof("Authorization: Rikstal ") + ACCESS_TEXT_MAX];
    struct curl_slist *headers = NULL, *more;

    *ok = true;
    if (call->body) {
        headers = curl_slist_append(NULL, "Content-Type: application/json");
        *ok = headers != NULL;
    }
    if (*ok && call->token) {
        snprintf(line, sizeof(line), "Authorization: Rikstal %s", call->token);
        more = curl_slist_append(headers, line);
        *ok = more != NULL;
        headers = more ? more : headers;
    }
    return headers;
}

/* Makes the call and receives its body, of whatever status. */
static bool perform(const struct http_call *call, size_t most, struct bytes *body, long *status,
                    struct err *err)
{
    struct receiving receiving = {body, most};
    struct curl_slist *headers;
    char url[URL_BYTES];
    CURLcode result;
    CURL *curl;
    bool ok;

    if (snprintf(url, sizeof(url), "%s%s", call->base, call->path) >= (int)sizeof(url))
        return err_set(err, ERR_INVALID, "the coordinator's address is too long");
    headers = headers_of(call, &ok);
    curl = connection_take();
    if (!curl || !ok) {
        curl_slist_free_all(headers);
        connection_give(curl);
        return err_memory(err);
    }
    prepare(curl, call, url, headers, &receiving);
    result = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    curl_slist_free_all(headers);
    connection_give(curl);
    return result == CURLE_OK ||
           err_set(err, ERR_UNAVAILABLE, "%s: %s", call->base, curl_easy_strerror(result));
}

bool http_run(const struct http_call *call, cJSON **out, long *status, char code[static 48],
              struct err *err)
{
    assert(call && call->method && call->path && out && status);
    struct bytes body = {0};
    bool ok;

    code[0] = 0;
    ok = perform(call, HTTP_ANSWER_MAX, &body, status, err) &&
         understand(&body, *status, out, code, err);
    bytes_clear(&body);
    return ok;
}

bool http_fetch(const struct http_call *call, size_t most, struct bytes *out, bool *found,
                struct err *err)
{
    assert(call && call->method && call->path && out && found && !out->size);
    char code[48];
    cJSON *problem = NULL;
    long status = 0;
    bool ok;

    *found = false;
    if (!perform(call, most > PROBLEM_BYTES ? most : PROBLEM_BYTES, out, &status, err))
        return false;
    if (status == 200) {
        *found = out->size <= most;
        return *found || err_set(err, ERR_UNAVAILABLE, "%s: more than %zu bytes", call->base, most);
    }
    ok = status == 404 || understand(out, status, &problem, code, err);
    cJSON_Delete(problem);
    bytes_clear(out);
    return ok;
}

bool http_run_patiently(const struct http_call *call, int64_t patience_ms, cJSON **out,
                        struct err *err)
{
    assert(patience_ms >= 0);
    int64_t until_ms = clock_mono_ms() + patience_ms;
    char code[48];
    long status;

    for (;;) {
        if (http_run(call, out, &status, code, err))
            return true;
        if (code[0] || err->code != ERR_UNAVAILABLE || http_stopped() ||
            clock_mono_ms() >= until_ms)
            return false;
        clock_sleep_ms(RETRY_MS);
    }
}
