/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/mode.h"

#include <assert.h>
#include <string.h>

#include "proto/base/words.h"

static const char *const names[] = {[MODE_REGIONS] = "regions", [MODE_SUM] = "sum"};

#define N_MODES (sizeof(names) / sizeof(names[0]))

const char *mode_name(enum mode mode)
{
    return mode >= 1 && mode < N_MODES ? names[mode] : "unknown";
}

const char *mode_word(size_t i)
{
    return i + 1 < N_MODES ? names[i + 1] : NULL;
}

bool mode_read(const char *name, enum mode *mode, struct err *err)
{
    assert(name && mode);
    char list[WORDS_TEXT_BYTES];
    size_t i;

    if (strcmp(name, MODE_DISTINCT_NAME) == 0)
        return err_set(err, ERR_INVALID, MODE_DISTINCT_REFUSED);
    if (!words_find(mode_word, name, &i))
        return err_set(err, ERR_INVALID, "no mode \"%.40s\"; there are %s", name,
                       words_join(mode_word, " and ", list));
    *mode = (enum mode)(i + 1);
    return true;
}

const char *mode_refusal(uint32_t number)
{
    if (number == MODE_DISTINCT_NUMBER)
        return MODE_DISTINCT_REFUSED;
    return number >= 1 && number < N_MODES ? NULL : "the mode is regions or sum";
}
