/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/trace.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/import/stream.h"

/* Joins two texts, cut off at the limit. No snprintf(), because every row of persons comes here. */
static void join(const char *first, const char *second, char out[static EVENT_CODE_BYTES_MAX + 1])
{
    size_t a = strnlen(first, EVENT_CODE_BYTES_MAX);
    size_t b = strnlen(second, EVENT_CODE_BYTES_MAX - a);

    memcpy(out, first, a);
    memcpy(out + a, second, b);
    out[a + b] = 0;
}

static bool put(struct stream_writer *out, enum event_kind kind, const char *what,
                const char *system, struct err *err)
{
    char code[EVENT_CODE_BYTES_MAX + 1];
    struct event event = {.kind = kind,
                          .system = EVENT_TRACE_SYSTEM,
                          .code = code,
                          .date = PERSON_NO_DATE,
                          .age_days = EVENT_NO_AGE};

    join(what, system, code);
    return stream_put_event(out, &event, err);
}

bool trace_put_stated(struct stream_writer *out, enum event_kind kind, const char *system,
                      struct err *err)
{
    return put(out, kind, EVENT_TRACE_STATED, system, err);
}

bool trace_put_refused(struct stream_writer *out, const struct event *event, struct err *err)
{
    assert(event);
    char system[EVENT_SYSTEM_BYTES_MAX + 2];
    struct event refused = *event;

    (void)snprintf(system, sizeof(system), EVENT_TRACE_SYSTEM "%s", event->system);
    refused.system = system;
    refused.date = PERSON_NO_DATE;
    refused.age_days = EVENT_NO_AGE;
    return stream_put_event(out, &refused, err);
}

bool trace_put_lost(struct stream_writer *out, enum event_kind kind, const char *system,
                    struct err *err)
{
    return put(out, kind, *system ? EVENT_TRACE_LOST_IN : EVENT_TRACE_LOST, system, err);
}
