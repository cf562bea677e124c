#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a row says that an event measured: a number and its unit, or an answer. Texts of the value
 * point into the row or are constant. Any thread.
 */
#include <stdbool.h>

#include "node/import/rejects.h"
#include "node/store/person.h"

/* As the row has them; "" where it has none. */
struct row_value_texts {
    const char *number;
    const char *unit;
    const char *answer;
    bool decimal_comma; /* 4,9 and not 4.9 */
};

enum row_value_fault {
    ROW_VALUE_OK,
    ROW_VALUE_NUMBER,   /* it is no decimal number, or there is an answer beside it */
    ROW_VALUE_UNIT,     /* too long, or it has bytes that do not print */
    ROW_VALUE_ANSWER,   /* likewise */
    ROW_VALUE_PERSONAL, /* unit or answer looks like a personal number */
};

/* *known: the unit is one of proto/query/unit.h, whose name stands in *value; also without one. */
enum row_value_fault row_value_read(const struct row_value_texts *texts, struct event_value *value,
                                    bool *known) MUST_CHECK;
