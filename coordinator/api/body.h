#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the body of POST /api/v1/questions strictly: {"envelope": base64, "wait_ms": n?,
 * "deadline_ms": n?} and nothing else. The service checks what is in the envelope.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define BODY_BYTES_MAX ((size_t)128 << 10)
#define BODY_WAIT_MAX_MS 20000 /* for longer waits, clients ask again */
#define BODY_DEADLINE_MAX_MS 600000

struct question_body {
    uint8_t *envelope; /* made with malloc; body_clear() frees it */
    size_t envelope_bytes;
    int64_t wait_ms;     /* 0: respond at once */
    int64_t deadline_ms; /* 0: the default */
};

bool body_read(const char *text, size_t size, struct question_body *out,
               struct err *err) MUST_CHECK;
void body_clear(struct question_body *body);
