#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coordinator's HTTP API, called: one connection a process, JSON in and out, by libcurl.
 *
 * A problem+json becomes the error: its detail as text, its code in *code, and an err_code that
 * gives the right exit code. http_stop() makes a running call return (from a signal handler). One
 * thread.
 */
#include <cjson/cJSON.h>
#include <stdint.h>

#include "proto/base/err.h"

#define HTTP_ANSWER_MAX ((size_t)32 << 20)

struct http_call {
    const char *method; /* "GET", "POST", "DELETE" */
    const char *base;   /* "http://127.0.0.1:8480" */
    const char *path;   /* "/api/v1/nodes" */
    const char *body;   /* NULL: none */
    int64_t timeout_ms;
};

/* *out is the JSON, or NULL for an empty answer; status is HTTP's. */
bool http_run(const struct http_call *call, cJSON **out, long *status, char code[static 48],
              struct err *err) MUST_CHECK;
/*
 * Made again while nobody answers: a coordinator that restarts takes up what was open, and the same
 * question handed in twice is one question.
 */
bool http_run_patiently(const struct http_call *call, int64_t patience_ms, cJSON **out,
                        struct err *err) MUST_CHECK;
void http_stop(void);
bool http_stopped(void);
void http_resume(void);
