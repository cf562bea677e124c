/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/clock.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "proto/base/date.h"

static _Atomic bool frozen;
static _Atomic int64_t frozen_mono_ms;
static _Atomic int64_t frozen_wall_s;

int64_t clock_mono_us(void)
{
    struct timespec now;

    if (frozen)
        return frozen_mono_ms * 1000;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_mono_ms(void)
{
    return clock_mono_us() / 1000;
}

int64_t clock_wall_s(void)
{
    struct timespec now;

    if (frozen)
        return frozen_wall_s;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec;
}

void clock_sleep_ms(int64_t ms)
{
    struct timespec rest = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};

    if (frozen) {
        frozen_mono_ms += ms;
        return;
    }
    while (nanosleep(&rest, &rest) != 0)
        ;
}

void clock_sleep_until_us(int64_t mono_us)
{
    struct timespec then = {.tv_sec = (time_t)(mono_us / 1000000),
                            .tv_nsec = (long)(mono_us % 1000000) * 1000};

    if (frozen) {
        if (mono_us > frozen_mono_ms * 1000)
            frozen_mono_ms = (mono_us + 999) / 1000;
        return;
    }
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, NULL) == EINTR)
        ;
}

void clock_set(int64_t mono_ms, int64_t wall_s)
{
    frozen_mono_ms = mono_ms;
    frozen_wall_s = wall_s;
    frozen = true;
}

void clock_release(void)
{
    frozen = false;
}

void clock_text(int64_t wall_s, char text[static CLOCK_TEXT_BYTES])
{
    int64_t days = wall_s / 86400 - (wall_s % 86400 < 0);
    int seconds = (int)(wall_s - days * 86400);
    int year, month, day;

    date_to_civil((int32_t)days, &year, &month, &day);
    snprintf(text, CLOCK_TEXT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02dZ", year % 10000, month, day,
             seconds / 3600, seconds / 60 % 60, seconds % 60);
}
