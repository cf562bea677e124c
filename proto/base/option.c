/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/option.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool listed(const char *list, const char *word)
{
    size_t length = strlen(word);

    while (*list) {
        size_t one = strcspn(list, " ");

        if (one == length && strncmp(list, word, length) == 0)
            return true;
        list += one;
        list += strspn(list, " ");
    }
    return false;
}

bool option_goes(const struct option_spec *spec, const char *verb)
{
    return !spec->verbs || !verb || listed(spec->verbs, verb);
}

bool option_needed(const struct option_spec *spec, const char *verb)
{
    return spec->needed && (!*spec->needed || (verb && listed(spec->needed, verb)));
}

bool option_takes(const struct option_spec *spec)
{
    return spec->type != OPTION_FLAG && spec->type != OPTION_SET && spec->type != OPTION_HEADING;
}

bool option_repeats(const struct option_spec *spec)
{
    return spec->type == OPTION_TEXTS || spec->type == OPTION_PATHS;
}

bool option_number(const char *option, const char *text, long least, long most, long *out,
                   struct err *err)
{
    assert(text && least <= most && out);
    char *end;
    long value;

    errno = 0;
    value = strtol(text, &end, 10);
    if (end == text || *end || errno || value < least || value > most)
        return err_set(err, ERR_INVALID, "%s takes %ld to %ld, not \"%.40s\"", option, least, most,
                       text);
    *out = value;
    return true;
}
