/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/purpose.h"

#include "proto/base/words.h"

static const struct {
    const char *name;
    enum purpose_ground ground;
} purposes[] = {
    {PURPOSE_DEFAULT, PURPOSE_HEALTH_RESEARCH}, {"statistics", PURPOSE_PUBLIC_TASK},
    {"planning", PURPOSE_PUBLIC_TASK},          {"preparedness", PURPOSE_PUBLIC_TASK},
    {"care-quality", PURPOSE_QUALITY},          {"trial-feasibility", PURPOSE_HEALTH_RESEARCH},
};

const char *purpose_word(size_t i)
{
    return i < sizeof(purposes) / sizeof(purposes[0]) ? purposes[i].name : NULL;
}

enum purpose_ground purpose_ground(const char *purpose)
{
    size_t i;

    return words_find(purpose_word, purpose, &i) ? purposes[i].ground : PURPOSE_HEALTH_RESEARCH;
}
