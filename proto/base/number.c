/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/number.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define WHOLE_DIGITS_MAX 9 /* the largest is 999,999,999: far below INT64_MAX in nano */

enum number_fault number_read(const char *text, size_t length, int64_t *nano)
{
    bool percent = length && text[length - 1] == '%', negative = length && text[0] == '-';
    int64_t value = 0, unit = NUMBER_NANO;
    size_t i = negative, whole = 0;

    length -= percent;
    while (i < length && text[i] == '0')
        i++;
    for (; i < length && text[i] != '.'; i++) {
        if (++whole > WHOLE_DIGITS_MAX)
            return NUMBER_LARGE;
        value = value * 10 + (text[i] - '0') * NUMBER_NANO;
    }
    for (i++; i < length; i++) {
        unit /= 10;
        if (!unit && text[i] != '0')
            return NUMBER_FINE;
        value += (text[i] - '0') * unit;
    }
    if (percent && value % 100)
        return NUMBER_FINE;
    value = percent ? value / 100 : value;
    *nano = negative ? -value : value;
    return NUMBER_OK;
}

void number_write(int64_t nano, char *out)
{
    assert(out);
    uint64_t size = nano < 0 ? -(uint64_t)nano : (uint64_t)nano;
    uint64_t whole = size / (uint64_t)NUMBER_NANO, part = size % (uint64_t)NUMBER_NANO;
    size_t n = (size_t)snprintf(out, NUMBER_TEXT_MAX, "%s%llu", nano < 0 ? "-" : "",
                                (unsigned long long)whole);

    if (!part)
        return;
    n += (size_t)snprintf(out + n, NUMBER_TEXT_MAX - n, ".%09llu", (unsigned long long)part);
    while (out[n - 1] == '0')
        out[--n] = 0;
}

bool number_whole(const char *text, size_t length, uint64_t most, uint64_t *value)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < length; i++) {
        unsigned digit = (unsigned)(unsigned char)text[i] - '0';

        if (digit > 9 || sum > most / 10 || digit > most - 10 * sum)
            return false;
        sum = 10 * sum + digit;
    }
    if (length)
        *value = sum;
    return length > 0;
}

bool number_leading(const char **text, uint64_t most, uint64_t *value)
{
    size_t length = strspn(*text, "0123456789");

    if (!number_whole(*text, length, most, value))
        return false;
    *text += length;
    return true;
}
