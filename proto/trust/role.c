/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/role.h"

#include "proto/base/words.h"
#include "proto/trust/purpose.h"

#define SIGMA_USUAL 10

static const struct {
    const char *name;
    bool commercial;
    enum mode with_permit;
    enum mode without_permit;
    const char *purpose;
    uint32_t sigma;
} roles[] = {
    {"public", true, MODE_SUM, MODE_SUM, "statistics", 20},
    {"sponsor", true, MODE_REGIONS, MODE_SUM, "trial-feasibility", SIGMA_USUAL},
    {"national-analyst", false, MODE_REGIONS, MODE_REGIONS, PURPOSE_DEFAULT, SIGMA_USUAL},
    {"care-quality", false, MODE_REGIONS, MODE_REGIONS, "care-quality", SIGMA_USUAL},
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

const char *role_usual_purpose(const char *role)
{
    size_t i;

    return words_find(role_word, role, &i) ? roles[i].purpose : PURPOSE_DEFAULT;
}

uint32_t role_usual_sigma(const char *role)
{
    size_t i;

    return words_find(role_word, role, &i) ? roles[i].sigma : SIGMA_USUAL;
}
