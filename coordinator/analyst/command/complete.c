/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Completes an unfinished question for a shell, with the parser: the candidates for the first word
 * after `ask`, `explain` and `price`, one a line.
 */
#include <stdio.h>
#include <string.h>

#include "coordinator/analyst/analyst.h"
#include "proto/query/complete.h"

void analyst_complete(const char *begun)
{
    struct completions found;

    complete(begun, strlen(begun), (uint32_t)strlen(begun), &found);
    for (uint32_t i = 0; i < found.n; i++)
        printf("%.*s%s\n", (int)found.from, begun, found.list[i].text);
}
