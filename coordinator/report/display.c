/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/report/display.h"

#include <assert.h>

#define PARTS_MAX 8192

/* The largest multiple of base that is at most value. */
static int64_t round_down(int64_t value, int64_t base)
{
    int64_t rest = value % base;

    return value - (rest < 0 ? rest + base : rest);
}

static int64_t base_of(uint32_t base)
{
    return base ? (int64_t)base : 1;
}

int64_t display_round(int64_t value, uint32_t base)
{
    int64_t b = base_of(base);
    int64_t magnitude = value < 0 ? -value : value;
    int64_t rounded = (magnitude + b / 2) / b * b;

    return value < 0 ? -rounded : rounded;
}

static int64_t at_least_zero(int64_t value)
{
    return value < 0 ? 0 : value;
}

/* The interval alone: rounded outwards to multiples of base, at least 0. */
static void range_of(int64_t noised, int64_t half_width, uint32_t base, int64_t *low, int64_t *high)
{
    int64_t b = base_of(base);

    *low = at_least_zero(round_down(noised - half_width, b));
    *high = at_least_zero(-round_down(-(noised + half_width), b));
}

struct figure display_figure(int64_t noised, int64_t half_width, const struct display_rule *rule)
{
    assert(half_width >= 0 && rule);
    int64_t base = base_of(rule->base);
    struct figure figure = {0};
    int64_t centre = noised;

    if (noised < (int64_t)rule->below) {
        figure.suppressed = true;
        centre = (int64_t)rule->below - 1; /* so that the bound says no more than "<T" */
    } else {
        figure.value = display_round(noised, rule->base);
        figure.low = at_least_zero(round_down(noised - half_width, base));
        figure.value = at_least_zero(figure.value);
    }
    figure.high = at_least_zero(-round_down(-(centre + half_width), base));
    return figure;
}

struct figure display_hidden(int64_t sunk, int64_t half_width, const struct display_rule *rule)
{
    assert(sunk >= 0 && rule);
    struct figure figure = {.suppressed = true};
    int64_t ignored, edge;

    range_of(rule->below, 0, rule->base, &ignored, &edge); /* the smallest value that is
                                                            * certainly shown */
    range_of(edge - 1 + sunk, half_width, rule->base, &ignored, &figure.high);
    return figure;
}

struct figure display_shown(int64_t value, int64_t noised, int64_t half_width,
                            const struct display_rule *rule)
{
    assert(rule);
    struct figure figure = {.value = value};

    range_of(noised, half_width, rule->base, &figure.low, &figure.high);
    figure.low = figure.low < value ? figure.low : value;
    figure.high = figure.high > value ? figure.high : value;
    return figure;
}

bool display_is_hidden(double fitted, int64_t rounded, const struct display_rule *rule)
{
    assert(rule);
    return fitted < (double)rule->below || rounded < (int64_t)rule->below;
}

void display_parts(const int64_t *part, size_t n, uint32_t base, int64_t *out)
{
    assert(out && (part || !n));
    int64_t b = base_of(base);
    bool raised[PARTS_MAX] = {false};
    int64_t sum = 0;
    int64_t placed = 0;

    assert(n <= PARTS_MAX);
    for (size_t i = 0; i < n; i++) {
        out[i] = round_down(part[i], b);
        sum += part[i];
        placed += out[i];
    }
    /* `missing` is a multiple of base, at most n times base: it is the sum of the remainders. */
    for (int64_t missing = display_round(sum, base) - placed; missing >= b; missing -= b) {
        size_t best = n;

        for (size_t i = 0; i < n; i++)
            if (!raised[i] && (best == n || part[i] - out[i] > part[best] - out[best]))
                best = i;
        assert(best < n);
        raised[best] = true;
        out[best] += b;
    }
}
