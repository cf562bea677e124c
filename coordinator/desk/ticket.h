#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may use a desk of one person: whoever opens it first by the address that it printed. The
 * address has a random token that works once and becomes a session, whose name is in a cookie that
 * the desk chose; a name that a browser brings along opens nothing. All are 256 random bits, and
 * compared in constant time. A session ends after TICKET_IDLE_MS without a request. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define TICKET_TEXT_BYTES 65 /* 64 hexadecimal digits and a NUL */
#define TICKET_SESSIONS 16   /* the oldest ends when one more begins */
#define TICKET_COOKIE "rikstal-desk"
#define TICKET_IDLE_MS INT64_C(43200000)

struct ticket_office;

/* NULL when memory is out. */
struct ticket_office *ticket_office_new(void);
void ticket_office_free(struct ticket_office *office); /* accepts NULL */

/* A new token, for one address; the one before works no more. */
void ticket_print(struct ticket_office *office, char token[static TICKET_TEXT_BYTES]);
/* Takes the token, and begins a session. False for any other text, and for the same one again. */
bool ticket_take(struct ticket_office *office, const char *token,
                 char session[static TICKET_TEXT_BYTES]) MUST_CHECK;
/* cookies: the header Cookie; NULL: none. */
bool ticket_is_valid(struct ticket_office *office, const char *cookies) MUST_CHECK;
