/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/code_form.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "proto/query/code.h"

#define DAGGER "\xe2\x80\xa0" /* †, U+2020 */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

/*
 * True when the upper-case text matches the pattern. In a pattern, A is a letter, 9 a digit, N
 * either of them, and any other character itself; after '?' the text may end at any place.
 */
static bool follows(const char *text, const char *pattern)
{
    bool optional = false;

    for (; *pattern; pattern++) {
        if (*pattern == '?') {
            optional = true;
            continue;
        }
        if (!*text)
            return optional;
        if (*pattern == 'A'   ? !is_upper(*text)
            : *pattern == '9' ? !is_digit(*text)
            : *pattern == 'N' ? !is_upper(*text) && !is_digit(*text)
                              : *text != *pattern)
            return false;
        text++;
    }
    return !*text;
}

/* Copies the code in upper case. False when it does not fit. */
static bool capitals(const char *code, char *out)
{
    size_t n = strlen(code);

    if (n >= CODE_CODE_MAX)
        return false;
    for (size_t i = 0; i <= n; i++)
        out[i] = upper(code[i]);
    return true;
}

static bool follow(const char *code, const char *pattern, char *out)
{
    return capitals(code, out) && follows(out, pattern);
}

/* True when the text is least..most digits and nothing else. */
static bool digits(const char *code, size_t least, size_t most, char *out)
{
    size_t n = strlen(code);

    if (n < least || n > most || strspn(code, "0123456789") != n)
        return false;
    memcpy(out, code, n + 1);
    return true;
}

bool code_form_hp(const char *code, char *out)
{
    if (strlen(code) != 7 || strspn(code, "0123456789") != 7)
        return false;
    snprintf(out, CODE_CODE_MAX, "HP:%.7s", code);
    return true;
}

/*
 * Removes the dot after the third character and the marks at the end: † * + - say how a code is
 * used and are not part of it.
 */
static bool plain_icd(const char *code, char *out)
{
    size_t n = 0, length = strlen(code), dagger = strlen(DAGGER);

    while (length > 3) {
        if (strchr("*+-", code[length - 1]))
            length--;
        else if (length >= dagger && memcmp(code + length - dagger, DAGGER, dagger) == 0)
            length -= dagger;
        else
            break;
    }
    if (length == 4 && code[3] == '.' && code[4])
        length--; /* "C50.-" */
    for (size_t i = 0; i < length; i++) {
        if (n + 1 == CODE_CODE_MAX)
            return false;
        if (i == 3 && (code[i] == '.' || code[i] == '-') && i + 1 < length)
            continue; /* the part after it stays: "C50.1", and "L03-P" of primary care */
        out[n++] = upper(code[i]);
    }
    out[n] = 0;
    return true;
}

bool code_form_icd10(const char *code, char *out)
{
    return plain_icd(code, out) &&
           (follows(out, "A99?9NNN") || follows(out, "A99P") || follows(out, "A99X?NNN"));
}

bool code_form_icd10cm(const char *code, char *out)
{
    if (!plain_icd(code, out))
        return false;
    return follows(out, "A99?NNNN") ||
           (follows(out, "A9A?NNNN") && (out[2] == 'A' || out[2] == 'B'));
}

bool code_form_icd9(const char *code, char *out)
{
    return plain_icd(code, out) &&
           (follows(out, "999?NN") || follows(out, "V99?NN") || follows(out, "E999?N"));
}

bool code_form_icd11(const char *code, char *out)
{
    return follow(code, "NANN?.NNN", out) || follow(code, "NANN.NN", out) ||
           follow(code, "NANN.N", out) || follow(code, "NANN", out);
}

bool code_form_icdo3(const char *code, char *out)
{
    if (upper(code[0]) == 'M')
        code += 1 + (code[1] == '-');
    if (follow(code, "9999/9", out))
        return true;
    return plain_icd(code, out) && follows(out, "C99?9");
}

bool code_form_omim(const char *code, char *out)
{
    return digits(code, 6, 6, out);
}

bool code_form_omimps(const char *code, char *out)
{
    if (upper(code[0]) == 'P' && upper(code[1]) == 'S')
        code += 2;
    return digits(code, 6, 6, out);
}

bool code_form_orpha(const char *code, char *out)
{
    return digits(code, 1, 7, out);
}

bool code_form_seven_digits(const char *code, char *out)
{
    return digits(code, 7, 7, out);
}

bool code_form_digits(const char *code, char *out)
{
    return digits(code, 1, 12, out);
}

bool code_form_ncit(const char *code, char *out)
{
    if (upper(code[0]) != 'C' || !digits(code + 1, 2, 8, out + 1))
        return false;
    out[0] = 'C';
    return true;
}

bool code_form_umls(const char *code, char *out)
{
    return follow(code, "C9999999", out);
}

/*
 * Verhoeff's check: a product in the dihedral group of order 10, in which the digit at place i from
 * the right counts as it is after i permutations. 0 to 4 turn a pentagon, 5 to 9 turn and flip it.
 * Source: SNOMED International, SNOMED CT Release File Specifications, "Check-digit".
 */
static bool verhoeff_holds(const char *digits)
{
    static const uint8_t step[10] = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
    size_t n = strlen(digits);
    unsigned product = 0;

    for (size_t i = 0; i < n; i++) {
        unsigned digit = (unsigned)(digits[n - 1 - i] - '0');

        for (size_t k = 0; k < i % 8; k++)
            digit = step[digit];
        product = (product < 5 ? (product + digit) % 5 : (product + 10 - digit) % 5) +
                  ((product < 5) == (digit < 5) ? 0 : 5);
    }
    return product == 0;
}

bool code_form_snomed(const char *code, char *out)
{
    return digits(code, 6, 18, out) && code[0] != '0' && verhoeff_holds(code);
}

bool code_form_atc(const char *code, char *out)
{
    size_t n = strlen(code);

    return n != 2 && n != 6 && n > 0 && follow(code, "A?99AA99", out);
}

bool code_form_kva(const char *code, char *out)
{
    return follow(code, "AAN99", out) || follow(code, "AANN9", out);
}

/* Luhn's check, the last digit but one doubled and so on; a hyphen stands before the last one. */
static bool luhn_holds(const char *code, size_t n)
{
    unsigned sum = (unsigned)(code[n - 1] - '0');

    for (size_t i = 0; i < n - 2; i++) {
        unsigned digit = (unsigned)(code[n - 3 - i] - '0') * (i % 2 ? 1 : 2);

        sum += digit / 10 + digit % 10;
    }
    return sum % 10 == 0;
}

bool code_form_loinc(const char *code, char *out)
{
    size_t n = strlen(code);

    if (n < 3 || n > 9 || code[n - 2] != '-' || !is_digit(code[n - 1]) ||
        strspn(code, "0123456789") != n - 2 || !luhn_holds(code, n))
        return false;
    memcpy(out, code, n + 1);
    return true;
}

bool code_form_npu(const char *code, char *out)
{
    return follow(code, "NPU99999", out) || follow(code, "SWE99999", out);
}

bool code_form_local(const char *code, char *out)
{
    size_t n = strlen(code);

    if (!n || n >= CODE_CODE_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!is_upper(upper(code[i])) && !is_digit(code[i]) && !strchr("_.>*-:+=/", code[i]))
            return false;
    memcpy(out, code, n + 1);
    return true;
}

bool code_form_igsr(const char *code, char *out)
{
    return follow(code, "AAA", out);
}
