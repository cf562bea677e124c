#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one error word of rikstal: a code that decides what the caller does, and a text for the
 * person who must act.
 *
 * A fallible function returns bool and takes a struct err last. On failure it has written the
 * reason once, where it was known, and touched no output. The text names place, field and rule,
 * never a rejected data value. Nothing is allocated; any thread.
 */
#include <stdbool.h>

enum err_code {
    ERR_NONE,
    ERR_INVALID,     /* the asker's or the file's mistake */
    ERR_DENIED,      /* policy or signature says no */
    ERR_EXHAUSTED,   /* privacy budget spent, or no room for one more */
    ERR_UNAVAILABLE, /* worth trying again */
    ERR_INTERNAL,    /* ours: storage, memory, a bug */
};

struct err {
    enum err_code code;
    char text[240];
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* Fill err and return false, so that `return err_set(err, ...)` is the usual line. */
bool err_set(struct err *err, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The one word for memory that ran out: ERR_INTERNAL "out of memory"; returns false. */
bool err_memory(struct err *err);

/* Put context in front of the text ("importing x.vcf: "); what does not fit is cut off the end. */
bool err_wrap(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The stable name of a code: "invalid", "denied", ... */
const char *err_code_name(enum err_code code);

/*
 * Exit codes of every program (reference: analyst, section 4): 0 ok, 1 failure, 2 usage or parse
 * error, 3 partial answer, 4 refused by policy, 5 budget exhausted, 6 finished with rejects,
 * 7 unreachable or authentication failed.
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
};

/* The exit code that a program ends with after this error. */
enum exit_code err_exit_code(const struct err *err);
