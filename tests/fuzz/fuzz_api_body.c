/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the body of POST /api/v1/questions. It may be refused; what is accepted has an
 * envelope and times in bounds, and the envelope is looked at as the service looks at it.
 */
#include <stdint.h>
#include <stdlib.h>

#include "coordinator/api/body.h"
#include "proto/base/arena.h"
#include "proto/trust/envelope.h"

#define ARENA_BYTES ((size_t)8 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct question_body body;
    Rikstal__V1__Envelope *envelope;
    struct arena *arena;
    struct err err;

    if (!body_read((const char *)data, size, &body, &err)) {
        if (err.code == ERR_NONE || !err.text[0])
            abort(); /* a refusal says why */
        return 0;
    }
    if (!body.envelope || body.wait_ms < 0 || body.wait_ms > BODY_WAIT_MAX_MS ||
        body.deadline_ms < 0 || body.deadline_ms > BODY_DEADLINE_MAX_MS)
        abort();
    arena = arena_new(ARENA_BYTES);
    if (arena && !envelope_parse(body.envelope, body.envelope_bytes, arena, &envelope, &err) &&
        !err.text[0])
        abort();
    arena_free(arena);
    body_clear(&body);
    return 0;
}
