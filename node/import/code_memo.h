#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The codes that a file repeats, as they were read the first time: a file has far fewer codes than
 * rows, and to read one costs as much as the rest of its row. What is found is what was kept for
 * exactly these two texts. A plain value; all zero is an empty memo. One thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "proto/query/code.h"

#define CODE_MEMO_SLOTS 256
#define CODE_MEMO_TEXT 48 /* bytes of both texts with their NULs; longer ones are not kept */

struct code_memo {
    struct code_memo_slot {
        char text[CODE_MEMO_TEXT]; /* system, NUL, code, NUL; all zero: free */
        struct code code;
    } slots[CODE_MEMO_SLOTS];
};

/* system may be "". False when it is not kept. */
bool code_memo_find(const struct code_memo *memo, const char *system, const char *code,
                    struct code *out);
void code_memo_keep(struct code_memo *memo, const char *system, const char *code,
                    const struct code *read);
