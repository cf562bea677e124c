/* SPDX-License-Identifier: Apache-2.0 */
/* A policy file of any bytes is a policy or a reason, and what is a policy can be put into words.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "node/privacy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_line(const char *text, void *context)
{
    *(size_t *)context += text[0] != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct policy *policy;
    struct err err;
    size_t lines = 0;

    if (!policy_parse((const char *)data, size, &policy, &err))
        return 0;
    policy_explain(policy, read_line, &lines);
    if (lines == 0 || policy_version(policy) == 0)
        abort();
    policy_free(policy);
    return 0;
}
