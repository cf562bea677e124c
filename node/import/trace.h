#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traces on the stream: what may be concluded of one person from a record that is missing
 * (node/store/person.h). They are events of the unit put last. Confined child (run.h).
 */
#include "node/store/person.h"
#include "proto/base/err.h"

struct stream_writer;

/* The source says all that there is of this kind and system of the person. */
bool trace_put_stated(struct stream_writer *out, enum event_kind kind, const char *system,
                      struct err *err) MUST_CHECK;
/* An event was refused, for its date for example. A question that would have found it is "cannot
 * tell" for this person. */
bool trace_put_refused(struct stream_writer *out, const struct event *event,
                       struct err *err) MUST_CHECK;
/* An event of this kind and system could not be read; system "": of any system. */
bool trace_put_lost(struct stream_writer *out, enum event_kind kind, const char *system,
                    struct err *err) MUST_CHECK;
