/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/report/figure.h"

#include <assert.h>
#include <stdio.h>

#include "coordinator/report/display.h"
#include "coordinator/report/put.h"

const char *figure_text(const struct figure *figure, const struct display_rule *rule,
                        char room[static FIGURE_BYTES])
{
    assert(figure && rule);
    if (figure->none)
        snprintf(room, FIGURE_BYTES, "–");
    else if (!figure->suppressed)
        return put_number_text(figure->value, room);
    else
        snprintf(room, FIGURE_BYTES, "<%u", rule->below);
    return room;
}

bool figure_is_vague(const struct figure *figure)
{
    assert(figure);
    return !figure->none && figure->high > 0 && (figure->suppressed || figure->low == 0);
}

const char *figure_words(const struct figure *figure, const struct display_rule *rule,
                         char room[static RANGE_BYTES])
{
    char high[32];

    if (!figure_is_vague(figure))
        return figure_text(figure, rule, room);
    snprintf(room, RANGE_BYTES, "0 to %s", put_number_text(figure->high, high));
    return room;
}

const char *figure_range_text(const struct figure *figure, char room[static RANGE_BYTES])
{
    assert(figure && figure->low <= figure->high);
    char low[32], high[32];

    snprintf(room, RANGE_BYTES, "%s–%s", put_number_text(figure->low, low),
             put_number_text(figure->high, high));
    return room;
}
