#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens that scripts send in place of a session: `Authorization: Bearer TOKEN`. A token has a
 * name, a scope and an end, is 256 random bits, and is kept as its hash alone, so nobody reads it
 * from the desk's file. None is made over HTTP: who can write the file makes them (`rikstal
 * scripts`), so a script that was taken over gets no more than it had. Any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "coordinator/desk/history.h"
#include "proto/base/err.h"

#define BEARER_MARK "rikstal_"
#define BEARER_TEXT_BYTES (sizeof(BEARER_MARK) + 64) /* mark, 64 hexadecimal digits, a NUL */
#define BEARER_NAME_MAX 100                          /* bytes */
#define BEARER_DAYS_MAX 365
#define BEARER_TOKENS_MAX 100 /* of a desk, those that have ended not counted */

/* What the holder may do; each does what those before it do. The numbers stand in the file. */
enum bearer_scope {
    BEARER_NONE = 0, /* no token of this desk, or one that has ended */
    BEARER_READ = 1, /* everything that asks no region and changes nothing */
    BEARER_ASK = 2,  /* ask, withdraw, save and forget questions too */
};

/* The word of a scope, for people and options: "read", "ask". NULL past the last. */
const char *bearer_scope_word(size_t i);
bool bearer_scope_read(const char *word, enum bearer_scope *out, struct err *err) MUST_CHECK;

struct bearer_terms {
    const char *name; /* 1 to BEARER_NAME_MAX bytes, for people */
    enum bearer_scope scope;
    long days; /* 1 to BEARER_DAYS_MAX */
};

/* Makes a token; its text is told here and never again. ERR_INVALID for a wrong name, ERR_DENIED
 * when there are BEARER_TOKENS_MAX. */
bool bearer_new(struct history *history, const struct bearer_terms *terms,
                char token[static BEARER_TEXT_BYTES], int64_t *id, struct err *err) MUST_CHECK;

/* What the header Authorization opens; NULL: nothing. It notes that the token was used. */
bool bearer_scope_of(struct history *history, const char *authorization, enum bearer_scope *out,
                     struct err *err) MUST_CHECK;
