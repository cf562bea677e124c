/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/region_state.h"

#include <assert.h>

#include "proto/base/words.h"

static const char *const names[] = {
    [REGION_WAITING] = "waiting",
    [REGION_VALUE] = "value",
    [REGION_SUPPRESSED] = "suppressed",
    [REGION_DECLINED] = "declined",
    [REGION_UNSUPPORTED] = "unsupported",
    [REGION_OFFLINE] = "offline",
    [REGION_TIMED_OUT] = "timed-out",
    [REGION_FAILED] = "failed",
    [REGION_STALE] = "stale",
    [REGION_TOOK_PART] = "took-part",
};

#define N_STATES (sizeof(names) / sizeof(names[0]))

const char *region_state_word(size_t i)
{
    return i < N_STATES ? names[i] : NULL;
}

const char *region_state_name(enum region_state state)
{
    assert(state < N_STATES);
    return names[state];
}

bool region_state_read(const char *name, enum region_state *state)
{
    assert(name && state);
    size_t i;

    if (!words_find(region_state_word, name, &i))
        return false;
    *state = (enum region_state)i;
    return true;
}
