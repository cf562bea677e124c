/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/role.h"

#include "proto/base/words.h"

static const struct {
    const char *name;
    bool commercial;
    enum mode with_permit;
    enum mode without_permit;
} roles[] = {
    {"public", true, MODE_SUM, MODE_SUM},
    {"sponsor", true, MODE_REGIONS, MODE_SUM},
    {"national-analyst", false, MODE_REGIONS, MODE_REGIONS},
    {"care-quality", false, MODE_REGIONS, MODE_REGIONS},
};

const char *role_word(size_t i)
{
    return i < sizeof(roles) / sizeof(roles[0]) ? roles[i].name : NULL;
}

bool role_is_commercial(const char *role)
{
    size_t i;

    return !words_find(role_word, role, &i) || roles[i].commercial;
}

enum mode role_usual_mode(const char *role, const char *permit)
{
    size_t i;

    if (!words_find(role_word, role, &i))
        return MODE_REGIONS;
    return permit[0] ? roles[i].with_permit : roles[i].without_permit;
}
