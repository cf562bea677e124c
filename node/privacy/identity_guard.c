/* SPDX-License-Identifier: Apache-2.0 */
#include "node/privacy/identity_guard.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* Luhn's check over ten digits: every other digit is doubled, beginning with the first. */
static bool luhn(const char *digit)
{
    int sum = 0;

    for (int i = 0; i < 10; i++) {
        int value = digit[i] - '0';

        if (i % 2 == 0)
            value = value * 2 > 9 ? value * 2 - 9 : value * 2;
        sum += value;
    }
    return sum % 10 == 0;
}

/* YYMMDDNNNC: month 1..12, day 1..31, or 61..91 in a co-ordination number. */
static bool is_identity(const char *digit)
{
    int month = (digit[2] - '0') * 10 + digit[3] - '0';
    int day = (digit[4] - '0') * 10 + digit[5] - '0';

    if (day > 60)
        day -= 60;
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 && luhn(digit);
}

/*
 * Copies the run of digits that begins at text, without its separator; *end points behind the run.
 */
static size_t digits_of_run(const char *text, char digit[static 14], const char **end)
{
    size_t n = 0;
    const char *c = text;

    for (;; c++) {
        bool separator =
            (*c == '-' || *c == '+') && (n == 6 || n == 8) && isdigit((unsigned char)c[1]);

        if (!isdigit((unsigned char)*c) && !separator)
            break;
        if (!separator && n < 13)
            digit[n++] = *c;
    }
    *end = c;
    return n;
}

bool identity_guard_clean(const char *text)
{
    for (const char *c = text; *c;) {
        char digit[14];
        const char *end;

        if (!isdigit((unsigned char)*c)) {
            c++;
            continue;
        }
        size_t n = digits_of_run(c, digit, &end);

        if ((n == 10 && is_identity(digit)) || (n == 12 && is_identity(digit + 2)))
            return false;
        c = end;
    }
    return true;
}
