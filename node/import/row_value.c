/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/row_value.h"

#include <assert.h>
#include <string.h>

#include "node/import/identity.h"
#include "proto/base/number.h"
#include "proto/query/unit.h"

#define DECIMAL_BYTES 32

/* A percent sign would say a unit: that stands in its own column. */
static bool read_number(const char *text, bool comma, int64_t *nano)
{
    char decimal[DECIMAL_BYTES];
    size_t length = strlen(text);
    char *at;

    if (length >= sizeof(decimal) || strpbrk(text, comma ? ".%" : "%"))
        return false;
    memcpy(decimal, text, length + 1);
    at = comma ? strchr(decimal, ',') : NULL;
    if (at)
        *at = '.';
    at = decimal + (decimal[0] == '-');
    at += strspn(at, "0123456789");
    if (at == decimal + (decimal[0] == '-') || (*at && (*at != '.' || !at[1])))
        return false;
    if (*at && at[1 + strspn(at + 1, "0123456789")])
        return false;
    return number_read(decimal, length, nano) == NUMBER_OK;
}

static bool prints(const char *text)
{
    if (strlen(text) > EVENT_WORD_BYTES_MAX)
        return false;
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return false;
    return true;
}

enum row_value_fault row_value_read(const struct row_value_texts *texts, struct event_value *value,
                                    bool *known)
{
    assert(texts && value && known);
    const struct unit *unit;

    *value = (struct event_value){0};
    *known = true;
    if (!prints(texts->unit))
        return ROW_VALUE_UNIT;
    if (!prints(texts->answer))
        return ROW_VALUE_ANSWER;
    unit = *texts->unit ? unit_find(texts->unit) : NULL;
    if ((!unit && identity_seen(texts->unit, strlen(texts->unit))) ||
        identity_seen(texts->answer, strlen(texts->answer)))
        return ROW_VALUE_PERSONAL;
    if (*texts->answer && *texts->number)
        return ROW_VALUE_NUMBER;
    if (*texts->answer) {
        *value = (struct event_value){.form = EVENT_ANSWER, .word = texts->answer};
        return ROW_VALUE_OK;
    }
    if (!*texts->number)
        return ROW_VALUE_OK;
    if (!read_number(texts->number, texts->decimal_comma, &value->nano))
        return ROW_VALUE_NUMBER;
    *known = unit || !*texts->unit;
    value->form = EVENT_NUMBER;
    value->word = unit ? unit->name : texts->unit;
    return ROW_VALUE_OK;
}
