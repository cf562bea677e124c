#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls the coordinator's HTTP API with libcurl: connections are kept, JSON in and out.
 *
 * A problem+json becomes the error: err gets its detail as text and an err_code for the right exit
 * code, *code its code. http_stop(), which a signal handler may call, makes a running call return.
 * Any thread; http_stop() is of all of them.
 */
#include <cjson/cJSON.h>
#include <stdint.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"

#define HTTP_ANSWER_MAX ((size_t)32 << 20)

struct http_call {
    const char *method; /* "GET", "POST", "DELETE" */
    const char *base;   /* "http://127.0.0.1:8480" */
    const char *path;   /* "/api/v1/nodes" */
    const char *body;   /* NULL: no body */
    const char *token;  /* session_token(); NULL: none is needed */
    int64_t timeout_ms;
};

/* *out is the JSON, or NULL for an empty response; `status` is the HTTP status. */
bool http_run(const struct http_call *call, cJSON **out, long *status, char code[static 48],
              struct err *err) MUST_CHECK;
/*
 * Fetches bytes that are no JSON: at most `most`, else ERR_UNAVAILABLE. *found is false when the
 * coordinator has nothing under this path (404).
 */
bool http_fetch(const struct http_call *call, size_t most, struct bytes *out, bool *found,
                struct err *err) MUST_CHECK;
/*
 * Repeats the call while the coordinator does not answer. That is safe: a coordinator that restarts
 * resumes open questions, and the same question sent twice is one question.
 */
bool http_run_patiently(const struct http_call *call, int64_t patience_ms, cJSON **out,
                        struct err *err) MUST_CHECK;
void http_stop(void);
bool http_stopped(void);
void http_resume(void);
