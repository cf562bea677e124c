/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/person_number.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/base/date.h"

static int number_of(const char *digits, int n)
{
    int value = 0;

    for (int i = 0; i < n; i++)
        value = value * 10 + (digits[i] - '0');
    return value;
}

static bool luhn(const char digits[static 10])
{
    int sum = 0;

    for (int i = 0; i < 10; i++) {
        int d = (digits[i] - '0') * (i % 2 == 0 ? 2 : 1);

        sum += d > 9 ? d - 9 : d;
    }
    return sum % 10 == 0;
}

/*** characters as they look ***/

/* The character at text as a digit, as '-' for any dash, ' ' for any blank, or itself; 0 for
 * another one beyond ASCII. *size: its bytes. */
static char look(const char *text, size_t left, size_t *size)
{
    const unsigned char *b = (const unsigned char *)text;

    *size = 1;
    if (b[0] < 0x80)
        return text[0] == '\t' ? ' ' : text[0];
    if (left >= 2 && b[0] == 0xc2 && (b[1] == 0xa0 || b[1] == 0xad)) {
        *size = 2;
        return b[1] == 0xa0 ? ' ' : '-';
    }
    if (left >= 3 && (b[0] == 0xe2 || b[0] == 0xef)) {
        *size = 3;
        if (b[0] == 0xe2 && b[1] == 0x80 && b[2] >= 0x90 && b[2] <= 0x95)
            return '-'; /* U+2010..U+2015 */
        if (b[0] == 0xe2 && b[1] == 0x88 && b[2] == 0x92)
            return '-'; /* the minus sign */
        if (b[0] == 0xe2 && b[1] == 0x80 && (b[2] <= 0x8b || b[2] == 0xaf))
            return ' '; /* U+2000..U+200B, U+202F */
        if (b[0] == 0xef && b[1] == 0xbc && b[2] >= 0x90 && b[2] <= 0x99)
            return (char)('0' + b[2] - 0x90); /* digits of full width */
        if (b[0] == 0xef && b[1] == 0xbc && b[2] == 0x8d)
            return '-';
    }
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_separator(char c)
{
    return c && strchr("-+ _./:", c);
}

/*** reading ***/

static bool real_day(const char digits[static PERSON_NUMBER_DIGITS])
{
    char text[] = "YYYY-MM-DD";
    int32_t days;

    memcpy(text, digits, 4);
    memcpy(text + 5, digits + 4, 2);
    memcpy(text + 8, digits + 6, 2);
    if (text[8] >= '6')
        text[8] = (char)(text[8] - 6); /* samordningsnummer: day + 60 */
    return number_of(digits, 4) >= 1800 && date_parse(text, &days);
}

/* The year that two digits mean; 0: nobody can say. */
static int full_year(int two_digits, char separator, int birth_year)
{
    int year, month, day, full;

    if (birth_year)
        return birth_year % 100 == two_digits ? birth_year : 0;
    if (separator != '-' && separator != '+')
        return 0;
    date_to_civil((int32_t)(clock_wall_s() / 86400), &year, &month, &day);
    full = year - year % 100 + two_digits;
    if (full > year)
        full -= 100;
    return separator == '+' ? full - 100 : full;
}

/* The digits of an id that is 6 or 8 digits, at most one separator, four digits; 0: it is not. */
static size_t digits_of(const char *id, char digits[static PERSON_NUMBER_DIGITS], char *separator)
{
    size_t size = strlen(id), n = 0, before = 0, step;

    *separator = 0;
    for (size_t at = 0; at < size; at += step) {
        char c = look(id + at, size - at, &step);

        if (is_digit(c) && n < PERSON_NUMBER_DIGITS) {
            digits[n++] = c;
        } else if (is_separator(c) && !*separator && n) {
            *separator = c;
            before = n;
        } else {
            return 0;
        }
    }
    if (*separator && before + 4 != n)
        return 0;
    return n == 10 || n == 12 ? n : 0;
}

static enum person_number_form complete(const char *digits, size_t n, int year,
                                        char out[static PERSON_NUMBER_DIGITS + 1])
{
    if (n == 12)
        memcpy(out, digits, n);
    else
        snprintf(out, PERSON_NUMBER_DIGITS + 1, "%04d%.8s", year, digits + 2);
    out[PERSON_NUMBER_DIGITS] = 0;
    return real_day(out) ? PERSON_NUMBER : PERSON_NUMBER_NONE;
}

/* True when the record gives the same year of birth as the digits. Then a wrong check digit is a
 * typing error, and the text is not an id of another kind. */
static bool born_so(const char *digits, size_t n, int birth_year)
{
    return birth_year && number_of(digits + n - 10, 2) == birth_year % 100 &&
           (n == 10 || number_of(digits, 2) == birth_year / 100);
}

enum person_number_form person_number_read(const char *id, int birth_year, bool any_check,
                                           char out[static PERSON_NUMBER_DIGITS + 1])
{
    char digits[PERSON_NUMBER_DIGITS] = "", separator;
    enum person_number_form form = PERSON_NUMBER_NONE;
    size_t n = digits_of(id, digits, &separator);
    int year = 0;

    if (n && (any_check || luhn(digits + n - 10) || born_so(digits, n, birth_year))) {
        if (n == 10)
            year = full_year(number_of(digits, 2), separator, birth_year);
        form = complete(digits, n, year ? year : 2000, out);
        if (form == PERSON_NUMBER && n == 10 && !year)
            form = PERSON_NUMBER_CENTURY;
    }
    if (form != PERSON_NUMBER)
        sodium_memzero(out, PERSON_NUMBER_DIGITS + 1);
    sodium_memzero(digits, sizeof(digits));
    return form;
}

/*** finding ***/

/* A run of digits with single separators in a text, and where its groups of digits end. */
struct digit_run {
    char digits[PERSON_NUMBER_DIGITS];
    size_t n;
    unsigned breaks; /* bit i: a separator stands before digit i */
    bool plain;      /* its separators are one of - + and a blank */
};

static bool is_day(const char *ten)
{
    int month = number_of(ten + 2, 2), day = number_of(ten + 4, 2);

    return month >= 1 && month <= 12 && ((day >= 1 && day <= 31) || (day >= 61 && day <= 91));
}

/* Is what the run holds so far a number? It ends here: no digit follows. */
static bool is_number(const struct digit_run *run)
{
    const char *ten = run->digits + run->n - 10;
    unsigned last, year, date;

    if ((run->n != 10 && run->n != 12) || !luhn(ten))
        return false;
    last = 1u << (run->n - 4);
    year = 1u << (run->n - 8);        /* "1912 1212" */
    date = 1u << (run->n - 6) | year; /* "1912-12-12" */
    if (run->breaks == 0 || (run->breaks == last && run->plain))
        return true;
    return (run->breaks == last || run->breaks == (last | year) || run->breaks == (last | date)) &&
           is_day(ten);
}

/* Adds a character to the run. False when the run can no longer be a number. */
static bool take(struct digit_run *run, char c, char before)
{
    if (is_digit(c)) {
        if (run->n == PERSON_NUMBER_DIGITS)
            return false;
        run->digits[run->n++] = c;
        return true;
    }
    if (!is_separator(c) || is_separator(before) || run->n == PERSON_NUMBER_DIGITS)
        return false;
    run->breaks |= 1u << run->n;
    run->plain = run->plain && strchr("-+ ", c);
    return true;
}

/* A number that begins at this digit. */
static bool begins(const char *text, size_t size)
{
    struct digit_run run = {.plain = true};
    char before = 0;
    size_t step;

    for (size_t at = 0; at <= size; at += step) {
        char c = at < size ? look(text + at, size - at, &step) : 0;

        if (at == size)
            step = 1;
        if (!is_digit(c) && is_digit(before) && is_number(&run))
            return true;
        if (!take(&run, c, before))
            return false;
        before = c;
    }
    return false;
}

bool person_number_seen(const char *text, size_t size)
{
    char before = 0;
    size_t step;

    for (size_t at = 0; at < size; at += step) {
        char c = look(text + at, size - at, &step);

        if (is_digit(c) && !is_digit(before) && begins(text + at, size - at))
            return true;
        before = c;
    }
    return false;
}
