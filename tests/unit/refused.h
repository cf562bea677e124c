#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A refusal is asserted with its code: a call that fails for another reason than the test means
 * (memory, a missing file) must not pass for the refusal.
 *
 *     assert_refused(roster_open(&bytes, &roster, &err), &err, ERR_DENIED);
 *     assert_refused_for(csv_row(csv, &row, &err), &err, ERR_INVALID, "fields");
 *
 * The error is emptied before the call, so that a code left by an earlier one does not count.
 * Errors: the test fails at the line of the caller, with the code and the text that were found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "proto/base/err.h"

#define assert_refused(call, err, wanted) assert_refused_for(call, err, wanted, "")

/* For bytes changed anywhere: what is changed decides which of two codes it is. */
#define assert_refused_either(call, err, one, other)                                               \
    do {                                                                                           \
        (err)->code = ERR_NONE;                                                                    \
        (err)->text[0] = '\0';                                                                     \
        bool refused_ = !(call);                                                                   \
        if (!refused_as(refused_, #call, err, (err)->code == (other) ? (other) : (one), ""))       \
            _fail(__FILE__, __LINE__);                                                             \
    } while (0)

/* Refused, and the text has this word. */
#define assert_refused_for(call, err, wanted, word)                                                \
    do {                                                                                           \
        (err)->code = ERR_NONE;                                                                    \
        (err)->text[0] = '\0';                                                                     \
        if (!refused_as(!(call), #call, err, wanted, word))                                        \
            _fail(__FILE__, __LINE__);                                                             \
    } while (0)

static inline bool refused_as(bool refused, const char *call, const struct err *err,
                              enum err_code wanted, const char *word)
{
    if (!refused)
        print_error("%s was not refused\n", call);
    else if (err->code != wanted)
        print_error("%s: code \"%s\", not \"%s\": %s\n", call, err_code_name(err->code),
                    err_code_name(wanted), err->text);
    else if (!strstr(err->text, word))
        print_error("%s: no \"%s\" in \"%s\"\n", call, word, err->text);
    else
        return true;
    return false;
}
