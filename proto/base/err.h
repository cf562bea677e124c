#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one error type of rikstal: a code that decides what the caller does, and a text for the
 * person who must act.
 *
 * A fallible function returns bool and takes a struct err as its last parameter. On failure it has
 * written the reason, once, where the reason was known, and has not changed its outputs. The text
 * names place, field and rule, never a rejected data value. Nothing is allocated. Any thread.
 */
#include <stdbool.h>

enum err_code {
    ERR_NONE,
    ERR_INVALID,     /* a mistake in the question or in the file */
    ERR_DENIED,      /* policy or signature forbids it */
    ERR_EXHAUSTED,   /* the privacy budget is spent, or a limit on number or size is reached */
    ERR_UNAVAILABLE, /* a later attempt may succeed */
    ERR_INTERNAL,    /* a fault of this program or machine: storage, memory, a bug */
};

struct err {
    enum err_code code;
    char text[240];
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* Fill err and return false, so that `return err_set(err, ...)` is the usual line. */
bool err_set(struct err *err, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sets ERR_INTERNAL "out of memory", the one text for that case. Returns false. */
bool err_memory(struct err *err);

/*
 * Puts context in front of the text ("importing x.vcf: "). What does not fit is cut off at the end.
 */
bool err_wrap(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The stable name of a code: "invalid", "denied", ... */
const char *err_code_name(enum err_code code);

/*
 * Exit codes of every program (reference: analyst, section 4): 0 ok, 1 failure, 2 usage or parse
 * error, 3 partial answer, 4 refused by policy, 5 budget exhausted, 6 finished with rejects,
 * 7 unreachable or authentication failed, 8 a watched figure is reached.
 */
enum exit_code {
    EXIT_OK = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_PARTIAL = 3,
    EXIT_REFUSED = 4,
    EXIT_BUDGET = 5,
    EXIT_REJECTS = 6,
    EXIT_UNREACHABLE = 7,
    EXIT_REACHED = 8,
};

/* The exit code that a program ends with after this error. */
enum exit_code err_exit_code(const struct err *err);
