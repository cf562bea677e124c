/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/attack/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/random.h"

#define FIXED_SEED UINT64_C(20261121)
#define SAID 8
#define SAID_BYTES 160

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static int size_of_run = SANITIZED ? 0 : 1;
static uint64_t seed = FIXED_SEED;
static unsigned rows, failures;

void report_start(void)
{
    const char *size = getenv("RIKSTAL_ATTACK");
    const char *other = getenv("RIKSTAL_ATTACK_SEED");

    if (size && strcmp(size, "small") == 0)
        size_of_run = 0;
    if (size && strcmp(size, "ordinary") == 0)
        size_of_run = 1;
    if (size && strcmp(size, "long") == 0)
        size_of_run = 2;
    if (other)
        seed = strtoull(other, NULL, 10);
    if (!random_start())
        broken("the start", "no randomness");
    setvbuf(stdout, NULL, _IOLBF, 0);
}

size_t sized(size_t small, size_t ordinary, size_t much)
{
    return size_of_run == 0 ? small : size_of_run == 1 ? ordinary : much;
}

uint64_t report_seed(uint64_t purpose)
{
    return seed * UINT64_C(0x9e3779b97f4a7c15) + purpose;
}

const char *say(const char *format, ...)
{
    static char said[SAID][SAID_BYTES];
    static unsigned turn;
    char *text = said[turn++ % SAID];
    va_list values;

    va_start(values, format);
    vsnprintf(text, SAID_BYTES, format, values);
    va_end(values);
    return text;
}

void row(const char *id, bool passed, const char *figure, const char *bound, const char *tested)
{
    rows++;
    failures += !passed;
    printf("%s\t%s\t%s\t%s\t%s\n", id, passed ? "PASS" : "FAIL", figure, bound, tested);
}

void row_figure(const char *id, const char *figure, const char *target, const char *what)
{
    printf("%s\t-\t%s\t%s\t%s\n", id, figure, target, what);
}

int report_end(void)
{
    return rows && !failures ? EXIT_SUCCESS : EXIT_FAILURE;
}

_Noreturn void broken(const char *what, const char *why)
{
    printf("broken\tFAIL\t%s\t-\t%s\n", why, what);
    exit(EXIT_FAILURE);
}
