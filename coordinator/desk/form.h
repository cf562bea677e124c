#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a page, a script or a door asks for, read from a JSON body (schemas/desk.json, Question).
 * Nothing is looked up: that the question has no mistakes, or the role exists, is checked later. A
 * member that is not known is refused, because nothing may be ignored silently. Pure; any thread.
 */
#include <cjson/cJSON.h>

#include "coordinator/analyst/compose.h"
#include "proto/base/err.h"

struct arena;

#define FORM_WAIT_DEFAULT_S 30
#define FORM_WAIT_MOST_S 480

struct form {
    const char *text;     /* "": everybody */
    const char *protocol; /* NULL: none; then text is "" */
    const char *from;     /* of a timeline, histogram or survival: its events; NULL: none */
    const char *to;
    const char *exposure; /* of an association, with outcome; NULL: none */
    const char *outcome;
    const char *role;    /* NULL: the first of the asker's */
    const char *purpose; /* NULL: the role's usual one */
    bool adds_up;
    bool everybody;
    int64_t wait_s;
    struct compose_options compose; /* without text and protocol, which form_parse() sets */
};

/* All texts are copied into the arena. ERR_INVALID names the member. */
bool form_read(const cJSON *body, struct arena *arena, struct form *out,
               struct err *err) MUST_CHECK;
