#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log-ins on their way: between the desk's redirect to the provider and the browser's return. Each
 * has a state (it comes back once), a nonce (the ID token repeats it), the verifier of PKCE (RFC
 * 7636, S256), and a mark in a cookie of the browser that began it: a return in another browser,
 * a second return and one after VISIT_LIFE_MS are none. All are 256 random bits. When there are
 * VISITS_MAX, the oldest is forgotten. Any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "proto/base/err.h"

#define VISIT_TEXT_BYTES 44 /* 43 characters of base64url and a NUL */
#define VISIT_LIFE_MS INT64_C(600000)
#define VISITS_MAX 1024

struct visit {
    char state[VISIT_TEXT_BYTES];
    char nonce[VISIT_TEXT_BYTES];
    char verifier[VISIT_TEXT_BYTES];
    char mark[VISIT_TEXT_BYTES];
};

struct visit_book;

/* NULL when memory is out. */
struct visit_book *visit_book_new(void);
void visit_book_free(struct visit_book *book); /* accepts NULL */

void visit_begin(struct visit_book *book, struct visit *out);
/* state and mark as the browser brought them; NULL: it brought none. False: no such visit. */
bool visit_end(struct visit_book *book, const char *state, const char *mark,
               struct visit *out) MUST_CHECK;
/* What the provider gets to see of the verifier: its SHA-256, in base64url. */
void visit_challenge(const struct visit *visit, char out[static VISIT_TEXT_BYTES]);
