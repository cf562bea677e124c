/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/count_why.h"

#include <assert.h>
#include <stdio.h>

#include "proto/base/json.h"

void count_why_print(const struct why *why)
{
    assert(why);
    for (unsigned reason = 0; reason < WHY_REASONS; reason++)
        if (why->persons[reason])
            printf("  why         %10llu  %s\n", (unsigned long long)why->persons[reason],
                   why_name((enum why_reason)reason));
}

void count_why_put(const struct why *why, cJSON *object, bool *ok)
{
    cJSON *reasons = json_put(object, "why", cJSON_CreateObject(), ok);

    assert(why && object && ok);
    for (unsigned reason = 0; reasons && reason < WHY_REASONS; reason++)
        if (why->persons[reason])
            json_put_int(reasons, why_name((enum why_reason)reason), (int64_t)why->persons[reason],
                         ok);
}
